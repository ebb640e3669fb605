"""Annotations in the form of COCO (https://cocodataset.org/#format-data), written and read.

A category is a diagnosis of our closed list. An image without shapes keeps its diagnosis in a field of its own.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from dermaloop.knowledge.review_words import review_words
from dermaloop.records.findings import DIAGNOSES, Diagnosis
from dermaloop.records.shapes import Polygon, RunLengths, Shape
from dermaloop.services.exporting import Exported
from dermaloop.services.outlining import area, bounds, corners_of, mask_of, runs_of

_NUMBER = {code: number for number, code in enumerate(DIAGNOSES, 1)}


class CocoImage(msgspec.Struct, kw_only=True):
    """What is read of an image."""

    id: int
    file_name: str
    width: int
    height: int
    diagnosis: str | None = None


class CocoRuns(msgspec.Struct, kw_only=True):
    """A mask as runs: plain, or packed into text as pycocotools does."""

    size: tuple[int, int]
    counts: list[int] | str


class CocoAnnotation(msgspec.Struct, kw_only=True):
    """What is read of an annotation."""

    image_id: int
    category_id: int
    segmentation: list[list[float]] | CocoRuns = msgspec.field(default_factory=list)
    bbox: tuple[float, float, float, float] | None = None
    label: str = "lesion"


class CocoCategory(msgspec.Struct, kw_only=True):
    """What is read of a category."""

    id: int
    name: str


class CocoFile(msgspec.Struct, kw_only=True):
    """What is read of a file; whatever else is in it is left alone."""

    images: list[CocoImage]
    annotations: list[CocoAnnotation]
    categories: list[CocoCategory]


def written(images: Callable[[], Iterable[Exported]], *, now: str) -> Iterator[bytes]:
    """One JSON document in pieces; the images are gone through twice, so that none need be remembered."""
    head = msgspec.json.encode({"info": {"description": "Dermaloop reviewed images", "date_created": now}})
    yield head[:-1] + b',"licenses":[],"categories":' + msgspec.json.encode(_categories())
    yield b',"images":['
    for number, one in enumerate(images(), 1):
        yield _comma(number) + msgspec.json.encode(_image(number, one))
    yield b'],"annotations":['
    count = 0
    for number, one in enumerate(images(), 1):
        for shape in one.shapes:
            if found := _annotation(count + 1, number, one, shape):
                count += 1
                yield _comma(count) + msgspec.json.encode(found)
    yield b"]}"


def shapes_in(annotation: CocoAnnotation, image: CocoImage) -> list[Shape]:
    """As we keep them; a box alone becomes four corners."""
    width, height = image.width, image.height
    if isinstance(annotation.segmentation, CocoRuns):
        return [_runs(annotation.segmentation, annotation.label)]
    rings = annotation.segmentation
    if not rings and annotation.bbox:
        x, y, w, h = annotation.bbox
        rings = [[x, y, x + w, y, x + w, y + h, x, y + h]]
    return [Polygon(_corners(ring, width, height), annotation.label) for ring in rings]


def unpack(text: str) -> list[int]:
    """The counts that pycocotools packs into text: five bits a sign, each from the third on less the one two before."""
    counts: list[int] = []
    value = shift = 0
    for sign in text.encode():
        piece = sign - 48
        value |= (piece & 31) << shift
        shift += 5
        if not piece & 32:
            value -= (piece & 16) and 1 << shift
            counts.append(value + (counts[-2] if len(counts) > 2 else 0))
            value = shift = 0
    return counts


def _categories() -> list[dict[str, Any]]:
    names = review_words("en").diagnoses
    return [{"id": _NUMBER[code], "name": code, "supercategory": names[code]} for code in DIAGNOSES]


def _image(number: int, one: Exported) -> dict[str, Any]:
    width, height = one.size
    diagnosis: Diagnosis = one.diagnosis
    return {
        "id": number,
        "file_name": one.file_name,
        "width": width,
        "height": height,
        "diagnosis": diagnosis,
        "confirmed_by": one.reference.confirmed_by,
    }


def _annotation(number: int, image: int, one: Exported, shape: Shape) -> dict[str, Any] | None:
    (width, height), extent = one.size, bounds(shape)
    if extent is None:
        return None
    left, top, right, bottom = extent
    return {
        "id": number,
        "image_id": image,
        "category_id": _NUMBER[one.diagnosis],
        "segmentation": _segmentation(shape, width, height),
        "bbox": [left * width, top * height, (right - left) * width, (bottom - top) * height],
        "area": area(shape) * width * height,
        "iscrowd": 0,
        "label": shape.label,
    }


def _segmentation(shape: Shape, width: int, height: int) -> dict[str, Any] | list[list[float]]:
    if isinstance(shape, RunLengths):
        return {"size": [height, width], "counts": runs_of(mask_of(shape, width, height)).counts}
    return [[value for x, y in corners_of(shape) for value in (x * width, y * height)]]


def _runs(runs: CocoRuns, label: str) -> RunLengths:
    height, width = runs.size
    counts = unpack(runs.counts) if isinstance(runs.counts, str) else runs.counts
    return fitting(RunLengths(width, height, tuple(counts), label))


def fitting(runs: RunLengths) -> RunLengths:
    """No finer than it may be kept: 512 pixels across keep every outline that a hand can draw."""
    if max(runs.width, runs.height) <= 512:
        return runs
    scale = 512 / max(runs.width, runs.height)
    return runs_of(mask_of(runs, max(1, round(runs.width * scale)), max(1, round(runs.height * scale))), runs.label)


def _corners(ring: list[float], width: int, height: int) -> tuple[tuple[float, float], ...]:
    def inside(value: float) -> float:
        return min(max(value, 0.0), 1.0)

    return tuple((inside(x / width), inside(y / height)) for x, y in zip(ring[::2], ring[1::2], strict=True))


def _comma(number: int) -> bytes:
    return b"," if number > 1 else b""
