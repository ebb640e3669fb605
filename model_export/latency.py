"""How long one picture takes, as a ratio to plain MobileNetV2 int8 measured in the same minute."""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from model_export.errors import ExportError

ROUNDS = 200


def latency_ratio(model: Path, plain: Path | None) -> float | None:
    """The model's time over the plain one's; None where there is nothing to compare with.

    They take turns, and the fastest tenth of each counts: what is slower was the machine's other work.
    """
    if plain is None:
        return None
    if not plain.exists():
        raise ExportError(f"there is no plain model {plain} to measure the latency against")
    runs = [_ready(path) for path in (model, plain)]
    times = [[_seconds(run) for run in runs] for _ in range(ROUNDS)]
    ours, theirs = np.median(np.sort(times, axis=0)[: ROUNDS // 10], axis=0)
    return float(ours / theirs)


def _ready(path: Path) -> Callable[[], None]:
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_path=str(path), num_threads=1)
    interpreter.allocate_tensors()
    detail = interpreter.get_input_details()[0]
    picture = np.random.default_rng(0).integers(0, 256, detail["shape"]).astype(detail["dtype"])

    def run() -> None:
        interpreter.set_tensor(detail["index"], picture)
        interpreter.invoke()

    return run


def _seconds(run: Callable[[], None]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started
