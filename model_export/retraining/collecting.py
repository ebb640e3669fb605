"""Brings a snapshot out of the store into a folder: what its owners deleted since it was frozen is left out."""

import hashlib
import logging
from pathlib import Path
from typing import NamedTuple

import msgspec
from tqdm import tqdm

from dermaloop.errors import NotFound
from dermaloop.ports import Blobs
from dermaloop.records.snapshots import (
    FORMAT,
    HEADER,
    LINES,
    SOURCES,
    Header,
    Reviewed,
    Source,
    snapshot_id,
    snapshot_key,
    write_lines,
)
from model_export.errors import ExportError

log = logging.getLogger(__name__)


class Collected(NamedTuple):
    """What lies in the folder now: the digest of its list, and the pictures that are gone."""

    id: str
    pictures: int
    left_out: tuple[str, ...]


def collect(snapshot: str, blobs: Blobs, folder: Path) -> Collected:
    """Pictures that are there already are not fetched again, so a killed job goes on where it stopped."""
    header = msgspec.json.decode(blobs.read(snapshot_key(snapshot, HEADER)).data, type=Header)
    lines = [msgspec.json.decode(line, type=Reviewed) for line in _lines(snapshot, LINES, blobs)]
    if header.format != FORMAT or header.id != snapshot_id(lines):
        raise ExportError(f"snapshot {snapshot[:12]} is not what was frozen: its list and its id differ")
    places = {
        source.image: source.blob
        for source in (msgspec.json.decode(line, type=Source) for line in _lines(snapshot, SOURCES, blobs))
    }
    kept = [
        line for line in tqdm(lines, desc="collect", mininterval=5) if _fetch(line, places[line.image], blobs, folder)
    ]
    if not kept:
        raise ExportError(
            "every picture of the snapshot was deleted since it was frozen: there is nothing to learn from"
        )
    found = Header(FORMAT, snapshot_id(kept), header.namespaces)
    (folder / LINES).write_bytes(write_lines(kept))
    (folder / HEADER).write_bytes(msgspec.json.encode(found))
    gone = tuple(sorted({line.image for line in lines} - {line.image for line in kept}))
    log.info("%d pictures are here, %d were deleted since the snapshot was frozen", len(kept), len(gone))
    return Collected(found.id, len(kept), gone)


def _lines(snapshot: str, file: str, blobs: Blobs) -> list[bytes]:
    return blobs.read(snapshot_key(snapshot, file)).data.splitlines()


def _fetch(line: Reviewed, blob: str, blobs: Blobs, folder: Path) -> bool:
    """False where the picture is gone; one that is another than was reviewed counts as gone."""
    path = folder / line.file
    if not path.exists():
        try:
            data = blobs.read(blob).data
        except NotFound:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_bytes(data)
        part.replace(path)
    return hashlib.sha256(path.read_bytes()).hexdigest() == line.sha256
