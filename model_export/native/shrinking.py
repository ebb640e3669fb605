"""Fits a head anew on the finished features: their discriminant, shrunk until it trusts no feature by itself.

A head that was trained along with its features ends up leaning on those that know the training pictures by heart. The
regression of the truth on the features, its covariance mixed with a multiple of their mean variance, does not.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from tqdm import tqdm

from model_export.errors import ExportError
from model_export.history import resize
from model_export.native.network import PART
from model_export.native.trunk import Trunk, Weights
from model_export.pixels import Prepared
from model_export.recipe import Recipe, Task
from model_export.targets import UNKNOWN, class_weights, truths

Floats = NDArray[np.float64]
ROUNDS = 50


def shrunk_heads(recipe: Recipe, prepared: Prepared, trunk: Trunk, weights: Weights) -> Weights:
    """The weights with the heads of those tasks put in that ask for it."""
    found: Weights = {}
    for task in recipe.tasks:
        if task.shrinkage:
            kernel, bias = _head(recipe, task, prepared, trunk, weights)
            found[f"head_{task.name}/kernel"] = torch.tensor(kernel, dtype=torch.float32)
            found[f"head_{task.name}/bias"] = torch.tensor(bias, dtype=torch.float32)
    return weights | found


def _head(recipe: Recipe, task: Task, prepared: Prepared, trunk: Trunk, weights: Weights) -> tuple[Floats, Floats]:
    truth = truths(prepared.snapshot, recipe.codes(task.name), task.name)
    positions = [at for at in prepared.snapshot.where(split="train", task=task.name) if truth[at] != UNKNOWN]
    if len(recipe.codes(task.name)) != 2:
        raise ExportError(f"recipe {recipe.name}: only a head of two classes can be shrunk, not {task.name}'s")
    seen, second = features(prepared, positions, recipe.side, trunk, weights), truth[positions] == 1
    direction = discriminant(seen, second, task.shrinkage)
    scores = seen @ direction
    slope, offset = line(scores, second, class_weights(truth[positions], 2, task.class_power)[second.astype(int)])
    half = direction * slope / 2
    return np.stack([-half, half], axis=1), np.array([-offset / 2, offset / 2])


def features(prepared: Prepared, positions: list[int], side: int, trunk: Trunk, weights: Weights) -> Floats:
    """What the network averages of each picture, unaltered."""
    weights, small = trunk.ready(weights)
    parts = []
    for at in tqdm(range(0, len(positions), PART), desc="features", mininterval=10):
        pictures = np.stack([resize(np.asarray(prepared.pixels[one]), side) for one in positions[at : at + PART]])
        parts.append(trunk.forward(pictures, weights, small).clone())
    return np.asarray(torch.cat(parts).numpy(), dtype=np.float64)


def discriminant(seen: Floats, second: NDArray[np.bool_], shrinkage: float) -> Floats:
    """The direction from the first class to the second (ridge regression of the class on the features)."""
    centred = seen - seen.mean(axis=0)
    spread = centred.T @ centred / len(centred)
    width = spread.shape[0]
    wanted = second - second.mean()
    return np.linalg.solve(spread + shrinkage * np.trace(spread) / width * np.eye(width), centred.T @ wanted)


def line(scores: Floats, second: NDArray[np.bool_], counts: NDArray[np.floating]) -> tuple[float, float]:
    """Slope and offset that make log odds of scores: logistic regression in one dimension, by Newton's steps."""
    middle, width = scores.mean(), scores.std()
    inputs = np.stack([(scores - middle) / width, np.ones(len(scores))], axis=1)
    found = np.zeros(2)
    for _ in range(ROUNDS):
        chance = 1 / (1 + np.exp(-inputs @ found))
        gradient = inputs.T @ (counts * (second - chance)) - found * 1e-3
        curvature = (inputs * (counts * chance * (1 - chance))[:, None]).T @ inputs + 1e-3 * np.eye(2)
        found = found + np.linalg.solve(curvature, gradient)
    return float(found[0] / width), float(found[1] - found[0] * middle / width)
