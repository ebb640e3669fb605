"""The product on one machine, as its first user meets it: start, ask, look again, delete, stop."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.pictures import b64, jpeg
from tests.servers import ROOT, free_port, local_server, one_function

pytestmark = pytest.mark.server


def test_a_photo_is_answered_kept_over_a_restart_and_deleted(tmp_path: Path) -> None:
    with local_server(tmp_path) as server:
        asked = {"image": b64(jpeg()), "explain": True, "store_image": True}
        told = server.ask("POST", "/api/disease", asked, Idempotency_Key="journey-key-1")
        assert told.status == 200
        answer = told.json
        again = server.ask("POST", "/api/disease", asked, Idempotency_Key="journey-key-1").json
        assert again == answer
        assert f"ready at {server.address}" in server.log.read_text()
        assert server.interrupt() == 0

    with local_server(tmp_path) as server:
        path, token = f"/api/cases/{answer['id']}", answer["token"]
        case = server.ask("GET", path, X_Case_Token=token).json
        assert case["answer"]["label"] == answer["label"]
        picture = server.ask("GET", f"{path}/images/1", X_Case_Token=token)
        assert picture.headers["Content-Type"] == "image/jpeg"
        assert picture.body[:3] == b"\xff\xd8\xff"
        assert server.ask("DELETE", path, X_Case_Token=token).status == 204
        assert server.ask("GET", path, X_Case_Token=token).status == 404
        assert not list((tmp_path / "blobs").rglob("*.jpg"))


@pytest.mark.parametrize("target", ["predict_malignancy", "predict_disease"])
def test_a_prediction_function_runs_alone(tmp_path: Path, target: str) -> None:
    with one_function(target, tmp_path) as server:
        told = server.ask("POST", "/", {"image": b64(jpeg())})
        assert told.status == 200
        assert f"predict_{told.json['model']['name']}" == target
        assert server.ask("GET", "/").status == 405


def test_assess_and_cases_run_alone(tmp_path: Path) -> None:
    with one_function("assess", tmp_path) as server:
        photos = [{"image": b64(jpeg(seed=seed))} for seed in range(3)]
        told = server.ask("POST", "/", {"images": photos})
        assert told.status == 200
        assert server.ask("GET", "/api/models").json["models"]
    with one_function("cases", tmp_path) as server:
        assert server.ask("GET", f"/{told.json['id']}", X_Case_Token=told.json["token"]).status == 200


def test_the_root_is_a_page_and_what_lies_outside_the_site_is_not(tmp_path: Path) -> None:
    with local_server(tmp_path) as server:
        assert server.ask("GET", "/").headers["Content-Type"].startswith("text/html")
        assert server.ask("GET", "/../../pyproject.toml").status == 404


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"PORT": "http"}, "is not a port"),
        ({"DERMALOOP_INTERPRETERS": "two", "DERMALOOP_COLOUR": "x"}, "DERMALOOP_COLOUR is not a setting"),
        ({"DERMALOOP_INTERPRETERS": "two", "DERMALOOP_COLOUR": "x"}, "DERMALOOP_INTERPRETERS='two'"),
        ({"K_SERVICE": "predict"}, "local server"),
    ],
)
def test_a_wrong_setting_ends_in_a_message(tmp_path: Path, settings: dict[str, str], said: str) -> None:
    env = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT / "functions"), "PORT": str(free_port())} | settings
    command = [sys.executable, "-m", "dermaloop.devserver"]
    ended = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_taken_port_ends_in_a_message(tmp_path: Path) -> None:
    with local_server(tmp_path) as server:
        env = {"PYTHONPATH": str(ROOT / "functions"), "PORT": server.address.rsplit(":", 1)[1]}
        command = [sys.executable, "-m", "dermaloop.devserver"]
        ended = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1
    assert "make run PORT=8081" in ended.stderr
