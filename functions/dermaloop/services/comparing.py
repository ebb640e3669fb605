"""Lays every published version of every model side by side, with its figures and how it came to serve."""

from typing import Any

import msgspec

from dermaloop.contract.manifest import Manifest, model_key, read_manifest
from dermaloop.errors import BrokenModel, ModelUnavailable, NotFound
from dermaloop.ports import World
from dermaloop.records.documents import Query
from dermaloop.records.training import CANDIDATES, Candidate, Promotion, candidate_id
from dermaloop.services import listing
from dermaloop.services.promoting import history, read_pointer

Figure = tuple[float | None, float | None, float | None]


class PublishedVersion(msgspec.Struct, frozen=True, kw_only=True):
    """One version that serves or could: `figures` are value and 95 % interval on the test pictures it was judged by."""

    model: str
    version: str
    created: str
    sha256: str
    champion: bool
    bundled: bool
    metrics: dict[str, float]
    figures: dict[str, Figure]
    test_pictures: int
    run_id: str = ""
    snapshot: str = ""


class ModelShelf(msgspec.Struct, frozen=True, kw_only=True):
    """One model: what serves now, by whose word, what served before, and all there is to choose from."""

    name: str
    champion: str
    promoted_by: str = ""
    promoted_at: str = ""
    previous: str | None = None
    versions: list[PublishedVersion]
    history: list[Promotion]


class ModelShelves(msgspec.Struct, frozen=True):
    """Every model."""

    models: list[ModelShelf]


class Candidates(msgspec.Struct, frozen=True):
    """What training runs made, the last first, with the gate's lines."""

    candidates: list[Candidate]
    after: str = ""


def shelves(*, world: World) -> ModelShelves:
    """A model that will not load is left out; its refusal is in the log."""
    return ModelShelves([shelf for name in listing.names(world) if (shelf := _shelf(name, world)) is not None])


def candidates(*, model: str, after: str, world: World) -> Candidates:
    equals = {"model": model} if model else {}
    page = world.documents.find(Query(CANDIDATES, equals, order="created_at", descending=True), after=after)
    return Candidates(list(page.records), page.after)


def report(*, model: str, version: str, world: World) -> dict[str, Any]:
    """The whole report of a published version, as the training job wrote it."""
    found: dict[str, Any] = msgspec.json.decode(world.blobs.read(model_key(model, version, "report.json")).data)
    return found


def _shelf(name: str, world: World) -> ModelShelf | None:
    pointer, _ = read_pointer(name, world.blobs)
    try:
        serving = listing.serving(name, world)
    except (NotFound, ModelUnavailable):
        return None
    champion = pointer.version if pointer else serving.version
    versions = [_version(manifest, champion, world) for manifest in _manifests(name, world)]
    if serving.version not in {one.version for one in versions}:
        versions.append(_bundled(serving, champion))
    return ModelShelf(
        name=name,
        champion=champion,
        promoted_by=pointer.promoted_by if pointer else "",
        promoted_at=pointer.promoted_at if pointer else "",
        previous=pointer.previous if pointer else None,
        versions=sorted(versions, key=lambda one: one.created, reverse=True),
        history=list(history(model=name, world=world)),
    )


def _manifests(name: str, world: World) -> list[Manifest]:
    found = []
    for key in world.blobs.keys(f"models/{name}/"):
        if key.endswith("/manifest.json"):
            try:
                found.append(read_manifest(world.blobs.read(key).data))
            except (BrokenModel, NotFound):  # made for other pixels: it cannot be promoted, so it is not shown
                continue
    return found


def _version(manifest: Manifest, champion: str, world: World) -> PublishedVersion:
    test = _test(manifest, world)
    made = _candidate(manifest, world)
    return PublishedVersion(
        model=manifest.name,
        version=manifest.version,
        created=manifest.created,
        sha256=manifest.sha256,
        champion=manifest.version == champion,
        bundled=False,
        metrics=manifest.metrics,
        figures={name: tuple(value) for name, value in test.get("figures", {}).items()},
        test_pictures=test.get("pictures", 0),
        run_id=made.run_id if made else "",
        snapshot=made.trained_on if made else "",
    )


def _bundled(manifest: Manifest, champion: str) -> PublishedVersion:
    return PublishedVersion(
        model=manifest.name,
        version=manifest.version,
        created=manifest.created,
        sha256=manifest.sha256,
        champion=manifest.version == champion,
        bundled=True,
        metrics=manifest.metrics,
        figures={},
        test_pictures=0,
    )


def _test(manifest: Manifest, world: World) -> dict[str, Any]:
    """The figures on the copies with the most pictures."""
    try:
        sources = report(model=manifest.name, version=manifest.version, world=world)["test"].values()
    except (NotFound, KeyError, msgspec.DecodeError):
        return {}
    return max(sources, key=lambda found: found["pictures"], default={})


def _candidate(manifest: Manifest, world: World) -> Candidate | None:
    try:
        return world.documents.get(CANDIDATES, candidate_id(manifest.name, manifest.version)).record
    except NotFound:
        return None
