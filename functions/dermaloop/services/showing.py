"""What a doctor is shown of an image: nothing that the models said before the doctor's own reading is in."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from dermaloop.answers import RankedLabel, Reading
from dermaloop.contract.labels import VOCABULARIES, read_vocabulary
from dermaloop.errors import NotFound
from dermaloop.knowledge.review_words import review_words
from dermaloop.ports import World
from dermaloop.records import Prediction
from dermaloop.records.documents import Found
from dermaloop.records.findings import Diagnosis, Findings, Site
from dermaloop.records.people import Person
from dermaloop.records.reviewing import Annotation, ReasonToRead, Reference, Review, ReviewSettings, State
from dermaloop.services.annotating import own, readings
from dermaloop.services.moments import now
from dermaloop.services.prioritizing import aged
from dermaloop.services.queueing import settings_of

_TELLING: frozenset[ReasonToRead] = frozenset({"suspicious"})
"""Reasons that would give the model's answer away."""


class ReasonShown(msgspec.Struct, frozen=True, kw_only=True):
    """Why to read an image soon; what would sway a reader is withheld, with its weight, until they have read."""

    reason: ReasonToRead
    text: str
    weight: float | None


class ImageSummary(msgspec.Struct, frozen=True, kw_only=True):
    """One image in a list."""

    id: str
    case_id: str
    state: State
    state_text: str
    source: str
    site: Site
    created_at: str
    queued_at: str
    deadline: str
    reasons: list[ReasonShown]
    diagnosis: Annotated[Diagnosis | None, Meta(description="The reference diagnosis, once the image is reviewed.")] = (
        None
    )
    read_by_you: bool = False
    held_by_you: bool = False
    held_by_another: bool = False


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A doctor's own annotation as it stands, with the version that the next save must name."""

    version: int
    findings: Findings
    saved_at: str
    submitted: bool
    after_model: bool
    confirmed: bool


class ReadingShown(msgspec.Struct, frozen=True, kw_only=True):
    """What one doctor said, as it counts and as it was before they saw the model's answer."""

    annotator: str
    name: str
    part: State
    findings: Findings
    blind: Findings | None
    after_model: bool
    confirmed: bool
    submitted_at: str


class ImageView(ImageSummary, frozen=True, kw_only=True):
    """One image as a doctor may see it now."""

    picture: str
    width: int
    height: int
    held_until: str
    draft: Draft | None
    readings: list[ReadingShown]
    reference: Reference | None
    model: Annotated[
        list[Reading] | None, Meta(description="What the models said; null until your own reading is submitted.")
    ]


def show(review: Review, person: Person, locale: str, *, world: World) -> ImageView:
    """Everything this doctor may see of it."""
    mine, read = own(review.id, person, world.documents), person.id in review.annotators
    deciding = review.state == "adjudication" and not read
    shown = readings(review.id, world.documents) if read or deciding or not review.waits else ()
    return ImageView(
        **msgspec.structs.asdict(summaries([review], person, locale, world=world)[0]),
        picture=f"/api/review/images/{review.id}/picture",
        width=review.width,
        height=review.height,
        held_until=review.held_until if review.holder == person.id else "",
        draft=draft(mine) if mine else None,
        readings=[_reading(each) for each in shown if each.submitted],
        reference=review.reference,
        model=told_by_models(review, locale, world) if read else None,
    )


def draft(found: Found[Annotation]) -> Draft:
    kept = found.record
    return Draft(
        version=found.version,
        findings=kept.findings,
        saved_at=kept.saved_at,
        submitted=kept.submitted,
        after_model=kept.after_model,
        confirmed=bool(kept.amendment_confirmed_by),
    )


def summaries(reviews: Iterable[Review], person: Person, locale: str, *, world: World) -> list[ImageSummary]:
    """What a list shows of each; the settings are read once for all of them."""
    settings = settings_of(world.documents).record
    return [_summary(each, person, locale, settings) for each in reviews]


def _summary(review: Review, person: Person, locale: str, settings: ReviewSettings) -> ImageSummary:
    words = review_words(locale)
    held = review.holder is not None and review.held_until > now()
    return ImageSummary(
        id=review.id,
        case_id=review.case_id,
        state=review.state,
        state_text=words.states[review.state],
        source=review.source,
        site=review.site,
        created_at=review.created_at,
        queued_at=review.queued_at,
        deadline=review.deadline,
        reasons=_reasons(review, person, words.reasons, settings) if review.waits else [],
        diagnosis=review.diagnosis,
        read_by_you=person.id in review.annotators,
        held_by_you=held and review.holder == person.id,
        held_by_another=held and review.holder != person.id,
    )


def _reasons(
    review: Review, person: Person, words: Mapping[ReasonToRead, str], settings: ReviewSettings
) -> list[ReasonShown]:
    read, shown = person.id in review.annotators, []
    for each in aged(review, now(), settings):
        withheld = each.reason in _TELLING and not read
        reason: ReasonToRead = "withheld" if withheld else each.reason
        shown.append(ReasonShown(reason=reason, text=words[reason], weight=None if withheld else each.weight))
    return shown


def _reading(annotation: Annotation) -> ReadingShown:
    return ReadingShown(
        annotator=annotation.annotator,
        name=annotation.name,
        part=annotation.part,
        findings=annotation.findings,
        blind=annotation.blind,
        after_model=annotation.after_model,
        confirmed=bool(annotation.amendment_confirmed_by),
        submitted_at=annotation.submitted_at,
    )


def told_by_models(review: Review, locale: str, world: World) -> list[Reading]:
    """As it was told to the person; a case deleted in the meantime tells nothing."""
    try:
        case = world.records.case(review.case_id)
    except NotFound:
        return []
    return [_told(each, locale) for each in case.predictions if each.image_id == review.image_id]


def _told(prediction: Prediction, locale: str) -> Reading:
    ranked = sorted(prediction.probabilities.items(), key=lambda pair: -pair[1])
    names = _names(list(prediction.probabilities), locale)
    return Reading(
        model=prediction.model,
        status=prediction.status,
        label=ranked[0][0],
        probabilities=[RankedLabel(code, names[code], min(p, 1.0)) for code, p in ranked],
        malignant_probability=prediction.malignant_probability,
    )


def _names(codes: Sequence[str], locale: str) -> dict[str, str]:
    """Of a further model's label, the code must do."""
    known = {
        label.code: label.name(locale)
        for name in ("disease", "malignancy")
        for label in read_vocabulary(VOCABULARIES / f"{name}.json").labels
    }
    return {code: known.get(code, code) for code in codes}
