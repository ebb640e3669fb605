"""What an entry point may load: a cold start is spent on imports first of all, and imports can be counted anywhere."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.pictures import b64, encode, jpeg, lesion

FUNCTIONS = Path(__file__).parents[1] / "functions"
BASE = {"dermaloop", "main", "msgspec", "typing_extensions", "werkzeug", "markupsafe"}
READING = {"numpy", "PIL", "ai_edge_litert"}
SPARED = {"numpy.ma", "numpy.random", "PIL.ImageCms", "pillow_heif", "dermaloop.web.openapi", "dermaloop.devserver"}
SPARED |= {"dermaloop.services.locating", "dermaloop.services.describing", "dermaloop.contract.outlines"}

ASK = """
import json, sys
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request
before = set(sys.modules)
import main
function, method, path, body = json.load(sys.stdin)
environ = EnvironBuilder(method=method, path=path, json=body, headers={"X-Case-Token": "none"}).get_environ()
status = getattr(main, function)(Request(environ)).status_code
print("\\n" + json.dumps([status, sorted(set(sys.modules) - before)]))
"""

Ask = Callable[..., tuple[int, set[str]]]


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """Sends one request to an entry point in a fresh process: its status, and every module that was loaded for it."""

    def asked(function: str, method: str, path: str, body: object = None) -> tuple[int, set[str]]:
        done = subprocess.run(
            [sys.executable, "-c", ASK],
            input=json.dumps([function, method, path, body]),
            env={"PYTHONPATH": str(FUNCTIONS), "DERMALOOP_LOG_LEVEL": "ERROR"},
            capture_output=True,
            text=True,
            check=True,
            cwd=tmp_path,
        )
        status, modules = json.loads(done.stdout.splitlines()[-1])
        return status, set(modules)

    return asked


def packages(modules: set[str]) -> set[str]:
    return {name.split(".")[0] for name in modules} - sys.stdlib_module_names


def test_showing_a_case_loads_neither_arrays_nor_pictures_nor_the_runtime(ask: Ask) -> None:
    status, modules = ask("cases", "GET", "/api/cases/none")
    assert status == 404
    assert packages(modules) <= BASE
    assert "dermaloop.adapters.litert" not in modules


@pytest.mark.parametrize("function", ["predict_malignancy", "predict_disease"])
def test_a_prediction_loads_what_it_needs_and_no_more(ask: Ask, function: str) -> None:
    status, modules = ask(function, "POST", "/", {"image": b64(jpeg())})
    assert status == 200
    assert packages(modules) <= BASE | READING
    assert not modules & SPARED


def test_an_explanation_loads_no_further_package(ask: Ask) -> None:
    status, modules = ask("predict_disease", "POST", "/", {"image": b64(jpeg()), "explain": True})
    assert status == 200
    assert packages(modules) <= BASE | READING


def test_a_heic_picture_loads_its_decoder_and_nothing_else(ask: Ask) -> None:
    status, modules = ask("predict_disease", "POST", "/", {"image": b64(encode(lesion(), "HEIF"))})
    assert status == 200
    assert packages(modules) - BASE - READING == {"pillow_heif", "_pillow_heif"} & packages(modules)
    assert "pillow_heif" in modules
