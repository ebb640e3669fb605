"""Tells whether two photos plausibly show one lesion, by what holds however the camera was held.

The pattern, laid out in circles around the centroid so that every turn is tried at once, says whether it is this one;
colours and shape say a little besides. A small logistic model weighs them: training fits it (`python -m model_export
likeness`), serving asks it, and both take the same road through this module. It needs no classifier, so that it holds
whichever serves.
"""

from typing import Annotated, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from dermaloop.contract.cielab import lab
from dermaloop.contract.geometry import moments_of, unsquashed
from dermaloop.contract.images import Pixels
from dermaloop.contract.outlines import Points, fill

Floats = NDArray[np.floating]
Waves = NDArray[np.complexfloating]

SIGNS = ("pattern", "detail", "colour", "skin", "contrast", "spread", "length")
"""What is compared: for the first two, more is more alike; the others are differences."""

_TURNS, _RINGS = 64, 24
_REACH = 1.2  # how far the rings go, in square roots of the lesion's area: well into the skin around it
_FINE = 0.1  # detail is what is smaller than this, in the same measure
_SIZES = (0.9, 1.0, 1.11)  # two outlines of one lesion are not drawn equally wide


class Likeness(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was fitted; from `threshold` on, one lesion is confirmed, if its detail agrees from `least_detail` on.

    Two moles of one person on one day have colours and roundness in common; the detail of each is its own.
    """

    fitted: str
    intercept: float
    weights: dict[str, float]
    threshold: Annotated[float, msgspec.Meta(gt=0, lt=1)]
    least_detail: Annotated[float, msgspec.Meta(gt=0, lt=1)]


class Look(NamedTuple):
    """One outlined lesion: its border, the whole squashed picture, and its true size."""

    points: Points
    pixels: Pixels
    width: int
    height: int


class View(NamedTuple):
    """All that is compared of one look; made once, however often it is compared."""

    pattern: Waves
    detail: Waves
    colour: Floats
    skin: Floats
    spread: Floats
    length: float


def view(look: Look) -> View:
    inside = fill(look.points, look.pixels.shape[0])
    colours = lab(look.pixels)
    shape = unsquashed(look.points, look.width, look.height)
    size, centre, moments = moments_of(shape)
    root = float(np.sqrt(abs(size)))
    small, large = np.linalg.eigvalsh(moments)
    stretch = unsquashed(np.ones((1, 2)), look.width, look.height)[0]
    blurred = lab(np.asarray(_blurred(look.pixels, root, stretch)))
    pattern = _rings(colours, centre, root, stretch)
    detail = _rings(colours - blurred, centre, root, stretch, own=True)
    lesion, around = colours[inside], colours[~inside]
    return View(
        pattern=pattern,
        detail=detail,
        colour=lesion.mean(axis=0) if len(lesion) else np.zeros(3),
        skin=around.mean(axis=0) if len(around) else np.zeros(3),
        spread=lesion.std(axis=0) if len(lesion) else np.zeros(3),
        length=float(np.log(max(large, 1e-12) / max(small, 1e-12)) / 2),
    )


def signs(one: View, other: View) -> dict[str, float]:
    """By name, each the same whichever comes first."""
    return {
        "pattern": _agreement(one.pattern, other.pattern),
        "detail": _agreement(one.detail, other.detail),
        "colour": float(np.linalg.norm(one.colour - other.colour)),
        "skin": float(np.linalg.norm(one.skin - other.skin)),
        "contrast": float(np.linalg.norm((one.colour - one.skin) - (other.colour - other.skin))),
        "spread": float(np.linalg.norm(one.spread - other.spread)),
        "length": abs(one.length - other.length),
    }


def probability(fitted: Likeness, found: dict[str, float]) -> float:
    odds = fitted.intercept + sum(weight * found[name] for name, weight in fitted.weights.items())
    return float(1 / (1 + np.exp(-np.clip(odds, -30, 30))))


def confirmed(fitted: Likeness, found: dict[str, float]) -> bool:
    return probability(fitted, found) >= fitted.threshold and found["detail"] >= fitted.least_detail


def _blurred(pixels: Pixels, root: float, stretch: Floats) -> Image.Image:
    across, down = (max(1.0, _FINE * root * pixels.shape[0] / side) for side in stretch.tolist())
    return Image.fromarray(pixels).filter(ImageFilter.GaussianBlur((across, down)))


def _rings(layer: Floats, centre: Floats, root: float, stretch: Floats, *, own: bool = False) -> Waves:
    """The layer along circles around the centroid, as frequencies of the turn: one for each size.

    Its own is what differs along a circle: that a spot is round and its border dark, it shares with many others.
    """
    turns = np.arange(_TURNS) * (2 * np.pi / _TURNS)
    away = (np.arange(_RINGS) + 0.5) / _RINGS
    found = []
    for size in _SIZES:
        reach = _REACH * root * size * away[:, None]
        x = (centre[0] + reach * np.cos(turns)) / stretch[0]
        y = (centre[1] + reach * np.sin(turns)) / stretch[1]
        rings = _between(layer, x, y)
        rings = rings - rings.mean(axis=1, keepdims=True) if own else rings
        found.append(_even(rings, np.sqrt(away)[:, None, None]))
    return np.fft.rfft(np.stack(found), axis=2)


def _even(rings: Floats, weights: Floats) -> Floats:
    """Without its mean, each ring by its length, of length one altogether."""
    mean = (rings * weights**2).sum(axis=(0, 1)) / ((weights**2).sum() * _TURNS)
    weighed = (rings - mean) * weights
    return np.asarray(weighed / np.sqrt((weighed**2).sum() + 1e-9))


def _between(layer: Floats, x: Floats, y: Floats) -> Floats:
    """The layer at places between its pixels; beyond the picture its edge goes on."""
    side = layer.shape[0]
    across, down = (np.clip(place * side - 0.5, 0, side - 1.001) for place in (x, y))
    column, row = across.astype(int), down.astype(int)
    right, below = (across - column)[..., None], (down - row)[..., None]
    above = layer[row, column] * (1 - right) + layer[row, column + 1] * right
    under = layer[row + 1, column] * (1 - right) + layer[row + 1, column + 1] * right
    return np.asarray(above * (1 - below) + under * below)


def _agreement(one: Waves, other: Waves) -> float:
    """The correlation at the best turn and size, each in turn held still."""
    middle = _SIZES.index(1.0)
    best = [
        np.fft.irfft((moving * still[middle].conj()).sum(axis=(1, 3)), n=_TURNS, axis=1).max()
        for still, moving in ((one, other), (other, one))
    ]
    return float(max(best))
