"""Writes what a training did, line by line, so that a curve can be drawn even of a run that was killed."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dermaloop.contract.decision import probabilities
from model_export import metrics
from model_export.pixels import Prepared
from model_export.recipe import Recipe

log = logging.getLogger(__name__)

NOTE_EVERY = 20

Answering = Callable[[NDArray[np.uint8]], dict[str, NDArray[np.float32]]]


class Log:
    """Lines of what happened, the loss averaged over a few steps."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._recent: list[float] = []

    def note(self, step: int, loss: float) -> None:
        self._recent.append(loss)
        if len(self._recent) == NOTE_EVERY:
            self.write({"step": step, "loss": round(sum(self._recent) / NOTE_EVERY, 5)})
            self._recent.clear()

    def write(self, line: dict[str, Any]) -> None:
        with self._path.open("ab") as file:
            file.write(msgspec.json.encode(line) + b"\n")


class History(Log):
    """The loss every few steps, and the validation figures after every epoch."""

    def __init__(
        self, path: Path, answer: Answering, recipe: Recipe, prepared: Prepared, truths: dict[str, NDArray[np.intp]]
    ) -> None:
        super().__init__(path)
        self._answer, self._recipe = answer, recipe
        self._pixels, self._truths = prepared.pixels, truths
        first = recipe.tasks[0].name
        self._positions = prepared.snapshot.where(split="validation", task=first)
        self._kinds = np.array([prepared.snapshot.samples[position].source for position in self._positions])
        self._named = sorted(set(self._kinds))

    def validate(self, step: int, size: int) -> None:
        """Figures of the network as it stands, in float, on half of the validation pictures, by kind of copy too."""
        positions = self._positions[::2]
        logits = self._logits(positions, size)
        for task in self._recipe.models:
            labels = self._recipe.vocabulary(task).labels
            malignant = np.array([label.malignant for label in labels])
            truth = self._truths[task][positions]
            judged = metrics.Judged(probabilities(logits[task], 1.0), truth, self._recipe.codes(task), malignant, 0.5)
            found = _headlines(judged)
            kinds = {kind: _headlines(judged.take(np.flatnonzero(self._kinds[::2] == kind))) for kind in self._named}
            self.write({"step": step, "task": task, "size": size, "validation": found, "kinds": kinds})
            log.info("step %d, %s at %d: %s", step, task, size, found)
            for kind, figures in kinds.items():
                log.info("step %d, %s of %s: %s", step, task, kind, figures)

    def _logits(self, positions: list[int], size: int) -> dict[str, NDArray[np.float32]]:
        return self._answer(np.stack([resize(self._pixels[position], size) for position in positions]))


def _headlines(judged: metrics.Judged) -> dict[str, float]:
    """What one looks at while a training runs."""
    found = metrics.figures(judged)
    return {name: round(value, 4) for name, value in found.items() if "." not in name or name == "mel.recall"}


def resize(picture: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    if size == picture.shape[0]:
        return picture
    return np.asarray(Image.fromarray(picture).resize((size, size), Image.Resampling.BILINEAR))
