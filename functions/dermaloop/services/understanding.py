"""Reads what a person wrote into the form's fields, to be confirmed by them."""

from typing import Any

import msgspec

from dermaloop.advice import Mention, Understood
from dermaloop.contract.questions import SITES, WARNING_SIGNS, Answers
from dermaloop.services.language.alarming import emergencies, evidence
from dermaloop.services.language.counting import Counted, count
from dermaloop.services.language.findings import Findings
from dermaloop.services.language.recognising import recognise

OVER = 7  # millimetres, as NG12 counts
_SOURCES = {"itch_or_pain": ("itch", "pain")}
_NEW: Any = "months"  # "new" says no more than that
_CAREFUL_SITES = ("nail", "palm", "sole", "mouth", "eyelid", "lip", "ear", "genital")


def understand(story: str, *, ticked: Answers | None = None) -> Understood:
    """What was ticked stays; a story fills what was left open, and what it says otherwise is called a conflict."""
    given = ticked or Answers()
    mentions = mentioned(count(story), recognise(story))
    open_ = [one for one in mentions if getattr(given, one.field) in (None, ())]
    conflicts = [one for one in mentions if one not in open_ and _differs(getattr(given, one.field), one.value)]
    filled = msgspec.structs.replace(given, **{one.field: one.value for one in open_})
    return Understood(answers=_with_every_alarm(filled, mentions), mentions=open_, conflicts=conflicts)


def understood_in(counted: Counted, found: Findings) -> Answers:
    """The form as a talk fills it, where nothing was ticked."""
    mentions = mentioned(counted, found)
    return msgspec.structs.replace(Answers(), **{one.field: one.value for one in mentions})


def mentioned(counted: Counted, found: Findings) -> list[Mention]:
    """Every field of the form that a text answers, with the words it was read from."""
    return [*_facts(counted, found), *_signs(counted, found), *_alarms(found)]


def _facts(counted: Counted, found: Findings) -> list[Mention]:
    told: list[Mention] = []
    if counted.age:
        told.append(Mention("age", *counted.age))
    if len(found.sex) == 1:
        told += [Mention("sex", code, quote) for code, quote in found.sex.items()]
    sites = sorted(found.sites, key=lambda code: (code not in _CAREFUL_SITES, SITES.index(code)))
    if sites:
        told.append(Mention("site", sites[0], found.sites[sites[0]]))
    if counted.since:
        told.append(Mention("since", *counted.since))
    elif "new" in found.present:
        told.append(Mention("since", _NEW, found.present["new"]))
    return told


def _signs(counted: Counted, found: Findings) -> list[Mention]:
    told = []
    for name in WARNING_SIGNS:
        codes = _SOURCES.get(name, (name,))
        yes = next((found.present[code] for code in codes if code in found.present), None)
        no = next((found.denied[code] for code in codes if code in found.denied), None)
        if name == "over_7_mm":
            yes, no = _large(counted, found)
        if yes or no:
            told.append(Mention(name, bool(yes), yes or no or ""))
    return told


def _large(counted: Counted, found: Findings) -> tuple[str | None, str | None]:
    if size := counted.millimetres:
        return (size[1], None) if size[0] >= OVER else (None, size[1])
    return found.present.get("coin"), None


def _alarms(found: Findings) -> list[Mention]:
    signs = emergencies(found)
    return [Mention("emergency_signs", signs, ", ".join(evidence(found)))] if signs else []


def _with_every_alarm(answers: Answers, mentions: list[Mention]) -> Answers:
    """An emergency that was written counts even beside others that were ticked."""
    written = {sign for one in mentions if one.field == "emergency_signs" for sign in one.value}
    return msgspec.structs.replace(
        answers, emergency_signs=(*answers.emergency_signs, *sorted(written - set(answers.emergency_signs)))
    )


def _differs(ticked: object, written: object) -> bool:
    if isinstance(ticked, tuple) and isinstance(written, tuple):
        return not set(written) <= set(ticked)
    return ticked != written
