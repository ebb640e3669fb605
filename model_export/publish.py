"""Puts a candidate into the store that serving reads: its files first, the pointer that makes it champion last."""

import datetime
import logging

import msgspec

from dermaloop.contract.manifest import Champion, champion_key, model_key
from dermaloop.errors import NotFound
from dermaloop.ports import Blobs
from model_export.candidate import CARD, MANIFEST, MODEL, Candidate
from model_export.errors import ExportError

log = logging.getLogger(__name__)

FILES = (MODEL, CARD, "report.json", MANIFEST)  # the manifest last: without one a version does not exist


def publish(candidate: Candidate, contents: dict[str, bytes], blobs: Blobs) -> str:
    """Writes one version; doing it twice changes nothing, and other bytes under the same version are refused."""
    name, version = candidate.manifest.name, candidate.manifest.version
    for file in FILES:
        _write_once(blobs, model_key(name, version, file), contents[file])
    log.info("published %s %s", name, version)
    return version


def promote(name: str, version: str, *, by: str, blobs: Blobs) -> Champion:
    """Points at a published version; another promotion in between is a Conflict, not a silent loss."""
    try:
        blobs.read(model_key(name, version, MANIFEST))
    except NotFound as error:
        raise ExportError(f"{name} {version} is not published, so it cannot be promoted") from error
    previous, generation = _present(name, blobs)
    if previous == version:
        log.info("%s %s is the champion already", name, version)
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    champion = Champion(version=version, promoted_by=by, promoted_at=now, previous=previous)
    blobs.write(champion_key(name), msgspec.json.encode(champion), expected=generation)
    return champion


def _present(name: str, blobs: Blobs) -> tuple[str | None, int]:
    try:
        pointer = blobs.read(champion_key(name))
    except NotFound:
        return None, 0
    return msgspec.json.decode(pointer.data, type=Champion).version, pointer.generation


def _write_once(blobs: Blobs, key: str, data: bytes) -> None:
    try:
        present = blobs.read(key).data
    except NotFound:
        blobs.write(key, data, expected=0)
        return
    if present != data:
        raise ExportError(f"{key} is published already, with other content; a version is never changed")
