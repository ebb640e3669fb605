"""Doctors' boxes, polygons and masks, in fractions of the upright picture, turned into crops and masks for training."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from dermaloop.contract.preprocessing import LESION_SHARE, Crop
from dermaloop.records.shapes import Box, Polygon, RunLengths, Shape

Mask = NDArray[np.bool_]

_FINE = 4  # polygons are drawn this much larger and averaged down


def crop_of(shapes: Sequence[Shape]) -> Crop | None:
    """The part of the picture to look at: every shape, with as much skin around it as training is used to."""
    extents = [extent for shape in shapes if (extent := _extent(shape))]
    if not extents:
        return None
    left, top, right, bottom = (
        f(side) for f, side in zip((min, min, max, max), zip(*extents, strict=True), strict=True)
    )
    wide, high = (right - left) / LESION_SHARE / 2, (bottom - top) / LESION_SHARE / 2
    x, y = (left + right) / 2, (top + bottom) / 2
    x0, y0 = max(x - wide, 0.0), max(y - high, 0.0)
    return Crop(x0, y0, min(x + wide, 1.0) - x0, min(y + high, 1.0) - y0)


def mask_of(shapes: Sequence[Shape], frame: Crop, side: int) -> Mask | None:
    """Which pixels of the square `frame`, at `side` pixels, are lesion; None where no doctor drew an outline."""
    layers = [_layer(shape, frame, side) for shape in shapes if not isinstance(shape, Box)]
    return np.logical_or.reduce(layers) if layers else None


def _layer(shape: Polygon | RunLengths, frame: Crop, side: int) -> Mask:
    if isinstance(shape, Polygon):
        fine = side * _FINE
        whole = Image.new("L", (fine, fine))
        corners = [((x - frame.x) / frame.width * fine, (y - frame.y) / frame.height * fine) for x, y in shape.points]
        ImageDraw.Draw(whole).polygon(corners, fill=255)
        small = whole.resize((side, side), Image.Resampling.BOX)
    else:
        whole = Image.fromarray(_pixels(shape).astype(np.uint8) * 255)
        w, h = whole.size
        box = (frame.x * w, frame.y * h, min(frame.x + frame.width, 1) * w, min(frame.y + frame.height, 1) * h)
        small = whole.resize((side, side), Image.Resampling.BILINEAR, box=box)
    return np.asarray(small) >= 128


def _extent(shape: Shape) -> tuple[float, float, float, float] | None:
    """Left, top, right and bottom, in fractions; None for an empty mask."""
    if isinstance(shape, Box):
        return shape.x, shape.y, min(shape.x + shape.width, 1.0), min(shape.y + shape.height, 1.0)
    if isinstance(shape, Polygon):
        columns, rows = zip(*shape.points, strict=True)
        return min(columns), min(rows), max(columns), max(rows)
    inside = _pixels(shape)
    if not inside.any():
        return None
    (y, x), (height, width) = np.nonzero(inside), inside.shape
    left, top, right, bottom = int(x.min()), int(y.min()), int(x.max()) + 1, int(y.max()) + 1
    return left / width, top / height, right / width, bottom / height


def _pixels(shape: RunLengths) -> Mask:
    values = np.repeat(np.arange(len(shape.counts)) % 2 == 1, shape.counts)
    return values.reshape((shape.height, shape.width), order="F")
