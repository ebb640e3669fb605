"""The native engine computes what a plain network does, forward and backward, and a killed run goes on."""

import shutil
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the native engine needs PyTorch: model_export/native/requirements.txt")
if shutil.which("g++") is None or "avx512bw" not in Path("/proc/cpuinfo").read_text():
    pytest.skip("the native engine needs g++ and AVX-512", allow_module_level=True)

from model_export import metrics, readers  # noqa: E402
from model_export.errors import ExportError  # noqa: E402
from model_export.native import beginnings, network, shrinking, training  # noqa: E402
from model_export.native.library import call  # noqa: E402
from model_export.native.parameters import from_keras, to_keras  # noqa: E402
from model_export.native.trunk import BLOCKS, Trunk, halved, shapes  # noqa: E402
from model_export.pixels import Prepared, prepare  # noqa: E402
from model_export.recipe import Recipe, read_recipe  # noqa: E402
from tests.model_export.conftest import write_recipe  # noqa: E402
from tests.servers import ROOT  # noqa: E402

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
    held = rounding.held(trained)
    for name, value in held.items():
        most = trained[name].abs().amax(0)
        steps = value / most.clamp(min=1e-12) * 127
        assert torch.equal(value, trained[name]) or torch.allclose(steps, steps.round(), atol=1e-3), name
        assert torch.allclose(value, trained[name], atol=float(most.max()) / 250), name
    assert plain.held(trained) is trained
    pictures = np.random.default_rng(0).integers(0, 256, (4, 64, 64, 3), dtype=np.uint8)
    exact = plain.forward(pictures, trained, halved(trained))
    near = rounding.forward(pictures, held, halved(held))
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


@pytest.fixture(scope="module")
def prepared(lesions: Path, tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    samples = readers.read(lesions, "blots")
    return prepare(samples, root=lesions, work=tmp_path_factory.mktemp("prepared"), side=64)


def recipe_for(folder: Path, more: str, **phases: float) -> Recipe:
    path = write_recipe(folder, trainable="all", epochs=phases.get("epochs", 4))
    path.write_text(f'{more}\nengine = "native"\n' + path.read_text())
    return read_recipe(str(path))


@pytest.mark.parametrize("rounding", ["false", "true"], ids=["plain", "rounding"])
def test_it_learns_and_a_killed_run_ends_with_the_same_weights(
    prepared: Prepared, backbone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rounding: str
) -> None:
    more = f'averaging = 0.5\nmixing = 0.2\nrounding = {rounding}\nfrozen_until = "block_3_expand"'
    recipe = recipe_for(tmp_path, more, epochs=8)
    whole = training.train(recipe, prepared, start=backbone, work=tmp_path / "whole")
    lines = (tmp_path / "whole" / "history.jsonl").read_text().splitlines()
    assert '"balanced_accuracy"' in lines[-1]
    monkeypatch.setattr(training, "SAVE_EVERY", 3)
    learn = training.Training._learn
    done: list[object] = []

    def until_killed(self: training.Training, batch: object) -> float:
        if len(done) == 7:
            raise KeyboardInterrupt
        done.append(batch)
        return learn(self, batch)  # type: ignore[arg-type]

    monkeypatch.setattr(training.Training, "_learn", until_killed)
    with pytest.raises(KeyboardInterrupt):
        training.train(recipe, prepared, start=backbone, work=tmp_path / "killed")
    assert not (tmp_path / "killed" / network.WEIGHTS).exists()
    monkeypatch.setattr(training.Training, "_learn", learn)
    again = training.train(recipe, prepared, start=backbone, work=tmp_path / "killed")
    with np.load(whole) as one, np.load(again) as other:
        assert all(np.array_equal(one[name], other[name]) for name in one.files)


def test_a_student_learns_from_a_teacher_that_was_trained_before(
    prepared: Prepared, backbone: Path, tmp_path: Path
) -> None:
    first = recipe_for(tmp_path / "a", "averaging = 0.5", epochs=1)
    training.train(first, prepared, start=backbone, work=tmp_path / "runs" / "first")
    second = recipe_for(tmp_path / "b", 'teachers = ["first"]\nstart = "first"', epochs=1)
    assert training.train(second, prepared, start=backbone, work=tmp_path / "runs" / "second").exists()


def test_a_soup_is_the_average_of_the_steps_it_names(
    prepared: Prepared, backbone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "SAVE_EVERY", 8)
    recipe = recipe_for(tmp_path, "soup = [2, 6]", epochs=4)
    made = training.train(recipe, prepared, start=backbone, work=tmp_path / "run")
    with (
        np.load(made) as soup,
        np.load(tmp_path / "run/soup-2.npz") as one,
        np.load(tmp_path / "run/soup-6.npz") as two,
    ):
        assert np.abs(one["Conv_1/kernel"] - two["Conv_1/kernel"]).max() > 1e-4
        assert np.allclose(soup["Conv_1/kernel"][0, 0], (one["Conv_1/kernel"] + two["Conv_1/kernel"]) / 2, atol=1e-6)
    made.unlink()
    (tmp_path / "run" / "soup-2.npz").unlink()
    with pytest.raises(ExportError, match=r"soup-2\.npz is missing"):
        training.train(recipe, prepared, start=backbone, work=tmp_path / "run")


def test_a_shrunken_head_ranks_pictures_it_has_not_seen_better_than_one_that_knows_its_own_by_heart() -> None:
    rng = np.random.default_rng(5)

    def drawn(number: int) -> tuple[np.ndarray, np.ndarray]:
        second = rng.random(number) < 0.2
        seen = rng.normal(size=(number, 150))
        seen[:, :10] += second[:, None] * 0.8
        return seen, second

    (seen, second), (fresh, truth) = drawn(200), drawn(4000)

    def ranked(shrinkage: float) -> float:
        return metrics.auc(fresh @ shrinking.discriminant(seen, second, shrinkage), truth, np.ones(len(truth)))

    assert ranked(10) > ranked(1e-6) + 0.05


def test_the_line_through_scores_gives_honest_odds() -> None:
    rng = np.random.default_rng(6)
    scores = rng.normal(size=20_000) * 3 + 40
    second = rng.random(20_000) < 1 / (1 + np.exp(-(0.8 * scores - 33)))
    assert shrinking.line(scores, second, np.ones(20_000)) == pytest.approx((0.8, -33), rel=0.05)


def test_a_recipe_may_ask_for_a_shrunken_head(prepared: Prepared, backbone: Path, tmp_path: Path) -> None:
    recipe = recipe_for(tmp_path, "", epochs=1)
    with pytest.raises(ExportError, match="only a head of two classes can be shrunk"):
        training.train(asking(recipe), prepared, start=backbone, work=tmp_path / "three")
    (tmp_path / "blots.json").write_text(TWO)
    plain = training.train(recipe, in_two(prepared), start=backbone, work=tmp_path / "plain")
    other = training.train(asking(recipe), in_two(prepared), start=backbone, work=tmp_path / "shrunk")
    with np.load(plain) as one, np.load(other) as two:
        changed = {name for name in one.files if not np.array_equal(one[name], two[name])}
    assert changed == {"head_blots/kernel", "head_blots/bias"}


def test_a_head_may_lean_less_on_how_common_a_class_is(prepared: Prepared, backbone: Path, tmp_path: Path) -> None:
    recipe = recipe_for(tmp_path, "", epochs=1)
    adjusting = msgspec.structs.replace(recipe.tasks[0], adjustment=0.5)
    plain = training.train(recipe, prepared, start=backbone, work=tmp_path / "plain")
    other = training.train(
        msgspec.structs.replace(recipe, tasks=(adjusting,)), prepared, start=backbone, work=tmp_path / "adjusted"
    )
    told = [one.labels["blots"] for one in prepared.snapshot.samples if one.split == "train"]
    shares = np.array([told.count(code) / len(told) for code in recipe.codes("blots")])
    with np.load(plain) as one, np.load(other) as two:
        assert {name for name in one.files if not np.array_equal(one[name], two[name])} == {"head_blots/bias"}
        assert np.allclose(two["head_blots/bias"], one["head_blots/bias"] - 0.5 * np.log(shares), atol=1e-5)


def test_each_teacher_may_look_at_another_mirror_image(
    prepared: Prepared, backbone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = recipe_for(tmp_path / "a", "", epochs=1)
    training.train(first, prepared, start=backbone, work=tmp_path / "runs" / "first")
    seen: list[np.ndarray] = []
    answer = network.Teacher.__call__

    def watched(teacher: network.Teacher, given: np.ndarray) -> dict[str, Tensor]:
        seen.append(given)
        return answer(teacher, given)

    monkeypatch.setattr(network.Teacher, "__call__", watched)
    asked = 'teachers = ["first", "first"]\nmirrored = true\nstart = "first"'
    training.train(recipe_for(tmp_path / "b", asked, epochs=1), prepared, start=backbone, work=tmp_path / "runs/second")
    pairs = list(zip(seen[::2], seen[1::2], strict=True))
    assert all(not np.array_equal(one, two) for one, two in pairs)
    assert all(any(np.array_equal(one, training.mirrored(two, way)) for way in (1, 2, 3)) for one, two in pairs)


TWO = """{"namespace": "test", "labels": [
 {"code": "pale", "malignant": false, "tier": "self_care", "names": {"en": "Pale blot"}},
 {"code": "dark", "malignant": true, "tier": "urgent", "names": {"en": "Dark blot"}}]}"""


def asking(recipe: Recipe) -> Recipe:
    return msgspec.structs.replace(recipe, tasks=(msgspec.structs.replace(recipe.tasks[0], shrinkage=10.0),))


def in_two(prepared: Prepared) -> Prepared:
    snapshot = prepared.snapshot
    told = [one.labels["blots"].replace("red", "dark") for one in snapshot.samples]
    samples = [msgspec.structs.replace(s, labels={"blots": t}) for s, t in zip(snapshot.samples, told, strict=True)]
    return prepared._replace(snapshot=msgspec.structs.replace(snapshot, samples=tuple(samples)))


def test_what_only_this_engine_does_is_refused_to_the_other(tmp_path: Path) -> None:
    path = write_recipe(tmp_path)
    path.write_text("mixing = 0.2\n" + path.read_text())
    with pytest.raises(ExportError, match='need engine = "native"'):
        read_recipe(str(path))


def test_a_file_that_holds_no_such_weights_is_named(tmp_path: Path) -> None:
    np.savez(tmp_path / "other.npz", something=np.zeros(3))
    with pytest.raises(ExportError, match=r"other\.npz lacks .*no weights of a MobileNetV2"):
        network.begin(recipe_for(tmp_path, ""), tmp_path / "other.npz")
    with pytest.raises(ExportError, match="no weights to begin with"):
        beginnings.read(tmp_path / "missing.npz")


def test_keras_computes_what_the_native_network_learnt(prepared: Prepared, backbone: Path, tmp_path: Path) -> None:
    from model_export.train import load_trained

    recipe = recipe_for(tmp_path, "", epochs=1)
    training.train(recipe, prepared, start=backbone, work=tmp_path / "run")
    pictures = np.asarray(prepared.pixels[:8])
    weights = beginnings.read(tmp_path / "run" / network.WEIGHTS)
    ours = network.answer(network.trunk_of(weights, recipe), weights, pictures, recipe.models)["blots"]
    theirs = load_trained(recipe, tmp_path / "run").predict_on_batch(pictures.astype(np.float32))["blots"]
    assert np.abs(ours - theirs).max() < 0.1 * np.ptp(theirs)


def test_a_serving_champion_can_be_trained_further() -> None:
    weights = beginnings.read(ROOT / "functions" / "models" / "disease" / "model.tflite")
    assert {name: tuple(weights[name].shape) for name in shapes(1)} == shapes(1)
    assert all(float(weights[f"block_{number}_expand/kernel"].std()) > 0 for number in range(1, 17))
