"""What an image's readings come to: whether another doctor must read it, or by which diagnosis it is known."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from dermaloop.records.findings import CONFIRMATIONS, Confirmation, Diagnosis, Findings
from dermaloop.records.reviewing import Annotation, How, Reference, Review, ReviewSettings, State, Weight
from dermaloop.services.prioritizing import READERS_DIFFER, rank


@dataclass(frozen=True)
class Outcome:
    """What the image waits for, and the reference once it waits for nothing."""

    state: State
    reference: Reference | None = None


def counted(annotation: Annotation) -> Findings:
    """What counts of a reading: what was changed after the model's answer was seen only once it is confirmed."""
    unsure = annotation.after_model and not annotation.amendment_confirmed_by
    return annotation.blind if unsure and annotation.blind else annotation.findings


def outcome(annotations: Sequence[Annotation], *, wanted: int) -> Outcome:
    """Two who agree settle an image; two who differ need a third; one is enough where one was wanted."""
    said = sorted((each for each in annotations if each.submitted), key=lambda each: each.submitted_at)
    readers = [each for each in said if each.part != "adjudication"]
    third = next((each for each in said if each.part == "adjudication"), None)
    if len(readers) < wanted:
        return Outcome("second" if readers else "first")
    if len(_diagnoses(readers)) == 1:
        return _settled(readers, "two readers agree" if len(readers) > 1 else "single reading", said)
    return _settled([third], "adjudicated", said) if third else Outcome("adjudication")


def settle(review: Review, annotations: Sequence[Annotation], settings: ReviewSettings) -> Review:
    """The review after its readings changed; who holds it goes on, unless their own reading is in or none is needed."""
    found = outcome(annotations, wanted=review.wanted)
    reasons = tuple(each for each in review.reasons if each.reason != "readers_differ")
    if found.state == "adjudication":
        reasons = (Weight("readers_differ", READERS_DIFFER), *reasons)
    sites = [counted(each).site for each in annotations if each.submitted and counted(each).site != "unknown"]
    readers = tuple(each.annotator for each in annotations if each.submitted)
    held = found.state != "reviewed" and review.holder not in (None, *readers)
    return msgspec.structs.replace(
        review,
        state=found.state,
        waits=found.state != "reviewed",
        reference=found.reference,
        diagnosis=found.reference.diagnosis if found.reference else None,
        site=sites[-1] if sites else review.site,
        annotators=readers,
        reasons=reasons,
        rank=rank(reasons, review.queued_at, settings),
        holder=review.holder if held else None,
        held_since=review.held_since if held else "",
        held_until=review.held_until if held else "",
    )


def _settled(deciding: Sequence[Annotation], how: How, said: Sequence[Annotation]) -> Outcome:
    diagnosis = _diagnoses(deciding).pop()
    agreeing = [each for each in said if counted(each).diagnosis == diagnosis]
    reference = Reference(
        diagnosis=diagnosis,
        how=how,
        confirmed_by=strongest([counted(each).confirmed_by for each in agreeing]),
        annotations=tuple(each.id for each in agreeing),
        at=max(each.submitted_at for each in deciding),
    )
    return Outcome("reviewed", reference)


def strongest(confirmations: Sequence[Confirmation]) -> Confirmation:
    return min(confirmations, key=CONFIRMATIONS.index)


def _diagnoses(annotations: Sequence[Annotation]) -> set[Diagnosis]:
    return {said for each in annotations if (said := counted(each).diagnosis)}
