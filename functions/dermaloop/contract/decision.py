"""From a model's raw outputs to numbers one may act on: calibrated probabilities, malignancy, familiarity."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dermaloop.contract.labels import Label
from dermaloop.contract.manifest import NotSkin
from dermaloop.contract.measures import Measures

Floats = NDArray[np.floating]


def probabilities(logits: Floats, temperature: float) -> NDArray[np.float64]:
    """Softmax at the fitted temperature, over the last axis."""
    scaled = np.asarray(logits, dtype=np.float64) / temperature
    raised = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))


def malignant_probability(probability: Floats, labels: Sequence[Label]) -> NDArray[np.float64]:
    """The mass on malignant labels, over the last axis."""
    chosen = [index for index, label in enumerate(labels) if label.malignant]
    return np.asarray(probability[..., chosen].sum(axis=-1), dtype=np.float64)


def shows_no_skin(embedding: Floats, measures: Measures, known: NotSkin) -> bool:
    """Whether a picture lacks the colours of skin or lies farther from real lesions than any should."""
    return measures.warmth < known.min_warmth or distance(embedding, known) > known.limit


def distance(embedding: Floats, known: NotSkin) -> float:
    """How far one picture lies from the nearest centre of real lesions (Mahalanobis)."""
    away = np.asarray(known.centres) - np.asarray(embedding, dtype=np.float64)
    return float(np.sqrt(np.einsum("ci,ij,cj->c", away, np.asarray(known.precision), away).min()))
