"""How the records lie in Firestore: every collection, document id and field, and what expires, in this one place.

| Collection | Document id | Fields |
|---|---|---|
| `cases` | the case's id | `created_at`, `body` (the case as JSON), `key`, `request`, `mark` (of the writing call) |
| `idempotency` | the key's SHA-256 | `request` (SHA-256 of what was asked), `case_id` |
| `audit` | `<subject>~<place, six digits>` | `at`, `actor`, `action`, `subject`, `place` |

No collection has a TTL field: cases stay until they are deleted, a key lives as long as its case, the trail is kept.
`body` is exempt from indexing (infra/firestore.indexes.json). Every query needs only the indexes Firestore makes by
itself, and pages by document id.
"""

import re
from typing import Any
from urllib.parse import quote

import msgspec

from dermaloop.records import AuditEntry, AuditLine, Case, IdempotencyKey, KeptCase

CASES, IDEMPOTENCY, AUDIT = "cases", "idempotency", "audit"

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,127}")


def is_id(text: str) -> bool:
    """Whether it can be the id of a case: what a client sends may be anything."""
    return _ID.fullmatch(text) is not None


def case_fields(kept: KeptCase, mark: str) -> dict[str, Any]:
    key = kept.key
    return {
        "created_at": kept.case.created_at,
        "body": msgspec.json.encode(kept.case).decode(),
        "mark": mark,
        "key": key.key_sha256 if key else None,
        "request": key.request_sha256 if key else None,
    }


def read_case(fields: dict[str, Any]) -> KeptCase:
    key = IdempotencyKey(fields["key"], fields["request"]) if fields["key"] else None
    return KeptCase(msgspec.json.decode(fields["body"], type=Case), key)


def key_fields(key: IdempotencyKey, case_id: str) -> dict[str, Any]:
    return {"request": key.request_sha256, "case_id": case_id}


def line_id(line: AuditLine) -> str:
    return f"{quote(line.entry.subject, safe=':')}~{line.place:06d}"


def line_fields(line: AuditLine) -> dict[str, Any]:
    return {**msgspec.structs.asdict(line.entry), "place": line.place}


def read_line(fields: dict[str, Any]) -> AuditLine:
    return AuditLine(fields["place"], msgspec.convert({k: fields[k] for k in AuditEntry.__struct_fields__}, AuditEntry))
