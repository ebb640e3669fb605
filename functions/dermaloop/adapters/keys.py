"""What may be the key of a blob, alike in every store."""

from pathlib import PurePosixPath

from dermaloop.errors import NotFound


def parts(key: str) -> tuple[str, ...]:
    """The names along the way; NotFound for a key that leads out of the store or nowhere."""
    found = PurePosixPath(key).parts
    if not found or ".." in found or found[0] == "/":
        raise NotFound("There is no such file.")
    return found
