"""How far readers agree beyond chance: Cohen's and Fleiss' kappa, with 95 % intervals.

Cohen, Educ. Psychol. Meas. 20:37 (1960); the interval from the large-sample variance of Fleiss, Cohen and Everitt,
Psychol. Bull. 72:323 (1969). Fleiss, Psychol. Bull. 76:378 (1971); the interval by resampling images.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

_Z = 1.959963984540054
_RESAMPLED = 1000
_AT_ONCE = 50

Numbers = NDArray[np.float64]


class Kappa(msgspec.Struct, frozen=True, kw_only=True):
    """A kappa with its interval; null where chance alone explains everything, so that nothing can be said."""

    images: int
    observed: float
    expected: float
    value: float | None
    low: float | None
    high: float | None


def cohen(first: Sequence[str], second: Sequence[str]) -> Kappa:
    """Two readers of the same images."""
    codes = sorted({*first, *second})
    place = {code: number for number, code in enumerate(codes)}
    table = np.zeros((len(codes), len(codes)))
    np.add.at(table, ([place[code] for code in first], [place[code] for code in second]), 1)
    shares = table / max(len(first), 1)
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    observed, expected = float(np.trace(shares)), float(rows @ columns)
    if not len(first) or expected >= 1:
        return _unknown(len(first), observed, expected)
    value = (observed - expected) / (1 - expected)
    spread = _deviation(shares, rows, columns, observed, expected) / len(first) ** 0.5
    return Kappa(
        images=len(first),
        observed=observed,
        expected=expected,
        value=value,
        low=value - _Z * spread,
        high=min(1.0, value + _Z * spread),
    )


def fleiss(table: NDArray[Any], *, seed: int = 0) -> Kappa:
    """Any number of readers: one row an image, one column a class, how many readers said so; rows may differ in sum."""
    counts = np.asarray(table, dtype=np.float64)
    counts = counts[counts.sum(axis=1) >= 2] if counts.size else counts.reshape(0, 1)
    images = len(counts)
    if not images:
        return _unknown(0, 0.0, 0.0)
    readers = counts.sum(axis=1)
    agreed = ((counts**2).sum(axis=1) - readers) / (readers * (readers - 1))
    observed, expected = float(agreed.mean()), float(((counts.sum(axis=0) / readers.sum()) ** 2).sum())
    if expected >= 1:
        return _unknown(images, observed, expected)
    drawn = _resampled(counts, agreed, seed)
    low, high = np.nanquantile(drawn, (0.025, 0.975)) if not np.isnan(drawn).all() else (np.nan, np.nan)
    return Kappa(
        images=images,
        observed=observed,
        expected=expected,
        value=(observed - expected) / (1 - expected),
        low=None if np.isnan(low) else float(low),
        high=None if np.isnan(high) else float(high),
    )


def _resampled(counts: Numbers, agreed: Numbers, seed: int) -> Numbers:
    """The kappa of many draws of as many images, with replacement."""
    rng, images = np.random.default_rng(seed), len(counts)
    drawn = []
    for _ in range(_RESAMPLED // _AT_ONCE):
        weights = rng.multinomial(images, np.full(images, 1 / images), size=_AT_ONCE).astype(np.float64)
        observed = weights @ agreed / images
        totals = weights @ counts
        expected = ((totals / totals.sum(axis=1, keepdims=True)) ** 2).sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            drawn.append(np.where(expected < 1, (observed - expected) / (1 - expected), np.nan))
    return np.concatenate(drawn)


def _deviation(shares: Numbers, rows: Numbers, columns: Numbers, observed: float, expected: float) -> float:
    """The standard deviation of one image's part in kappa."""
    value = (observed - expected) / (1 - expected)
    margins = rows[:, None] + columns[None]
    diagonal = float((np.diag(shares) * (1 - np.diag(margins) * (1 - value)) ** 2).sum())
    turned = columns[:, None] + rows[None]  # the row's column share and the column's row share
    beside = shares * turned**2
    off = (1 - value) ** 2 * float(beside.sum() - np.trace(beside))
    centre = (value - expected * (1 - value)) ** 2
    return float(max(0.0, diagonal + off - centre) ** 0.5 / (1 - expected))


def _unknown(images: int, observed: float, expected: float) -> Kappa:
    return Kappa(images=images, observed=observed, expected=expected, value=None, low=None, high=None)
