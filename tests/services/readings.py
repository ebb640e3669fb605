"""What a model made of a photo, as a test wants it."""

import numpy as np

from dermaloop.contract import decision
from dermaloop.records import Status
from dermaloop.services.reading import ModelReading
from tests.fakes import FixedClassifier

PIXELS = np.zeros((224, 224, 3), dtype=np.uint8)


def reading(status: Status = "answered", **probabilities: float) -> ModelReading:
    return reading_of(FixedClassifier(probabilities), status)


def reading_of(classifier: FixedClassifier, status: Status = "answered") -> ModelReading:
    scores = classifier.scores(PIXELS)
    return ModelReading(
        manifest=classifier.manifest,
        status=status,
        probabilities=decision.probabilities(scores.logits, 1.0),
        scores=scores,
    )
