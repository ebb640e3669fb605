"""How well outlines cover lesions: intersection over union, Dice and shares of pixels, each picture counting alike."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]

ACCEPTED = 0.65
"""ISIC 2018's first task counts an overlap below this as none (Codella et al., arXiv:1902.03368)."""


class Overlap(NamedTuple):
    """One picture's figures; two empty masks agree fully. `area_error` is of the true area."""

    iou: float
    dice: float
    sensitivity: float
    specificity: float
    area_error: float


def overlap(answer: Mask, truth: Mask) -> Overlap:
    both, either = float((answer & truth).sum()), float((answer | truth).sum())
    called, inside, outside = float(answer.sum()), float(truth.sum()), float((~truth).sum())
    return Overlap(
        iou=both / either if either else 1.0,
        dice=2 * both / (called + inside) if either else 1.0,
        sensitivity=both / inside if inside else 1.0,
        specificity=1 - (called - both) / outside if outside else 1.0,
        area_error=abs(called - inside) / inside if inside else 0.0,
    )


def enlarged(logits: NDArray[np.floating], side: int) -> NDArray[np.float32]:
    """A map of logits at another size."""
    small = Image.fromarray(np.asarray(logits, dtype=np.float32))
    return np.asarray(small.resize((side, side), Image.Resampling.BILINEAR))


def figures(overlaps: list[Overlap], weights: Floats | None = None) -> dict[str, float]:
    """Averages over pictures, and how many of them would be accepted."""
    table = np.array(overlaps)
    counts = np.ones(len(table)) if weights is None else weights
    means = (table * counts[:, None]).sum(axis=0) / counts.sum()
    accepted = table[:, 0] >= ACCEPTED
    out = {name: float(value) for name, value in zip(Overlap._fields, means, strict=True)}
    out["thresholded_iou"] = float((table[:, 0] * accepted * counts).sum() / counts.sum())
    out["accepted"] = float((accepted * counts).sum() / counts.sum())
    return out


def bootstrap(
    overlaps: list[Overlap], groups: list[str], *, rounds: int = 1000, seed: int = 0
) -> dict[str, tuple[float, float]]:
    """95 % intervals by drawing lesions, not pictures."""
    _, lesion = np.unique(groups, return_inverse=True)
    rng = np.random.default_rng(seed)
    number = int(lesion.max()) + 1
    shares = np.full(number, 1 / number)
    drawn = [figures(overlaps, rng.multinomial(number, shares)[lesion].astype(np.float64)) for _ in range(rounds)]
    return {
        name: (
            float(np.quantile([one[name] for one in drawn], 0.025)),
            float(np.quantile([one[name] for one in drawn], 0.975)),
        )
        for name in drawn[0]
    }
