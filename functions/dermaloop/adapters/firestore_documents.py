"""Records that change, in Firestore: a commit is one atomic write whose preconditions decide between two writers."""

import secrets
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from dermaloop.adapters import firestore_layout as layout
from dermaloop.adapters import firestore_rest as rest
from dermaloop.adapters.firestore_rest import Document, Firestore, Json
from dermaloop.adapters.google_patience import OVERTAKEN, Again, reached
from dermaloop.adapters.google_rest import Refused
from dermaloop.errors import Conflict, InvalidRequest, NotFound
from dermaloop.records import AuditLine
from dermaloop.records.documents import (
    Change,
    Found,
    Kind,
    Note,
    Page,
    Put,
    Query,
    Record,
    Remove,
    Scalar,
    is_record_id,
    read_cursor,
    write_cursor,
)

T = TypeVar("T", bound=Record)


class FirestoreDocuments:
    """The Documents port on Firestore."""

    def __init__(self, *, project: str, database: str = "(default)") -> None:
        self._firestore = Firestore(project=project, database=database)

    def get(self, kind: Kind[T], record_id: str) -> Found[T]:
        found = None
        if is_record_id(record_id):
            (found,) = reached(lambda _: self._firestore.fetch(self._firestore.name(kind.name, record_id)))
        if found is None:
            raise NotFound("There is no such record.")
        return layout.read_record(kind, found.fields)

    def find(self, query: Query[T], *, after: str = "", limit: int = 50) -> Page[T]:
        asked = self._select(query) | {"limit": limit + 1}
        if after:
            place, record_id = read_cursor(after)
            id_place = rest.Place(self._firestore.name(query.kind.name, record_id))
            asked = rest.started_after(asked, *([] if query.order == "id" else [place]), id_place)

        def attempt(_: int) -> list[Document]:
            try:
                return self._firestore.run(asked)
            except Refused as error:
                if after and error.reason == "INVALID_ARGUMENT":
                    raise InvalidRequest("This is no place in a list that this API gave.", path="after") from error
                raise

        found = [layout.read_record(query.kind, document.fields) for document in reached(attempt)]
        further = ""
        if len(found) > limit:
            last = found[limit - 1].record
            further = write_cursor(getattr(last, query.order), last.id)
        return Page(tuple(found[:limit]), further)

    def count(self, query: Query[T]) -> int:
        asked = self._select(query)
        return reached(lambda _: self._firestore.count(asked))

    def commit(self, *changes: Change) -> None:
        mark = self._firestore.name(layout.COMMITS, secrets.token_hex(10))

        def attempt(tries: int) -> None:
            if tries and self._firestore.fetch(mark)[0] is not None:
                return
            self._commit([*self._writes(changes, blindly=not tries), *self._lines(changes), _mark(mark)])

        reached(attempt, changes=True)

    def restore(self, kind: Kind[T], found: Found[T]) -> bool:
        name = self._firestore.name(kind.name, found.record.id)
        fields = layout.record_fields(kind, found.record, found.version)

        def attempt(_: int) -> bool:
            (present,) = self._firestore.fetch(name)
            if present is not None and present.fields["_version"] >= found.version:
                if layout.read_record(kind, present.fields) != found:
                    raise Conflict("Another record is kept under this id.")
                return False
            made = rest.replace(name, fields, present=present) if present else rest.create(name, fields)
            self._commit([made])
            return True

        return reached(attempt)

    def _commit(self, writes: Iterable[Json]) -> None:
        try:
            self._firestore.commit(writes)
        except Refused as error:
            if error.reason in OVERTAKEN:
                raise Again from error
            raise

    def _select(self, query: Query[Any]) -> Json:
        conditions = [rest.equal(name, value) for name, value in sorted(query.equals.items())]
        bounds = (("GREATER_THAN_OR_EQUAL", query.at_least), ("LESS_THAN", query.below))
        field = rest.ID if query.order == "id" else query.order
        conditions += [rest.compare(field, how, self._bound(query, to)) for how, to in bounds if to is not None]
        return rest.ordered(rest.select(query.kind.name, *conditions), _order(query), descending=query.descending)

    def _bound(self, query: Query[Any], value: Scalar) -> Any:
        return rest.Place(self._firestore.name(query.kind.name, str(value))) if query.order == "id" else value

    def _writes(self, changes: Sequence[Change], *, blindly: bool) -> Iterable[Json]:
        """The records; at the first try those that must be new are not looked for."""
        records = [change for change in changes if not isinstance(change, Note)]
        names = {id(change): self._firestore.name(change.kind.name, change.id) for change in records}
        looked_for = [names[id(change)] for change in records if change.expected != 0 or not blindly]
        present = dict(zip(looked_for, self._firestore.fetch(*looked_for), strict=True))
        return [_write(change, names[id(change)], present.get(names[id(change)])) for change in records]

    def _lines(self, changes: Sequence[Change]) -> Iterable[Json]:
        """The audit lines, each at the next place in the trail of its subject."""
        places: Counter[str] = Counter()
        entries = [change.entry for change in changes if isinstance(change, Note)]
        for subject in {entry.subject for entry in entries}:
            places[subject] = self._firestore.count(rest.select(layout.AUDIT, rest.equal("subject", subject)))
        for entry in entries:
            line = AuditLine(places[entry.subject], entry)
            yield rest.create(self._firestore.name(layout.AUDIT, layout.line_id(line)), layout.line_fields(line))
            places[entry.subject] += 1


def _order(query: Query[Any]) -> tuple[str, ...]:
    return (rest.ID,) if query.order == "id" else (query.order, rest.ID)


def _write(change: Put[Any] | Remove[Any], name: str, present: Document | None) -> Json:
    version = present.fields["_version"] if present else 0
    if change.expected is not None and change.expected != version:
        raise Conflict("Somebody else changed this in the meantime.")
    if isinstance(change, Remove):
        return rest.delete(name, present=present)
    fields = layout.record_fields(change.kind, change.record, version + 1)
    return rest.replace(name, fields, present=present) if present else rest.create(name, fields)


def _mark(name: str) -> Json:
    return rest.create(name, layout.commit_fields())
