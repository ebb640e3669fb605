"""Every documented error is reachable and whole; nothing else leaks, into answers, headers or logs."""

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client, EnvironBuilder, TestResponse
from werkzeug.wrappers import Request

from dermaloop import errors, web
from dermaloop.adapters.sqlite import SqliteRecords
from dermaloop.contract.images import Pixels
from dermaloop.devserver import LocalSite
from dermaloop.errors import DermaloopError, StoreUnavailable
from dermaloop.ports import Scores
from dermaloop.web.limits import RateLimit
from dermaloop.web.logs import JsonLines
from dermaloop.web.openapi import document
from tests.fakes import FixedClassifiers
from tests.pictures import b64, encode, jpeg, lesion
from tests.web.sites import ORIGIN, assert_problem, client_of, site

PHOTO = b64(jpeg())
SECURITY = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


@pytest.fixture
def client(tmp_path: Path) -> Client:
    return client_of(tmp_path)


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """What goes to the log, line by line, as it is written."""
    written: list[str] = []

    class Keeping(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(self.format(record))

    handler = Keeping()
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("dermaloop")
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel("INFO")
    yield written
    logger.removeHandler(handler)
    logger.setLevel(before)


def post(client: Client, path: str = "/api/disease", body: Any = None, **headers: str) -> TestResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(path, json={"image": PHOTO} if body is None else body, headers=named)


def test_unauthenticated_forbidden_and_not_found(client: Client) -> None:
    kept = post(client).get_json()
    address = f"/api/cases/{kept['id']}"
    missing = client.get(address)
    assert_problem(missing, 401, "unauthenticated")
    assert missing.headers["WWW-Authenticate"] == "CaseToken"
    assert_problem(client.get(address, headers={"X-Case-Token": "wrong"}), 403, "forbidden")
    assert_problem(client.delete(address, headers={"X-Case-Token": "wrong"}), 403, "forbidden")
    assert client.get(address, headers={"X-Case-Token": kept["token"]}).status_code == 200
    token = {"X-Case-Token": kept["token"]}
    assert_problem(client.get(f"{address}/images/1", headers=token), 404, "not_found")
    assert_problem(client.get("/api/cases/0123", headers=token), 404, "not_found")
    assert_problem(post(client, "/api/models/unknown/predict"), 404, "not_found")
    assert_problem(client.get("/api/nowhere"), 404, "not_found")


def test_a_picture_that_cannot_be_read(client: Client) -> None:
    assert_problem(post(client, body={"image": b64(b"no picture")}), 422, "invalid_image")
    assert_problem(post(client, body={"image": b64(encode(lesion(20), "PNG"))}), 422, "invalid_image")


@pytest.mark.parametrize("key", ["short", "k" * 201, "with space", "tab\tinside", "ключ-ключ"])
def test_an_odd_idempotency_key_is_refused(client: Client, key: str) -> None:
    response = client.post(
        "/api/disease", json={"image": PHOTO}, headers={"Idempotency-Key": key.encode().decode("latin-1")}
    )
    assert assert_problem(response, 400, "invalid_request")["path"] == "Idempotency-Key"


def test_a_key_used_for_something_else_is_a_conflict(client: Client) -> None:
    assert post(client, Idempotency_Key="key-number-1").status_code == 200
    other = {"image": PHOTO, "locale": "ko"}
    assert_problem(post(client, body=other, Idempotency_Key="key-number-1"), 409, "conflict")


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("GET", "/api/disease", "OPTIONS, POST"),
        ("PUT", "/api/assess", "OPTIONS, POST"),
        ("POST", "/api/models", "GET, OPTIONS"),
        ("POST", "/api/cases/abc", "DELETE, GET, OPTIONS"),
        ("PATCH", "/api/cases/abc/images/1", "GET, OPTIONS"),
    ],
)
def test_another_method_is_told_which_there_are(client: Client, method: str, path: str, allow: str) -> None:
    response = client.open(path, method=method)
    assert_problem(response, 405, "method_not_allowed")
    assert response.headers["Allow"] == allow


def test_too_many_requests_are_told_when_to_come_back(tmp_path: Path) -> None:
    client = client_of(tmp_path, per_minute=2)
    addresses = {"REMOTE_ADDR": "192.0.2.7"}
    told = [client.get("/api/models", environ_overrides=addresses) for _ in range(3)]
    assert [response.status_code for response in told] == [200, 200, 429]
    assert assert_problem(told[2], 429, "rate_limited")["retry_after"] == int(told[2].headers["Retry-After"]) > 0
    assert client.get("/api/models", environ_overrides={"REMOTE_ADDR": "192.0.2.8"}).status_code == 200
    assert client.get("/healthz", environ_overrides=addresses).status_code == 200


def test_waiting_as_told_is_enough() -> None:
    now = [0.0]
    limit = RateLimit(6, clock=lambda: now[0])
    for _ in range(6):
        limit.spend("one")
    with pytest.raises(errors.RateLimited) as refused:
        limit.spend("one")
    now[0] += float(str(refused.value.extensions["retry_after"]))
    limit.spend("one")


def test_a_model_or_a_store_that_is_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_of(tmp_path)

    def unavailable(*_: object, **__: object) -> None:
        raise StoreUnavailable("The store cannot be reached just now. Please try again.")

    kept = post(client).get_json()
    monkeypatch.setattr(SqliteRecords, "case", unavailable)
    down = client.get(f"/api/cases/{kept['id']}", headers={"X-Case-Token": kept["token"]})
    assert_problem(down, 503, "store_unavailable")
    assert down.headers["Retry-After"] == "5"

    def broken(*_: object) -> None:
        raise errors.ModelUnavailable("This model cannot be used just now. Please try again later.")

    monkeypatch.setattr(FixedClassifiers, "champion", broken)
    assert_problem(post(client), 503, "model_unavailable")


def test_every_code_is_documented_with_its_status() -> None:
    said = json.dumps(document()["paths"])
    for error in DermaloopError.__subclasses__():
        assert f"`{error.code}`" in said, error.code
    for path, operations in document()["paths"].items():
        for operation in operations.values():
            assert {"405", "429"} <= set(operation["responses"]), path


def test_a_failure_of_ours_is_logged_and_says_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: list[str]
) -> None:
    def fails(self: object, pixels: Pixels) -> Scores:
        raise RuntimeError("the secret inside of the machine")

    monkeypatch.setattr("tests.fakes.FixedClassifier.scores", fails)
    response = post(client_of(tmp_path), X_Request_Id="seen-by-client-1")
    told = assert_problem(response, 500, "internal")
    assert told["request_id"] == "seen-by-client-1"
    assert "seen-by-client-1" in told["detail"]
    for leak in ("secret", "RuntimeError", "Traceback", "fakes", ".py"):
        assert leak not in response.get_data(as_text=True)
    failure, request = (json.loads(line) for line in lines)
    assert failure["request_id"] == "seen-by-client-1"
    assert "RuntimeError: the secret inside" in failure["stack_trace"]
    assert failure["severity"] == request["severity"] == "ERROR"
    assert request["httpRequest"]["status"] == 500


def test_a_preflight_from_an_allowed_origin(client: Client) -> None:
    asked = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}
    response = client.options("/api/disease", headers=asked)
    assert response.status_code == 204
    assert response.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert response.headers["Access-Control-Allow-Methods"] == "OPTIONS, POST"
    allowed = response.headers["Access-Control-Allow-Headers"].lower()
    for header in ("content-type", "idempotency-key", "x-case-token"):
        assert header in allowed
    assert "Origin" in response.headers["Vary"]
    assert "Access-Control-Allow-Credentials" not in response.headers


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "*", "", ORIGIN + ".evil.example", ORIGIN.upper()])
@pytest.mark.parametrize("method", ["OPTIONS", "POST"])
def test_any_other_origin_gets_no_permission(client: Client, origin: str, method: str) -> None:
    response = client.open("/api/disease", method=method, json={"image": PHOTO}, headers={"Origin": origin})
    assert not [name for name, _ in response.headers if name.startswith("Access-Control-")]
    assert "Origin" in response.headers["Vary"]


def test_an_error_can_be_read_by_an_allowed_origin(client: Client) -> None:
    response = client.post("/api/disease", json={}, headers={"Origin": ORIGIN})
    assert_problem(response, 400, "invalid_request")
    assert response.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "X-Request-Id" in response.headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/models"),
        ("POST", "/api/disease"),
        ("OPTIONS", "/api/assess"),
        ("GET", "/api/nope"),
        ("GET", "/healthz"),
    ],
)
def test_security_headers_are_on_every_answer(client: Client, method: str, path: str) -> None:
    headers = client.open(path, method=method).headers
    assert {name: headers.get(name) for name in SECURITY} == SECURITY
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "max-age=" in headers["Strict-Transport-Security"]
    assert re.search(r"\btotal;dur=\d", headers["Server-Timing"])


@pytest.mark.parametrize("asked", ["abcdefgh", "a-b_c.D" * 9])
def test_a_sane_request_id_is_kept(client: Client, asked: str) -> None:
    assert client.get("/healthz", headers={"X-Request-Id": asked}).headers["X-Request-Id"] == asked


@pytest.mark.parametrize(
    "asked", ["", "short", "x" * 65, "white space", "<script>alert(1)", "ümlaut-id", 'quote"quote"']
)
def test_any_other_request_id_is_replaced(client: Client, asked: str) -> None:
    given = [client.get("/healthz", headers={"X-Request-Id": asked}).headers["X-Request-Id"] for _ in range(2)]
    assert all(re.fullmatch(r"[0-9a-f]{16}", one) for one in given)
    assert given[0] != given[1]


@pytest.mark.parametrize(
    ("function", "path", "method", "status"),
    [
        ("predict_disease", "/", "POST", 200),
        ("predict_disease", "", "POST", 200),
        ("predict_disease", "/api/disease", "POST", 200),
        ("predict_disease", "/api/disease/", "POST", 200),
        ("predict_malignancy", "/", "POST", 200),
        ("predict_malignancy", "/api/disease", "POST", 404),
        ("predict_disease", "/elsewhere", "POST", 404),
        ("assess", "/api/models", "GET", 200),
        ("cases", "/0123456789", "GET", 401),
        ("cases", "/", "GET", 404),
        ("predict_disease", "/healthz", "GET", 200),
    ],
)
def test_a_function_answers_at_its_own_address_and_behind_hosting(
    tmp_path: Path, function: str, path: str, method: str, status: int
) -> None:
    builder = EnvironBuilder(path=path, method=method, json={"image": PHOTO} if method == "POST" else None)
    assert web.answer(function, Request(builder.get_environ()), site(tmp_path)).status_code == status


@pytest.mark.parametrize("path", ["/%00", "/../../../../../../..", "/" + "a" * 4000, "/%ff%fe", "/index.html/x"])
def test_an_odd_address_is_simply_not_there(tmp_path: Path, path: str) -> None:
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "index.html").write_text("<p>site</p>")
    client = Client(LocalSite(site(tmp_path), frontend=tmp_path / "dist"))
    assert client.get(path).status_code == 404
    assert client.get("/").get_data(as_text=True) == "<p>site</p>"


def test_head_is_answered_like_get_without_a_body(tmp_path: Path) -> None:
    client = client_of(tmp_path)
    assert client.head("/api/models").status_code == 200
    assert client.head("/api/models").data == b""
    assert client.head("/api/disease").status_code == 405
