"""Another head in the champion's own file: what is written is what is computed, and nothing before it moves."""

from pathlib import Path

import numpy as np
import pytest

from dermaloop.contract.images import read
from model_export.candidate import read_candidate
from model_export.errors import ExportError
from model_export.interpreter import Exported
from model_export.network import load_imagenet
from model_export.retraining.features import Looker
from model_export.retraining.flat import Head, HeadedFile
from model_export.retraining.heads import fit
from model_export.retraining.serving import BUNDLED
from tests.services.reviewed import drawn

CHAMPION = read_candidate(BUNDLED / "disease")
SIDE = CHAMPION.manifest.input_size


def pictures(count: int) -> list[np.ndarray]:
    return [read(drawn(number, 160), sizes=(SIDE,)).pixels[SIDE] for number in range(count)]


def test_the_features_and_the_head_give_what_the_file_says() -> None:
    file = HeadedFile(CHAMPION.model)
    some = pictures(3)
    seen = Looker(CHAMPION.model, file).look(some)
    ours = seen.pooled @ file.head.kernel.T + file.head.bias
    assert np.abs(ours - Exported(CHAMPION.model).answer_all(some).logits).max() < 0.4  # a few steps of int8


def test_another_head_is_what_the_changed_file_computes_and_the_rest_is_as_it_was() -> None:
    file, some = HeadedFile(CHAMPION.model), pictures(3)
    seen = Looker(CHAMPION.model, file).look(some)
    rng = np.random.default_rng(0)
    new = Head(file.head.kernel + rng.normal(0, 0.05, file.head.kernel.shape), file.head.bias + 1)
    wanted = seen.pooled @ new.kernel.T + new.bias
    changed = file.replace(new, logits=wanted, cells=seen.cells @ new.kernel.T)
    assert len(changed) == len(CHAMPION.model)
    before, after = (Exported(model).answer(some[0]) for model in (CHAMPION.model, changed))
    assert np.array_equal(before["embedding"], after["embedding"])
    step = (wanted.max() - wanted.min()) * 1.25 / 255
    assert np.abs(after["logits"][0] - wanted[0]).max() < 6 * step + 0.2
    assert not np.array_equal(before["activation"], after["activation"])
    assert changed == HeadedFile(CHAMPION.model).replace(new, logits=wanted, cells=seen.cells @ new.kernel.T)


def blobs(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    truth = np.arange(count) % 3
    return rng.normal(0, 0.4, (count, 8)) + np.eye(8)[truth], truth


def test_the_head_learns_what_the_readings_say() -> None:
    blank = Head(np.zeros((3, 8)), np.zeros(3))
    fitted = fit(blank, 1.0, train=blobs(60, 1), validation=blobs(30, 2))
    assert fitted.learnt
    features, truth = blobs(300, 3)
    assert (np.argmax(features @ fitted.head.kernel.T + fitted.head.bias, axis=1) == truth).mean() > 0.8


def test_a_champion_that_is_right_already_is_hardly_moved() -> None:
    good = Head(np.eye(3, 8) * 6, np.zeros(3))
    rng = np.random.default_rng(0)
    noise = (rng.normal(0, 1, (60, 8)), rng.integers(0, 3, 60))
    fitted = fit(good, 1.0, train=noise, validation=blobs(60, 2))
    assert not fitted.learnt
    assert np.abs(fitted.head.kernel - good.kernel).max() < 0.1


def test_the_convolutions_are_read_as_the_float_network_they_came_from(tmp_path: Path) -> None:
    from model_export import network
    from model_export.features import features_of, pooled
    from model_export.retraining.backbone import unpack

    path = tmp_path / "backbone.npz"
    unpack(CHAMPION.model, path)
    model = network.build({"disease": 7})
    load_imagenet(model, path)
    some = np.stack(pictures(4))
    ours = features_of(pooled(model), some, list(range(4)))
    theirs = Looker(CHAMPION.model, HeadedFile(CHAMPION.model)).look(list(some)).pooled
    assert np.corrcoef(ours.ravel(), theirs.ravel())[0, 1] > 0.97


def test_a_file_of_another_shape_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from model_export.retraining import backbone

    found = backbone._convolutions(CHAMPION.model)
    monkeypatch.setattr(backbone, "_convolutions", lambda _: found[:3])
    with pytest.raises(ExportError, match="convolutions, this network"):
        backbone.unpack(CHAMPION.model, tmp_path / "backbone.npz")
