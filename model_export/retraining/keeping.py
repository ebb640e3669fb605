"""Keeps the books of a run: that it is running, how far it is, and how it ended; another attempt's books stay shut."""

import datetime
import hashlib
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from dermaloop.errors import Conflict, DermaloopError, NotFound
from dermaloop.ports import Documents
from dermaloop.records import AuditEntry
from dermaloop.records.documents import Found, Note, Put
from dermaloop.records.training import (
    CANDIDATES,
    PROGRESS,
    RUNS,
    TURN,
    TURNS,
    Candidate,
    Progress,
    RunState,
    TrainingRun,
    Turn,
    ended,
    moved,
)

log = logging.getLogger(__name__)

_TRIES = 5
_WHO = "training job"


class OvertakenError(Exception):
    """The run ended, or another attempt has it: this one has nothing left to say."""


class Books:
    """What this attempt writes of its run."""

    def __init__(self, documents: Documents, run_id: str, attempt: int) -> None:
        self._documents = documents
        self._run_id = run_id
        self._attempt = attempt

    def begin(self, *, seed: int) -> TrainingRun:
        """Says that it runs; after a restart of the same attempt it says so again."""

        def begun(run: TrainingRun) -> TrainingRun:
            run = msgspec.structs.replace(run, attempt=self._attempt, code_version=code_version(), seed=seed)
            return run if run.state == "running" else moved(run, "running", at=now(), note=f"attempt {self._attempt}")

        return self._change(begun)

    def tell(self, step: str, done: int, total: int) -> None:
        """Only the last word is kept, and a word that is lost does no harm."""
        said = Progress(id=self._run_id, attempt=self._attempt, step=step, done=done, total=total, at=now())
        log.info("== %s (%d of %d)", step, done, total)
        try:
            self._documents.commit(Put(PROGRESS, said))
        except DermaloopError as error:
            log.warning("the progress could not be kept: %s", error)

    def owns(self) -> None:
        """OvertakenError where this attempt may write no more."""
        self._mine()

    def end(self, state: RunState, message: str, *, candidates: Sequence[Candidate] = (), **facts: Any) -> TrainingRun:
        """The run, its candidates, the end of its turn and a line of the trail, together or not at all."""

        def closed(run: TrainingRun) -> TrainingRun:
            run = msgspec.structs.replace(run, candidates=tuple(one.id for one in candidates), **facts)
            return ended(run, state, at=now(), message=message)

        puts = [Put(CANDIDATES, one) for one in candidates]
        said = AuditEntry(at=now(), actor=_WHO, action=state, subject=f"run:{self._run_id}")
        return self._change(closed, *puts, Note(said), last=True)

    def _change(self, change: Callable[[TrainingRun], TrainingRun], *more: Any, last: bool = False) -> TrainingRun:
        for tries in range(_TRIES):
            found = self._mine()
            changed = change(found.record)
            freed = self._freed() if last else []
            try:
                self._documents.commit(Put(RUNS, changed, expected=found.version), *more, *freed)
            except Conflict:  # the function that started us wrote down our name just now
                if tries == _TRIES - 1:
                    raise
            else:
                return changed
        raise OvertakenError(self._run_id)

    def _mine(self) -> Found[TrainingRun]:
        found = self._documents.get(RUNS, self._run_id)
        run = found.record
        expected = run.attempt if run.job or run.state == "running" else run.attempt + 1
        if not run.active or expected != self._attempt:
            raise OvertakenError(
                f"run {run.id} is {run.state} at attempt {run.attempt}; this was attempt {self._attempt}"
            )
        return found

    def _freed(self) -> list[Put[Turn]]:
        try:
            found = self._documents.get(TURNS, TURN)
        except NotFound:
            return []
        return [Put(TURNS, Turn(id=TURN), expected=found.version)] if found.record.run_id == self._run_id else []


def now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def code_version() -> str:
    """A digest of every source file that a training depends on: the same code has the same, wherever it lies."""
    root = Path(__file__).parents[2]
    folders = (root / "model_export", root / "functions" / "dermaloop" / "contract")
    files = sorted(path for folder in folders for path in folder.rglob("*") if path.suffix in (".py", ".toml", ".json"))
    names = hashlib.sha256()
    for path in files:
        if "reports" not in path.parts:
            names.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return f"sources-{names.hexdigest()[:12]}"
