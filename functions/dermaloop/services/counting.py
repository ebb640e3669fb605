"""Counts the kept cases for public health: coarse groups, and no cell from which a person could be told."""

import csv
import io
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Literal, get_args

import msgspec

from dermaloop.contract.questions import Answers
from dermaloop.ports import PortableRecords
from dermaloop.records import Case
from dermaloop.services.moments import now

Dimension = Literal["class", "tier", "age", "site", "region", "week"]
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)
SMALLEST = 5
NOT_GIVEN = "not given"
_AGES = (0, 18, 30, 40, 50, 60, 70, 80)


class Cell(msgspec.Struct, frozen=True):
    """One group; the count is null where it, or another one with its help, would be smaller than five."""

    value: str
    count: int | None


class Table(msgspec.Struct, frozen=True):
    """The cases by one trait, the groups by name."""

    dimension: Dimension
    cells: list[Cell]


class Statistics(msgspec.Struct, frozen=True, kw_only=True):
    """Tables of all kept cases, each by one trait alone: crossed tables would tell people apart."""

    at: str
    total: int | None
    suppressed_below: int
    tables: list[Table]


def statistics(*, records: PortableRecords) -> Statistics:
    """Of every case that is kept now; what was deleted is not counted."""
    counts: dict[Dimension, Counter[str]] = {dimension: Counter() for dimension in DIMENSIONS}
    total = 0
    for kept in records.kept_cases():
        total += 1
        for dimension, value in _traits(kept.case).items():
            counts[dimension][value] += 1
    return Statistics(
        at=now(),
        total=total if total >= SMALLEST else None,
        suppressed_below=SMALLEST,
        tables=[Table(dimension, suppressed(found)) for dimension, found in counts.items()],
    )


def suppressed(counts: Mapping[str, int]) -> list[Cell]:
    """Hides small cells, and as many of the next larger ones that the total gives none of them away.

    What is hidden could be had as the total less all that is shown, so the hidden cells together must be two at least
    and hold five cases at least.
    """
    rising = sorted(counts, key=lambda value: (counts[value], value))
    hidden = [value for value in rising if counts[value] < SMALLEST]
    for value in rising[len(hidden) :]:
        if not hidden or (len(hidden) > 1 and sum(counts[each] for each in hidden) >= SMALLEST):
            break
        hidden.append(value)
    return [Cell(value, None if value in hidden else counts[value]) for value in sorted(counts)]


def as_csv(found: Statistics) -> str:
    """One line a cell; an empty count is a suppressed one."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\r\n")
    lines.writerow(("dimension", "value", "count"))
    lines.writerow(("all", "all", _written(found.total)))
    for table in found.tables:
        lines.writerows((table.dimension, cell.value, _written(cell.count)) for cell in table.cells)
    return out.getvalue()


def _written(count: int | None) -> str:
    return "" if count is None else str(count)


def _traits(case: Case) -> dict[Dimension, str]:
    answers = case.answers or Answers()
    status = case.answer.get("status")
    return {
        "class": str(case.answer.get("label") if status == "answered" else status),
        "tier": str(case.answer.get("next_step", {}).get("tier", NOT_GIVEN)),
        "age": _band(answers.age),
        "site": answers.site or NOT_GIVEN,
        "region": answers.region or NOT_GIVEN,
        "week": _week(case.created_at),
    }


def _band(age: int | None) -> str:
    if age is None:
        return NOT_GIVEN
    place = max(index for index, low in enumerate(_AGES) if age >= low)
    low = _AGES[place]
    return f"{low} and over" if place + 1 == len(_AGES) else f"{low} to {_AGES[place + 1] - 1}"


def _week(moment: str) -> str:
    year, week, _ = datetime.fromisoformat(moment).isocalendar()
    return f"{year}-W{week:02}"
