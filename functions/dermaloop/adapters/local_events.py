"""A bus on one machine: events lie in a folder until they are taken, again and again, then among the dead letters."""

import logging
import secrets
import threading
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from dermaloop.errors import StoreUnavailable
from dermaloop.events import Event, Letter, topic_of, write_event

_log = logging.getLogger("dermaloop.events")

_TRIES = 5
_LOOKS = 1.0

Deliver = Callable[[Letter], None]
"""Hands a letter to the function that takes its topic; raises where that failed."""


class LocalEvents:
    """The Events port on a folder. Until somebody subscribes, in this process or another, events wait."""

    def __init__(self, folder: Path, *, wait: float = 0.5) -> None:
        self._waiting = folder / "waiting"
        self._dead = folder / "dead"
        self._wait = wait
        self._told = threading.Event()

    def publish(self, event: Event) -> None:
        at, name = datetime.now(UTC), f"{time.time_ns()}-{secrets.token_hex(4)}"
        said = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        letter = Letter(id=name, topic=topic_of(event).name, event=write_event(event), at=said, receipt=name)
        try:
            _lay(letter, self._waiting)
        except OSError as error:
            raise StoreUnavailable("The event could not be told just now. Please try again.") from error
        self._told.set()

    def undelivered(self, *, limit: int = 100) -> tuple[Letter, ...]:
        return tuple(_letters(self._dead))[:limit]

    def settle(self, letters: Iterable[Letter]) -> None:
        for letter in letters:
            (self._dead / f"{letter.receipt}.json").unlink(missing_ok=True)

    def subscribe(self, deliver: Deliver, over: threading.Event) -> threading.Thread:
        """Delivers in the background, one event after the other, until it is over."""
        thread = threading.Thread(target=self._work, args=(deliver, over), daemon=True, name="events")
        thread.start()
        return thread

    def deliver_waiting(self, deliver: Deliver) -> int:
        """Delivers until none waits, and says how many were taken."""
        taken = 0
        while letters := list(_letters(self._waiting)):
            taken += sum(self._deliver(letter, deliver) for letter in letters)
        return taken

    def _work(self, deliver: Deliver, over: threading.Event) -> None:
        while not over.is_set():
            self.deliver_waiting(deliver)
            self._told.wait(_LOOKS)
            self._told.clear()

    def _deliver(self, letter: Letter, deliver: Deliver) -> bool:
        for tries in range(_TRIES):
            try:
                deliver(msgspec.structs.replace(letter, tries=tries))
                break
            except Exception:
                _log.exception("an event was not taken", extra={"topic": letter.topic, "tries": tries + 1})
                time.sleep(self._wait * 2**tries)
        else:
            _lay(msgspec.structs.replace(letter, tries=_TRIES), self._dead)
        (self._waiting / f"{letter.receipt}.json").unlink(missing_ok=True)
        return tries < _TRIES - 1


def _lay(letter: Letter, folder: Path) -> None:
    """Whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{letter.receipt}.part"
    part.write_bytes(msgspec.json.encode(letter))
    part.replace(part.with_suffix(".json"))


def _letters(folder: Path) -> Iterable[Letter]:
    """Oldest first."""
    for path in sorted(folder.glob("*.json")):
        yield msgspec.json.decode(path.read_bytes(), type=Letter)
