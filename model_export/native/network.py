"""A trunk with its weights, frozen and trained, as one thing that answers."""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from model_export.errors import ExportError
from model_export.native import beginnings
from model_export.native.parameters import Parameters, to_keras
from model_export.native.trunk import Tensor, Trunk, Weights, shapes
from model_export.recipe import Recipe

WEIGHTS = "native.npz"
PART = 16  # pictures that go through together: their maps stay in the processor's last cache


def first_block(recipe: Recipe) -> int:
    """The engine freezes whole blocks."""
    name = recipe.frozen_until or "block_1_expand"
    number = name.removeprefix("block_").removesuffix("_expand")
    if not number.isdigit() or not 1 <= int(number) <= 16:
        raise ExportError(f"the native engine freezes up to a block_N_expand with N from 1 to 16, not {name}")
    return int(number)


def heads_of(recipe: Recipe) -> dict[str, int]:
    return {task.name: len(recipe.codes(task.name)) for task in recipe.tasks}


def begin(recipe: Recipe, start: Path) -> tuple[Trunk, Parameters]:
    """A trunk and its trained weights, from wherever the recipe begins."""
    weights, trained = beginnings.read(start), shapes(first_block(recipe))
    if missing := sorted(trained.keys() - weights.keys()):
        raise ExportError(f"{start} lacks {', '.join(missing[:3])}: these are no weights of a MobileNetV2")
    trunk = trunk_of(weights, recipe, rounding=recipe.rounding)
    return trunk, Parameters(trained, heads_of(recipe), weights, recipe.seed)


def trunk_of(weights: Weights, recipe: Recipe, *, rounding: bool = False) -> Trunk:
    trained = shapes(first_block(recipe))
    frozen = {n: value for n, value in weights.items() if n not in trained and not n.startswith("head_")}
    return Trunk(frozen, first_block(recipe), rounding=rounding)


class Teacher:
    """A network trained before, whose softened answers a student learns from."""

    def __init__(self, path: Path, recipe: Recipe) -> None:
        weights = beginnings.read(path)
        self._trunk, self._recipe = trunk_of(weights, recipe), recipe
        self._weights, self._halved = self._trunk.ready(weights)

    def __call__(self, pictures: NDArray[np.uint8]) -> dict[str, Tensor]:
        features = self._trunk.forward(pictures, self._weights, self._halved)
        return {
            task: torch.softmax(_head(features, self._weights, task) / self._recipe.heat, 1)
            for task in self._recipe.models
        }


def answer(
    trunk: Trunk, weights: Weights, pictures: NDArray[np.uint8], tasks: tuple[str, ...]
) -> dict[str, NDArray[np.float32]]:
    """The logits of every task."""
    weights, small = trunk.ready(weights)
    parts = [trunk.forward(pictures[at : at + PART], weights, small) for at in range(0, len(pictures), PART)]
    features = torch.cat(parts)
    return {task: _head(features, weights, task).numpy() for task in tasks}


def _head(features: Tensor, weights: Weights, task: str) -> Tensor:
    return features @ weights[f"head_{task}/kernel"] + weights[f"head_{task}/bias"]


def write(path: Path, trunk: Trunk, weights: Weights) -> None:
    """The whole network as Keras shapes it."""
    part = path.with_suffix(".part.npz")
    np.savez(part, allow_pickle=False, **{n: to_keras(n, value) for n, value in (trunk.frozen | weights).items()})
    part.replace(path)
