"""All trained weights as one long row of numbers, stepped by AdamW in proportion to each weight's own magnitude."""

import math
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from model_export.errors import ExportError
from model_export.native.library import call
from model_export.native.trunk import FEATURES, Shapes, Tensor, Weights

FAINTEST = 0.25  # of a layer's usual magnitude: channels that ImageNet never used may still awake
BIAS_SHARE = 0.1
HEAD_SCALE = 0.5


def from_keras(name: str, value: NDArray[np.float32]) -> Tensor:
    """A Keras kernel as the matrix that the native trunk multiplies with."""
    if name == "Conv1/kernel":
        value = value.reshape(27, -1)
    elif name.endswith("depthwise/kernel"):
        value = value.reshape(9, -1)
    elif name.endswith("kernel"):
        value = value.reshape(value.shape[-2:])
    return torch.tensor(np.ascontiguousarray(value, dtype=np.float32))


class Parameters:
    """Weights, their gradients, their moments and their running average, each a view into one array."""

    def __init__(self, shapes: Shapes, tasks: dict[str, int], start: Weights, seed: int) -> None:
        heads: Shapes = {f"head_{task}/kernel": (FEATURES, classes) for task, classes in tasks.items()}
        heads |= {f"head_{task}/bias": (classes,) for task, classes in tasks.items()}
        self.shapes = shapes | heads
        count = sum(math.prod(shape) for shape in self.shapes.values())
        self._rows = {name: torch.zeros(count) for name in ("weight", "gradient", "first", "second", "average")}
        self._magnitude, self._decayed = torch.zeros(count), torch.zeros(count)
        self.weights, self.gradients = self._views("weight"), self._views("gradient")
        self.averages = self._views("average")
        generator = torch.Generator().manual_seed(seed)
        for name, weight in self.weights.items():
            if name in start:
                weight.copy_(start[name])
            elif name.endswith("kernel"):
                weight.normal_(0, 0.01, generator=generator)
        self._measure()
        self._rows["average"].copy_(self._rows["weight"])
        self.step = 0

    def _views(self, row: str, of: Tensor | None = None) -> Weights:
        flat, views, at = self._rows[row] if of is None else of, {}, 0
        for name, shape in self.shapes.items():
            views[name] = flat[at : at + math.prod(shape)].view(shape)
            at += math.prod(shape)
        return views

    def _measure(self) -> None:
        magnitude, decayed = self._views("", self._magnitude), self._views("", self._decayed)
        for name, weight in self.weights.items():
            if name.startswith("head_"):
                magnitude[name].fill_(HEAD_SCALE)
            elif name.endswith("bias"):
                magnitude[name].fill_(BIAS_SHARE * max(0.3, float(weight.std())))
            else:
                channels = weight.square().mean(0).sqrt()
                magnitude[name].copy_(
                    channels.clamp(min=FAINTEST * float(channels.square().mean().sqrt())).expand_as(weight)
                )
            decayed[name].fill_(float(name.endswith("kernel")))

    def clear(self) -> None:
        self._rows["gradient"].zero_()

    def learn(self, *, rate: float, decay: float, keep: float, norm: float) -> float:
        """One step; returns how long the gradient was, measured in the weights' own magnitudes."""
        length = float((self._rows["gradient"] * self._magnitude).norm())
        self.step += 1
        call(
            "adamw", self._rows["weight"], self._rows["gradient"], self._rows["first"], self._rows["second"],
            self._rows["average"], self._magnitude, self._decayed, len(self._magnitude), float(rate), float(decay),
            float(min(1.0, norm / (length + 1e-9))), 1 / (1 - 0.9**self.step), 1 / (1 - 0.99**self.step),
            float(min(keep, (1 + self.step) / (10 + self.step))),
        )  # fmt: skip
        return length

    def save(self, path: Path) -> None:
        """Beside the old state first, then in its place: a kill leaves one of the two whole."""
        part = path.with_suffix(".part.npz")
        kept = {name: row.numpy() for name, row in self._rows.items() if name != "gradient"}
        np.savez(part, step=np.array(self.step), magnitude=self._magnitude.numpy(), **kept)
        part.replace(path)

    def finished(self, averaging: float) -> Weights:
        """What a recipe means by its weights: their running average where it keeps one."""
        return self.averages if averaging > 0 else self.weights

    def keep(self, path: Path, averaging: float) -> None:
        """The weights of this very step, for later."""
        part = path.with_suffix(".part.npz")
        np.savez(part, allow_pickle=False, **{name: one.numpy() for name, one in self.finished(averaging).items()})
        part.replace(path)

    def kept(self, path: Path) -> Weights:
        try:
            with np.load(path) as file:
                return {name: torch.from_numpy(file[name]) for name in self.shapes}
        except FileNotFoundError as error:
            raise ExportError(f"{path} is missing: the recipe averages a step that this run never made") from error

    def resume(self, path: Path) -> bool:
        if not path.exists():
            return False
        with np.load(path) as state:
            for name in ("weight", "first", "second", "average"):
                self._rows[name].copy_(torch.from_numpy(state[name]))
            self._magnitude.copy_(torch.from_numpy(state["magnitude"]))
            self.step = int(state["step"])
        return True


def to_keras(name: str, value: Tensor) -> NDArray[np.float32]:
    """The way back, into the shape that Keras gives the same weight."""
    array: NDArray[np.float32] = value.numpy()
    if name == "Conv1/kernel":
        return array.reshape(3, 3, 3, -1)
    if name.endswith("depthwise/kernel"):
        return array.reshape(3, 3, -1, 1)
    return array[None, None] if name.endswith("kernel") and not name.startswith("head_") else array
