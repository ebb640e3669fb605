"""Draws what doctors drew: shapes as masks of any size, masks as runs, and how far two of them overlap."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from dermaloop.records.shapes import Box, Polygon, RunLengths, Shape

Mask = NDArray[np.bool_]
Bounds = tuple[float, float, float, float]

_FINE = 4  # polygons are drawn this much larger and averaged down


def mask_of(shape: Shape, width: int, height: int) -> Mask:
    """Which pixels of a picture of that size lie inside."""
    if isinstance(shape, RunLengths):
        whole = Image.fromarray(unrolled(shape).astype(np.uint8) * 255)
        if whole.size == (width, height):
            return np.asarray(whole) > 0
        return np.asarray(whole.resize((width, height), Image.Resampling.BILINEAR)) >= 128
    fine = Image.new("L", (width * _FINE, height * _FINE))
    corners = [(x * fine.width, y * fine.height) for x, y in corners_of(shape)]
    ImageDraw.Draw(fine).polygon(corners, fill=255)
    return np.asarray(fine.resize((width, height), Image.Resampling.BOX)) >= 128


def union(shapes: Sequence[Shape], width: int, height: int) -> Mask:
    """Everything inside any of them."""
    layers = [mask_of(shape, width, height) for shape in shapes]
    return np.logical_or.reduce(layers) if layers else np.zeros((height, width), dtype=np.bool_)


def overlap(one: Mask, other: Mask) -> float:
    """Intersection over union; two empty masks agree."""
    whole = int(np.logical_or(one, other).sum())
    return int(np.logical_and(one, other).sum()) / whole if whole else 1.0


def runs_of(mask: Mask, label: str = "lesion") -> RunLengths:
    """The mask as runs: columns from the left, outside first."""
    flat = mask.ravel(order="F")
    edges = np.flatnonzero(np.diff(flat)) + 1
    lengths = np.diff(np.concatenate(([0], edges, [flat.size]))).tolist()
    return RunLengths(mask.shape[1], mask.shape[0], tuple([0, *lengths] if flat[0] else lengths), label)


def unrolled(runs: RunLengths) -> Mask:
    """The mask at its own size."""
    values = np.repeat(np.arange(len(runs.counts)) % 2 == 1, runs.counts)
    return values.reshape((runs.height, runs.width), order="F")


def corners_of(shape: Box | Polygon) -> tuple[tuple[float, float], ...]:
    """Around the shape, in fractions of the picture."""
    if isinstance(shape, Polygon):
        return shape.points
    right, bottom = min(shape.x + shape.width, 1.0), min(shape.y + shape.height, 1.0)
    return (shape.x, shape.y), (right, shape.y), (right, bottom), (shape.x, bottom)


def bounds(shape: Shape) -> Bounds | None:
    """Left, top, right and bottom in fractions; None for an empty mask."""
    if not isinstance(shape, RunLengths):
        across, down = zip(*corners_of(shape), strict=True)
        return min(across), min(down), max(across), max(down)
    inside = unrolled(shape)
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    if not len(rows):
        return None
    width, height = shape.width, shape.height
    left, right, top, bottom = (int(place) for place in (columns[0], columns[-1] + 1, rows[0], rows[-1] + 1))
    return left / width, top / height, right / width, bottom / height


def area(shape: Shape) -> float:
    """The share of the picture that lies inside."""
    if isinstance(shape, RunLengths):
        return float(unrolled(shape).mean())
    corners = np.array(corners_of(shape))
    after = np.roll(corners, -1, axis=0)
    return abs(float((corners[:, 0] * after[:, 1] - after[:, 0] * corners[:, 1]).sum())) / 2
