"""What only Firestore can suffer or promise of records that change: lost answers, its indexes, what expires."""

import json
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dermaloop.adapters import firestore_layout as layout
from dermaloop.adapters.firestore import FirestoreRecords
from dermaloop.adapters.firestore_documents import FirestoreDocuments
from dermaloop.adapters.firestore_rest import Firestore
from dermaloop.errors import Conflict, NotFound, OutcomeUnknown
from dermaloop.indexes import text
from dermaloop.kinds import KINDS
from dermaloop.patience import patience
from dermaloop.records.documents import Ask, Kind, Note, Put, Query, Record, Remove, write_cursor
from tests.emulators.faults import fail_calls
from tests.emulators.firestore import index_usage
from tests.emulators.fixtures import GoogleProject
from tests.emulators.storage import Fault
from tests.ports.kept import entry
from tests.ports.test_documents import SPOTS, Spot
from tests.servers import ROOT

COMMITTED = json.loads((ROOT / "infra" / "firestore.indexes.json").read_text())


class Visit(Record, frozen=True, kw_only=True):
    """A record that expires, and whose field has a name that the store might want for itself."""

    version: str
    until: str | None = None


VISITS = Kind("test_visits", Visit, asks=(Ask(), Ask(("version",), "id", descending=True)), expires="until")


@pytest.fixture
def documents(google: GoogleProject) -> FirestoreDocuments:
    return FirestoreDocuments(project=google.name)


@pytest.fixture
def trail(google: GoogleProject) -> FirestoreRecords:
    return FirestoreRecords(project=google.name)


@pytest.mark.parametrize("faults", [["refused"], ["lost"], ["refused", "refused", "lost"], ["refused", "refused"]])
@pytest.mark.parametrize("expected", [0, 1, None])
def test_a_commit_whose_answer_is_lost_is_made_once(
    documents: FirestoreDocuments,
    trail: FirestoreRecords,
    monkeypatch: pytest.MonkeyPatch,
    faults: list[Fault],
    expected: int | None,
) -> None:
    if expected != 0:
        documents.commit(Put(SPOTS, Spot(id="s", place="arm")))
    left = fail_calls(monkeypatch, ":commit", faults)
    documents.commit(Put(SPOTS, Spot(id="s", place="leg"), expected=expected), Note(entry()))
    assert not left
    assert documents.get(SPOTS, "s").version == (1 if expected == 0 else 2)
    assert len(trail.audit("case:c1")) == 1


def test_what_was_made_counts_as_made_though_others_wrote_since(
    documents: FirestoreDocuments, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents.commit(Put(SPOTS, Spot(id="s", place="arm")))
    fail_calls(monkeypatch, ":commit", ["lost"])
    others = iter([Put(SPOTS, Spot(id="s", place="toe"))])
    monkeypatch.setattr("dermaloop.adapters.google_patience.time.sleep", lambda _: documents.commit(next(others)))
    documents.commit(Put(SPOTS, Spot(id="s", place="leg"), expected=1))
    assert (documents.get(SPOTS, "s").record.place, documents.get(SPOTS, "s").version) == ("toe", 3)


def test_a_removal_whose_answer_is_lost_is_no_conflict(
    documents: FirestoreDocuments, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents.commit(Put(SPOTS, Spot(id="s", place="arm")))
    fail_calls(monkeypatch, ":commit", ["lost"])
    documents.commit(Remove(SPOTS, "s", expected=1))
    with pytest.raises(NotFound):
        documents.get(SPOTS, "s")


def test_a_commit_that_may_or_may_not_be_made_is_said_to_be_so(
    documents: FirestoreDocuments, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = fail_calls(monkeypatch, ":", ["lost"] * 100)
    with patience(0.5), pytest.raises(OutcomeUnknown):
        documents.commit(Put(SPOTS, Spot(id="s", place="arm"), expected=0))
    left.clear()
    assert documents.get(SPOTS, "s").version == 1


def test_many_writers_of_one_trail_leave_every_line(documents: FirestoreDocuments, trail: FirestoreRecords) -> None:
    threads = [
        threading.Thread(target=documents.commit, args=(Put(SPOTS, Spot(id=f"s{n}", place="arm")), Note(entry(str(n)))))
        for n in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(line.action for line in trail.audit("case:c1")) == list("012345")


def test_documents_lie_where_the_layout_says(documents: FirestoreDocuments, google: GoogleProject) -> None:
    until = (datetime.now(UTC) + timedelta(days=9)).replace(microsecond=0)
    visit = Visit(id="v", version="7", until=until.isoformat().replace("+00:00", "Z"))
    documents.commit(Put(VISITS, visit), Put(VISITS, Visit(id="w", version="8")))
    database = Firestore(project=google.name)
    first, second = database.fetch(*(database.name("test_visits", name) for name in "vw"))
    assert first is not None
    assert second is not None
    assert set(first.fields) == {"_version", "_body", "_until", "version", "until"}
    assert (first.fields["version"], first.fields["_version"]) == ("7", 1)
    assert datetime.fromisoformat(first.fields["_until"]) == until
    assert "_until" not in second.fields
    assert documents.get(VISITS, "v").record == visit


def test_no_kind_lies_where_something_else_lies() -> None:
    names = [kind.name for kind in KINDS]
    assert len({*names, layout.CASES, layout.IDEMPOTENCY, layout.AUDIT, layout.COMMITS}) == len(names) + 4


def test_the_indexes_for_terraform_are_those_of_the_kinds() -> None:
    told = "infra/firestore.indexes.json is stale: python -m dermaloop.indexes > infra/firestore.indexes.json"
    assert (ROOT / "infra" / "firestore.indexes.json").read_text() == text(), told


def test_every_question_has_its_index(documents: FirestoreDocuments, google: GoogleProject) -> None:
    """Asks all that may be asked, then asks the emulator which composite indexes Google would have needed."""
    for kind in (*KINDS, SPOTS, VISITS):
        for ask in kind.asks:
            query = Query(kind, dict.fromkeys(ask.equals, "x"), ask.order, ask.descending)
            documents.find(query, after=write_cursor("x", "x"))
            documents.count(query)
    made = [_shape(index) for index in COMMITTED["indexes"] + layout.indexes((SPOTS, VISITS))["indexes"]]
    needed = [_shape(report["index"]) for report in index_usage(google.firestore, google.name)["reports"]]
    assert needed
    assert not [index for index in needed if index not in made]


def _shape(index: Any) -> tuple[str, ...]:
    """The collection and its fields; an id that comes last, in the order of the field before, goes without saying."""
    named = [(field["fieldPath"], field["order"]) for field in index["fields"]]
    if named[-1] == ("__name__", named[-2][1]):
        named.pop()
    collection = index.get("collectionGroup") or index["name"].split("/")[-3]
    return (collection, *(f"{field} {order}" for field, order in named))


def test_a_stale_version_is_found_also_where_the_record_must_be_new(documents: FirestoreDocuments) -> None:
    documents.commit(Put(SPOTS, Spot(id="s", place="arm")))
    with pytest.raises(Conflict):
        documents.commit(
            Put(SPOTS, Spot(id="n", place="leg"), expected=0), Put(SPOTS, Spot(id="s", place="leg"), expected=0)
        )
    with pytest.raises(NotFound):
        documents.get(SPOTS, "n")
