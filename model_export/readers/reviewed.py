"""Reads a frozen snapshot of the product's own reviewed annotations: `reviewed.jsonl` beside the re-encoded pictures.

Each line: `{"image": "ab12.jpg", "sha256": "...", "lesion": "...", "patient": "...", "labels": {"disease": "mel"},
"boxes": [...], "polygons": [...], "mask": "ab12.png", "reviews": 2}`. Regions are kept for later use; a picture whose
bytes are not those that were reviewed is refused.
"""

import hashlib
from pathlib import Path

import msgspec

from model_export.dataset import Origin, Sample, assign_split
from model_export.errors import ExportError

Point = tuple[float, float]


class Reviewed(msgspec.Struct, frozen=True):
    """One reviewed picture, its regions in fractions of the upright picture."""

    image: str
    sha256: str
    lesion: str
    labels: dict[str, str]
    patient: str = ""
    boxes: tuple[tuple[float, float, float, float], ...] = ()
    polygons: tuple[tuple[Point, ...], ...] = ()
    mask: str = ""
    reviews: int = 1


def read_reviewed(root: Path, task: str = "disease") -> list[Sample]:  # noqa: ARG001 - its labels have tasks of their own
    """Split by patient where one is known, else by lesion."""
    return [_sample(root, one) for one in read_lines(root / "reviewed.jsonl")]


def read_lines(path: Path) -> list[Reviewed]:
    if not path.exists():
        raise ExportError(f"{path} is missing")
    found = []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        try:
            found.append(msgspec.json.decode(line, type=Reviewed))
        except (msgspec.DecodeError, msgspec.ValidationError) as error:
            raise ExportError(f"{path}, line {number}: {error}") from error
    return found


def _sample(root: Path, one: Reviewed) -> Sample:
    path = root / one.image
    if not path.is_file():
        raise ExportError(f"reviewed.jsonl lists {one.image}, which is not in {root}")
    if hashlib.sha256(path.read_bytes()).hexdigest() != one.sha256:
        raise ExportError(f"{path} is not the picture that was reviewed: its sha256 differs")
    group = one.patient or one.lesion
    regions = "mask" if one.mask else "polygon" if one.polygons else "box" if one.boxes else "none"
    return Sample(
        key=f"reviewed/{one.image}",
        group=group,
        split=assign_split(group),
        source="reviewed",
        labels=dict(one.labels),
        origin=Origin(one.image),
        picture=one.image,
        attributes={"regions": regions, "confirmation": f"{one.reviews} reviews"},
    )
