"""Downloads against a real server on this machine that cuts, lies, changes its mind and runs out of disk."""

import errno
import hashlib
import io
import re
import shutil
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from model_export import download as downloading
from model_export import transfer
from model_export.download import SETS, Remote, download, fetch, fetch_all, listing
from model_export.errors import ExportError

pytestmark = pytest.mark.training

BODY = bytes(range(256)) * 4000  # about a megabyte


class Quiet(ThreadingHTTPServer):
    """Clients that hang up are part of the tests."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass


class Server:
    """What the next answers will be, and which ranges were asked for."""

    def __init__(self) -> None:
        self.body = BODY
        self.etag = '"one"'
        self.ranges = True
        self.cuts: list[int] = []  # close the connection after so many bytes, once each
        self.statuses: list[int] = []  # answer with these first
        self.asked: list[str] = []
        self.others: dict[str, bytes] = {}  # bodies by path
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.answer(self)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.http = Quiet(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}/file.bin"

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        if request.path in self.others:
            self._head(request, 200, {"Content-Length": str(len(self.others[request.path]))})
            request.wfile.write(self.others[request.path])
            return None
        asked = request.headers.get("Range", "")
        self.asked.append(asked)
        if self.statuses:
            return self._head(request, self.statuses.pop(0), {"Content-Length": "0"})
        fresh = request.headers.get("If-Range", self.etag) == self.etag
        start = int(re.findall(r"\d+", asked)[0]) if asked and self.ranges and fresh else 0
        if start >= len(self.body):
            return self._head(request, 416, {"Content-Range": f"bytes */{len(self.body)}", "Content-Length": "0"})
        rest = self.body[start:]
        headers = {"Content-Length": str(len(rest)), "ETag": self.etag}
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(self.body) - 1}/{len(self.body)}"
        self._head(request, 206 if start else 200, headers)
        request.wfile.write(rest[: self.cuts.pop(0)] if self.cuts else rest)
        return None

    def _head(self, request: BaseHTTPRequestHandler, status: int, headers: dict[str, str]) -> None:
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name, value)
        request.end_headers()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    one = Server()
    thread = threading.Thread(target=one.http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield one
    one.http.shutdown()
    one.http.server_close()
    thread.join()


def remote(server: Server, **options: Any) -> Remote:
    return Remote(name="file.bin", url=server.url, size=len(server.body), **options)


def no_wait(_seconds: float) -> None:
    """Tests do not wait between tries."""


def test_a_file_arrives_whole_and_its_checksum_is_recorded(server: Server, tmp_path: Path) -> None:
    path = fetch(remote(server), tmp_path)
    assert path.read_bytes() == BODY
    assert hashlib.sha256(BODY).hexdigest() in (tmp_path / "checksums.json").read_text()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["checksums.json", "file.bin"]
    fetch(remote(server), tmp_path)
    assert server.asked == [""]


def test_cut_connections_go_on_where_they_were_cut(server: Server, tmp_path: Path) -> None:
    server.cuts = [300_000, 400_000]
    assert fetch(remote(server), tmp_path, sleep=no_wait).read_bytes() == BODY
    assert server.asked == ["", "bytes=300000-", "bytes=700000-"]


def test_a_killed_download_goes_on_in_the_next_call(server: Server, tmp_path: Path) -> None:
    server.cuts = [100_000] * transfer.TRIES
    with pytest.raises(ExportError, match=r"could not be fetched in 5 tries .* 500,000 bytes are kept, call again"):
        fetch(remote(server), tmp_path, sleep=no_wait)
    assert not (tmp_path / "file.bin").exists()
    assert fetch(remote(server), tmp_path, sleep=no_wait).read_bytes() == BODY
    assert server.asked[-1] == "bytes=500000-"


def test_a_server_without_ranges_is_begun_anew(server: Server, tmp_path: Path) -> None:
    server.ranges, server.cuts = False, [300_000]
    assert fetch(remote(server), tmp_path, sleep=no_wait).read_bytes() == BODY


def test_two_versions_of_a_file_are_never_joined(server: Server, tmp_path: Path) -> None:
    server.cuts = [300_000] + [0] * (transfer.TRIES - 1)
    with pytest.raises(ExportError, match="300,000 bytes are kept"):
        fetch(remote(server), tmp_path, sleep=no_wait)
    server.body, server.etag = BODY[::-1], '"two"'
    assert fetch(remote(server), tmp_path, sleep=no_wait).read_bytes() == BODY[::-1]


def test_a_part_that_is_whole_already_is_taken(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file.bin.part").write_bytes(BODY)
    assert fetch(remote(server), tmp_path, sleep=no_wait).read_bytes() == BODY


def test_a_part_longer_than_the_file_is_begun_anew(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file.bin.part").write_bytes(BODY + b"more")
    assert fetch(remote(server), tmp_path, sleep=no_wait).read_bytes() == BODY


def test_a_busy_server_is_asked_again_and_a_missing_file_is_not(server: Server, tmp_path: Path) -> None:
    waits: list[float] = []
    server.statuses = [503, 429]
    assert fetch(remote(server), tmp_path, sleep=waits.append).read_bytes() == BODY
    assert waits == [2.0, 4.0]
    (tmp_path / "file.bin").unlink()
    server.statuses = [404]
    with pytest.raises(ExportError, match=r"answers 404 Not Found; see the set's page for its new address"):
        fetch(remote(server), tmp_path, sleep=no_wait)


@pytest.mark.parametrize("kind", ["md5", "sha256"])
def test_a_published_checksum_is_held_against_what_arrives(server: Server, tmp_path: Path, kind: str) -> None:
    right = hashlib.new(kind, BODY).hexdigest()
    fetch(remote(server, **{kind: right}), tmp_path / "right")
    with pytest.raises(ExportError, match=r"was damaged on its way; it is removed, call again"):
        fetch(remote(server, **{kind: "0" * len(right)}), tmp_path / "wrong")
    assert not list((tmp_path / "wrong").glob("file.bin*"))


def test_a_file_that_changed_since_is_refused(server: Server, tmp_path: Path) -> None:
    fetch(remote(server), tmp_path)
    (tmp_path / "file.bin").write_bytes(BODY[:-1])
    with pytest.raises(ExportError, match=r"has changed since it was fetched; it is removed"):
        fetch(remote(server), tmp_path)
    server.body = BODY[::-1]
    with pytest.raises(ExportError, match=r"published anew, take its line out of .*checksums\.json"):
        fetch(remote(server), tmp_path)


def test_too_little_space_is_told_before_anything_is_fetched(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    little = shutil.disk_usage(tmp_path)._replace(free=1_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: little)
    with pytest.raises(ExportError, match=r"has 0\.0 GB free; 0\.2 GB are needed"):
        fetch_all((remote(server),), tmp_path)
    assert server.asked == []
    with pytest.raises(ExportError, match=r"file\.bin needs 0\.2 GB more\. .*what was fetched is kept"):
        fetch(remote(server), tmp_path)


def test_a_disk_that_fills_keeps_what_came(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class FullDisk(NamedTuple):
        body: Any

        def read(self, amount: int) -> bytes:
            if self.body.length is not None and self.body.length < 500_000:
                raise OSError(errno.ENOSPC, "No space left on device")
            return bytes(self.body.read(amount))

    copy = transfer._copy
    monkeypatch.setattr(transfer, "_copy", lambda body, part, answer: copy(FullDisk(body), part, answer))
    with pytest.raises(ExportError, match=r"the disk of .* is full; [\d,]+ bytes of file\.bin are kept\. Free some"):
        fetch(remote(server), tmp_path, sleep=no_wait)
    monkeypatch.undo()
    assert fetch(remote(server), tmp_path, sleep=no_wait).read_bytes() == BODY
    assert server.asked[1].startswith("bytes=")


def archive(**files: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, text in files.items():
            packed.writestr(name.replace("__", "/").replace("_dots_", ".."), text)
    return out.getvalue()


def test_archives_are_unpacked_below_the_folder_only(server: Server, tmp_path: Path) -> None:
    server.body = archive(inside__a="1", _dots___outside="2")
    fetch(remote(server, unpack=True), tmp_path / "data")
    assert (tmp_path / "data" / "inside" / "a").read_text() == "1"
    assert not (tmp_path / "outside").exists()


def test_an_archive_that_is_none_is_named(server: Server, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"file\.bin cannot be unpacked into .*; remove it and call again"):
        fetch(remote(server, unpack=True), tmp_path)


def test_spoilt_checksums_are_named(server: Server, tmp_path: Path) -> None:
    (tmp_path / "checksums.json").write_text("{")
    with pytest.raises(ExportError, match=r"checksums\.json: .*; remove it, and the next download records"):
        fetch(remote(server), tmp_path)


def test_the_table_says_licence_size_and_page_of_every_set() -> None:
    assert {"ham10000", "isic2016", "isic2017", "isic2018", "isic2019", "isic2020", "pad_ufes_20"} <= SETS.keys()
    for name, one in SETS.items():
        assert one.licence
        assert one.page.startswith("https://")
        assert bool(one.files) != bool(one.by_hand), name
        assert all(file.url.startswith("https://") and file.size > 1000 for file in one.files)
        assert name in listing()


def test_an_unknown_set_and_one_behind_an_account_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"(?s)no set 'mnist'; these are known:\nham10000 .*CC BY-NC 4\.0"):
        download("mnist", tmp_path)
    with pytest.raises(ExportError, match="Kaggle asks for an account: download the archive"):
        download("benign_malignant", tmp_path)


def test_a_set_is_fetched_file_by_file(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = downloading.PublicSet("about", "page", "CC-0", (remote(server),))
    monkeypatch.setitem(SETS, "made", one)
    assert download("made", tmp_path) == [tmp_path / "file.bin"]


LISTING = """{"status": "OK", "data": {"latestVersion": {"files": [
  {"label": "a", "dataFile": {"id": 7, "md5": "%s"}},
  {"label": "b.tab", "dataFile": {"id": 8, "md5": "0", "tabularData": true}}]}}}"""


def test_a_dataverse_is_asked_for_what_it_published(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    right, host = hashlib.md5(BODY).hexdigest(), server.url.removesuffix("file.bin")
    files = tuple(Remote(name=f"{n}.bin", url=f"{host}{n}", size=len(BODY)) for n in (7, 8))
    one = downloading.PublicSet("about", "page", "CC-0", files, dataverse=f"{host}listing")
    monkeypatch.setitem(SETS, "made", one)
    server.others["/listing"] = (LISTING % right).encode()
    assert [path.name for path in download("made", tmp_path / "right")] == ["7.bin", "8.bin"]
    server.others["/listing"] = (LISTING % ("0" * 32)).encode()
    with pytest.raises(ExportError, match=r"7\.bin was damaged on its way"):
        download("made", tmp_path / "wrong")
    server.others["/listing"] = b"<html>"
    with pytest.raises(ExportError, match=r"listing does not say what was published: .*; try again later"):
        download("made", tmp_path / "none")


def test_a_shorter_file_leaves_nothing_of_a_longer_one_behind(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file.bin.part").write_bytes(b"x" * 2000)
    server.ranges, server.body = False, BODY[:1000]
    assert fetch(remote(server), tmp_path, sleep=no_wait).read_bytes() == BODY[:1000]
