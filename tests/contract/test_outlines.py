"""From a map of logits to an outline: where the lesion is, which one if there are several, and how many corners."""

import numpy as np
import pytest
from numpy.typing import NDArray

from dermaloop.contract.manifest import MaskRule
from dermaloop.contract.outlines import MOST_POINTS, area, borders, certainty, find, simplify

RULE = MaskRule(threshold=0.5, min_area=0.002)
SIDE = 96
Map = NDArray[np.float64]


def spot(x: float, y: float, across: float, down: float | None = None) -> Map:
    """Logits of an ellipse, steep enough to be sure of."""
    down = down or across
    places = (np.arange(SIDE) + 0.5) / SIDE
    away = np.hypot((places[None] - x) / across, (places[:, None] - y) / down)
    return np.asarray((1 - away) * 40)


def test_an_ellipse_is_outlined_where_it_lies_at_its_size() -> None:
    found = find(spot(0.6, 0.4, 0.25, 0.15), temperature=1.0, rule=RULE)
    assert found
    assert found.area == pytest.approx(np.pi * 0.25 * 0.15, rel=0.01)
    assert found.points.min(axis=0) == pytest.approx([0.35, 0.25], abs=0.01)
    assert found.points.max(axis=0) == pytest.approx([0.85, 0.55], abs=0.01)
    assert found.certainty > 0.9


def test_a_few_dozen_corners_keep_nearly_all_of_the_area() -> None:
    ragged = spot(0.5, 0.5, 0.3) + 12 * np.random.default_rng(0).normal(size=(SIDE, SIDE))
    whole = max(borders(ragged), key=area)
    few = simplify(whole)
    assert len(whole) > 150
    assert len(few) <= MOST_POINTS
    assert area(few) == pytest.approx(area(whole), rel=0.05)


def test_of_several_spots_the_one_nearest_to_the_focus_is_taken() -> None:
    both = np.maximum(spot(0.2, 0.5, 0.1), spot(0.8, 0.5, 0.1))
    for x in (0.2, 0.8):
        found = find(both, temperature=1.0, rule=RULE, focus=(x, 0.5))
        assert found
        assert found.points[:, 0].mean() == pytest.approx(x, abs=0.03)


def test_a_large_spot_wins_over_a_speck_in_the_middle() -> None:
    found = find(np.maximum(spot(0.5, 0.5, 0.04), spot(0.2, 0.3, 0.18)), temperature=1.0, rule=RULE)
    assert found
    assert found.area > 0.05


def test_a_hole_is_filled() -> None:
    ring = np.minimum(spot(0.5, 0.5, 0.3), -spot(0.5, 0.5, 0.1))
    assert sorted(round(area(one), 3) for one in borders(ring)) == [
        pytest.approx(-0.031, abs=2e-3),
        pytest.approx(0.283, abs=3e-3),
    ]
    found = find(ring, temperature=1.0, rule=RULE)
    assert found
    assert found.area == pytest.approx(np.pi * 0.09, rel=0.02)


def test_a_lesion_cut_off_by_the_picture_ends_at_its_edge() -> None:
    found = find(spot(0.0, 0.5, 0.3), temperature=1.0, rule=RULE)
    assert found
    assert found.points[:, 0].min() == pytest.approx(0, abs=1e-6)
    assert found.area == pytest.approx(np.pi * 0.09 / 2, rel=0.03)


def test_all_or_nothing_is_an_answer_too() -> None:
    everywhere = find(np.full((SIDE, SIDE), 9.0), temperature=1.0, rule=RULE)
    assert everywhere
    assert everywhere.area == pytest.approx(1, abs=0.01)
    assert find(np.full((SIDE, SIDE), -9.0), temperature=1.0, rule=RULE) is None
    assert find(spot(0.5, 0.5, 0.02), temperature=1.0, rule=RULE) is None


def test_a_higher_threshold_draws_a_smaller_outline() -> None:
    sizes = []
    for threshold in (0.3, 0.5, 0.9):
        found = find(spot(0.5, 0.5, 0.3) / 8, temperature=1.0, rule=MaskRule(threshold=threshold, min_area=0.002))
        assert found
        sizes.append(found.area)
    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) == 3


def test_what_the_map_is_unsure_of_has_less_certainty() -> None:
    sure, unsure = spot(0.5, 0.5, 0.3), spot(0.5, 0.5, 0.3) / 40
    assert certainty(sure, 0.5) > 0.9
    assert certainty(unsure, 0.5) < 0.6
    assert certainty(np.full((8, 8), -40.0), 0.5) == 0


def test_noise_ends_in_closed_lines_whatever_it_holds() -> None:
    for seed in range(20):
        field = np.random.default_rng(seed).normal(size=(24, 24))
        for line in borders(field):
            assert len(line) >= 4
            steps = np.abs(np.roll(line, -1, axis=0) - line).max()
            assert steps <= 1.01 / 24
