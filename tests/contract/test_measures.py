"""What is measured of a photo moves the way a person would say, and never breaks."""

import math

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter

from dermaloop.contract.images import Pixels
from dermaloop.contract.measures import Measures, measure
from tests.pictures import lesion

SKIN, BROWN = (224, 178, 150), (112, 70, 52)


def of(image: Image.Image) -> Measures:
    return measure(np.asarray(image))


def spot(x: int, y: int, radius: int, side: int = 224) -> Image.Image:
    image = Image.new("RGB", (side, side), SKIN)
    ImageDraw.Draw(image).ellipse((x - radius, y - radius, x + radius, y + radius), fill=BROWN)
    return image


def test_blur_is_less_sharp_step_by_step() -> None:
    sharpness = [of(lesion().filter(ImageFilter.GaussianBlur(radius))).sharpness for radius in (0, 1, 2, 4, 8)]
    assert sharpness == sorted(sharpness, reverse=True)
    assert sharpness[0] - sharpness[-1] > 1


def test_light_and_dark() -> None:
    darker = [of(lesion().point(lambda value, share=share: int(value * share))) for share in (1.0, 0.6, 0.2)]
    assert [m.brightness for m in darker] == sorted((m.brightness for m in darker), reverse=True)
    assert [m.contrast for m in darker] == sorted((m.contrast for m in darker), reverse=True)
    assert of(Image.new("RGB", (224, 224), (90, 90, 90))).brightness == pytest.approx(90)


@pytest.mark.parametrize(("level", "share"), [(0, 1.0), (11, 1.0), (14, 0.0), (128, 0.0), (246, 0.0), (255, 1.0)])
def test_clipped_is_the_share_of_black_and_white(level: int, share: float) -> None:
    assert of(Image.new("RGB", (224, 224), (level,) * 3)).clipped == share


@pytest.mark.parametrize("radius", [20, 45, 70])
def test_the_area_is_the_lesions(radius: int) -> None:
    assert of(spot(112, 112, radius)).lesion_area == pytest.approx(math.pi * radius**2 / 224**2, rel=0.25)


def test_where_the_lesion_lies() -> None:
    assert of(spot(112, 112, 40)).off_centre < 0.05
    assert of(spot(112, 112, 40)).border_touch == 0
    assert 0.3 < of(spot(60, 112, 30)).off_centre < 0.6
    assert of(spot(20, 112, 60)).border_touch > 0.1
    assert of(spot(60, 112, 30)).off_centre == pytest.approx(of(spot(164, 112, 30)).off_centre, abs=0.05)


@pytest.mark.parametrize(
    ("colour", "warm"),
    [
        (SKIN, 1.0),
        (BROWN, 1.0),
        ((70, 45, 35), 1.0),
        ((200, 90, 100), 1.0),
        ((128, 128, 128), 0.0),
        ((90, 120, 200), 0.0),
        ((90, 160, 80), 0.0),
    ],
)
def test_warmth_is_the_colours_of_skin(colour: tuple[int, int, int], warm: float) -> None:
    assert of(Image.new("RGB", (224, 224), colour)).warmth == warm


def test_a_larger_copy_measures_alike() -> None:
    small, large = of(lesion(224)), of(lesion(224).resize((448, 448), Image.Resampling.BILINEAR))
    assert small.brightness == pytest.approx(large.brightness, abs=1)
    assert small.lesion_area == pytest.approx(large.lesion_area, abs=0.02)
    assert small.off_centre == pytest.approx(large.off_centre, abs=0.05)


def test_measuring_leaves_the_pixels_alone_and_repeats_itself() -> None:
    pixels = np.asarray(lesion())
    before = pixels.copy()
    assert measure(pixels) == measure(pixels)
    assert np.array_equal(pixels, before)


def _extremes() -> dict[str, Pixels]:
    one = np.full((224, 224, 3), 200, np.uint8)
    one[100, 100] = 0
    checked = np.indices((224, 224)).sum(axis=0) % 2 * 255
    halves = np.zeros((224, 224, 3), np.uint8)
    halves[:, :112] = 255
    return {
        "black": np.zeros((224, 224, 3), np.uint8),
        "white": np.full((224, 224, 3), 255, np.uint8),
        "one dark pixel": one,
        "checked": np.repeat(checked[..., None], 3, axis=2).astype(np.uint8),
        "halves": halves,
        "tiny": np.zeros((32, 32, 3), np.uint8),
        "noise": np.random.default_rng(0).integers(0, 256, (224, 224, 3), dtype=np.uint8),
    }


@pytest.mark.parametrize("name", _extremes())
def test_extreme_pictures_give_finite_measures(name: str) -> None:
    _check(measure(_extremes()[name]))


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), side=st.sampled_from([32, 100, 224]), levels=st.integers(1, 256))
def test_any_picture_gives_finite_measures(seed: int, side: int, levels: int) -> None:
    _check(measure(np.random.default_rng(seed).integers(0, levels, (side, side, 3)).astype(np.uint8)))


def _check(measures: Measures) -> None:
    told = msgspec.structs.asdict(measures)
    assert all(math.isfinite(value) for value in told.values())
    assert all(0 <= told[share] <= 1 for share in ("clipped", "lesion_area", "border_touch", "warmth"))
    assert 0 <= measures.off_centre <= math.sqrt(2)
