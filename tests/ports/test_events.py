"""The Events port: what was told arrives, what cannot be taken is found again, and is gone only once it is settled."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from dermaloop.adapters.local_events import LocalEvents
from dermaloop.adapters.pubsub import PubsubEvents
from dermaloop.errors import StoreUnavailable
from dermaloop.events import AnnotationSaved, Letter, TrainingRequested, read_event
from dermaloop.patience import patience
from dermaloop.ports import Events
from tests.emulators.faults import fail_calls
from tests.emulators.pubsub import DEAD, Bus
from tests.servers import free_port

TOPIC = "training-requested"


@dataclass(frozen=True)
class Side:
    """One adapter; `told` says what arrived on the topic, `bury` makes a dead letter of an event's JSON."""

    events: Events
    told: Callable[[], list[str]]
    bury: Callable[[str], None]


@pytest.fixture(params=["local", "gcp"])
def side(request: pytest.FixtureRequest, tmp_path: Path) -> Side:
    if request.param == "local":
        local = LocalEvents(tmp_path, wait=0.0)
        return Side(local, lambda: _delivered(local), lambda event: _refused(local, event))
    bus: Bus = request.getfixturevalue("bus")
    bus.subscribe("seen", TOPIC)
    return Side(PubsubEvents(project=bus.project), lambda: _pulled(bus), lambda event: _buried(bus, event))


def _delivered(events: LocalEvents) -> list[str]:
    taken: list[Letter] = []
    events.deliver_waiting(taken.append)
    return [letter.event for letter in taken]


def _refused(events: LocalEvents, event: str) -> None:
    def refuse(letter: Letter) -> None:
        raise RuntimeError

    events.publish(TrainingRequested(run_id="x"))
    (path,) = events._waiting.glob("*.json")
    path.write_text(path.read_text().replace('{\\"run_id\\":\\"x\\"}', event.replace('"', '\\"')))
    events.deliver_waiting(refuse)


def _pulled(bus: Bus) -> list[str]:
    return [base64.b64decode(told["message"]["data"]).decode() for told in bus.pulled("seen")]


def _buried(bus: Bus, event: str) -> None:
    bus.publish(DEAD, event.encode(), topic=TOPIC, CloudPubSubDeadLetterSourceDeliveryCount="5")


def test_what_is_told_arrives(side: Side) -> None:
    side.events.publish(TrainingRequested(run_id="r1"))
    (told,) = side.told()
    assert read_event(TOPIC, told) == TrainingRequested(run_id="r1")


def test_dead_letters_are_seen_as_often_as_one_looks(side: Side) -> None:
    assert side.events.undelivered() == ()
    side.bury('{"run_id":"r1"}')
    side.bury('{"run_id":"r2"}')
    for _ in range(2):
        found = side.events.undelivered()
        assert {letter.event for letter in found} == {'{"run_id":"r1"}', '{"run_id":"r2"}'}
        assert {letter.topic for letter in found} == {TOPIC}
        assert {letter.tries for letter in found} == {5}
        assert all(letter.at.startswith("20") for letter in found)
    assert len(side.events.undelivered(limit=1)) == 1


def test_what_is_settled_is_gone_and_nothing_else(side: Side) -> None:
    for number in range(3):
        side.bury(f'{{"run_id":"r{number}"}}')
    first, second, third = side.events.undelivered()
    side.events.settle([second])
    assert {letter.id for letter in side.events.undelivered()} == {first.id, third.id}
    side.events.settle([second])
    side.events.settle([first, third])
    assert side.events.undelivered() == ()


def test_a_bus_that_cannot_be_reached_is_said_to_be_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("PUBSUB_EMULATOR_HOST", f"127.0.0.1:{free_port()}")
    for events in (LocalEvents(tmp_path / "file"), PubsubEvents(project="p")):
        with patience(0.3), pytest.raises(StoreUnavailable):
            events.publish(AnnotationSaved(annotation_id="a"))


def test_an_event_whose_answer_was_lost_is_told_again(bus: Bus, monkeypatch: pytest.MonkeyPatch) -> None:
    bus.subscribe("seen", TOPIC)
    fail_calls(monkeypatch, ":publish", ["refused", "lost"])
    PubsubEvents(project=bus.project).publish(TrainingRequested(run_id="r1"))
    assert set(_pulled(bus)) == {'{"run_id":"r1"}'}


def test_a_topic_that_nobody_made_is_our_failure(bus: Bus) -> None:
    with pytest.raises(StoreUnavailable):
        PubsubEvents(project="another-project").publish(TrainingRequested(run_id="r1"))
