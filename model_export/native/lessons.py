"""What each picture should teach: the wanted answer, how much it counts, and how far an answer is from it."""

from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from model_export.dataset import Snapshot
from model_export.native.trunk import Tensor, Weights
from model_export.native.views import Batch
from model_export.recipe import Recipe, Task
from model_export.targets import UNKNOWN, all_truths, class_weights


class Lesson(NamedTuple):
    """A task's truth for every sample, what each class weighs, and what each sample does."""

    task: Task
    truth: NDArray[np.intp]
    classes: Tensor
    samples: NDArray[np.float32]


def lessons(snapshot: Snapshot, recipe: Recipe) -> list[Lesson]:
    truths = all_truths(snapshot, recipe)
    train = snapshot.where(split="train")
    found = []
    for task in recipe.tasks:
        truth = truths[task.name]
        classes = class_weights(truth[train], len(recipe.codes(task.name)), task.class_power)
        samples = np.ones(len(truth), np.float32)
        if task.borrowed:
            truth, samples = _borrow(recipe, task, truths, samples)
        found.append(Lesson(task, truth, torch.from_numpy(classes), samples))
    return found


def _borrow(
    recipe: Recipe, task: Task, truths: dict[str, NDArray[np.intp]], samples: NDArray[np.float32]
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Labels of another task's pictures where they mean the same; they count less, being others' pictures."""
    truth, samples, own = truths[task.name].copy(), samples.copy(), recipe.codes(task.name)
    other = truths[task.borrowed_from]
    for theirs, ours in task.borrowed.items():
        same = (truth == UNKNOWN) & (other == recipe.codes(task.borrowed_from).index(theirs))
        truth[same], samples[same] = own.index(ours), task.borrowed_weight
    return truth, samples


def wanted(lesson: Lesson, batch: Batch, smoothing: float) -> Tensor:
    """A row per picture: the wanted share of every class times what the picture counts."""
    mine, theirs = (
        _rows(lesson, positions, smoothing) for positions in (batch.positions, batch.positions[batch.partners])
    )
    shares = torch.from_numpy(batch.shares)[:, None]
    return mine * shares + theirs * (1 - shares)


def _rows(lesson: Lesson, positions: NDArray[np.intp], smoothing: float) -> Tensor:
    truth = torch.from_numpy(lesson.truth[positions])
    known = truth != UNKNOWN
    index = truth.clamp(min=0)
    counted = lesson.classes[index] * torch.from_numpy(lesson.samples[positions]) * known
    number = len(lesson.classes)
    return (torch.nn.functional.one_hot(index, number) * (1 - smoothing) + smoothing / number) * counted[:, None]


class Loss:
    """The distance from wanted answers, and from what teachers say of the same picture where a recipe has teachers."""

    def __init__(self, recipe: Recipe, names: list[str]) -> None:
        self._recipe, self._heads = recipe, names

    def __call__(
        self, features: Tensor, weights: Weights, wanted: dict[str, Tensor], taught: dict[str, Tensor], pictures: int
    ) -> tuple[float, Tensor, Weights]:
        """The loss of a part of a batch, its gradient towards the features, and towards the heads."""
        features = features.requires_grad_(True)
        heads = {name: weights[name].detach().requires_grad_(True) for name in self._heads}
        seen = torch.nn.functional.dropout(features, self._recipe.dropout)
        total = torch.zeros(())
        for task in self._recipe.tasks:
            logits = seen @ heads[f"head_{task.name}/kernel"] + heads[f"head_{task.name}/bias"]
            total = total + task.weight * self._distance(logits, wanted[task.name], taught.get(task.name)) / pictures
        back, *rest = torch.autograd.grad(total, [features, *heads.values()])
        return float(total.detach()), back, dict(zip(heads, rest, strict=True))

    def _distance(self, logits: Tensor, wanted: Tensor, taught: Tensor | None) -> Tensor:
        """Cross-entropy; with teachers (Hinton, arXiv:1503.02531) a part of it goes to their softened answers."""
        own = -(wanted * torch.log_softmax(logits, 1)).sum()
        if taught is None:
            return own
        heat, share = self._recipe.heat, self._recipe.teaching
        theirs = -(taught * torch.log_softmax(logits / heat, 1)).sum() * heat**2
        return own * (1 - share) + theirs * share
