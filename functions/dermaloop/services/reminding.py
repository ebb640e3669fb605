"""Reminds people to look at a spot again: by a message, once and only once, where they left an address."""

import logging
from dataclasses import dataclass

import msgspec

from dermaloop.errors import Conflict, DermaloopError, InvalidRequest, NotFound
from dermaloop.knowledge.letters import letters
from dermaloop.ports import Documents, Notice, World
from dermaloop.records import AuditEntry, Case
from dermaloop.records.documents import Found, Note, Put, Query, Remove
from dermaloop.records.following import REMINDERS, Address, Reminder, ReminderState
from dermaloop.services.disclosing import audit_entry, find
from dermaloop.services.moments import later, now

_log = logging.getLogger("dermaloop.reminding")

LONGEST = 400
"""Days ahead a reminder may lie."""
_GIVES_UP = 8
_STUCK_HOURS = 1
_AGAIN_HOURS = 1


@dataclass(frozen=True)
class Sent:
    """What one round of sending came to."""

    sent: int = 0
    failed: int = 0


def due_of(case: Case) -> str:
    """When to look again, by the next step that was told."""
    step = case.answer["next_step"]
    if step["tier"] == "emergency":
        raise Conflict("This needs a doctor today. A reminder would be too late.")
    return later(case.created_at, days=step["within_days"])


def remind(case_id: str, *, token: str, address: Address, due_at: str | None, locale: str, world: World) -> Reminder:
    """Leaves an address with a date; a second time replaces the first."""
    case = find(case_id, token=token, records=world.records)
    due = due_at or due_of(case)
    if not now() < due < later(now(), days=LONGEST):
        raise InvalidRequest(f"The date must lie ahead, within {LONGEST} days.", path="$.due_at")
    reminder = Reminder(id=case.id, due_at=due, state="waiting", locale=locale, address=address)
    note = Note(audit_entry("set reminder", case.id))
    world.documents.commit(Put(REMINDERS, reminder, expected=_version(case.id, world.documents)), note)
    return reminder


def reminder_of(case_id: str, *, token: str, world: World) -> Reminder:
    """The reminder as it stands, or NotFound."""
    find(case_id, token=token, records=world.records)
    return world.documents.get(REMINDERS, case_id).record


def cancel(case_id: str, *, token: str, world: World) -> None:
    """Forgets the address and the date; safe to repeat."""
    find(case_id, token=token, records=world.records)
    if _version(case_id, world.documents):
        world.documents.commit(Remove(REMINDERS, case_id), Note(audit_entry("cancel reminder", case_id)))


def send_due(*, world: World, most: int = 200) -> Sent:
    """Sends what is due, each once: claimed before it is sent, under an id by which the provider knows a repeat."""
    sent = failed = 0
    waiting = world.documents.find(Query(REMINDERS, {"state": "waiting"}, "due_at", below=now()), limit=most).found
    stuck = Query(REMINDERS, {"state": "sending"}, "due_at", below=later(now(), hours=-_STUCK_HOURS))
    for found in (*waiting, *world.documents.find(stuck, limit=most).found):
        outcome = _send(found, world)
        sent += outcome is True
        failed += outcome is False
    return Sent(sent, failed)


def _send(found: Found[Reminder], world: World) -> bool | None:
    """True once it is sent, False where it could not be, None where another sweep has it."""
    reminder = found.record
    if reminder.address is None:
        return None
    claimed = msgspec.structs.replace(reminder, state="sending", tries=reminder.tries + 1, due_at=now())
    try:
        world.documents.commit(Put(REMINDERS, claimed, expected=found.version))
    except Conflict:
        return None
    said = letters(reminder.locale).reminder
    notice = Notice(f"reminder-{reminder.id}", reminder.address, reminder.locale, said.subject, said.text)
    try:
        world.notifier.send(notice)
    except DermaloopError as error:
        _log.warning("a reminder was not sent: %s", error.detail, extra={"case": reminder.id, "tries": claimed.tries})
        _settle(claimed, found.version + 1, "waiting" if claimed.tries < _GIVES_UP else "sent", "give up on", world)
        return False
    _settle(claimed, found.version + 1, "sent", "send", world)
    return True


def _settle(reminder: Reminder, version: int, state: ReminderState, action: str, world: World) -> None:
    """Once it is over, the address is forgotten; a person who changed the reminder meanwhile has the last word."""
    over = state == "sent"
    settled = msgspec.structs.replace(
        reminder,
        state=state,
        address=None if over else reminder.address,
        sent_at=now() if action == "send" else None,
        due_at=reminder.due_at if over else later(now(), hours=_AGAIN_HOURS),
    )
    entry = AuditEntry(at=now(), actor="sweep", action=f"{action} reminder", subject=f"case:{reminder.id}")
    try:
        world.documents.commit(Put(REMINDERS, settled, expected=version), *([Note(entry)] if over else []))
    except Conflict:
        _log.info("a reminder was changed while it was sent", extra={"case": reminder.id})


def _version(case_id: str, documents: Documents) -> int:
    try:
        return documents.get(REMINDERS, case_id).version
    except NotFound:
        return 0
