"""An event's whole way over Google's own bus: published, pushed, refused, set aside, seen, told again, taken."""

import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server

from dermaloop.adapters.local_identity import LocalIdentity
from dermaloop.adapters.pubsub import PubsubEvents
from dermaloop.devserver import LocalSite
from dermaloop.events import TrainingRequested, read_event
from dermaloop.ports import World
from dermaloop.web import boundary
from dermaloop.web.envelopes import taking
from tests.emulators.pubsub import Bus
from tests.web.sites import site

pytestmark = pytest.mark.server

TOPIC = "training-requested"


class Trainer:
    """Takes events once it works."""

    works = False

    def __init__(self) -> None:
        self.came: list[str] = []

    def take(self, event: TrainingRequested, world: World) -> None:
        self.came.append(event.run_id)
        if not self.works:
            raise RuntimeError("a faulty release")


@pytest.fixture
def trainer(tmp_path: Path, bus: Bus, monkeypatch: pytest.MonkeyPatch) -> Iterator[Trainer]:
    """A server that the bus pushes to. The emulator signs no tokens, so one is added on the way."""
    made, here = Trainer(), site(tmp_path)
    endpoint = taking(TrainingRequested, made.take, summary="Starts it.")
    monkeypatch.setattr(boundary, "endpoints", lambda function: (endpoint,))
    assert isinstance(here.world.identity, LocalIdentity)
    token, whole = here.world.identity.bus_token(), LocalSite(here)

    def signed(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return whole(environ | {"HTTP_AUTHORIZATION": f"Bearer {token}"}, start_response)

    server = make_server("127.0.0.1", 0, signed, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    bus.push(TOPIC, f"http://127.0.0.1:{server.server_port}/api/events/{TOPIC}")
    yield made
    bus.ask("DELETE", f"/subscriptions/{TOPIC}-push", {})
    server.shutdown()
    thread.join()
    server.server_close()


def test_what_a_faulty_release_refused_is_told_again_and_taken(bus: Bus, trainer: Trainer) -> None:
    events = PubsubEvents(project=bus.project)
    events.publish(TrainingRequested(run_id="r1"))
    until = time.monotonic() + 60
    while not (dead := events.undelivered()):
        assert time.monotonic() < until
        time.sleep(0.5)
    assert trainer.came == ["r1"] * 5
    trainer.works = True
    events.publish(read_event(dead[0].topic, dead[0].event))
    events.settle(dead)
    while len(trainer.came) < 6:
        assert time.monotonic() < until
        time.sleep(0.1)
    assert trainer.came[-1] == "r1"
    assert events.undelivered() == ()
