"""Answers forever which models have seen a picture, also after the picture was deleted."""

import msgspec

from dermaloop.errors import NotFound
from dermaloop.ports import World
from dermaloop.records.documents import Query
from dermaloop.records.snapshots import Split
from dermaloop.records.training import CANDIDATES, RUNS, Candidate
from dermaloop.services.freezing import read_lines


class Sighting(msgspec.Struct, frozen=True, kw_only=True):
    """One model that learnt from, was fitted on or was tested by a picture, according to the picture's split."""

    model: str
    version: str
    run_id: str
    snapshot: str
    split: Split
    published: bool


class Sightings(msgspec.Struct, frozen=True, kw_only=True):
    """Every model that has seen the picture, oldest first. Pictures that were left out of a run are not in it."""

    image: str
    sightings: list[Sighting]


def seen_by(*, image: str, world: World) -> Sightings:
    """Looks through the snapshot of every run; a snapshot's list outlives the pictures, and names no person."""
    found: list[Sighting] = []
    after = ""
    while True:
        page = world.documents.find(Query(RUNS, order="created_at", descending=True), after=after)
        for run in page.records:
            if run.candidates and image not in run.left_out and (split := _split(image, run.snapshot, world)):
                found += [_sighting(one, split) for one in _candidates(run.candidates, world)]
        if not (after := page.after):
            return Sightings(image=image, sightings=list(reversed(found)))


def _split(image: str, snapshot: str, world: World) -> Split | None:
    try:
        return next((line.split for line in read_lines(snapshot, world.blobs) if line.image == image), None)
    except NotFound:
        return None


def _candidates(ids: tuple[str, ...], world: World) -> list[Candidate]:
    return [world.documents.get(CANDIDATES, one).record for one in ids]


def _sighting(candidate: Candidate, split: Split) -> Sighting:
    return Sighting(
        model=candidate.model,
        version=candidate.version,
        run_id=candidate.run_id,
        snapshot=candidate.snapshot,
        split=split,
        published=candidate.passed,
    )
