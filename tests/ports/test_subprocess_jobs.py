"""The Jobs port on one machine: one process for an attempt, known by its lock, logged, and gone when it is killed."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dermaloop.adapters.subprocess_jobs import SubprocessJobs
from dermaloop.ports import JobOrder

ORDER = JobOrder(run_id="4f1c", attempt=1, recipe="loop", snapshot="s")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return checkout(tmp_path)


def checkout(tmp_path: Path) -> Path:
    """Whose training is a few lines of shell."""
    python = tmp_path / "checkout" / ".venv-train" / "bin" / "python"
    python.parent.mkdir(parents=True)
    (tmp_path / "checkout" / ".venv-train" / "ready").touch()
    python.write_text('#!/bin/bash\necho "$DERMALOOP_DATA $*"\neval "$JOB"\n')
    python.chmod(0o755)
    return tmp_path / "checkout"


def jobs(root: Path, does: str) -> SubprocessJobs:
    return SubprocessJobs(root.parent / "jobs", root=root, env={"JOB": does, "DERMALOOP_DATA": "/data"})


def eventually(true: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not true():
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.mark.parametrize(("does", "state"), [("true", "succeeded"), ("exit 3", "failed")])
def test_how_a_job_ended_is_known_also_after_a_restart(root: Path, does: str, state: str) -> None:
    job = jobs(root, does).start(ORDER)
    eventually(lambda: jobs(root, does).state(job) != "running")
    assert jobs(root, does).state(job) == state
    said = jobs(root, does).log(job)[-1]
    assert said.startswith("/data -m model_export run --run-id 4f1c --attempt 1 --work ")


def test_the_same_attempt_is_one_job_and_the_next_another(root: Path) -> None:
    here = jobs(root, "echo once >> ../ran; sleep 0.2")
    assert here.start(ORDER) == here.start(ORDER)
    again = here.start(JobOrder(run_id="4f1c", attempt=2, recipe="loop", snapshot="s"))
    eventually(lambda: here.state(again) == "succeeded")
    assert (root.parent / "ran").read_text().split() == ["once", "once"]


def test_a_job_that_is_killed_vanishes(root: Path) -> None:
    here = jobs(root, "sleep 60")
    job = here.start(ORDER)
    assert here.state(job) == "running"
    eventually(lambda: bool(here.log(job)))
    os.killpg(int((root.parent / "jobs" / job / "process-group").read_text()), signal.SIGKILL)
    eventually(lambda: here.state(job) == "vanished")


def test_what_never_was_has_vanished_and_says_nothing(root: Path) -> None:
    assert jobs(root, "true").state("4f1c-9") == "vanished"
    assert jobs(root, "true").log("4f1c-9") == ()


def test_the_last_lines_are_kept_and_a_bar_shows_how_far_it_came(root: Path) -> None:
    here = jobs(root, r"printf 'a\n 10%%\r 20%%\r 30%%\nb\n'")
    job = here.start(ORDER)
    eventually(lambda: here.state(job) == "succeeded")
    assert here.log(job, last=3) == ("a", " 30%", "b")


def test_a_machine_without_tensorflow_is_set_up_first_and_says_so(root: Path) -> None:
    os.remove(root / ".venv-train" / "ready")
    (root / "Makefile").write_text(".venv-train/ready:\n\t@echo installing; touch $@\n")
    job = jobs(root, "true").start(ORDER)
    eventually(lambda: jobs(root, "true").state(job) == "succeeded")
    log = jobs(root, "true").log(job)
    assert log[0].startswith("Training needs TensorFlow, which is not set up here yet")
    assert "installing" in log


def test_a_set_up_that_fails_ends_the_job(root: Path) -> None:
    os.remove(root / ".venv-train" / "ready")
    (root / "Makefile").write_text(".venv-train/ready:\n\t@exit 1\n")
    job = jobs(root, "true").start(ORDER)
    eventually(lambda: jobs(root, "true").state(job) == "failed")
    assert "could not be set up" in jobs(root, "true").log(job)[-1]
