"""A bus inside one process: events are delivered in the background, again if a delivery fails, then set aside."""

import logging
import threading
import time
from collections.abc import Callable
from queue import SimpleQueue

from dermaloop.events import Event, Topic, topic_of

_log = logging.getLogger("dermaloop.events")

_TRIES = 5

Deliver = Callable[[Topic, Event], None]
"""Hands an event to the function that takes its topic; raises where that failed."""


class LocalEvents:
    """The Events port in one process. Until somebody subscribes, events wait."""

    def __init__(self, *, wait: float = 0.5) -> None:
        self._waiting: SimpleQueue[Event] = SimpleQueue()
        self._wait = wait
        self.dead: list[Event] = []

    def publish(self, event: Event) -> None:
        self._waiting.put(event)

    def subscribe(self, deliver: Deliver) -> None:
        """Starts delivering, one event after the other."""
        threading.Thread(target=self._work, args=(deliver,), daemon=True, name="events").start()

    def _work(self, deliver: Deliver) -> None:
        while True:
            self._deliver(self._waiting.get(), deliver)

    def _deliver(self, event: Event, deliver: Deliver) -> None:
        for tries in range(_TRIES):
            try:
                deliver(topic_of(event), event)
                return
            except Exception:
                _log.exception("an event was not taken", extra={"event": type(event).__name__, "tries": tries + 1})
                time.sleep(self._wait * 2**tries)
        self.dead.append(event)
