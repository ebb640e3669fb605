"""Labels as numbers: class indices per task, with -1 where a picture says nothing, and how much each class weighs."""

import numpy as np
from numpy.typing import NDArray

from model_export.dataset import Snapshot
from model_export.errors import ExportError
from model_export.recipe import Recipe

UNKNOWN = -1


def truths(snapshot: Snapshot, codes: tuple[str, ...], task: str) -> NDArray[np.intp]:
    """The class index of every sample of the snapshot for one task."""
    indices = {code: index for index, code in enumerate(codes)}
    found = [sample.labels.get(task) for sample in snapshot.samples]
    if strange := sorted({label for label in found if label is not None} - set(indices)):
        raise ExportError(f"task {task}: the data has labels {', '.join(strange)}; the task knows {', '.join(codes)}")
    return np.array([UNKNOWN if label is None else indices[label] for label in found], dtype=np.intp)


def all_truths(snapshot: Snapshot, recipe: Recipe) -> dict[str, NDArray[np.intp]]:
    return {task.name: truths(snapshot, recipe.codes(task.name), task.name) for task in recipe.tasks}


def log_shares(truth: NDArray[np.intp], classes: int, codes: tuple[str, ...] = ()) -> NDArray[np.float64]:
    """The log of how common each class is; every one must occur."""
    counts = np.bincount(truth[truth != UNKNOWN], minlength=classes).astype(np.float64)
    if missing := np.flatnonzero(counts == 0).tolist():
        named = ", ".join(codes[number] for number in missing) if codes else f"the classes numbered {missing}"
        raise ExportError(f"the training split has no picture of {named}: add some, or take the label out")
    return np.asarray(np.log(counts / counts.sum()))


def class_weights(
    truth: NDArray[np.intp], classes: int, power: float, codes: tuple[str, ...] = ()
) -> NDArray[np.float32]:
    """(1 / share) ** power, scaled so that the average picture weighs 1."""
    shares = np.exp(log_shares(truth, classes, codes))
    weights = shares**-power
    return np.asarray(weights / (weights * shares).sum(), dtype=np.float32)
