"""Calls to Google that fail as a network makes them fail."""

from collections import deque
from collections.abc import Iterable
from typing import Any

import pytest

from dermaloop.adapters.google_rest import Answer, GoogleService, Refused, Unreachable
from tests.emulators.storage import Fault


def fail_calls(monkeypatch: pytest.MonkeyPatch, path: str, faults: Iterable[Fault]) -> "deque[Fault]":
    """Each call to such a path spends one fault; when none are left, all is fine. Returns what is left."""
    plan, real = deque(faults), GoogleService.send

    def send(self: GoogleService, method: str, asked: str, *args: Any, **kwargs: Any) -> Answer:
        fault: Fault = plan.popleft() if plan and path in asked else "fine"
        if fault == "refused":
            raise Refused(503, "UNAVAILABLE", "the backend is overloaded")
        try:
            return real(self, method, asked, *args, **kwargs)
        finally:
            if fault == "lost":
                raise Unreachable("the connection was closed", sent=True)

    monkeypatch.setattr(GoogleService, "send", send)
    return plan
