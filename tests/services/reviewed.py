"""Pictures that doctors agreed on, put straight into the stores: for tests of what comes after."""

import hashlib

import numpy as np

from dermaloop.ports import World
from dermaloop.records.documents import Put
from dermaloop.records.findings import Diagnosis, Findings
from dermaloop.records.reviewing import ANNOTATIONS, REVIEWS, Annotation, Reference, Review
from dermaloop.records.shapes import Box, Shape
from model_export.readers.synthetic import lesion

DIAGNOSES: tuple[Diagnosis, ...] = ("nv", "bcc", "mel")
BOX = Box(x=0.2, y=0.2, width=0.6, height=0.6)


def drawn(number: int, side: int = 96) -> bytes:
    """A lesion whose colour and edge follow from its number's diagnosis."""
    kind = number % len(DIAGNOSES)
    return lesion(np.random.default_rng([7, number]), side, kind, len(DIAGNOSES))


def agree_on(
    world: World,
    number: int,
    *,
    diagnosis: Diagnosis | None = None,
    consent: bool = True,
    at: str = "2026-11-21T10:00:00.000Z",
    shapes: tuple[Shape, ...] = (),
    picture: bytes | None = None,
    readers: int = 1,
) -> str:
    """One picture with its review, its readings and the reference; returns the review's id."""
    case = hashlib.sha256(f"case {number}".encode()).hexdigest()[:32]
    name, blob = f"{case}-1", f"images/{case}/1.jpg"
    data = picture or drawn(number)
    said = diagnosis or DIAGNOSES[number % len(DIAGNOSES)]
    world.blobs.write(blob, data)
    annotations = [_annotation(name, case, f"local-{reader + 1}", said, at, shapes) for reader in range(readers)]
    reference = Reference(
        diagnosis=said,
        how="two readers agree" if readers > 1 else "single reading",
        confirmed_by="histopathology",
        annotations=tuple(one.id for one in annotations),
        at=at,
    )
    review = Review(
        id=name,
        case_id=case,
        image_id="1",
        blob=blob,
        sha256=hashlib.sha256(data).hexdigest(),
        width=96,
        height=96,
        source="patient",
        created_at=at,
        queued_at=at,
        train_consent=consent,
        state="reviewed",
        waits=False,
        diagnosis=said,
        reference=reference,
    )
    world.documents.commit(Put(REVIEWS, review), *(Put(ANNOTATIONS, one) for one in annotations))
    return name


def agree_on_many(world: World, count: int, *, start: int = 0) -> list[str]:
    return [agree_on(world, number) for number in range(start, start + count)]


def _annotation(
    review: str, case: str, who: str, diagnosis: Diagnosis, at: str, shapes: tuple[Shape, ...]
) -> Annotation:
    return Annotation(
        id=f"{review}.{who}",
        review_id=review,
        case_id=case,
        annotator=who,
        name=who,
        part="first",
        submitted=True,
        findings=Findings(diagnosis=diagnosis, certainty="certain", shapes=shapes),
        opened_at=at,
        saved_at=at,
        submitted_at=at,
    )
