"""How long one picture takes, as a ratio to plain MobileNetV2 int8 measured in the same minute."""

import time
from pathlib import Path

import numpy as np

from model_export.errors import ExportError

ROUNDS = 60


def latency_ratio(model: Path, plain: Path | None) -> float | None:
    """The model's time over the plain one's; None where there is nothing to compare with."""
    if plain is None:
        return None
    if not plain.exists():
        raise ExportError(f"there is no plain model {plain} to measure the latency against")
    return _fastest_half(model) / _fastest_half(plain)


def _fastest_half(path: Path) -> float:
    """The median of the faster half: what is slower was the machine's other work."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_path=str(path), num_threads=1)
    interpreter.allocate_tensors()
    detail = interpreter.get_input_details()[0]
    picture = np.random.default_rng(0).integers(0, 256, detail["shape"]).astype(detail["dtype"])
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        interpreter.set_tensor(detail["index"], picture)
        interpreter.invoke()
        times.append(time.perf_counter() - started)
    return float(np.median(sorted(times)[: ROUNDS // 2]))
