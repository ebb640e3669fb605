"""A 224x224 JPEG: the whole request on the server against the bare interpreter call on the same model."""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from dermaloop.adapters.litert import interpreter_class
from tests.benchmarks.figures import Figure, Section, median, quantile
from tests.benchmarks.load import Line, post
from tests.benchmarks.servers import ROOT, running
from tests.benchmarks.stimuli import ROUTES, small_request

MODEL = ROOT / "functions" / "models" / "disease" / "model.tflite"
ROUNDS, EACH = 24, 25


def measure() -> Section:
    bare, series = _bare_call(MODEL), {"interpreter alone": list[float](), "client": list[float]()}
    ratios = []
    message = post(ROUTES["disease"], small_request())
    with running() as server:
        line = Line(server.port)
        for round_ in range(ROUNDS + 1):
            asked = [ask(line, message) for _ in range(EACH)]
            called = [_timed(bare) for _ in range(EACH)]
            if round_ == 0:
                continue  # caches and clocks warm up
            for stages in asked:
                for name, ms in stages.items():
                    series.setdefault(name, []).append(ms)
            series["interpreter alone"] += called
            ratios.append([median([s[name] for s in asked]) / median(called) for name in ("total", "client")])
    alone = median(series["interpreter alone"])
    parts = ", ".join(f"{n} {median(v):.2f}" for n, v in series.items() if n not in ("total", "client"))
    seen, late = median(series["client"]), quantile(series["client"], 0.99)
    return Section(
        key="request",
        title="One request with a 224x224 JPEG, answered and kept",
        figures=[
            Figure(
                name="On the server, from the request's first byte read to the answer ready",
                value=median([server for server, _ in ratios]),
                bar="at most",
                limit=2.5,
                detail=f"{median(series['total']):.2f} ms against {alone:.2f} ms; medians in ms: {parts}",
            ),
            Figure(
                name="As the client sees it, with HTTP on both sides",
                value=median([client for _, client in ratios]),
                bar="at most",
                limit=2.5,
                detail=f"{seen:.2f} ms against {alone:.2f} ms; 99 % of the requests took less than {late:.1f} ms",
            ),
        ],
        series=series,
    )


def _bare_call(path: Path) -> Callable[[], object]:
    """Pixels in, invoke, outputs out, on one thread: nothing else."""
    interpreter = interpreter_class()(model_path=str(path), num_threads=1)
    interpreter.allocate_tensors()
    (given,) = interpreter.get_input_details()
    wanted = [output["index"] for output in interpreter.get_output_details()]
    pixels = np.random.default_rng(0).integers(0, 256, given["shape"], dtype=np.uint8)

    def call() -> object:
        interpreter.set_tensor(given["index"], pixels)
        interpreter.invoke()
        return [interpreter.get_tensor(index) for index in wanted]

    return call


def ask(line: Line, message: bytes) -> dict[str, float]:
    """The stages of one request as the server timed them, and what the client saw, in milliseconds."""
    start = time.perf_counter()
    status, headers, _ = line.ask(message)
    took = (time.perf_counter() - start) * 1000
    if status != 200:
        raise RuntimeError(f"the server answered {status}")
    parts = (part.split(";dur=") for part in headers["server-timing"].split(", "))
    return {**{name: float(ms) for name, ms in parts}, "client": took}


def _timed(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000
