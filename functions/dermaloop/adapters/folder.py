"""Blobs in a folder: files written whole, with generations like Cloud Storage's."""

import fcntl
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dermaloop.adapters.keys import parts
from dermaloop.errors import Conflict, NotFound, StoreUnavailable
from dermaloop.ports import Blob

_LOCK = ".lock"
_PARTIAL = ".partial-"


class FolderBlobs:
    """The Blobs port on a folder. A file's modification time in nanoseconds is its generation."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def read(self, key: str) -> Blob:
        try:
            with self._path(key).open("rb") as file:
                return Blob(data=file.read(), generation=os.fstat(file.fileno()).st_mtime_ns)
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
            raise NotFound("There is no such file.") from error
        except OSError as error:
            raise _unavailable() from error

    def write(self, key: str, data: bytes, *, expected: int | None = None) -> int:
        path = self._path(key)
        with self._locked():
            path.parent.mkdir(parents=True, exist_ok=True)
            present = path.stat().st_mtime_ns if path.exists() else 0
            if expected is not None and expected != present:
                raise Conflict("The file changed in the meantime.")
            generation = max(time.time_ns(), present + 1)
            _replace(path, data, generation)
            return path.stat().st_mtime_ns

    def delete(self, key: str) -> None:
        with self._locked():
            self._path(key).unlink(missing_ok=True)

    def keys(self, prefix: str) -> Iterator[str]:
        folder = self._path(prefix)
        found = (path.relative_to(self._root).as_posix() for path in folder.rglob("*") if path.is_file())
        yield from sorted(key for key in found if _PARTIAL not in key)

    def _path(self, key: str) -> Path:
        return self._root.joinpath(*parts(key))

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One writer at a time, across processes too."""
        try:
            self._root.mkdir(parents=True, exist_ok=True)
            with (self._root / _LOCK).open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                yield
        except OSError as error:
            raise _unavailable() from error


def _replace(path: Path, data: bytes, generation: int) -> None:
    handle, partial = tempfile.mkstemp(prefix=_PARTIAL, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.utime(partial, ns=(generation, generation))
        os.replace(partial, path)
    except BaseException:
        Path(partial).unlink(missing_ok=True)
        raise


def _unavailable() -> StoreUnavailable:
    return StoreUnavailable("The store cannot be reached just now. Please try again.")
