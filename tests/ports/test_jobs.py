"""The Jobs port: an attempt is one job, whose end is known; what never was has vanished."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from dermaloop.adapters.vertex import VertexJobs
from dermaloop.ports import JobOrder, Jobs, JobState
from tests.emulators.vertex import HOST, vertex
from tests.ports.test_subprocess_jobs import checkout
from tests.ports.test_subprocess_jobs import jobs as on_this_machine
from tests.ports.test_vertex import ENV, MACHINE

ORDER = JobOrder(run_id="4f1c", attempt=1, recipe="loop", snapshot="s")
NEXT = JobOrder(run_id="4f1c", attempt=2, recipe="loop", snapshot="s")
_VERTEX: dict[JobState, str] = {"succeeded": "JOB_STATE_SUCCEEDED", "failed": "JOB_STATE_FAILED"}


@dataclass(frozen=True)
class Side:
    """One adapter; `end` lets every job that runs come to this end; `never` is the name of a job that never was."""

    jobs: Jobs
    end: Callable[[JobState], None]
    never: str


@pytest.fixture(params=["local", "gcp"])
def side(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Side]:
    if request.param == "local":
        go = tmp_path / "go"
        waits = f"until [ -e {go} ]; do sleep 0.05; done; echo done; exit $(cat {go})"

        def end(state: JobState) -> None:
            part = go.with_suffix(".part")
            part.write_text("0" if state == "succeeded" else "3")
            part.rename(go)

        yield Side(on_this_machine(checkout(tmp_path), waits), end, "never-1")
        if not go.exists():
            end("succeeded")
        return
    with vertex() as server:
        monkeypatch.setenv(HOST, server.address)
        made = VertexJobs(project="p", region="europe-west4", machine=MACHINE, env=ENV)

        def finish(state: JobState) -> None:
            for job in server.jobs.values():
                job["state"] = _VERTEX[state]

        yield Side(made, finish, "projects/p/locations/europe-west4/customJobs/7")


def eventually(true: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not true():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_the_same_attempt_is_one_job_and_the_next_another(side: Side) -> None:
    first = side.jobs.start(ORDER)
    assert side.jobs.start(ORDER) == first
    assert side.jobs.start(NEXT) != first
    assert side.jobs.state(first) in ("queued", "running")


@pytest.mark.parametrize("state", ["succeeded", "failed"])
def test_how_a_job_ends_is_known_and_it_is_not_started_again(side: Side, state: JobState) -> None:
    job = side.jobs.start(ORDER)
    side.end(state)
    eventually(lambda: side.jobs.state(job) == state)
    assert side.jobs.start(ORDER) == job
    assert side.jobs.state(job) == state


def test_what_never_was_has_vanished_and_says_nothing(side: Side) -> None:
    assert side.jobs.state(side.never) == "vanished"
    assert side.jobs.log(side.never) == ()
