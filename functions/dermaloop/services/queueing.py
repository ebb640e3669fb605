"""Fills the doctors' queue from the kept cases, and shows what waits for a doctor, most worth reading first."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from dermaloop.errors import Conflict, NotFound
from dermaloop.ports import Documents, World
from dermaloop.records import AuditEntry, Case, LesionImage, Prediction
from dermaloop.records.documents import Found, Note, Put, Query, write_cursor
from dermaloop.records.findings import Site
from dermaloop.records.people import Person
from dermaloop.records.reviewing import (
    QUEUE_MARKS,
    REVIEW_SETTINGS,
    REVIEWS,
    QueueMark,
    Review,
    ReviewSettings,
    Weight,
    review_id,
)
from dermaloop.services.moments import later, now
from dermaloop.services.prioritizing import DEADLINE, chance, rank, reasons_of, weigh
from dermaloop.services.sketching import KEPT, novelty, sketch

_MARK = "cases"
_SETTINGS = "review"
_OVERLAP = 120.0  # seconds: how long after the time it bears a case may still be kept
_PAGE = 50
_CHUNK = 100
_OWNER = "queue"
_SITES: dict[str, Site] = {
    **dict.fromkeys(("scalp", "face", "eyelid", "lip", "ear", "neck"), "head/neck"),
    **dict.fromkeys(("arm", "hand"), "upper extremity"),
    **dict.fromkeys(("leg", "foot"), "lower extremity"),
    **dict.fromkeys(("chest", "abdomen"), "anterior torso"),
    **dict.fromkeys(("palm", "sole"), "palms/soles"),
    **dict.fromkeys(("mouth", "genital"), "oral/genital"),
    "back": "posterior torso",
    "nail": "nail",
}
"""Where people say the spot is, in the words that doctors use."""


def settings_of(documents: Documents) -> Found[ReviewSettings]:
    """What was set, or, at version 0, what counts until somebody sets it."""
    try:
        return documents.get(REVIEW_SETTINGS, _SETTINGS)
    except NotFound:
        return Found(ReviewSettings(id=_SETTINGS), 0)


def change_settings(changed: ReviewSettings, *, version: int, by: str, documents: Documents) -> Found[ReviewSettings]:
    """Puts these in place of the version that was seen; another one by now: Conflict."""
    before = settings_of(documents).record
    names = ", ".join(n for n in ReviewSettings.__struct_fields__ if getattr(before, n) != getattr(changed, n))
    line = AuditEntry(at=now(), actor=by, action=f"change settings: {names}", subject=f"settings:{_SETTINGS}")
    documents.commit(Put(REVIEW_SETTINGS, changed, expected=version), Note(line))
    return Found(changed, version + 1)


@dataclass
class Seen:
    """What was queued last: how it looks to the models, and how it scored."""

    sketches: list[str] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)


def enqueue_new(world: World, *, most: int = 500) -> int:
    """Queues the images of cases kept since the last look, and says how many; safe to run twice, or twice at once.

    What is new comes first, however many came at once. Then what was seen lately is looked through again, for a case
    that was kept a little after the time it bears.
    """
    found = _mark(world.documents)
    mark = found.record
    seen = Seen(list(mark.sketches), list(mark.scores))
    reached, settled, queued = (mark.seen_until, mark.seen_id), (mark.settled_until, mark.settled_id), 0
    for case in _cases_after(reached, world, most):
        queued += enqueue_case(case, world=world, seen=seen)
        reached = _place(case)
    horizon = later(now(), seconds=-_OVERLAP)
    for case in _cases_after(settled, world, most):
        if _place(case) > reached:
            break
        queued += enqueue_case(case, world=world, seen=seen)
        settled = _place(case) if case.created_at < horizon else settled
    if queued or (reached, settled) != ((mark.seen_until, mark.seen_id), (mark.settled_until, mark.settled_id)):
        _advance(world.documents, reached, settled, seen, found.version)
    return queued


def _cases_after(place: tuple[str, str], world: World, most: int) -> Iterator[Case]:
    """At most so many cases from there on."""
    while most > 0 and (cases := world.records.cases_since(place[0], after=place[1], limit=min(_PAGE, most))):
        yield from cases
        place, most = _place(cases[-1]), most - len(cases)


def _place(case: Case) -> tuple[str, str]:
    return case.created_at, case.id


def enqueue_case(case: Case, *, world: World, seen: Seen | None = None, deadline: str = "") -> int:
    """Queues a case's images whose owner agreed to training, or, where there is a deadline, asked for a doctor."""
    settings, queued = settings_of(world.documents).record, 0
    for image in case.images:
        wanted = image.blob and (image.train_consent or deadline)
        if wanted and not _queued(review_id(case.id, image.id), world.documents):
            queued += _put_new(_review(case, image, seen or Seen(), settings, deadline), world.documents)
    return queued


def waiting_for(person: Person, documents: Documents, *, after: str = "") -> Iterator[tuple[Found[Review], str]]:
    """What this doctor may read now, most worth reading first, each with the place to go on from."""
    moment = now()
    while True:
        page = documents.find(_QUEUE, after=after, limit=_CHUNK)
        for found in page.found:
            if may_read(found.record, person, moment):
                yield found, place_after(found.record)
        if not page.after:
            return
        after = page.after


def may_read(review: Review, person: Person, moment: str) -> bool:
    """Nobody reads an image twice, and nobody reads what another reads just now."""
    free = review.holder in (None, person.id) or review.held_until <= moment
    return review.waits and free and person.id not in review.annotators


_QUEUE = Query(REVIEWS, {"waits": True}, order="rank", descending=True)


def place_after(review: Review) -> str:
    """Where the queue goes on behind an image."""
    return write_cursor(review.rank, review.id)


def _review(case: Case, image: LesionImage, seen: Seen, settings: ReviewSettings, deadline: str) -> Review:
    name, queued_at = review_id(case.id, image.id), now()
    predictions = [each for each in case.predictions if each.image_id == image.id]
    looks = _sketch(predictions)
    weights = _weights(name, predictions, looks, seen, settings)
    if deadline:
        weights = (Weight("deadline", DEADLINE), *weights)
    return Review(
        id=name,
        case_id=case.id,
        image_id=image.id,
        blob=image.blob or "",
        sha256=image.sha256,
        width=image.width,
        height=image.height,
        source=str(case.answer.get("source", "patient")),
        created_at=case.created_at,
        queued_at=queued_at,
        train_consent=image.train_consent,
        models=tuple(each.model for each in predictions),
        wanted=2 if chance(name, "double") < settings.double_share else 1,
        rank=rank(weights, queued_at, settings),
        reasons=weights,
        sketch=looks,
        deadline=deadline,
        site=_SITES.get(str(case.answers.site), "unknown") if case.answers else "unknown",
    )


def _weights(
    name: str, predictions: list[Prediction], looks: str, seen: Seen, settings: ReviewSettings
) -> tuple[Weight, ...]:
    """By chance or by reasons; either way it is one more that the next are compared with."""
    new = novelty(looks, seen.sketches) if looks else 1.0
    weights = weigh(name, predictions, novelty=new, settings=settings, scores=seen.scores)
    if looks:
        seen.sketches.append(looks)
    seen.scores.append(round(sum(each.weight for each in reasons_of(predictions, novelty=new)), 4))
    return weights


def _sketch(predictions: list[Prediction]) -> str:
    """Of the model that knows most labels."""
    able = [each for each in predictions if each.embedding]
    best = max(able, key=lambda each: len(each.probabilities), default=None)
    return sketch(best.embedding, best.model.sha256) if best else ""


def _queued(name: str, documents: Documents) -> bool:
    try:
        documents.get(REVIEWS, name)
    except NotFound:
        return False
    return True


def _put_new(review: Review, documents: Documents) -> bool:
    """False where it is queued already."""
    line = AuditEntry(at=now(), actor=_OWNER, action="queue", subject=f"review:{review.id}")
    try:
        documents.commit(Put(REVIEWS, review, expected=0), Note(line))
    except Conflict:
        return False
    return True


def _mark(documents: Documents) -> Found[QueueMark]:
    try:
        return documents.get(QUEUE_MARKS, _MARK)
    except NotFound:
        return Found(QueueMark(id=_MARK), 0)


def _advance(
    documents: Documents, reached: tuple[str, str], settled: tuple[str, str], seen: Seen, version: int
) -> None:
    """Another who looked at the same time has moved the mark already; its next look covers the rest."""
    mark = QueueMark(
        id=_MARK,
        seen_until=reached[0],
        seen_id=reached[1],
        settled_until=settled[0],
        settled_id=settled[1],
        sketches=tuple(seen.sketches[-KEPT:]),
        scores=tuple(seen.scores[-KEPT:]),
    )
    try:
        documents.commit(Put(QUEUE_MARKS, mark, expected=version))
    except Conflict:
        return
