"""From a map of logits to the outline that people see: the one road, in serving and when a model is measured."""

from collections.abc import Iterator

import msgspec
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from dermaloop.contract.manifest import MaskRule

Points = NDArray[np.float64]  # corners, x and y, in fractions of the picture

MOST_POINTS = 64
_FOCUS = 0.5  # how far from the focus, in fractions of the picture, a spot counts a third as much
_FINEST, _COARSER = 0.002, 1.4

# Where a border leaves a cell, by which of its corners (top left, top right, bottom right, bottom left) are inside;
# the inside lies on its right. T, R, B and L are the cell's edges.
_TURNS: dict[int, tuple[tuple[str, str], ...]] = {
    0b1000: (("T", "L"),), 0b0100: (("R", "T"),), 0b0010: (("B", "R"),), 0b0001: (("L", "B"),),
    0b1100: (("R", "L"),), 0b0110: (("B", "T"),), 0b0011: (("L", "R"),), 0b1001: (("T", "B"),),
    0b1110: (("B", "L"),), 0b1101: (("R", "B"),), 0b1011: (("T", "R"),), 0b0111: (("L", "T"),),
    0b1010: (("T", "L"), ("B", "R")), 0b0101: (("R", "T"), ("L", "B")),
}  # fmt: skip

Edge = tuple[bool, int, int]  # across or down, row, column


class Found(msgspec.Struct, frozen=True):
    """The lesion's border, how much of the picture it encloses, and how sure the map is of it (0 to 1)."""

    points: Points
    area: float
    certainty: float


def find(
    logits: NDArray[np.floating], *, temperature: float, rule: MaskRule, focus: tuple[float, float] = (0.5, 0.5)
) -> Found | None:
    """The spot that is largest and nearest to the focus, holes filled; None where all are too small."""
    calibrated = np.asarray(logits, dtype=np.float64) / temperature
    field = calibrated - np.log(rule.threshold / (1 - rule.threshold))
    spots = [(area(border), border) for border in borders(field)]
    known = [(size, border) for size, border in spots if size >= max(rule.min_area, 1e-6)]
    if not known:
        return None
    size, border = max(known, key=lambda one: one[0] * _nearness(one[1], focus))
    return Found(simplify(border), size, certainty(calibrated, rule.threshold))


def certainty(calibrated: NDArray[np.float64], threshold: float) -> float:
    """The overlap of mask and map, each place counted by its probability: what the model itself expects (soft IoU)."""
    probability = 1 / (1 + np.exp(-np.clip(calibrated, -30, 30)))
    inside = probability >= threshold
    either = float(np.where(inside, 1.0, probability).sum())
    return float(probability[inside].sum()) / either if either > 0 else 0.0


def borders(field: NDArray[np.float64]) -> Iterator[Points]:
    """Every closed line along which the field passes through nought (marching squares, Lorensen and Cline 1987)."""
    framed = np.pad(field, 1, mode="edge")
    for side in (framed[0], framed[-1], framed[:, 0], framed[:, -1]):
        side[:] = -np.abs(side) - 1e-9  # the picture's own edge closes what reaches it
    follows = _steps(framed > 0)
    while follows:
        first, following = follows.popitem()
        line = [first]
        while following != first:
            line.append(following)
            following = follows.pop(following)
        yield _places(np.array(line, dtype=np.intp), framed) / field.shape[::-1]


def area(points: Points) -> float:
    """What a polygon encloses, by the shoelace formula; negative for a hole."""
    following = np.roll(points, -1, axis=0)
    return float((points[:, 0] * following[:, 1] - following[:, 0] * points[:, 1]).sum() / 2)


def fill(points: Points, side: int) -> NDArray[np.bool_]:
    """The places inside a polygon, on a square of so many."""
    image = Image.new("1", (side, side))
    ImageDraw.Draw(image).polygon([(x * side - 0.5, y * side - 0.5) for x, y in points.tolist()], fill=1)
    return np.asarray(image)


def simplify(points: Points, most: int = MOST_POINTS) -> Points:
    """As few corners as keep the line, and never more than `most` (Douglas and Peucker 1973)."""
    finest = _FINEST
    while True:
        far = int(((points - points[0]) ** 2).sum(axis=1).argmax())
        closed = np.concatenate([points, points[:1]])
        kept = sorted({0, far, *_corners(closed, 0, far, finest), *_corners(closed, far, len(points), finest)})
        if len(kept) <= most:
            return points[kept] if len(kept) > 3 else points
        finest *= _COARSER


def _corners(line: Points, first: int, last: int, finest: float) -> list[int]:
    """The corners between two places of a line that lie off the straight way between their neighbours."""
    kept, open_stretches = [], [(first, last)]
    while open_stretches:
        start, end = open_stretches.pop()
        if end - start < 2:
            continue
        way, away = line[end] - line[start], line[start + 1 : end] - line[start]
        length = float(np.hypot(*way))
        off = np.abs(away[:, 0] * way[1] - away[:, 1] * way[0]) / length if length else np.hypot(*away.T)
        farthest = int(off.argmax())
        if off[farthest] > finest:
            kept.append(start + 1 + farthest)
            open_stretches += [(start, kept[-1]), (kept[-1], end)]
    return kept


def _nearness(border: Points, focus: tuple[float, float]) -> float:
    away = float(((border.mean(axis=0) - focus) ** 2).sum())
    return float(np.exp(-away / _FOCUS**2))


def _steps(inside: NDArray[np.bool_]) -> dict[Edge, Edge]:
    """For each edge that a border crosses the edge it crosses next."""
    cells = inside[:-1, :-1] * 8 + inside[:-1, 1:] * 4 + inside[1:, 1:] * 2 + inside[1:, :-1] * 1
    follows: dict[Edge, Edge] = {}
    for row, column in np.argwhere((cells > 0) & (cells < 15)).tolist():
        edges: dict[str, Edge] = {
            "T": (True, row, column),
            "B": (True, row + 1, column),
            "L": (False, row, column),
            "R": (False, row, column + 1),
        }
        for start, end in _TURNS[int(cells[row, column])]:
            follows[edges[start]] = edges[end]
    return follows


def _places(line: NDArray[np.intp], framed: NDArray[np.float64]) -> Points:
    """Where on each edge the field is nought, in pixels of the unframed field, within it."""
    across, row, column = line[:, 0], line[:, 1], line[:, 2]
    here = framed[row, column]
    there = framed[row + (1 - across), column + across]
    share = here / (here - there)
    x, y = column + share * across - 0.5, row + share * (1 - across) - 0.5
    return np.stack([np.clip(x, 0, framed.shape[1] - 2), np.clip(y, 0, framed.shape[0] - 2)], axis=1)
