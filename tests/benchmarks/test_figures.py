"""A verdict says what the bar says, and a quantile is a value that was seen."""

import pytest

from tests.benchmarks.figures import Bar, Figure, quantile


@pytest.mark.parametrize(
    "bar, value, met",
    [
        ("at most", 2.5, True),
        ("at most", 2.51, False),
        ("at least", 0.9, True),
        ("at least", 0.89, False),
        ("below", 3.99, True),
        ("below", 4.0, False),
    ],
)
def test_a_bar_is_met_or_missed(bar: Bar, value: float, met: bool) -> None:
    limit = {"at most": 2.5, "at least": 0.9, "below": 4.0}[bar]
    figure = Figure(name="", value=value, bar=bar, limit=limit)
    assert figure.met is met
    assert figure.verdict == ("met" if met else "MISSED")


def test_a_figure_without_a_bar_is_not_judged() -> None:
    figure = Figure(name="", value=81.3, unit="/s")
    assert (figure.met, figure.verdict, figure.allowed, figure.shown) == (None, "", "", "81.3 /s")


def test_quantiles_are_values_that_were_seen() -> None:
    values = [float(value) for value in range(1, 101)]
    assert [quantile(values, share) for share in (0.0, 0.5, 0.99, 1.0)] == [1, 50, 99, 100]
