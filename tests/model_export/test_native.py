"""The native engine learns, a killed run goes on, and Keras computes what it learnt."""

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from tests.model_export.native_machine import torch_or_skip

torch_or_skip()

from model_export import metrics, readers  # noqa: E402
from model_export.errors import ExportError  # noqa: E402
from model_export.native import beginnings, network, shrinking, training  # noqa: E402
from model_export.native.trunk import shapes  # noqa: E402
from model_export.pixels import Prepared, prepare  # noqa: E402
from model_export.recipe import Recipe, read_recipe  # noqa: E402
from tests.model_export.conftest import write_recipe  # noqa: E402
from tests.servers import ROOT  # noqa: E402

Tensor = Any  # without PyTorch installed there are no types


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
