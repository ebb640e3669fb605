"""What the benchmarks find: figures with their bars and verdicts, in sections that were measured in one go."""

import math
import statistics
from collections.abc import Sequence
from typing import Literal

import msgspec

Bar = Literal["at most", "at least", "below", "none"]


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One number, what it may be, and how it came about."""

    name: str
    value: float
    unit: str = "x"
    bar: Bar = "none"
    limit: float | None = None
    detail: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the bar is met; None for a figure that only informs."""
        if self.limit is None or self.bar == "none":
            return None
        if self.bar == "at least":
            return self.value >= self.limit
        return self.value < self.limit if self.bar == "below" else self.value <= self.limit

    @property
    def verdict(self) -> str:
        return {True: "met", False: "MISSED", None: ""}[self.met]

    @property
    def allowed(self) -> str:
        return "" if self.limit is None else f"{self.bar} {self.limit:g} {self.unit}".strip()

    @property
    def shown(self) -> str:
        return f"{self.value:.{_decimals(self.value)}f} {self.unit}".strip()


class Section(msgspec.Struct, kw_only=True):
    """Figures measured in one run, with what the plots need and what could not be measured."""

    key: str
    title: str
    figures: list[Figure] = []
    series: dict[str, list[float]] = {}
    skipped: list[str] = []
    measured_at: str = ""
    busy_before: float = 0.0


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that is not exceeded by `share` of them."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def _decimals(value: float) -> int:
    return 2 if abs(value) < 20 else 1 if abs(value) < 100 else 0
