"""Reads and changes what admins decided about training and keeping."""

import msgspec

from dermaloop.errors import NotFound
from dermaloop.ports import Documents
from dermaloop.records import AuditEntry
from dermaloop.records.documents import Found, Note, Put
from dermaloop.records.policies import POLICIES, Policies, RetentionPolicy, TrainingPolicy
from dermaloop.services.moments import now

_ID = "policies"


class PoliciesView(msgspec.Struct, frozen=True, kw_only=True):
    """What is decided now, and the version to send back with a change."""

    training: TrainingPolicy
    retention: RetentionPolicy
    version: int


def policies(*, documents: Documents) -> Policies:
    return _find(documents).record


def view(*, documents: Documents) -> PoliciesView:
    found = _find(documents)
    return PoliciesView(training=found.record.training, retention=found.record.retention, version=found.version)


def decide(
    *, training: TrainingPolicy, retention: RetentionPolicy, version: int, by: str, documents: Documents
) -> PoliciesView:
    """Puts these in place of the version that was seen; another one by now: Conflict."""
    said = AuditEntry(at=now(), actor=by, action="decide", subject=f"policies:{_ID}")
    changed = Policies(id=_ID, training=training, retention=retention)
    documents.commit(Put(POLICIES, changed, expected=version), Note(said))
    return PoliciesView(training=training, retention=retention, version=version + 1)


def _find(documents: Documents) -> Found[Policies]:
    try:
        return documents.get(POLICIES, _ID)
    except NotFound:
        return Found(Policies(id=_ID), 0)
