"""The Documents port: versions decide between two writers, and lists go on where they stopped."""

import threading

import pytest

from dermaloop.errors import Conflict, InvalidRequest, NotFound, TooLarge
from dermaloop.ports import Documents, PortableRecords, Stores
from dermaloop.records import AuditEntry
from dermaloop.records.documents import Ask, Found, Kind, Note, Put, Query, Record, Remove


class Spot(Record, frozen=True, kw_only=True):
    """A record with everything that can be asked for."""

    place: str
    size: float = 1.0
    seen: bool = False
    owner: str | None = None


SPOTS = Kind(
    "test_spots",
    Spot,
    asks=(
        Ask(),
        Ask(("place",)),
        Ask(("place",), "size"),
        Ask((), "size", descending=True),
        Ask(("owner", "seen"), "size"),
    ),
)
OTHERS = Kind("test_others", Spot)


@pytest.fixture
def documents(stores: Stores) -> Documents:
    return stores.documents


def entry(action: str = "change") -> AuditEntry:
    return AuditEntry(at="2026-11-21T10:00:00.000Z", actor="a", action=action, subject="spot:s")


def put(documents: Documents, *spots: Spot) -> None:
    documents.commit(*(Put(SPOTS, spot) for spot in spots))


def test_a_record_comes_back_with_its_version(documents: Documents) -> None:
    put(documents, Spot(id="s", place="arm", owner="黑"))
    assert documents.get(SPOTS, "s").record == Spot(id="s", place="arm", owner="黑")
    assert documents.get(SPOTS, "s").version == 1
    put(documents, Spot(id="s", place="leg"))
    assert documents.get(SPOTS, "s").record.place == "leg"
    assert documents.get(SPOTS, "s").version == 2


@pytest.mark.parametrize("record_id", ["", ".", "..", "__x__", "a/b", "../test_others/s", "x" * 2000, "s\n"])
def test_whatever_is_asked_for_is_no_more_than_not_found(documents: Documents, record_id: str) -> None:
    put(documents, Spot(id="s", place="arm"))
    with pytest.raises(NotFound):
        documents.get(SPOTS, record_id)
    with pytest.raises(NotFound):
        documents.get(OTHERS, "s")


def test_a_stale_version_changes_nothing_of_the_commit(documents: Documents, records: PortableRecords) -> None:
    put(documents, Spot(id="s", place="arm"))
    changes = (
        Put(SPOTS, Spot(id="new", place="leg"), expected=0),
        Note(entry()),
        Put(SPOTS, Spot(id="s", place="leg"), expected=7),
    )
    with pytest.raises(Conflict):
        documents.commit(*changes)
    assert documents.get(SPOTS, "s").record.place == "arm"
    assert records.audit("spot:s") == ()
    with pytest.raises(NotFound):
        documents.get(SPOTS, "new")


def test_what_must_be_new_is_made_once(documents: Documents) -> None:
    documents.commit(Put(SPOTS, Spot(id="s", place="arm"), expected=0))
    with pytest.raises(Conflict):
        documents.commit(Put(SPOTS, Spot(id="s", place="leg"), expected=0))


def test_a_record_without_end_changes_nothing_of_the_commit(documents: Documents) -> None:
    whole = Spot(id="s", place="皮" * 290_000)
    documents.commit(Put(OTHERS, whole))
    assert documents.get(OTHERS, "s").record == whole
    with pytest.raises(TooLarge):
        documents.commit(Put(OTHERS, Spot(id="t", place="arm")), Put(OTHERS, Spot(id="s", place="皮" * 310_000)))
    assert documents.get(OTHERS, "s") == Found(whole, 1)
    with pytest.raises(NotFound):
        documents.get(OTHERS, "t")


def test_removing(documents: Documents) -> None:
    put(documents, Spot(id="s", place="arm"))
    with pytest.raises(Conflict):
        documents.commit(Remove(SPOTS, "s", expected=2))
    for _ in range(2):
        documents.commit(Remove(SPOTS, "s"))
    with pytest.raises(NotFound):
        documents.get(SPOTS, "s")
    documents.commit(Put(SPOTS, Spot(id="s", place="arm"), expected=0))


def test_changes_and_their_trail_are_one(documents: Documents, records: PortableRecords) -> None:
    documents.commit(Put(SPOTS, Spot(id="s", place="arm")), Note(entry("one")), Note(entry("two")))
    documents.commit(Note(entry("three")))
    assert [line.action for line in records.audit("spot:s")] == ["one", "two", "three"]


def test_lists_go_on_where_they_stopped_whatever_came_in_between(documents: Documents) -> None:
    put(documents, *(Spot(id=f"s{n}", place="arm", size=n // 2) for n in range(7)), Spot(id="t", place="leg"))
    query = Query(SPOTS, {"place": "arm"}, order="size")
    first = documents.find(query, limit=3)
    assert [spot.id for spot in first.records] == ["s0", "s1", "s2"]
    documents.commit(Put(SPOTS, Spot(id="s0a", place="arm", size=0)), Remove(SPOTS, "s3"))
    second = documents.find(query, after=first.after, limit=3)
    assert [spot.id for spot in second.records] == ["s4", "s5", "s6"]
    assert second.after == ""


def test_descending_and_bounds(documents: Documents) -> None:
    put(documents, *(Spot(id=f"s{n}", place="arm", size=float(n)) for n in range(5)))
    falling = Query(SPOTS, order="size", descending=True, at_least=1, below=4.0)
    assert [spot.id for spot in documents.find(falling).records] == ["s3", "s2", "s1"]
    page = documents.find(falling, limit=2)
    assert [spot.id for spot in documents.find(falling, after=page.after).records] == ["s1"]
    assert documents.count(falling) == 3


def test_equality_knows_none_and_booleans(documents: Documents) -> None:
    put(documents, Spot(id="a", place="x", seen=True), Spot(id="b", place="x"), Spot(id="c", place="x", owner="o"))
    for owner, seen, ids in ((None, True, ["a"]), (None, False, ["b"]), ("o", False, ["c"]), ("o", True, [])):
        query = Query(SPOTS, {"owner": owner, "seen": seen}, order="size")
        assert [spot.id for spot in documents.find(query).records] == ids
        assert documents.count(query) == len(ids)


@pytest.mark.parametrize("place", ["x", "W10=", "eyJhIjoxfQ==", "WzEsIDJd", "ü"])
def test_a_place_in_a_list_that_was_never_given_is_the_clients_mistake(documents: Documents, place: str) -> None:
    with pytest.raises(InvalidRequest):
        documents.find(Query(SPOTS), after=place)


def test_a_question_that_is_not_declared_cannot_be_asked() -> None:
    with pytest.raises(ValueError, match="declares no such question"):
        Query(SPOTS, {"seen": True})


def test_many_writers_of_one_version_have_one_winner(documents: Documents) -> None:
    put(documents, Spot(id="s", place="arm"))
    won: list[str] = []

    def write(name: str) -> None:
        try:
            documents.commit(Put(SPOTS, Spot(id="s", place=name), expected=1))
        except Conflict:
            return
        won.append(name)

    threads = [threading.Thread(target=write, args=(f"w{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert won == [documents.get(SPOTS, "s").record.place]
    assert documents.get(SPOTS, "s").version == 2


def test_a_record_is_restored_with_its_version(stores: Stores) -> None:
    third, fourth = Found(Spot(id="s", place="arm"), 3), Found(Spot(id="s", place="leg"), 4)
    assert stores.documents.restore(SPOTS, third)
    assert not stores.documents.restore(SPOTS, third)
    assert stores.documents.restore(SPOTS, fourth)
    assert stores.documents.get(SPOTS, "s") == fourth
    for other in (third, Found(Spot(id="s", place="toe"), 4)):
        with pytest.raises(Conflict):
            stores.documents.restore(SPOTS, other)
    stores.documents.commit(Put(SPOTS, Spot(id="s", place="arm"), expected=4))
    assert [spot.id for spot in stores.documents.find(Query(SPOTS, {"place": "arm"})).records] == ["s"]
