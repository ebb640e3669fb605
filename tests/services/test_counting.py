"""Statistics tell nothing of any one person: not by a small cell, and not by what the total leaves."""

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dermaloop.services.counting import SMALLEST, suppressed

Counts = st.dictionaries(st.text(min_size=1, max_size=3), st.integers(1, 30), max_size=8)


def shown(counts: Mapping[str, int]) -> dict[str, int | None]:
    return {cell.value: cell.count for cell in suppressed(counts)}


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ({"a": 5, "b": 9}, {"a": 5, "b": 9}),
        ({"a": 4, "b": 9, "c": 20}, {"a": None, "b": None, "c": 20}),
        ({"a": 3, "b": 4, "c": 20}, {"a": None, "b": None, "c": 20}),
        ({"a": 1, "b": 2, "c": 6, "d": 20}, {"a": None, "b": None, "c": None, "d": 20}),
        ({"a": 2}, {"a": None}),
        ({}, {}),
    ],
)
def test_small_cells_and_what_gives_them_away(counts: dict[str, int], told: dict[str, int | None]) -> None:
    assert shown(counts) == told


@given(Counts)
@settings(deadline=None)
def test_no_total_gives_a_small_cell_away(counts: dict[str, int]) -> None:
    told = shown(counts)
    assert set(told) == set(counts)
    assert all(count is None or count == counts[value] >= SMALLEST for value, count in told.items())
    hidden = [value for value, count in told.items() if count is None]
    if hidden and len(hidden) < len(counts):
        assert len(hidden) > 1
        assert sum(counts[value] for value in hidden) >= SMALLEST
