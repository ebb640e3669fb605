"""Hosting, Cloud Storage and Identity Toolkit, as far as shipping asks them; and a gcloud that is signed in."""

import gzip
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

GCLOUD = """#!/usr/bin/env bash
case "$*" in
  *print-access-token*) echo token ;;
  "config get-value account") echo you@example.org ;;
  projects\\ describe*) echo '{"lifecycleState": "ACTIVE"}' ;;
  billing*) echo '{"billingEnabled": true, "billingAccountName": "billingAccounts/1"}' ;;
  services\\ list*) echo '[]' ;;
  *) echo "$*" >> "$GCLOUD_LOG" ;;
esac
"""


@dataclass
class Google:
    """What is kept there."""

    address: str = ""
    uploads: dict[str, bytes] = field(default_factory=dict)
    versions: dict[str, dict[str, Any]] = field(default_factory=dict)
    releases: list[str] = field(default_factory=list)
    objects: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    accounts: dict[str, dict[str, Any]] = field(default_factory=dict)

    def answer(self, method: str, path: str, query: dict[str, list[str]], body: bytes) -> tuple[int, Any]:
        for start, take in (
            ("/v1beta1/sites/", self._hosting),
            ("/upload/sites/", self._upload),
            ("/storage/", self._read),
            ("/upload/storage/", self._write),
            ("/v1/projects/", self._identity),
        ):
            if path.startswith(start):
                return take(method, path, query, body)
        return 404, None

    def page(self, path: str) -> bytes:
        """A file of the live release."""
        return gzip.decompress(self.uploads[self.versions[self.releases[-1]]["files"][path]])

    def _hosting(self, method: str, path: str, query: dict[str, list[str]], body: bytes) -> tuple[int, Any]:
        told = json.loads(body or b"{}")
        if path.endswith("/versions"):
            name = f"{path.removeprefix('/v1beta1/')}/{len(self.versions) + 1}"
            self.versions[name] = {"config": told["config"], "files": {}}
            return 200, {"name": name}
        if path.endswith(":populateFiles"):
            name = path.removeprefix("/v1beta1/").removesuffix(":populateFiles")
            self.versions[name]["files"] |= told["files"]
            return 200, {"uploadRequiredHashes": sorted(set(told["files"].values()) - self.uploads.keys())}
        if path.endswith("/releases"):
            self.releases.append(query["versionName"][0])
            return 200, {}
        if path.endswith("/channels/live"):
            return 200, {"release": {"version": {"name": self.releases[-1]}}} if self.releases else {}
        self.versions[path.removeprefix("/v1beta1/")]["status"] = told["status"]
        return 200, {}

    def _upload(self, method: str, path: str, query: dict[str, list[str]], body: bytes) -> tuple[int, Any]:
        digest = path.rsplit("/", 1)[1]
        if hashlib.sha256(body).hexdigest() != digest:
            return 400, {"error": "another file"}
        self.uploads[digest] = body
        return 200, None

    def _read(self, method: str, path: str, query: dict[str, list[str]], body: bytes) -> tuple[int, Any]:
        if path.endswith("/o"):
            return 200, {"items": [{"name": name} for name in self.objects]}
        found = self.objects.get(unquote(path.rsplit("/", 1)[1]))
        if found is None:
            return 404, None
        return 200, json.loads(found[1]) if "alt" in query else {"generation": str(found[0])}

    def _write(self, method: str, path: str, query: dict[str, list[str]], body: bytes) -> tuple[int, Any]:
        name = query["name"][0]
        generation, _ = self.objects[name]
        if str(generation) != query["ifGenerationMatch"][0]:
            return 412, {"error": "conditionNotMet"}
        self.objects[name] = (generation + 1, body)
        return 200, {}

    def _identity(self, method: str, path: str, query: dict[str, list[str]], body: bytes) -> tuple[int, Any]:
        told = json.loads(body)
        if path.endswith(":lookup"):
            return 200, {"users": [self.accounts[email] for email in told["email"] if email in self.accounts]}
        for account in self.accounts.values():
            if account["localId"] == told["localId"]:
                account["customAttributes"] = told["customAttributes"]
        return 200, {}


@contextmanager
def stand_in() -> Iterator[Google]:
    google = Google()

    class Handler(BaseHTTPRequestHandler):
        def _take(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked = urlsplit(self.path)
            status, told = google.answer(self.command, asked.path, parse_qs(asked.query), body)
            data = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PATCH = _take  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        google.address = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield google
        server.shutdown()


def fake_gcloud(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "gcloud").write_text(GCLOUD)
    (folder / "gcloud").chmod(0o755)
    return folder
