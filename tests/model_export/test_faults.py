"""Whatever fails wherever, in whatever order: one champion, never half a one, and every run comes to an end."""

from itertools import pairwise
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from dermaloop.contract.manifest import Champion
from dermaloop.records.documents import Query
from dermaloop.records.training import MOST_ATTEMPTS, PROMOTIONS, RUNS, TURN, TURNS
from dermaloop.services import promoting
from model_export.candidate import Candidate
from model_export.gate import Verdict
from model_export.recipe import Recipe
from model_export.retraining import judging, running
from model_export.retraining.collecting import Collected
from tests.model_export.lives import BUNDLED, MODEL, Loop, candidate_of, candidates, whole

pytestmark = pytest.mark.training

HOUSES, LIVES = 22, 14  # 308 lives
REPORT: dict[str, Any] = {
    "test": {"small": {"pictures": 9, "figures": {"accuracy": [0.9, 0.8, 1.0]}, "support": {"nv": 9}}}
}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The job without pictures: what it makes follows from the run, as with pictures it does."""

    def collect(snapshot: str, *_: object) -> Collected:
        return Collected(snapshot, 9, ())

    def make(champion: Candidate, recipe: Recipe, *_: object, created: str) -> Candidate:
        return candidate_of(f"{champion.manifest.version} {created}")

    def judge(candidate: Candidate, *_: object) -> judging.Judged:
        green = int(candidate.manifest.sha256[:2], 16) % 4 > 0
        return judging.Judged(REPORT, REPORT, [Verdict("chance", "", "", green)])

    def contents(one: running.Made, _: Recipe) -> dict[str, bytes]:
        manifest = msgspec.json.encode(one.candidate.manifest)
        return {
            "model.tflite": one.candidate.model,
            "card.json": b"{}",
            "report.json": b"{}",
            "manifest.json": manifest,
        }

    def champion(name: str, blobs: Any) -> Candidate:
        pointer, _ = promoting.read_pointer(name, blobs)
        return candidate_of("champion", pointer.version if pointer else BUNDLED)

    for name, stand_in in (("collect", collect), ("make", make), ("judge", judge), ("_contents", contents)):
        monkeypatch.setattr(running, name, stand_in)
    monkeypatch.setattr(running, "_prepare", lambda *_: SimpleNamespace(snapshot=None))
    monkeypatch.setattr(running, "read_champion", champion)


@pytest.mark.parametrize("seed", range(HOUSES))
def test_every_life_ends_with_one_whole_champion_and_no_run_left_behind(seed: int, tmp_path: Path) -> None:
    loop = Loop(tmp_path, Random(seed))
    for _ in range(LIVES):
        loop.live()
    loop.recover()
    runs_ended(loop)
    champions_follow_one_another(loop)


def runs_ended(loop: Loop) -> None:
    documents = loop.plain.documents
    assert documents.get(TURNS, TURN).record.run_id == ""
    assert not loop.active()
    runs = documents.find(Query(RUNS, order="created_at", descending=True), limit=1000).records
    made = {one.id: one for one in candidates(loop.plain)}
    assert runs
    for run in runs:
        assert run.state in ("published", "refused", "failed")
        assert run.attempt <= MOST_ATTEMPTS
        assert all(made[one].run_id == run.id for one in run.candidates)
        assert (run.state == "published") == any(made[one].passed for one in run.candidates)
        assert run.announced or run.state != "published"
    for one in made.values():
        if one.passed:
            whole(loop.plain, one.version)
    published = {key.split("/")[2] for key in loop.plain.blobs.keys(f"models/{MODEL}/") if key.count("/") == 3}
    assert not {one.version for one in made.values() if not one.passed} & published


def champions_follow_one_another(loop: Loop) -> None:
    """Each change of the pointer names the one before it: nobody's word was lost, and nobody's counted twice."""
    query = Query(PROMOTIONS, {"model": MODEL}, order="at", descending=True)
    changes = list(reversed(loop.plain.documents.find(query, limit=1000).records))
    pointer, _ = promoting.read_pointer(MODEL, loop.plain.blobs)
    assert (pointer is not None) == bool(changes)
    if pointer is None:
        return
    assert isinstance(pointer, Champion)
    assert changes[-1].version == pointer.version
    assert changes[0].previous == BUNDLED
    for before, after in pairwise(changes):
        promoted, rolled_back = after.previous == before.version, after.version == before.previous
        assert after.version != before.version
        assert promoted or rolled_back
    whole(loop.plain, pointer.version)
    trail = [line.action for line in loop.plain.records.audit(f"model:{MODEL}")]
    assert [action.rpartition(" ")[2] for action in trail] == [change.version for change in changes]
