"""Whatever writes, writes while anything fails between any two writes: nothing lost, nothing doubled.

Each story is told by callers who ask again until they are answered, as clients, the bus and the scheduler do; requests
that were answered are now and then delivered once more. What is kept must be what an untroubled life would have left.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import get_args

import msgspec
import pytest

from dermaloop.adapters.local_events import LocalEvents
from dermaloop.ports import Stores, World
from dermaloop.wiring import Settings
from dermaloop.wiring import stores as stores_of
from tests.emulators.faults import fail_calls
from tests.emulators.fixtures import GoogleProject
from tests.emulators.storage import Fault
from tests.servers import ROOT
from tests.services import test_faults
from tests.services.faulty import (
    Faults,
    FaultyBlobs,
    FaultyDocuments,
    FaultyEvents,
    FaultyIdentity,
    FaultyJobs,
    FaultyNotifier,
    FaultyRecords,
    PortFault,
)
from tests.services.jobs import FixedJobs
from tests.services.stories import Life, Told, asking, housekeeping, reading, training
from tests.services.worlds import CALM, MALIGNANT, world_on

LOCAL_RUNS = 26
STORIES = (*reading.STORIES, *asking.STORIES, *training.STORIES, *housekeeping.STORIES)
PORTS = {"documents", "records", "blobs", "events", "notifier", "identity", "jobs"}
WRITES = {"commit", "keep_case", "delete_case", "restore", "restore_case", "restore_line", "write", "delete"}
WRITES |= {"publish", "settle", "send", "grant", "start"}


def _name(told: Told) -> str:
    return told.story.__name__


def test_every_service_that_writes_has_a_story() -> None:
    """Read from the code: who calls a method of a port that changes something."""
    told = set().union(*(each.writes for each in STORIES))
    assert set(_writers()) == told


def test_enough_lives_are_lived() -> None:
    assert LOCAL_RUNS * len(STORIES) + test_faults.LOCAL_RUNS >= 1000
    assert sum(told.on_google for told in STORIES) + test_faults.GOOGLE_RUNS >= 90


def _writers() -> Iterator[str]:
    for path in (ROOT / "functions" / "dermaloop" / "services").glob("*.py"):
        for function in ast.walk(ast.parse(path.read_text())):
            if isinstance(function, ast.FunctionDef) and any(map(_writes, ast.walk(function))):
                yield f"{path.stem}.{function.name}"


def _writes(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    owner = node.func.value
    named = owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else ""
    return named in PORTS and node.func.attr in WRITES


@pytest.mark.parametrize("told", STORIES, ids=_name)
def test_on_one_machine(tmp_path: Path, told: Told) -> None:
    wrote: set[str] = set()
    for seed in range(LOCAL_RUNS):
        folder, faults = tmp_path / str(seed), Faults()
        calm = _calm(stores_of(Settings(data=str(folder))), folder)

        def break_things(random: Random, trouble: bool, faults: Faults = faults) -> None:
            faults.plan.clear()
            faults.plan.extend(random.choices(get_args(PortFault), weights=(5, 1, 1, 1, 1, 1), k=10 * trouble))

        elsewhere = stores_of(Settings(data=str(folder / "elsewhere")))
        told.story(Life(_troubled(calm, faults), calm, Random(seed), break_things, elsewhere))
        wrote |= faults.writers
    assert told.writes <= wrote, "the story does not come by every write that it claims"


@pytest.mark.parametrize("told", STORIES, ids=_name)
def test_on_google(google: GoogleProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: Told) -> None:
    commits = fail_calls(monkeypatch, ":commit", [])

    def break_things(random: Random, trouble: bool) -> None:
        monkeypatch.setattr("dermaloop.services.keeping.PATIENCE", 0.4 if trouble else 20.0)
        for plan in (commits, google.storage.faults):
            plan.clear()
            plan.extend(random.choices(get_args(Fault), weights=(2, 2, 2), k=random.choice((0, 1, 2, 30)) * trouble))

    for seed in range(told.on_google):
        name, folder = f"{google.name}-{seed}", tmp_path / str(seed)
        google.storage.add_bucket(name)
        calm = _calm(stores_of(Settings(backend="gcp", project=name, bucket=name)), folder)
        break_things(Random(0), False)
        told.story(Life(calm, calm, Random(seed), break_things, stores_of(Settings(data=str(folder / "elsewhere")))))


def _calm(stores: Stores, folder: Path) -> World:
    made = world_on(stores, CALM, MALIGNANT, folder=folder)
    return msgspec.structs.replace(made, events=LocalEvents(folder / "events", wait=0.0), jobs=FixedJobs())


def _troubled(calm: World, faults: Faults) -> World:
    stores = Stores(calm.records, calm.blobs, calm.documents)  # type: ignore[arg-type]
    return msgspec.structs.replace(
        calm,
        records=FaultyRecords(stores, faults),
        blobs=FaultyBlobs(stores, faults),
        documents=FaultyDocuments(stores, faults),
        events=FaultyEvents(calm.events, faults),
        notifier=FaultyNotifier(calm.notifier, faults),
        identity=FaultyIdentity(calm.identity, faults),
        jobs=FaultyJobs(calm.jobs, faults),
    )
