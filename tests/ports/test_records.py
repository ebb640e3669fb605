"""The Records port: atomic, idempotent, and honest about what is gone."""

import sqlite3
import threading
from pathlib import Path

import pytest

from dermaloop.adapters.sqlite import SqliteRecords
from dermaloop.errors import Conflict, NotFound, StoreUnavailable
from dermaloop.ports import Records
from dermaloop.records import AuditEntry, Case, IdempotencyKey, LesionImage, ModelVersion, Prediction


@pytest.fixture
def records(tmp_path: Path) -> Records:
    return SqliteRecords(tmp_path / "deep" / "records.sqlite3")


def case(case_id: str = "c1") -> Case:
    prediction = Prediction(
        image_id="1",
        model=ModelVersion("disease", "1", "ab"),
        status="answered",
        probabilities={"nv": 0.75, "mel": 0.25},
        malignant_probability=0.25,
        quality_issues=("blurred",),
        embedding=(0.5, -1.0),
    )
    return Case(
        id=case_id,
        created_at="2026-11-20T10:00:00.000Z",
        function="predict_disease",
        token_sha256="t",
        images=(LesionImage(id="1", sha256="s", width=3, height=2),),
        predictions=(prediction,),
        answer={"label": "nv", "probabilities": [{"label": "nv", "name": "黑色素細胞痣", "probability": 0.75}]},
    )


def entry(action: str = "create", subject: str = "case:c1") -> AuditEntry:
    return AuditEntry(at="2026-11-20T10:00:00.000Z", actor="patient", action=action, subject=subject)


def test_a_case_comes_back_as_it_was_kept(records: Records) -> None:
    assert records.keep_case(case(), audit=entry()) == case()
    assert records.case("c1") == case()


def test_a_case_that_never_was_is_not_found(records: Records) -> None:
    with pytest.raises(NotFound):
        records.case("c1")


def test_the_same_key_keeps_one_case(records: Records) -> None:
    key = IdempotencyKey("k", "r")
    first = records.keep_case(case("c1"), audit=entry(), key=key)
    second = records.keep_case(case("c2"), audit=entry(subject="case:c2"), key=key)
    assert second == first
    assert records.audit("case:c2") == ()
    with pytest.raises(NotFound):
        records.case("c2")


def test_the_key_of_another_request_is_a_conflict(records: Records) -> None:
    records.keep_case(case("c1"), audit=entry(), key=IdempotencyKey("k", "r"))
    with pytest.raises(Conflict):
        records.keep_case(case("c2"), audit=entry(), key=IdempotencyKey("k", "another"))


def test_many_writers_with_one_key_keep_one_case(records: Records) -> None:
    kept: list[str] = []

    def keep(number: int) -> None:
        kept.append(records.keep_case(case(f"c{number}"), audit=entry(), key=IdempotencyKey("k", "r")).id)

    threads = [threading.Thread(target=keep, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(kept) == 12
    assert len(set(kept)) == 1
    assert len(records.audit("case:c1")) == 1


def test_deleting_leaves_the_trail_and_frees_the_key(records: Records) -> None:
    key = IdempotencyKey("k", "r")
    records.keep_case(case(), audit=entry(), key=key)
    for _ in range(2):
        records.delete_case("c1", audit=entry("delete"))
    with pytest.raises(NotFound):
        records.case("c1")
    assert [line.action for line in records.audit("case:c1")] == ["create", "delete"]
    assert records.keep_case(case("c2"), audit=entry(), key=key).id == "c2"


def test_the_trail_cannot_be_rewritten(records: Records, tmp_path: Path) -> None:
    records.keep_case(case(), audit=entry())
    db = sqlite3.connect(tmp_path / "deep" / "records.sqlite3")
    for forbidden in ("DELETE FROM audit", "UPDATE audit SET actor = 'nobody'"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            db.execute(forbidden)
    db.close()


def test_a_failure_between_two_writes_leaves_nothing(records: Records) -> None:
    records.keep_case(case("c1"), audit=entry())
    with pytest.raises(StoreUnavailable):
        records.keep_case(case("c1"), audit=entry("again"), key=IdempotencyKey("k", "r"))
    assert [line.action for line in records.audit("case:c1")] == ["create"]
    assert records.keep_case(case("c2"), audit=entry(), key=IdempotencyKey("k", "other")).id == "c2"


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
