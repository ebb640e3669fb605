"""Two photos of one lesion, drawn with a change that is known: what is told of it, and what is not."""

import numpy as np
import pytest

from dermaloop.answers import Outline
from dermaloop.contract.outlines import Points
from dermaloop.services.describing import describe
from dermaloop.services.overlaying import compare
from tests.services.test_describing import BLACK, BROWN, ellipse, picture


def blob() -> Points:
    """A shape that has one best turn."""
    angles = np.linspace(0, 2 * np.pi, 64, endpoint=False)
    radius = 0.16 * (1 + 0.25 * np.cos(angles) + 0.15 * np.sin(2 * angles))
    return np.stack([radius * np.cos(angles), radius * np.sin(angles)], axis=1) + 0.5


def outline(points: Points, colour: tuple[int, int, int] = BROWN, width_mm: float | None = None) -> Outline:
    figures = describe(points, picture(points, colour), width=600, height=600, width_mm=width_mm)
    return Outline(
        status="outlined", points=[(x, y) for x, y in points.tolist()], figures=figures, width=600, height=600
    )


def moved(points: Points, *, scale: float = 1.0, turn: float = 0.0, by: tuple[float, float] = (0.0, 0.0)) -> Points:
    cos, sin = np.cos(turn), np.sin(turn)
    return np.asarray((points - 0.5) * scale @ np.array([[cos, sin], [-sin, cos]]) + 0.5 + by)


def test_the_same_lesion_held_otherwise_has_not_changed() -> None:
    found = compare(outline(blob()), outline(moved(blob(), turn=0.7, by=(0.1, -0.08))))
    assert found
    assert found.overlap > 0.93
    assert found.area_ratio == pytest.approx(1, abs=0.03)
    assert found.changes == []
    assert found.scale == "picture"


def test_growth_is_called_out_by_share_of_the_picture() -> None:
    found = compare(outline(blob()), outline(moved(blob(), scale=1.3)))
    assert found
    assert found.area_ratio == pytest.approx(1.69, abs=0.03)
    assert found.diameter_ratio == pytest.approx(1.3, abs=0.02)
    assert found.overlap > 0.95
    assert found.changes == ["larger"]


def test_with_a_scale_a_nearer_photo_is_no_growth() -> None:
    found = compare(outline(blob(), width_mm=30), outline(moved(blob(), scale=1.5), width_mm=20))
    assert found
    assert found.scale == "mm"
    assert found.area_ratio == pytest.approx(1, abs=0.03)
    assert found.changes == []


def test_another_shape_and_a_rougher_border_are_called_out() -> None:
    ragged = 0.5 + (ellipse(0.2, 0.2) - 0.5) * (1 + 0.4 * (np.arange(64) % 2))[:, None]
    found = compare(outline(ellipse(0.24, 0.24)), outline(ragged))
    assert found
    assert "border" in found.changes
    long = compare(outline(ellipse(0.2, 0.2)), outline(ellipse(0.35, 0.115)))
    assert long
    assert "shape" in long.changes
    assert long.area_ratio == pytest.approx(1, abs=0.03)


def test_a_darker_lesion_is_called_out_and_another_light_is_not() -> None:
    found = compare(outline(blob()), outline(blob(), BLACK))
    assert found
    assert found.changes == ["colour", "new_colour"]
    assert (found.new_colours, found.gone_colours) == (["black"], ["dark_brown"])
    dimmed = outline(blob())
    assert dimmed.figures
    pixels = (picture(blob()).astype(np.float64) * 0.93).astype(np.uint8)
    darker = describe(blob(), pixels, width=600, height=600)
    same = compare(
        outline(blob()), Outline(status="outlined", points=dimmed.points, figures=darker, width=600, height=600)
    )
    assert same
    assert "colour" not in same.changes


def test_a_photo_without_an_outline_cannot_be_compared() -> None:
    assert compare(Outline(status="not_found"), outline(blob())) is None
    assert compare(outline(blob()), Outline(status="uncertain", points=[(0.1, 0.1)])) is None
