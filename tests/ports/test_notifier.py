"""The Notifier port: what reaches a mail server, a device and a folder, and what happens where they do not answer."""

import email
import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.policy import default
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from dermaloop.adapters.channels import ChannelNotifier
from dermaloop.adapters.fcm import FcmNotifier
from dermaloop.adapters.outbox import OutboxNotifier
from dermaloop.adapters.smtp import SmtpNotifier
from dermaloop.errors import StoreUnavailable
from dermaloop.ports import Notice
from dermaloop.records.following import DeviceAddress, EmailAddress
from dermaloop.wiring import Settings, build

NOTICE = Notice("reminder-1", EmailAddress(value="someone@example.org"), "zh-TW", "該看看了", "請再看一次。")
PUSH = Notice("reminder-1", DeviceAddress(value="device-token"), "en", "Look", "Again.")


@contextmanager
def serving(server: socketserver.BaseServer) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]  # type: ignore[index, misc]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Mail(socketserver.StreamRequestHandler):
    """As much of SMTP as one message needs."""

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline().strip().upper():
            if line == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                lines = []
                while (said := self.rfile.readline()) != b".\r\n":
                    lines.append(said)
                self.server.got.append(b"".join(lines))  # type: ignore[attr-defined]
            self.wfile.write(b"221 bye\r\n" if line == b"QUIT" else b"250 ok\r\n")
            if line == b"QUIT":
                return


def test_an_email_arrives_whole_and_a_repeat_is_known_by_its_id() -> None:
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Mail)
    server.got = []  # type: ignore[attr-defined]
    with serving(server) as port:
        notifier = SmtpNotifier(host="127.0.0.1", port=port, sender="Dermaloop <no-reply@dermaloop.example>")
        for _ in range(2):
            notifier.send(NOTICE)
    first, second = (email.message_from_bytes(data, policy=default) for data in server.got)  # type: ignore[attr-defined]
    assert (first["To"], first["Subject"]) == ("someone@example.org", "該看看了")
    assert "請再看一次" in first.get_content()
    assert first["Message-ID"] == second["Message-ID"] == "<reminder-1@dermaloop.example>"


def test_a_mail_server_that_is_not_there_is_ours_and_leaks_no_address(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(StoreUnavailable):
        SmtpNotifier(host="127.0.0.1", port=1, sender="a@b.example").send(NOTICE)
    assert "someone@" not in caplog.text


class _Push(BaseHTTPRequestHandler):
    """Answers each message with the next status of a plan."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.got.append((self.path, body))  # type: ignore[attr-defined]
        self.send_response(self.server.plan.pop(0))  # type: ignore[attr-defined]
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


def test_a_push_message_arrives_and_a_device_that_is_gone_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    server = HTTPServer(("127.0.0.1", 0), _Push)
    server.plan, server.got = [200, 404, 503], []  # type: ignore[attr-defined]
    with serving(server) as port:
        monkeypatch.setenv("FCM_EMULATOR_HOST", f"http://127.0.0.1:{port}")
        notifier = FcmNotifier(project="p")
        notifier.send(PUSH)
        notifier.send(PUSH)
        with pytest.raises(StoreUnavailable):
            notifier.send(PUSH)
    path, body = server.got[0]  # type: ignore[attr-defined]
    assert path == "/v1/projects/p/messages:send"
    assert (body["message"]["token"], body["message"]["android"]["collapse_key"]) == ("device-token", "reminder-1")


def test_in_a_folder_the_same_notice_is_one_file(tmp_path: Path) -> None:
    for _ in range(2):
        OutboxNotifier(tmp_path / "outbox").send(NOTICE)
    (file,) = (tmp_path / "outbox").iterdir()
    assert json.loads(file.read_bytes())["to"]["value"] == "someone@example.org"


def test_a_channel_that_is_not_set_up_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="email"):
        ChannelNotifier({"push": OutboxNotifier(tmp_path)}).send(NOTICE)


def test_a_mail_server_needs_a_sender() -> None:
    with pytest.raises(SystemExit, match="SMTP_SENDER"):
        Settings.from_env({"DERMALOOP_SMTP_HOST": "mail.example"})


def test_locally_what_is_sent_lies_in_the_outbox(tmp_path: Path) -> None:
    world = build(Settings(data=str(tmp_path))).world
    world.notifier.send(PUSH)
    assert (tmp_path / "outbox" / "reminder-1.json").exists()
