"""The native engine's kernels compute what plain convolutions do, forward and backward, rounded or not."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.model_export.native_machine import torch_or_skip

torch = torch_or_skip()

from model_export.native import beginnings  # noqa: E402
from model_export.native.library import call  # noqa: E402
from model_export.native.parameters import from_keras, to_keras  # noqa: E402
from model_export.native.trunk import BLOCKS, Trunk, halved, shapes  # noqa: E402

Tensor = Any  # without PyTorch installed there are no types
relu6 = torch.nn.functional.relu6


def padded(maps: Tensor, stride: int) -> Tensor:
    return torch.nn.functional.pad(maps, (0, 1, 0, 1) if stride == 2 else (1, 1, 1, 1))


def apart(one: Tensor, other: Tensor) -> float:
    """How far two arrays are from each other, against the size of the second."""
    return float((one.float() - other.float()).norm() / other.float().norm())


def cut(value: Tensor, step: float) -> Tensor:
    """ReLU6 whose answer is rounded; the way back is open where that is neither nought nor six."""
    rounded = (torch.round(relu6(value) / step) * step if step else relu6(value)).detach()
    return torch.where((rounded > 0) & (rounded < 6), value + (rounded - value).detach(), rounded)


@pytest.mark.parametrize("step", [0.0, 0.25], ids=["plain", "rounding"])
@pytest.mark.parametrize("side, channels, stride", [(10, 144, 1), (12, 96, 2), (7, 48, 1), (6, 64, 1), (8, 32, 1)])
def test_the_depthwise_kernel_and_its_way_back_match_a_plain_convolution(
    side: int, channels: int, stride: int, step: float
) -> None:
    torch.manual_seed(0)
    maps = torch.randn(2, side, side, channels).bfloat16()
    inner, outer, weights = torch.randn(channels), torch.randn(channels), torch.randn(9, channels) / 3
    given = torch.randn(2, side // stride, side // stride, channels).bfloat16()
    out = torch.empty_like(given)
    call("depthwise", maps, inner, weights, outer, out, 2, side, side, channels, stride, step)
    back, to_weights, to_inner, to_outer = torch.empty_like(maps), *map(torch.zeros_like, (weights, inner, outer))
    call("depthwise_back", maps, inner, weights, out, given, back, to_weights, to_inner, to_outer,
         2, side, side, channels, stride, step)  # fmt: skip
    plain = [value.float().requires_grad_() for value in (maps, inner, weights, outer)]
    seen = padded(cut(plain[0] + plain[1], step).permute(0, 3, 1, 2), stride)
    kernel = plain[2].t().reshape(channels, 1, 3, 3)
    expected = torch.nn.functional.conv2d(seen, kernel, plain[3], stride, groups=channels)
    expected = cut(expected, step).permute(0, 2, 3, 1)
    expected.backward(given.float())
    assert apart(out, expected.detach()) < 0.01
    for ours, theirs in zip((back, to_inner, to_weights, to_outer), plain, strict=True):
        assert theirs.grad is not None
        assert apart(ours, theirs.grad) < 0.06  # values within a rounding of 0 or 6 may fall on the other side


def test_the_whole_trunk_and_its_gradients_match_plain_convolutions(backbone: Path) -> None:
    weights = beginnings.read(backbone)
    trained = {name: weights[name] for name in shapes(13)}
    trunk = Trunk({name: value for name, value in weights.items() if name not in trained}, 13)
    gradients = {name: torch.zeros_like(value) for name, value in trained.items()}
    pictures = np.random.default_rng(0).integers(0, 256, (4, 64, 64, 3), dtype=np.uint8)
    given = torch.randn(4, 1280, generator=torch.Generator().manual_seed(1))
    averages = trunk.forward(pictures, trained, halved(trained))
    trunk.backward(given, trained, halved(trained), gradients)
    plain = {name: value.clone().requires_grad_(name in trained) for name, value in weights.items()}
    expected = plainly(pictures, plain)
    expected.backward(given)
    assert np.corrcoef(averages.ravel(), expected.detach().ravel())[0, 1] > 0.95
    for name in trained:
        grad = plain[name].grad
        assert grad is not None
        assert np.corrcoef(gradients[name].ravel(), grad.ravel())[0, 1] > 0.8, name


def plainly(pictures: np.ndarray, weights: dict[str, Tensor]) -> Tensor:
    def conv(maps: Tensor, name: str, stride: int = 1) -> Tensor:
        kernel, groups = weights[f"{name}/kernel"], 1
        if name == "Conv1":
            kernel = kernel[:27].reshape(3, 3, 3, 32).permute(3, 2, 0, 1)
        elif name.endswith("depthwise"):
            kernel, groups = kernel.reshape(3, 3, -1).permute(2, 0, 1)[:, None], maps.shape[1]
        else:
            kernel = kernel.t()[:, :, None, None]
        maps = padded(maps, stride) if kernel.shape[-1] == 3 else maps
        return torch.nn.functional.conv2d(maps, kernel, weights[f"{name}/bias"], stride, groups=groups)

    maps = torch.tensor(pictures).permute(0, 3, 1, 2) / 127.5 - 1
    maps = relu6(conv(relu6(conv(maps, "Conv1", 2)), "expanded_conv_depthwise"))
    maps = conv(maps, "expanded_conv_project")
    for block in BLOCKS:
        wide = relu6(conv(relu6(conv(maps, block.expand)), f"{block.name}_depthwise", block.stride))
        maps = conv(wide, f"{block.name}_project") + (maps if block.passes else 0)
    return relu6(conv(maps, "Conv_1")).mean((2, 3))


def test_a_rounding_trunk_computes_with_what_int8_can_hold(backbone: Path) -> None:
    weights = beginnings.read(backbone)
    trained = {name: weights[name] for name in shapes(13)}
    frozen = {name: value for name, value in weights.items() if name not in trained}
    plain, rounding = Trunk(frozen, 13), Trunk(frozen, 13, rounding=True)
    held, small = rounding.ready(trained)
    for name, value in held.items():
        most = trained[name].abs().amax(0)
        steps = value / most.clamp(min=1e-12) * 127
        assert torch.equal(value, trained[name]) or torch.allclose(steps, steps.round(), atol=1e-3), name
        assert torch.allclose(value, trained[name], atol=float(most.max()) / 250), name
    assert plain.ready(trained)[0] is trained
    pictures = np.random.default_rng(0).integers(0, 256, (4, 64, 64, 3), dtype=np.uint8)
    exact = plain.forward(pictures, trained, halved(trained))
    near = rounding.forward(pictures, held, small)
    assert 0.001 < apart(near, exact) < 0.3
    assert all(torch.equal(rounding.frozen[name], frozen[name]) for name in frozen)


def test_a_map_keeps_256_steps_and_its_zeros() -> None:
    maps = torch.randn(64, 48, generator=torch.Generator().manual_seed(2)).bfloat16()
    maps[0] = 0
    before = maps.clone()
    call("to_grid", maps, maps.numel(), 1.0)
    step = (float(before.max()) - float(before.min())) / 255
    assert torch.allclose(maps.float(), torch.round(before.float() / step) * step, rtol=2**-8, atol=0)
    assert len(maps.unique()) <= 257
    assert not maps[0].any()
    call("to_grid", nothing := torch.zeros_like(maps), maps.numel(), 1.0)
    assert not nothing.any()


def test_weights_survive_the_way_to_keras_and_back(backbone: Path) -> None:
    with np.load(backbone) as file:
        for name in file.files:
            assert np.array_equal(to_keras(name, from_keras(name, file[name])), file[name]), name
