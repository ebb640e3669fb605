"""Teaches on images that several doctors agreed on: the answer first, then the reference and what the model saw."""

from collections import defaultdict
from collections.abc import Iterator

import msgspec

from dermaloop.answers import Heatmap, Reading
from dermaloop.errors import Conflict, DermaloopError, NotFound
from dermaloop.knowledge.review_words import meanings, review_words
from dermaloop.ports import Documents, World
from dermaloop.records.documents import Put, Query
from dermaloop.records.findings import Diagnosis
from dermaloop.records.people import Person
from dermaloop.records.quizzing import QUIZ_ANSWERS, QuizAnswer
from dermaloop.records.reviewing import REVIEWS, How, Reference, Review, annotation_id
from dermaloop.services.leasing import find_review
from dermaloop.services.moments import now, read
from dermaloop.services.prioritizing import chance
from dermaloop.services.reading import read_photo
from dermaloop.services.showing import told_by_models

_PAGE = 200
_LOOKED_THROUGH = 2000
_TEACHES: frozenset[How] = frozenset({"adjudicated", "two readers agree"})


class QuizImage(msgspec.Struct, frozen=True, kw_only=True):
    """One image to name, with nothing that would tell."""

    id: str
    picture: str
    width: int
    height: int


class QuizScore(msgspec.Struct, frozen=True, kw_only=True):
    """How one doctor does: by the name, and by malignant or not where the reference is either."""

    answered: int
    right: int
    malignancy_answered: int
    malignancy_right: int


class QuizWeek(QuizScore, frozen=True, kw_only=True):
    """The same in one week, named as ISO 8601 does."""

    week: str


class QuizResult(msgspec.Struct, frozen=True, kw_only=True):
    """The answer held against the reference, and what the models saw."""

    right: bool
    said: Diagnosis
    reference: Reference
    reference_text: str
    model: list[Reading]
    heatmap: Heatmap | None
    score: QuizScore


class QuizScores(msgspec.Struct, frozen=True, kw_only=True):
    """A doctor's own score over time."""

    whole: QuizScore
    weeks: list[QuizWeek]


def next_image(person: Person, *, documents: Documents) -> QuizImage | None:
    """One that this doctor neither read nor answered, in an order of their own."""
    known = {each.review_id for each in answers_of(person, documents)}
    fit = [review for review in _teaching(documents) if review.id not in known and person.id not in review.annotators]
    chosen = min(fit, key=lambda review: chance(annotation_id(review.id, person.id), "quiz"), default=None)
    if chosen is None:
        return None
    picture = f"/api/review/images/{chosen.id}/picture"
    return QuizImage(id=chosen.id, picture=picture, width=chosen.width, height=chosen.height)


def answer(name: str, said: Diagnosis, *, person: Person, locale: str, world: World) -> QuizResult:
    """The first answer stands; asking again tells the same."""
    documents = world.documents
    review = find_review(name, documents).record
    reference = review.reference
    if reference is None or not _fit(review):
        raise NotFound("This image is not in the quiz.")
    given = QuizAnswer(
        id=annotation_id(name, person.id),
        person=person.id,
        review_id=name,
        said=said,
        reference=reference.diagnosis,
        at=now(),
    )
    try:
        documents.commit(Put(QUIZ_ANSWERS, given, expected=0))
    except Conflict:
        given = documents.get(QUIZ_ANSWERS, given.id).record
    return QuizResult(
        right=_right(given),
        said=given.said,
        reference=reference,
        reference_text=review_words(locale).diagnoses[reference.diagnosis],
        model=told_by_models(review, locale, world),
        heatmap=_heatmap(review, world),
        score=_score(list(answers_of(person, documents))),
    )


def scores(person: Person, *, documents: Documents) -> QuizScores:
    weeks: dict[str, list[QuizAnswer]] = defaultdict(list)
    everything = list(answers_of(person, documents))
    for each in everything:
        year, week, _ = read(each.at).isocalendar()
        weeks[f"{year}-W{week:02d}"].append(each)
    by_week = [QuizWeek(week=week, **msgspec.structs.asdict(_score(said))) for week, said in sorted(weeks.items())]
    return QuizScores(whole=_score(everything), weeks=by_week)


def answers_of(person: Person, documents: Documents) -> Iterator[QuizAnswer]:
    """Oldest first."""
    query, after = Query(QUIZ_ANSWERS, {"person": person.id}, order="at"), ""
    while True:
        page = documents.find(query, after=after, limit=_PAGE)
        yield from page.records
        if not (after := page.after):
            return


def _teaching(documents: Documents) -> Iterator[Review]:
    """The newest that fit, of so many that one request can look through."""
    query, after = Query(REVIEWS, {"state": "reviewed"}, order="created_at", descending=True), ""
    for _ in range(_LOOKED_THROUGH // _PAGE):
        page = documents.find(query, after=after, limit=_PAGE)
        yield from filter(_fit, page.records)
        if not (after := page.after):
            return


def _fit(review: Review) -> bool:
    return review.train_consent and review.reference is not None and review.reference.how in _TEACHES


def _right(given: QuizAnswer) -> bool:
    """A narrower name of the same class is no mistake."""
    said, known = meanings()[given.said].disease, meanings()[given.reference].disease
    return given.said == given.reference or (said is not None and said == known)


def _score(answers: list[QuizAnswer]) -> QuizScore:
    known = [each for each in answers if meanings()[each.reference].malignant is not None]
    right = [meanings()[each.said].malignant == meanings()[each.reference].malignant for each in known]
    return QuizScore(
        answered=len(answers),
        right=sum(map(_right, answers)),
        malignancy_answered=len(known),
        malignancy_right=sum(right),
    )


def _heatmap(review: Review, world: World) -> str | None:
    """Of today's disease model; none where the picture or the model cannot be had."""
    try:
        classifier = world.classifiers.champion("disease")
        data = world.blobs.read(review.blob).data
        reading = read_photo(data, crop=None, classifiers=[classifier], limits=world.image_limits)
    except DermaloopError:
        return None
    return reading.heatmap(reading.models[0])
