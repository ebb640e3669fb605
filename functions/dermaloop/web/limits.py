"""Keeps one client from taking an instance for itself: a token bucket per address."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from dermaloop.errors import RateLimited

_REMEMBERED = 10_000


class RateLimit:
    """Allows `per_minute` requests of each client, in bursts of as many; 0 allows all."""

    def __init__(self, per_minute: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def spend(self, client: str) -> None:
        """Takes one request out of the client's bucket, or says when to come back."""
        if not self._per_minute:
            return
        now, rate = self._clock(), self._per_minute / 60
        with self._lock:
            left, since = self._buckets.pop(client, (float(self._per_minute), now))
            left = min(float(self._per_minute), left + (now - since) * rate)
            allowed = left >= 1
            self._buckets[client] = (left - 1 if allowed else left, now)
            if len(self._buckets) > _REMEMBERED:
                self._buckets.popitem(last=False)
        if not allowed:
            wait = max(1, round((1 - left) / rate))
            raise RateLimited(f"Please wait {wait} s and try again.", retry_after=wait)
