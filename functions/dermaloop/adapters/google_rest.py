"""Google's services over plain HTTPS, signed in as the service account; a refusal carries Google's own name for it."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import google.auth
import urllib3
from google.auth.credentials import Credentials
from google.auth.exceptions import GoogleAuthError
from google.auth.transport.urllib3 import Request as AuthRequest
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

from dermaloop.patience import left

_SCOPE = "https://www.googleapis.com/auth/cloud-platform"
_NEVER_SENT = (ConnectTimeoutError, NewConnectionError, GoogleAuthError)
_CONNECTIONS = 16


class Refused(Exception):
    """Google's answer where it did not do what was asked: the HTTP status, and the reason by its name."""

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(f"{status} {reason}: {message}")
        self.status = status
        self.reason = reason


class Unreachable(Exception):
    """No answer came. What was `sent` may have been done all the same."""

    def __init__(self, message: str, *, sent: bool) -> None:
        super().__init__(message)
        self.sent = sent


@dataclass(frozen=True)
class Answer:
    """What came back, by header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body or b"null")


class GoogleService:
    """One service at its address, or the emulator that the named environment variable puts in its place.

    It connects at the first call, so that a server may fork before.
    """

    def __init__(self, base: str, *, emulator: str | None = None, signed: bool = True) -> None:
        self._signed = signed
        stand_in = os.environ.get(emulator or "", "")
        self.emulated = bool(stand_in)
        self.base = base if not stand_in else stand_in if "://" in stand_in else f"http://{stand_in}"

    def ask(self, method: str, path: str, told: Any = None) -> Any:
        """Sends JSON and returns JSON."""
        body = None if told is None else json.dumps(told, ensure_ascii=False).encode()
        return self.send(method, path, body, {"Content-Type": "application/json"}).json

    def send(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """One request to a path, or to an address that the service itself gave, within the patience that is left."""
        url, timeout = path if "://" in path else self.base + path, max(left(), 0.01)
        try:
            signed = dict(headers or {}) | self._authorization(method, url)
            came = self._pool.request(
                method, url, body=body, headers=signed, timeout=urllib3.Timeout(total=timeout), redirect=False
            )
        except _NEVER_SENT as error:
            raise Unreachable(str(error), sent=False) from error
        except HTTPError as error:
            raise Unreachable(str(error), sent=True) from error
        answer = Answer(came.status, {name.lower(): value for name, value in came.headers.items()}, came.data)
        if answer.status >= 400:
            raise _refusal(answer)
        return answer

    @cached_property
    def _pool(self) -> urllib3.PoolManager:
        return urllib3.PoolManager(maxsize=_CONNECTIONS, retries=False)

    def _authorization(self, method: str, url: str) -> dict[str, str]:
        if not self._signed:
            return {}
        if self.emulated:
            return {"Authorization": "Bearer owner"}
        headers: dict[str, str] = {}
        credentials().before_request(_Patient(self._pool), method, url, headers)  # type: ignore[no-untyped-call]
        return headers


class _Patient(AuthRequest):
    """Fetches tokens within the patience that is left."""

    def __call__(self, url: str, *args: Any, **kwargs: Any) -> Any:
        kwargs["timeout"] = max(left(), 0.01)
        return super().__call__(url, *args, **kwargs)  # type: ignore[no-untyped-call]


@lru_cache(maxsize=1)
def credentials() -> Credentials:
    """Of the service account that this process runs as."""
    found, _ = google.auth.default(scopes=[_SCOPE])
    return found


def _refusal(answer: Answer) -> Refused:
    """Firestore streams its answers, errors too, as a list; Cloud Storage names a reason for each of several errors."""
    try:
        told = answer.json
        error = (told[0] if isinstance(told, list) else told)["error"]
        reason = error.get("status") or error["errors"][0]["reason"]
        return Refused(answer.status, str(reason), str(error.get("message", "")))
    except (ValueError, KeyError, IndexError, TypeError):
        return Refused(answer.status, "UNKNOWN", answer.body[:200].decode(errors="replace"))
