"""Weighs what a person answered: the weighted seven-point checklist and the red flags no picture may overrule."""

from typing import NamedTuple

from dermaloop.contract.labels import TIERS, Tier
from dermaloop.contract.questions import ACRAL_OR_MUCOSAL, DELICATE, EMERGENCY_SIGNS, Answers

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
ADULT = 18
RECENT = frozenset({"days", "weeks", "months"})


class Flag(NamedTuple):
    """One reason that forbids an answer calmer than its tier."""

    code: str
    tier: Tier


def score(answers: Answers) -> int:
    """The weighted seven-point checklist."""
    return sum(POINTS[sign] for sign in answers.said if sign in POINTS)


def red_flags(answers: Answers) -> list[Flag]:
    """Every flag the answers raise, gravest first. Each depends on signs being there, never on one being absent."""
    found = [Flag(sign, "emergency") for sign in EMERGENCY_SIGNS if sign in answers.emergency_signs]
    if score(answers) >= REFER_AT:
        found.append(Flag("seven_point", "urgent"))
    found += [Flag(sign, "urgent") for sign in ("bleeding", "growing_fast", "not_healing", "hard_crust") if _is(answers, sign)]
    if changing(answers):
        found.append(Flag("changing", "routine"))
    if new_in_adult(answers):
        found.append(Flag("new_in_adult", "routine"))
    found += _by_site(answers)
    found += [Flag(sign, "routine") for sign in ("past_skin_cancer", "weak_immunity") if _is(answers, sign)]
    return sorted(found, key=lambda flag: -TIERS.index(flag.tier))


def changing(answers: Answers) -> bool:
    return bool(answers.said & {"changed_size", "changed_shape", "changed_colour"})


def new_in_adult(answers: Answers) -> bool:
    """A spot of the last months; whose age is not known counts as grown up."""
    return answers.since in RECENT and (answers.age is None or answers.age >= ADULT)


def _by_site(answers: Answers) -> list[Flag]:
    """Sites where melanoma hides or a tumour does harm early: never reassured, urgent where something is new there."""
    if answers.site in ACRAL_OR_MUCOSAL:
        moving = changing(answers) or new_in_adult(answers)
        return [Flag("hidden_site", "urgent" if moving else "routine")]
    return [Flag("delicate_site", "routine")] if answers.site in DELICATE else []


def _is(answers: Answers, sign: str) -> bool:
    return sign in answers.said
