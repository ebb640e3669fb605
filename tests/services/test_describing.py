"""Asymmetry, border, colours and diameter of drawn shapes whose figures are known."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from dermaloop.contract.cielab import lab
from dermaloop.contract.images import Pixels
from dermaloop.contract.outlines import Points
from dermaloop.services.describing import describe

SKIN, BROWN, BLACK = (224, 178, 150), (98, 60, 42), (38, 32, 32)


def ellipse(across: float = 0.3, down: float = 0.3, *, turn: float = 0.0, corners: int = 64) -> Points:
    angles = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    flat = np.stack([across * np.cos(angles), down * np.sin(angles)], axis=1)
    cos, sin = np.cos(turn), np.sin(turn)
    return np.asarray(flat @ np.array([[cos, sin], [-sin, cos]]) + 0.5)


def picture(points: Points, colour: tuple[int, int, int] = BROWN) -> Pixels:
    image = Image.new("RGB", (192, 192), SKIN)
    ImageDraw.Draw(image).polygon([(x * 192, y * 192) for x, y in points.tolist()], fill=colour)
    return np.asarray(image)


def test_a_circle_is_even_round_and_as_wide_as_it_is() -> None:
    figures = describe(ellipse(), picture(ellipse()), width=600, height=600, width_mm=20)
    assert figures.area == pytest.approx(np.pi * 0.09, rel=0.01)
    assert figures.diameter == pytest.approx(0.6, abs=0.005)
    assert figures.diameter_mm == pytest.approx(12, abs=0.1)
    assert figures.asymmetry < 0.02
    assert figures.border < 0.01
    assert figures.colours == ["dark_brown"]
    assert figures.colour == pytest.approx(BROWN, abs=3)
    assert figures.skin_colour == pytest.approx(SKIN, abs=3)


@pytest.mark.parametrize("turn", [0.0, 0.6, 1.2])
def test_an_ellipse_is_as_even_at_any_turn(turn: float) -> None:
    figures = describe(ellipse(0.4, 0.2, turn=turn), picture(ellipse(0.4, 0.2, turn=turn)), width=500, height=500)
    assert figures.asymmetry < 0.03
    assert figures.border == pytest.approx(0.16, abs=0.01)
    assert figures.diameter == pytest.approx(0.8, abs=0.01)
    assert figures.diameter_mm is None


def test_the_picture_is_unsquashed_before_it_is_measured() -> None:
    """A circle on a 4:3 photo is an ellipse in its square; its figures are a circle's all the same."""
    squashed = ellipse(0.225, 0.3)
    figures = describe(squashed, picture(squashed), width=800, height=600, width_mm=40)
    assert figures.border < 0.01
    assert figures.diameter == pytest.approx(0.45, abs=0.005)
    assert figures.diameter_mm == pytest.approx(18, abs=0.2)
    upright = describe(ellipse(0.3, 0.225), picture(squashed), width=600, height=800, width_mm=30)
    assert upright.diameter_mm == pytest.approx(18, abs=0.2)


def test_a_lopsided_shape_is_more_asymmetric_and_a_ragged_one_has_more_border() -> None:
    half = ellipse()
    half[half[:, 1] > 0.5] = [0.5, 0.5] + (half[half[:, 1] > 0.5] - 0.5) * [1.0, 0.3]
    half[:, 0] += np.where(half[:, 1] > 0.55, 0.12, 0.0)
    angles = np.arange(64)
    ragged = 0.5 + (ellipse() - 0.5) * (1 + 0.35 * (angles % 2))[:, None]
    plain = describe(ellipse(), picture(ellipse()), width=500, height=500)
    lopsided = describe(half, picture(half), width=500, height=500)
    star = describe(ragged, picture(ragged), width=500, height=500)
    assert lopsided.asymmetry > plain.asymmetry + 0.05
    assert star.border > plain.border + 0.4
    assert star.asymmetry < 0.06


def test_colours_count_from_a_twentieth_on() -> None:
    points = ellipse()
    pixels = picture(points).copy()
    pixels[90:102, 90:94] = BLACK  # less than one in a hundred
    assert describe(points, pixels, width=9, height=9).colours == ["dark_brown"]
    pixels[70:122, 60:90] = BLACK
    figures = describe(points, pixels, width=9, height=9)
    assert figures.colours == ["dark_brown", "black"]
    assert figures.colour_spread > describe(points, picture(points), width=9, height=9).colour_spread + 5


def test_lab_gives_the_values_of_the_standard() -> None:
    known = {(255, 255, 255): (100, 0, 0), (255, 0, 0): (53.24, 80.09, 67.20), (0, 0, 255): (32.30, 79.19, -107.86)}
    for colour, expected in known.items():
        assert lab(np.array(colour, dtype=np.float64)) == pytest.approx(expected, abs=0.1)
