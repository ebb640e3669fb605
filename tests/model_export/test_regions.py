"""Boxes, polygons and masks in fractions of the picture: what crop and what mask they make."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
from PIL import Image

from dermaloop.contract.preprocessing import Crop
from model_export.errors import ExportError
from model_export.regions import Box, Painted, Polygon, Runs, Shape, crop_of, mask_of

pytestmark = pytest.mark.training

WHOLE = Crop(0, 0, 1, 1)
SQUARE = Polygon(((0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75)))
HERE = Path()


def runs(mask: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]") -> Runs:
    """COCO's way: down the columns, beginning with what is outside."""
    flat = np.concatenate([[False], mask.ravel(order="F")])
    edges = np.flatnonzero(np.diff(flat.astype(int)) != 0)
    counts = np.diff([0, *edges, mask.size])
    return Runs(mask.shape[1], mask.shape[0], tuple(int(count) for count in counts))


def test_a_box_makes_a_crop_with_skin_around_it_but_no_mask() -> None:
    box = Box(0.4, 0.4, 0.2, 0.1)
    assert msgspec.to_builtins(crop_of([box], HERE)) == pytest.approx(
        {"x": 0.3, "y": 0.35, "width": 0.4, "height": 0.2}
    )
    assert mask_of([box], WHOLE, 32, HERE) is None


def test_a_crop_ends_where_the_picture_ends() -> None:
    crop = crop_of([Box(0.0, 0.8, 0.5, 0.2)], HERE)
    assert msgspec.to_builtins(crop) == pytest.approx({"x": 0.0, "y": 0.7, "width": 0.75, "height": 0.3})


def test_without_shapes_there_is_neither() -> None:
    assert crop_of([], HERE) is None
    assert mask_of([], WHOLE, 32, HERE) is None


def test_polygon_run_lengths_and_painting_agree(tmp_path: Path) -> None:
    wide = np.zeros((30, 40), dtype=bool)
    wide[8:23, 10:30] = True
    Image.fromarray(wide.astype(np.uint8) * 255).save(tmp_path / "m.png")
    polygon = Polygon(((10 / 40, 8 / 30), (30 / 40, 8 / 30), (30 / 40, 23 / 30), (10 / 40, 23 / 30)))
    frame = Crop(0.125, 0, 0.75, 1)  # the centre square of a picture of 4:3
    shapes: list[Shape] = [polygon, runs(wide), Painted("m.png")]
    masks = [mask_of([shape], frame, 60, tmp_path) for shape in shapes]
    crops = [msgspec.to_builtins(crop_of([shape], tmp_path)) for shape in shapes]
    for mask, crop in zip(masks, crops, strict=True):
        assert mask is not None
        assert mask[16:46, 10:50].mean() > 0.95
        assert mask.mean() == pytest.approx(30 * 40 / 3600, abs=0.02)
        assert crop == pytest.approx(crops[0])


def test_shapes_are_joined_and_those_outside_the_frame_are_cut(tmp_path: Path) -> None:
    corner = Polygon(((0, 0), (0.1, 0), (0.1, 0.1), (0, 0.1)))
    mask = mask_of([SQUARE, corner], Crop(0.5, 0.5, 0.5, 0.5), 20, tmp_path)
    assert mask is not None
    assert mask[:10, :10].all()
    assert mask.mean() == pytest.approx(0.25, abs=0.03)


def test_an_empty_mask_makes_no_crop(tmp_path: Path) -> None:
    assert crop_of([runs(np.zeros((4, 5), dtype=bool))], tmp_path) is None


def test_a_painted_mask_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "m.png").write_bytes(b"no picture")
    with pytest.raises(ExportError, match=r"m\.png cannot be read as a mask"):
        mask_of([Painted("m.png")], WHOLE, 8, tmp_path)
