"""Boxes, polygons and masks in fractions of the picture: what crop and what mask they make."""

import msgspec
import numpy as np
import pytest

from dermaloop.contract.preprocessing import Crop
from dermaloop.records.shapes import Box, Polygon, RunLengths, Shape
from model_export.regions import crop_of, mask_of

pytestmark = pytest.mark.training

WHOLE = Crop(0, 0, 1, 1)
SQUARE = Polygon(((0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75)))


def runs(mask: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]") -> RunLengths:
    """COCO's way: down the columns, beginning with what is outside."""
    flat = np.concatenate([[False], mask.ravel(order="F")])
    edges = np.flatnonzero(np.diff(flat.astype(int)) != 0)
    counts = np.diff([0, *edges, mask.size])
    return RunLengths(mask.shape[1], mask.shape[0], tuple(int(count) for count in counts))


def test_a_box_makes_a_crop_with_skin_around_it_but_no_mask() -> None:
    box = Box(0.4, 0.4, 0.2, 0.1)
    assert msgspec.to_builtins(crop_of([box])) == pytest.approx({"x": 0.3, "y": 0.35, "width": 0.4, "height": 0.2})
    assert mask_of([box], WHOLE, 32) is None


def test_a_crop_ends_where_the_picture_ends() -> None:
    crop = crop_of([Box(0.0, 0.8, 0.5, 0.2)])
    assert msgspec.to_builtins(crop) == pytest.approx({"x": 0.0, "y": 0.7, "width": 0.75, "height": 0.3})


def test_without_shapes_there_is_neither() -> None:
    assert crop_of([]) is None
    assert mask_of([], WHOLE, 32) is None


def test_a_polygon_and_run_lengths_agree() -> None:
    wide = np.zeros((30, 40), dtype=bool)
    wide[8:23, 10:30] = True
    polygon = Polygon(((10 / 40, 8 / 30), (30 / 40, 8 / 30), (30 / 40, 23 / 30), (10 / 40, 23 / 30)))
    frame = Crop(0.125, 0, 0.75, 1)  # the centre square of a picture of 4:3
    shapes: list[Shape] = [polygon, runs(wide)]
    masks = [mask_of([shape], frame, 60) for shape in shapes]
    crops = [msgspec.to_builtins(crop_of([shape])) for shape in shapes]
    for mask, crop in zip(masks, crops, strict=True):
        assert mask is not None
        assert mask[16:46, 10:50].mean() > 0.95
        assert mask.mean() == pytest.approx(30 * 40 / 3600, abs=0.02)
        assert crop == pytest.approx(crops[0])


def test_shapes_are_joined_and_those_outside_the_frame_are_cut() -> None:
    corner = Polygon(((0, 0), (0.1, 0), (0.1, 0.1), (0, 0.1)))
    mask = mask_of([SQUARE, corner], Crop(0.5, 0.5, 0.5, 0.5), 20)
    assert mask is not None
    assert mask[:10, :10].all()
    assert mask.mean() == pytest.approx(0.25, abs=0.03)


def test_an_empty_mask_makes_no_crop() -> None:
    assert crop_of([runs(np.zeros((4, 5), dtype=bool))]) is None
