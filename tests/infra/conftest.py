"""The configuration, applied once for each environment; skipped by name where terraform is missing."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.infra.workspaces import Workspace, missing, workspace

Resources = list[dict[str, Any]]
EVERYTHING = (
    'alerts={emails=["a@example.org"], billing_account="012345-6789AB-CDEF01"}',
    'delivery={repository="projects/p/locations/r/connections/c/repositories/n"}',
    "encryption_key=projects/p/locations/r/keyRings/k/cryptoKeys/n",
    'mail={host="smtp.example.org", sender="care@example.org", user="u", password_version=1}',
    'domains=["skin.example.org"]',
)


@pytest.fixture(scope="session")
def terraform() -> None:
    if lacking := missing():
        pytest.skip(lacking)


@pytest.fixture(scope="session")
def development(terraform: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """Applied with nothing but a project: what `make deploy PROJECT=...` gives."""
    with workspace(tmp_path_factory.mktemp("dev") / "work") as found:
        found.apply("infra/envs/dev.tfvars")
        yield found


@pytest.fixture(scope="session")
def production(terraform: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """Applied with everything there is to ask for."""
    with workspace(tmp_path_factory.mktemp("prod") / "work") as found:
        found.apply("infra/envs/prod.tfvars", *EVERYTHING)
        yield found


@pytest.fixture(scope="session")
def resources(production: Workspace) -> Resources:
    return production.resources()
