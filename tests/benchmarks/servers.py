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

from tests.servers import free_port

ROOT = Path(__file__).parents[2]
_PATH = os.pathsep.join([str(ROOT / "functions"), str(ROOT)])
OWN = (sys.executable, "-m", "dermaloop.devserver")


@dataclass(frozen=True)
class Server:
    """A running server process; gunicorn's has a worker under it."""

    port: int
    process: psutil.Popen
    started: float

    def cpu_seconds(self) -> float:
        """What the processes have taken of all cores so far."""
        family = [member.cpu_times() for member in (self.process, *self.process.children(recursive=True))]
        return float(sum(times.user + times.system for times in family))

    def megabytes(self) -> "Memory":
        family = [member.memory_info() for member in (self.process, *self.process.children(recursive=True))]
        resident = [member.rss / 2**20 for member in family]
        own = [(member.rss - getattr(member, "shared", 0)) / 2**20 for member in family]
        return Memory(worker=max(resident), family=sum(resident), own=sum(own))


@dataclass(frozen=True)
class Memory:
    """Resident memory: the largest process's, the whole family's, and of that what no file stands behind.

    Pages of libraries come and go with what else the machine does; only the last of the three tells a leak.
    """

    worker: float
    family: float
    own: float


@contextmanager
def running(
    command: Sequence[str] = OWN, *, env: Mapping[str, str] | None = None, patience: float = 120
) -> Iterator[Server]:
    """A server told its port by PORT and by `{port}` in its command, with an empty store of its own."""
    port = free_port()
    with tempfile.TemporaryDirectory() as data, (Path(data) / "log").open("w") as log:
        own = {"PORT": str(port), "HOST": "127.0.0.1", "DERMALOOP_DATA": data, "PYTHONPATH": _PATH}
        given = {**os.environ, **own, **(env or {})}
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
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(timeout=15)
    except psutil.TimeoutExpired:
        process.kill()
        process.wait()
