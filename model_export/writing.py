"""Writes files whole or not at all: a kill or a full disk leaves the old file or none, never half of a new one."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


def write_whole(path: Path, content: bytes) -> None:
    """Bytes under a name."""
    with replacing(path) as part:
        part.write_bytes(content)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A file to write beside `path`, with the same ending; it takes the path's place once all of it is written."""
    part = path.with_name(f"part-{path.name}")
    try:
        yield part
        part.replace(path)
    except BaseException as error:
        part.unlink(missing_ok=True)  # what is no use must not fill the disk
        if isinstance(error, OSError):
            raise _placed(error, path) from error
        raise


def open_block(path: Path, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """A new file that is written through memory. Its space is taken at once: a disk that fills later would kill us."""
    try:
        block = np.lib.format.open_memmap(path, mode="w+", dtype=np.uint8, shape=shape)
        if hasattr(os, "posix_fallocate"):
            with path.open("r+b") as file:
                os.posix_fallocate(file.fileno(), 0, path.stat().st_size)
    except OSError as error:
        raise _placed(error, path) from error
    return block


def _placed(error: OSError, path: Path) -> OSError:
    """The same error with the file's name: a write that fails does not say where."""
    return error if error.filename or error.errno is None else OSError(error.errno, os.strerror(error.errno), str(path))
