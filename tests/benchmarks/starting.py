"""Cold start: from the start of the process to the first answer."""

import shutil
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.figures import Figure, Section, median
from tests.benchmarks.load import Line, post
from tests.benchmarks.quiet import least_disturbed
from tests.benchmarks.servers import ROOT, running
from tests.benchmarks.stimuli import small_request
from tests.emulators.firestore import FIRESTORE
from tests.emulators.storage import strict_storage

ROUNDS, KEPT = 13, 7
_TRIVIAL = "def hello(request):\n    return 'hello'\n"
_FRESH, _COMPILED = {"PYTHONDONTWRITEBYTECODE": "1"}, {"PYTHONDONTWRITEBYTECODE": ""}

Contender = tuple[Path, str, dict[str, str]]
Starts = dict[str, list[tuple[float, float]]]


def measure() -> Section:
    """One machine's stores, against a function that does nothing."""
    with tempfile.TemporaryDirectory() as folder:
        starts = _by_turns(_contenders(Path(folder)))
    figures = [
        _figure("predict_disease under functions-framework", starts, "compiled"),
        _figure("The same where Python must compile our own modules first", starts, "fresh"),
    ]
    return _section("start", "Cold start, process start to first prediction", starts, figures)


def measure_google() -> Section:
    """Google's stores, against those of one machine."""
    title = "Cold start with Firestore and Cloud Storage"
    if lacking := FIRESTORE.missing():
        return Section(key="google", title=title, skipped=[f"{title}: {lacking}"])
    with tempfile.TemporaryDirectory() as folder, _google(Path(folder)) as google:
        starts = _by_turns({"compiled": _contenders(Path(folder))["compiled"], "google": google})
    name = "predict_disease, against the same function with the stores of one machine"
    return _section("google", title, starts, [_figure(name, starts, "google", against="compiled", limit=1.5)])


def _by_turns(contenders: dict[str, Contender]) -> Starts:
    """Seconds of each start, and the share of all cores that others took meanwhile."""
    for contender in contenders.values():
        _first_answer(*contender)  # warms the disk's cache, and leaves bytecode where it may be left
    starts: Starts = {name: [] for name in contenders}
    for _ in range(ROUNDS):
        for name, contender in contenders.items():
            starts[name].append(_watched(contender))
    return starts


def _section(key: str, title: str, starts: Starts, figures: list[Figure]) -> Section:
    series = {name: [seconds for seconds, _ in each] for name, each in starts.items()}
    return Section(key=key, title=title, figures=figures, series=series)


def _contenders(folder: Path) -> dict[str, Contender]:
    """The bundle twice, as copies: one keeps the bytecode of its first start, the other never has any."""
    trivial = folder / "trivial" / "main.py"
    trivial.parent.mkdir()
    trivial.write_text(_TRIVIAL)
    for name in ("compiled", "fresh"):
        shutil.copytree(ROOT / "functions", folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return {
        "trivial": (trivial, "hello", _COMPILED),
        "compiled": (folder / "compiled" / "main.py", "predict_disease", _COMPILED),
        "fresh": (folder / "fresh" / "main.py", "predict_disease", _FRESH),
    }


@contextmanager
def _google(folder: Path) -> Iterator[Contender]:
    """The bundle over emulators; it imports what signing in on Google would import besides."""
    shutil.copytree(ROOT / "functions", folder / "google", ignore=shutil.ignore_patterns("__pycache__"))
    main = folder / "google" / "main.py"
    main.write_text(f"{main.read_text()}\n\nimport google.auth.compute_engine\n")
    project = f"bench-{uuid.uuid4().hex[:8]}"
    with FIRESTORE.running(folder / "firestore.txt") as firestore, strict_storage() as storage:
        storage.add_bucket(project)
        named = {"DERMALOOP_BACKEND": "gcp", "DERMALOOP_PROJECT": project, "DERMALOOP_BUCKET": project}
        hosts = {FIRESTORE.host: firestore, "STORAGE_EMULATOR_HOST": storage.address}
        yield main, "predict_disease", _COMPILED | named | hosts


def _watched(contender: Contender) -> tuple[float, float]:
    """Seconds of one start, and the share of all cores that others took meanwhile."""
    return least_disturbed(lambda: _first_answer(*contender), attempts=1)


def _first_answer(source: Path, target: str, env: dict[str, str]) -> tuple[float, float]:
    """Seconds from starting the process until a first request is answered, and what it took of the processor."""
    command = [sys.executable, "-m", "functions_framework", "--source", str(source), "--target", target]
    path = {"PYTHONPATH": str(source.parent)}
    with running([*command, "--host", "127.0.0.1", "--port", "{port}"], env={**env, **path}) as server:
        status, _, body = Line(server.port).ask(post("/", small_request()))
        took = time.perf_counter() - server.started
        worked = server.cpu_seconds()
    if status != 200:
        raise RuntimeError(f"{target} answered {status}: {body[:200]!r}")
    return took, worked


def _figure(name: str, starts: Starts, key: str, *, against: str = "trivial", limit: float = 2.0) -> Figure:
    quietest = {each: sorted(starts[each], key=lambda start: start[1])[:KEPT] for each in (key, against)}
    took, alone = (median([seconds for seconds, _ in quietest[each]]) for each in (key, against))
    others = median([share for _, share in quietest[key]])
    kept = f"medians of the {KEPT} least disturbed of {ROUNDS} starts, others taking {others:.0%} of the cores"
    return Figure(
        name=name, value=took / alone, bar="at most", limit=limit, detail=f"{took:.2f} s against {alone:.2f} s; {kept}"
    )
