"""Requests per second against the servers one would write otherwise, on the same cores, by turns."""

import os
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from tests.benchmarks.figures import Figure, Section, median
from tests.benchmarks.load import Line, drive, post
from tests.benchmarks.quiet import drive_quietly
from tests.benchmarks.request import ask
from tests.benchmarks.servers import OWN, ROOT, Server, running
from tests.benchmarks.stimuli import ROUTES, small_request

KERAS = ROOT / ".venv-train" / "bin" / "python"
ONNX = ROOT / ".venv-onnx" / "bin" / "python"
CLIENTS = os.cpu_count() or 1
_FLASK = (str(KERAS), "-m", "tests.benchmarks.rivals.flask_keras")
_SWAPPED = (str(ONNX), "-m", "tests.benchmarks.rivals.swapped")


def against_keras() -> Section:
    """Flask with a float32 Keras DenseNet121."""
    section = Section(key="keras", title="Against Flask with a float32 Keras DenseNet121")
    if lacking := _lacks(KERAS, "tensorflow", "flask"):
        section.skipped.append(f"Flask with Keras: {lacking}")
        return section
    with ExitStack() as servers:
        ours = (servers.enter_context(running(OWN)), ROUTES["disease"])
        plain = (servers.enter_context(running(_FLASK)), "/predict")
        traced = (servers.enter_context(running(_FLASK, env={"COMPILED": "1"})), "/predict")
        rates = _rates({"ours": ours, "plain": plain, "traced": traced}, rounds=3, seconds=5)
    section.series = rates
    section.figures = [
        _ratio("Times the requests per second of Flask with model.predict", rates, "plain", 10),
        _ratio("For comparison: where its author calls the network through tf.function", rates, "traced"),
    ]
    return section


def against_onnx() -> Section:
    """The same network and the same server on ONNX Runtime."""
    section = Section(key="onnx", title="Against ONNX Runtime on the same int8 network, in our own server")
    if lacking := _lacks(ONNX, "onnxruntime", "onnx", "ai_edge_litert"):
        section.skipped.append(f"ONNX Runtime: {lacking}")
        return section
    with ExitStack() as servers:
        ours = (servers.enter_context(running([*_SWAPPED, "litert"])), ROUTES["disease"])
        other = (servers.enter_context(running([*_SWAPPED, "onnx"])), ROUTES["disease"])
        rates = _rates({"ours": ours, "onnx": other}, rounds=10, seconds=3)
        inference = _inference({"ours": ours, "onnx": other})
    alone = {name: median(times) for name, times in inference.items()}
    section.series = rates
    section.figures = [
        _ratio("Times the requests per second of ONNX Runtime", rates, "onnx", 0.9),
        Figure(
            name="For comparison: the inference stage alone, one client, ONNX Runtime's time over ours",
            value=alone["onnx"] / alone["ours"],
            detail=f"{alone['onnx']:.2f} ms against our {alone['ours']:.2f} ms",
        ),
    ]
    return section


def _inference(servers: Mapping[str, tuple[Server, str]]) -> dict[str, list[float]]:
    """Milliseconds of each server's inference stage, by turns."""
    lines = {name: Line(server.port) for name, (server, _) in servers.items()}
    times: dict[str, list[float]] = {name: [] for name in servers}
    for _ in range(10):
        for name, (_, path) in servers.items():
            message = post(path, small_request())
            times[name] += [ask(lines[name], message)["infer"] for _ in range(20)]
    return times


def _rates(servers: Mapping[str, tuple[Server, str]], *, rounds: int, seconds: float) -> dict[str, list[float]]:
    """Requests per second of every server, round by round; the order turns with each round."""
    rates: dict[str, list[float]] = {name: [] for name in servers}
    with tempfile.TemporaryDirectory() as folder:
        body = Path(folder) / "body.json"
        body.write_bytes(small_request())
        for server, path in servers.values():
            drive(server.port, path, body, clients=CLIENTS, seconds=2)
        for round_ in range(rounds):
            names = list(servers)[:: 1 if round_ % 2 == 0 else -1]
            for name in names:
                server, path = servers[name]
                load = drive_quietly(server, path, body, clients=CLIENTS, seconds=seconds)
                if load.failed:
                    raise RuntimeError(f"{load.failed} requests to {name} failed")
                rates[name].append(load.per_second)
    return rates


def _ratio(name: str, rates: dict[str, list[float]], rival: str, limit: float | None = None) -> Figure:
    pairs = list(zip(rates["ours"], rates[rival], strict=True))
    detail = f"{median(rates['ours']):.1f}/s against {median(rates[rival]):.1f}/s with {CLIENTS} clients"
    ratios = [ours / other for ours, other in pairs]
    spread = f"{len(ratios)} rounds from {min(ratios):.2f} to {max(ratios):.2f}"
    return Figure(
        name=name,
        value=median(ratios),
        bar="at least" if limit else "none",
        limit=limit,
        detail=f"{detail}; {spread}",
    )


def _lacks(python: Path, *modules: str) -> str:
    """Why a rival cannot be run here, or nothing."""
    if not python.exists():
        return f"{python.parents[1].name} is not set up"
    asked = f"import importlib.util as u; print(*[m for m in {modules!r} if u.find_spec(m) is None])"
    missing = subprocess.run([str(python), "-c", asked], capture_output=True, text=True, check=True).stdout.strip()
    return f"{python.parents[1].name} lacks {missing}" if missing else ""
