"""Tokens that Google signed: verified against its certificates, which are kept for as long as Google says."""

import base64
import json
import re
import threading
import time
from collections.abc import Mapping
from typing import Any

from dermaloop.adapters.google_patience import reached
from dermaloop.adapters.google_rest import GoogleService
from dermaloop.errors import Unauthenticated

_SKEW = 10
_SOONEST = 60.0
_MAX_AGE = re.compile(r"max-age=(\d+)")
_REMOVED = "SIGNATURE_REMOVED_BY_GOOGLE"
_LONGEST = 8192


class Certificates:
    """The public keys of one of Google's issuers, by their ids."""

    def __init__(self, path: str) -> None:
        self._service = GoogleService(
            "https://www.googleapis.com", emulator="FIREBASE_AUTH_EMULATOR_HOST", signed=False
        )
        self._path = path
        self._lock = threading.Lock()
        self._known: Mapping[str, str] = {}
        self._fetched = self._until = float("-inf")

    def get(self, key_id: str) -> Mapping[str, str]:
        """All that are valid now. A key that is not known is looked for, once a minute at most."""
        with self._lock:
            now = time.monotonic()
            if now > self._until or (key_id not in self._known and now > self._fetched + _SOONEST):
                self._fetch(now)
            return self._known

    def _fetch(self, now: float) -> None:
        answer = reached(lambda _: self._service.send("GET", self._path))
        age = _MAX_AGE.search(answer.headers.get("cache-control", ""))
        self._known, self._fetched = answer.json, now
        self._until = now + (int(age[1]) if age else _SOONEST)


def verified(token: str, *, certificates: Certificates, audiences: frozenset[str]) -> Mapping[str, Any]:
    """The claims of a token that is signed with RS256 by a key of these, for one of us, and in its time."""
    from google.auth import jwt
    from google.auth.exceptions import GoogleAuthError

    header = _header(token)
    try:
        claims: Mapping[str, Any] = jwt.decode(
            token, certs=certificates.get(header["kid"]), audience=list(audiences), clock_skew_in_seconds=_SKEW
        )
    except (GoogleAuthError, ValueError, TypeError) as error:
        raise Unauthenticated("This sign-in is not valid, or no longer.") from error
    return claims


def checked(token: str, *, audiences: frozenset[str]) -> Mapping[str, Any]:
    """The claims of a token that Cloud Run verified before it took the signature away, as it says it does."""
    _header(token)
    parts = token.split(".")
    claims = _json(parts[1]) if len(parts) == 3 and parts[2] == _REMOVED else {}
    if claims.get("aud") not in audiences or not _in_time(claims):
        raise Unauthenticated("This sign-in is not valid, or no longer.")
    return claims


def _header(token: str) -> dict[str, Any]:
    header = _json(token.split(".")[0]) if len(token) <= _LONGEST else {}
    if header.get("alg") != "RS256" or not header.get("kid") or not isinstance(header["kid"], str):
        raise Unauthenticated("This is no sign-in of Google.")
    return header


def _json(part: str) -> dict[str, Any]:
    try:
        told = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _in_time(claims: Mapping[str, Any]) -> bool:
    issued, expires = claims.get("iat"), claims.get("exp")
    if not isinstance(issued, int) or not isinstance(expires, int):
        return False
    return issued - _SKEW <= time.time() < expires + _SKEW
