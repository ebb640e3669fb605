"""Reminders: one message, on the day, to the address that was left, and then the address is forgotten."""

import threading
from pathlib import Path

import msgspec
import pytest

from dermaloop.errors import Conflict, Forbidden, InvalidRequest, NotFound, StoreUnavailable
from dermaloop.ports import Notice, World
from dermaloop.records.documents import Put, Query
from dermaloop.records.following import REMINDERS, Address, EmailAddress
from dermaloop.services import forgetting, reminding
from dermaloop.services.moments import later, now
from dermaloop.services.reminding import cancel, remind, reminder_of, send_due
from tests.services.cases import kept_case
from tests.services.worlds import CALM, world

MAIL = EmailAddress(value="someone@example.org")


class Mailbox:
    """Takes messages, and fails as often as it is told to."""

    def __init__(self, fail: int = 0) -> None:
        self.fail = fail
        self.sent: list[Notice] = []

    def send(self, notice: Notice) -> None:
        if self.fail:
            self.fail -= 1
            raise StoreUnavailable("no post today")
        self.sent.append(notice)


@pytest.fixture
def here(tmp_path: Path) -> World:
    return _with(tmp_path, Mailbox())


def _with(folder: Path, mailbox: Mailbox) -> World:
    return msgspec.structs.replace(world(folder, CALM), notifier=mailbox)


def sent(world: World) -> list[Notice]:
    assert isinstance(world.notifier, Mailbox)
    return world.notifier.sent


def set_due(world: World, case_id: str) -> None:
    """Time passes."""
    found = world.documents.get(REMINDERS, case_id)
    world.documents.commit(Put(REMINDERS, msgspec.structs.replace(found.record, due_at=later(now(), hours=-2))))


def test_without_a_date_it_is_due_when_the_next_step_says(here: World) -> None:
    case = kept_case(here)
    made = remind(case.id, token=case.token or "", address=MAIL, due_at=None, locale="ko", world=here)
    assert made.due_at == later(case.created_at, days=case.next_step.within_days)
    assert send_due(world=here).sent == 0


def test_it_is_sent_once_and_its_address_forgotten(here: World) -> None:
    case = kept_case(here)
    remind(case.id, token=case.token or "", address=MAIL, due_at=None, locale="zh-TW", world=here)
    set_due(here, case.id)
    assert [send_due(world=here).sent for _ in range(3)] == [1, 0, 0]
    assert [(notice.to, notice.locale) for notice in sent(here)] == [(MAIL, "zh-TW")]
    assert "皮膚" in sent(here)[0].text
    kept = reminder_of(case.id, token=case.token or "", world=here)
    assert (kept.state, kept.address) == ("sent", None)
    assert [line.action for line in here.records.audit(f"case:{case.id}")] == [
        "create",
        "set reminder",
        "send reminder",
    ]


def test_many_sweeps_at_once_send_it_once(here: World) -> None:
    for _ in range(4):
        case = kept_case(here)
        remind(case.id, token=case.token or "", address=MAIL, due_at=None, locale="en", world=here)
        set_due(here, case.id)
    threads = [threading.Thread(target=lambda: send_due(world=here)) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sent(here)) == len({notice.id for notice in sent(here)}) == 4


def test_where_sending_fails_it_is_tried_again_and_given_up_on_at_last(tmp_path: Path) -> None:
    for failures, arrives in ((2, True), (99, False)):
        here = _with(tmp_path / str(failures), Mailbox(failures))
        case = kept_case(here)
        remind(case.id, token=case.token or "", address=MAIL, due_at=None, locale="en", world=here)
        for _ in range(12):
            set_due(here, case.id)
            send_due(world=here)
        assert len(sent(here)) == arrives
        assert reminder_of(case.id, token=case.token or "", world=here).address is None


def test_a_sweep_that_died_while_sending_is_finished_by_a_later_one(here: World) -> None:
    case = kept_case(here)
    remind(case.id, token=case.token or "", address=MAIL, due_at=None, locale="en", world=here)
    found = here.documents.get(REMINDERS, case.id)
    died = msgspec.structs.replace(found.record, state="sending", due_at=now())
    here.documents.commit(Put(REMINDERS, died))
    assert send_due(world=here).sent == 0  # another sweep may be at it
    set_due(here, case.id)
    assert send_due(world=here).sent == 1


@pytest.mark.parametrize("due_at", ["2020-01-01T00:00:00.000Z", "2999-01-01T00:00:00.000Z"])
def test_a_date_that_is_past_or_far_is_refused(here: World, due_at: str) -> None:
    case = kept_case(here)
    with pytest.raises(InvalidRequest):
        remind(case.id, token=case.token or "", address=MAIL, due_at=due_at, locale="en", world=here)


def test_an_emergency_gets_no_reminder(here: World) -> None:
    case = here.records.case(kept_case(here).id)
    pressing = msgspec.structs.replace(case, answer={"next_step": {"tier": "emergency", "within_days": 0}})
    with pytest.raises(Conflict, match="today"):
        reminding.due_of(pressing)


def test_only_the_token_opens_it_and_cancelling_forgets(here: World) -> None:
    case = kept_case(here)
    with pytest.raises(Forbidden):
        remind(case.id, token="other", address=MAIL, due_at=None, locale="en", world=here)
    remind(case.id, token=case.token or "", address=MAIL, due_at=None, locale="en", world=here)
    for _ in range(2):
        cancel(case.id, token=case.token or "", world=here)
    with pytest.raises(NotFound):
        reminder_of(case.id, token=case.token or "", world=here)


def test_a_deleted_case_takes_its_reminder_along(here: World) -> None:
    case = kept_case(here)
    remind(case.id, token=case.token or "", address=MAIL, due_at=None, locale="en", world=here)
    forgetting.forget(case.id, token=case.token or "", world=here)
    assert here.documents.count(Query(REMINDERS)) == 0


@pytest.mark.parametrize("value", ["", "nobody", "@example.org", "a@b", "a b@example.org", "a@example.org\nBcc: x@y.z"])
def test_what_is_no_address_is_refused(value: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"channel": "email", "value": value}, type=Address)
