"""Puts a lesion's outline into the figures doctors look for: asymmetry, border, colours and diameter.

Asymmetry: the mean, over both principal axes through the centroid, of the share of the lesion that its mirror image
does not cover, |M without M'| / |M| (Stoecker, Li and Moss 1992, Comput Med Imaging Graph 16:191-197).
Border: 1 - 4 pi A / P^2, from the isoperimetric quotient (Golston et al. 1992, Comput Med Imaging Graph 16:199-203):
0 for a circle, 0.16 for an ellipse twice as long as wide, 0.21 for a square, towards 1 for a ragged line.
Colours: dermoscopy's ABCD rule counts white, red, light and dark brown, blue-grey and black (Nachbar et al. 1994, J Am
Acad Dermatol 30:551-559); here each place has the colour nearest to it in CIELAB, and a colour counts from 5 % on.
Diameter: the longest distance between two corners of the outline (the largest Feret diameter).
They describe; no threshold of theirs decides anything.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from dermaloop.answers import DermoscopicColour, LesionFigures, Rgb
from dermaloop.contract.cielab import lab
from dermaloop.contract.geometry import unsquashed, upright
from dermaloop.contract.images import Pixels
from dermaloop.contract.outlines import Points, area, fill

_SIDE = 128  # of the grid on which a lesion is laid over its mirror image
_COUNTS = 0.05
_RIM = 7  # of 192 places across
_REFERENCE: dict[DermoscopicColour, Rgb] = {  # typical places in dermoscopic pictures, chosen by us
    "white": (232, 224, 218),
    "red": (190, 75, 75),
    "light_brown": (184, 134, 96),
    "dark_brown": (98, 60, 42),
    "blue_grey": (98, 108, 128),
    "black": (38, 32, 32),
}

Floats = NDArray[np.float64]


def describe(
    points: Points, pixels: Pixels, *, width: int, height: int, width_mm: float | None = None
) -> LesionFigures:
    """All figures of one outline on the whole picture, `pixels`, which is `width` by `height` when unsquashed."""
    shape = unsquashed(points, width, height)
    inside = fill(points, pixels.shape[0])
    lesion, skin = pixels[inside], pixels[~inside]
    spread, names = _colours(pixels[_within(inside)])
    diameter = _diameter(shape)
    scale = None if width_mm is None else width_mm * max(width, height) / width
    return LesionFigures(
        area=round(min(abs(area(points)), 1.0), 4),
        diameter=round(diameter, 4),
        diameter_mm=None if scale is None else round(diameter * scale, 2),
        asymmetry=round(_asymmetry(shape), 3),
        border=round(_border(shape), 3),
        colours=names,
        colour_spread=round(spread, 2),
        colour=_mean(lesion),
        skin_colour=_mean(skin),
    )


def _asymmetry(shape: Points) -> float:
    turned = upright(shape)
    grid = fill(turned / (2.1 * np.abs(turned).max()) + 0.5, _SIDE)
    size = max(int(grid.sum()), 1)
    return float(np.mean([(grid & ~np.flip(grid, axis)).sum() / size for axis in (0, 1)]))


def _border(shape: Points) -> float:
    way = np.roll(shape, -1, axis=0) - shape
    length = float(np.hypot(way[:, 0], way[:, 1]).sum())
    return max(0.0, 1 - 4 * np.pi * abs(area(shape)) / length**2) if length else 0.0


def _diameter(shape: Points) -> float:
    apart = shape[:, None] - shape[None]
    return float(np.hypot(apart[..., 0], apart[..., 1]).max())


def _within(inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The lesion without its rim, whose colours are half the skin's; a lesion that is all rim stays as it is."""
    core = np.asarray(Image.fromarray(inside.astype(np.uint8)).filter(ImageFilter.MinFilter(_RIM))) > 0
    return core if core.any() else inside


def _colours(lesion: Pixels) -> tuple[float, list[DermoscopicColour]]:
    """How far the places differ from their mean, and which of the six colours cover enough of them."""
    if not len(lesion):
        return 0.0, []
    found = lab(lesion)
    spread = float(np.sqrt(((found - found.mean(axis=0)) ** 2).sum(axis=1).mean()))
    references = lab(np.array(list(_REFERENCE.values()), dtype=np.float64))
    nearest = ((found[:, None] - references[None]) ** 2).sum(axis=2).argmin(axis=1)
    shares = np.bincount(nearest, minlength=len(references)) / len(found)
    return spread, [name for name, share in zip(_REFERENCE, shares, strict=True) if share >= _COUNTS]


def _mean(pixels: Pixels) -> Rgb:
    if not len(pixels):
        return 0, 0, 0
    red, green, blue = (round(float(value)) for value in pixels.mean(axis=0))
    return red, green, blue
