"""The drill: a store is backed up, lost and restored, and everything is there again. `make drill` runs it."""

import time
from pathlib import Path

import pytest

from dermaloop import wiring
from dermaloop.errors import NotFound
from dermaloop.ports import Stores
from dermaloop.services.transferring import transfer
from dermaloop.wiring import Settings
from tests.emulators.fixtures import GoogleProject
from tests.ports.kept import entry, full_case

CASES = 20


@pytest.fixture
def working(google: GoogleProject) -> Stores:
    return wiring.stores(Settings(backend="gcp", project=google.name, bucket=google.bucket))


def test_what_is_lost_comes_back_from_the_backup(working: Stores, google: GoogleProject, tmp_path: Path) -> None:
    ids = [f"case{number}" for number in range(CASES)]
    for case_id in ids:
        working.records.keep_case(full_case(case_id), audit=entry("create", f"case:{case_id}"))
        working.blobs.write(f"images/{case_id}/1.jpg", case_id.encode())
    working.blobs.write("models/disease/champion.json", b"{}")

    backup = wiring.stores(Settings(data=str(tmp_path / "backup")))
    started = time.perf_counter()
    assert all(step.matches for step in transfer(source=working, target=backup))
    backed_up = time.perf_counter()

    google.storage.add_bucket(f"{google.name}-new")
    lost = wiring.stores(Settings(backend="gcp", project=f"{google.name}-new", bucket=f"{google.name}-new"))
    with pytest.raises(NotFound):
        lost.records.case(ids[0])

    assert all(step.matches for step in transfer(source=backup, target=lost))
    restored = time.perf_counter()
    for case_id in ids:
        assert lost.records.case(case_id) == full_case(case_id)
        assert lost.records.audit(f"case:{case_id}") == working.records.audit(f"case:{case_id}")
        assert lost.blobs.read(f"images/{case_id}/1.jpg").data == case_id.encode()
    print(f"\n{CASES} cases: backed up in {backed_up - started:.1f} s, restored in {restored - backed_up:.1f} s")
