"""Vertex AI's custom jobs and their log entries, as far as we ask for them; jobs run when a test says so."""

import itertools
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.emulators.json_server import Answer, json_server

HOST = "VERTEX_EMULATOR_HOST"
_LABEL = re.compile(r'labels\.(\w+)="([^"]*)"')


class Vertex:
    """The jobs by name, and the lines that each wrote."""

    def __init__(self) -> None:
        self.address = ""
        self.jobs: dict[str, dict[str, Any]] = {}
        self.lines: dict[str, list[dict[str, Any]]] = {}
        self.together: threading.Barrier | None = None
        self._numbers = itertools.count(1001)
        self._lock = threading.Lock()

    def answer(self, method: str, address: str, told: Any) -> Answer:
        path, asked = urlsplit(address).path, parse_qs(urlsplit(address).query)
        if path == "/v2/entries:list":
            return 200, self._entries(told), {}
        if path.endswith("/customJobs"):
            return (200, self._create(path, told), {}) if method == "POST" else (200, self._list(asked), {})
        name, _, verb = path.removeprefix("/v1/").partition(":")
        if name not in self.jobs:
            return 404, {"error": {"status": "NOT_FOUND", "message": name}}, {}
        if verb == "cancel":
            self.jobs[name]["state"] = "JOB_STATE_CANCELLED"
            return 200, {}, {}
        return 200, self.jobs[name], {}

    def _create(self, path: str, told: dict[str, Any]) -> dict[str, Any]:
        if self.together is not None:  # everybody has looked before anybody makes one
            self.together.wait(10)
        with self._lock:
            number = next(self._numbers)
            name = f"{path.removeprefix('/v1/')}/{number}"
            made = told | {"name": name, "state": "JOB_STATE_PENDING", "createTime": f"2026-11-21T10:00:00.{number}Z"}
            self.jobs[name] = made
            return made

    def _list(self, asked: dict[str, list[str]]) -> dict[str, Any]:
        wanted = _LABEL.findall(asked["filter"][0])
        jobs = [job for job in self.jobs.values() if all(job["labels"].get(name) == value for name, value in wanted)]
        return {"customJobs": jobs} if jobs else {}

    def _entries(self, told: dict[str, Any]) -> dict[str, Any]:
        (job,) = re.findall(r'job_id="(\d+)"', told["filter"])
        newest_first = list(reversed(self.lines.get(job, [])))
        return {"entries": newest_first[: told["pageSize"]]}


@contextmanager
def vertex() -> Iterator[Vertex]:
    made = Vertex()
    with json_server(made.answer) as made.address:
        yield made
