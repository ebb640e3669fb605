"""What a client may send and how it is told what was wrong: base64, JSON, sizes, media types."""

import base64
import io
import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse
from werkzeug.wrappers import Request

from dermaloop.errors import InvalidBase64, InvalidRequest, TooLarge
from dermaloop.web.bodies import decode_picture, read_body
from tests.pictures import b64, encode, jpeg, lesion
from tests.web.sites import assert_problem, client_of

DATA = encode(lesion(64, seed=3), quality=80) + b"\xff\xfb\xef\xbe"  # its base64 has both + and /
PLAIN = base64.b64encode(DATA).decode()
PHOTO = b64(jpeg())
Ask = Callable[..., TestResponse]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    client = client_of(tmp_path_factory.mktemp("data"))

    def send(body: Any, path: str = "/api/disease", kind: str = "application/json", **headers: str) -> TestResponse:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return client.post(path, data=data, content_type=kind, headers=headers)

    return send


def _lines(text: str, width: int, end: str) -> str:
    return end.join(text[place : place + width] for place in range(0, len(text), width)) + end


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        base64.urlsafe_b64encode(DATA).decode(),
        _lines(PLAIN, 76, "\r\n"),
        _lines(PLAIN, 64, "\n"),
        " \t" + PLAIN + " \n",
        PLAIN.rstrip("="),
        base64.urlsafe_b64encode(DATA).decode().rstrip("="),
        "data:image/jpeg;base64," + PLAIN,
        "DATA:IMAGE/JPEG;BASE64," + PLAIN,
        "data:;base64," + PLAIN,
        "data:image/jpeg;charset=utf-8;name=mole.jpg;base64," + PLAIN,
        "data:image/heic;base64 ,\n" + _lines(PLAIN, 76, "\n"),
    ],
)
def test_base64_as_people_send_it(text: str) -> None:
    assert "+" in PLAIN
    assert "/" in PLAIN
    assert decode_picture(text, path="$.image") == DATA


@pytest.mark.parametrize("end", [0, 1, 2])
def test_padding_may_be_left_out_at_every_length(end: int) -> None:
    data = bytes(range(60 + end))
    assert decode_picture(base64.b64encode(data).decode().rstrip("="), path="$") == data


@pytest.mark.parametrize(
    "text",
    [
        "!" + PLAIN,
        PLAIN[:50] + "=" + PLAIN[50:],
        PLAIN[:50] + "*" + PLAIN[50:],
        PLAIN[: len(PLAIN) // 4 * 4 - 3],
        "é" + PLAIN,
        "data:image/jpeg," + PLAIN,
        "data:image/jpeg;base64" + PLAIN,
        "data:text/plain;charset=base64," + PLAIN,
        "data:",
        "A",
        "\x00",
        "%2B%2F",
    ],
)
def test_broken_base64_names_the_field(ask: Ask, text: str) -> None:
    assert assert_problem(ask({"image": text}), 400, "invalid_base64")["path"] == "$.image"
    told = assert_problem(ask({"images": [{"image": PHOTO}, {"image": text}]}, "/api/assess"), 400, "invalid_base64")
    assert told["path"] == "$.images[1].image"
    with pytest.raises(InvalidBase64):
        decode_picture(text, path="$")


@pytest.mark.parametrize("text", ["data:image/jpeg;base64,", "====", " ", "\n"])
def test_base64_of_nothing_is_no_picture(ask: Ask, text: str) -> None:
    assert_problem(ask({"image": text}), 422, "invalid_image")


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ([], "$"),
        (None, "$"),
        ("text", "$"),
        (7, "$"),
        ({}, "$"),
        ({"image": None}, "$.image"),
        ({"image": 7}, "$.image"),
        ({"image": ""}, "$.image"),
        ({"image": ["a"]}, "$.image"),
        ({"image": PHOTO, "explain": "yes"}, "$.explain"),
        ({"image": PHOTO, "explain": 1}, "$.explain"),
        ({"image": PHOTO, "store_image": None}, "$.store_image"),
        ({"image": PHOTO, "store_image": False, "train_consent": True}, "$"),
        ({"image": PHOTO, "locale": 5}, "$.locale"),
        ({"image": PHOTO, "locale": "e" * 36}, "$.locale"),
        ({"image": PHOTO, "consent": True}, "$"),
        ({"image": PHOTO, "Explain": True}, "$"),
        ({"image": PHOTO, "crop": []}, "$.crop"),
        ({"image": PHOTO, "crop": {"x": 0, "y": 0, "width": 1}}, "$.crop"),
        ({"image": PHOTO, "crop": {"x": 0, "y": 0, "width": 1, "hight": 1}}, "$.crop"),
        ({"image": PHOTO, "crop": {"x": "0", "y": 0, "width": 1, "height": 1}}, "$.crop.x"),
        ({"image": PHOTO, "crop": {"x": 0, "y": 0, "width": 0, "height": 1}}, "$.crop.width"),
        ({"image": PHOTO, "crop": {"x": 0.5, "y": 0, "width": 0.6, "height": 1}}, "$.crop"),
    ],
)
def test_a_wrong_shape_is_named_by_its_path(ask: Ask, body: Any, path: str) -> None:
    told = assert_problem(ask(body), 400, "invalid_request")
    assert told["path"] == path
    assert path in told["detail"]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"images": []}, "$.images"),
        ({"images": [{"image": PHOTO}] * 4}, "$.images"),
        ({"images": {"image": PHOTO}}, "$.images"),
        ({"images": [{"image": PHOTO}, {"image": 3}]}, "$.images[1].image"),
        ({"images": [{"image": PHOTO, "locale": "en"}]}, "$.images[0]"),
        ({"image": PHOTO}, "$"),
    ],
)
def test_the_same_for_several_photos(ask: Ask, body: Any, path: str) -> None:
    assert assert_problem(ask(body, "/api/assess"), 400, "invalid_request")["path"] == path


@pytest.mark.parametrize(
    "key", ["i" * 2_000_000, " - at `$.image" * 200_000, " - at `" * 300_000 + "`", "\n" * 100_000]
)
def test_a_monstrous_name_is_not_sent_back(ask: Ask, key: str) -> None:
    response = ask({key: 1})
    assert assert_problem(response, 400, "invalid_request")["path"] in ("$", "$.image")
    assert len(response.data) < 1500


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"{",
        b'{"image": ',
        b'{"image": NaN}',
        b'{"image": "a", "crop": {"x": NaN, "y": 0, "width": 1, "height": 1}}',
        b'{"image": "a", "crop": {"x": Infinity, "y": 0, "width": 1, "height": 1}}',
        b'{"image": "a",}',
        b"{'image': 'a'}",
        b'{"image": "a"} trailing',
        b'{"image": "a\nb"}',
        b'{"image": "\\ud800"}',
        b'{"image": "\\x"}',
        b"{image: 1}",
        b"image=a",
        b"\xff\xd8\xff\xe0",
        b"\0" * 50,
        '{"image": "é"}'.encode("latin-1"),
        json.dumps({"image": PHOTO}).encode("utf-16"),
        json.dumps({"image": PHOTO}).encode("utf-32"),
        b"\xef\xbb\xbf" + json.dumps({"image": PHOTO}).encode(),
    ],
)
def test_what_is_no_json_is_told_so(ask: Ask, body: bytes) -> None:
    assert_problem(ask(body), 400, "invalid_json")


@pytest.mark.parametrize("number", ["1e400", "-1e400", "9" * 5000, "0." + "0" * 5000 + "1e5200", "1e-400"])
def test_huge_numbers_are_refused_or_read_never_failed_over(ask: Ask, number: str) -> None:
    body = f'{{"image": "{PHOTO}", "crop": {{"x": 0, "y": 0, "width": {number}, "height": 1}}}}'
    assert assert_problem(ask(body.encode()), 400, "invalid_request")["path"] == "$.crop.width"


@pytest.mark.parametrize("opening", [b"[", b'{"image":', b'{"a":', b'{"image": "a", "crop": [', b'{"x": [[[{"y":'])
@pytest.mark.parametrize("depth", [50, 5000, 200_000])
def test_deep_nesting_is_refused(ask: Ask, opening: bytes, depth: int) -> None:
    response = ask(opening * depth)
    assert response.get_json(force=True)["code"] in ("invalid_json", "invalid_request")
    assert_problem(response, 400, response.get_json(force=True)["code"])


def test_of_a_key_given_twice_the_last_counts(ask: Ask) -> None:
    twice = f'{{"image": "{PHOTO}", "store_image": true, "store_image": false}}'
    told = ask(twice.encode()).get_json()
    assert told["label"]
    assert_problem(ask(f'{{"image": "{PHOTO}", "image": 5}}'.encode()), 400, "invalid_request")


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8", "Application/JSON"])
def test_json_by_any_spelling(ask: Ask, kind: str) -> None:
    assert ask({"image": PHOTO}, kind=kind).status_code == 200


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "image/jpeg", "multipart/form-data; boundary=x", "application/problem+json", "*/*"]
)
def test_other_media_types_are_refused(ask: Ask, kind: str) -> None:
    assert_problem(ask({"image": PHOTO}, kind=kind), 415, "unsupported_media")


def test_a_packed_body_is_refused(ask: Ask) -> None:
    assert_problem(ask({"image": PHOTO}, **{"Content-Encoding": "gzip"}), 415, "unsupported_media")


class Endless(io.RawIOBase):
    """A body without an end, which counts what was taken of it."""

    taken = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.taken += len(buffer)
        buffer[:] = b"a" * len(buffer)
        return len(buffer)


LIMIT = 1 << 20


@pytest.fixture
def small(tmp_path: Path) -> Client:
    return client_of(tmp_path, max_body_bytes=LIMIT)


def _chunked(stream: io.RawIOBase) -> dict[str, Any]:
    return {"wsgi.input": stream, "wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}


@pytest.mark.parametrize("length", [LIMIT + 1, 30 * LIMIT, 10**15])
@pytest.mark.parametrize("declared", [True, False])
def test_no_more_than_the_limit_is_ever_held(small: Client, length: int, declared: bool) -> None:
    stream = Endless()
    environ = {"CONTENT_LENGTH": str(length), "wsgi.input": stream} if declared else _chunked(stream)
    tracemalloc.start()
    response = small.post("/api/disease", content_type="application/json", environ_overrides=environ)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert assert_problem(response, 413, "too_large")["max_bytes"] == LIMIT
    assert peak < 3 * LIMIT
    assert stream.taken < 4 * LIMIT


def test_a_body_of_just_the_limit_is_read(small: Client) -> None:
    body = json.dumps({"image": PHOTO}).encode().ljust(LIMIT)
    assert small.post("/api/disease", data=body, content_type="application/json").status_code == 200
    chunked = small.post(
        "/api/disease",
        content_type="application/json",
        environ_overrides=_chunked(io.BytesIO(body)),  # type: ignore[arg-type]
    )
    assert chunked.status_code == 200
    assert_problem(small.post("/api/disease", data=body + b" ", content_type="application/json"), 413, "too_large")


@pytest.mark.parametrize(("declared", "error"), [(500, InvalidRequest), (5000, TooLarge)])
def test_a_client_that_hangs_up_is_no_failure_of_ours(declared: int, error: type[Exception]) -> None:
    environ = {"REQUEST_METHOD": "POST", "CONTENT_LENGTH": str(declared), "wsgi.input": io.BytesIO(b"{")}
    with pytest.raises(error):
        read_body(Request(environ), 1000)
