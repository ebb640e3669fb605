"""The zip that is deployed: nothing in it that only developers use, and everything the nine functions need."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.infra.workspaces import Workspace

CALL = """
import sys
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request
import main
from dermaloop.web.endpoints import FUNCTIONS, endpoints

for name in FUNCTIONS:
    endpoints(name)
    assert callable(getattr(main, name))
body = {"image": sys.stdin.read()}
answer = main.predict_disease(Request(EnvironBuilder("/api/disease", method="POST", json=body).get_environ()))
assert answer.status_code == 200 and answer.json["kept"], answer.get_data()
"""


@pytest.fixture(scope="module")
def bundle(development: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bundle")
    with zipfile.ZipFile(development.folder / ".terraform" / "functions.zip") as file:
        file.extractall(folder)
    return folder


def test_it_holds_what_google_looks_for_and_nothing_of_development(bundle: Path) -> None:
    names = {path.relative_to(bundle).as_posix() for path in bundle.rglob("*") if path.is_file()}
    assert {"main.py", "requirements.txt", "models/disease/model.tflite"} <= names
    assert not [name for name in names if "__pycache__" in name or "devserver" in name or name.startswith("tests")]


def test_it_answers(bundle: Path, photo: str, tmp_path: Path) -> None:
    env = {"PYTHONPATH": str(bundle), "DERMALOOP_DATA": str(tmp_path), "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", CALL], cwd=bundle, env=env, input=photo, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
