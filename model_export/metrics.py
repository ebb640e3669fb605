"""Figures of a classifier as functions of how often each picture counts, so that a bootstrap is one more weighting."""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
Truth = NDArray[np.intp]

BINS = 15
PREVALENCES = (0.01, 0.05, 0.10, 0.20)


class Judged(NamedTuple):
    """Calibrated answers beside the truth."""

    probabilities: NDArray[np.float64]
    truth: Truth
    codes: tuple[str, ...]
    malignant: NDArray[np.bool_]  # per class
    threshold: float | None

    @property
    def malignant_probability(self) -> NDArray[np.float64]:
        return np.asarray(self.probabilities[:, self.malignant].sum(axis=1))

    def take(self, positions: NDArray[np.intp]) -> "Judged":
        return self._replace(probabilities=self.probabilities[positions], truth=self.truth[positions])


def figures(judged: Judged, weights: Floats | None = None) -> dict[str, float]:
    """Every headline and per-class figure."""
    counts = np.ones(len(judged.truth)) if weights is None else weights
    answer = judged.probabilities.argmax(axis=1)
    out = _overall(judged, answer, counts)
    out |= _per_class(judged, answer, counts)
    if judged.threshold is not None:
        out |= _at_threshold(judged, judged.threshold, counts)
    return out


def _overall(judged: Judged, answer: Truth, counts: Floats) -> dict[str, float]:
    right = answer == judged.truth
    rank = (judged.probabilities > judged.probabilities[np.arange(len(right)), judged.truth][:, None]).sum(axis=1)
    recalls = [_share(right[judged.truth == c], counts[judged.truth == c]) for c in range(len(judged.codes))]
    areas = [auc(judged.probabilities[:, c], judged.truth == c, counts) for c in range(len(judged.codes))]
    return {
        "accuracy": _share(right, counts),
        "balanced_accuracy": _mean(recalls),
        "macro_auc": _mean(areas),
        "top3": _share(rank < 3, counts),
        "ece": calibration_error(judged.probabilities.max(axis=1), right, counts),
        "brier": brier(judged.probabilities, judged.truth, counts),
    }


def _per_class(judged: Judged, answer: Truth, counts: Floats) -> dict[str, float]:
    out: dict[str, float] = {}
    for index, code in enumerate(judged.codes):
        true, called = judged.truth == index, answer == index
        precision, recall = _share(true[called], counts[called]), _share(called[true], counts[true])
        out[f"{code}.precision"] = precision
        out[f"{code}.recall"] = recall
        out[f"{code}.f1"] = 2 * precision * recall / (precision + recall) if precision + recall > 0 else 0.0
        out[f"{code}.auc"] = auc(judged.probabilities[:, index], true, counts)
    return out


def _at_threshold(judged: Judged, threshold: float, counts: Floats) -> dict[str, float]:
    score, sick = judged.malignant_probability, judged.malignant[judged.truth]
    called = score >= threshold
    sensitivity, specificity = _share(called[sick], counts[sick]), _share(~called[~sick], counts[~sick])
    out = {
        "malignant_auc": auc(score, sick, counts),
        "malignant_sensitivity": sensitivity,
        "malignant_specificity": specificity,
        "specificity_at_95": specificity_at(score, sick, counts, 0.95),
    }
    for prevalence in PREVALENCES:
        hits, alarms = sensitivity * prevalence, (1 - specificity) * (1 - prevalence)
        out[f"ppv_at_{round(prevalence * 100)}_percent"] = hits / (hits + alarms) if hits + alarms > 0 else 0.0
    return out


def auc(score: Floats, positive: NDArray[np.bool_], counts: Floats) -> float:
    """The chance that a positive scores above a negative, ties counting half."""
    values, where = np.unique(score, return_inverse=True)
    above = np.bincount(where, weights=counts * positive, minlength=len(values))
    below = np.bincount(where, weights=counts * ~positive, minlength=len(values))
    if above.sum() == 0 or below.sum() == 0:
        return float("nan")
    return float((above * (np.cumsum(below) - below / 2)).sum() / (above.sum() * below.sum()))


def specificity_at(score: Floats, positive: NDArray[np.bool_], counts: Floats, sensitivity: float) -> float:
    """The specificity where the sensitivity first reaches its target on these very pictures."""
    order = np.argsort(-score, kind="stable")
    hits = np.cumsum((counts * positive)[order]) / max((counts * positive).sum(), 1e-12)
    alarms = np.cumsum((counts * ~positive)[order]) / max((counts * ~positive).sum(), 1e-12)
    return float(1 - alarms[min(int(np.searchsorted(hits, sensitivity - 1e-12)), len(alarms) - 1)])


def calibration_error(confidence: Floats, right: NDArray[np.bool_], counts: Floats) -> float:
    """How far confidence lies from accuracy, over fifteen bins of equal width (ECE)."""
    bins = np.minimum((confidence * BINS).astype(np.intp), BINS - 1)
    gap = np.bincount(bins, weights=counts * (confidence - right), minlength=BINS)
    return float(np.abs(gap).sum() / counts.sum())


def brier(probabilities: Floats, truth: Truth, counts: Floats) -> float:
    squares = (probabilities**2).sum(axis=1) - 2 * probabilities[np.arange(len(truth)), truth] + 1
    return float((squares * counts).sum() / counts.sum())


def risk_coverage(judged: Judged) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The share answered, and the share of wrong answers among them, as the least certain are left out."""
    order = np.argsort(-judged.probabilities.max(axis=1), kind="stable")
    wrong = (judged.probabilities.argmax(axis=1) != judged.truth)[order]
    number = np.arange(1, len(wrong) + 1)
    return number / len(wrong), np.cumsum(wrong) / number


def risks(judged: Judged, shares: Floats, weights: Floats | None = None) -> NDArray[np.float64]:
    """The share of wrong answers among the surest ones, for each share of the pictures that is answered."""
    order = np.argsort(-judged.probabilities.max(axis=1), kind="stable")
    counts = (np.ones(len(order)) if weights is None else weights)[order]
    wrong = (judged.probabilities.argmax(axis=1) != judged.truth)[order]
    answered = np.cumsum(counts)
    ends = np.minimum(np.searchsorted(answered, shares * answered[-1] - 1e-9), len(order) - 1)
    return np.asarray(np.cumsum(wrong * counts)[ends] / answered[ends])


def draws(groups: list[str], *, rounds: int = 1000, seed: int = 0) -> Iterator[Floats]:
    """How often each picture counts when lesions, not pictures, are drawn anew: several pictures show one lesion."""
    _, lesion = np.unique(groups, return_inverse=True)
    rng = np.random.default_rng(seed)
    number = int(lesion.max()) + 1
    shares = np.full(number, 1 / number)
    for _ in range(rounds):
        yield rng.multinomial(number, shares)[lesion].astype(np.float64)


def bootstrap(
    judged: Judged, groups: list[str], *, rounds: int = 1000, seed: int = 0
) -> dict[str, tuple[float, float]]:
    """95 % intervals of every figure."""
    drawn = [figures(judged, weights) for weights in draws(groups, rounds=rounds, seed=seed)]
    return {name: interval([draw[name] for draw in drawn]) for name in drawn[0]}


def interval(values: Sequence[float]) -> tuple[float, float]:
    """The middle 95 % of those that could be told."""
    known = [value for value in values if np.isfinite(value)] or [float("nan")]
    return float(np.quantile(known, 0.025)), float(np.quantile(known, 0.975))


def share_of(part: int, whole: int, z: float = 1.96) -> tuple[float, float, float]:
    """A share with its 95 % interval (Wilson 1927, doi:10.1080/01621459.1927.10502953)."""
    share = part / whole
    middle = (share + z**2 / (2 * whole)) / (1 + z**2 / whole)
    half = z * math.sqrt(share * (1 - share) / whole + z**2 / (4 * whole**2)) / (1 + z**2 / whole)
    return share, max(0.0, middle - half), min(1.0, middle + half)


def _mean(values: list[float]) -> float:
    """Over the classes that occur at all."""
    known = [value for value in values if np.isfinite(value)]
    return sum(known) / len(known) if known else float("nan")


def _share(hits: NDArray[np.bool_], counts: Floats) -> float:
    return float((hits * counts).sum() / counts.sum()) if counts.sum() > 0 else float("nan")
