"""Saves what doctors say: drafts with versions, blind first readings, and amendments made after the model was seen."""

import logging

import msgspec

from dermaloop.errors import Conflict, Forbidden, InvalidRequest, NotFound, StoreUnavailable
from dermaloop.events import AnnotationSaved
from dermaloop.ports import Documents, World
from dermaloop.records import AuditEntry, ModelVersion
from dermaloop.records.documents import Change, Found, Note, Put, Query, Remove
from dermaloop.records.findings import Findings
from dermaloop.records.people import Person
from dermaloop.records.reviewing import (
    ANNOTATION_VERSIONS,
    ANNOTATIONS,
    REVIEWS,
    Annotation,
    AnnotationVersion,
    Review,
    annotation_id,
)
from dermaloop.services.leasing import find_review
from dermaloop.services.moments import later, now, read
from dermaloop.services.queueing import may_read, settings_of
from dermaloop.services.settling import settle

_log = logging.getLogger("dermaloop.annotating")

HISTORY = 50
"""How many earlier states of one annotation are kept for undoing."""
_TRIES = 4


class Stale(msgspec.Struct, frozen=True, kw_only=True):
    """One side of two that contradict each other."""

    version: int
    findings: Findings
    saved_at: str = ""


def save_draft(
    name: str, findings: Findings, *, version: int, person: Person, documents: Documents, seconds: float | None = None
) -> Found[Annotation]:
    """Keeps a draft over the version it was made from, and the image with its doctor for longer."""
    for _ in range(_TRIES):
        review = find_review(name, documents)
        _must_be_free(review.record, person)
        before = own(name, person, documents)
        if before and before.record.submitted:
            raise Conflict("This reading is submitted; amend it instead.", **_sides(before, findings, version))
        _must_be_fresh(before, findings, version)
        draft = _draft(before, review.record, findings, person, seconds)
        try:
            documents.commit(*_keeping(draft, before, person), *_renewing(review, person, documents))
        except Conflict:  # either this draft was saved elsewhere, which the next round tells, or only the lease moved
            continue
        return Found(draft, version + 1)
    raise Conflict("This image is being changed again and again. Please try once more.")


def submit(
    name: str, findings: Findings, *, version: int, person: Person, world: World, seconds: float | None = None
) -> Found[Annotation]:
    """Makes a reading count. Sending the same twice is one reading; what follows for the image is decided with it."""
    _must_be_complete(findings)
    documents = world.documents
    for _ in range(_TRIES):
        review, before = find_review(name, documents), own(name, person, documents)
        if before and before.record.submitted:
            if before.record.blind == findings:
                return before
            raise Conflict("This reading is submitted; amend it instead.", **_sides(before, findings, version))
        _must_be_free(review.record, person)
        _must_be_fresh(before, findings, version)
        draft = _draft(before, review.record, findings, person, seconds)
        part = "second" if review.record.state == "reviewed" else review.record.state
        made = msgspec.structs.replace(draft, part=part, submitted=True, submitted_at=draft.saved_at, blind=findings)
        settled = _settled(review, made, documents)
        try:
            documents.commit(*_keeping(made, before, person), settled)
        except Conflict:
            continue
        _tell(made, world)
        return Found(made, version + 1)
    raise Conflict("This image is being changed again and again. Please try once more.")


def amend(name: str, findings: Findings, *, version: int, person: Person, documents: Documents) -> Found[Annotation]:
    """Changes a submitted reading: the model's answer was seen by then, so it is marked and must be confirmed."""
    _must_be_complete(findings)
    for _ in range(_TRIES):
        review, before = find_review(name, documents), own(name, person, documents)
        if before is None or not before.record.submitted:
            raise Conflict("There is no submitted reading of yours to amend.")
        _must_be_fresh(before, findings, version)
        changed = msgspec.structs.replace(
            before.record,
            findings=findings,
            after_model=findings != before.record.blind,
            amendment_confirmed_by="",
            saved_at=now(),
        )
        try:
            documents.commit(*_keeping(changed, before, person), _settled(review, changed, documents))
        except Conflict:
            continue
        return Found(changed, version + 1)
    raise Conflict("This image is being changed again and again. Please try once more.")


def confirm(name: str, annotator: str, *, person: Person, world: World) -> Found[Annotation]:
    """Lets a change made after the model's answer count; only who has read the image may say so. Safe to repeat."""
    documents = world.documents
    for _ in range(_TRIES):
        review = find_review(name, documents)
        if person.id not in review.record.annotators:
            raise Forbidden("Only a doctor who has read this image may confirm a change.")
        before = documents.get(ANNOTATIONS, annotation_id(name, annotator))
        if not before.record.after_model or before.record.amendment_confirmed_by:
            return before
        made = msgspec.structs.replace(before.record, amendment_confirmed_by=person.id)
        line = Note(_line("confirm the change after the model's answer", made, person))
        change = Put(ANNOTATIONS, made, expected=before.version)
        try:
            documents.commit(change, line, _settled(review, made, documents))
        except Conflict:
            continue
        _tell(made, world)
        return Found(made, before.version + 1)
    raise Conflict("This image is being changed again and again. Please try once more.")


def own(name: str, person: Person, documents: Documents) -> Found[Annotation] | None:
    """What this doctor said of the image so far."""
    try:
        return documents.get(ANNOTATIONS, annotation_id(name, person.id))
    except NotFound:
        return None


def history(name: str, person: Person, documents: Documents) -> tuple[AnnotationVersion, ...]:
    """The earlier states of a doctor's own annotation, oldest first."""
    query = Query(ANNOTATION_VERSIONS, {"annotation_id": annotation_id(name, person.id)}, order="number")
    return documents.find(query, limit=HISTORY).records


def readings(name: str, documents: Documents) -> tuple[Annotation, ...]:
    """Every annotation of one image."""
    return documents.find(Query(ANNOTATIONS, {"review_id": name}), limit=100).records


def spoken_of(models: tuple[ModelVersion, ...]) -> str:
    return ", ".join(f"{model.name} {model.version}" for model in models) or "no model"


def _draft(
    before: Found[Annotation] | None, review: Review, findings: Findings, person: Person, seconds: float | None
) -> Annotation:
    saved_at = now()
    opened_at = before.record.opened_at if before else review.held_since or saved_at
    passed = (read(saved_at) - read(opened_at)).total_seconds()
    return Annotation(
        id=annotation_id(review.id, person.id),
        review_id=review.id,
        case_id=review.case_id,
        annotator=person.id,
        name=person.name,
        part=review.state,
        findings=findings,
        opened_at=opened_at,
        saved_at=saved_at,
        seconds=round(passed if seconds is None else min(seconds, passed), 1),
        models=review.models,
    )


def _keeping(made: Annotation, before: Found[Annotation] | None, person: Person) -> list[Change]:
    """The annotation, the state it had before, and the line that says what changed."""
    version = before.version if before else 0
    changes: list[Change] = [Put(ANNOTATIONS, made, expected=version), Note(_line(_what(made, before), made, person))]
    if before:
        earlier = AnnotationVersion(
            id=_version_id(made.id, version),
            annotation_id=made.id,
            number=version,
            saved_at=before.record.saved_at,
            findings=before.record.findings,
        )
        changes += [
            Put(ANNOTATION_VERSIONS, earlier),
            Remove(ANNOTATION_VERSIONS, _version_id(made.id, version - HISTORY)),
        ]
    return changes


def _version_id(annotation: str, number: int) -> str:
    return f"{annotation}.{max(number, 0):06d}"


def _what(made: Annotation, before: Found[Annotation] | None) -> str:
    """Which fields changed, never to what: the trail holds no content."""
    was = before.record.findings if before else Findings()
    fields = [name for name in Findings.__struct_fields__ if getattr(was, name) != getattr(made.findings, name)]
    if made.submitted and (before is None or not before.record.submitted):
        return f"submit the {made.part} reading"
    verb = "amend after the model's answer" if made.submitted else "save a draft"
    return f"{verb}: {', '.join(fields) or 'nothing changed'}"


def _line(what: str, made: Annotation, person: Person) -> AuditEntry:
    action = f"{what} (models: {spoken_of(made.models)})"
    return AuditEntry(at=now(), actor=person.id, action=action, subject=f"review:{made.review_id}")


def _settled(review: Found[Review], made: Annotation, documents: Documents) -> Put[Review]:
    others = [each for each in readings(review.record.id, documents) if each.id != made.id]
    after = settle(review.record, [*others, made], settings_of(documents).record)
    return Put(REVIEWS, after, expected=review.version)


def _renewing(review: Found[Review], person: Person, documents: Documents) -> list[Change]:
    """A draft renews the lease once half of it is over."""
    minutes = settings_of(documents).record.lease_minutes
    if not review.record.waits:
        return []
    if review.record.holder == person.id and review.record.held_until > later(now(), minutes=minutes / 2):
        return []
    held = msgspec.structs.replace(
        review.record,
        holder=person.id,
        held_since=review.record.held_since if review.record.holder == person.id else now(),
        held_until=later(now(), minutes=minutes),
    )
    return [Put(REVIEWS, held, expected=review.version)]


def _must_be_free(review: Review, person: Person) -> None:
    """Who began before the lease ended may go on, also where the image needs no more readings; two never at once."""
    if review.waits and not may_read(review, person, now()):
        raise Conflict(f"Another doctor reads this image until {review.held_until}.")


def _must_be_fresh(before: Found[Annotation] | None, findings: Findings, version: int) -> None:
    if version != (before.version if before else 0):
        said = "This was changed elsewhere since you loaded it; both versions are in this answer."
        raise Conflict(said, **_sides(before, findings, version))


def _sides(before: Found[Annotation] | None, findings: Findings, version: int) -> dict[str, Stale]:
    yours = Stale(version=version, findings=findings)
    if before is None:
        return {"yours": yours}
    kept = before.record
    return {"theirs": Stale(version=before.version, findings=kept.findings, saved_at=kept.saved_at), "yours": yours}


def _must_be_complete(findings: Findings) -> None:
    for field in ("diagnosis", "certainty"):
        if getattr(findings, field) is None:
            raise InvalidRequest(f"A reading needs a {field}.", path=f"$.findings.{field}")
    if findings.diagnosis == "other" and not findings.notes.strip():
        raise InvalidRequest("Say in the notes what it is.", path="$.findings.notes")


def _tell(made: Annotation, world: World) -> None:
    """The reading is kept whether or not the bus takes the news; the sweep counts what it missed."""
    try:
        world.events.publish(AnnotationSaved(annotation_id=made.id))
    except StoreUnavailable:
        _log.exception("the news of an annotation was not taken", extra={"annotation": made.id})
