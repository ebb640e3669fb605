"""Events that nobody could take: kept before the bus forgets them, told again once, on either store."""

from pathlib import Path

import msgspec
import pytest

from dermaloop.adapters.local_events import LocalEvents
from dermaloop.errors import Conflict, StoreUnavailable
from dermaloop.events import AnnotationSaved, Letter
from dermaloop.ports import Stores, World
from dermaloop.services import replaying
from tests.services.worlds import world_on


class Bus(LocalEvents):
    """A bus that fails when it is told to."""

    down = False

    def undelivered(self, *, limit: int = 100) -> tuple[Letter, ...]:
        if self.down:
            raise StoreUnavailable("down")
        return super().undelivered(limit=limit)


@pytest.fixture
def bus(tmp_path: Path) -> Bus:
    return Bus(tmp_path / "bus", wait=0.0)


@pytest.fixture
def world(stores: Stores, tmp_path: Path, bus: Bus) -> World:
    made = world_on(stores, folder=tmp_path)
    return msgspec.structs.replace(made, events=bus)


def bury(bus: Bus, *annotations: str) -> None:
    def refuse(letter: Letter) -> None:
        raise RuntimeError

    for annotation in annotations:
        bus.publish(AnnotationSaved(annotation_id=annotation))
    bus.deliver_waiting(refuse)


def told(bus: Bus) -> list[str]:
    taken: list[str] = []
    bus.deliver_waiting(lambda letter: taken.append(letter.event))
    return taken


def test_what_was_lost_is_listed_once_and_kept_though_the_bus_forgets(world: World, bus: Bus) -> None:
    bury(bus, "a1", "a2")
    for _ in range(2):
        assert len(replaying.dead_letters(after="", limit=50, world=world).dead_letters) == 2
    assert bus.undelivered() == ()
    bus.down = True
    assert len(replaying.dead_letters(after="", limit=50, world=world).dead_letters) == 2


def test_a_letter_that_is_collected_twice_is_kept_once(world: World, bus: Bus) -> None:
    bury(bus, "a1")
    (letter,) = bus.undelivered()
    replaying.set_aside(letter, documents=world.documents)
    assert [kept.id for kept in replaying.waiting(world=world)] == [letter.id]


def test_a_letter_is_told_again_once_and_leaves_a_line(world: World, bus: Bus) -> None:
    bury(bus, "a1")
    (letter,) = replaying.waiting(world=world)
    assert replaying.try_again(letter.id, by="chen", world=world)
    assert not replaying.try_again(letter.id, by="chen", world=world)
    assert told(bus) == ['{"annotation_id":"a1"}']
    assert list(replaying.waiting(world=world)) == []
    assert [line.action for line in world.records.audit(f"dead_letter:{letter.id}")] == ["replay"]


@pytest.mark.parametrize("change", [{"event": "{}"}, {"event": "no json"}, {"topic": "unheard-of"}])
def test_what_is_no_event_can_only_be_dropped(world: World, bus: Bus, change: dict[str, str]) -> None:
    letter = msgspec.structs.replace(Letter(id="m1", topic="annotation-saved", event="{}", at="now"), **change)
    replaying.set_aside(letter, documents=world.documents)
    with pytest.raises(Conflict):
        replaying.replay(letter_id="m1", by="chen", world=world)
    replaying.drop(letter_id="m1", by="chen", documents=world.documents)
    assert list(replaying.waiting(world=world)) == []
