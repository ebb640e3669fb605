"""How the records lie in Firestore: every collection, document id and field, and what expires, in this one place.

| Collection | Document id | Fields |
|---|---|---|
| `cases` | the case's id | `created_at`, `body` (the case as JSON), `key`, `request`, `mark` (of the writing call) |
| `idempotency` | the key's SHA-256 | `request` (SHA-256 of what was asked), `case_id` |
| `audit` | `<subject>~<place, six digits>` | `at`, `actor`, `action`, `subject`, `place` |
| one for each of `kinds.KINDS` | the record's id | `_version`, `_body` (as JSON), what the kind asks for, `_until` |
| `commits` | the commit's mark | `_until`: a day later; tells whether a commit was made whose answer was lost |

Cases stay until they are deleted, a key lives as long as its case, the trail is kept. `_until` is the TTL field: the
time after which the store may remove a record, where its kind names a field for that. Bodies are exempt from indexing.
`indexes` makes all that Firestore does not do by itself, for Terraform: infra/firestore.indexes.json.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import quote

import msgspec

from dermaloop.records import AuditEntry, AuditLine, Case, IdempotencyKey, KeptCase
from dermaloop.records.documents import Ask, Found, Kind, Record, write_record

T = TypeVar("T", bound=Record)

CASES, IDEMPOTENCY, AUDIT, COMMITS = "cases", "idempotency", "audit", "commits"
_REMEMBERED = timedelta(days=1)

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


def read_case(fields: Mapping[str, Any]) -> KeptCase:
    key = IdempotencyKey(fields["key"], fields["request"]) if fields["key"] else None
    return KeptCase(msgspec.json.decode(fields["body"], type=Case), key)


def key_fields(key: IdempotencyKey, case_id: str) -> dict[str, Any]:
    return {"request": key.request_sha256, "case_id": case_id}


def line_id(line: AuditLine) -> str:
    return f"{quote(line.entry.subject, safe=':')}~{line.place:06d}"


def line_fields(line: AuditLine) -> dict[str, Any]:
    return {**msgspec.structs.asdict(line.entry), "place": line.place}


def read_line(fields: Mapping[str, Any]) -> AuditLine:
    return AuditLine(fields["place"], msgspec.convert({k: fields[k] for k in AuditEntry.__struct_fields__}, AuditEntry))


def record_fields(kind: Kind[T], record: T, version: int) -> dict[str, Any]:
    fields: dict[str, Any] = {name: getattr(record, name) for name in kind.fields}
    if kind.expires and (until := getattr(record, kind.expires)) is not None:
        fields["_until"] = datetime.fromisoformat(until)
    return fields | {"_version": version, "_body": write_record(record)}


def read_record(kind: Kind[T], fields: Mapping[str, Any]) -> Found[T]:
    return Found(msgspec.json.decode(fields["_body"], type=kind.struct), fields["_version"])


def commit_fields() -> dict[str, Any]:
    return {"_until": datetime.now(UTC) + _REMEMBERED}


def indexes(kinds: Iterable[Kind[Any]]) -> dict[str, Any]:
    """What to index otherwise than Firestore does by itself, as its own tools and our Terraform read it."""
    kinds = sorted(kinds, key=lambda kind: kind.name)
    composite = [index for kind in kinds for index in _composite(kind)]
    exempt = [_override(CASES, "body"), *(_override(kind.name, "_body") for kind in kinds)]
    expiring = [_override(name, "_until", ttl=True) for name in (COMMITS, *(k.name for k in kinds if k.expires))]
    return {"indexes": composite, "fieldOverrides": exempt + expiring}


def _composite(kind: Kind[Any]) -> list[dict[str, Any]]:
    """One for each question but those that Firestore answers from the indexes it makes by itself."""
    found = []
    for ask in kind.asks:
        fields = [{"fieldPath": name, "order": "ASCENDING"} for name in sorted(ask.equals)] + _order(ask)
        if len(fields) > 1:
            found.append({"collectionGroup": kind.name, "queryScope": "COLLECTION", "fields": fields})
    return [index for number, index in enumerate(found) if index not in found[:number]]


def _order(ask: Ask) -> list[dict[str, Any]]:
    """Documents lie in the order of their ids in any index, ascending unless it says otherwise."""
    if ask.order == "id" and not ask.descending:
        return []
    field = "__name__" if ask.order == "id" else ask.order
    return [{"fieldPath": field, "order": "DESCENDING" if ask.descending else "ASCENDING"}]


def _override(collection: str, field: str, **more: bool) -> dict[str, Any]:
    return {"collectionGroup": collection, "fieldPath": field, "indexes": []} | more
