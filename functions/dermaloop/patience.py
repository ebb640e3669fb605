"""How long the stores may keep the present piece of work waiting; only adapters on a network need to ask."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

UNASKED = 5.0
"""The patience of work that named none."""

_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


@contextmanager
def patience(seconds: float | None = None) -> Iterator[None]:
    """Whatever waits inside gives up after so many seconds in all; a wider wait around it is never made longer."""
    around = _deadline.get()
    until = time.monotonic() + (UNASKED if seconds is None else seconds)
    token = _deadline.set(until if around is None else min(around, until))
    try:
        yield
    finally:
        _deadline.reset(token)


def left() -> float:
    """The seconds that are left, 0 at least."""
    deadline = _deadline.get()
    return UNASKED if deadline is None else max(0.0, deadline - time.monotonic())
