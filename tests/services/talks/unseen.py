"""How the chat does on talks it was never tuned to: `unseen.json` beside this, or another file.

    python -m tests.services.talks.unseen [talks.json]

The file is a JSON list of talks as an examiner writes them: what people write, and whether it is an emergency,
something to be seen soon, or harmless. Whoever changes the words for what these talks say needs new ones.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import msgspec

from dermaloop.contract.labels import LOCALES, Tier
from dermaloop.services.talking import reply

KEPT = Path(__file__).with_name("unseen.json")


class ExaminersTalk(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One talk and what its writer meant by it; `danger` names the emergency or the reason to be seen."""

    id: str
    locale: str
    kind: Literal["emergency", "urgent", "harmless"]
    danger: str | None
    messages: list[str]


class Outcome(msgspec.Struct, frozen=True):
    """Where one talk ended."""

    talk: ExaminersTalk
    tier: Tier


def examined(talks: Sequence[ExaminersTalk]) -> list[Outcome]:
    return [Outcome(one, reply(one.messages, locale=one.locale).tier) for one in talks]


def read(path: Path) -> list[ExaminersTalk]:
    return msgspec.json.decode(path.read_bytes(), type=list[ExaminersTalk])


def table(outcomes: Sequence[Outcome]) -> str:
    """A row a language: emergencies found, and calmly answered ones; harmless talks that raised an alarm."""
    head = "| language | emergencies found | of these told `self_care` | seen soon, not called calm | false alarms |"
    rows = [_row(locale, [one for one in outcomes if one.talk.locale == locale]) for locale in LOCALES]
    return "\n".join([head, "|---|---|---|---|---|", *rows, _row("all", outcomes)])


def _row(name: str, outcomes: Sequence[Outcome]) -> str:
    grave, soon, harmless = ([one.tier for one in outcomes if one.talk.kind == kind] for kind in _KINDS)
    found, calm = grave.count("emergency"), grave.count("self_care")
    heeded = len(soon) - soon.count("self_care")
    return (
        f"| {name} | {found} of {len(grave)} | {calm} | {heeded} of {len(soon)} |"
        f" {harmless.count('emergency')} of {len(harmless)} |"
    )


_KINDS = ("emergency", "urgent", "harmless")


if __name__ == "__main__":
    told = examined(read(Path(sys.argv[1]) if len(sys.argv) > 1 else KEPT))
    print(table(told))
    for one in told:
        if (one.talk.kind == "emergency") != (one.tier == "emergency"):
            print(f"{one.talk.id}: {one.talk.kind} ({one.talk.danger or 'nothing'}) ended in {one.tier}")
