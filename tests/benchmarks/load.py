"""A light load generator: keep-alive clients on plain sockets, usually in a process of their own.

`python -m tests.benchmarks.load PORT PATH BODY_FILE CLIENTS SECONDS` prints what it saw as JSON. It imports only
the standard library, so that it takes little of the cores that the server needs.
"""

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

Until = Callable[[], bool]


@dataclass
class Load:
    """What the clients saw; `cpu_seconds` is what the generator took, `disturbed` the share of all cores others had."""

    latencies_ms: list[float]
    failed: int
    seconds: float
    cpu_seconds: float
    disturbed: float = 0.0

    @property
    def per_second(self) -> float:
        return len(self.latencies_ms) / self.seconds

    @property
    def share(self) -> float:
        """The part of one core that the generator took."""
        return self.cpu_seconds / self.seconds


class Line:
    """One keep-alive connection, opened anew where the server closes it."""

    def __init__(self, port: int, timeout: float = 60) -> None:
        self._port = port
        self._timeout = timeout
        self._socket: socket.socket | None = None

    def ask(self, message: bytes) -> tuple[int, dict[str, str], bytes]:
        """Sends one request and reads the whole answer: status, headers in lower case, body."""
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=self._timeout)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(message)
        head, _, rest = self._until_blank().partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        missing = int(headers.get("content-length", "0")) - len(rest)
        body = rest + self._read(missing) if missing > 0 else rest
        if headers.get("connection", "").lower() == "close" or first.startswith("HTTP/1.0"):
            self.close()
        return int(first.split()[1]), headers, body

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _until_blank(self) -> bytes:
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._some(1 << 16)
        return data

    def _read(self, size: int) -> bytes:
        parts = []
        while size > 0:
            parts.append(self._some(size))
            size -= len(parts[-1])
        return b"".join(parts)

    def _some(self, size: int) -> bytes:
        if self._socket is None or not (chunk := self._socket.recv(size)):
            raise ConnectionError("the server closed the connection in the middle of an answer")
        return chunk


def post(path: str, body: bytes) -> bytes:
    """A whole request, ready to be sent again and again."""
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    return head.encode() + b"\r\n\r\n" + body


def run_clients(port: int, messages: Sequence[bytes], clients: int, until: Until) -> Load:
    """Every client sends one message after the other, without a pause, until told to stop."""
    latencies: list[list[float]] = [[] for _ in range(clients)]
    failed = [0] * clients

    def client(index: int) -> None:
        line, turn = Line(port), index
        while not until():
            start = time.perf_counter()
            status, _, _ = line.ask(messages[turn % len(messages)])
            latencies[index].append((time.perf_counter() - start) * 1000)
            failed[index] += status != 200
            turn += 1
        line.close()

    start, cpu = time.perf_counter(), time.process_time()
    threads = [threading.Thread(target=client, args=(index,)) for index in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - start
    return Load([ms for each in latencies for ms in each], sum(failed), took, time.process_time() - cpu)


def drive(port: int, path: str, body: Path, *, clients: int, seconds: float) -> Load:
    """The same from a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.load", str(port), path, str(body), str(clients), str(seconds)]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, check=True, capture_output=True, timeout=seconds + 120, cwd=root)
    return Load(**json.loads(done.stdout))


def main(port: str, path: str, body: str, clients: str, seconds: str) -> None:
    message = post(path, Path(body).read_bytes())
    end = time.perf_counter() + float(seconds)
    load = run_clients(int(port), [message], int(clients), lambda: time.perf_counter() >= end)
    print(json.dumps(asdict(load)))


if __name__ == "__main__":
    main(*sys.argv[1:])
