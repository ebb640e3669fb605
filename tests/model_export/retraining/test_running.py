"""A claimed run made for real with the bundled champion: judged, published, repeatable; what is deleted stays out."""

from pathlib import Path

import msgspec
import pytest

from dermaloop.contract.manifest import model_key, read_manifest, verify_model
from dermaloop.ports import World
from dermaloop.records.policies import RetentionPolicy, TrainingPolicy
from dermaloop.records.training import CANDIDATES, PROGRESS, RUNS, TrainingRun
from dermaloop.services import recalling, retraining
from dermaloop.services.deciding import decide
from model_export.retraining.running import run as make
from tests.services.jobs import FixedJobs
from tests.services.reviewed import agree_on_many
from tests.services.worlds import world

AT = "2026-11-21T12:00:00.000Z"


@pytest.fixture
def here(tmp_path: Path) -> World:
    made = msgspec.structs.replace(world(tmp_path), jobs=FixedJobs())
    training = TrainingPolicy(models=("disease",))
    decide(training=training, retention=RetentionPolicy(), version=0, by="a", documents=made.documents)
    agree_on_many(made, 54)
    return made


def claimed(here: World) -> TrainingRun:
    run = retraining.start_by_hand(by="chen", world=here)
    return retraining.start(run_id=run.id, world=here)


def test_a_run_is_made_published_and_safe_to_make_again(here: World, tmp_path: Path) -> None:
    run = claimed(here)
    gone = next(iter(here.blobs.keys("images/")))
    here.blobs.delete(gone)
    make(run.id, 1, world=here, work=tmp_path / "work")
    done = here.documents.get(RUNS, run.id).record
    assert (done.state, done.active, done.attempt) == ("published", False, 1)
    assert [name.rsplit("-", 1)[0] for name in done.left_out] == [gone.split("/")[1]]
    assert done.trained_on != done.snapshot
    (made,) = done.candidates
    candidate = here.documents.get(CANDIDATES, made).record
    assert candidate.passed
    assert candidate.metrics["balanced_accuracy"] > candidate.champion_metrics["balanced_accuracy"]
    manifest = read_manifest(here.blobs.read(model_key("disease", candidate.version, "manifest.json")).data)
    verify_model(manifest, here.blobs.read(model_key("disease", candidate.version, "model.tflite")).data)
    assert here.documents.get(PROGRESS, run.id).record.step == "done"
    assert not (tmp_path / "work" / run.id).exists()  # no picture stays outside the store
    kept = next(key for key in here.blobs.keys("images/"))
    seen, unseen = (recalling.seen_by(image=f"{key.split('/')[1]}-1", world=here).sightings for key in (kept, gone))
    assert ([one.version for one in seen], unseen) == ([candidate.version], [])
    before = {key: here.blobs.read(key).generation for key in here.blobs.keys("models/")}
    make(run.id, 1, world=here, work=tmp_path / "work")  # the job comes to life once more
    assert {key: here.blobs.read(key).generation for key in here.blobs.keys("models/")} == before


def test_a_run_that_cannot_be_made_ends_with_a_reason(here: World, tmp_path: Path) -> None:
    run = claimed(here)
    for key in here.blobs.keys("images/"):
        here.blobs.delete(key)
    make(run.id, 1, world=here, work=tmp_path / "work")
    done = here.documents.get(RUNS, run.id).record
    assert (done.state, done.active) == ("failed", False)
    assert done.message
    assert list(here.blobs.keys("models/")) == []
