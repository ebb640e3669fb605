"""Worlds to test in: the real local adapters in a fresh folder, with the bundled champions."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings
from werkzeug.test import Client, TestResponse

from dermaloop import wiring
from dermaloop.devserver import LocalSite
from dermaloop.ports import Stores
from dermaloop.web import Site
from dermaloop.wiring import Settings, build
from tests.emulators.fixtures import GoogleProject, bus, firestore_address, google, pubsub_address, storage_server
from tests.houses import anywhere, house
from tests.pictures import b64, jpeg

__all__ = [
    "GoogleProject",
    "Send",
    "anywhere",
    "bus",
    "firestore_address",
    "google",
    "house",
    "post",
    "pubsub_address",
    "storage_server",
]

Send = Callable[..., TestResponse]

# Made inputs are the same on every machine: what fails in a pipeline fails on a desk. `--hypothesis-profile wandering`
# goes looking for others.
hypothesis_settings.register_profile("steady", derandomize=True)
hypothesis_settings.register_profile("wandering")
hypothesis_settings.load_profile("steady")


@pytest.fixture(params=["local", "gcp"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Either backend over empty stores: a test that asks for this, or for `stores`, runs once on each."""
    if request.param == "local":
        return Settings(data=str(tmp_path / "deep" / "store"))
    project: GoogleProject = request.getfixturevalue("google")
    return Settings(backend="gcp", project=project.name, bucket=project.bucket)


@pytest.fixture
def stores(settings: Settings) -> Stores:
    return wiring.stores(settings)


@pytest.fixture(scope="session")
def shared_site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """One site for tests that leave nothing behind that others could trip over."""
    return build(Settings(data=str(tmp_path_factory.mktemp("data"))))


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return build(Settings(data=str(tmp_path / "data"), allowed_origins="https://app.example"))


@pytest.fixture
def client(shared_site: Site) -> Client:
    return Client(LocalSite(shared_site))


@pytest.fixture
def fresh(site: Site) -> Client:
    """A client of a site whose store is empty."""
    return Client(LocalSite(site))


@pytest.fixture(scope="session")
def photo() -> str:
    """A usable photo, in base64."""
    return b64(jpeg())


def post(client: Client, path: str, body: Any, **headers: str) -> TestResponse:
    """Posts JSON; header names are written with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(path, json=body, headers=named)
