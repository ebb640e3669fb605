"""Forgets what was kept for as long as the retention policy says."""

from dermaloop.ports import World
from dermaloop.records import AuditEntry
from dermaloop.records.dead_letters import DEAD_LETTERS
from dermaloop.records.documents import Query, Remove
from dermaloop.services.deciding import policies
from dermaloop.services.forgetting import erase
from dermaloop.services.moments import later, now

RETENTION = "retention"
"""Who deletes where nobody does."""
_MOST = 500


def retain(*, world: World) -> int:
    """Deletes what is older than the policy allows, the oldest first, and says how much; the next sweep goes on."""
    policy = policies(documents=world.documents).retention
    deleted = _cases(policy.case_days, world) if policy.case_days else 0
    return deleted + (_dead_letters(policy.dead_letter_days, world) if policy.dead_letter_days else 0)


def _cases(days: int, world: World) -> int:
    limit, deleted = later(now(), days=-days), 0
    while deleted < _MOST:
        old = [case for case in world.records.cases_since("", limit=50) if case.created_at < limit]
        for case in old:
            said = AuditEntry(at=now(), actor=RETENTION, action="delete", subject=f"case:{case.id}")
            erase(case, audit=said, world=world)
        deleted += len(old)
        if not old:
            break
    return deleted


def _dead_letters(days: int, world: World) -> int:
    query = Query(DEAD_LETTERS, order="at", below=later(now(), days=-days))
    old = world.documents.find(query, limit=_MOST).records
    for letter in old:
        world.documents.commit(Remove(DEAD_LETTERS, letter.id))
    return len(old)
