"""Follows training runs: the list, one with its progress and the last lines of its log, and who has seen a picture."""

import msgspec

from dermaloop.errors import NotFound
from dermaloop.ports import World
from dermaloop.records.documents import Query
from dermaloop.records.training import CANDIDATES, PROGRESS, RUNS, Candidate, Progress, TrainingRun

_LINES = 200


class Runs(msgspec.Struct, frozen=True):
    """Training runs, the last first."""

    runs: list[TrainingRun]
    after: str = ""


class RunView(msgspec.Struct, frozen=True, kw_only=True):
    """One run with everything there is to say of it."""

    run: TrainingRun
    progress: Progress | None
    log: list[str]
    candidates: list[Candidate]


def runs(*, after: str, limit: int, world: World) -> Runs:
    page = world.documents.find(Query(RUNS, order="created_at", descending=True), after=after, limit=limit)
    return Runs(list(page.records), page.after)


def run(*, run_id: str, world: World) -> RunView:
    found = world.documents.get(RUNS, run_id).record
    return RunView(
        run=found,
        progress=_progress(run_id, world),
        log=list(world.jobs.log(found.job, last=_LINES)) if found.job else [],
        candidates=[world.documents.get(CANDIDATES, one).record for one in found.candidates],
    )


def _progress(run_id: str, world: World) -> Progress | None:
    try:
        return world.documents.get(PROGRESS, run_id).record
    except NotFound:
        return None
