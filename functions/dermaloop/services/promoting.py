"""Makes a published version the champion, or brings the former one back: one pointer, one winner, a trail."""

import hashlib
import logging

import msgspec

from dermaloop.contract.manifest import Champion, champion_key, model_key, read_manifest, verify_model
from dermaloop.errors import BrokenModel, Conflict, NotFound
from dermaloop.ports import Blobs, World
from dermaloop.records import AuditEntry
from dermaloop.records.documents import Note, Put, Query
from dermaloop.records.training import PROMOTIONS, Promotion
from dermaloop.services import listing
from dermaloop.services.moments import now

_log = logging.getLogger("dermaloop.promoting")

POLICY = "policy"
"""Who promotes where nobody does."""


def promote(*, model: str, version: str, instead_of: str | None, by: str, world: World) -> Champion:
    """Points at a published version. `instead_of` is the champion that whoever decides has seen: another: Conflict."""
    pointer, generation = _written_down(model, world)
    if pointer is not None and (pointer.version, pointer.promoted_by) == (version, by):
        return pointer
    present = pointer.version if pointer else bundled_version(model, world)
    _expect(present, instead_of)
    if version == present:
        raise Conflict(f"{version} serves already.", champion=present)
    _verify(model, version, world)
    chosen = Champion(version=version, promoted_by=by, promoted_at=now(), previous=present)
    return _point(model, chosen, generation, action="promote", world=world)


def roll_back(*, model: str, instead_of: str | None, by: str, world: World) -> Champion:
    """Points at the version that served before; the one before that becomes the next to roll back to."""
    pointer, generation = _written_down(model, world)
    if pointer is None or pointer.previous is None:
        raise Conflict("There is no earlier version to roll back to.")
    _expect(pointer.version, instead_of)
    former = pointer.previous
    _verify(model, former, world)
    earlier = _before(model, former, world)
    chosen = Champion(version=former, promoted_by=by, promoted_at=now(), previous=earlier)
    return _point(model, chosen, generation, action="roll back to", world=world)


def reconcile(*, model: str, world: World) -> bool:
    """Writes down a change of the pointer that was killed before it could be: the pointer itself says who made it."""
    pointer, _ = read_pointer(model, world.blobs)
    return pointer is not None and _record(model, pointer, action="promote", world=world)


def _written_down(model: str, world: World) -> tuple[Champion | None, int]:
    """The pointer, on record: whoever writes the next one must not wipe out that it ever was."""
    pointer, generation = read_pointer(model, world.blobs)
    if pointer is not None:
        _record(model, pointer, action="promote", world=world)
    return pointer, generation


def history(*, model: str, world: World) -> tuple[Promotion, ...]:
    """Every change of the champion, the last first."""
    return world.documents.find(Query(PROMOTIONS, {"model": model}, order="at", descending=True), limit=200).records


def read_pointer(model: str, blobs: Blobs) -> tuple[Champion | None, int]:
    """The champion's pointer and its generation; none and 0 where the bundled version serves."""
    try:
        blob = blobs.read(champion_key(model))
    except NotFound:
        return None, 0
    try:
        return msgspec.json.decode(blob.data, type=Champion), blob.generation
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise Conflict("The champion's pointer cannot be read; somebody wrote it by hand.") from error


def bundled_version(model: str, world: World) -> str | None:
    try:
        return listing.serving(model, world).version
    except NotFound:
        return None


def _expect(present: str | None, seen: str | None) -> None:
    if present != seen:
        raise Conflict(f"{present or 'No version'} serves now; look again before you decide.", champion=present)


def _verify(model: str, version: str, world: World) -> None:
    """Only what serving would accept may be pointed at: published whole, or the version that came with the code."""
    try:
        manifest = read_manifest(world.blobs.read(model_key(model, version, "manifest.json")).data)
        verify_model(manifest, world.blobs.read(model_key(model, version, "model.tflite")).data)
    except NotFound:
        if not _is_bundled(model, version, world):
            raise NotFound("There is no such published version.") from None
    except BrokenModel as error:
        _log.error("a version was not promoted: %s", error, extra={"model": model, "version": version})
        raise Conflict("This version cannot be served by the code that runs now.") from error


def _is_bundled(model: str, version: str, world: World) -> bool:
    """The version that served when the first pointer was written came with the code."""
    first = history(model=model, world=world)
    return version == (first[-1].previous if first else bundled_version(model, world))


def _before(model: str, version: str, world: World) -> str | None:
    """What served before a version did, when it was last made champion."""
    return next((p.previous for p in history(model=model, world=world) if p.version == version), None)


def _point(model: str, chosen: Champion, generation: int, *, action: str, world: World) -> Champion:
    world.blobs.write(champion_key(model), msgspec.json.encode(chosen), expected=generation)
    _record(model, chosen, action=action, world=world)
    return chosen


def _record(model: str, pointer: Champion, *, action: str, world: World) -> bool:
    record = Promotion(
        id=hashlib.sha256(model.encode() + msgspec.json.encode(pointer)).hexdigest()[:32],
        model=model,
        version=pointer.version,
        previous=pointer.previous,
        by=pointer.promoted_by,
        at=pointer.promoted_at,
    )
    said = AuditEntry(
        at=now(), actor=pointer.promoted_by, action=f"{action} {pointer.version}", subject=f"model:{model}"
    )
    try:
        world.documents.commit(Put(PROMOTIONS, record, expected=0), Note(said))
    except Conflict:  # it is on record already
        return False
    return True
