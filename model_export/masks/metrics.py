"""How well a mask covers the lesion: intersection over union, Dice, and shares of pixels, picture by picture."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Mask = NDArray[np.bool_]


class Overlap(NamedTuple):
    """One picture's figures; two empty masks agree fully."""

    iou: float
    dice: float
    sensitivity: float
    specificity: float


def overlaps(logits: NDArray[np.floating], truth: Mask) -> Overlap:
    """The answer at the truth's size, from logits of any size."""
    return overlap(enlarge(logits, truth.shape[0]) > 0, truth)


def enlarge(logits: NDArray[np.floating], side: int) -> NDArray[np.float32]:
    small = Image.fromarray(np.asarray(logits, dtype=np.float32))
    return np.asarray(small.resize((side, side), Image.Resampling.BILINEAR))


def overlap(answer: Mask, truth: Mask) -> Overlap:
    both, either = float((answer & truth).sum()), float((answer | truth).sum())
    inside, outside = float(truth.sum()), float((~truth).sum())
    return Overlap(
        iou=both / either if either else 1.0,
        dice=2 * both / (answer.sum() + inside) if either else 1.0,
        sensitivity=both / inside if inside else 1.0,
        specificity=float((~answer & ~truth).sum()) / outside if outside else 1.0,
    )
