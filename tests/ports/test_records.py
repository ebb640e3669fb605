"""The Records port: atomic, idempotent, and honest about what is gone, in every store alike."""

import threading

import msgspec
import pytest

from dermaloop.errors import Conflict, NotFound, StoreUnavailable
from dermaloop.ports import PortableRecords
from dermaloop.records import AuditLine, IdempotencyKey, KeptCase
from tests.ports.kept import case, entry, full_case


def test_a_case_comes_back_as_it_was_kept(records: PortableRecords) -> None:
    assert records.keep_case(case(), audit=entry()) == case()
    assert records.case("c1") == case()


def test_a_case_that_never_was_is_not_found(records: PortableRecords) -> None:
    with pytest.raises(NotFound):
        records.case("c1")


def test_the_fullest_case_survives_with_every_number_and_tuple(records: PortableRecords) -> None:
    records.keep_case(full_case(), audit=entry(subject="case:full"))
    found = records.case("full")
    assert found == full_case()
    assert isinstance(found.predictions[0].embedding, tuple)
    assert [type(number) for number in found.answer["photos"][0]["readings"][0]["deep"][0]] == [int, float]


@pytest.mark.parametrize("case_id", ["", ".", "..", "__x__", "a/b", "../cases/c1", "ü", "x" * 2000, "c1\n"])
def test_whatever_a_client_asks_for_is_no_more_than_not_found(records: PortableRecords, case_id: str) -> None:
    records.keep_case(case("c1"), audit=entry())
    with pytest.raises(NotFound):
        records.case(case_id)
    records.delete_case(case_id, audit=entry("delete"))
    assert [line.action for line in records.audit("case:c1")] == ["create"]


def test_the_same_key_keeps_one_case(records: PortableRecords) -> None:
    key = IdempotencyKey("k", "r")
    first = records.keep_case(case("c1"), audit=entry(), key=key)
    second = records.keep_case(case("c2"), audit=entry(subject="case:c2"), key=key)
    assert second == first
    assert records.audit("case:c2") == ()
    with pytest.raises(NotFound):
        records.case("c2")


def test_the_key_of_another_request_is_a_conflict(records: PortableRecords) -> None:
    records.keep_case(case("c1"), audit=entry(), key=IdempotencyKey("k", "r"))
    with pytest.raises(Conflict):
        records.keep_case(case("c2"), audit=entry(), key=IdempotencyKey("k", "another"))


def test_many_writers_with_one_key_keep_one_case(records: PortableRecords) -> None:
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


def test_deleting_leaves_the_trail_and_frees_the_key(records: PortableRecords) -> None:
    key = IdempotencyKey("k", "r")
    records.keep_case(case(), audit=entry(), key=key)
    for _ in range(2):
        records.delete_case("c1", audit=entry("delete"))
    with pytest.raises(NotFound):
        records.case("c1")
    assert [line.action for line in records.audit("case:c1")] == ["create", "delete"]
    assert records.keep_case(case("c2"), audit=entry(), key=key).id == "c2"


def test_a_failure_between_two_writes_leaves_nothing(records: PortableRecords) -> None:
    records.keep_case(case("c1"), audit=entry())
    with pytest.raises(StoreUnavailable):
        records.keep_case(case("c1"), audit=entry("again"), key=IdempotencyKey("k", "r"))
    assert [line.action for line in records.audit("case:c1")] == ["create"]
    assert records.keep_case(case("c2"), audit=entry(), key=IdempotencyKey("k", "other")).id == "c2"


def test_many_deleters_leave_one_line(records: PortableRecords) -> None:
    records.keep_case(case(), audit=entry(), key=IdempotencyKey("k", "r"))
    threads = [threading.Thread(target=lambda: records.delete_case("c1", audit=entry("delete"))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [line.action for line in records.audit("case:c1")] == ["create", "delete"]


def test_a_trail_keeps_its_order_within_one_moment(records: PortableRecords) -> None:
    for number in range(12):
        records.keep_case(case(f"c{number}"), audit=entry(f"step {number}"))
    assert [line.action for line in records.audit("case:c1")] == [f"step {number}" for number in range(12)]


def test_all_cases_come_by_id_with_their_keys_from_anywhere_on(records: PortableRecords) -> None:
    keys = {"a": None, "b": IdempotencyKey("kb", "rb"), "c": None}
    for case_id in ("c", "a", "b"):
        records.keep_case(case(case_id), audit=entry(), key=keys[case_id])
    everything = [KeptCase(case(case_id), key) for case_id, key in keys.items()]
    assert list(records.kept_cases()) == everything
    assert list(records.kept_cases(after="a")) == everything[1:]
    assert list(records.kept_cases(after="c")) == []


def test_the_whole_trail_comes_subject_by_subject(records: PortableRecords) -> None:
    for case_id, subject in (("c1", "case:2"), ("c2", "case:1"), ("c3", "case:2")):
        records.keep_case(case(case_id), audit=entry(case_id, subject))
    places = [(line.entry.subject, line.place, line.entry.action) for line in records.audit_lines()]
    assert places == [("case:1", 0, "c2"), ("case:2", 0, "c1"), ("case:2", 1, "c3")]


def test_a_restored_case_is_there_once_with_its_key_and_without_a_new_line(records: PortableRecords) -> None:
    kept = KeptCase(full_case(), IdempotencyKey("k", "r"))
    assert records.restore_case(kept)
    assert not records.restore_case(kept)
    assert list(records.kept_cases()) == [kept]
    assert list(records.audit_lines()) == []
    assert records.keep_case(case("c2"), audit=entry(), key=IdempotencyKey("k", "r")) == full_case()


@pytest.mark.parametrize(
    "other",
    [
        KeptCase(case("c1")),
        KeptCase(case("c1"), IdempotencyKey("k", "another")),
        KeptCase(case("c2"), IdempotencyKey("k", "r")),
    ],
)
def test_what_differs_from_what_is_there_is_not_restored(records: PortableRecords, other: KeptCase) -> None:
    kept = KeptCase(case("c1"), IdempotencyKey("k", "r"))
    records.restore_case(kept)
    with pytest.raises(Conflict):
        records.restore_case(other)
    assert list(records.kept_cases()) == [kept]


def test_a_trail_is_restored_line_by_line_and_goes_on(records: PortableRecords) -> None:
    lines = [AuditLine(0, entry("create")), AuditLine(1, entry("see"))]
    assert [records.restore_line(line) for line in (*lines, *lines)] == [True, True, False, False]
    with pytest.raises(Conflict):
        records.restore_line(AuditLine(1, entry("another")))
    records.keep_case(case("c1"), audit=entry("go on"))
    assert [line.action for line in records.audit("case:c1")] == ["create", "see", "go on"]


def test_cases_are_found_by_time_then_by_id(records: PortableRecords) -> None:
    times = {"b": "10:00", "a": "10:00", "c": "09:00", "d": "11:00"}
    for case_id, time in times.items():
        made = msgspec.structs.replace(case(case_id), created_at=f"2026-11-20T{time}:00.000Z")
        records.keep_case(made, audit=entry(subject=f"case:{case_id}"))
    assert [found.id for found in records.cases_since("")] == ["c", "a", "b", "d"]
    assert [found.id for found in records.cases_since("2026-11-20T10:00:00.000Z", limit=2)] == ["a", "b"]
    assert [found.id for found in records.cases_since("2026-11-20T10:00:00.000Z", after="a")] == ["b", "d"]
    assert records.cases_since("2026-11-20T12:00:00.000Z") == ()
