"""Moving to another store: everything, in the right order, as often as it takes."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from dermaloop.errors import NotFound, StoreUnavailable
from dermaloop.kinds import KINDS
from dermaloop.ports import Blob, Blobs, Stores
from dermaloop.records import IdempotencyKey, KeptCase
from dermaloop.records.documents import Note, Put, Query
from dermaloop.records.people import PEOPLE, Person
from dermaloop.records.policies import POLICIES, Policies
from dermaloop.services.transferring import transfer
from dermaloop.wiring import Settings
from dermaloop.wiring import stores as stores_of
from tests.ports.kept import case, entry, full_case


@pytest.fixture
def source(tmp_path: Path) -> Stores:
    """Twelve cases, one with pictures and a key, one deleted, and a champion."""
    made = stores_of(Settings(data=str(tmp_path / "source")))
    fill(made)
    return made


def fill(made: Stores) -> None:
    for number in range(12):
        made.records.keep_case(case(f"c{number:02d}"), audit=entry(subject=f"case:c{number:02d}"))
    made.records.keep_case(full_case(), audit=entry(subject="case:full"), key=IdempotencyKey("k", "r"))
    for image in full_case().images:
        made.blobs.write(image.blob or "", b"picture " + image.id.encode())
    made.blobs.write("models/disease/2/model.tflite", b"model")
    made.blobs.write("models/disease/champion.json", b'{"version": "2"}')
    forget(made, "c03")
    people = [Person(id=f"p{number}", email=f"p{number}@example.org", name="黑") for number in range(5)]
    made.documents.commit(*(Put(PEOPLE, person) for person in people), Note(entry("grant", "person:p1")))
    made.documents.commit(Put(PEOPLE, people[1]), Put(PEOPLE, people[2]), Put(POLICIES, Policies(id="policies")))


def forget(stores: Stores, case_id: str) -> None:
    for key in list(stores.blobs.keys(f"images/{case_id}/")):
        stores.blobs.delete(key)
    stores.records.delete_case(case_id, audit=entry("delete", f"case:{case_id}"))


def everything(stores: Stores) -> tuple[object, ...]:
    keys = [key for folder in ("images/", "models/") for key in stores.blobs.keys(folder)]
    files = {key: stores.blobs.read(key).data for key in keys}
    changing = {kind.name: stores.documents.find(Query(kind), limit=1000).found for kind in KINDS}
    return files, list(stores.records.kept_cases()), changing, list(stores.records.audit_lines())


def test_everything_is_there_and_once_only(source: Stores, stores: Stores) -> None:
    first = transfer(source=source, target=stores)
    assert everything(stores) == everything(source)
    assert [(step.kind, step.copied, step.source) for step in first] == [
        ("files", 5, 5),
        ("cases", 12, 12),
        ("records", 6, 6),
        ("audit lines", 15, 15),
    ]
    again = transfer(source=source, target=stores)
    assert [(step.copied, step.there, step.matches) for step in again] == [
        (0, 5, True),
        (0, 12, True),
        (0, 6, True),
        (0, 15, True),
    ]
    assert everything(stores) == everything(source)


def test_and_back(source: Stores, stores: Stores, tmp_path: Path) -> None:
    transfer(source=source, target=stores)
    back = stores_of(Settings(data=str(tmp_path / "back")))
    assert all(step.matches for step in transfer(source=stores, target=back))
    assert everything(back) == everything(source)


def test_what_was_deleted_after_it_was_copied_is_deleted_there_too(source: Stores, stores: Stores) -> None:
    transfer(source=source, target=stores)
    forget(source, "full")
    assert all(step.matches for step in transfer(source=source, target=stores))
    assert everything(stores) == everything(source)
    with pytest.raises(NotFound):
        stores.records.case("full")


def test_what_differs_is_named_and_left_alone(source: Stores, stores: Stores) -> None:
    stores.blobs.write("models/disease/champion.json", b'{"version": "3"}')
    stores.records.restore_case(KeptCase(msgspec.structs.replace(case("c01"), answer={})))
    files, cases, _, _ = transfer(source=source, target=stores)
    assert (files.differs, cases.differs) == (["models/disease/champion.json"], ["c01"])
    assert not files.matches
    assert stores.blobs.read("models/disease/champion.json").data == b'{"version": "3"}'


def test_what_changed_since_it_was_copied_is_copied_anew(source: Stores, stores: Stores) -> None:
    transfer(source=source, target=stores)
    source.documents.commit(Put(PEOPLE, Person(id="p1", email="new@example.org", name="x")))
    assert all(step.matches for step in transfer(source=source, target=stores))
    assert stores.documents.get(PEOPLE, "p1") == source.documents.get(PEOPLE, "p1")


def test_what_changed_on_the_other_side_is_named_and_left_alone(source: Stores, stores: Stores) -> None:
    transfer(source=source, target=stores)
    theirs = Person(id="p1", email="theirs@example.org", name="x")
    stores.documents.commit(Put(PEOPLE, theirs), Put(PEOPLE, Person(id="only-there", email="", name="")))
    _, _, records, _ = transfer(source=source, target=stores)
    assert (records.differs, records.source, records.target) == (["people/p1"], 6, 7)
    assert stores.documents.get(PEOPLE, "p1").record == theirs


class Failing:
    """A bucket that fails now and then, and notes in which order files came."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs
        self.written: list[str] = []
        self.left = 0

    def read(self, key: str) -> Blob:
        return self._blobs.read(key)

    def write(self, key: str, data: bytes, *, expected: int | None = None) -> int:
        if len(self.written) >= self.left:
            raise StoreUnavailable("down")
        self.written.append(key)
        return self._blobs.write(key, data, expected=expected)

    def delete(self, key: str) -> None:
        self._blobs.delete(key)

    def keys(self, prefix: str) -> Iterator[str]:
        return self._blobs.keys(prefix)


def test_it_goes_on_where_it_was_stopped_and_names_no_champion_before_its_model(source: Stores, stores: Stores) -> None:
    failing = Failing(stores.blobs)
    target = Stores(stores.records, failing, stores.documents)
    for failing.left in range(5):
        with pytest.raises(StoreUnavailable):
            transfer(source=source, target=target)
        assert list(target.records.kept_cases()) == []
    failing.left = 5
    assert all(step.matches for step in transfer(source=source, target=target))
    assert everything(stores) == everything(source)
    assert failing.written[-1] == "models/disease/champion.json"
