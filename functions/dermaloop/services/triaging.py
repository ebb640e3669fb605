"""Turns what the models found into a next step: what to do, how soon, and why."""

from collections.abc import Sequence

from dermaloop.answers import NextStep, Reason, ReasonCode
from dermaloop.contract.labels import TIERS, Label, Tier
from dermaloop.knowledge import words
from dermaloop.records import Status
from dermaloop.services.reading import ModelReading

DAYS: dict[Tier, int] = {"emergency": 0, "urgent": 14, "routine": 28, "self_care": 30}


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


def next_step(readings: Sequence[ModelReading], *, status: Status, locale: str) -> NextStep:
    """One next step from every reading that counts."""
    chosen: Tier = "self_care"
    for reading in readings:
        chosen = worse(chosen, tier(reading))
    reasons = [_reason(code, locale, label) for code, label in _why(readings, status)]
    said = words(locale).tiers[chosen].format(days=DAYS[chosen])
    if status in ("not_skin", "poor_quality"):
        said = f"{words(locale).reasons[status]} {said}"
    return NextStep(tier=chosen, within_days=DAYS[chosen], text=said, reasons=reasons)


def disagree(readings: Sequence[ModelReading]) -> bool:
    """Whether one model finds malignancy plausible where another does not."""
    asked = [reading for reading in readings if reading.malignant_probability is not None]
    return len({flagged(reading) for reading in asked}) > 1


def _why(readings: Sequence[ModelReading], status: Status) -> list[tuple[ReasonCode, Label | None]]:
    """The reasons, gravest first."""
    why: list[tuple[ReasonCode, Label | None]] = []
    suspects = [gravest(reading) for reading in readings if flagged(reading)]
    if suspects:
        why.append(("malignant_plausible", max(suspects, key=lambda label: TIERS.index(label.tier))))
    if disagree(readings):
        why.append(("models_disagree", None))
    if status in ("uncertain", "poor_quality", "not_skin"):
        why.append((status, None))
    elif not suspects:
        likeliest = readings[-1].label
        why.append(("likely", likeliest))
        if readings[-1].malignant_probability is not None:
            why.append(("benign_likely", None))
    return why


def _reason(code: ReasonCode, locale: str, label: Label | None) -> Reason:
    text = words(locale).reasons[code]
    return Reason(code, text.format(name=label.name(locale)) if label else text)
