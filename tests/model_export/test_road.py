"""A further model is data: a label file, a recipe and a folder per class walk the whole road, up to serving."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from dermaloop.contract.decision import distance, probabilities
from dermaloop.contract.images import read
from dermaloop.contract.manifest import read_manifest, verify_model
from dermaloop.wiring import Settings, build
from model_export import __main__ as command_line
from tests.model_export.conftest import write_recipe

Call = Callable[..., int]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, lesions: Path) -> Path:
    """A folder per class as someone would gather it, with the recipe and the labels beside."""
    root = tmp_path_factory.mktemp("road")
    shutil.copytree(lesions, root / "photos", ignore=shutil.ignore_patterns("*.json"))
    write_recipe(root / "mine")
    return root


@pytest.fixture(scope="module")
def call(place: Path, backbone: Path) -> Call:
    def run(name: str, *more: str) -> int:
        given = ["--data", str(place / "photos"), "--recipe", str(place / "mine" / "blots.toml")]
        given += ["--work", str(place / "runs"), "--backbone", str(backbone)]
        given += ["--models", str(place / "models"), "--reports", str(place / "reports")]
        return command_line.main([name, *given, *more])

    return run


@pytest.fixture(scope="module")
def walked(place: Path, call: Call) -> Path:
    """The road walked once; returns the candidate's folder."""
    assert call("run") == 0
    return place / "runs" / "blots" / "candidates" / "blots"


def test_the_whole_road_makes_a_verified_model_that_has_learnt(walked: Path) -> None:
    manifest = read_manifest((walked / "manifest.json").read_bytes())
    verify_model(manifest, (walked / "model.tflite").read_bytes())
    report = json.loads((walked / "report.json").read_text())
    assert manifest.codes == ("pale", "red", "dark")
    assert manifest.malignant_threshold is not None
    assert report["test"]["full"]["figures"]["balanced_accuracy"][0] > 0.6  # chance: 0.33
    assert report["quantization"]["agreement"] > 0.6
    assert (walked / "model.tflite").stat().st_size < 4_500_000


def test_the_report_is_readable_and_the_card_carries_the_terms(walked: Path) -> None:
    text = (walked / "report.md").read_text()
    assert "balanced_accuracy" in text
    assert "No skin at all." in text
    assert "| **dark** |" in text
    for plot in ("confusion", "roc", "reliability", "risk_coverage"):
        assert (walked / f"{plot}.svg").read_text().startswith("<?xml")
    card = json.loads((walked / "card.json").read_text())
    assert card["model_details"]["licenses"] == [{"identifier": "CC0-1.0"}]
    assert {m["type"] for m in card["quantitative_analysis"]["performance_metrics"]} >= {"accuracy", "dark.recall"}


def test_calling_it_again_repeats_nothing_and_changes_no_weight(walked: Path, place: Path, call: Call) -> None:
    weights = place / "runs" / "blots" / "model.weights.h5"
    before = weights.stat().st_mtime_ns
    assert call("prepare") == 0
    assert call("train") == 0
    assert weights.stat().st_mtime_ns == before


def test_what_the_gate_let_pass_is_bundled_and_reproduced_to_the_last_digit(
    walked: Path, place: Path, call: Call
) -> None:
    assert call("bundle") == 0
    assert sorted(p.name for p in (place / "models" / "blots").iterdir()) == [
        "card.json",
        "manifest.json",
        "model.tflite",
    ]
    assert call("reproduce") == 0
    report = place / "reports" / "blots" / "report.json"
    text = report.read_text()
    figure = json.loads(text)["test"]["full"]["figures"]["brier"][0]
    report.write_text(text.replace(str(figure), str(round(figure + 0.001, 5)), 1))
    assert call("reproduce") == 1
    report.write_text(text)


def test_published_and_promoted_it_serves_under_its_own_name(
    walked: Path, place: Path, call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DERMALOOP_DATA", str(tmp_path))
    assert call("publish", "--promote", "Dr Example") == 0
    world = build(Settings(data=str(tmp_path))).world
    assert "blots" in world.classifiers.names()
    classifier = world.classifiers.champion("blots")
    known = classifier.manifest.not_skin
    assert known is not None
    right = 0
    for code in classifier.manifest.codes:
        for path in sorted((place / "photos" / code).glob("*.jpg"))[:5]:
            scores = classifier.scores(read(path.read_bytes(), sizes=(64,)).pixels[64])
            answer = probabilities(np.asarray(scores.logits), classifier.manifest.temperature).ravel()
            right += classifier.manifest.codes[int(answer.argmax())] == code
            assert np.isfinite(distance(np.asarray(scores.embedding).ravel(), known))
    assert right >= 12


def test_a_red_gate_publishes_nothing(
    walked: Path, call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DERMALOOP_DATA", str(tmp_path))
    report = walked / "report.json"
    text = report.read_text()
    report.write_text(text.replace('"bytes": ', '"bytes": 9'))
    assert call("gate") == 1
    assert call("publish") == 1
    assert call("bundle") == 1
    assert not list(tmp_path.rglob("*.tflite"))
    report.write_text(text)
    assert call("gate") == 0


def test_a_changed_model_file_is_not_evaluated(walked: Path, call: Call) -> None:
    model = walked / "model.tflite"
    content = model.read_bytes()
    model.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(Exception, match="sha256 is"):
        call("evaluate")
    model.write_bytes(content)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("train", "--work", "{tmp}"), "holds no prepared data set"),
        (("train", "--recipe", "absent"), "there is no recipe"),
        (("prepare", "--data", "{tmp}/absent"), "there is no data folder"),
        (("gate", "--model", "acne"), "makes blots, not acne"),
        (("download", "--set", "mnist"), "no set 'mnist'"),
    ],
)
def test_what_is_missing_is_said_and_the_exit_status_is_one(
    call: Call, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], message: str
) -> None:
    assert call(*(part.format(tmp=tmp_path) for part in arguments)) == 1
    assert message in capsys.readouterr().err


def test_the_help_teaches(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        command_line.main(["--help"])
    assert stopped.value.code == 0
    text = capsys.readouterr().out
    for word in ("prepare", "train", "export", "evaluate", "compare", "gate", "publish", "run", "--recipe quick"):
        assert word in text
