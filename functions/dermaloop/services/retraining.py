"""Decides that there is enough new to train on, claims the run, starts it, and mends what was left behind."""

import hashlib
import logging
from collections.abc import Sequence
from contextlib import suppress

import msgspec

from dermaloop.errors import Conflict, NotFound, StoreUnavailable
from dermaloop.events import TrainingRequested
from dermaloop.ports import JobOrder, World
from dermaloop.records import AuditEntry
from dermaloop.records.documents import Found, Note, Put, Query
from dermaloop.records.reviewing import REVIEWS
from dermaloop.records.training import (
    MOST_ATTEMPTS,
    RUNS,
    TURN,
    TURNS,
    RunState,
    Step,
    TrainingRun,
    Trigger,
    Turn,
    ended,
    moved,
)
from dermaloop.services.deciding import policies
from dermaloop.services.freezing import Frozen, check_enough, freeze, write_snapshot
from dermaloop.services.moments import later, now

_log = logging.getLogger("dermaloop.retraining")

LOOP = "loop"
"""Who acts where no person does."""
_TRIES = 4


def consider(*, world: World) -> TrainingRun | None:
    """Claims a run where the threshold is reached and nobody is training; an event that comes twice changes nothing."""
    policy = policies(documents=world.documents).training
    if not policy.threshold or _turn(world)[0].run_id:
        return None
    if _agreed(world) < policy.threshold:  # one number tells, without reading them all
        return None
    try:
        return _claim(trigger="threshold", asked_by=LOOP, least=policy.threshold, world=world)
    except Conflict:
        return None


def start_by_hand(*, by: str, world: World) -> TrainingRun:
    """Claims a run of whatever is new; Conflict where one is under way or nothing is new."""
    return _claim(trigger="hand", asked_by=by, least=1, world=world)


def start_if_due(*, world: World) -> TrainingRun | None:
    """Claims a run where the schedule says so: so many days after the last one, if anything is new."""
    days = policies(documents=world.documents).training.every_days
    if not days or _turn(world)[0].run_id:
        return None
    last = world.documents.find(Query(RUNS, order="created_at", descending=True), limit=1).records
    if last and later(last[0].created_at, days=days) > now():
        return None
    try:
        return _claim(trigger="schedule", asked_by=LOOP, least=1, world=world)
    except Conflict:
        return None


def _claim(*, trigger: Trigger, asked_by: str, least: int, world: World) -> TrainingRun:
    """One commit makes the run and takes the turn, so of two claims at once exactly one is made."""
    turn, version = _turn(world)
    if turn.run_id:
        raise Conflict("A training is under way already.", run_id=turn.run_id)
    policy = policies(documents=world.documents).training
    judged = _last_judged(world)
    frozen = freeze(earlier=judged.snapshot if judged else "", world=world)
    if frozen.fresh < least:
        raise Conflict(f"There are {frozen.fresh} new reviewed pictures; {least} are needed.", fresh=frozen.fresh)
    check_enough(frozen)
    write_snapshot(frozen, blobs=world.blobs)
    run = _new_run(frozen, trigger, asked_by, policy.recipe, policy.models)
    claimed = Turn(id=TURN, run_id=run.id, since=run.created_at)
    said = AuditEntry(at=run.created_at, actor=asked_by, action=f"claim by {trigger}", subject=f"run:{run.id}")
    world.documents.commit(Put(RUNS, run, expected=0), Put(TURNS, claimed, expected=version), Note(said))
    request(run, world=world)
    return run


def _new_run(frozen: Frozen, trigger: Trigger, asked_by: str, recipe: str, models: tuple[str, ...]) -> TrainingRun:
    at = now()
    return TrainingRun(
        id=_run_id(frozen.annotations, recipe, models),
        created_at=at,
        changed_at=at,
        trigger=trigger,
        asked_by=asked_by,
        recipe=recipe,
        models=models,
        snapshot=frozen.id,
        annotations=len(frozen.annotations),
        pictures=len(frozen.lines),
        history=(Step(at, "claimed"),),
    )


def _agreed(world: World) -> int:
    """How many reviewed pictures there are, whether or not they may be trained on, less those of the last verdict."""
    everything = world.documents.count(Query(REVIEWS, {"state": "reviewed"}, order="created_at", descending=True))
    return everything - (judged.pictures if (judged := _last_judged(world)) else 0)


def _run_id(annotations: Sequence[str], recipe: str, models: Sequence[str]) -> str:
    return hashlib.sha256("\n".join((recipe, *models, *annotations)).encode()).hexdigest()[:32]


def _last_judged(world: World) -> TrainingRun | None:
    """The last run that came to a verdict: what is not in its snapshot is new."""
    newest, after = Query(RUNS, order="created_at", descending=True), ""
    while True:
        page = world.documents.find(newest, after=after)
        for run in page.records:
            if run.state in ("published", "refused"):
                return run
        if not (after := page.after):
            return None


def request(run: TrainingRun, *, world: World) -> None:
    """Asks for the job. Where the bus is down the sweep asks again: the claim stands."""
    try:
        world.events.publish(TrainingRequested(run_id=run.id))
    except StoreUnavailable as error:
        _log.warning("a training could not be requested yet: %s", error.detail, extra={"run": run.id})


def start(*, run_id: str, world: World) -> TrainingRun:
    """Starts the job of a claimed run; one that has its job is left alone, and the same attempt is one job."""
    for _ in range(_TRIES):
        found = world.documents.get(RUNS, run_id)
        run = found.record
        if run.job or not run.active:
            return run
        attempt = run.attempt if run.state == "running" else run.attempt + 1  # a quick job may have spoken already
        job = world.jobs.start(JobOrder(run_id=run.id, attempt=attempt, recipe=run.recipe, snapshot=run.snapshot))
        named = msgspec.structs.replace(run, attempt=attempt, job=job)
        if run.state == "claimed":
            named = moved(named, "started", at=now(), note=f"attempt {attempt}")
        with suppress(Conflict):  # the job, or another delivery of this event, was quicker: look again
            world.documents.commit(Put(RUNS, named, expected=found.version))
    return world.documents.get(RUNS, run_id).record


def mend(*, world: World) -> tuple[str, ...]:
    """What the sweep does for the run whose turn it is; returns what it found, for the log."""
    turn, version = _turn(world)
    if not turn.run_id:
        return ()
    try:
        found = world.documents.get(RUNS, turn.run_id)
    except NotFound:
        world.documents.commit(Put(TURNS, Turn(id=TURN), expected=version))
        return (f"{turn.run_id}: the turn of a run that is not there was ended",)
    run = found.record
    if not run.active:
        world.documents.commit(Put(TURNS, Turn(id=TURN), expected=version))
        return (f"{run.id}: the turn of a run that ended was ended",)
    if not run.job:
        request(run, world=world)
        return (f"{run.id}: requested again",)
    return _mend_started(found, world)


def _mend_started(found: Found[TrainingRun], world: World) -> tuple[str, ...]:
    """A job that ended without its run ending is started again, twice at most."""
    run = found.record
    state = world.jobs.state(run.job)
    if state in ("queued", "running"):
        return ()
    again = world.documents.get(RUNS, run.id)
    if not again.record.active or again.version != found.version:  # it ended between the two looks
        return ()
    if run.attempt >= MOST_ATTEMPTS:
        _end(again, "failed", f"The job ended {run.attempt} times without a result ({state}).", world=world)
        return (f"{run.id}: failed for good",)
    note = f"The job of attempt {run.attempt} is {state}; it is started again."
    waiting = msgspec.structs.replace(moved(again.record, "claimed", at=now(), note=note), job="")
    world.documents.commit(Put(RUNS, waiting, expected=again.version))
    request(run, world=world)
    return (f"{run.id}: attempt {run.attempt} {state}, requested again",)


def _end(found: Found[TrainingRun], state: RunState, message: str, *, world: World) -> None:
    """The last state of a run, and the end of its turn, together."""
    at = now()
    turn, version = _turn(world)
    freed = [Put(TURNS, Turn(id=TURN), expected=version)] if turn.run_id == found.record.id else []
    said = AuditEntry(at=at, actor=LOOP, action=state, subject=f"run:{found.record.id}")
    done = ended(found.record, state, at=at, message=message)
    world.documents.commit(Put(RUNS, done, expected=found.version), *freed, Note(said))


def _turn(world: World) -> tuple[Turn, int]:
    try:
        found = world.documents.get(TURNS, TURN)
    except NotFound:
        return Turn(id=TURN), 0
    return found.record, found.version
