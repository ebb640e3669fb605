"""Events that could not be delivered: seen, sent again, or dropped by an admin."""

from collections.abc import Iterator
from contextlib import suppress

import msgspec

from dermaloop.errors import Conflict, StoreUnavailable
from dermaloop.events import Event, Letter, read_event
from dermaloop.ports import Documents, World
from dermaloop.records import AuditEntry
from dermaloop.records.dead_letters import DEAD_LETTERS, DeadLetter
from dermaloop.records.documents import Note, Put, Query
from dermaloop.services.moments import now

_WAITING = Query(DEAD_LETTERS, {"waiting": True}, order="at", descending=True)
_PAGE = 100


class DeadLetters(msgspec.Struct, frozen=True):
    """Those that wait, the last first."""

    dead_letters: list[DeadLetter]
    after: str = ""


def dead_letters(*, after: str, limit: int, world: World) -> DeadLetters:
    """The first page looks what the bus gave up on since; where the bus is down, what was kept is shown."""
    if not after:
        with suppress(StoreUnavailable):
            collect(world=world)
    page = world.documents.find(_WAITING, after=after, limit=limit)
    return DeadLetters(list(page.records), page.after)


def waiting(*, world: World) -> Iterator[DeadLetter]:
    """All that wait, those of the bus included, the last first."""
    collect(world=world)
    after = ""
    while True:
        page = world.documents.find(_WAITING, after=after, limit=_PAGE)
        yield from page.records
        if not (after := page.after):
            return


def collect(*, world: World) -> int:
    """Keeps what the bus gave up on before it takes it off the bus, which forgets after days; says how many came."""
    collected = 0
    while letters := world.events.undelivered(limit=_PAGE):
        for letter in letters:
            set_aside(letter, documents=world.documents)
        world.events.settle(letters)
        collected += len(letters)
    return collected


def set_aside(letter: Letter, *, documents: Documents) -> None:
    """Keeps an event that was tried too often; telling it twice keeps it once."""
    kept = DeadLetter(id=letter.id, at=now(), topic=letter.topic, event=letter.event, tries=letter.tries)
    with suppress(Conflict):
        documents.commit(Put(DEAD_LETTERS, kept, expected=0))


def replay(*, letter_id: str, by: str, world: World) -> DeadLetter:
    """Publishes the event again. Handlers are safe to run twice, so it is marked only once it was told."""
    found = world.documents.get(DEAD_LETTERS, letter_id)
    if not found.record.waiting:
        raise Conflict("This event was replayed or dropped already.")
    world.events.publish(_event(found.record))
    return _close(found.record, found.version, by=by, action="replay", documents=world.documents)


def try_again(letter_id: str, *, by: str, world: World) -> bool:
    """Replays a letter; False where it is no event of ours or somebody else was quicker."""
    try:
        replay(letter_id=letter_id, by=by, world=world)
    except Conflict:
        return False
    return True


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
    try:
        return read_event(letter.topic, letter.event)
    except ValueError as error:
        raise Conflict("This is no event that this code knows; it can only be dropped.") from error
