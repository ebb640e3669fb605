"""The Classifiers port on the TFLite runtime: right under load, swapped while serving, deaf to broken candidates."""

import shutil
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest

from dermaloop.adapters.champions import ChampionClassifiers
from dermaloop.adapters.folder import FolderBlobs
from dermaloop.adapters.litert import LitertClassifier, interpreter_class
from dermaloop.contract import images
from dermaloop.contract.manifest import Champion, Manifest, champion_key, model_key, read_manifest, write_manifest
from dermaloop.errors import BrokenModel, ModelUnavailable, NotFound
from tests.pictures import jpeg
from tests.servers import ROOT

BUNDLED = ROOT / "functions" / "models"
SIDE = read_manifest((BUNDLED / "disease" / "manifest.json").read_bytes()).input_size
PIXELS = [images.read(jpeg(seed=seed), sizes=(SIDE,)).pixels[SIDE] for seed in range(6)]


def load(manifest: Manifest, model: bytes) -> LitertClassifier:
    return LitertClassifier(manifest, model, interpreters=2)


def bundled(name: str) -> tuple[Manifest, bytes]:
    folder = BUNDLED / name
    return read_manifest((folder / "manifest.json").read_bytes()), (folder / "model.tflite").read_bytes()


@pytest.fixture
def blobs(tmp_path: Path) -> FolderBlobs:
    return FolderBlobs(tmp_path / "blobs")


@pytest.fixture
def clock() -> list[float]:
    return [0.0]


@pytest.fixture
def registry(blobs: FolderBlobs, clock: list[float]) -> ChampionClassifiers:
    return ChampionClassifiers(bundled=BUNDLED, blobs=blobs, load=load, check_every=30, clock=lambda: clock[0])


def publish(
    blobs: FolderBlobs, version: str, *, spoil: Callable[[bytes], bytes] = bytes, **changes: object
) -> Manifest:
    """Puts the bundled disease model into the store as another version, and points the champion at it."""
    manifest, model = bundled("disease")
    manifest = msgspec.structs.replace(manifest, version=version, **changes)
    blobs.write(model_key("disease", version, "model.tflite"), spoil(model))
    blobs.write(model_key("disease", version, "manifest.json"), write_manifest(manifest))
    point(blobs, version)
    return manifest


def point(blobs: FolderBlobs, version: str) -> None:
    pointer = Champion(version=version, promoted_by="test", promoted_at="2026-11-20T00:00:00Z")
    blobs.write(champion_key("disease"), msgspec.json.encode(pointer))


def settle(registry: ChampionClassifiers, clock: list[float]) -> str:
    """Lets half a minute pass, asks, waits for the background check, and asks again."""
    clock[0] += 31
    registry.champion("disease")
    for thread in threading.enumerate():
        if thread.name == "refresh-disease":
            thread.join(timeout=30)
    return registry.champion("disease").manifest.version


@pytest.mark.parametrize("name", ["malignancy", "disease"])
def test_the_bundled_champions_answer(registry: ChampionClassifiers, name: str) -> None:
    classifier = registry.champion(name)
    scores = classifier.scores(PIXELS[0])
    classes = len(classifier.manifest.labels)
    assert scores.logits.shape == (classes,)
    assert scores.activation.shape[2] == classes
    assert np.isfinite(scores.embedding).all()
    assert (classifier.scores(PIXELS[0]).logits == scores.logits).all()
    assert any((classifier.scores(other).logits != scores.logits).any() for other in PIXELS[1:])


def test_many_threads_get_the_answers_one_thread_gets(registry: ChampionClassifiers) -> None:
    """A shared interpreter mixes answers up without an error; this test fails if one is ever shared."""
    classifier = registry.champion("disease")
    alone = [classifier.scores(pixels).logits.tobytes() for pixels in PIXELS]
    wrong: Counter[int] = Counter()

    def ask(offset: int) -> None:
        for turn in range(40):
            index = (offset + turn) % len(PIXELS)
            wrong[classifier.scores(PIXELS[index]).logits.tobytes() != alone[index]] += 1

    threads = [threading.Thread(target=ask, args=(offset,)) for offset in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == {False: 320}


def test_the_test_above_would_catch_a_shared_interpreter() -> None:
    manifest, model = bundled("disease")
    runner = interpreter_class()(model_content=model, num_threads=1).get_signature_runner()
    (name,) = runner.get_input_details()
    alone = [runner(**{name: pixels[None]})["logits"].tobytes() for pixels in PIXELS]
    wrong: Counter[bool] = Counter()

    def ask(offset: int) -> None:
        for turn in range(60):
            index = (offset + turn) % len(PIXELS)
            try:
                wrong[runner(**{name: PIXELS[index][None]})["logits"].tobytes() != alone[index]] += 1
            except (RuntimeError, ValueError):
                wrong[True] += 1

    threads = [threading.Thread(target=ask, args=(offset,)) for offset in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong[True] > 0
    assert manifest.name == "disease"


def test_a_new_champion_is_noticed_within_a_minute_and_swapped_in(
    registry: ChampionClassifiers, blobs: FolderBlobs, clock: list[float]
) -> None:
    first = registry.champion("disease").manifest.version
    publish(blobs, "next-1")
    assert registry.champion("disease").manifest.version == first
    assert settle(registry, clock) == "next-1"
    assert clock[0] < 60


def test_a_champion_in_the_store_serves_from_the_first_request(
    registry: ChampionClassifiers, blobs: FolderBlobs
) -> None:
    publish(blobs, "next-1")
    assert registry.champion("disease").manifest.version == "next-1"


def test_rolling_back_to_the_bundled_version_works(
    registry: ChampionClassifiers, blobs: FolderBlobs, clock: list[float]
) -> None:
    original = bundled("disease")[0].version
    publish(blobs, "next-1")
    assert registry.champion("disease").manifest.version == "next-1"
    point(blobs, original)
    assert settle(registry, clock) == original


@pytest.mark.parametrize(
    ("spoil", "changes", "said"),
    [
        (lambda model: model[:-1] + b"\0\1", {}, "sha256"),
        (lambda model: model, {"preprocessing": "another-road-9"}, "another-road-9"),
        (lambda model: model, {"labels": bundled("disease")[0].labels[:3]}, "classes"),
        (lambda model: model, {"input_size": 96}, "cannot run"),
        (lambda model: model, {"malignant_threshold": None}, "malignant_threshold"),
        (lambda model: model, {"name": "malignancy"}, "says it is"),
    ],
)
def test_a_broken_candidate_is_refused_and_the_old_one_goes_on(
    registry: ChampionClassifiers,
    blobs: FolderBlobs,
    clock: list[float],
    caplog: pytest.LogCaptureFixture,
    spoil: Callable[[bytes], bytes],
    changes: dict[str, object],
    said: str,
) -> None:
    first = registry.champion("disease").manifest.version
    publish(blobs, "broken-1", spoil=spoil, **changes)
    assert settle(registry, clock) == first
    assert settle(registry, clock) == first
    refusals = [record.getMessage() for record in caplog.records if "refused" in record.getMessage()]
    assert len(refusals) == 1
    assert said in refusals[0]
    publish(blobs, "good-2")
    assert settle(registry, clock) == "good-2"


def test_a_candidate_that_is_not_a_model_at_all_is_refused(
    registry: ChampionClassifiers, blobs: FolderBlobs, clock: list[float]
) -> None:
    manifest, model = bundled("disease")
    with pytest.raises(BrokenModel):
        load(manifest, model[: len(model) // 2])
    blobs.write(champion_key("disease"), b"{not json")
    assert registry.champion("disease").manifest.version == manifest.version
    point(blobs, "never-published")
    assert settle(registry, clock) == manifest.version


def test_no_request_fails_while_champions_are_swapped(blobs: FolderBlobs) -> None:
    registry = ChampionClassifiers(bundled=BUNDLED, blobs=blobs, load=load, check_every=0.01)
    registry.champion("disease")
    failed: list[BaseException] = []
    seen: set[str] = set()
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            try:
                classifier = registry.champion("disease")
                classifier.scores(PIXELS[0])
                seen.add(classifier.manifest.version)
            except BaseException as error:
                failed.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(4):
        publish(blobs, f"swap-{number}", spoil=bytes if number % 2 else lambda model: model[:-1])
        time.sleep(0.4)
    done.set()
    for thread in threads:
        thread.join()
    assert not failed
    assert "swap-3" in seen
    assert not {"swap-0", "swap-2"} & seen


def test_any_model_with_a_manifest_is_served_by_name(blobs: FolderBlobs, tmp_path: Path) -> None:
    """The registry is open: a further model is a folder, no line of code."""
    manifest, model = bundled("disease")
    extra = tmp_path / "bundle" / "clinical"
    extra.mkdir(parents=True)
    (extra / "model.tflite").write_bytes(model)
    (extra / "manifest.json").write_bytes(write_manifest(msgspec.structs.replace(manifest, name="clinical")))
    registry = ChampionClassifiers(bundled=tmp_path / "bundle", blobs=blobs, load=load, check_every=30)
    publish(blobs, "v7")
    assert registry.names() == ("clinical", "disease")
    assert registry.champion("clinical").manifest.name == "clinical"


@pytest.mark.parametrize("name", ["none", "../disease", "Disease", ""])
def test_an_unknown_name_is_not_found(registry: ChampionClassifiers, name: str) -> None:
    with pytest.raises(NotFound):
        registry.champion(name)


def test_a_broken_bundle_is_said_to_be_unavailable(blobs: FolderBlobs, tmp_path: Path) -> None:
    shutil.copytree(BUNDLED, tmp_path / "bundle")
    (tmp_path / "bundle" / "disease" / "model.tflite").write_bytes(b"gone")
    registry = ChampionClassifiers(bundled=tmp_path / "bundle", blobs=blobs, load=load, check_every=30)
    with pytest.raises(ModelUnavailable):
        registry.champion("disease")


OLD_RUNTIME = ROOT / ".venv-tflite" / "bin" / "python"
COMPARE = """
import sys, numpy
from dermaloop.adapters.litert import LitertClassifier, interpreter_class
from dermaloop.contract.manifest import read_manifest
assert interpreter_class().__module__.startswith("tflite_runtime")
folder, pictures, out = sys.argv[1:]
manifest = read_manifest(open(folder + "/manifest.json", "rb").read())
classifier = LitertClassifier(manifest, open(folder + "/model.tflite", "rb").read(), interpreters=1)
numpy.save(out, numpy.stack([classifier.scores(pixels).logits for pixels in numpy.load(pictures)]))
"""


@pytest.mark.skipif(not OLD_RUNTIME.exists(), reason="tflite-runtime is not set up here: make .venv-tflite/ready")
@pytest.mark.parametrize("name", ["malignancy", "disease"])
def test_the_older_runtime_alone_gives_the_same_answers(
    registry: ChampionClassifiers, tmp_path: Path, name: str
) -> None:
    np.save(tmp_path / "pictures.npy", np.stack(PIXELS))
    out = tmp_path / "logits.npy"
    command = [str(OLD_RUNTIME), "-c", COMPARE, str(BUNDLED / name), str(tmp_path / "pictures.npy"), str(out)]
    subprocess.run(command, check=True, timeout=120, cwd=tmp_path, env={"PYTHONPATH": str(ROOT / "functions")})
    here = np.stack([registry.champion(name).scores(pixels).logits for pixels in PIXELS])
    there = np.load(out)
    assert (here.argmax(axis=1) == there.argmax(axis=1)).all()
    assert np.abs(here - there).max() < 0.75
