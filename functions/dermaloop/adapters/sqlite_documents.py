"""Records that change, as rows of one SQLite table: the body as JSON, looked up through indexes on its fields."""

import sqlite3
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from dermaloop.adapters.sqlite_file import SqliteFile, note
from dermaloop.errors import Conflict, NotFound
from dermaloop.records.documents import (
    Ask,
    Change,
    Found,
    Kind,
    Note,
    Page,
    Query,
    Record,
    Remove,
    read_cursor,
    write_cursor,
    write_record,
)

T = TypeVar("T", bound=Record)

_ONE = "SELECT version, body FROM documents WHERE kind = ? AND id = ?"
_UPSERT = """
INSERT INTO documents VALUES (?, ?, 1, ?)
ON CONFLICT (kind, id) DO UPDATE SET version = version + 1, body = excluded.body
"""


class SqliteDocuments(SqliteFile):
    """The Documents port on a local file."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._indexed: set[Ask | str] = set()

    def get(self, kind: Kind[T], record_id: str) -> Found[T]:
        with self._reading() as db:
            found = db.execute(_ONE, (kind.name, record_id)).fetchone()
        if found is None:
            raise NotFound("There is no such record.")
        return _found(kind, found)

    def find(self, query: Query[T], *, after: str = "", limit: int = 50) -> Page[T]:
        self._index(query.kind)
        conditions, values = _conditions(query)
        field, way, beyond = (
            _field(query.order),
            "DESC" if query.descending else "ASC",
            "<" if query.descending else ">",
        )
        if after:
            place, record_id = read_cursor(after)
            conditions += f" AND ({field}, id) {beyond} (?, ?)"
            values += [place, record_id]
        text = f"SELECT version, body, {field}, id FROM documents WHERE {conditions} ORDER BY {field} {way}, id {way} LIMIT ?"  # noqa: S608, E501
        with self._reading() as db:
            rows = db.execute(text, (*values, limit + 1)).fetchall()
        further = write_cursor(*rows[limit - 1][2:]) if len(rows) > limit else ""
        return Page(tuple(_found(query.kind, row) for row in rows[:limit]), further)

    def count(self, query: Query[T]) -> int:
        """Names its index: without statistics SQLite would go through every record of the kind."""
        self._index(query.kind)
        conditions, values = _conditions(query)
        text = f"SELECT COUNT(*) FROM documents INDEXED BY {_index_of(query)} WHERE {conditions}"  # noqa: S608
        with self._reading() as db:
            return int(db.execute(text, values).fetchone()[0])

    def commit(self, *changes: Change) -> None:
        with self._writing() as db:
            for change in changes:
                _make(db, change)

    def restore(self, kind: Kind[T], found: Found[T]) -> bool:
        with self._writing() as db:
            row = db.execute(_ONE, (kind.name, found.record.id)).fetchone()
            if row is not None and row[0] >= found.version:
                if _found(kind, row) != found:
                    raise Conflict("Another record is kept under this id.")
                return False
            body = write_record(found.record)
            db.execute("REPLACE INTO documents VALUES (?, ?, ?, ?)", (kind.name, found.record.id, found.version, body))
        return True

    def _index(self, kind: Kind[Any]) -> None:
        """Makes the indexes that a kind's questions need, once in the life of a process."""
        if kind.name in self._indexed:
            return
        with self._writing() as db:
            for number, ask in enumerate(kind.asks):
                fields = ", ".join(_field(name) for name in (*sorted(ask.equals), ask.order, "id"))
                db.execute(
                    f"CREATE INDEX IF NOT EXISTS {_name(kind, number, ask)} "
                    f"ON documents ({fields}) WHERE kind = '{kind.name}'"
                )
        self._indexed.add(kind.name)


def _make(db: sqlite3.Connection, change: Change) -> None:
    if isinstance(change, Note):
        note(db, change.entry)
        return
    row = db.execute(
        "SELECT version FROM documents WHERE kind = ? AND id = ?", (change.kind.name, change.id)
    ).fetchone()
    if change.expected is not None and change.expected != (row[0] if row else 0):
        raise Conflict("Somebody else changed this in the meantime.")
    if isinstance(change, Remove):
        db.execute("DELETE FROM documents WHERE kind = ? AND id = ?", (change.kind.name, change.id))
    else:
        db.execute(_UPSERT, (change.kind.name, change.id, write_record(change.record)))


def _conditions(query: Query[Any]) -> tuple[str, list[Any]]:
    said, values = [f"kind = '{query.kind.name}'"], []
    for name, value in sorted(query.equals.items()):
        said.append(f"{_field(name)} IS ?")
        values.append(value)
    for bound, sign in ((query.at_least, ">="), (query.below, "<")):
        if bound is not None:
            said.append(f"{_field(query.order)} {sign} ?")
            values.append(bound)
    return " AND ".join(said), values


def _field(name: str) -> str:
    return "id" if name == "id" else f"json_extract(body, '$.{name}')"


def _index_of(query: Query[Any]) -> str:
    for number, ask in enumerate(query.kind.asks):
        asked = (sorted(ask.equals), ask.order, ask.descending)
        if asked == (sorted(query.equals), query.order, query.descending):
            return _name(query.kind, number, ask)
    raise ValueError("a query is of a shape its kind declares")


def _name(kind: Kind[Any], number: int, ask: Ask) -> str:
    return "_".join((kind.name, str(number), *sorted(ask.equals), "by", ask.order))


def _found(kind: Kind[T], row: tuple[Any, ...]) -> Found[T]:
    return Found(msgspec.json.decode(row[1], type=kind.struct), row[0])
