"""How soon an image should be read, and why: what the models are unsure of, suspect, or have seen little like."""

import hashlib
import math
from collections.abc import Sequence
from datetime import UTC, datetime

from dermaloop.records import Prediction
from dermaloop.records.reviewing import ReasonToRead, Review, ReviewSettings, Weight
from dermaloop.services.moments import read

_WORTH: dict[ReasonToRead, float] = {"uncertain": 0.35, "models_differ": 0.2, "suspicious": 0.35, "novel": 0.1}
_LEFT_OF_A_DUPLICATE = 0.3
_UNKNOWN = 0.4  # the score that chance gives where there is none to draw from
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
READERS_DIFFER, DEADLINE = 1.0, 2.0
_LEAST_SHOWN = 0.005


def chance(record_id: str, purpose: str) -> float:
    """A number below 1 that follows from the id alone, so that doing it again decides the same."""
    return int.from_bytes(hashlib.sha256(f"{purpose}:{record_id}".encode()).digest()[:6], "big") / 2**48


def weigh(
    record_id: str,
    predictions: Sequence[Prediction],
    *,
    novelty: float,
    settings: ReviewSettings,
    scores: Sequence[float] = (),
) -> tuple[Weight, ...]:
    """Why to read it, heaviest first. For some chance alone decides: they get the score of another, any other."""
    if chance(record_id, "random") >= settings.random_share:
        return reasons_of(predictions, novelty=novelty)
    place = int(chance(record_id, "place") * len(scores))
    return (Weight("random", scores[place] if scores else _UNKNOWN),)


def reasons_of(predictions: Sequence[Prediction], *, novelty: float) -> tuple[Weight, ...]:
    """The reasons, heaviest first. A near-duplicate keeps little of any, so that no batch is full of them."""
    values = {
        "uncertain": max((_entropy(each.probabilities) for each in predictions), default=1.0),
        "models_differ": _difference(predictions),
        "suspicious": max((each.malignant_probability or 0.0 for each in predictions), default=0.0),
        "novel": novelty,
    }
    left = _LEFT_OF_A_DUPLICATE + (1 - _LEFT_OF_A_DUPLICATE) * novelty
    weights = (Weight(reason, round(worth * values[reason] * left, 4)) for reason, worth in _WORTH.items())
    return tuple(sorted((w for w in weights if w.weight >= _LEAST_SHOWN), key=lambda w: -w.weight))


def rank(weights: Sequence[Weight], queued_at: str, settings: ReviewSettings) -> float:
    """Every day of waiting counts the same for all, so it is enough to take off the day on which each came."""
    return round(sum(w.weight for w in weights) - settings.ageing_per_day * _days(queued_at, _EPOCH), 6)


def aged(review: Review, now: str, settings: ReviewSettings) -> tuple[Weight, ...]:
    """The reasons with what waiting has added by now."""
    waited = settings.ageing_per_day * _days(now, read(review.queued_at))
    return (*review.reasons, *((Weight("waiting", round(waited, 4)),) if waited >= _LEAST_SHOWN else ()))


def _entropy(probabilities: dict[str, float]) -> float:
    """From 0, sure, to 1, all alike."""
    spread = -sum(p * math.log(p) for p in probabilities.values() if p > 0)
    return spread / math.log(len(probabilities)) if len(probabilities) > 1 else 0.0


def _difference(predictions: Sequence[Prediction]) -> float:
    asked = [each.malignant_probability for each in predictions if each.malignant_probability is not None]
    return max(asked) - min(asked) if asked else 0.0


def _days(text: str, since: datetime) -> float:
    return (read(text) - since).total_seconds() / 86400
