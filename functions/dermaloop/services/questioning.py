"""Weighs what a person answered: the weighted seven-point checklist and the red flags no picture may overrule."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from dermaloop.advice import Point, RedFlag, SevenPoint
from dermaloop.contract.labels import TIERS, Tier
from dermaloop.contract.questions import ACRAL_OR_MUCOSAL, DELICATE, EMERGENCY_SIGNS, Answers
from dermaloop.knowledge import form_words

POINTS = {
    "changed_size": 2,
    "changed_shape": 2,
    "changed_colour": 2,
    "over_7_mm": 1,
    "inflammation": 1,
    "bleeding": 1,
    "itch_or_pain": 1,
}
"""NICE NG12: three major features count two each, four minor ones count one."""
REFER_AT = 3
PRESSING = ("bleeding", "growing_fast", "not_healing", "hard_crust")
"""Each enough by itself for a look within two weeks: as NG12 has it for a suspected squamous cell carcinoma."""
ADULT = 18
RECENT = frozenset({"days", "weeks", "months"})


class Flag(NamedTuple):
    """One reason that forbids an answer calmer than its tier."""

    code: str
    tier: Tier
    figures: Mapping[str, int] = MappingProxyType({})


def score(answers: Answers) -> int:
    """The weighted seven-point checklist."""
    return sum(POINTS[sign] for sign in answers.said if sign in POINTS)


def red_flags(answers: Answers) -> list[Flag]:
    """Every flag the answers raise, gravest first. Each depends on signs being there, never on one being absent."""
    found = [Flag(sign, "emergency") for sign in EMERGENCY_SIGNS if sign in answers.emergency_signs]
    if (points := score(answers)) >= REFER_AT:
        found.append(Flag("seven_point", "urgent", {"score": points, "refer_at": REFER_AT}))
    found += [Flag(sign, "urgent") for sign in PRESSING if sign in answers.said]
    if changing(answers):
        found.append(Flag("changing", "routine"))
    if new_in_adult(answers):
        found.append(Flag("new_in_adult", "routine"))
    found += _by_site(answers)
    found += [Flag(sign, "routine") for sign in ("past_skin_cancer", "weak_immunity") if sign in answers.said]
    return sorted(found, key=lambda flag: -TIERS.index(flag.tier))


def changing(answers: Answers) -> bool:
    return bool(answers.said & {"changed", "changed_size", "changed_shape", "changed_colour"})


def new_in_adult(answers: Answers) -> bool:
    """A spot of the last months; whose age is not known counts as grown up."""
    return answers.since in RECENT and (answers.age is None or answers.age >= ADULT)


def _by_site(answers: Answers) -> list[Flag]:
    """Sites where melanoma hides or a tumour does harm early: never reassured, urgent where something is new there."""
    if answers.site in ACRAL_OR_MUCOSAL:
        moving = changing(answers) or new_in_adult(answers)
        return [Flag("hidden_site", "urgent" if moving else "routine")]
    return [Flag("delicate_site", "routine")] if answers.site in DELICATE else []


def seven_point(answers: Answers, *, locale: str) -> SevenPoint:
    """The checklist as it is shown."""
    points = [Point(sign, POINTS[sign], form_words(locale).points[sign]) for sign in POINTS if sign in answers.said]
    return SevenPoint(score(answers), REFER_AT, score(answers) >= REFER_AT, points)


def told(flags: Sequence[Flag], *, locale: str) -> list[RedFlag]:
    """Red flags as they are shown."""
    return [RedFlag(flag.code, flag.tier, flag_text(flag, locale=locale)) for flag in flags]


def flag_text(flag: Flag, *, locale: str) -> str:
    return form_words(locale).flags[flag.code].format(**flag.figures)
