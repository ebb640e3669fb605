"""gcp-storage-emulator with what Cloud Storage promises and it leaves out: preconditions, headers, pages, signatures.

It handles one request at a time, so that a precondition that was checked still holds when the write is made.
"""

import json
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, Literal
from unittest import mock

from gcp_storage_emulator import server as stock
from gcp_storage_emulator.exceptions import NotFound
from gcp_storage_emulator.handlers import objects

from tests.emulators.signing import refusal

Handler = Callable[..., None]
Fault = Literal["fine", "refused", "lost"]
"""What happens to a change: it is made, it is refused without being made, or it is made and its answer is lost."""

_CREATES = (objects.insert, objects.upload_partial)
_CHANGES = (*_CREATES, objects.delete)
_READS = (objects.get, objects.download)


class StrictStorage:
    """One bucket in memory. `faults` are spent one a change, and none is left out of `changes`."""

    def __init__(self, address: str, storage: Any) -> None:
        self.address = address
        self.faults: deque[Fault] = deque()
        self.changes = 0
        self._storage = storage

    def add_bucket(self, name: str) -> None:
        self._storage.create_bucket(name, {"kind": "storage#bucket", "name": name, "id": name})

    def damage(self, bucket: str, key: str) -> None:
        """Flips a bit of what is stored, and leaves its checksum as it was."""
        path = self._storage._object_path(bucket, key)
        data = bytearray(self._storage._store.read_bytes(path))
        data[0] ^= 1
        self._storage._store.write_bytes(path, bytes(data))

    def strict(self, handler: Handler) -> Handler:
        """The stock handler, as Cloud Storage would answer."""

        def answer(request: Any, response: Any, storage: Any) -> None:
            request.data  # noqa: B018  read before anything is refused, or the client sees a broken pipe
            fault: Fault = "fine"
            if handler in _CHANGES:
                self.changes += 1
                fault = self.faults.popleft() if self.faults else "fine"
            if fault == "refused":
                return _refuse(response, HTTPStatus.SERVICE_UNAVAILABLE, "backendError")
            if _asked(request, "X-Goog-Signature") and (refused := refusal(request.full_url)):
                return _refuse(response, HTTPStatus(refused), "signature")
            if not _holds(request, storage, handler):
                return _refuse(response, HTTPStatus.PRECONDITION_FAILED, "conditionNotMet")
            handler(request, response, storage)
            if handler in _READS and response.status < HTTPStatus.BAD_REQUEST:
                found = _present(request, storage, handler)
                response["X-Goog-Generation"], response["X-Goog-Metageneration"] = found["generation"], "1"
            if handler is objects.upload_partial and not storage.get_resumable_byte_count(_asked(request, "upload_id")):
                response._headers.pop("Range", None)  # Cloud Storage names no range where nothing has arrived
            if fault == "lost":
                _refuse(response, HTTPStatus.SERVICE_UNAVAILABLE, "backendError")
            return None

        return _paged if handler is objects.ls else answer


@contextmanager
def strict_storage() -> Iterator[StrictStorage]:
    """A server on a free port, stopped afterwards."""
    server = stock.create_server("127.0.0.1", 0, in_memory=True)
    strict = StrictStorage("", server._storage)
    routes = tuple((path, {verb: strict.strict(h) for verb, h in verbs.items()}) for path, verbs in stock.HANDLERS)
    with mock.patch.object(stock, "HANDLERS", routes), server:
        strict.address = f"http://127.0.0.1:{server._api._httpd.server_address[1]}"
        yield strict


def _asked(request: Any, name: str) -> str | None:
    return request.query[name][0] if name in request.query else None


def _present(request: Any, storage: Any, handler: Handler) -> dict[str, Any]:
    """The object that is spoken of, as it is now; empty where there is none."""
    try:
        if upload := _asked(request, "upload_id"):
            begun = storage.get_resumable_file_obj(upload)
            bucket, name = begun["bucket"], begun["name"]
        elif handler in _CREATES:
            told = request.data if isinstance(request.data, dict) else {}
            bucket, name = request.params["bucket_name"], _asked(request, "name") or told.get("meta", told).get("name")
        else:
            bucket, name = request.params["bucket_name"], request.params.get("object_id")
        found: dict[str, Any] = storage.get_file_obj(bucket, name)
    except NotFound:
        return {}
    return found


def _holds(request: Any, storage: Any, handler: Handler) -> bool:
    expected = _asked(request, "ifGenerationMatch")
    return expected is None or expected == _present(request, storage, handler).get("generation", "0")


def _paged(request: Any, response: Any, storage: Any) -> None:
    """Objects in the order of their UTF-8 names, in pages."""
    objects.ls(request, response, storage)
    if response.status != HTTPStatus.OK:
        return
    told = json.loads(response._content)
    after, limit = _asked(request, "pageToken") or "", int(_asked(request, "maxResults") or 1000)
    found = sorted(told.get("items", []), key=lambda item: item["name"].encode())
    rest = [item for item in found if item["name"].encode() > after.encode()]
    told["items"] = rest[:limit]
    if len(rest) > limit:
        told["nextPageToken"] = rest[limit - 1]["name"]
    response.json(told)


def _refuse(response: Any, status: HTTPStatus, reason: str) -> None:
    response.status = status
    message = status.phrase
    errors = [{"message": message, "domain": "global", "reason": reason}]
    response.json({"error": {"code": int(status), "message": message, "errors": errors}})
