"""The append-only trail: who did what to which record, and when."""

import msgspec


class AuditEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the append-only trail: who did what to which record, without any content of it."""

    at: str
    actor: str
    action: str
    subject: str


class AuditLine(msgspec.Struct, frozen=True):
    """An audit entry and its place in the trail of its subject, counted from 0."""

    place: int
    entry: AuditEntry
