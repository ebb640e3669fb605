"""Shows a kept case to whoever holds its token, and forgets it for good on their word."""

import hashlib
import hmac
from datetime import UTC, datetime

from dermaloop.errors import Forbidden, NotFound
from dermaloop.ports import Blobs, Records
from dermaloop.records import AuditEntry, Case


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


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


def forget(case_id: str, *, token: str, records: Records, blobs: Blobs) -> None:
    """Deletes pictures, then rows; only an audit line without content remains. Safe to repeat after a failure."""
    case = find(case_id, token=token, records=records)
    for image in case.images:
        if image.blob:
            blobs.delete(image.blob)
    records.delete_case(case_id, audit=audit_entry("delete", case_id))


def picture(case_id: str, image_id: str, *, token: str, records: Records, blobs: Blobs) -> bytes:
    """A stored picture of the case, as it was re-encoded."""
    case = find(case_id, token=token, records=records)
    key = next((image.blob for image in case.images if image.id == image_id), None)
    if key is None:
        raise NotFound("This case keeps no such picture.")
    return blobs.read(key).data
