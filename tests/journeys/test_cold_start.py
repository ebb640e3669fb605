"""What a cold start imports and costs: each function pays for what it uses, and the local backend for no cloud."""

import json
import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.emulators.fixtures import GoogleProject
from tests.pictures import b64, jpeg
from tests.servers import ROOT, free_port, one_function

pytestmark = pytest.mark.server

CLOUD = {"google.auth", "urllib3"}
MODELS = {"numpy", "PIL", "ai_edge_litert"}
NEVER = {"google.api_core", "grpc", "requests", "firebase_admin", "tensorflow", "pandas", "pillow_heif", "reportlab"}
WATCHED = sorted(CLOUD | MODELS | NEVER)
ASK = f"""
import json, sys
import main
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request
function, method, path = sys.argv[1:4]
body = json.load(sys.stdin) if method == "POST" else None
asked = EnvironBuilder(method=method, path=path, json=body, headers={{"X-Case-Token": "t"}})
status = getattr(main, function)(Request(asked.get_environ())).status_code
loaded = [name for name in {WATCHED!r} if name in sys.modules]
print(json.dumps([status, len(sys.modules), loaded]))
"""


def imported(function: str, method: str, path: str, folder: Path, **env: str) -> tuple[int, int, set[str]]:
    """The status of one request to a fresh process, how many modules that took, and which of those that are heavy."""
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "functions"), "DERMALOOP_LOG_LEVEL": "ERROR"} | env
    body = json.dumps({"image": b64(jpeg())})
    command = [sys.executable, "-c", ASK, function, method, path]
    told = subprocess.run(command, env=env, cwd=folder, input=body, capture_output=True, text=True, check=True)
    status, modules, loaded = json.loads(told.stdout.splitlines()[-1])
    return status, modules, set(loaded)


@pytest.mark.parametrize(
    ("function", "method", "path", "status", "loads"),
    [
        ("cases", "GET", "/api/cases/c1", 404, set()),
        ("care", "GET", "/api/care/nothing", 404, set()),
        ("review", "GET", "/api/review/queue", 401, {"numpy", "PIL"}),
        ("admin", "GET", "/api/admin/runs", 401, {"numpy", "PIL"}),  # it takes in archives of pictures
        ("start_training", "POST", "/api/events/training-requested", 401, set()),
        ("sweep", "POST", "/api/sweep", 401, {"numpy"}),  # it says how new an image looks
        ("predict_disease", "POST", "/api/disease", 200, MODELS),
        ("predict_malignancy", "POST", "/api/malignancy", 200, MODELS),
        ("assess", "GET", "/api/models", 200, MODELS),
    ],
)
def test_a_function_loads_what_it_uses(
    tmp_path: Path, google: GoogleProject, function: str, method: str, path: str, status: int, loads: set[str]
) -> None:
    answered, few, local = imported(function, method, path, tmp_path)
    assert (answered, local) == (status, loads)
    answered, many, cloud = imported(function, method, path, tmp_path, **google.env)
    assert (answered, cloud) == (status, loads | CLOUD)
    assert many - few < 750


def test_google_costs_a_cold_start_less_than_the_start_itself(tmp_path: Path, google: GoogleProject) -> None:
    """Processor time from the start to the first answer, which other work on the machine hardly changes."""
    local = min(first_answer(tmp_path) for _ in range(2))
    cloud = min(first_answer(tmp_path, **google.env) for _ in range(2))
    assert cloud < local * 2


def first_answer(folder: Path, **env: str) -> float:
    with one_function("predict_disease", folder / str(free_port()), **env) as server:
        assert server.ask("POST", "/", {"image": b64(jpeg())}).json["kept"]
        parent = psutil.Process(server.process.pid)
        spent = [process.cpu_times() for process in (parent, *parent.children(recursive=True))]
    return float(sum(times.user + times.system for times in spent))
