"""A fetch that breaks off goes on, and other bytes than were published are refused."""

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from model_export.download import Remote, download, fetch
from model_export.errors import ExportError

CONTENT = bytes(range(256)) * 4000


class Server(BaseHTTPRequestHandler):
    """Serves one file with ranges; the first answer may break off half-way."""

    breaking = 0
    asked: list[str | None] = []  # noqa: RUF012 - shared with the test on purpose

    def do_GET(self) -> None:
        begin = int((self.headers["Range"] or "bytes=0-").removeprefix("bytes=").split("-")[0])
        Server.asked.append(self.headers["Range"])
        self.send_response(206 if begin else 200)
        self.send_header("Content-Length", str(len(CONTENT) - begin))
        self.end_headers()
        end = len(CONTENT) // 2 if Server.breaking and not begin else len(CONTENT)
        self.wfile.write(CONTENT[begin:end])
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def address() -> Iterator[str]:
    Server.breaking, Server.asked = 0, []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/file.bin"
    server.shutdown()
    server.server_close()


def test_what_broke_off_is_continued_and_checked(address: str, tmp_path: Path) -> None:
    Server.breaking = 1
    remote = Remote(address, "file.bin", hashlib.md5(CONTENT).hexdigest())
    with pytest.raises(ExportError, match=r"broke off|cannot be reached"):
        fetch(remote, tmp_path)
    assert not (tmp_path / "file.bin").exists()
    assert fetch(remote, tmp_path).read_bytes() == CONTENT
    assert Server.asked == [None, f"bytes={len(CONTENT) // 2}-"]


def test_other_bytes_than_published_or_than_before_are_refused(address: str, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="MD5 differs"):
        fetch(Remote(address, "file.bin", "0" * 32), tmp_path)
    assert not list(tmp_path.glob("*.part"))
    path = fetch(Remote(address, "file.bin"), tmp_path)
    path.unlink()
    (tmp_path / "file.bin.sha256").write_text("0" * 64)
    with pytest.raises(ExportError, match="sha256 differs"):
        fetch(Remote(address, "file.bin"), tmp_path)


def test_an_unknown_set_and_an_unreachable_server_are_named(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="no set 'mnist'"):
        download("mnist", tmp_path)
    with pytest.raises(ExportError, match="cannot be reached"):
        fetch(Remote("http://127.0.0.1:9/file.bin", "file.bin"), tmp_path)
    with pytest.raises(ExportError, match="no web address"):
        fetch(Remote("file:///etc/hostname", "file.bin"), tmp_path)
