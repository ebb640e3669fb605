"""Cases and doctors' records in two databases: apart where rights differ, one trail where people read it."""

import pytest

from dermaloop import wiring
from dermaloop.adapters.firestore_trails import FirestoreTrails
from dermaloop.errors import NotFound
from dermaloop.ports import Stores
from dermaloop.records import AuditEntry
from dermaloop.records.documents import Note, Put
from dermaloop.records.people import PEOPLE, Person
from dermaloop.wiring import Settings
from tests.emulators.fixtures import GoogleProject
from tests.ports.kept import case

DOCTOR = Person(id="d1", email="d@example.org", name="D")


@pytest.fixture
def apart(google: GoogleProject) -> Stores:
    """As Terraform sets it up."""
    names = {"project": google.name, "bucket": google.bucket, "documents_database": "documents"}
    return wiring.stores(Settings(backend="gcp", **names))  # type: ignore[arg-type]


def test_what_doctors_keep_is_not_in_the_database_of_cases(apart: Stores, google: GoogleProject) -> None:
    apart.documents.commit(Put(PEOPLE, DOCTOR, expected=0))
    together = wiring.stores(Settings(backend="gcp", project=google.name, bucket=google.bucket))
    assert apart.documents.get(PEOPLE, "d1").record == DOCTOR
    with pytest.raises(NotFound):
        together.documents.get(PEOPLE, "d1")


def test_the_trail_of_a_case_is_read_as_one(apart: Stores) -> None:
    created, seen, deleted = (
        AuditEntry(at=f"2026-11-2{day}T10:00:00.000Z", actor="a", action=action, subject="case:c1")
        for day, action in enumerate(("create", "see", "delete"))
    )
    apart.records.keep_case(case(), audit=created)
    apart.documents.commit(Note(seen))
    apart.records.delete_case("c1", audit=deleted)
    assert isinstance(apart.records, FirestoreTrails)
    assert apart.records.audit("case:c1") == (created, seen, deleted)
    assert [(line.place, line.entry) for line in apart.records.audit_lines()] == [(0, created), (1, seen), (2, deleted)]
