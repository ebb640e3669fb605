"""Shows a kept case to whoever holds its token."""

import hashlib
import hmac
import secrets

from dermaloop.errors import Forbidden, NotFound
from dermaloop.ports import Blobs, Records
from dermaloop.records import AuditEntry, Case
from dermaloop.services.moments import now


def new_id() -> str:
    return secrets.token_hex(16)


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


def picture(case_id: str, image_id: str, *, token: str, records: Records, blobs: Blobs) -> bytes:
    """A stored picture of the case, as it was re-encoded."""
    case = find(case_id, token=token, records=records)
    key = next((image.blob for image in case.images if image.id == image_id), None)
    if key is None:
        raise NotFound("This case keeps no such picture.")
    return blobs.read(key).data
