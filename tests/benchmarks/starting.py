"""Cold start: from the start of the process to the first answer, against a function that does nothing."""

import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.figures import Figure, Section, median
from tests.benchmarks.load import Line, post
from tests.benchmarks.quiet import least_disturbed
from tests.benchmarks.servers import ROOT, running
from tests.benchmarks.stimuli import small_request

ROUNDS, KEPT = 13, 7
_TRIVIAL = "def hello(request):\n    return 'hello'\n"
_FRESH, _COMPILED = {"PYTHONDONTWRITEBYTECODE": "1"}, {"PYTHONDONTWRITEBYTECODE": ""}

Contender = tuple[Path, str, dict[str, str]]


def measure() -> Section:
    with tempfile.TemporaryDirectory() as folder:
        contenders = _contenders(Path(folder))
        for contender in contenders.values():
            _first_answer(*contender)  # warms the disk's cache, and leaves bytecode where it may be left
        starts: dict[str, list[tuple[float, float]]] = {name: [] for name in contenders}
        for _ in range(ROUNDS):
            for name, contender in contenders.items():
                starts[name].append(_watched(contender))
    quietest = {name: sorted(each, key=lambda start: start[1])[:KEPT] for name, each in starts.items()}
    return Section(
        key="start",
        title="Cold start, process start to first prediction",
        figures=[
            _figure("predict_disease under functions-framework", quietest, "compiled"),
            _figure("The same where Python must compile our own modules first", quietest, "fresh"),
        ],
        series={name: [seconds for seconds, _ in each] for name, each in starts.items()},
    )


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


def _figure(name: str, quietest: dict[str, list[tuple[float, float]]], key: str) -> Figure:
    took, alone = (median([seconds for seconds, _ in quietest[each]]) for each in (key, "trivial"))
    others = median([share for _, share in quietest[key]])
    kept = f"medians of the {KEPT} least disturbed of {ROUNDS} starts, others taking {others:.0%} of the cores"
    return Figure(
        name=name, value=took / alone, bar="at most", limit=2.0, detail=f"{took:.2f} s against {alone:.2f} s; {kept}"
    )
