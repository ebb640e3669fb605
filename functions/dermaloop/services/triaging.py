"""Weighs what the models found in the pictures: how pressing it is, and on what grounds."""

from collections.abc import Sequence
from typing import NamedTuple

from dermaloop.contract.labels import TIERS, Label, Tier
from dermaloop.records import Status
from dermaloop.services.reading import ModelReading

DAYS: dict[Tier, int] = {"emergency": 0, "urgent": 14, "routine": 28, "self_care": 30}


class Ground(NamedTuple):
    """One reason for a tier; `label` is what the reason names, where it names one."""

    code: str
    tier: Tier
    label: Label | None = None


def worse(one: Tier, other: Tier) -> Tier:
    return max(one, other, key=TIERS.index)


def flagged(reading: ModelReading) -> bool:
    """Whether malignancy is plausible: over the threshold that finds 95 % on validation, or simply the likeliest."""
    threshold, probability = reading.manifest.malignant_threshold, reading.malignant_probability
    if threshold is None or probability is None or reading.status == "not_skin":
        return False
    return probability >= threshold or reading.label.malignant


def gravest(reading: ModelReading) -> Label:
    """The gravest plausible malignant label: one that holds its even share of the threshold, or the likeliest."""
    threshold = reading.manifest.malignant_threshold or 0.0
    malignant = [(label, reading.by_code[label.code]) for label in reading.manifest.labels if label.malignant]
    plausible = [pair for pair in malignant if pair[1] >= threshold / len(malignant)] or malignant
    return max(plausible, key=lambda pair: (TIERS.index(pair[0].tier), pair[1]))[0]


def tier(reading: ModelReading) -> Tier:
    """Worst plausible wins, and an answer one cannot rely on never reassures."""
    own: Tier = "self_care" if reading.status == "not_skin" else reading.label.tier
    if flagged(reading):
        own = worse(own, gravest(reading).tier)
    return own if reading.status == "answered" else worse(own, "routine")


def picture_tier(readings: Sequence[ModelReading]) -> Tier:
    """The gravest of what every reading that counts asks for."""
    chosen: Tier = "self_care"
    for reading in readings:
        chosen = worse(chosen, tier(reading))
    return chosen


def disagree(readings: Sequence[ModelReading]) -> bool:
    """Whether one model finds malignancy plausible where another does not."""
    asked = [reading for reading in readings if reading.malignant_probability is not None]
    return len({flagged(reading) for reading in asked}) > 1


def why(readings: Sequence[ModelReading], status: Status) -> list[Ground]:
    """What the pictures give as reasons, gravest first."""
    grounds: list[Ground] = []
    suspects = [reading for reading in readings if flagged(reading)]
    if suspects:
        worst = max((gravest(reading) for reading in suspects), key=lambda label: TIERS.index(label.tier))
        grounds.append(Ground("malignant_plausible", picture_tier(suspects), worst))
    if disagree(readings):
        grounds.append(Ground("models_disagree", picture_tier(suspects)))
    if status in ("uncertain", "poor_quality", "not_skin"):
        grounds.append(Ground(status, "routine"))
    elif not suspects:
        likeliest = readings[-1].label
        grounds.append(Ground("likely", likeliest.tier, likeliest))
        if readings[-1].malignant_probability is not None:
            grounds.append(Ground("benign_likely", "self_care"))
    return grounds
