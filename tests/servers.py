"""Real servers for tests: started on a free port, awaited, and stopped as a person would."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Answered:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Server:
    address: str
    process: subprocess.Popen[str]
    log: Path

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answered:
        """One request; `body` is sent as JSON; header names are written with underscores."""
        data = None if body is None else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if data is not None:
            named.setdefault("Content-Type", "application/json")
        request = urllib.request.Request(self.address + path, data=data, method=method, headers=named)
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return Answered(response.status, dict(response.headers), response.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answered(error.code, dict(error.headers), error.read())

    def interrupt(self) -> int:
        """Ctrl-C, and the exit status."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=20)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def local_server(data: Path, **settings: str) -> Iterator[Server]:
    """The whole product, as `make run` starts it."""
    with _started([sys.executable, "-m", "dermaloop.devserver"], data, **settings) as server:
        yield server


@contextmanager
def one_function(target: str, data: Path, **settings: str) -> Iterator[Server]:
    """One function by itself, as Google runs it."""
    script = Path(sys.executable).with_name("functions-framework")
    source = ["--source", str(ROOT / "functions" / "main.py"), "--target", target, "--host", "127.0.0.1"]
    with _started([str(script), *source], data, **settings) as server:
        yield server


def stop(process: "subprocess.Popen[Any]") -> None:
    """Asks politely, then insists."""
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def _started(command: list[str], data: Path, **settings: str) -> Iterator[Server]:
    port = free_port()
    data.mkdir(parents=True, exist_ok=True)
    log = data / f"server-{port}.log"
    env = os.environ | {"PORT": str(port), "DERMALOOP_DATA": str(data)} | settings
    env["PYTHONPATH"] = f"{ROOT / 'functions'}{os.pathsep}{ROOT}"
    with log.open("w") as out:
        process = subprocess.Popen(command, env=env, stdout=out, stderr=subprocess.STDOUT, text=True, cwd=data)
    server = Server(f"http://127.0.0.1:{port}", process, log)
    try:
        _await(server)
        yield server
    finally:
        stop(process)


def _await(server: Server) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and server.process.poll() is None:
        try:
            server.ask("GET", "/healthz")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"the server did not start:\n{server.log.read_text()}")
