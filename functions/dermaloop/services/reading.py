"""Reads one photo with one or more models: pixels, quality, calibrated scores, and whether it shows a lesion at all."""

import hashlib
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from numpy.typing import NDArray

from dermaloop import answers
from dermaloop.answers import IssueCode, RankedLabel
from dermaloop.contract import decision, images
from dermaloop.contract.images import Photo
from dermaloop.contract.labels import Label
from dermaloop.contract.manifest import Manifest
from dermaloop.contract.measures import Measures, measure
from dermaloop.contract.preprocessing import Crop, ImageLimits
from dermaloop.ports import Classifier, Scores, Segmenters
from dermaloop.records import ModelVersion, Status
from dermaloop.services import quality
from dermaloop.services.explaining import heatmap
from dermaloop.timing import stage

if TYPE_CHECKING:
    from dermaloop.services.locating import Outliner

_AT_WORK = threading.Semaphore((os.cpu_count() or 1) + 1)
"""One photo more than there are cores is read at once; more would hinder each other, and all would take longer."""


class ModelReading(msgspec.Struct, frozen=True):
    """What one model makes of one photo, calibrated."""

    manifest: Manifest
    status: Status
    probabilities: NDArray[np.float64]
    scores: Scores

    @property
    def version(self) -> ModelVersion:
        return ModelVersion(self.manifest.name, self.manifest.version, self.manifest.sha256)

    @property
    def winner(self) -> int:
        return int(self.probabilities.argmax())

    @property
    def label(self) -> Label:
        return self.manifest.labels[self.winner]

    @property
    def malignant_probability(self) -> float | None:
        if self.manifest.malignant_threshold is None:
            return None
        return float(decision.malignant_probability(self.probabilities, self.manifest.labels))

    @property
    def by_code(self) -> dict[str, float]:
        return {code: float(p) for code, p in zip(self.manifest.codes, self.probabilities, strict=True)}

    def ranked(self, locale: str) -> list[RankedLabel]:
        order = np.argsort(-self.probabilities, kind="stable")
        labels = self.manifest.labels
        return [RankedLabel(labels[i].code, labels[i].name(locale), float(self.probabilities[i])) for i in order]


class PhotoReading(msgspec.Struct, frozen=True):
    """One photo with all that was found in it."""

    sha256: str
    photo: Photo
    issues: tuple[IssueCode, ...]
    models: tuple[ModelReading, ...]

    def heatmap(self, reading: ModelReading) -> str:
        with stage("explain"):
            activation = reading.scores.activation[..., reading.winner]
            return heatmap(self.photo.pixels[reading.manifest.input_size], activation)

    def quality(self, locale: str) -> answers.Quality:
        return quality.describe(self.issues, locale=locale)


def read_photo(
    data: bytes,
    *,
    crop: Crop | None,
    classifiers: Sequence[Classifier],
    limits: ImageLimits,
    whole: tuple[int, ...] = (),
) -> PhotoReading:
    """Decodes once and asks every model; the first model's manifest says what quality it needs.

    `whole` asks for the whole picture's pixels besides, at these sizes, for a model that outlines.
    """
    with turn():
        with stage("decode"):
            sizes = tuple({classifier.manifest.input_size for classifier in classifiers})
            photo = images.read(data, sizes=sizes, whole=whole, crop=crop, limits=limits)
        with stage("quality"):
            first = classifiers[0].manifest
            measures = measure(photo.pixels[first.input_size])
            issues = quality.issues(measures, photo.side, first.quality)
        with stage("infer"):
            models = tuple(_read(classifier, photo, measures, issues) for classifier in classifiers)
    return PhotoReading(sha256=hashlib.sha256(data).hexdigest(), photo=photo, issues=issues, models=models)


def outliner(asked: bool, segmenters: Segmenters) -> "Outliner | None":
    """What draws outlines, loaded only where one is asked for."""
    if not asked:
        return None
    from dermaloop.services.locating import Outliner

    return Outliner.of(segmenters)


@contextmanager
def turn() -> Iterator[None]:
    with stage("wait"):
        _AT_WORK.acquire()
    try:
        yield
    finally:
        _AT_WORK.release()


def _read(classifier: Classifier, photo: Photo, measures: Measures, issues: tuple[IssueCode, ...]) -> ModelReading:
    manifest = classifier.manifest
    scores = classifier.scores(photo.pixels[manifest.input_size])
    probabilities = decision.probabilities(scores.logits, manifest.temperature)
    return ModelReading(
        manifest=manifest,
        status=_status(manifest, scores, measures, top=float(probabilities.max()), usable=quality.acceptable(issues)),
        probabilities=probabilities,
        scores=scores,
    )


def _status(manifest: Manifest, scores: Scores, measures: Measures, *, top: float, usable: bool) -> Status:
    if not usable:
        return "poor_quality"
    if manifest.not_skin and decision.shows_no_skin(scores.embedding, measures, manifest.not_skin):
        return "not_skin"
    return "uncertain" if top < manifest.uncertain_below else "answered"
