"""A training that is killed goes on at its last checkpoint and ends where an unbroken one ends."""

from pathlib import Path

import numpy as np
import pytest

from model_export import train
from model_export.fitting import Fitting
from model_export.pixels import prepare
from model_export.readers.synthetic import read_synthetic
from model_export.recipe import Recipe, read_recipe
from tests.model_export.conftest import write_recipe


@pytest.fixture
def recipe(tmp_path: Path) -> Recipe:
    path = write_recipe(tmp_path, trainable="all", epochs=2, size=32)
    path.write_text(
        path.read_text().replace("side = 64", 'side = 32\naveraging = 0.9\nfrozen_until = "block_16_expand"')
    )
    return read_recipe(str(path))


def test_a_killed_training_ends_like_an_unbroken_one(
    lesions: Path, backbone: Path, recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train, "SAVE_EVERY", 2)
    monkeypatch.setattr(train, "NORM_PICTURES", 16)
    monkeypatch.setattr(train, "SETTLING_BATCHES", 2)
    prepared = prepare(read_synthetic(lesions), root=lesions, work=tmp_path / "data", side=32)
    whole = train.train(recipe, prepared, backbone=backbone, work=tmp_path / "whole")
    real = Fitting.learn
    steps: list[int] = []

    def dies(self: Fitting, pictures: np.ndarray, truths: dict[str, np.ndarray]) -> float:
        if len(steps) == 3:
            raise KeyboardInterrupt
        steps.append(self.step)
        return real(self, pictures, truths)

    monkeypatch.setattr(Fitting, "learn", dies)
    with pytest.raises(KeyboardInterrupt):
        train.train(recipe, prepared, backbone=backbone, work=tmp_path / "killed")
    assert not (tmp_path / "killed" / train.WEIGHTS).exists()
    again: list[int] = []

    def counts(self: Fitting, pictures: np.ndarray, truths: dict[str, np.ndarray]) -> float:
        again.append(self.step)
        return real(self, pictures, truths)

    monkeypatch.setattr(Fitting, "learn", counts)
    resumed = train.train(recipe, prepared, backbone=backbone, work=tmp_path / "killed")
    assert steps == [0, 1, 2]
    assert again[0] == 2
    for one, other in zip(whole.get_weights(), resumed.get_weights(), strict=True):
        assert np.allclose(one, other, atol=1e-4)
