"""What the bus pushes: only our own bus comes in, events arrive as they were told, poison is refused for good."""

from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client

from dermaloop import local_bus
from dermaloop.adapters.local_events import LocalEvents
from dermaloop.adapters.local_identity import LocalIdentity
from dermaloop.devserver import LocalSite
from dermaloop.errors import Conflict, StoreUnavailable
from dermaloop.events import ModelPublished, TrainingRequested
from dermaloop.ports import World
from dermaloop.web import Site, boundary
from dermaloop.web.envelopes import taking
from tests.web.sites import assert_problem, site

PATH = "/api/events/training-requested"


class Trainer:
    """Takes events, and fails as often as it is told to."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.fails: list[Exception] = []

    def take(self, event: TrainingRequested, world: World) -> None:
        self.taken.append(event.run_id)
        if self.fails:
            raise self.fails.pop(0)


@pytest.fixture
def trainer(monkeypatch: pytest.MonkeyPatch) -> Trainer:
    made = Trainer()
    endpoint = taking(TrainingRequested, made.take, summary="Starts it.")
    monkeypatch.setattr(boundary, "endpoints", lambda function: (endpoint,))
    return made


@pytest.fixture
def here(tmp_path: Path) -> Site:
    return site(tmp_path)


def events_of(here: Site) -> LocalEvents:
    assert isinstance(here.world.events, LocalEvents)
    here.world.events._wait = 0.0
    return here.world.events


def push(here: Site, body: Any) -> Any:
    assert isinstance(here.world.identity, LocalIdentity)
    headers = {"Authorization": f"Bearer {here.world.identity.bus_token()}"}
    return Client(LocalSite(here)).post(PATH, json=body, headers=headers)


def test_an_event_arrives_as_it_was_told(here: Site, trainer: Trainer) -> None:
    events = events_of(here)
    events.publish(TrainingRequested(run_id="r1"))
    events.publish(TrainingRequested(run_id="r2"))
    assert events.deliver_waiting(lambda letter: local_bus.push(letter, here)) == 2
    assert trainer.taken == ["r1", "r2"]
    assert events.deliver_waiting(lambda letter: local_bus.push(letter, here)) == 0


def test_it_comes_again_until_it_is_taken(here: Site, trainer: Trainer) -> None:
    trainer.fails = [StoreUnavailable("down"), Conflict("not yet"), RuntimeError("a bug")]
    events = events_of(here)
    events.publish(TrainingRequested(run_id="r1"))
    assert events.deliver_waiting(lambda letter: local_bus.push(letter, here)) == 1
    assert trainer.taken == ["r1"] * 4
    assert events.undelivered() == ()


def test_what_nobody_can_take_is_set_aside_and_the_next_is_delivered(here: Site, trainer: Trainer) -> None:
    trainer.fails = [RuntimeError("a bug")] * 5
    events = events_of(here)
    events.publish(TrainingRequested(run_id="bad"))
    events.publish(TrainingRequested(run_id="good"))
    assert events.deliver_waiting(lambda letter: local_bus.push(letter, here)) == 1
    assert trainer.taken[-1] == "good"
    (dead,) = events.undelivered()
    assert (dead.topic, dead.event, dead.tries) == ("training-requested", '{"run_id":"bad"}', 5)
    events.settle([dead])
    assert events.undelivered() == ()


def test_an_event_without_a_taker_is_set_aside_too(here: Site, trainer: Trainer) -> None:
    events = events_of(here)
    events.publish(ModelPublished(model="disease", version="2"))
    events.deliver_waiting(lambda letter: local_bus.push(letter, here))
    assert [letter.topic for letter in events.undelivered()] == ["model-published"]


def test_only_the_bus_may_push(here: Site, trainer: Trainer) -> None:
    assert isinstance(here.world.identity, LocalIdentity)
    doctor = here.world.identity.sign_in("chen@example.org")
    pushed = {"message": {"data": "eyJydW5faWQiOiJyIn0="}}
    for headers in ({}, {"Authorization": f"Bearer {doctor}"}, {"Authorization": "Bearer x.y"}):
        assert_problem(Client(LocalSite(here)).post(PATH, json=pushed, headers=headers), 401, "unauthenticated")
    assert trainer.taken == []
    assert push(here, pushed).status_code == 204
    assert trainer.taken == ["r"]


@pytest.mark.parametrize(
    "data", ["", "?", "e30=", "bm8=", "eyJydW5faWQiOjF9", "W10=", "/w==", "eyJydW5faWQiOiJyIn0", "W1tbW1tbW1tb"]
)
def test_poison_is_refused_for_good(here: Site, trainer: Trainer, data: str) -> None:
    assert_problem(push(here, {"message": {"data": data}}), 400, "invalid_request")
    assert trainer.taken == []


@pytest.mark.parametrize("body", [{}, [], {"message": {}}, {"message": {"data": 1}}, {"message": None}])
def test_what_is_no_envelope_is_refused_for_good(here: Site, trainer: Trainer, body: Any) -> None:
    assert_problem(push(here, body), 400, "invalid_request")


def test_the_bus_is_not_slowed_by_the_limit_for_clients(tmp_path: Path, trainer: Trainer) -> None:
    here = site(tmp_path, per_minute=1)
    for _ in range(3):
        assert push(here, {"message": {"data": "eyJydW5faWQiOiJyIn0="}}).status_code == 204


def test_what_pub_sub_adds_to_a_push_is_no_error(here: Site, trainer: Trainer) -> None:
    message = {
        "data": "eyJydW5faWQiOiJyIiwibmV3Ijo5fQ==",
        "messageId": "7",
        "message_id": "7",
        "orderingKey": "",
        "publishTime": "",
    }
    pushed = {"message": message | {"attributes": {"topic": "x"}}, "subscription": "s", "deliveryAttempt": 3, "more": 1}
    assert push(here, pushed).status_code == 204


def test_events_wait_for_a_server_that_is_not_there_yet(tmp_path: Path) -> None:
    LocalEvents(tmp_path).publish(TrainingRequested(run_id="early"))
    taken: list[str] = []
    LocalEvents(tmp_path).deliver_waiting(lambda letter: taken.append(letter.event))
    assert taken == ['{"run_id":"early"}']
