"""Killed between two writes, or out of disk at any: nothing is half-published, and the same call finishes it."""

import resource
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import pytest

from dermaloop.contract.manifest import SEEN, Champion, champion_key, model_key, read_manifest, verify_model
from dermaloop.errors import NotFound
from dermaloop.wiring import Settings, build
from model_export import __main__ as command_line
from model_export import assessment, plots, report, roads
from model_export.candidate import Candidate
from model_export.recipe import Recipe
from model_export.roads import Place, Road
from model_export.writing import replacing
from tests.model_export.conftest import write_recipe
from tests.model_export.interruptions import Fault, Interruption, Killed
from tests.model_export.layouts import class_folders
from tests.model_export.lives import candidate_of

Call = Callable[..., int]
ROAD = ("prepare", "train", "export", "compare", "evaluate", "gate", "bundle", "publish")
MEASURED = {
    "figures": {"balanced_accuracy": [0.9, 0.8, 1.0], "ece": [0.01, 0, 0.1]},
    "support": {"pale": 9},
    "confusion": [[9]],
    "pictures": 9,
    "lesions": 9,
}


@pytest.fixture(scope="module")
def interruption() -> Interruption:
    return Interruption()


def candidate() -> Candidate:
    made = candidate_of("small")
    return Candidate(msgspec.structs.replace(made.manifest, name="blots"), made.model)


def _train(recipe: Recipe, place: Place, start: Path, work: Path) -> None:
    work.mkdir(parents=True, exist_ok=True)
    if not (work / "model.weights.h5").exists():
        with replacing(work / "model.weights.h5") as part:
            part.write_bytes(b"weights")


def road() -> Road:
    """Every step writes what it always writes; only the learning and the looking are left out."""
    return Road(
        preprocessing=SEEN["classifier"],
        select=lambda samples, _root, _task: samples,
        accompany=lambda _place, _root: None,
        train=_train,
        export=lambda *_: candidate(),
        recalibrate=lambda made, *_: made,
        compare=lambda *_: {kind: {"balanced_accuracy": 0.9} for kind in ("float", "int8")},
        assess=assessment.assess,
        reproduce=assessment.reproduce,
        renew=assessment.renew,
    )


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    def content(made: Candidate, *_: object) -> dict[str, Any]:
        model = {"name": "blots", "version": made.manifest.version, "sha256": made.manifest.sha256, "bytes": 9}
        return {"model": model, "data": {"digest": "d"}, "test": {"full": MEASURED}}

    def draw(_judged: object, folder: Path, *_: object, **__: object) -> list[str]:
        (folder / "confusion.svg").write_bytes(b"<svg/>")
        return ["confusion.svg"]

    monkeypatch.setattr(roads, "road", lambda _kind: road())
    monkeypatch.setattr(assessment, "test_runs", lambda *_: {})
    monkeypatch.setattr(assessment, "content", content)
    monkeypatch.setattr(plots, "draw", draw)
    monkeypatch.setattr(report, "markdown", lambda *_: "read me")


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("photos")
    class_folders(root / "photos", ("pale", "red", "dark"), 4)
    write_recipe(root, size=32)
    return root


def caller(photos: Path, place: Path) -> Call:
    given = ["--data", str(photos / "photos"), "--recipe", str(photos / "blots.toml"), "--work", str(place / "runs")]
    given += ["--models", str(place / "models"), "--reports", str(place / "reports")]

    def call(name: str) -> int:
        return command_line.main([name, *given, "--promote", "Dr Example"])

    return call


def walk(call: Call) -> int:
    """Stops where a step fails, as a person would; the exit status."""
    return next((status for name in ROAD if (status := call(name))), 0)


def whole_or_nothing(place: Path) -> None:
    """Whoever asks while or after something went wrong is answered by one whole model, or by none."""
    blobs = build(Settings(data=str(place / "store"))).world.blobs
    try:
        version = msgspec.json.decode(blobs.read(champion_key("blots")).data, type=Champion).version
    except NotFound:
        return
    manifest = read_manifest(blobs.read(model_key("blots", version, "manifest.json")).data)
    verify_model(manifest, blobs.read(model_key("blots", version, "model.tflite")).data)
    assert blobs.read(model_key("blots", version, "report.json")).data
    assert blobs.read(model_key("blots", version, "card.json")).data


def left(place: Path) -> dict[str, bytes]:
    """Every file that is meant to last; not those that tell of a moment or of the champion that there was before."""
    passing = ("model_export.log", "champion.json", "gate.json")
    files = [path for path in sorted(place.rglob("*")) if path.is_file() and path.name not in passing]
    kept = [path for path in files if "sqlite" not in path.name and not path.name.startswith((".partial-", ".lock"))]
    return {path.relative_to(place).as_posix(): path.read_bytes() for path in kept}


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A fresh place for each try."""

    def fresh() -> Iterator[Path]:
        for number in count():
            place = tmp_path / str(number)
            place.mkdir()
            monkeypatch.setenv("DERMALOOP_DATA", str(place / "store"))
            yield place

    return fresh()


@pytest.mark.parametrize("fault", ["kill", "full disk"])
def test_stopped_at_any_write_the_same_call_finishes_it(
    photos: Path, places: Iterator[Path], interruption: Interruption, fault: Fault, capsys: pytest.CaptureFixture[str]
) -> None:
    unbroken = next(places)
    assert walk(caller(photos, unbroken)) == 0
    for write in count(0, 1 if fault == "kill" else 3):
        place = next(places)
        call = caller(photos, place)
        capsys.readouterr()
        try:
            with interruption.at(write, fault, place):
                status = walk(call)
        except Killed:
            status = -1
        whole_or_nothing(place)
        if status == 0:
            break
        if fault == "full disk":
            said = capsys.readouterr().err.splitlines()[-1]
            assert "No space left on device" in said
            assert str(place) in said or "store" in said
        assert walk(call) == 0, f"write {write}"
        assert left(place) == left(unbroken), f"write {write}"
    assert write > 40  # the writes there are


def test_what_was_gated_cannot_be_exchanged_before_it_is_published(photos: Path, places: Iterator[Path]) -> None:
    place = next(places)
    call = caller(photos, place)
    assert walk(call) == 0
    folder = place / "runs" / "blots" / "candidates" / "blots"
    measured = folder / "report.json"
    measured.write_bytes(measured.read_bytes().replace(b"0.9", b"0.8"))
    assert call("publish") == 1
    assert call("export") == 0
    assert not (folder / "gate.json").exists()
    assert (call("bundle"), call("publish"), call("gate")) == (1, 1, 1)
    assert (call("evaluate"), call("gate"), call("publish")) == (0, 0, 0)
    (folder / "gate.json").write_text('{"passed": true, "lines": []}')  # as it was written before it named its report
    assert (call("publish"), call("gate"), call("publish")) == (1, 0, 0)


def test_a_run_that_goes_on_exports_nothing_twice(
    photos: Path, places: Iterator[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    place, exported = next(places), []

    def export(*_: object) -> Candidate:
        exported.append(1)
        return candidate()

    monkeypatch.setattr(roads, "road", lambda _kind: road()._replace(export=export))
    call = caller(photos, place)
    assert (call("run"), call("run")) == (0, 0)
    assert len(exported) == 1
    (place / "runs" / "blots" / "model.weights.h5").write_bytes(b"other weights")
    assert call("run") == 0
    assert len(exported) == 2


def test_the_space_for_pixels_is_asked_for_before_they_are_written(
    photos: Path, places: Iterator[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """Written through memory, a disk that fills would otherwise end the process without a word."""
    place = next(places)
    call = caller(photos, place)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, hard))
    try:
        assert call("prepare") == 1
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "pixels.npy" in capsys.readouterr().err
    assert call("train") == 1
    assert call("prepare") == 0
