"""Searches the audit trail: who did what to which record, and when."""

import msgspec

from dermaloop.ports import PortableRecords
from dermaloop.records import AuditEntry

_MOST = 500


class TrailQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """What a line must hold; `subject` and `action` by their beginning, times as ISO 8601 in UTC."""

    subject: str = ""
    actor: str = ""
    action: str = ""
    since: str = ""
    until: str = ""

    def fits(self, entry: AuditEntry) -> bool:
        return (
            entry.subject.startswith(self.subject)
            and entry.action.startswith(self.action)
            and self.actor in ("", entry.actor)
            and entry.at >= self.since
            and (not self.until or entry.at < self.until)
        )


class Trail(msgspec.Struct, frozen=True):
    """The last lines that fit, newest first, and how many fit in all."""

    lines: list[AuditEntry]
    total: int


def search(*, question: TrailQuestion, limit: int, records: PortableRecords) -> Trail:
    """A subject's own trail is looked up; any other question reads the whole trail."""
    everything = (line.entry for line in records.audit_lines())
    fitting = sorted((entry for entry in everything if question.fits(entry)), key=lambda entry: entry.at, reverse=True)
    return Trail(fitting[: min(limit, _MOST)], len(fitting))
