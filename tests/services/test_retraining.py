"""From enough readings to one claimed run and one job: once, in turn, and never lost."""

import threading
from pathlib import Path

import msgspec
import pytest

from dermaloop.errors import Conflict
from dermaloop.events import TrainingRequested, read_event
from dermaloop.ports import Stores, World
from dermaloop.records.documents import Put
from dermaloop.records.policies import RetentionPolicy, TrainingPolicy
from dermaloop.records.training import MOST_ATTEMPTS, RUNS, TURN, TURNS, TrainingRun, ended
from dermaloop.services import following, freezing, retraining
from dermaloop.services.deciding import decide
from dermaloop.services.freezing import read_lines
from tests.services.jobs import FixedJobs
from tests.services.reviewed import BOX, agree_on, agree_on_many
from tests.services.worlds import BENIGN, CALM, world_on

AT = "2026-11-21T11:00:00.000Z"


@pytest.fixture
def here(stores: Stores, tmp_path: Path) -> World:
    made = msgspec.structs.replace(world_on(stores, CALM, BENIGN, folder=tmp_path), jobs=FixedJobs())
    policy(made, threshold=20)
    return made


def policy(world: World, **changes: int | str) -> None:
    training = TrainingPolicy(**changes)  # type: ignore[arg-type]
    version = 0 if changes.get("threshold") == 20 else 1
    decide(training=training, retention=RetentionPolicy(), version=version, by="a", documents=world.documents)


def jobs(world: World) -> FixedJobs:
    assert isinstance(world.jobs, FixedJobs)
    return world.jobs


def finish(world: World, run: TrainingRun, state: str = "published") -> None:
    """As the job ends it."""
    found, turn = world.documents.get(RUNS, run.id), world.documents.get(TURNS, TURN)
    done = ended(found.record, state, at=AT, message="")  # type: ignore[arg-type]
    world.documents.commit(
        Put(RUNS, done, expected=found.version),
        Put(TURNS, type(turn.record)(id=TURN), expected=turn.version),
    )


def requested(world: World) -> list[str]:
    told = []
    world.events.deliver_waiting(lambda letter: told.append(read_event(letter.topic, letter.event)))  # type: ignore[attr-defined]
    return [event.run_id for event in told if isinstance(event, TrainingRequested)]


def test_the_threshold_claims_one_run_of_everything_that_may_be_trained_on(here: World) -> None:
    agree_on_many(here, 19)
    agree_on(here, 100, consent=False)
    agree_on(here, 101, diagnosis="psoriasis")
    assert retraining.consider(world=here) is None
    agree_on(here, 19, shapes=(BOX,), readers=2)
    run = retraining.consider(world=here)
    assert run is not None
    assert (run.pictures, run.annotations, run.trigger, run.state) == (20, 21, "threshold", "claimed")
    assert retraining.consider(world=here) is None
    assert requested(here) == [run.id]
    assert len(following.runs(after="", limit=10, world=here).runs) == 1


def test_the_snapshot_says_what_was_agreed_and_how(here: World) -> None:
    agree_on_many(here, 19)
    name = agree_on(here, 19, shapes=(BOX,), readers=2, diagnosis="lentigo_maligna")
    run = retraining.start_by_hand(by="chen", world=here)
    lines = {line.image: line for line in read_lines(run.snapshot, here.blobs)}
    assert len(lines) == 20
    assert (lines[name].labels, lines[name].readers) == ({"disease": "mel", "malignancy": "malignant"}, 2)
    assert lines[name].shapes == (BOX,)
    assert {line.split for line in lines.values()} == {"train", "validation", "test"}


def test_an_event_that_comes_twice_starts_one_job(here: World) -> None:
    agree_on_many(here, 20)
    run = retraining.start_by_hand(by="chen", world=here)
    for _ in range(3):
        assert retraining.start(run_id=run.id, world=here).state == "started"
    assert list(jobs(here).orders) == [f"{run.id}-1"]
    assert following.run(run_id=run.id, world=here).log == [f"{run.id}-1 is running"]


def test_two_claims_at_once_make_one_run(here: World) -> None:
    agree_on_many(here, 24)
    made: list[str] = []

    def claim(index: int) -> None:
        try:
            made.append(retraining.start_by_hand(by=f"admin-{index}", world=here).id)
        except Conflict:
            made.append("")

    threads = [threading.Thread(target=claim, args=(index,)) for index in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(bool(one) for one in made) == 1
    assert len(following.runs(after="", limit=10, world=here).runs) == 1


def test_nobody_trains_again_on_what_was_judged_already(here: World) -> None:
    agree_on_many(here, 20)
    first = retraining.consider(world=here)
    assert first is not None
    finish(here, first)
    with pytest.raises(Conflict, match="0 new"):
        retraining.start_by_hand(by="chen", world=here)
    agree_on_many(here, 19, start=20)
    assert retraining.consider(world=here) is None
    agree_on(here, 39)
    second = retraining.consider(world=here)
    assert second is not None
    assert (second.pictures, second.id != first.id) == (40, True)


def test_a_case_keeps_its_split_and_a_deleted_picture_leaves_later_snapshots(here: World) -> None:
    names = agree_on_many(here, 30)
    first = retraining.start_by_hand(by="chen", world=here)
    finish(here, first)
    agree_on_many(here, 30, start=30)
    here.blobs.delete(f"images/{names[3].removesuffix('-1')}/1.jpg")
    second = retraining.start_by_hand(by="chen", world=here)
    before, after = ({one.image: one.split for one in read_lines(r.snapshot, here.blobs)} for r in (first, second))
    assert names[3] in before
    assert names[3] not in after
    assert {name: after[name] for name in names if name in after} == {n: s for n, s in before.items() if n in after}


def test_two_copies_of_one_photo_are_one_picture(here: World) -> None:
    agree_on_many(here, 20)
    photo = here.blobs.read(next(iter(here.blobs.keys("images/")))).data
    agree_on(here, 77, picture=photo, at="2026-11-21T12:00:00.000Z")
    assert len(freezing.freeze(earlier="", world=here).lines) == 20


def test_too_few_to_test_by_are_refused_in_words(here: World) -> None:
    agree_on_many(here, 2)
    with pytest.raises(Conflict, match="too few to train on"):
        retraining.start_by_hand(by="chen", world=here)


def test_a_request_that_was_lost_is_made_again(here: World) -> None:
    agree_on_many(here, 20)
    run = retraining.start_by_hand(by="chen", world=here)
    assert requested(here) == [run.id]
    assert "requested again" in retraining.mend(world=here)[0]
    assert requested(here) == [run.id]


def test_a_job_that_dies_is_started_again_twice_and_then_the_turn_is_free(here: World) -> None:
    agree_on_many(here, 20)
    run = retraining.start_by_hand(by="chen", world=here)
    for attempt in range(1, MOST_ATTEMPTS + 1):
        started = retraining.start(run_id=run.id, world=here)
        assert (started.attempt, started.job) == (attempt, f"{run.id}-{attempt}")
        assert retraining.mend(world=here) == ()
        jobs(here).states[started.job] = "vanished"
        assert retraining.mend(world=here)
    last = following.run(run_id=run.id, world=here).run
    assert (last.state, last.active) == ("failed", False)
    agree_on(here, 50)
    assert retraining.start_by_hand(by="chen", world=here).id != run.id


def test_a_schedule_claims_when_it_is_due_and_something_is_new(here: World) -> None:
    agree_on_many(here, 20)
    assert retraining.start_if_due(world=here) is None
    policy(here, threshold=0, every_days=7)
    run = retraining.start_if_due(world=here)
    assert run is not None
    assert run.trigger == "schedule"
    finish(here, run)
    agree_on(here, 60)
    assert retraining.start_if_due(world=here) is None
