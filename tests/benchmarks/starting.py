"""Cold start: from the start of the process to the first answer, against a function that does nothing."""

import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.figures import Figure, Section, median
from tests.benchmarks.load import Line, post
from tests.benchmarks.servers import ROOT, running
from tests.benchmarks.stimuli import small_request

ROUNDS = 9
_TRIVIAL = "def hello(request):\n    return 'hello'\n"


def measure() -> Section:
    series: dict[str, list[float]] = {"trivial": [], "ours": [], "ours, not yet compiled": []}
    with tempfile.TemporaryDirectory() as folder:
        trivial, ours = Path(folder) / "main.py", ROOT / "functions" / "main.py"
        trivial.write_text(_TRIVIAL)
        compiled, fresh = {"PYTHONDONTWRITEBYTECODE": ""}, {"PYTHONDONTWRITEBYTECODE": "1"}
        _first_answer(ours, "predict_disease", compiled)  # from here on its bytecode lies beside it
        for _ in range(ROUNDS):
            series["trivial"].append(_first_answer(trivial, "hello", compiled))
            series["ours"].append(_first_answer(ours, "predict_disease", compiled))
        _forget_bytecode()
        for _ in range(ROUNDS // 2):
            series["trivial"].append(_first_answer(trivial, "hello", fresh))
            series["ours, not yet compiled"].append(_first_answer(ours, "predict_disease", fresh))
    alone = median(series["trivial"])
    return Section(
        key="start",
        title="Cold start, process start to first prediction",
        figures=[
            Figure(
                name=said,
                value=median(series[key]) / alone,
                bar="at most",
                limit=2.0,
                detail=f"{median(series[key]):.2f} s against {alone:.2f} s; "
                f"from {min(series[key]):.2f} to {max(series[key]):.2f} s",
            )
            for key, said in (
                ("ours", "predict_disease under functions-framework"),
                ("ours, not yet compiled", "The same where Python must compile our own modules first"),
            )
        ],
        series=series,
    )


def _first_answer(source: Path, target: str, env: dict[str, str]) -> float:
    """Seconds from starting the process until a first request is answered."""
    command = [sys.executable, "-m", "functions_framework", "--source", str(source), "--target", target]
    with running([*command, "--host", "127.0.0.1", "--port", "{port}"], env=env) as server:
        status, _, body = Line(server.port).ask(post("/", small_request()))
        took = time.perf_counter() - server.started
    if status != 200:
        raise RuntimeError(f"{target} answered {status}: {body[:200]!r}")
    return took


def _forget_bytecode() -> None:
    for compiled in (ROOT / "functions").rglob("__pycache__/*.pyc"):
        compiled.unlink()
