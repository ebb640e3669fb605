"""What an operator does from a command line, on one machine and on Google."""

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from dermaloop.adapters.local_events import LocalEvents
from dermaloop.events import Letter, TrainingRequested
from tests.emulators.fixtures import GoogleProject
from tests.emulators.pubsub import DEAD, PUBSUB, Bus
from tests.emulators.sign_in import HOST, sign_in
from tests.journeys.test_google import run

pytestmark = pytest.mark.server


def admin(folder: Path, env: Mapping[str, str], *command: str) -> tuple[int, str]:
    ended = run(sys.executable, "-m", "dermaloop.admin", *command, folder=folder, **env)
    assert "Traceback" not in ended.stderr
    return ended.returncode, ended.stdout + ended.stderr


def test_on_one_machine(tmp_path: Path) -> None:
    env = {"DERMALOOP_DATA": str(tmp_path)}
    assert "ben@example.org  doctor\n" in admin(tmp_path, env, "people")[1]
    assert admin(tmp_path, env, "grant", "ben@example.org", "doctor", "admin")[1].startswith(
        "ben@example.org is now doctor and admin"
    )
    assert admin(tmp_path, env, "grant", "ada@example.org", "none")[1] == "ada@example.org is now without a role.\n"
    assert "ada@" not in admin(tmp_path, env, "people")[1]
    assert admin(tmp_path, env, "grant", "x@example.org", "doctor") == (
        1,
        "Nobody with this address has signed in here.\n",
    )
    assert admin(tmp_path, env, "grant", "ben@example.org", "king")[0] == 2

    def refuse(letter: Letter) -> None:
        raise RuntimeError

    assert admin(tmp_path, env, "dead-letters") == (0, "None: every event was taken.\n")
    events = LocalEvents(tmp_path / "events", wait=0.0)
    events.publish(TrainingRequested(run_id="r1"))
    events.deliver_waiting(refuse)
    status, said = admin(tmp_path, env, "dead-letters")
    assert (status, said.splitlines()[-1]) == (0, "1 waiting.")
    assert '{"run_id":"r1"}' in said
    assert admin(tmp_path, env, "dead-letters", "--replay")[1].endswith("1 told again.\n")
    assert [letter.event for letter in _waiting(events)] == ['{"run_id":"r1"}']


def _waiting(events: LocalEvents) -> list[Letter]:
    taken: list[Letter] = []
    events.deliver_waiting(taken.append)
    return taken


def test_on_google(tmp_path: Path, google: GoogleProject, bus: Bus) -> None:
    here = Bus(bus.address, google.name)
    here.publish(DEAD, b'{"run_id":"r1"}', topic="training-requested")
    here.publish(DEAD, b"nonsense", topic="training-requested")
    here.subscribe("seen", "training-requested")
    with sign_in() as server:
        server.add("ada")
        env = google.env | {PUBSUB.host: bus.address, HOST: server.address}
        assert admin(tmp_path, env, "people") == (0, "")
        assert admin(tmp_path, env, "grant", "ada@example.org", "doctor")[1] == "ada@example.org is now doctor.\n"
        assert admin(tmp_path, env, "people") == (0, "ada@example.org  doctor\n")
        assert "2 waiting." in admin(tmp_path, env, "dead-letters")[1]
        status, said = admin(tmp_path, env, "dead-letters", "--replay")
        assert (status, "1 told again." in said, "1 are no events" in said) == (1, True, True)
        assert len(here.pulled("seen")) == 1
        server.down = True
        status, said = admin(tmp_path, env, "people")
        assert (status, "cannot be reached" in said) == (1, True)
