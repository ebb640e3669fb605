"""The functions as Google runs them, over Firestore and Cloud Storage as Google's protocols speak them."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.emulators.fixtures import GoogleProject
from tests.pictures import b64, jpeg
from tests.servers import ROOT, free_port, local_server, one_function

pytestmark = pytest.mark.server

NEEDED = {"DERMALOOP_BACKEND": "gcp", "DERMALOOP_PROJECT": "p", "DERMALOOP_BUCKET": "b"}


def run(*command: str, folder: Path, **env: str) -> "subprocess.CompletedProcess[str]":
    base = {"PATH": os.environ["PATH"], "PYTHONPATH": f"{ROOT / 'functions'}{os.pathsep}{ROOT}"}
    return subprocess.run(command, env=base | env, cwd=folder, capture_output=True, text=True, timeout=120)


def test_a_photo_is_answered_by_one_function_shown_by_another_and_deleted(
    tmp_path: Path, google: GoogleProject
) -> None:
    asked = {"image": b64(jpeg()), "explain": True, "store_image": True}
    with one_function("predict_disease", tmp_path, **google.env) as predict:
        answer = predict.ask("POST", "/", asked, Idempotency_Key="journey-key-1").json
        assert answer["kept"]
    with one_function("predict_disease", tmp_path, **google.env) as predict:
        assert predict.ask("POST", "/", asked, Idempotency_Key="journey-key-1").json == answer
    with one_function("cases", tmp_path, **google.env) as cases:
        path, token = f"/{answer['id']}", answer["token"]
        assert cases.ask("GET", path, X_Case_Token=token).json["answer"]["label"] == answer["label"]
        assert cases.ask("GET", f"{path}/images/1", X_Case_Token=token).body[:3] == b"\xff\xd8\xff"
        assert cases.ask("DELETE", path, X_Case_Token=token).status == 204
        assert cases.ask("GET", path, X_Case_Token=token).status == 404
    assert not [path for path in tmp_path.rglob("*") if path.suffix != ".log"]


def test_stores_that_are_down_cost_an_answer_two_seconds_and_are_said_to_be_so(tmp_path: Path) -> None:
    down = NEEDED | {
        "FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{free_port()}",
        "STORAGE_EMULATOR_HOST": f"http://127.0.0.1:{free_port()}",
    }
    with one_function("predict_disease", tmp_path, DERMALOOP_MODEL_CHECK_SECONDS="3600", **down) as predict:
        predict.ask("POST", "/", {"image": b64(jpeg())})
        started = time.monotonic()
        answer = predict.ask("POST", "/", {"image": b64(jpeg()), "store_image": True})
        took = time.monotonic() - started
        assert (answer.status, answer.json["kept"], answer.json["token"]) == (200, False, None)
        assert answer.json["next_step"]["text"]
        assert took < 3.5
    with one_function("cases", tmp_path, **down) as cases:
        told = cases.ask("GET", "/c1", X_Case_Token="t")
        assert (told.status, told.json["code"], told.headers["Retry-After"]) == (503, "store_unavailable", "5")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"DERMALOOP_BACKEND": "gcp"}, ["DERMALOOP_PROJECT is needed", "DERMALOOP_BUCKET is needed"]),
        ({"K_SERVICE": "f"}, ["DERMALOOP_BACKEND=gcp is needed"]),
        (NEEDED | {"K_SERVICE": "f", "FIRESTORE_EMULATOR_HOST": "h"}, ["FIRESTORE_EMULATOR_HOST is for tests"]),
        (NEEDED | {"K_SERVICE": "f", "STORAGE_EMULATOR_HOST": "h"}, ["STORAGE_EMULATOR_HOST is for tests"]),
        (
            NEEDED | {"K_SERVICE": "f", "FIREBASE_AUTH_EMULATOR_HOST": "h", "PUBSUB_EMULATOR_HOST": "h"},
            ["FIREBASE_AUTH_EMULATOR_HOST is for tests", "PUBSUB_EMULATOR_HOST is for tests"],
        ),
        (
            NEEDED | {"FUNCTION_TARGET": "start_training"},
            [f"DERMALOOP_{name} is needed" for name in ("CALLERS", "AUDIENCES", "REGION", "TRAINING_IMAGE")],
        ),
        (NEEDED | {"FUNCTION_TARGET": "review"}, ["DERMALOOP_LINKS_ACCOUNT is needed"]),
        (NEEDED | {"K_SERVICE": "f", "IAM_EMULATOR_HOST": "h"}, ["IAM_EMULATOR_HOST is for tests"]),
        (NEEDED | {"DERMALOOP_CALLER_SIGNATURES": "none"}, ["DERMALOOP_CALLER_SIGNATURES='none'"]),
    ],
)
def test_a_function_with_wrong_settings_does_not_start(
    tmp_path: Path, settings: dict[str, str], said: list[str]
) -> None:
    framework = str(Path(sys.executable).with_name("functions-framework"))
    target = settings.get("FUNCTION_TARGET", "predict_disease")
    source = ["--source", str(ROOT / "functions" / "main.py"), "--target", target]
    ended = run(framework, *source, "--port", str(free_port()), folder=tmp_path, **settings)
    assert ended.returncode == 1
    assert all(words in ended.stderr for words in said)
    assert "Traceback" not in ended.stderr


def test_a_store_moves_to_google_and_back_by_one_command(tmp_path: Path, google: GoogleProject) -> None:
    with local_server(tmp_path / "here") as server:
        asked = {"image": b64(jpeg()), "store_image": True}
        answer = server.ask("POST", "/api/disease", asked, Idempotency_Key="journey-key-1").json
    command = [sys.executable, "-m", "dermaloop.transfer", "--to"]
    there = run(*command, "gcp", folder=tmp_path, **google.env, DERMALOOP_DATA=str(tmp_path / "here"))
    assert (there.returncode, there.stderr) == (0, "")
    assert "cases: 1 copied, 0 there already; 1 here, 1 there" in there.stdout
    back = run(*command, "local", folder=tmp_path, **google.env, DERMALOOP_DATA=str(tmp_path / "back"))
    assert "files: 1 copied" in back.stdout
    with local_server(tmp_path / "back") as server:
        again = server.ask("POST", "/api/disease", asked, Idempotency_Key="journey-key-1").json
        assert again == answer
        path = f"/api/cases/{answer['id']}/images/1"
        assert server.ask("GET", path, X_Case_Token=answer["token"]).status == 200
    assert "DERMALOOP_BUCKET is needed" in run(*command, "gcp", folder=tmp_path).stderr
