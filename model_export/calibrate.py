"""Fits, on validation alone, the numbers that turn a model's logits into decisions."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from dermaloop.contract.decision import probabilities
from dermaloop.contract.manifest import QualityLimits
from dermaloop.contract.measures import Measures

Floats = NDArray[np.floating]
Truth = NDArray[np.intp]

SENSITIVITY = 0.95
ACCEPTED_RISK = 0.10  # abstain until at most one answer in ten is wrong ...
MOST_ABSTAINED = 0.15  # ... but never on more than this share of real pictures
REFUSED_PER_MEASURE = 0.002
MIN_SIDE = 90
DARKEST, BRIGHTEST, FLATTEST, MOST_CLIPPED = 45.0, 225.0, 5.0, 0.25  # dermoscopes light more evenly than phones
FRAMED = 0.995  # framing earns a tip, not a refusal


def fit_temperature(logits: Floats, truth: Truth) -> float:
    """The temperature under which the validation pictures are most likely (Guo 2017, arXiv:1706.04599)."""

    def surprise(log_temperature: float) -> float:
        chosen = probabilities(logits, float(np.exp(log_temperature)))[np.arange(len(truth)), truth]
        return float(-np.log(np.maximum(chosen, 1e-12)).mean())

    return float(np.exp(minimize_scalar(surprise, bounds=(-3.0, 3.0), method="bounded").x))


def fit_malignant_threshold(
    malignant_probability: Floats, malignant: NDArray[np.bool_], target: float = SENSITIVITY
) -> float:
    """The highest threshold at which at least `target` of the malignant validation pictures are called malignant."""
    scores = np.sort(malignant_probability[malignant])
    missed = int(np.floor(len(scores) * (1 - target) + 1e-9))
    return float(np.clip(scores[missed], 0.0, 1.0))


def fit_uncertain_below(calibrated: Floats, truth: Truth) -> float:
    """The lowest top probability whose answers are right often enough, read off the risk-coverage curve."""
    confidence = calibrated.max(axis=1)
    order = np.argsort(-confidence, kind="stable")
    wrong = (calibrated.argmax(axis=1) != truth)[order]
    risk = np.cumsum(wrong) / np.arange(1, len(wrong) + 1)
    answered = np.flatnonzero(risk <= ACCEPTED_RISK)
    last = max(int(answered[-1]) if len(answered) else 0, int(len(wrong) * (1 - MOST_ABSTAINED)) - 1)
    return float(confidence[order[last]])


def fit_quality(measures: Sequence[Measures]) -> QualityLimits:
    """Limits that only the most extreme real pictures break, and never tighter than a phone's photos need."""

    def low(name: str) -> float:
        return float(np.quantile([getattr(one, name) for one in measures], REFUSED_PER_MEASURE))

    def high(name: str) -> float:
        return float(np.quantile([getattr(one, name) for one in measures], 1 - REFUSED_PER_MEASURE))

    return QualityLimits(
        min_sharpness=round(low("sharpness"), 3),
        min_brightness=round(min(low("brightness"), DARKEST), 1),
        max_brightness=round(max(high("brightness"), BRIGHTEST), 1),
        max_clipped=round(min(max(high("clipped"), MOST_CLIPPED), 0.9), 3),
        min_contrast=round(min(low("contrast"), FLATTEST), 2),
        min_lesion_area=round(low("lesion_area"), 4),
        max_border_touch=round(float(np.quantile([one.border_touch for one in measures], FRAMED)), 4),
        max_off_centre=round(high("off_centre"), 3),
        min_side=MIN_SIDE,
    )


def breaks(measures: Measures, limits: QualityLimits) -> list[str]:
    """Which limits a picture breaks."""
    checks = {
        "sharpness": measures.sharpness < limits.min_sharpness,
        "dark": measures.brightness < limits.min_brightness,
        "bright": measures.brightness > limits.max_brightness,
        "clipped": measures.clipped > limits.max_clipped,
        "contrast": measures.contrast < limits.min_contrast,
        "lesion_area": measures.lesion_area < limits.min_lesion_area,
        "border_touch": measures.border_touch > limits.max_border_touch,
        "off_centre": measures.off_centre > limits.max_off_centre,
    }
    return [name for name, broken in checks.items() if broken]
