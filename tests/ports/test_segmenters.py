"""The Segmenters port on the TFLite runtime: the bundled champion, and a registry that never mixes kinds of models."""

import threading
from pathlib import Path

import msgspec
import numpy as np
import pytest

from dermaloop.adapters.champions import ChampionClassifiers, ChampionSegmenters
from dermaloop.adapters.folder import FolderBlobs
from dermaloop.adapters.litert import LitertClassifier, LitertSegmenter
from dermaloop.contract import images
from dermaloop.contract.manifest import Champion, champion_key, model_key, read_manifest, write_manifest
from dermaloop.contract.outlines import find
from dermaloop.errors import BrokenModel, NotFound
from dermaloop.ports import MaskScores
from tests.pictures import jpeg
from tests.servers import ROOT

BUNDLED = ROOT / "functions" / "models"
MANIFEST = read_manifest((BUNDLED / "lesion_mask" / "manifest.json").read_bytes())
MODEL = (BUNDLED / "lesion_mask" / "model.tflite").read_bytes()
SIDE = MANIFEST.input_size
PIXELS = [images.read(jpeg(320, 240, seed=seed), sizes=(), whole=(SIDE,)).whole[SIDE] for seed in range(5)]


@pytest.fixture
def segmenters(tmp_path: Path) -> ChampionSegmenters:
    return ChampionSegmenters(
        bundled=BUNDLED,
        blobs=FolderBlobs(tmp_path),
        load=lambda manifest, model: LitertSegmenter(manifest, model, interpreters=2),
        check_every=30,
    )


@pytest.fixture
def classifiers(tmp_path: Path) -> ChampionClassifiers:
    return ChampionClassifiers(
        bundled=BUNDLED,
        blobs=FolderBlobs(tmp_path),
        load=lambda manifest, model: LitertClassifier(manifest, model, interpreters=1),
        check_every=30,
    )


def found_area(scores: MaskScores) -> float:
    assert MANIFEST.mask
    found = find(scores.logits, temperature=MANIFEST.temperature, rule=MANIFEST.mask)
    return found.area if found else 0.0


def test_the_bundled_champion_finds_a_drawn_spot(segmenters: ChampionSegmenters) -> None:
    segmenter = segmenters.champion("lesion_mask")
    for pixels in PIXELS:
        scores = segmenter.mask(pixels)
        assert scores.logits.shape == (SIDE // 2, SIDE // 2)
        assert np.isfinite(scores.embedding).all()
        assert found_area(scores) == pytest.approx(np.pi * (0.22 * 240) ** 2 / (320 * 240), rel=0.35)


def test_many_threads_get_the_masks_one_thread_gets(segmenters: ChampionSegmenters) -> None:
    segmenter = segmenters.champion("lesion_mask")
    alone = [segmenter.mask(pixels).logits.tobytes() for pixels in PIXELS]
    wrong: list[int] = []

    def ask(offset: int) -> None:
        for turn in range(15):
            index = (offset + turn) % len(PIXELS)
            if segmenter.mask(PIXELS[index]).logits.tobytes() != alone[index]:
                wrong.append(index)

    threads = [threading.Thread(target=ask, args=(offset,)) for offset in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_each_registry_knows_its_own_kind_only(
    segmenters: ChampionSegmenters, classifiers: ChampionClassifiers
) -> None:
    assert segmenters.names() == ("lesion_mask",)
    assert "lesion_mask" not in classifiers.names()
    with pytest.raises(NotFound):
        classifiers.champion("lesion_mask")
    with pytest.raises(NotFound):
        segmenters.champion("disease")


def test_a_published_segmenter_is_told_from_classifiers_too(
    tmp_path: Path, segmenters: ChampionSegmenters, classifiers: ChampionClassifiers
) -> None:
    blobs = FolderBlobs(tmp_path)
    manifest = msgspec.structs.replace(MANIFEST, name="nail_mask", version="v1")
    blobs.write(model_key("nail_mask", "v1", "model.tflite"), MODEL)
    blobs.write(model_key("nail_mask", "v1", "manifest.json"), write_manifest(manifest))
    pointer = Champion(version="v1", promoted_by="test", promoted_at="2026-11-21T00:00:00Z")
    blobs.write(champion_key("nail_mask"), msgspec.json.encode(pointer))
    assert segmenters.names() == ("lesion_mask", "nail_mask")
    assert "nail_mask" not in classifiers.names()
    assert segmenters.champion("nail_mask").manifest.version == "v1"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kind": "classifier", "preprocessing": "square-bilinear-1"}, "rule that makes its map a mask"),
        ({"mask": None}, "rule that makes its map a mask"),
        ({"preprocessing": "square-bilinear-1"}, "whole-bilinear-1"),
    ],
)
def test_a_manifest_that_mixes_kinds_is_refused(changes: dict[str, object], said: str) -> None:
    with pytest.raises(BrokenModel, match=said):
        read_manifest(write_manifest(msgspec.structs.replace(MANIFEST, **changes)))


def test_a_classifier_s_file_is_no_segmenter() -> None:
    model = (BUNDLED / "disease" / "model.tflite").read_bytes()
    told = read_manifest((BUNDLED / "disease" / "manifest.json").read_bytes())
    mixed = msgspec.structs.replace(MANIFEST, sha256=told.sha256, input_size=told.input_size)
    with pytest.raises(BrokenModel, match="cannot run"):
        LitertSegmenter(mixed, model, interpreters=1)
