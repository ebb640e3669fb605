"""Lays a later outline of a lesion over an earlier one and says what changed, for follow-up.

Both are brought to one centroid, one size and the turn at which they overlap best, so that it does not matter how the
camera was held. Size is compared in millimetres where both photos have a scale, else as the lesion's share of the
picture, which holds only for photos from the same distance. Colours are compared as the difference between lesion and
surrounding skin, so that another light changes them little.
"""

from typing import Literal

import msgspec
import numpy as np

from dermaloop.answers import DermoscopicColour, LesionFigures, Outline
from dermaloop.contract.cielab import lab
from dermaloop.contract.geometry import unsquashed, upright
from dermaloop.contract.outlines import Points, area, fill

Change = Literal["larger", "smaller", "shape", "asymmetry", "border", "colour", "new_colour"]

_GRID = 96
_TURNS = 72  # five degrees apart
_ROOM = 4.0  # how wide the grid is, where the lesion's area is 1
# Beyond what an outline drawn twice differs by: its area by about a tenth, its shape by an eighth.
LARGER, SMALLER = 1.25, 0.8
LEAST_OVERLAP, MORE_ASYMMETRY, MORE_BORDER, OTHER_COLOUR = 0.8, 0.08, 0.1, 12.0


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """What changed from one photo of a lesion to a later one; changes are later less earlier."""

    area_ratio: float
    diameter_ratio: float
    scale: Literal["mm", "picture"]
    overlap: float
    turned: float
    asymmetry_change: float
    border_change: float
    colour_change: float
    new_colours: list[DermoscopicColour]
    gone_colours: list[DermoscopicColour]
    changes: list[Change]


def compare(earlier: Outline, later: Outline) -> Comparison | None:
    """None where either photo has no outline that could be relied on."""
    before, after = earlier.figures, later.figures
    if before is None or after is None:
        return None
    shapes = [unsquashed(np.array(one.points), one.width, one.height) for one in (earlier, later)]
    overlap, turned = align(*shapes)
    scale, diameter = _diameters(before, after)
    same_circle = _compactness(shapes[1]) / _compactness(shapes[0])  # area over squared diameter
    area_ratio = diameter**2 * same_circle if scale == "mm" else after.area / before.area
    found = Comparison(
        area_ratio=round(area_ratio, 3),
        diameter_ratio=round(diameter, 3),
        scale=scale,
        overlap=round(overlap, 3),
        turned=round(turned, 1),
        asymmetry_change=round(after.asymmetry - before.asymmetry, 3),
        border_change=round(after.border - before.border, 3),
        colour_change=round(_colour_change(before, after), 2),
        new_colours=[one for one in after.colours if one not in before.colours],
        gone_colours=[one for one in before.colours if one not in after.colours],
        changes=[],
    )
    return msgspec.structs.replace(found, changes=_changes(found))


def align(earlier: Points, later: Points) -> tuple[float, float]:
    """The best overlap of two shapes (intersection over union) at one centroid and area, and the turn in degrees."""
    still = _drawn(upright(earlier))
    best, angle = 0.0, 0.0
    moving = upright(later)
    for turn in np.arange(_TURNS) * (2 * np.pi / _TURNS):
        cos, sin = np.cos(turn), np.sin(turn)
        grid = _drawn(moving @ np.array([[cos, sin], [-sin, cos]]))
        shared = float((grid & still).sum() / max((grid | still).sum(), 1))
        if shared > best:
            best, angle = shared, float(np.degrees(turn))
    return best, angle if angle <= 180 else angle - 360


def _drawn(shape: Points) -> np.typing.NDArray[np.bool_]:
    return fill(shape / _ROOM + 0.5, _GRID)


def _compactness(shape: Points) -> float:
    apart = shape[:, None] - shape[None]
    return abs(area(shape)) / float((apart**2).sum(axis=2).max())


def _diameters(before: LesionFigures, after: LesionFigures) -> tuple[Literal["mm", "picture"], float]:
    if before.diameter_mm and after.diameter_mm:  # a spot of a hundredth of a millimetre has no size worth comparing
        return "mm", after.diameter_mm / before.diameter_mm
    return "picture", after.diameter / before.diameter


def _colour_change(before: LesionFigures, after: LesionFigures) -> float:
    """How far the lesion's contrast with its skin moved, in CIELAB."""
    contrasts = [lab(np.array([one.colour, one.skin_colour], dtype=np.float64)) for one in (before, after)]
    return float(np.linalg.norm((contrasts[1][0] - contrasts[1][1]) - (contrasts[0][0] - contrasts[0][1])))


def _changes(found: Comparison) -> list[Change]:
    """What a doctor should look at; small differences are the outline's own."""
    told: dict[Change, bool] = {
        "larger": found.area_ratio > LARGER,
        "smaller": found.area_ratio < SMALLER,
        "shape": found.overlap < LEAST_OVERLAP,
        "asymmetry": found.asymmetry_change > MORE_ASYMMETRY,
        "border": found.border_change > MORE_BORDER,
        "colour": found.colour_change > OTHER_COLOUR,
        "new_colour": bool(found.new_colours),
    }
    return [change for change, happened in told.items() if happened]
