"""From readings to a champion, as far as functions write in it; what the job writes has lives of its own."""

import hashlib

from dermaloop.contract.manifest import Champion, model_key, write_manifest
from dermaloop.records.documents import Put, Query
from dermaloop.records.training import (
    CANDIDATES,
    MOST_ATTEMPTS,
    PROMOTIONS,
    RUNS,
    TURN,
    TURNS,
    Candidate,
    TrainingRun,
    Turn,
    candidate_id,
)
from dermaloop.services import promoting, publishing, retraining
from tests.fakes import manifest
from tests.services.reviewed import agree_on_many
from tests.services.stories import ADMIN, Life, writing

AT = "2026-11-21T11:00:00.000Z"
BUNDLED = "1"


@writing(
    "freezing._write_once",
    "retraining._claim",
    "retraining.request",
    "retraining.start",
    "retraining._mend_started",
    "retraining._end",
)
def a_training_is_claimed_once_and_started_thrice_at_most(life: Life) -> None:
    agree_on_many(life.calm, 15)
    life.persist(lambda world: retraining.start_by_hand(by=ADMIN.id, world=world))
    (run,) = life.calm.documents.find(Query(RUNS, order="created_at", descending=True)).records
    assert life.actions(f"run:{run.id}") == ["claim by hand"]
    for _ in range(40):
        if not life.calm.documents.get(RUNS, run.id).record.active:
            break
        life.persist(lambda world: retraining.mend(world=world))
        life.persist(lambda world: retraining.start(run_id=run.id, world=world))
        life.jobs.states.update(dict.fromkeys(life.jobs.states, "failed"))
    ended = life.calm.documents.get(RUNS, run.id).record
    assert (ended.state, ended.attempt, len(life.jobs.orders)) == ("failed", MOST_ATTEMPTS, MOST_ATTEMPTS)
    assert life.calm.documents.get(TURNS, TURN).record.run_id == ""
    assert life.actions(f"run:{run.id}") == ["claim by hand", "failed"]


@writing("retraining.mend")
def the_turn_of_a_run_that_is_gone_ends(life: Life) -> None:
    life.calm.documents.commit(Put(TURNS, Turn(id=TURN, run_id="gone", since=AT)))
    life.persist(lambda world: retraining.mend(world=world))
    assert life.calm.documents.get(TURNS, TURN).record.run_id == ""


@writing("promoting._point", "promoting._record")
def a_champion_comes_and_goes_on_record(life: Life) -> None:
    model = b"model"
    made = manifest("disease", "v2", sha256=hashlib.sha256(model).hexdigest())
    life.calm.blobs.write(model_key("disease", "v2", "model.tflite"), model)
    life.calm.blobs.write(model_key("disease", "v2", "manifest.json"), write_manifest(made))
    life.persist(
        lambda world: promoting.promote(model="disease", version="v2", instead_of=BUNDLED, by=ADMIN.id, world=world)
    )
    assert _champion(life).version == "v2"
    life.persist(lambda world: promoting.roll_back(model="disease", instead_of="v2", by=ADMIN.id, world=world))
    promoting.reconcile(model="disease", world=life.calm)
    assert _champion(life).version == BUNDLED
    said = life.calm.documents.find(Query(PROMOTIONS, {"model": "disease"}, order="at", descending=True)).records
    assert sorted(each.version for each in said) == [BUNDLED, "v2"]


def _champion(life: Life) -> Champion:
    pointer, _ = promoting.read_pointer("disease", life.calm.blobs)
    assert pointer is not None
    return pointer


@writing("publishing.announce")
def a_candidate_is_announced(life: Life) -> None:
    """At least once: who hears of it twice does nothing the second time."""
    candidate = Candidate(
        id=candidate_id("disease", "v2"),
        model="disease",
        version="v2",
        sha256="",
        run_id="r",
        created_at=AT,
        snapshot="s",
        trained_on="s",
        passed=True,
        gate=(),
        metrics={},
        champion=BUNDLED,
        champion_metrics={},
        code_version="",
        seed=1,
    )
    run = TrainingRun(
        id="r",
        created_at=AT,
        changed_at=AT,
        state="published",
        active=False,
        trigger="hand",
        asked_by=ADMIN.id,
        recipe="loop",
        models=("disease",),
        snapshot="s",
        annotations=15,
        pictures=15,
        candidates=(candidate.id,),
    )
    life.calm.documents.commit(Put(RUNS, run), Put(CANDIDATES, candidate))
    while not life.calm.documents.get(RUNS, "r").record.announced:
        life.persist(lambda world: publishing.announce(world=world))
    told: set[str] = set()
    life.events.deliver_waiting(lambda letter: told.add(letter.event))
    assert told == {'{"model":"disease","version":"v2"}'}


STORIES = (
    a_training_is_claimed_once_and_started_thrice_at_most,
    the_turn_of_a_run_that_is_gone_ends,
    a_champion_comes_and_goes_on_record,
    a_candidate_is_announced,
)
