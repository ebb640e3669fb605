"""The product's own reviewed pictures as they are frozen for training: the format that services write and jobs read.

    snapshots/<id>/snapshot.json     {"format": "dermaloop-reviewed-1", "id": "<sha256>", "namespaces": {...}}
    snapshots/<id>/reviewed.jsonl    one picture a line, see `Reviewed`
    snapshots/<id>/sources.jsonl     where each picture lies and which annotations speak of it, see `Source`

`id` is a digest of all lines of reviewed.jsonl in the order of their images, and each line holds the digest of its
picture: the same id is the same pictures with the same labels, shapes and splits. `namespaces` says which closed
vocabulary each task's codes belong to (elsewhere `mel` may be a naevus). The pictures themselves are not copied: what
its owner deletes is gone from every snapshot that is read after.
"""

import hashlib
from collections.abc import Iterable
from typing import Annotated, Literal

import msgspec

from dermaloop.records.findings import Confirmation
from dermaloop.records.shapes import Shape

FORMAT = "dermaloop-reviewed-1"
HEADER, LINES, SOURCES = "snapshot.json", "reviewed.jsonl", "sources.jsonl"

Split = Literal["train", "validation", "test"]
Key = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$")]


class Reviewed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One picture that doctors agreed on; `case` groups pictures where no patient is known."""

    image: Key
    sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    case: str
    patient: str = ""
    labels: Annotated[dict[str, str], msgspec.Meta(min_length=1)]
    confirmed_by: Confirmation
    readers: Annotated[int, msgspec.Meta(ge=1)] = 1
    split: Split
    shapes: tuple[Shape, ...] = ()
    attributes: dict[str, str] = {}

    @property
    def file(self) -> str:
        return f"pictures/{self.image}.jpg"


class Source(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a picture of a snapshot came from."""

    image: Key
    blob: str
    annotations: tuple[str, ...]
    agreed_at: str


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a snapshot is, before its lines."""

    format: str
    id: str
    namespaces: dict[str, str]


def snapshot_id(reviews: Iterable[Reviewed]) -> str:
    """One digest for pictures, labels, shapes and splits together, whatever their order."""
    lines = sorted(msgspec.json.encode(one, order="sorted") for one in reviews)
    return hashlib.sha256(b"\n".join(lines)).hexdigest()


def snapshot_key(snapshot: str, file: str) -> str:
    """Where one file of a snapshot lies in the store."""
    return f"snapshots/{snapshot}/{file}"


def write_lines(lines: Iterable[msgspec.Struct]) -> bytes:
    return b"".join(msgspec.json.encode(line) + b"\n" for line in lines)
