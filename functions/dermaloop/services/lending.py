"""Lends a doctor one picture for a few minutes: an address that a browser, or a viewer beside it, follows by itself."""

from dermaloop.errors import Conflict, NotFound
from dermaloop.ports import Link, World
from dermaloop.records import AuditEntry
from dermaloop.records.documents import Note
from dermaloop.records.people import Person
from dermaloop.records.reviewing import Review
from dermaloop.services import consulting
from dermaloop.services.leasing import find_review, still_kept
from dermaloop.services.moments import now

SECONDS = 300


def lend_image(name: str, *, doctor: Person, world: World) -> Link:
    """Of an image that this doctor holds or has read, or that nobody has to read any more."""
    review = find_review(name, world.documents).record
    if not still_kept(review, world):
        raise NotFound("The case of this image was deleted.")
    if not _may_see(review, doctor):
        raise Conflict("Take this image to read first.")
    return _lend(review.blob, f"review:{name}", doctor, world)


def lend_photo(case_id: str, name: str, *, doctor: Person, world: World) -> Link:
    """Of a consultation: a photo of the case or of its thread."""
    found, case = consulting.look(case_id, doctor=doctor, world=world)
    return _lend(consulting.place(found.record, case, name), f"case:{case_id}", doctor, world)


def _may_see(review: Review, doctor: Person) -> bool:
    held = review.holder == doctor.id and review.held_until > now()
    return held or doctor.id in review.annotators or not review.waits


def _lend(key: str, subject: str, doctor: Person, world: World) -> Link:
    """The trail first: nothing is lent that it does not know of."""
    line = AuditEntry(at=now(), actor=doctor.id, action="lend picture", subject=subject)
    world.documents.commit(Note(line))
    return world.links.lend(key, seconds=SECONDS)
