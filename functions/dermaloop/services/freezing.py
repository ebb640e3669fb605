"""Freezes what doctors agreed on into a snapshot: list, digests and splits; consent is asked anew every time."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import msgspec

from dermaloop.contract.labels import VOCABULARIES, read_vocabulary
from dermaloop.errors import Conflict, NotFound
from dermaloop.ports import Blobs, Documents, World
from dermaloop.records.documents import Query
from dermaloop.records.reviewing import ANNOTATIONS, REVIEWS, Reference, Review
from dermaloop.records.snapshots import (
    FORMAT,
    HEADER,
    LINES,
    SOURCES,
    Header,
    Reviewed,
    Source,
    Split,
    snapshot_id,
    snapshot_key,
    write_lines,
)
from dermaloop.services.dealing import deal
from dermaloop.services.labelling import labels_of, shapes_of

_PAGE = 200

Agreed = tuple[Review, Reference]
"""A picture and the diagnosis that it is known by."""


@dataclass(frozen=True)
class Frozen:
    """A snapshot before it is written; `fresh` counts the pictures that no earlier one had, or had otherwise."""

    id: str
    lines: tuple[Reviewed, ...]
    sources: tuple[Source, ...]
    fresh: int

    @property
    def annotations(self) -> tuple[str, ...]:
        """What it was made of, with the moment of each agreement: an amended reading counts anew."""
        return tuple(sorted(f"{name} {one.agreed_at}" for one in self.sources for name in one.annotations))


def worthy(*, world: World) -> Iterator[Agreed]:
    """Reviewed, with a diagnosis that the models know, consented to, and still there."""
    there = set(world.blobs.keys("images/"))
    after = ""
    while True:
        query = Query(REVIEWS, {"state": "reviewed"}, order="created_at", descending=True)
        page = world.documents.find(query, after=after, limit=_PAGE)
        for review in page.records:
            reference = review.reference
            if reference and review.train_consent and review.blob in there and labels_of(reference):
                yield review, reference
        if not (after := page.after):
            return


def freeze(*, earlier: str, world: World) -> Frozen:
    """The list as it stands; pictures known from the `earlier` snapshot keep their split, so that no test leaks."""
    old = {line.image: line for line in read_lines(earlier, world.blobs)} if earlier else {}
    agreements = list(worthy(world=world))
    digests = {one.id: old[one.id].sha256 if one.id in old else _digest(one, world) for one, _ in agreements}
    chosen = _without_copies(agreements, digests)
    known = {line.case: line.split for line in old.values()}
    splits = deal([(review.case_id, labels_of(reference)["disease"]) for review, reference in chosen], known=known)
    lines = tuple(
        _line(review, reference, digests[review.id], splits[review.case_id], world.documents)
        for review, reference in chosen
    )
    sources = tuple(
        Source(image=review.id, blob=review.blob, annotations=reference.annotations, agreed_at=reference.at)
        for review, reference in chosen
    )
    fresh = sum(old.get(line.image) != line for line in lines)
    return Frozen(snapshot_id(lines), lines, sources, fresh)


def check_enough(frozen: Frozen) -> None:
    """A training needs pictures in every split and two diagnoses at least, or no figure of it says anything."""
    splits = {line.split for line in frozen.lines}
    labels = {line.labels["disease"] for line in frozen.lines}
    if len(splits) < 3 or len(labels) < 2:
        raise Conflict(
            f"There are {len(frozen.lines)} reviewed pictures of {len(labels)} diagnoses: too few to train on and to "
            "test by.",
            pictures=len(frozen.lines),
        )


def write_snapshot(frozen: Frozen, *, blobs: Blobs) -> None:
    """The header last: without one a snapshot does not exist. Nothing is ever written over: the same id is the same."""
    tasks = sorted({task for line in frozen.lines for task in line.labels})
    namespaces = {task: read_vocabulary(VOCABULARIES / f"{task}.json").namespace for task in tasks}
    header = msgspec.json.encode(Header(FORMAT, frozen.id, namespaces))
    files = {SOURCES: write_lines(frozen.sources), LINES: write_lines(frozen.lines), HEADER: header}
    for name, data in files.items():
        _write_once(snapshot_key(frozen.id, name), data, blobs)


def _write_once(key: str, data: bytes, blobs: Blobs) -> None:
    """Looks first: those who may add to the snapshots may not write over one, not even with the same."""
    try:
        blobs.read(key)
    except NotFound:
        with suppress(Conflict):  # another delivery of the same event was quicker
            blobs.write(key, data, expected=0)


def read_lines(snapshot: str, blobs: Blobs) -> list[Reviewed]:
    data = blobs.read(snapshot_key(snapshot, LINES)).data
    return [msgspec.json.decode(line, type=Reviewed) for line in data.splitlines()]


def _digest(review: Review, world: World) -> str:
    """Of the picture as it is kept; none where it was deleted just now."""
    try:
        return hashlib.sha256(world.blobs.read(review.blob).data).hexdigest()
    except NotFound:
        return ""


def _without_copies(agreements: Sequence[Agreed], digests: Mapping[str, str]) -> list[Agreed]:
    """Of pictures with the same bytes the one that was agreed on last: two copies could lie in two splits."""
    last: dict[str, Agreed] = {}
    for review, reference in sorted(agreements, key=lambda one: one[1].at):
        if digests[review.id]:
            last[digests[review.id]] = (review, reference)
    return sorted(last.values(), key=lambda one: one[0].id)


def _line(review: Review, reference: Reference, digest: str, split: Split, documents: Documents) -> Reviewed:
    annotations = [documents.get(ANNOTATIONS, name).record for name in reference.annotations]
    return Reviewed(
        image=review.id,
        sha256=digest,
        case=review.case_id,
        labels=labels_of(reference),
        confirmed_by=reference.confirmed_by,
        readers=len(reference.annotations),
        split=split,
        shapes=shapes_of(annotations),
        attributes={"site": review.site, "how": reference.how},
    )
