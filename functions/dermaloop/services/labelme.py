"""Annotations in the form of labelme's files (https://github.com/wkentaro/labelme), written and read."""

import base64
import io
import math
from collections.abc import Iterable, Iterator
from typing import Annotated

import msgspec
import numpy as np
from msgspec import Meta
from PIL import Image

from dermaloop.errors import InvalidRequest
from dermaloop.ports import World
from dermaloop.records.shapes import Box, Polygon, RunLengths, Shape
from dermaloop.services.coco import fitting
from dermaloop.services.exporting import Exported, picture
from dermaloop.services.outlining import bounds, corners_of, mask_of, runs_of

VERSION = "5.5.0"
"""Of the file's form, which has not changed since."""
_ROUND = 48
Side = Annotated[int, Meta(ge=1, le=10_000)]


class LabelmeShape(msgspec.Struct, kw_only=True):
    """One shape, in pixels."""

    label: str
    points: list[tuple[float, float]]
    shape_type: str = "polygon"
    group_id: int | None = None
    description: str | None = ""
    flags: dict[str, bool] | None = None
    mask: str | None = None


class LabelmeFile(msgspec.Struct, kw_only=True):
    """One file. The flag that is set names the diagnosis."""

    version: str = VERSION
    flags: dict[str, bool] | None = None
    shapes: list[LabelmeShape]
    imagePath: str  # noqa: N815 - labelme's own names
    imageData: str | None = None  # noqa: N815
    imageHeight: Side  # noqa: N815
    imageWidth: Side  # noqa: N815


def files(images: Iterable[Exported], world: World) -> Iterator[tuple[str, bytes]]:
    """A file for every image, and the picture beside it."""
    for one in images:
        if data := picture(one, world):
            yield one.file_name, data
            yield f"{one.id}.json", msgspec.json.encode(described(one))


def described(one: Exported) -> LabelmeFile:
    width, height = one.size
    shapes = [made for shape in one.shapes if (made := _shape(shape, width, height))]
    return LabelmeFile(
        flags={one.diagnosis: True},
        shapes=shapes,
        imagePath=one.file_name,
        imageHeight=height,
        imageWidth=width,
    )


def shape_in(shape: LabelmeShape, width: int, height: int) -> Shape:
    """As we keep it; a point or a line surrounds nothing, so it is refused."""
    kind, label = shape.shape_type, shape.label
    points = _around(*shape.points) if kind == "circle" and len(shape.points) == 2 else shape.points
    corners = tuple(_inside(x / width, y / height) for x, y in points)
    if kind in ("polygon", "circle"):
        return Polygon(corners, label)
    if kind == "rectangle" and len(corners) == 2:
        (x0, x1), (y0, y1) = (sorted(side) for side in zip(*corners, strict=True))
        return Box(x0, y0, x1 - x0, y1 - y0, label)
    if kind == "mask" and len(corners) == 2:
        return _mask_in(shape, width, height)
    raise InvalidRequest(f"A shape of type {kind} surrounds nothing.")


def _shape(shape: Shape, width: int, height: int) -> LabelmeShape | None:
    extent = bounds(shape)
    if extent is None:
        return None
    if isinstance(shape, RunLengths):
        return _mask(shape, width, height)
    if isinstance(shape, Box):
        left, top, right, bottom = extent
        corners = [(left * width, top * height), (right * width, bottom * height)]
        return LabelmeShape(label=shape.label, points=corners, shape_type="rectangle", flags={})
    points = [(x * width, y * height) for x, y in corners_of(shape)]
    return LabelmeShape(label=shape.label, points=points, shape_type="polygon", flags={})


def _mask(shape: RunLengths, width: int, height: int) -> LabelmeShape | None:
    """The part of the mask between its two corners, as a picture; the second corner lies inside."""
    inside = mask_of(shape, width, height)
    if not inside.any():
        return None
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    top, bottom, left, right = int(rows[0]), int(rows[-1]), int(columns[0]), int(columns[-1])
    out = io.BytesIO()
    Image.fromarray(inside[top : bottom + 1, left : right + 1].astype(np.uint8)).save(out, "PNG")
    corners = [(float(left), float(top)), (float(right), float(bottom))]
    encoded = base64.b64encode(out.getvalue()).decode()
    return LabelmeShape(label=shape.label, points=corners, shape_type="mask", flags={}, mask=encoded)


def _mask_in(shape: LabelmeShape, width: int, height: int) -> RunLengths:
    try:
        with Image.open(io.BytesIO(base64.b64decode(shape.mask or "")), formats=["PNG"]) as image:
            if image.width > width or image.height > height:
                raise InvalidRequest("A mask is larger than its picture.")
            part = np.asarray(image.convert("L")) > 0
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise InvalidRequest("A mask is no PNG in base64.") from error
    left, top = round(shape.points[0][0]), round(shape.points[0][1])
    whole = np.zeros((height, width), dtype=np.bool_)
    room = whole[max(top, 0) : top + part.shape[0], max(left, 0) : left + part.shape[1]]
    room[:] = part[: room.shape[0], : room.shape[1]]
    return fitting(runs_of(whole, shape.label))


def _around(centre: tuple[float, float], edge: tuple[float, float]) -> list[tuple[float, float]]:
    radius = math.dist(centre, edge)
    angles = (2 * math.pi * step / _ROUND for step in range(_ROUND))
    return [(centre[0] + radius * math.cos(angle), centre[1] + radius * math.sin(angle)) for angle in angles]


def _inside(x: float, y: float) -> tuple[float, float]:
    return min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0)
