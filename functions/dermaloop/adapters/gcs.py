"""Blobs in a Cloud Storage bucket: written under generation preconditions, read with their checksum verified."""

import base64
import json
import mimetypes
import secrets
from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode

import google_crc32c

from dermaloop.adapters.google_patience import Again, patiently, reached
from dermaloop.adapters.google_rest import Answer, GoogleService, Refused
from dermaloop.adapters.keys import parts
from dermaloop.errors import Conflict, NotFound
from dermaloop.ports import Blob

_MARK = "mark"
_PAGE = 1000
_AT_ONCE = 8 * 2**20
"""What is larger is sent in pieces of this size; where one is lost, the rest goes on from what arrived."""
_MISSING, _OVERTAKEN = 404, 412
_PICTURES = "images/"


class GcsBlobs:
    """The Blobs port on one bucket, or on two: one keeps every version of models, the other nothing that was deleted.

    It connects at the first call, so that a server may fork before.
    """

    def __init__(self, *, bucket: str, models_bucket: str = "") -> None:
        self._service = GoogleService("https://storage.googleapis.com", emulator="STORAGE_EMULATOR_HOST")
        self._pictures = bucket
        self._models = models_bucket or bucket

    def read(self, key: str) -> Blob:
        def attempt(_: int) -> Blob:
            try:
                return self._read(key)
            except Refused as error:
                if error.status == _MISSING:
                    raise NotFound("There is no such file.") from error
                raise

        return reached(attempt)

    def write(self, key: str, data: bytes, *, expected: int | None = None) -> int:
        mark = secrets.token_hex(8)
        return reached(lambda _: self._write("/".join(parts(key)), data, expected, mark))

    def delete(self, key: str) -> None:
        def attempt(_: int) -> None:
            try:
                self._service.send("DELETE", self._place(key))
            except Refused as error:
                if error.status != _MISSING:
                    raise

        reached(attempt)

    def keys(self, prefix: str) -> Iterator[str]:
        """In UTF-8 order, as Cloud Storage lists them."""
        folder, token = f"{'/'.join(parts(prefix))}/", ""
        while True:
            told = reached(partial(self._page, folder, token))
            yield from (each["name"] for each in told.get("items", ()))
            token = told.get("nextPageToken", "")
            if not token:
                return

    def _objects(self, name: str) -> str:
        return f"/storage/v1/b/{self._pictures if name.startswith(_PICTURES) else self._models}/o"

    def _place(self, key: str) -> str:
        name = "/".join(parts(key))
        return f"{self._objects(name)}/{quote(name, safe='')}"

    def _read(self, key: str) -> Blob:
        answer = self._service.send("GET", f"/download{self._place(key)}?alt=media")
        sums = dict(each.strip().split("=", 1) for each in answer.headers.get("x-goog-hash", "").split(",") if each)
        if sums.get("crc32c") != _checksum(answer.body):
            raise Again(f"{key} arrived damaged, or without its checksum")
        return Blob(data=answer.body, generation=int(answer.headers["x-goog-generation"]))

    def _write(self, name: str, data: bytes, expected: int | None, mark: str) -> int:
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        told = {"name": name, "contentType": kind, "crc32c": _checksum(data), "metadata": {_MARK: mark}}
        asked = {} if expected is None else {"ifGenerationMatch": str(expected)}
        try:
            answer = self._send(told, data, asked) if len(data) <= _AT_ONCE else self._send_large(told, data, asked)
        except Refused as error:
            if error.status == _OVERTAKEN:
                return self._written_before(name, mark)
            raise
        return int(answer.json["generation"])

    def _send(self, told: dict[str, Any], data: bytes, asked: dict[str, str]) -> Answer:
        border = secrets.token_hex(16)
        head = f"--{border}\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n{json.dumps(told)}\r\n"
        head += f"--{border}\r\nContent-Type: {told['contentType']}\r\n\r\n"
        body = head.encode() + data + f"\r\n--{border}--".encode()
        address = f"/upload{self._objects(told['name'])}?{urlencode({'uploadType': 'multipart'} | asked)}"
        return self._service.send("POST", address, body, {"Content-Type": f"multipart/related; boundary={border}"})

    def _send_large(self, told: dict[str, Any], data: bytes, asked: dict[str, str]) -> Answer:
        address = f"/upload{self._objects(told['name'])}?{urlencode({'uploadType': 'resumable'} | asked)}"
        headers = {"Content-Type": "application/json", "X-Upload-Content-Length": str(len(data))}
        session = self._service.send("POST", address, json.dumps(told).encode(), headers).headers["location"]
        answer = patiently(partial(self._go_on, session, data, 0))
        while answer.status == 308:
            answer = patiently(partial(self._go_on, session, data, _received(answer)))
        return answer

    def _go_on(self, session: str, data: bytes, start: int, tries: int) -> Answer:
        """Sends the next piece; after a failure from where Cloud Storage says that it stopped."""
        if tries:
            answer = self._service.send("PUT", session, b"", {"Content-Range": f"bytes */{len(data)}"})
            if answer.status != 308:
                return answer
            start = _received(answer)
        piece = data[start : start + _AT_ONCE]
        place = f"bytes {start}-{start + len(piece) - 1}/{len(data)}"
        return self._service.send("PUT", session, piece, {"Content-Range": place})

    def _written_before(self, name: str, mark: str) -> int:
        """The generation where an earlier try of this very call was made though its answer was lost."""
        try:
            found = self._service.ask("GET", self._place(name))
        except Refused as error:
            if error.status != _MISSING:
                raise
            found = {}
        if found.get("metadata", {}).get(_MARK) != mark:
            raise Conflict("The file changed in the meantime.")
        return int(found["generation"])

    def _page(self, folder: str, token: str, _tries: int) -> Any:  # noqa: ANN401  JSON
        asked = {"prefix": folder, "maxResults": str(_PAGE), "fields": "items(name),nextPageToken"}
        return self._service.ask(
            "GET", f"{self._objects(folder)}?{urlencode(asked | ({'pageToken': token} if token else {}))}"
        )


def _checksum(data: bytes) -> str:
    return base64.b64encode(google_crc32c.Checksum(data).digest()).decode()


def _received(answer: Answer) -> int:
    """How many bytes have arrived."""
    return int(answer.headers["range"].rpartition("-")[2]) + 1 if "range" in answer.headers else 0
