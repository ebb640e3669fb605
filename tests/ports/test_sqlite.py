"""What only the SQLite file can suffer or promise."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
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


def test_many_threads_may_open_a_store_that_is_not_there_yet(tmp_path: Path) -> None:
    def keep(records: SqliteRecords, number: int) -> str:
        start.wait()
        return records.keep_case(case(f"c{number}"), audit=entry()).id

    for turn in range(30):
        start = threading.Barrier(8)
        with ThreadPoolExecutor(8) as pool:
            records = SqliteRecords(tmp_path / f"{turn}.sqlite3")
            assert len(set(pool.map(keep, [records] * 8, range(8)))) == 8
