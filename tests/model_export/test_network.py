"""The network computes what its weights say, through every change that must not change it."""

from pathlib import Path

import keras
import numpy as np
import pytest

from model_export import augment, looks, network
from model_export.errors import ExportError
from model_export.fitting import Fitting
from model_export.recipe import read_recipe
from tests.model_export.conftest import write_recipe

PICTURES = np.random.default_rng(0).integers(0, 256, (6, 64, 64, 3), dtype=np.uint8)


@pytest.fixture
def model(backbone: Path) -> network.Model:
    keras.utils.set_random_seed(0)
    made = network.build({"blots": 3})
    network.load_imagenet(made, backbone)
    return made


def answer(model: network.Model) -> np.ndarray:
    return np.asarray(model(PICTURES.astype(np.float32), training=False)["blots"])


def test_measuring_the_norms_changes_their_numbers_and_nothing_else(model: network.Model) -> None:
    before = answer(model)
    norm = model.get_layer("block_3_expand_BN")
    mean = np.asarray(norm.moving_mean).copy()
    network.measure_norms(model, PICTURES, batch=3)
    assert np.abs(np.asarray(norm.moving_mean) - mean).max() > 0.01
    assert np.allclose(answer(model), before, atol=1e-3 * np.abs(before).max())


def test_frozen_layers_stay_as_they_are_while_the_rest_learns(model: network.Model, tmp_path: Path) -> None:
    recipe = read_recipe(str(write_recipe(tmp_path)))
    network.measure_norms(model, PICTURES)
    network.freeze(model, "block_16_expand")  # late, so that little has to be traced
    names = ("Conv1", "block_15_depthwise_BN", "block_16_expand", "block_16_expand_BN", "head_blots")
    watched = {name: model.get_layer(name) for name in names}
    before = {name: [w.copy() for w in layer.get_weights()] for name, layer in watched.items()}
    fitting = Fitting(model, recipe, {"blots": np.ones(3, np.float32)}, 20)
    for _ in range(3):
        fitting.learn(PICTURES, {"blots": np.array([0, 1, 2, 0, 1, -1])})
    changed = {
        name: any((a != b).any() for a, b in zip(before[name], layer.get_weights(), strict=True))
        for name, layer in watched.items()
    }
    assert [name for name in names if changed[name]] == ["block_16_expand", "block_16_expand_BN", "head_blots"]


def test_a_picture_without_a_label_teaches_nothing(model: network.Model, tmp_path: Path) -> None:
    recipe = read_recipe(str(write_recipe(tmp_path)))
    network.freeze(model, "head_blots")
    fitting = Fitting(model, recipe, {"blots": np.ones(3, np.float32)}, 20)
    assert fitting.learn(PICTURES, {"blots": np.full(6, -1)}) == 0.0
    assert fitting.learn(PICTURES, {"blots": np.array([0, -1, -1, -1, -1, -1])}) > 0.0


def test_a_missing_weight_file_and_an_unknown_layer_are_named(model: network.Model, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"absent\.npz"):
        network.load_imagenet(model, tmp_path / "absent.npz")
    with pytest.raises(ExportError, match="no layer block_99"):
        network.freeze(model, "block_99")


def test_views_keep_the_lesion_in_the_picture_and_repeat_with_their_seed() -> None:
    marked = np.full((8, 96, 96, 3), 200, np.uint8)
    marked[:, 38:58, 38:58] = (90, 40, 30)
    one, other = (np.asarray(augment.view(marked, 64, np.random.default_rng(5))) for _ in range(2))
    assert one.shape == (8, 64, 64, 3)
    assert (one == other).all()
    middle, rim = one[:, 28:36, 28:36].mean(axis=(1, 2, 3)), one[:, :4, :4].mean(axis=(1, 2, 3))
    assert (middle < rim - 40).all()
    assert len({tuple(picture[0, 0].round(3)) for picture in one}) == 8


def test_damage_blurs_some_and_leaves_most_untouched() -> None:
    rng = np.random.default_rng(1)
    sharp = rng.integers(0, 256, (64, 64, 3), dtype=np.uint8)
    seen = [looks.damage(sharp, rng) for _ in range(200)]
    untouched = sum((picture == sharp).all() for picture in seen)
    assert 80 < untouched < 160
    assert all(picture.shape == sharp.shape for picture in seen)
    assert min(np.abs(np.diff(picture.astype(float), axis=1)).mean() for picture in seen) < 40
