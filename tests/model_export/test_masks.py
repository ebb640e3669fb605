"""A segmenter walks the same road as a classifier, from drawn lesions to a served outline; and what it is judged by."""

import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dermaloop.contract.manifest import read_manifest
from dermaloop.contract.outlines import find
from dermaloop.contract.preprocessing import Crop
from dermaloop.records.shapes import Box, Polygon
from dermaloop.wiring import Settings, build
from model_export import __main__ as command_line
from model_export import gate
from model_export.dataset import MaskFile, Origin, Sample
from model_export.errors import ExportError
from model_export.masks.metrics import bootstrap, figures, overlap
from model_export.masks.samples import find_masks, masked
from model_export.masks.truth import draw
from model_export.readers.synthetic import read_synthetic
from model_export.recipe import Bars
from tests.pictures import encode

Call = Callable[..., int]
RECIPE = """
name = "spots"
about = "For tests."
kind = "segmenter"
side = 64
batch = 8
rate = 4e-3
averaging = 0.8
frozen_until = "block_16_project"
tasks = [{name = "lesion_mask", vocabulary = "lesion_mask"}]
phases = [{size = 64, epochs = 8}]
origin = {licence = "CC0-1.0", citations = ["Drawn by arithmetic."]}
bars = {least_iou = 0.5, least_dice = 0.6, int8_loss = 0.2, lesions_refused = 0.8, oddities_refused = 0.0}
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, lesions: Path) -> Path:
    root = tmp_path_factory.mktemp("masks")
    (root / "spots.toml").write_text(RECIPE)
    return root


@pytest.fixture(scope="module")
def call(place: Path, lesions: Path, backbone: Path) -> Call:
    def run(name: str, *more: str) -> int:
        given = ["--data", str(lesions), "--recipe", str(place / "spots.toml"), "--work", str(place / "runs")]
        given += ["--backbone", str(backbone), "--models", str(place / "models"), "--reports", str(place / "reports")]
        return command_line.main([name, *given, *more])

    return run


@pytest.fixture(scope="module")
def walked(place: Path, call: Call) -> Path:
    assert call("run") == 0
    return place / "runs" / "spots" / "candidates" / "lesion_mask"


def test_the_road_makes_a_segmenter_that_finds_drawn_lesions(walked: Path) -> None:
    manifest = read_manifest((walked / "manifest.json").read_bytes())
    report = json.loads((walked / "report.json").read_text())
    assert (manifest.kind, manifest.name) == ("segmenter", "lesion_mask")
    assert manifest.mask
    assert report["test"]["drawn"]["figures"]["iou"][0] > 0.5
    assert report["quantization"]["agreement"] > 0.7
    text = (walked / "report.md").read_text()
    assert "IoU" in text
    assert "diagnosis=dark" in text
    card = json.loads((walked / "card.json").read_text())
    assert {m["type"] for m in card["quantitative_analysis"]["performance_metrics"]} >= {"iou", "dice"}
    for plot in ("overlap", "certainty", "learning"):
        assert (walked / f"{plot}.svg").read_text().startswith("<?xml")


def test_called_again_it_trains_nothing_anew(walked: Path, place: Path, call: Call) -> None:
    weights = place / "runs" / "spots" / "model.weights.h5"
    before = weights.stat().st_mtime_ns
    assert call("prepare") == 0
    assert call("train") == 0
    assert weights.stat().st_mtime_ns == before


def test_bundled_it_is_reproduced_and_published_it_serves(
    walked: Path, place: Path, lesions: Path, call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert call("bundle") == 0
    assert call("reproduce") == 0
    monkeypatch.setenv("DERMALOOP_DATA", str(tmp_path))
    assert call("publish", "--promote", "Dr Example") == 0
    world = build(Settings(data=str(tmp_path))).world
    segmenter = world.segmenters.champion("lesion_mask")
    assert segmenter.manifest.version == read_manifest((walked / "manifest.json").read_bytes()).version
    pixels = np.asarray(Image.open(lesions / "dark" / "004.jpg").resize((64, 64)))
    assert segmenter.manifest.mask
    scores = segmenter.mask(pixels)
    found = find(scores.logits, temperature=segmenter.manifest.temperature, rule=segmenter.manifest.mask)
    assert found
    assert 0.02 < found.area < 0.6


def test_overlap_is_what_it_says() -> None:
    truth, answer = np.zeros((10, 10), dtype=bool), np.zeros((10, 10), dtype=bool)
    truth[2:6, 2:6], answer[2:6, 4:8] = True, True
    found = overlap(answer, truth)
    assert found.iou == pytest.approx(8 / 24)
    assert found.dice == pytest.approx(0.5)
    assert (found.sensitivity, found.area_error) == (0.5, 0)
    assert found.specificity == pytest.approx(1 - 8 / 84)
    nothing = overlap(np.zeros_like(truth), truth)
    assert (nothing.iou, nothing.dice, nothing.area_error) == (0, 0, 1)
    both = figures([found, overlap(truth, truth)])
    assert both["iou"] == pytest.approx(2 / 3)
    assert (both["accepted"], both["thresholded_iou"]) == (0.5, 0.5)
    low, high = bootstrap([found, overlap(truth, truth)] * 20, [str(n) for n in range(40)], rounds=100)["iou"]
    assert low < both["iou"] < high


def report_of(iou: float, **model: object) -> dict[str, object]:
    found = {"figures": {"iou": [iou, 0, 1], "dice": [iou + 0.06, 0, 1], "accepted": [0.9, 0, 1]}, "pictures": 9}
    return {
        "model": {"kind": "segmenter", "bytes": 2_000_000, **model},
        "data": {"digest": "d"},
        "test": {"small": found},
        "quantization": {"float": {"iou": iou}, "int8": {"iou": iou - 0.004}},
    }


@pytest.mark.parametrize(
    ("candidate", "champion", "red"),
    [
        (report_of(0.88), None, []),
        (report_of(0.80), None, ["iou, small", "dice, small"]),
        (report_of(0.88, bytes=5_000_000), None, ["size"]),
        (report_of(0.86), report_of(0.88), ["iou, small"]),
        (report_of(0.875), report_of(0.88), []),
    ],
)
def test_the_gate_holds_outlines_to_their_own_bars(
    candidate: dict[str, object], champion: dict[str, object] | None, red: list[str]
) -> None:
    verdicts = gate.judge(candidate, champion, Bars(), latency_ratio=1.1)
    assert [verdict.rule for verdict in verdicts if not verdict.passed] == red


def sample(name: str, **changes: object) -> Sample:
    fields: dict[str, object] = {"key": name, "group": name, "split": "train", "source": "full", "picture": name}
    fields |= {"labels": {"disease": "nv"}, "origin": Origin(f"{name}.jpg")}
    return Sample(**(fields | changes))  # type: ignore[arg-type]


def half(width: int = 60, height: int = 40) -> bytes:
    """A mask of the left half."""
    grid = np.zeros((height, width), dtype=np.uint8)
    grid[:, : width // 2] = 255
    return encode(Image.fromarray(grid), "PNG")


def test_masks_are_found_beside_pictures_and_in_archives(tmp_path: Path) -> None:
    (tmp_path / "a_segmentation.png").write_bytes(half())
    (tmp_path / "b.png").write_bytes(half())
    with tarfile.open(tmp_path / "the_masks.tar", "w") as archive:
        archive.add(tmp_path / "b.png", "b.png")
    (tmp_path / "b.png").unlink()
    assert set(find_masks(tmp_path)) == {"a", "b"}
    known = masked([sample("set/a"), sample("set/b"), sample("set/c")], tmp_path, "lesion_mask")
    assert [one.picture for one in known] == ["set/a", "set/b"]
    assert known[0].labels == {"lesion_mask": "lesion"}
    assert known[0].attributes["diagnosis"] == "nv"
    assert draw(known[1], tmp_path, 8)[:, :3].min() == 255
    with pytest.raises(ExportError, match="no masks"):
        masked([sample("set/c")], tmp_path, "lesion_mask")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a_segmentation.png").write_bytes(half())
    with pytest.raises(ExportError, match="another mask for a"):
        find_masks(tmp_path)


def test_a_copy_that_shows_a_part_has_that_part_of_the_mask(tmp_path: Path) -> None:
    (tmp_path / "m.png").write_bytes(half(60, 40))
    whole = draw(sample("a", mask=MaskFile(Origin("m.png"))), tmp_path, 30)
    right = draw(sample("a", mask=MaskFile(Origin("m.png"), Crop(0.25, 0.0, 0.75, 1.0))), tmp_path, 30)
    assert (whole >= 128).mean() == pytest.approx(0.5, abs=0.02)
    assert (right >= 128).mean() == pytest.approx(1 / 3, abs=0.02)
    (tmp_path / "m.png").write_bytes(b"no picture")
    with pytest.raises(ExportError, match="cannot be read"):
        draw(sample("a", mask=MaskFile(Origin("m.png"))), tmp_path, 30)


def test_what_doctors_drew_teaches_and_their_boxes_do_not(tmp_path: Path) -> None:
    drawn = sample(
        "a", shapes=(Polygon(((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))),), crop=Crop(0.1, 0.1, 0.5, 0.5)
    )
    boxed = sample("b", shapes=(Box(0.1, 0.1, 0.2, 0.2),))
    (known,) = masked([drawn, boxed], tmp_path, "lesion_mask")
    assert known.crop is None
    assert (draw(known, tmp_path, 32) >= 128).mean() == pytest.approx(0.5, abs=0.02)


def test_drawn_lesions_are_as_their_masks_say(lesions: Path) -> None:
    one = next(one for one in read_synthetic(lesions) if one.key == "dark/000")
    grey = np.asarray(Image.open(lesions / one.origin.path).convert("L"), dtype=np.float64)
    inside = draw(one, lesions, grey.shape[0]) >= 128
    assert grey[inside].mean() < grey[~inside].mean() - 40
