"""Shows a kept case to whoever holds its token, and forgets it for good on their word."""

import hashlib
import hmac

from dermaloop.errors import Forbidden, NotFound
from dermaloop.ports import Blobs, Records, World
from dermaloop.records import AuditEntry, Case
from dermaloop.records.documents import Remove
from dermaloop.records.following import OF_A_CASE
from dermaloop.services.moments import now


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def audit_entry(action: str, case_id: str) -> AuditEntry:
    return AuditEntry(at=now(), actor="patient", action=action, subject=f"case:{case_id}")


def find(case_id: str, *, token: str, records: Records) -> Case:
    """The case, for whoever holds its token."""
    case = records.case(case_id)
    if not hmac.compare_digest(case.token_sha256, digest(token)):
        raise Forbidden("This token does not open this case.")
    return case


def forget(case_id: str, *, token: str, world: World) -> None:
    """Deletes pictures, then what was said about the case, then its rows; only audit lines without content remain.

    Safe to repeat after a failure: until the last step the case is there, for the same token.
    """
    case = find(case_id, token=token, records=world.records)
    for key in [*world.blobs.keys(f"images/{case.id}/")]:
        world.blobs.delete(key)
    world.documents.commit(*(Remove(kind, case.id) for kind in OF_A_CASE))
    world.records.delete_case(case.id, audit=audit_entry("delete", case.id))


def picture(case_id: str, image_id: str, *, token: str, records: Records, blobs: Blobs) -> bytes:
    """A stored picture of the case, as it was re-encoded."""
    case = find(case_id, token=token, records=records)
    key = next((image.blob for image in case.images if image.id == image_id), None)
    if key is None:
        raise NotFound("This case keeps no such picture.")
    return blobs.read(key).data
