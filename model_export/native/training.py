"""Trains a recipe with the native engine: the same feed, views and history, several times faster on one core."""

import logging
import math
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tqdm import tqdm

from model_export.feed import Feed
from model_export.history import History
from model_export.native import network, views
from model_export.native.lessons import Loss, lessons, wanted
from model_export.native.parameters import Parameters
from model_export.native.shrinking import shrunk_heads
from model_export.native.trunk import Tensor, Trunk, Weights
from model_export.pixels import Prepared
from model_export.recipe import Recipe, step_sizes
from model_export.targets import all_truths, log_shares, truths

log = logging.getLogger(__name__)

CHECKPOINT = "native-checkpoint.npz"
SOUP = "soup-{}.npz"
SAVE_EVERY = 100
CLIPPED = 1.0
LEAST = 0.01  # of the highest rate, where the cosine ends


def train(recipe: Recipe, prepared: Prepared, *, start: Path, work: Path) -> Path:
    """Leaves the trained weights in `work/native.npz`; a killed run continues at its last checkpoint."""
    done = work / network.WEIGHTS
    if done.exists():
        log.info("%s is trained already: %s", recipe.name, done)
        return done
    work.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    start = work.parent / recipe.start / network.WEIGHTS if recipe.start else start
    trunk, parameters = network.begin(recipe, start)
    if parameters.resume(work / CHECKPOINT):
        log.info("%s continues at step %d", recipe.name, parameters.step)
    teachers = [network.Teacher(work.parent / name / network.WEIGHTS, recipe) for name in recipe.teachers]
    Training(recipe, prepared, trunk, parameters, teachers).run(work)
    finished = shrunk_heads(recipe, prepared, trunk, _finished(recipe, parameters, work))
    network.write(done, trunk, _adjusted(recipe, prepared, finished))
    return done


def _finished(recipe: Recipe, parameters: Parameters, work: Path) -> Weights:
    """The weights as the last step left them, or averaged over the steps that the recipe names (arXiv:2203.05482)."""
    if not recipe.soup:
        return parameters.finished(recipe.averaging)
    kept = [parameters.kept(work / SOUP.format(step)) for step in recipe.soup]
    return {name: torch.stack([one[name] for one in kept]).mean(0) for name in kept[0]}


def _adjusted(recipe: Recipe, prepared: Prepared, weights: Weights) -> Weights:
    """Heads that lean less on how common a class is (logit adjustment, arXiv:2007.07314), where a task asks for it."""
    found: Weights = {}
    for task in recipe.tasks:
        if task.adjustment:
            codes, bias = recipe.codes(task.name), f"head_{task.name}/bias"
            truth = truths(prepared.snapshot, codes, task.name)
            leaning = log_shares(truth[prepared.snapshot.where(split="train", task=task.name)], len(codes), codes)
            found[bias] = weights[bias] - task.adjustment * torch.from_numpy(leaning).float()
    return weights | found


class Training:
    """One run of a recipe: what does not change from step to step."""

    def __init__(
        self, recipe: Recipe, prepared: Prepared, trunk: Trunk, parameters: Parameters, teachers: list[network.Teacher]
    ) -> None:
        self._recipe, self._prepared, self._teachers = recipe, prepared, teachers
        self._trunk, self._parameters = trunk, parameters
        self._lessons = lessons(prepared.snapshot, recipe)
        self._loss = Loss(recipe, [name for name in parameters.weights if name.startswith("head_")])
        truths = all_truths(prepared.snapshot, recipe)
        self._feed = Feed(prepared.snapshot, recipe, truths[recipe.tasks[0].name])
        self._sizes = step_sizes(recipe, self._feed.steps_per_epoch)
        self._truths = truths

    def run(self, work: Path) -> None:
        recipe, parameters, total = self._recipe, self._parameters, len(self._sizes)
        history = History(work / "history.jsonl", self._answer, recipe, self._prepared, self._truths)
        batches = views.stream(self._feed, self._prepared.pixels, self._sizes, parameters.step, recipe)
        for batch in tqdm(batches, desc=recipe.name, initial=parameters.step, total=total, mininterval=10):
            history.note(parameters.step + 1, self._learn(batch))
            if parameters.step in recipe.soup:
                parameters.keep(work / SOUP.format(parameters.step), recipe.averaging)
            if parameters.step % SAVE_EVERY == 0:
                parameters.save(work / CHECKPOINT)
            if parameters.step % self._feed.steps_per_epoch == 0 or parameters.step == total:
                history.validate(parameters.step, recipe.side)

    def _learn(self, batch: views.Batch) -> float:
        """One step, the batch in parts whose maps stay in the cache."""
        recipe, parameters = self._recipe, self._parameters
        torch.manual_seed(recipe.seed * 1_000_003 + parameters.step)
        weights, small = self._trunk.ready(parameters.weights)
        number, total = len(batch.pictures), 0.0
        rows = {lesson.task.name: wanted(lesson, batch, recipe.label_smoothing) for lesson in self._lessons}
        parameters.clear()
        for at in range(0, number, network.PART):
            part = slice(at, at + network.PART)
            taught = self._taught(batch, part)
            features = self._trunk.forward(batch.pictures[part], weights, small)
            some = {task: row[part] for task, row in rows.items()}
            loss, back, heads = self._loss(features, weights, some, taught, number)
            for name, gradient in heads.items():
                parameters.gradients[name] += gradient
            self._trunk.backward(back, weights, small, parameters.gradients)
            total += loss
        rate = rate_at(parameters.step, len(self._sizes), recipe)
        parameters.learn(rate=rate, decay=recipe.weight_decay, keep=recipe.averaging, norm=CLIPPED)
        return total

    def _taught(self, batch: views.Batch, part: slice) -> dict[str, Tensor]:
        """What the teachers say together."""
        seen, first = batch.pictures[part], self._parameters.step
        ways = [first + at if self._recipe.mirrored else 0 for at in range(len(self._teachers))]
        said = [teacher(mirrored(seen, way)) for teacher, way in zip(self._teachers, ways, strict=True)]
        return {task: torch.stack([one[task] for one in said]).mean(0) for task in (said[0] if said else ())}

    def _answer(self, pictures: NDArray[np.uint8]) -> dict[str, NDArray[np.float32]]:
        return network.answer(self._trunk, self._parameters.averages, pictures, self._recipe.models)


def mirrored(pictures: NDArray[np.uint8], way: int) -> NDArray[np.uint8]:
    """The pictures as they are, left to right, upside down, or both."""
    across, down = (-1 if way & 1 else 1), (-1 if way & 2 else 1)
    return np.ascontiguousarray(pictures[:, ::down, ::across])


def rate_at(step: int, steps: int, recipe: Recipe) -> float:
    """Warm-up, then a cosine down to nearly nothing."""
    rising = max(1, int(steps * recipe.warm_up))
    if step < rising:
        return recipe.rate * (step + 1) / rising
    fallen = (1 + math.cos(math.pi * (step - rising) / max(1, steps - rising))) / 2
    return recipe.rate * (LEAST + (1 - LEAST) * fallen)
