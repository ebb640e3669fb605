"""Asks the deployed address what a person would: the page, the API's description, and an answer to its own example."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

from infra.ship.advice import Failed
from infra.ship.shell import tell

_PATIENCE = 60.0
"""A first request finds cold functions, and a fresh release takes moments to reach every place."""


def smoke(address: str, *, patience: float = _PATIENCE) -> None:
    """Raises Failed at the first thing that does not work."""
    address = address.rstrip("/")
    description: dict[str, Any] = {}

    def page() -> None:
        _hold(b"<html" in _get(f"{address}/").lower(), "the page is no page")

    def described() -> None:
        description.update(json.loads(_get(f"{address}/api/openapi.json")))
        _hold("paths" in description, "the API describes no paths")

    def answered(path: str) -> Callable[[], None]:
        def ask() -> None:
            answer = json.loads(_post(f"{address}{path}", example(description, path)))
            _hold(bool(answer.get("next_step")), f"{path} gives no next step")
            _hold(answer.get("kept") is True, f"{path} answers, but keeps nothing: a right on a store is missing")

        return ask

    def closed() -> None:
        _hold(_status(f"{address}/api/admin/runs") in (401, 403, 404), "the admin's pages are open to everybody")

    checks = {"the page": page, "the API's description": described}
    checks |= {path: answered(path) for path in ("/api/malignancy", "/api/disease", "/api/assess")}
    for name, check in (checks | {"what only doctors and admins may see": closed}).items():
        _until_it_works(name, check, patience)
        tell(f"    {name}: works")


def example(description: dict[str, Any], path: str) -> Any:  # noqa: ANN401  JSON
    """The body that the API's own description shows, with the photo it draws."""
    content = description["paths"][path]["post"]["requestBody"]["content"]["application/json"]
    return next(iter(content["examples"].values()))["value"]


def _until_it_works(name: str, check: Callable[[], None], patience: float) -> None:
    deadline = time.monotonic() + patience
    while True:
        try:
            return check()
        except (OSError, ValueError, KeyError, Failed) as error:
            if time.monotonic() >= deadline:
                raise Failed(f"{name} does not work: {error}") from error
            time.sleep(min(2.0, patience / 5))


def _hold(true: bool, otherwise: str) -> None:
    if not true:
        raise Failed(otherwise)


def _get(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=30) as answer:
        return bytes(answer.read())


def _post(address: str, body: Any) -> bytes:  # noqa: ANN401  JSON
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(address, data=json.dumps(body).encode(), headers=headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return bytes(answer.read())


def _status(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
