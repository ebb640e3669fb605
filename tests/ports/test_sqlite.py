"""What only the SQLite file can suffer or promise."""

import sqlite3
from pathlib import Path

import pytest

from dermaloop.adapters.sqlite import SqliteRecords
from dermaloop.errors import StoreUnavailable
from tests.ports.kept import case, entry


def test_the_trail_cannot_be_rewritten(tmp_path: Path) -> None:
    SqliteRecords(tmp_path / "records.sqlite3").keep_case(case(), audit=entry())
    db = sqlite3.connect(tmp_path / "records.sqlite3")
    for forbidden in ("DELETE FROM audit", "UPDATE audit SET actor = 'nobody'"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            db.execute(forbidden)
    db.close()


def test_a_store_that_cannot_be_opened_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreUnavailable):
        SqliteRecords(tmp_path / "file" / "records.sqlite3").case("c1")


def test_a_damaged_store_says_so(tmp_path: Path) -> None:
    (tmp_path / "records.sqlite3").write_bytes(b"not a database" * 100)
    with pytest.raises(StoreUnavailable):
        SqliteRecords(tmp_path / "records.sqlite3").keep_case(case(), audit=entry())


def test_what_was_kept_is_there_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "records.sqlite3"
    SqliteRecords(path).keep_case(case(), audit=entry())
    assert SqliteRecords(path).case("c1") == case()
