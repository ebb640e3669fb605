"""Records that change: their kinds, what may be asked of each, and the changes that are made together or not at all."""

import base64
import json
import re
from collections.abc import Mapping
from typing import Any, Generic, TypeVar

import msgspec

from dermaloop.errors import InvalidRequest, TooLarge
from dermaloop.records.audit import AuditEntry

Scalar = str | int | float | bool | None

_ID = re.compile(r"(?!\.{1,2}\Z|__.*__\Z)[^/\x00-\x1f\x7f\ud800-\udfff]{1,300}")


def is_record_id(text: str) -> bool:
    """Whether it can name a record in every store: a client may ask for anything, but only such are written."""
    return _ID.fullmatch(text) is not None


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What every such record has: an id that is unique within its kind."""

    id: str


LARGEST = 900_000
"""Bytes of a record as it is kept: a Firestore document may have 1,048,576 with the fields that are asked for."""


def write_record(record: Record) -> str:
    """As every store keeps it, or TooLarge."""
    body = msgspec.json.encode(record)
    if len(body) > LARGEST:
        raise TooLarge("There is no room for more here.")
    return body.decode()


T = TypeVar("T", bound=Record)


class Ask(msgspec.Struct, frozen=True):
    """One shape of question that a kind answers: the fields that must equal something, and the field it is sorted by.

    Firestore needs a composite index for each: `python -m dermaloop.indexes` tells them all, for Terraform.
    """

    equals: tuple[str, ...] = ()
    order: str = "id"
    descending: bool = False


class Kind(msgspec.Struct, Generic[T], frozen=True):
    """A collection of records of one struct. `expires` names the field after whose time the store may remove one."""

    name: str
    struct: type[T]
    asks: tuple[Ask, ...] = (Ask(),)
    expires: str | None = None

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field that is asked for, sorted by or expires: what a store must be able to look up."""
        asked = {name for ask in self.asks for name in (*ask.equals, ask.order)}
        return tuple(sorted((asked | {self.expires or "id"}) - {"id"}))


class Query(msgspec.Struct, Generic[T], frozen=True):
    """A question to one kind, of a shape it declares, or for all by id. The bounds are on the field it is sorted by."""

    kind: Kind[T]
    equals: Mapping[str, Scalar] = msgspec.field(default_factory=dict)
    order: str = "id"
    descending: bool = False
    at_least: Scalar = None
    below: Scalar = None

    def __post_init__(self) -> None:
        asked = Ask(tuple(sorted(self.equals)), self.order, self.descending)
        known = {Ask(tuple(sorted(ask.equals)), ask.order, ask.descending) for ask in (*self.kind.asks, Ask())}
        if asked not in known:
            raise ValueError(f"{self.kind.name} declares no such question: {asked}")


class Found(msgspec.Struct, Generic[T], frozen=True):
    """A record and its version, which grows by one with every change."""

    record: T
    version: int


class Page(msgspec.Struct, Generic[T], frozen=True):
    """Some records in order; `after` leads to the next page, and is empty on the last."""

    found: tuple[Found[T], ...]
    after: str = ""

    @property
    def records(self) -> tuple[T, ...]:
        return tuple(each.record for each in self.found)


class Put(msgspec.Struct, Generic[T], frozen=True):
    """Writes a record. `expected` is the version it must have now: 0 where it must be new, None where any will do."""

    kind: Kind[T]
    record: T
    expected: int | None = None

    def __post_init__(self) -> None:
        if not is_record_id(self.record.id):
            raise ValueError(f"{self.kind.name}: no store can name a record {self.record.id!r}")

    @property
    def id(self) -> str:
        return self.record.id


class Remove(msgspec.Struct, Generic[T], frozen=True):
    """Removes a record; one that is gone already is no error unless a version was expected."""

    kind: Kind[T]
    id: str
    expected: int | None = None


class Note(msgspec.Struct, frozen=True):
    """Adds a line to the audit trail."""

    entry: AuditEntry


Change = Put[Any] | Remove[Any] | Note


def write_cursor(order: Scalar, record_id: str) -> str:
    """The place after a record in a sorted list, as text that a client may send back."""
    return base64.urlsafe_b64encode(json.dumps([order, record_id]).encode()).decode()


def read_cursor(text: str) -> tuple[Scalar, str]:
    """What `write_cursor` wrote; anything else is the client's mistake."""
    try:
        order, record_id = json.loads(base64.urlsafe_b64decode(text.encode()))
    except ValueError as error:
        raise InvalidRequest("This is no place in a list that this API gave.", path="after") from error
    if not isinstance(record_id, str) or not is_record_id(record_id) or isinstance(order, list | dict):
        raise InvalidRequest("This is no place in a list that this API gave.", path="after")
    return order, record_id
