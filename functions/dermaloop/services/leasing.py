"""Gives an image to one doctor at a time; a lease ends by itself."""

import msgspec

from dermaloop.errors import Conflict, NotFound
from dermaloop.ports import Documents, World
from dermaloop.records import AuditEntry
from dermaloop.records.documents import Found, Note, Put, Query
from dermaloop.records.people import Person
from dermaloop.records.reviewing import REVIEWS, Review
from dermaloop.services.forgetting import withdraw_image
from dermaloop.services.moments import later, now
from dermaloop.services.queueing import enqueue_new, may_read, settings_of, waiting_for

_TRIES = 20
CAUGHT_UP = 50
"""How many new cases one request looks through; the sweep does the rest."""


def take_next(person: Person, *, world: World, skip: frozenset[str] = frozenset()) -> Review | None:
    """What this doctor goes on with: an image held already, or else the one most worth reading; None if none waits."""
    enqueue_new(world, most=CAUGHT_UP)
    held = _held(person, world.documents)
    if found := next((each for each in held if each.record.id not in skip), None):
        return found.record
    tried = 0
    for found, _ in waiting_for(person, world.documents):
        if found.record.id in skip or not still_kept(found.record, world):
            continue
        try:
            return lease(found, person, world.documents)
        except Conflict:  # another doctor was faster: there is more to read
            tried += 1
        if tried >= _TRIES:
            break
    return None


def take(name: str, person: Person, *, world: World) -> Review:
    """This very image, or Conflict where another reads it or it needs no more readings of this doctor."""
    found = find_review(name, world.documents)
    if not still_kept(found.record, world):
        raise NotFound("The case of this image was deleted.")
    if not may_read(found.record, person, now()):
        raise Conflict(_why_not(found.record, person))
    return lease(found, person, world.documents)


def still_kept(review: Review, world: World) -> bool:
    """Whether the case is still there; where its deletion was cut short, it is ended here."""
    try:
        world.records.case(review.case_id)
    except NotFound:
        withdraw_image(review.id, world.documents)
        return False
    return True


def lease(found: Found[Review], person: Person, documents: Documents) -> Review:
    """The review with its lease begun or renewed."""
    moment = now()
    renewed = found.record.holder == person.id
    held = msgspec.structs.replace(
        found.record,
        holder=person.id,
        held_since=found.record.held_since if renewed else moment,
        held_until=later(moment, minutes=settings_of(documents).record.lease_minutes),
    )
    line = Note(AuditEntry(at=moment, actor=person.id, action="open", subject=f"review:{held.id}"))
    documents.commit(Put(REVIEWS, held, expected=found.version), *(() if renewed else (line,)))
    return held


def release(name: str, person: Person, documents: Documents) -> None:
    """Gives the image back; one that is not held is no error."""
    found = find_review(name, documents)
    if found.record.holder != person.id:
        return
    free = msgspec.structs.replace(found.record, holder=None, held_since="", held_until="")
    line = AuditEntry(at=now(), actor=person.id, action="give back", subject=f"review:{name}")
    documents.commit(Put(REVIEWS, free, expected=found.version), Note(line))


def _held(person: Person, documents: Documents) -> list[Found[Review]]:
    query = Query(REVIEWS, {"holder": person.id}, order="held_until", at_least=now())
    return [each for each in documents.find(query, limit=20).found if each.record.waits]


def _why_not(review: Review, person: Person) -> str:
    if person.id in review.annotators:
        return "You have read this image; what you said can be amended, not read anew."
    if not review.waits:
        return "This image is reviewed; it waits for no further reading."
    return f"Another doctor reads this image until {review.held_until}."


def find_review(name: str, documents: Documents) -> Found[Review]:
    try:
        return documents.get(REVIEWS, name)
    except NotFound as error:
        raise NotFound("There is no such image to review.") from error
