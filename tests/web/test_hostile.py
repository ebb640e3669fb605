"""Hostile bodies over real HTTP: documented answers only, in bounded time and memory, and the server goes on."""

import http.client
import json
import os
import random
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image
from werkzeug.test import Client

from tests.pictures import b64, encode, jpeg, lesion
from tests.servers import Server, local_server
from tests.web.hostile import FORMATS, Hostile, chances, corpus, flipped, picture
from tests.web.sites import MEMBERS, client_of

SECONDS, MEGABYTES = 8.0, 450
ALLOWED = {400: {"invalid_json", "invalid_request", "invalid_base64"}, 413: {"too_large"}, 422: {"invalid_image"}}
MAY_BE_READ = (
    "flipped",
    "doubled",
    "bomb",
    "number",
    "duplicate",
    "cut PNG",
    "trailing",
)  # what decodes all the same is answered


class Memory(threading.Thread):
    """Watches the most memory the server holds, its workers included."""

    def __init__(self, process: int) -> None:
        super().__init__(daemon=True)
        self._process, self._ended, self.most = psutil.Process(process), threading.Event(), 0

    def run(self) -> None:
        while not self._ended.wait(0.02):
            family = [self._process, *self._process.children(recursive=True)]
            self.most = max(self.most, *(self._resident(one) for one in family))

    def stop(self) -> float:
        self._ended.set()
        self.join()
        return self.most / 2**20

    def _resident(self, process: psutil.Process) -> int:
        try:
            return int(process.memory_info().rss)
        except psutil.NoSuchProcess:
            return 0


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with local_server(tmp_path_factory.mktemp("hostile")) as running:
        yield running


def send(server: Server, body: bytes) -> tuple[int, str, bytes, float]:
    """Status, media type, body and seconds of one request."""
    began = time.perf_counter()
    connection = http.client.HTTPConnection(urlsplit(server.address).netloc, timeout=60)
    try:
        connection.request("POST", "/api/disease", body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, response.headers.get_content_type(), response.read(), time.perf_counter() - began
    finally:
        connection.close()


def complaint(hostile: Hostile, status: int, kind: str, body: bytes, took: float) -> str | None:
    """What is wrong with an answer to a hostile body, if anything."""
    told = json.loads(body)
    about = f"{hostile.kind} {hostile.body[:60]!r}: {status} {told.get('detail', '')!r} in {took:.1f} s"
    if took > SECONDS:
        return f"slow: {about}"
    if status == 200:
        return None if hostile.kind.startswith(MAY_BE_READ) else f"answered: {about}"
    if status not in ALLOWED or told.get("code") not in ALLOWED[status]:
        return f"undocumented: {about}"
    if kind != "application/problem+json" or not set(told) >= MEMBERS or told["status"] != status:
        return f"no whole problem: {about}"
    return f"chatty: {about}" if len(body) > 1500 else None


@pytest.mark.server
def test_hostile_bodies_are_refused_and_the_server_goes_on(server: Server) -> None:
    good = json.dumps({"image": b64(jpeg())}).encode()
    assert send(server, good)[0] == 200
    memory = Memory(server.process.pid)
    memory.start()
    complaints, seen = [], Counter[int]()
    for hostile in corpus():
        answered = send(server, hostile.body)
        seen[answered[0]] += 1
        complaints += [found] if (found := complaint(hostile, *answered)) else []
    most = memory.stop()
    assert not complaints
    assert seen.total() >= 300
    assert {200, 400, 413, 422} == set(seen)
    assert most < MEGABYTES
    status, _, body, took = send(server, good)
    assert status == 200
    assert json.loads(body)["label"]
    assert took < SECONDS
    log = server.log.read_text()
    assert "Traceback" not in log
    assert '"severity": "ERROR"' not in log


@pytest.mark.server
def test_many_large_pictures_at_once_take_turns(server: Server) -> None:
    large = picture(encode(Image.new("RGBA", (5090, 5090)), "PNG", compress_level=1))
    memory = Memory(server.process.pid)
    memory.start()
    with ThreadPoolExecutor(8) as clients:
        answered = list(clients.map(lambda _: send(server, large)[0], range(8)))
    assert answered == [200] * 8
    assert memory.stop() < 1.6 * MEGABYTES


@pytest.mark.server
def test_unfinished_requests_do_not_hold_the_server(server: Server) -> None:
    host, port = urlsplit(server.address).hostname, urlsplit(server.address).port
    head = f"POST /api/disease HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
    for rest in (
        "Content-Length: 30000000\r\n\r\n{",
        "Content-Length: 500\r\n\r\n{",
        "Transfer-Encoding: chunked\r\n\r\n5\r\n{",
    ):
        with socket.create_connection((host, port), timeout=10) as connection:
            connection.sendall((head + rest).encode())
    assert send(server, json.dumps({"image": b64(jpeg())}).encode())[0] == 200
    assert '"severity": "ERROR"' not in server.log.read_text()


@pytest.mark.server
def test_a_chunked_body_over_the_limit_is_refused(server: Server) -> None:
    connection = http.client.HTTPConnection(urlsplit(server.address).netloc, timeout=60)
    chunks = (b"a" * (1 << 20) for _ in range(26))
    connection.request("POST", "/api/disease", chunks, {"Content-Type": "application/json"}, encode_chunked=True)
    response = connection.getresponse()
    assert response.status == 413
    assert json.loads(response.read())["code"] == "too_large"
    connection.close()


GOOD = {kind: encode(lesion(80, 64, seed=7), kind, **options) for kind, options in FORMATS.items()}
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
FIELDS = st.sampled_from(["image", "crop", "explain", "store_image", "train_consent", "locale", "images", "x"])
DAMAGED = st.builds(
    lambda kind, seed, within: flipped(GOOD[kind], random.Random(seed), within=within),
    st.sampled_from(sorted(GOOD)),
    st.integers(0, 2**32 - 1),
    st.sampled_from([40, 200, 10**6]),
)
PICTURES = st.one_of(DAMAGED, st.binary(max_size=300), st.sampled_from(sorted(GOOD.values())))
BODIES = st.one_of(
    st.binary(max_size=400),
    ANY_JSON.map(lambda value: json.dumps(value).encode()),
    st.dictionaries(FIELDS, ANY_JSON, max_size=4).map(lambda value: json.dumps(value).encode()),
    st.builds(
        lambda data, more: json.dumps({"image": b64(data)} | more).encode(),
        PICTURES,
        st.dictionaries(FIELDS, ANY_JSON, max_size=2),
    ),
    PICTURES.map(lambda data: json.dumps({"image": b64(data), "explain": True, "store_image": True}).encode()),
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Client:
    return client_of(tmp_path_factory.mktemp("data"))


@pytest.mark.filterwarnings("ignore:Do not use the `random` module inside strategies")  # a thread of the server may
@pytest.mark.filterwarnings("ignore:::PIL")  # Pillow warns of damaged metadata, which is what is sent here
@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(body=BODIES, path=st.sampled_from(["/api/disease", "/api/assess", "/api/models/malignancy/predict"]))
@example(body=b"", path="/api/assess")
def test_any_body_is_answered_or_refused_as_documented(client: Client, body: bytes, path: str) -> None:
    began = time.perf_counter()
    response = client.post(path, data=body, content_type="application/json")
    assert time.perf_counter() - began < SECONDS
    told = response.get_json(force=True)
    if response.status_code == 200:
        assert told["label"]
        assert sum(each["probability"] for each in told["probabilities"]) == pytest.approx(1)
    else:
        assert told["code"] in ALLOWED[response.status_code]
        assert set(told) >= MEMBERS


def test_chance_gives_the_same_corpus_every_time() -> None:
    assert chances() == chances()


if __name__ == "__main__":  # what the corpus does to a server, by kind
    with local_server(Path(sys.argv[1])) as running:
        for one in corpus():
            answer = send(running, one.body)
            print(f"{answer[3]:6.2f} s {answer[0]} {one.kind:14} {len(one.body):9} {answer[2][:160]!r}")
        os.sync()
