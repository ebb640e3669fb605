"""Reviewed images as the ISIC Archive tells of them: the challenge's table of classes, the table of metadata, masks.

Columns as in the ISIC 2018 challenge (https://challenge.isic-archive.com/landing/2018/47/) and in the Archive's
metadata (https://github.com/ImageMarkup/isic-metadata): ages are capped at 85 and rounded to five years.
"""

import csv
import io
from collections.abc import Iterable, Iterator

import numpy as np
from PIL import Image

from dermaloop.contract.questions import Answers
from dermaloop.errors import NotFound
from dermaloop.knowledge.review_words import meanings
from dermaloop.ports import World
from dermaloop.records.findings import Site
from dermaloop.services.exporting import Exported
from dermaloop.services.outlining import union

CLASSES = ("MEL", "NV", "BCC", "AKIEC", "BKL", "DF", "VASC")
METADATA = (
    "isic_id",
    "lesion_id",
    "age_approx",
    "sex",
    "anatom_site_general",
    "anatom_site_special",
    "benign_malignant",
    "diagnosis",
    "diagnosis_confirm_type",
)
_OLDEST = 85
_SPECIAL: dict[Site, str] = {
    "nail": "fingernail or toenail",
    "palms/soles": "acral palms or soles",
    "oral/genital": "oral or genital",
}


def challenge(images: Iterable[Exported]) -> Iterator[bytes]:
    """One line for every image whose diagnosis is one of the seven or falls under one."""
    yield _row(("image", *CLASSES))
    for one in images:
        found = (meanings()[one.diagnosis].disease or "").upper()
        if found in CLASSES:
            yield _row((one.id, *("1.0" if code == found else "0.0" for code in CLASSES)))


def metadata(images: Iterable[Exported], world: World) -> Iterator[bytes]:
    """What is known of every image and its owner; an empty field where nothing is."""
    yield _row(METADATA)
    for one in images:
        answers = _answers(one, world)
        malignant = meanings()[one.diagnosis].malignant
        yield _row(
            (
                one.id,
                one.review.case_id,
                "" if answers.age is None else str(min(5 * round(answers.age / 5), _OLDEST)),
                answers.sex if answers.sex in ("female", "male") else "",
                "" if one.review.site in ("unknown", "nail") else one.review.site,
                _SPECIAL.get(one.review.site, ""),
                {True: "malignant", False: "benign", None: ""}[malignant],
                one.diagnosis,
                one.reference.confirmed_by,
            )
        )


def masks(images: Iterable[Exported]) -> Iterator[tuple[str, bytes]]:
    """White inside the lesion; no file where nobody outlined it."""
    for one in images:
        shapes = [shape for shape in one.shapes if shape.label == "lesion"]
        if shapes:
            out = io.BytesIO()
            Image.fromarray(union(shapes, *one.size).astype(np.uint8) * 255).save(out, "PNG")
            yield f"{one.id}_segmentation.png", out.getvalue()


def _answers(one: Exported, world: World) -> Answers:
    try:
        return world.records.case(one.review.case_id).answers or Answers()
    except NotFound:  # deleted just now
        return Answers()


def _row(values: Iterable[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerow(values)
    return out.getvalue().encode()
