"""What only Cloud Storage can suffer or promise: lost answers, damage on the way, large files, long lists."""

import random
import socket
import time

import pytest

from dermaloop.adapters import gcs as adapter
from dermaloop.adapters.gcs import GcsBlobs
from dermaloop.errors import Conflict, NotFound, StoreUnavailable
from dermaloop.patience import patience
from dermaloop.ports import Blob
from tests.emulators.fixtures import GoogleProject
from tests.emulators.storage import Fault
from tests.servers import free_port


@pytest.fixture
def blobs(google: GoogleProject) -> GcsBlobs:
    return GcsBlobs(bucket=google.bucket)


@pytest.mark.parametrize("expected", [0, None])
@pytest.mark.parametrize("faults", [["refused"], ["lost"], ["lost", "refused"]])
def test_a_write_whose_answer_is_lost_is_no_conflict_with_itself(
    blobs: GcsBlobs, google: GoogleProject, faults: list[Fault], expected: int | None
) -> None:
    google.storage.faults.extend(faults)
    generation = blobs.write("models/disease/champion.json", b"{}", expected=expected)
    assert not google.storage.faults
    assert blobs.read("models/disease/champion.json").generation == generation
    with pytest.raises(Conflict):
        blobs.write("models/disease/champion.json", b"[]", expected=0)


def test_a_deletion_whose_answer_is_lost_is_done(blobs: GcsBlobs, google: GoogleProject) -> None:
    blobs.write("a", b"x")
    google.storage.faults.append("lost")
    blobs.delete("a")
    with pytest.raises(NotFound):
        blobs.read("a")


def test_a_bucket_that_keeps_failing_is_said_to_be_unavailable(blobs: GcsBlobs, google: GoogleProject) -> None:
    google.storage.faults.extend(["refused"] * 100)
    with patience(0.4), pytest.raises(StoreUnavailable):
        blobs.write("a", b"x")
    google.storage.faults.clear()
    assert list(blobs.keys("a/")) == []


def test_a_file_that_arrives_damaged_is_not_handed_on(blobs: GcsBlobs, google: GoogleProject) -> None:
    blobs.write("images/c1/1.jpg", b"a picture")
    google.storage.damage(google.bucket, "images/c1/1.jpg")
    with patience(0.3), pytest.raises(StoreUnavailable):
        blobs.read("images/c1/1.jpg")


def test_a_file_above_the_limit_of_one_request_keeps_its_promises(blobs: GcsBlobs) -> None:
    large = bytes(range(256)) * 36 * 1024
    first = blobs.write("models/large.bin", large, expected=0)
    assert blobs.read("models/large.bin").data == large
    with pytest.raises(Conflict):
        blobs.write("models/large.bin", large, expected=0)
    assert blobs.write("models/large.bin", large + b".", expected=first) > first


@pytest.mark.parametrize(
    "faults", [["fine", "lost"], ["fine", "refused"], ["lost"], ["fine", "fine", "lost", "refused"]]
)
def test_a_large_file_goes_on_where_it_was_interrupted(
    blobs: GcsBlobs, google: GoogleProject, monkeypatch: pytest.MonkeyPatch, faults: list[Fault]
) -> None:
    monkeypatch.setattr(adapter, "_AT_ONCE", 2**18)
    large = random.Random(1).randbytes(3 * 2**18 + 5)
    google.storage.faults.extend(faults)
    generation = blobs.write("models/large.bin", large, expected=0)
    assert not google.storage.faults
    assert blobs.read("models/large.bin") == Blob(large, generation)


def test_a_list_goes_on_over_its_pages(blobs: GcsBlobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "_PAGE", 3)
    keys = sorted(f"images/{name}/1.jpg" for name in ("b", "a", "Z", "ä", "é", "z", "0", "皮"))
    for key in keys:
        blobs.write(key, b"x")
    assert list(blobs.keys("images/")) == keys


def test_a_bucket_that_does_not_exist_is_not_mistaken_for_a_missing_file(google: GoogleProject) -> None:
    blobs = GcsBlobs(bucket="none-of-ours")
    with pytest.raises(StoreUnavailable):
        blobs.write("a", b"x")
    with pytest.raises(StoreUnavailable):
        list(blobs.keys("a/"))


@pytest.mark.parametrize("answers", [False, True], ids=["refusing", "silent"])
def test_a_bucket_that_is_down_costs_no_more_than_patience(monkeypatch: pytest.MonkeyPatch, answers: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1] if answers else free_port()
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", f"http://127.0.0.1:{port}")
        blobs = GcsBlobs(bucket="down")
        for ask in (
            lambda: blobs.read("a"),
            lambda: blobs.write("a", b"x"),
            lambda: blobs.delete("a"),
            lambda: list(blobs.keys("a/")),
        ):
            started = time.monotonic()
            with patience(0.5), pytest.raises(StoreUnavailable):
                ask()
            assert time.monotonic() - started < 1.5


def test_models_lie_in_a_bucket_of_their_own_where_one_is_named(google: GoogleProject) -> None:
    google.storage.add_bucket(f"{google.bucket}-models")
    apart = GcsBlobs(bucket=google.bucket, models_bucket=f"{google.bucket}-models")
    apart.write("images/c1/1.jpg", b"picture")
    apart.write("models/disease/champion.json", b"{}")
    assert apart.read("models/disease/champion.json").data == b"{}"
    assert list(apart.keys("images/")) == ["images/c1/1.jpg"]
    assert list(GcsBlobs(bucket=google.bucket).keys("models/")) == []
    assert list(GcsBlobs(bucket=f"{google.bucket}-models").keys("images/")) == []
