"""MobileNetV2 with its BatchNorm folded into the convolutions, forward and backward, a whole block at a time."""

from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from model_export.native.library import call

Tensor = Any  # without PyTorch installed there are no types
Weights = dict[str, Tensor]
Shapes = dict[str, tuple[int, ...]]

FEATURES = 1280
STEM = 32
STEPS = 127  # of an int8 weight, to either side of nought
STEP = 6 / 255  # of an activation that ReLU6 has cut
REACH = 1.2  # how much further the pictures that set int8's ranges reach than those of one part of a batch


class Block(NamedTuple):
    """An inverted residual block: its names, widths and stride."""

    name: str
    expand: str
    narrow_in: int
    wide: int
    narrow_out: int
    stride: int

    @property
    def passes(self) -> bool:
        return self.stride == 1 and self.narrow_in == self.narrow_out


def _blocks() -> tuple[Block, ...]:
    widths = [24, 24, 32, 32, 32, 64, 64, 64, 64, 96, 96, 96, 160, 160, 160, 320]
    halving = {1, 3, 6, 13}
    blocks, before = [], 16
    for number, width in enumerate(widths, 1):
        name = f"block_{number}"
        blocks.append(Block(name, f"{name}_expand", before, 6 * before, width, 2 if number in halving else 1))
        before = width
    return tuple(blocks)


BLOCKS = _blocks()


def halved(weights: Weights) -> Weights:
    """All weights in bfloat16, as matrix products take them, and under "rest" what the biases lose by that.

    A product is rounded after its bias was added: folded BatchNorm makes large biases that cancel large products, and
    what is left would be lost in the rounding.
    """
    small = {name: value.to(torch.bfloat16) for name, value in weights.items()}
    rests = {f"{name} rest": weights[name] - small[name].float() for name in weights if name.endswith("bias")}
    return small | rests


def rounded(weights: Weights) -> Weights:
    """The weights as int8 will hold them: every output channel's largest is 127 steps (arXiv:1712.05877)."""

    def steps(kernel: Tensor) -> Tensor:
        step = (kernel.abs().amax(0) / STEPS).clamp(min=1e-12)
        return torch.round(kernel / step) * step

    return {name: steps(value) if name.endswith("kernel") else value for name, value in weights.items()}


def _product(maps: Tensor, layer: str, halved: Weights, out: Tensor) -> Tensor:
    return torch.addmm(halved[f"{layer}/bias"], maps, halved[f"{layer}/kernel"], out=out)


def shapes(first: int) -> Shapes:
    """The weights of the blocks from this one on, and of the last convolution; matrices are (in, out)."""
    found: Shapes = {}
    for block in BLOCKS[first - 1 :]:
        found |= {
            f"{block.expand}/kernel": (block.narrow_in, block.wide),
            f"{block.expand}/bias": (block.wide,),
            f"{block.name}_depthwise/kernel": (9, block.wide),
            f"{block.name}_depthwise/bias": (block.wide,),
            f"{block.name}_project/kernel": (block.wide, block.narrow_out),
            f"{block.name}_project/bias": (block.narrow_out,),
        }
    return found | {"Conv_1/kernel": (BLOCKS[-1].narrow_out, FEATURES), "Conv_1/bias": (FEATURES,)}


class Pool:
    """Memory that is asked for once and used in every step: fresh pages cost more than what is written to them."""

    def __init__(self) -> None:
        self._kept: dict[str, Tensor] = {}

    def __call__(self, name: str, rows: int, columns: int) -> Tensor:
        size = rows * columns
        kept = self._kept.get(name)
        if kept is None or kept.numel() < size:
            kept = self._kept[name] = torch.empty(size, dtype=torch.bfloat16)
        return kept[:size].view(rows, columns)


class Trunk:
    """From raw pictures to averaged features, and back from their gradient to that of every trained weight."""

    def __init__(self, frozen: Weights, first: int, *, rounding: bool = False) -> None:
        self.frozen, self._rounding = frozen, rounding
        self._still, self._halved = self.ready(frozen)
        self._first, self._pool = first, Pool()
        self._step = STEP if rounding else 0.0
        self._seen = torch.empty(0, STEM)
        self._kept: list[tuple[Block, Tensor, Tensor, Tensor, int]] = []

    def ready(self, weights: Weights) -> tuple[Weights, Weights]:
        """What this trunk computes with: the weights, rounded where it rounds what it passes on, and their halves."""
        held = rounded(weights) if self._rounding else weights
        return held, halved(held)

    def forward(self, pictures: NDArray[np.uint8], weights: Weights, halved: Weights) -> Tensor:
        """The features' averages; what the way back needs is kept until the next call."""
        number, side = pictures.shape[:2]
        here, side = self._stem(pictures, number, side), side // 2
        for block in BLOCKS[: self._first - 1]:
            here, side = self._block(block, here, number, side, self._still, self._halved, "frozen")
        self._kept.clear()
        for block in BLOCKS[self._first - 1 :]:
            here, side = self._block(block, here, number, side, weights, halved, block.name)
        last = _product(here, "Conv_1", halved, self._pool("last", number * side * side, FEATURES))
        self._end = (here, last, number, side)
        averages = torch.empty(number, FEATURES)
        call("pool", last, halved["Conv_1/bias rest"], averages, number, side * side, FEATURES,
             self._step)  # fmt: skip
        return averages

    def _stem(self, pictures: NDArray[np.uint8], number: int, side: int) -> Tensor:
        half = side // 2
        frozen, deep, last = self._still, "expanded_conv_depthwise", "expanded_conv_project"
        if self._seen.shape[0] != number * half * half:
            self._seen = torch.empty(number * half * half, STEM)
        call("look", np.ascontiguousarray(pictures), frozen["Conv1/kernel"], frozen["Conv1/bias"],
             frozen[f"{deep}/kernel"], frozen[f"{deep}/bias"], self._seen, number, side, self._step)  # fmt: skip
        product = torch.addmm(frozen[f"{last}/bias"], self._seen, frozen[f"{last}/kernel"])
        return self._to_grid(self._pool("stem", len(product), 16).copy_(product))

    def _block(
        self, block: Block, here: Tensor, number: int, side: int, weights: Weights, halved: Weights, memory: str
    ) -> tuple[Tensor, int]:
        wide = _product(here, block.expand, halved, self._pool(f"{memory} wide", len(here), block.wide))
        after = side // block.stride
        depth = self._pool(f"{memory} depth", number * after * after, block.wide)
        name = f"{block.name}_depthwise"
        call("depthwise", wide, halved[f"{block.expand}/bias rest"], weights[f"{name}/kernel"], weights[f"{name}/bias"],
             depth, number, side, side, block.wide, block.stride, self._step)  # fmt: skip
        out = self._pool(f"{block.name} out", len(depth), block.narrow_out)
        _product(depth, f"{block.name}_project", halved, out)
        rest = halved[f"{block.name}_project/bias rest"]
        together = here if block.passes and not self._rounding else None
        call("finish_block", out, rest, together, len(out), block.narrow_out)
        self._to_grid(out)
        if block.passes and self._rounding:
            self._to_grid(out.add_(here))
        if memory != "frozen":
            self._kept.append((block, here, wide, depth, side))
        return out, after

    def _to_grid(self, maps: Tensor) -> Tensor:
        if self._rounding:
            call("to_grid", maps, maps.numel(), REACH)
        return maps

    def backward(self, given: Tensor, weights: Weights, halved: Weights, gradients: Weights) -> None:
        """Adds to the gradients what the averages' gradient says."""
        here, last, number, side = self._end
        back = self._pool("last back", *last.shape)
        call("pool_back", last, halved["Conv_1/bias rest"], given.contiguous(), back, gradients["Conv_1/bias"],
             number, side * side, FEATURES)  # fmt: skip
        gradients["Conv_1/kernel"] += torch.mm(here.t(), back)
        flow = torch.mm(back, halved["Conv_1/kernel"].t(), out=self._pool("flow a", *here.shape))
        for index, (block, before, wide, depth, size) in enumerate(reversed(self._kept)):
            flow = self._block_back(
                block, before, wide, depth, size, number, flow, weights, halved, gradients,
                memory="flow b" if index % 2 == 0 else "flow a", wanted=index < len(self._kept) - 1,
            )  # fmt: skip

    def _block_back(
        self, block: Block, before: Tensor, wide: Tensor, depth: Tensor, size: int, number: int, flow: Tensor,
        weights: Weights, halved: Weights, gradients: Weights, *, memory: str, wanted: bool,
    ) -> Tensor:  # fmt: skip
        project, depthwise, expand = f"{block.name}_project", f"{block.name}_depthwise", block.expand
        gradients[f"{project}/kernel"] += torch.mm(depth.t(), flow)
        call("sum_rows", flow, gradients[f"{project}/bias"], len(flow), block.narrow_out)
        to_depth = torch.mm(flow, halved[f"{project}/kernel"].t(), out=self._pool("depth back", *depth.shape))
        to_wide = self._pool("wide back", *wide.shape)
        call("depthwise_back", wide, halved[f"{expand}/bias rest"], weights[f"{depthwise}/kernel"], depth, to_depth,
             to_wide, gradients[f"{depthwise}/kernel"], gradients[f"{expand}/bias"], gradients[f"{depthwise}/bias"],
             number, size, size, block.wide, block.stride, self._step)  # fmt: skip
        gradients[f"{expand}/kernel"] += torch.mm(before.t(), to_wide)
        if not wanted:
            return flow
        out = torch.mm(to_wide, halved[f"{expand}/kernel"].t(), out=self._pool(memory, *before.shape))
        return out.add_(flow) if block.passes else out
