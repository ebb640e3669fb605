"""Which crops and limits make sense."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dermaloop.contract.images import read
from dermaloop.contract.preprocessing import PREPROCESSING, Crop, ImageLimits
from tests.contract.scenes import oriented, scene

SHARE = st.floats(0, 1)
PICTURES = [oriented(scene(64, 40), orientation) for orientation in range(1, 9)]


def crop(x: float, y: float, width: float, height: float) -> Crop:
    return msgspec.convert({"x": x, "y": y, "width": width, "height": height}, Crop)


@pytest.mark.parametrize(
    "values", [(0, 0, 1, 1), (0.1, 0.1, 0.9, 0.9), (0.3, 0.6, 0.7, 0.4), (1, 1, 1e-7, 1e-7), (0.1, 0.2, 0.3, 0.3)]
)
def test_a_crop_within_the_picture(values: tuple[float, float, float, float]) -> None:
    assert crop(*values).width == values[2]


@pytest.mark.parametrize(
    "values",
    [(0, 0, 0, 1), (0, 0, 1, 0), (-0.1, 0, 1, 1), (0, 0, 1.1, 1), (0.5, 0, 0.6, 1), (0, 0.5, 1, 0.51), (0, 2, 1, 1)],
)
def test_a_crop_beyond_the_picture_is_refused(values: tuple[float, float, float, float]) -> None:
    with pytest.raises(msgspec.ValidationError):
        crop(*values)


@given(x=SHARE, y=SHARE, width=SHARE, height=SHARE, orientation=st.integers(0, 7))
def test_whatever_crop_is_let_through_can_be_read(
    x: float, y: float, width: float, height: float, orientation: int
) -> None:
    try:
        asked = crop(x, y, width, height)
    except msgspec.ValidationError:
        return
    photo = read(PICTURES[orientation], sizes=(32,), crop=asked)
    frame = photo.frame
    assert photo.pixels[32].shape == (32, 32, 3)
    assert frame.width * photo.width == pytest.approx(frame.height * photo.height)
    assert 0 <= frame.x <= frame.x + frame.width <= 1 + 1e-9
    assert 0 <= frame.y <= frame.y + frame.height <= 1 + 1e-9


def test_the_default_limits_let_photos_through_and_bombs_not() -> None:
    limits = ImageLimits()
    assert limits.max_pixels >= 48_000_000
    assert 24_000_000 <= limits.max_pixels_undraftable <= 30_000_000
    assert limits.max_pixels_undraftable // 2 >= 12_500_000


def test_the_name_travels_in_manifests_so_it_has_no_odd_signs() -> None:
    assert PREPROCESSING.replace("-", "").isalnum()
