"""Writes what a training did, line by line, so that a curve can be drawn even of a run that was killed."""

import logging
from collections.abc import Callable
from contextlib import suppress
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
from model_export.writing import write_whole

log = logging.getLogger(__name__)

NOTE_EVERY = 20

Answering = Callable[[NDArray[Any]], dict[str, NDArray[np.float32]]]


class Log:
    """Lines of what happened, the loss averaged over a few steps.

    A run that goes on at a checkpoint takes back what the killed one wrote after it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._recent: list[float] = []
        self._begun = False

    def note(self, step: int, loss: float) -> None:
        self._take_back(step)
        self._recent.append(loss)
        if len(self._recent) == NOTE_EVERY:
            self.write({"step": step, "loss": round(sum(self._recent) / NOTE_EVERY, 5)})
            self._recent.clear()

    def write(self, line: dict[str, Any]) -> None:
        self._take_back(line["step"])
        with self._path.open("ab") as file:
            file.write(msgspec.json.encode(line) + b"\n")

    def _take_back(self, step: int) -> None:
        """Keeps the whole lines from before this step."""
        if not self._begun and self._path.exists():
            kept = [line for line in read_lines(self._path) if line["step"] < step]
            write_whole(self._path, b"".join(msgspec.json.encode(line) + b"\n" for line in kept))
        self._begun = True


def read_lines(path: Path) -> list[dict[str, Any]]:
    """What a log holds; the last line of one that was killed may be torn and is left out."""
    found = []
    for line in path.read_bytes().splitlines():
        with suppress(msgspec.DecodeError):
            found.append(msgspec.json.decode(line, type=dict[str, Any]))
    return found


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

    def validate(self, step: int, size: int) -> None:
        """Figures of the network as it stands, in float, on half of the validation pictures."""
        positions = self._positions[::2]
        logits = self._logits(positions, size)
        for task in self._recipe.models:
            labels = self._recipe.vocabulary(task).labels
            malignant = np.array([label.malignant for label in labels])
            truth = self._truths[task][positions]
            judged = metrics.Judged(probabilities(logits[task], 1.0), truth, self._recipe.codes(task), malignant, 0.5)
            found = {name: round(value, 4) for name, value in metrics.figures(judged).items() if "." not in name}
            self.write({"step": step, "task": task, "size": size, "validation": found})
            log.info("step %d, %s at %d: %s", step, task, size, found)

    def _logits(self, positions: list[int], size: int) -> dict[str, NDArray[np.float32]]:
        return self._answer(np.stack([resize(self._pixels[position], size) for position in positions]))


class HeadHistory(History):
    """The same for heads alone, which read features and no pictures."""

    def __init__(
        self,
        path: Path,
        answer: Answering,
        recipe: Recipe,
        prepared: Prepared,
        truths: dict[str, NDArray[np.intp]],
        features: NDArray[np.float32],
    ) -> None:
        super().__init__(path, answer, recipe, prepared, truths)
        self._features = features

    def _logits(self, positions: list[int], size: int) -> dict[str, NDArray[np.float32]]:  # noqa: ARG002 - no pictures
        return self._answer(self._features[positions])


def resize(picture: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    if size == picture.shape[0]:
        return picture
    return np.asarray(Image.fromarray(picture).resize((size, size), Image.Resampling.BILINEAR))
