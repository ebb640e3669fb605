"""Every policy holds of the configuration, and each finds the breach that is planted for it."""

from pathlib import Path

import pytest

from tests.infra.conftest import Resources
from tests.infra.policies import POLICIES, Policy
from tests.infra.workspaces import workspace

PLANTED = Path(__file__).with_name("planted.tf")


def _name(policy: Policy) -> str:
    return policy.__name__


@pytest.mark.parametrize("policy", POLICIES, ids=_name)
def test_the_policy_holds(policy: Policy, resources: Resources) -> None:
    assert not list(policy(resources))


@pytest.fixture(scope="module")
def breached(terraform: None, tmp_path_factory: pytest.TempPathFactory) -> Resources:
    with workspace(tmp_path_factory.mktemp("breached") / "work") as found:
        found.add("planted.tf", PLANTED.read_text())
        return found.apply('alerts={emails=["a@example.org"]}')


@pytest.mark.parametrize("policy", POLICIES, ids=_name)
def test_the_policy_finds_what_was_planted(policy: Policy, breached: Resources) -> None:
    found = {address for address, _ in policy(breached)}
    assert found, "nothing was planted for it, or it does not see"
    assert all(".planted" in address for address in found)
