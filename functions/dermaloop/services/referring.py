"""The directory of clinics that doctors may refer to."""

from dermaloop.ports import World
from dermaloop.records import AuditEntry
from dermaloop.records.documents import Note, Put, Query, Remove
from dermaloop.records.following import CLINICS, Clinic
from dermaloop.records.people import Person
from dermaloop.services.moments import now


def list_clinics(*, region: str, world: World) -> tuple[Clinic, ...]:
    """By name; those of one region where one is named."""
    query = Query(CLINICS, {"region": region}, "name") if region else Query(CLINICS, order="name")
    return world.documents.find(query, limit=1000).records


def keep_clinic(clinic: Clinic, *, admin: Person, world: World) -> Clinic:
    """Adds a clinic, or replaces what was known of it; letters written before keep what stood in them."""
    world.documents.commit(Put(CLINICS, clinic), Note(_entry(admin, "keep clinic", clinic.id)))
    return clinic


def drop_clinic(clinic_id: str, *, admin: Person, world: World) -> None:
    """Takes a clinic off the list; one that is gone already is NotFound."""
    found = world.documents.get(CLINICS, clinic_id)
    world.documents.commit(Remove(CLINICS, clinic_id, found.version), Note(_entry(admin, "drop clinic", clinic_id)))


def _entry(admin: Person, action: str, clinic_id: str) -> AuditEntry:
    return AuditEntry(at=now(), actor=f"admin:{admin.id}", action=action, subject=f"clinic:{clinic_id}")
