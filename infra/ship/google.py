"""Google's REST interfaces, called as whoever is signed in to gcloud."""

import json
import os
import urllib.error
import urllib.request
from functools import lru_cache
from typing import Any

from infra.ship.advice import Failed, advise
from infra.ship.shell import run

STAND_IN = "DERMALOOP_GOOGLE_STAND_IN"
"""Names an address that answers in Google's place: for tests."""


def call(method: str, service: str, path: str, told: Any = None, *, project: str = "", raw: bytes | None = None) -> Any:  # noqa: ANN401
    """Sends JSON (or bytes), gives JSON; None where there is nothing there."""
    headers = {"Authorization": f"Bearer {_token()}", "X-Goog-User-Project": project}
    body = raw
    if told is not None:
        body = json.dumps(told).encode()
        headers["Content-Type"] = "application/json"
    address = os.environ.get(STAND_IN) or f"https://{service}.googleapis.com"
    request = urllib.request.Request(
        address + path, data=body, method=method, headers={name: value for name, value in headers.items() if value}
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as error:
        with error:
            said = error.read().decode(errors="replace")
        if error.code == 404:
            return None
        raise Failed(f"{service} answered {error.code} to {method} {path}.\n{said[:800]}\n\n{advise(said)}") from error
    except OSError as error:
        raise Failed(f"{service} cannot be reached: {error}") from error


@lru_cache(maxsize=1)
def _token() -> str:
    return run("gcloud", "auth", "print-access-token").strip()
