"""Starts real servers on free ports for a measurement, waits until they answer, and stops them."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]
OWN = (sys.executable, "-m", "dermaloop.devserver")


@dataclass(frozen=True)
class Server:
    """A running server process; gunicorn's has a worker under it."""

    port: int
    process: psutil.Popen
    started: float

    def megabytes(self) -> "Memory":
        family = [self.process, *self.process.children(recursive=True)]
        return Memory(
            worker_rss=max(member.memory_info().rss for member in family) / 2**20,
            all_pss=sum(member.memory_full_info().pss for member in family) / 2**20,
        )


@dataclass(frozen=True)
class Memory:
    """The largest process's resident memory, and what the whole family takes with shared pages counted once."""

    worker_rss: float
    all_pss: float


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(
    command: Sequence[str] = OWN, *, env: Mapping[str, str] | None = None, patience: float = 120
) -> Iterator[Server]:
    """A server told its port by PORT and by `{port}` in its command, with an empty store of its own."""
    port = free_port()
    with tempfile.TemporaryDirectory() as data, (Path(data) / "log").open("w") as log:
        given = {**os.environ, "PORT": str(port), "HOST": "127.0.0.1", "DERMALOOP_DATA": data, **(env or {})}
        filled = [part.replace("{port}", str(port)) for part in command]
        started = time.perf_counter()
        process = psutil.Popen(filled, env=given, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
        try:
            _await(port, process, patience, Path(data) / "log")
            yield Server(port, process, started)
        finally:
            _stop(process)


def _await(port: int, process: psutil.Popen, patience: float, log: Path) -> None:
    end = time.perf_counter() + patience
    while time.perf_counter() < end:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=patience):
            return
        if process.poll() is not None:
            raise RuntimeError(f"the server did not start: {log.read_text()[-2000:]}")
        time.sleep(0.002)
    raise TimeoutError(f"the server was not ready after {patience:.0f} s")


def _stop(process: psutil.Popen) -> None:
    process.terminate()
    try:
        process.wait(timeout=15)
    except psutil.TimeoutExpired:
        process.kill()
        process.wait()
