"""The Blobs port: whole writes, growing generations, no way out of the store, in every store alike."""

import threading

import pytest

from dermaloop.errors import Conflict, NotFound
from dermaloop.ports import Blobs


def test_a_file_comes_back_with_its_generation(blobs: Blobs) -> None:
    generation = blobs.write("images/c1/1.jpg", b"picture")
    found = blobs.read("images/c1/1.jpg")
    assert (found.data, found.generation) == (b"picture", generation)


def test_generations_grow_with_every_write(blobs: Blobs) -> None:
    generations = [blobs.write("a", b"x") for _ in range(50)]
    assert generations == sorted(set(generations))


def test_a_file_that_is_not_there_is_not_found(blobs: Blobs) -> None:
    with pytest.raises(NotFound):
        blobs.read("images/none.jpg")
    blobs.write("images/c1/1.jpg", b"x")
    with pytest.raises(NotFound):
        blobs.read("images/c1")


def test_a_precondition_that_does_not_hold_writes_nothing(blobs: Blobs) -> None:
    first = blobs.write("models/disease/champion.json", b"one", expected=0)
    with pytest.raises(Conflict):
        blobs.write("models/disease/champion.json", b"two", expected=0)
    with pytest.raises(Conflict):
        blobs.write("models/disease/champion.json", b"two", expected=first + 1)
    assert blobs.read("models/disease/champion.json").data == b"one"
    blobs.write("models/disease/champion.json", b"two", expected=first)
    assert blobs.read("models/disease/champion.json").data == b"two"


def test_of_many_that_race_to_create_one_wins(blobs: Blobs) -> None:
    won: list[int] = []

    def create(number: int) -> None:
        try:
            blobs.write("pointer", str(number).encode(), expected=0)
            won.append(number)
        except Conflict:
            pass

    threads = [threading.Thread(target=create, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert blobs.read("pointer").data == str(won[0]).encode()


def test_a_reader_never_sees_half_a_file(blobs: Blobs) -> None:
    whole = {bytes([letter]) * 200_000 for letter in b"ab"}
    blobs.write("file", b"a" * 200_000)
    seen: set[bytes] = set()
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            seen.add(blobs.read("file").data)

    reader = threading.Thread(target=read)
    reader.start()
    for turn in range(60):
        blobs.write("file", (b"b" if turn % 2 else b"a") * 200_000)
    done.set()
    reader.join()
    assert seen <= whole


def test_deleting_twice_is_no_error(blobs: Blobs) -> None:
    blobs.write("a/b", b"x")
    blobs.delete("a/b")
    blobs.delete("a/b")
    with pytest.raises(NotFound):
        blobs.read("a/b")


def test_keys_are_listed_by_prefix_in_order(blobs: Blobs) -> None:
    for key in ("models/b/champion.json", "models/a/champion.json", "images/x.jpg"):
        blobs.write(key, b"x")
    assert list(blobs.keys("models/")) == ["models/a/champion.json", "models/b/champion.json"]
    assert list(blobs.keys("none/")) == []


@pytest.mark.parametrize("key", ["../outside", "/etc/passwd", "a/../../outside", ""])
def test_no_key_leads_out_of_the_store(blobs: Blobs, key: str) -> None:
    with pytest.raises(NotFound):
        blobs.read(key)
    with pytest.raises(NotFound):
        blobs.write(key, b"x")
