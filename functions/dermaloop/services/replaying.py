"""Events that could not be delivered: seen, sent again, or dropped by an admin."""

import msgspec

from dermaloop.errors import Conflict
from dermaloop.events import TOPICS, Event
from dermaloop.ports import Documents, World
from dermaloop.records import AuditEntry
from dermaloop.records.dead_letters import DEAD_LETTERS, DeadLetter
from dermaloop.records.documents import Note, Put, Query
from dermaloop.services.moments import now


class DeadLetters(msgspec.Struct, frozen=True):
    """Those that wait, the last first."""

    dead_letters: list[DeadLetter]
    after: str = ""


def dead_letters(*, after: str, limit: int, documents: Documents) -> DeadLetters:
    page = documents.find(Query(DEAD_LETTERS, {"waiting": True}, order="at", descending=True), after=after, limit=limit)
    return DeadLetters(list(page.records), page.after)


def set_aside(*, message_id: str, topic: str, event: str, tries: int, documents: Documents) -> None:
    """Keeps an event that was tried too often; telling it twice keeps it once."""
    letter = DeadLetter(id=message_id, at=now(), topic=topic, event=event, tries=tries)
    try:
        documents.commit(Put(DEAD_LETTERS, letter, expected=0))
    except Conflict:
        return


def replay(*, letter_id: str, by: str, world: World) -> DeadLetter:
    """Publishes the event again. Handlers are safe to run twice, so it is marked only once it was told."""
    found = world.documents.get(DEAD_LETTERS, letter_id)
    if not found.record.waiting:
        raise Conflict("This event was replayed or dropped already.")
    world.events.publish(_event(found.record))
    return _close(found.record, found.version, by=by, action="replay", documents=world.documents)


def drop(*, letter_id: str, by: str, documents: Documents) -> DeadLetter:
    """Takes it off the list; it stays on record for as long as the retention policy says."""
    found = documents.get(DEAD_LETTERS, letter_id)
    if not found.record.waiting:
        raise Conflict("This event was replayed or dropped already.")
    return _close(found.record, found.version, by=by, action="drop", documents=documents)


def _close(letter: DeadLetter, version: int, *, by: str, action: str, documents: Documents) -> DeadLetter:
    closed = msgspec.structs.replace(letter, waiting=False, closed_at=now(), closed_by=by)
    said = AuditEntry(at=now(), actor=by, action=action, subject=f"dead_letter:{letter.id}")
    documents.commit(Put(DEAD_LETTERS, closed, expected=version), Note(said))
    return closed


def _event(letter: DeadLetter) -> Event:
    for topic in TOPICS:
        if topic.name == letter.topic:
            try:
                return msgspec.json.decode(letter.event.encode(), type=topic.event)
            except (msgspec.DecodeError, msgspec.ValidationError) as error:
                raise Conflict("This is no event that this code knows; it can only be dropped.") from error
    raise Conflict("This topic is not known to this code; the event can only be dropped.")
