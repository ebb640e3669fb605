"""What only Firestore can suffer or promise: lost answers, a network that is down, its own limits and indexes."""

import socket
import time
from collections.abc import Callable

import pytest

from dermaloop.adapters import firestore as adapter
from dermaloop.adapters import firestore_layout as layout
from dermaloop.adapters import firestore_rest as rest
from dermaloop.adapters.firestore import FirestoreRecords
from dermaloop.adapters.firestore_rest import Firestore
from dermaloop.errors import Conflict, NotFound, OutcomeUnknown, StoreUnavailable
from dermaloop.patience import patience
from dermaloop.records import AuditLine, IdempotencyKey, KeptCase
from tests.emulators.faults import fail_calls
from tests.emulators.firestore import index_usage
from tests.emulators.fixtures import GoogleProject
from tests.emulators.storage import Fault
from tests.ports.kept import case, entry, full_case
from tests.servers import free_port

KEY = IdempotencyKey("k", "r")


@pytest.fixture
def records(google: GoogleProject) -> FirestoreRecords:
    return FirestoreRecords(project=google.name)


@pytest.mark.parametrize("faults", [["refused"], ["lost"], ["refused", "lost"], ["lost", "refused"]])
def test_a_commit_whose_answer_is_lost_keeps_one_case_with_one_line(
    records: FirestoreRecords, monkeypatch: pytest.MonkeyPatch, faults: list[Fault]
) -> None:
    left = fail_calls(monkeypatch, ":commit", faults)
    assert records.keep_case(case(), audit=entry(), key=KEY) == case()
    assert records.keep_case(case("c2"), audit=entry(subject="case:c2"), key=KEY) == case()
    assert len(list(records.kept_cases())) == len(list(records.audit_lines())) == 1
    assert not left


@pytest.mark.parametrize("faults", [["refused"], ["lost"], ["refused", "lost"]])
def test_a_deletion_whose_answer_is_lost_leaves_one_line(
    records: FirestoreRecords, monkeypatch: pytest.MonkeyPatch, faults: list[Fault]
) -> None:
    records.keep_case(case(), audit=entry(), key=KEY)
    left = fail_calls(monkeypatch, ":commit", faults)
    records.delete_case("c1", audit=entry("delete"))
    assert [line.action for line in records.audit("case:c1")] == ["create", "delete"]
    assert not left
    assert records.keep_case(case("c2"), audit=entry(), key=KEY).id == "c2"


def test_a_case_that_may_or_may_not_be_there_is_said_to_be_so(
    records: FirestoreRecords, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = fail_calls(monkeypatch, ":commit", ["lost"] * 100)
    with patience(0.5), pytest.raises(OutcomeUnknown):
        records.keep_case(case(), audit=entry(), key=KEY)
    left.clear()
    assert records.case("c1") == case()


def test_an_id_that_is_taken_is_not_overwritten(records: FirestoreRecords) -> None:
    records.keep_case(case(), audit=entry())
    with pytest.raises(StoreUnavailable):
        records.keep_case(case(), audit=entry("again"))
    assert [line.action for line in records.audit("case:c1")] == ["create"]


def refusing() -> tuple[str, Callable[[], None]]:
    return f"127.0.0.1:{free_port()}", lambda: None


def silent() -> tuple[str, Callable[[], None]]:
    """It takes connections and never says a word."""
    listening = socket.create_server(("127.0.0.1", 0))
    return f"127.0.0.1:{listening.getsockname()[1]}", listening.close


@pytest.mark.parametrize("down", [refusing, silent])
def test_a_store_that_is_down_costs_no_more_than_patience(
    monkeypatch: pytest.MonkeyPatch, down: Callable[[], tuple[str, Callable[[], None]]]
) -> None:
    address, close = down()
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", address)
    records = FirestoreRecords(project="down")
    for ask in (
        lambda: records.keep_case(case(), audit=entry(), key=KEY),
        lambda: records.case("c1"),
        lambda: records.delete_case("c1", audit=entry()),
        lambda: records.audit("case:c1"),
        lambda: list(records.kept_cases()),
    ):
        started = time.monotonic()
        with patience(0.5), pytest.raises(StoreUnavailable) as failed:
            ask()
        assert time.monotonic() - started < 1.5
        if down is refusing:
            assert not isinstance(failed.value, OutcomeUnknown)
    close()


def test_pages_follow_one_another(records: FirestoreRecords, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "_PAGE", 3)
    ids = [f"c{number:02d}" for number in range(10)]
    for case_id in ids:
        records.keep_case(case(case_id), audit=entry(subject=f"case:{case_id}"))
    assert [kept.case.id for kept in records.kept_cases()] == ids
    assert [kept.case.id for kept in records.kept_cases(after="c04")] == ids[5:]
    assert [line.entry.subject for line in records.audit_lines()] == [f"case:{case_id}" for case_id in ids]


def test_documents_lie_where_the_layout_says_and_are_small(records: FirestoreRecords, google: GoogleProject) -> None:
    records.keep_case(full_case(), audit=entry(subject="case:full"), key=KEY)
    database = Firestore(project=google.name)
    places = (layout.CASES, layout.IDEMPOTENCY, layout.AUDIT)
    found = {place: {one.id: one.fields for one in database.run(rest.select(place))} for place in places}
    assert {place: set(documents) for place, documents in found.items()} == {
        layout.CASES: {"full"},
        layout.IDEMPOTENCY: {"k"},
        layout.AUDIT: {"case:full~000000"},
    }
    assert set(found[layout.CASES]["full"]) == {"created_at", "body", "key", "request", "mark"}
    assert len(found[layout.CASES]["full"]["body"]) < 150_000


def test_no_query_needs_an_index_that_firestore_does_not_make_by_itself(
    records: FirestoreRecords, google: GoogleProject
) -> None:
    """Runs every method, then asks the emulator which composite indexes Google would have needed."""
    records.keep_case(case(), audit=entry(), key=KEY)
    with pytest.raises(Conflict):
        records.keep_case(case("c2"), audit=entry(), key=IdempotencyKey("k", "another"))
    records.case("c1")
    records.audit("case:c1")
    records.cases_since("2026", after="b")
    list(records.kept_cases(after="b"))
    list(records.audit_lines())
    records.restore_case(KeptCase(case("c3")))
    records.restore_line(AuditLine(0, entry(subject="case:c3")))
    records.delete_case("c1", audit=entry("delete"))
    with pytest.raises(NotFound):
        records.case("c1")
    assert index_usage(google.firestore, google.name).get("reports", []) == []


def test_the_emulator_would_have_named_a_missing_index(google: GoogleProject) -> None:
    assert (
        Firestore(project=google.name).run(rest.ordered(rest.select("cases", rest.equal("key", "k")), ["created_at"]))
        == []
    )
    assert index_usage(google.firestore, google.name)["reports"]
