"""What is logged: one JSON line a request in Cloud Logging's shape, and never a part of a picture, token or body."""

import io
import json
import logging
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from werkzeug.wrappers import Request

from dermaloop.web.logs import JsonLines, trace_of
from tests.pictures import b64, encode, jpeg, lesion
from tests.web.sites import client_of

PHOTO = b64(jpeg())
KEY = "very-secret-key-of-the-client"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """The log at its most talkative."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(JsonLines())
    loggers = [logging.getLogger(name) for name in ("dermaloop", "PIL", "werkzeug", "")]
    propagated, loggers[0].propagate = loggers[0].propagate, False
    levels = [logger.level for logger in loggers]
    for logger in (loggers[0], loggers[-1]):
        logger.addHandler(handler)
    for logger in loggers:
        logger.setLevel("DEBUG")
    yield out
    for logger, level in zip(loggers, levels, strict=True):
        logger.removeHandler(handler)
        logger.setLevel(level)
    loggers[0].propagate = propagated


def test_a_line_has_the_shape_cloud_logging_reads(tmp_path: Path, log: io.StringIO) -> None:
    client = client_of(tmp_path, project="a-project")
    trace = {"X-Cloud-Trace-Context": "105445aa7843bc8bf206b12000100000/1;o=1", "X-Request-Id": "request-0001"}
    assert client.post("/api/disease", json={"image": PHOTO, "explain": True}, headers=trace).status_code == 200
    line = next(json.loads(line) for line in log.getvalue().splitlines() if '"httpRequest"' in line)
    assert line["severity"] == "INFO"
    assert datetime.fromisoformat(line["time"]).tzinfo is not None
    assert line["message"] == "POST /api/disease 200"
    assert (line["request_id"], line["function"]) == ("request-0001", "predict_disease")
    assert line["logging.googleapis.com/trace"] == "projects/a-project/traces/105445aa7843bc8bf206b12000100000"
    request = line["httpRequest"]
    assert (request["requestMethod"], request["requestUrl"], request["status"]) == ("POST", "/api/disease", 200)
    assert int(request["requestSize"]) > len(PHOTO)
    assert float(request["latency"].removesuffix("s")) > 0
    stages = line["stages_ms"]
    assert {"read", "decode", "quality", "infer", "explain", "keep", "total"} <= set(stages)
    assert sum(value for name, value in stages.items() if name != "total") <= stages["total"] + 1


@pytest.mark.parametrize(
    ("headers", "trace"),
    [
        (
            {"traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
            "4bf92f3577b34da6a3ce929d0e0e4736",
        ),
        ({"X-Cloud-Trace-Context": "abc123"}, "abc123"),
        ({"X-Cloud-Trace-Context": 'a"b\nc/1'}, None),
        ({"traceparent": "00-xx"}, None),
        ({}, None),
    ],
)
def test_traces(headers: dict[str, str], trace: str | None) -> None:
    environ = {"HTTP_" + name.upper().replace("-", "_"): value for name, value in headers.items()}
    found = trace_of(Request(environ), "")
    assert found == ({"logging.googleapis.com/trace": trace} if trace else {})


def test_a_line_is_one_line_whatever_is_in_it(tmp_path: Path, log: io.StringIO) -> None:
    client_of(tmp_path).get('/api/cases/%0A{"severity":"EMERGENCY"}%0D%0A', headers={"X-Case-Token": "t"})
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert all(line["severity"] != "EMERGENCY" for line in lines)


def _bodies() -> list[object]:
    broken = jpeg()[:2000]
    return [
        {"image": PHOTO, "explain": True, "store_image": True, "train_consent": True},
        {"image": PHOTO[:-3] + "!!!"},
        {"image": "data:image/jpeg;base64," + b64(broken)},
        {"image": b64(encode(lesion(300), "PNG")[:5000])},
        {"image": b64(encode(lesion(64), "GIF"))},
        {"image": PHOTO, PHOTO: 1},
        {"image": [PHOTO]},
        {"image": PHOTO, "locale": PHOTO},
        {"image": PHOTO, "crop": PHOTO},
        [PHOTO],
        PHOTO,
    ]


def test_nothing_of_a_picture_a_token_or_a_body_is_logged(tmp_path: Path, log: io.StringIO) -> None:
    client = client_of(tmp_path)
    asked = [client.post("/api/disease", json=body, headers={"Idempotency-Key": KEY}) for body in _bodies()]
    asked.append(client.post("/api/disease", data=b'{"image": "' + PHOTO.encode(), content_type="application/json"))
    kept = asked[0].get_json()
    token = {"X-Case-Token": kept["token"]}
    assert client.get(f"/api/cases/{kept['id']}", headers=token).status_code == 200
    assert client.get(f"/api/cases/{kept['id']}/images/1", headers=token).status_code == 200
    assert client.get(f"/api/cases/{kept['id']}", headers={"X-Case-Token": "guess" + kept["token"]}).status_code == 403
    assert client.delete(f"/api/cases/{kept['id']}", headers=token).status_code == 204
    written = log.getvalue()
    assert written.count('"httpRequest"') == len(asked) + 4
    assert PHOTO[:12] in json.dumps(_bodies())
    for body in (PHOTO, b64(encode(lesion(300), "PNG")[:5000]), b64(encode(lesion(64), "GIF"))):
        assert not [place for place in range(0, len(body) - 12, 4) if body[place : place + 12] in written]
    for secret in (kept["token"], KEY, "train_consent", "base64,"):
        assert secret not in written
    for answer in asked[1:]:
        assert len(answer.data) < 1500


def test_a_prediction_that_could_not_be_kept_is_logged_with_its_cause(tmp_path: Path, log: io.StringIO) -> None:
    (tmp_path / "test.sqlite3").write_bytes(b"not a database" * 100)
    asked = {"X-Request-Id": "request-0002"}
    told = client_of(tmp_path).post("/api/disease", json={"image": PHOTO}, headers=asked).get_json()
    assert told["kept"] is False
    line = next(json.loads(line) for line in log.getvalue().splitlines() if "not kept" in line)
    assert (line["severity"], line["request_id"], line["case"]) == ("ERROR", "request-0002", told["id"])
    assert "file is not a database" in line["message"]
