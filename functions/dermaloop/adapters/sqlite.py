"""Records in one SQLite file: one row a case, its idempotency key beside it, and an append-only audit trail."""

import sqlite3
from collections.abc import Iterator

import msgspec

from dermaloop.adapters.sqlite_file import SqliteFile, note
from dermaloop.errors import Conflict, NotFound
from dermaloop.records import AuditEntry, AuditLine, Case, IdempotencyKey, KeptCase

_CASES = """
SELECT id, body, key, request FROM cases LEFT JOIN idempotency ON case_id = id WHERE id > ? ORDER BY id LIMIT ?
"""
_SAME = """
SELECT id, body, key, request FROM cases LEFT JOIN idempotency ON case_id = id WHERE id = ? OR key = ?
"""
_LINES = """
SELECT subject, place, at, actor, action FROM (
    SELECT *, ROW_NUMBER() OVER (PARTITION BY subject ORDER BY number) - 1 AS place FROM audit WHERE subject >= ?
) WHERE (subject, place) > (?, ?) ORDER BY subject, place LIMIT ?
"""
_SINCE = "SELECT body FROM cases WHERE (created_at, id) > (?, ?) ORDER BY created_at, id LIMIT ?"
_PAGE = 500


class SqliteRecords(SqliteFile):
    """The Records port on a local file."""

    def keep_case(self, case: Case, *, audit: AuditEntry, key: IdempotencyKey | None = None) -> Case:
        with self._writing() as db:
            if key is not None and (first := self._first(db, key)) is not None:
                return first
            self._insert(db, KeptCase(case, key))
            note(db, audit)
        return case

    def case(self, case_id: str) -> Case:
        with self._reading() as db:
            return self._case(db, case_id)

    def delete_case(self, case_id: str, *, audit: AuditEntry) -> None:
        with self._writing() as db:
            if db.execute("DELETE FROM cases WHERE id = ?", (case_id,)).rowcount:
                note(db, audit)

    def audit(self, subject: str) -> tuple[AuditEntry, ...]:
        with self._reading() as db:
            return self._trail(db, subject)

    def cases_since(self, created_at: str, *, after: str = "", limit: int = 50) -> tuple[Case, ...]:
        with self._reading() as db:
            rows = db.execute(_SINCE, (created_at, after, limit)).fetchall()
        return tuple(msgspec.json.decode(body, type=Case) for (body,) in rows)

    def kept_cases(self, after: str = "") -> Iterator[KeptCase]:
        while True:
            with self._reading() as db:
                page = db.execute(_CASES, (after, _PAGE)).fetchall()
            yield from map(_kept, page)
            if len(page) < _PAGE:
                return
            after = page[-1][0]

    def audit_lines(self) -> Iterator[AuditLine]:
        subject, place = "", -1
        while True:
            with self._reading() as db:
                page = db.execute(_LINES, (subject, subject, place, _PAGE)).fetchall()
            for about, number, at, actor, action in page:
                yield AuditLine(number, AuditEntry(at=at, actor=actor, action=action, subject=about))
            if len(page) < _PAGE:
                return
            subject, place = page[-1][:2]

    def restore_case(self, kept: KeptCase) -> bool:
        with self._writing() as db:
            present = self._kept(db, kept)
            if present is None:
                self._insert(db, kept)
                return True
        if present != kept:
            raise Conflict("Another case is kept under this id or key.")
        return False

    def restore_line(self, line: AuditLine) -> bool:
        with self._writing() as db:
            present = self._trail(db, line.entry.subject)
            if len(present) == line.place:
                note(db, line.entry)
                return True
        if len(present) < line.place or present[line.place] != line.entry:
            raise Conflict("The trail has another line at this place.")
        return False

    def _kept(self, db: sqlite3.Connection, kept: KeptCase) -> KeptCase | None:
        """What lies under the same id or the same key."""
        row = db.execute(_SAME, (kept.case.id, kept.key.key_sha256 if kept.key else None)).fetchone()
        return None if row is None else _kept(row)

    def _trail(self, db: sqlite3.Connection, subject: str) -> tuple[AuditEntry, ...]:
        query = "SELECT at, actor, action, subject FROM audit WHERE subject = ? ORDER BY number"
        rows = db.execute(query, (subject,)).fetchall()
        return tuple(AuditEntry(at=at, actor=actor, action=action, subject=about) for at, actor, action, about in rows)

    def _insert(self, db: sqlite3.Connection, kept: KeptCase) -> None:
        case, key = kept.case, kept.key
        db.execute("INSERT INTO cases VALUES (?, ?, ?)", (case.id, case.created_at, msgspec.json.encode(case)))
        if key is not None:
            db.execute("INSERT INTO idempotency VALUES (?, ?, ?)", (key.key_sha256, key.request_sha256, case.id))

    def _first(self, db: sqlite3.Connection, key: IdempotencyKey) -> Case | None:
        row = db.execute("SELECT request, case_id FROM idempotency WHERE key = ?", (key.key_sha256,)).fetchone()
        if row is None:
            return None
        if row[0] != key.request_sha256:
            raise Conflict("This Idempotency-Key was used for another request.")
        return self._case(db, row[1])

    def _case(self, db: sqlite3.Connection, case_id: str) -> Case:
        row = db.execute("SELECT body FROM cases WHERE id = ?", (case_id,)).fetchone()
        if row is None:
            raise NotFound("There is no such case.")
        return msgspec.json.decode(row[0], type=Case)


def _kept(row: tuple[str, bytes, str | None, str]) -> KeptCase:
    _, body, key, request = row
    return KeptCase(msgspec.json.decode(body, type=Case), IdempotencyKey(key, request) if key is not None else None)
