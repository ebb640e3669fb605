"""Stops a program at any one of its writes below a folder: as a kill does, or as a disk does that is full."""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

Fault = Literal["kill", "full disk"]
WRITES = {"os.rename", "os.link", "os.mkdir", "os.remove", "open"}
FREEING = {"os.remove", "os.rmdir"}


class Killed(BaseException):
    """Nothing of the program runs on after this, cleaning up included: every later write is stopped as well."""


class Interruption:
    """Counts writes below a folder, and lets none through from a given one on."""

    def __init__(self) -> None:
        self._folder, self._fault, self._left = "", "kill", -1
        sys.addaudithook(self._see)

    @contextmanager
    def at(self, write: int, fault: Fault, folder: Path) -> Iterator[None]:
        self._folder, self._fault, self._left = str(folder), fault, write
        try:
            yield
        finally:
            self._folder = ""

    def _see(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self._folder or event not in WRITES or not self._is_ours(event, arguments):
            return
        if self._fault == "full disk" and event in FREEING:
            return
        self._left -= 1
        if self._left < 0:
            raise Killed if self._fault == "kill" else OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _is_ours(self, event: str, arguments: tuple[Any, ...]) -> bool:
        path = arguments[0]
        if not isinstance(path, str | os.PathLike) or not os.fspath(path).startswith(self._folder):
            return False
        return event != "open" or bool(arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
