"""Finds images to review or reviewed, by what is known of them."""

from dataclasses import dataclass

import msgspec

from dermaloop.ports import Documents
from dermaloop.records.documents import Page, Query, Scalar
from dermaloop.records.findings import Diagnosis, Site
from dermaloop.records.reviewing import REVIEWS, Review, State

_LAST = "\U0010ffff"


@dataclass(frozen=True)
class Wanted:
    """What an image must be; None where anything will do."""

    id: str | None = None
    state: State | None = None
    diagnosis: Diagnosis | None = None
    site: Site | None = None
    since: str | None = None
    until: str | None = None


def search(wanted: Wanted, documents: Documents, *, after: str = "", limit: int = 50) -> Page[Review]:
    """The newest first; by the beginning of an id, in the order of ids."""
    return documents.find(query(wanted), after=after, limit=limit)


def count(wanted: Wanted, documents: Documents) -> int:
    return documents.count(query(wanted))


def query(wanted: Wanted) -> Query[Review]:
    if wanted.id:
        return Query(REVIEWS, at_least=wanted.id, below=wanted.id + _LAST)
    equals: dict[str, Scalar] = {
        name: value for name in ("state", "diagnosis", "site") if (value := getattr(wanted, name)) is not None
    }
    return Query(REVIEWS, equals, order="created_at", descending=True, at_least=wanted.since, below=wanted.until)


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """How many images wait for what."""

    first: int
    second: int
    adjudication: int
    reviewed: int


def counts(documents: Documents) -> Counts:
    states: tuple[State, ...] = ("first", "second", "adjudication", "reviewed")
    return Counts(**{state: count(Wanted(state=state), documents) for state in states})
