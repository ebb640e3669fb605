"""Training runs, the candidates they made and the promotions that followed: what was trained on what, forever."""

from typing import Literal

import msgspec

from dermaloop.records.documents import Ask, Kind, Record

RunState = Literal["claimed", "started", "running", "published", "refused", "failed"]
"""`claimed`: written, not started yet; `started`: a job has it; `running`: the job said so itself; then one of three
ends: `published` at least one candidate, all `refused` by the gate, or `failed`."""
Trigger = Literal["threshold", "schedule", "hand"]

MOST_ATTEMPTS = 3  # the first, and two more
TURN = "training"
"""The id of the one turn there is."""


class Step(msgspec.Struct, frozen=True):
    """One line of a run's history."""

    at: str
    state: RunState
    note: str = ""


class TrainingRun(Record, frozen=True, kw_only=True):
    """One training, from its claim to its end. The id is a digest of what it learns from, so that it is claimed once.

    `snapshot` is what was frozen at the claim; `trained_on` is the digest of what the job read of it: pictures that
    were deleted in between are `left_out`.
    """

    created_at: str
    changed_at: str
    state: RunState = "claimed"
    active: bool = True
    trigger: Trigger
    asked_by: str
    recipe: str
    models: tuple[str, ...]
    snapshot: str
    annotations: int
    pictures: int
    attempt: int = 0
    job: str = ""
    trained_on: str = ""
    left_out: tuple[str, ...] = ()
    code_version: str = ""
    seed: int | None = None
    candidates: tuple[str, ...] = ()
    message: str = ""
    announced: bool = False
    history: tuple[Step, ...] = ()


class Turn(Record, frozen=True, kw_only=True):
    """Whose turn it is to train: one run at a time, so that each is compared with the champion it will follow."""

    run_id: str = ""
    since: str = ""


class Progress(Record, frozen=True, kw_only=True):
    """How far a run has come; the id is the run's, and only the last word is kept."""

    attempt: int
    step: str
    done: int
    total: int
    at: str


class GateLine(msgspec.Struct, frozen=True):
    """One rule of the gate: what was found, what was asked, whether that is enough."""

    rule: str
    found: str
    asked: str
    passed: bool


class Candidate(Record, frozen=True, kw_only=True):
    """One model of a finished run, with the figures of the champion it was measured against, on the same pictures.

    Only where the gate `passed` do its files lie under `models/`; it stays on record either way.
    """

    model: str
    version: str
    sha256: str
    run_id: str
    created_at: str
    snapshot: str
    trained_on: str
    passed: bool
    gate: tuple[GateLine, ...]
    metrics: dict[str, float]
    champion: str
    champion_metrics: dict[str, float]
    code_version: str
    seed: int


class Promotion(Record, frozen=True, kw_only=True):
    """One change of a champion's pointer, with whoever made it; the id is a digest of the pointer as it was written."""

    model: str
    version: str
    previous: str | None
    by: str
    at: str


def moved(run: TrainingRun, state: RunState, *, at: str, note: str = "") -> TrainingRun:
    """The run in its next state, with a line of history."""
    return msgspec.structs.replace(run, state=state, changed_at=at, history=(*run.history, Step(at, state, note)))


def ended(run: TrainingRun, state: RunState, *, at: str, message: str) -> TrainingRun:
    """The run in its last state."""
    return msgspec.structs.replace(moved(run, state, at=at, note=message), active=False, message=message)


def candidate_id(model: str, version: str) -> str:
    return f"{model}@{version}"


RUNS = Kind(
    "training_runs",
    TrainingRun,
    asks=(
        Ask((), "created_at", descending=True),
        Ask(("active",), "created_at"),
        Ask(("announced", "state"), "created_at"),
    ),
)
TURNS = Kind("training_turns", Turn)
PROGRESS = Kind("training_progress", Progress)
CANDIDATES = Kind(
    "candidates",
    Candidate,
    asks=(
        Ask((), "created_at", descending=True),
        Ask(("model",), "created_at", descending=True),
        Ask(("snapshot",), "created_at"),
    ),
)
PROMOTIONS = Kind("promotions", Promotion, asks=(Ask(("model",), "at", descending=True),))
