"""Answers a talk about symptoms: red flags, what the articles say, the questions that matter, and how soon.

It remembers nothing: every reply is made anew from all that the person wrote, so that no later message, and no order to
behave otherwise, can take back what an earlier one asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from dermaloop.advice import ArticleNamed, ChatReply, RedFlag
from dermaloop.contract.labels import Tier
from dermaloop.contract.questions import Answers
from dermaloop.knowledge import words
from dermaloop.knowledge.articles import articles, section_titles, talk
from dermaloop.ports import Wording
from dermaloop.services.inquiring import questions
from dermaloop.services.language.alarming import pressed, unsettled, worrying
from dermaloop.services.language.counting import Counted, count
from dermaloop.services.language.findings import Findings
from dermaloop.services.language.recognising import recognise
from dermaloop.services.questioning import Flag, red_flags, told
from dermaloop.services.retrieving import Place, retrieve
from dermaloop.services.triaging import DAYS, worse
from dermaloop.services.understanding import understood_in
from dermaloop.services.wording import reworded

GUIDE = "warning_signs"
UNKNOWN_TIER: Tier = "routine"
"""What nobody can judge is not reassured."""


@dataclass(frozen=True)
class Heard:
    """All that follows from a person's messages up to one of them."""

    flags: tuple[Flag, ...]
    answers: Answers
    found: Findings
    tier: Tier
    place: Place | None


def reply(
    messages: Sequence[str], *, locale: str, case_tier: Tier | None = None, wording: Wording | None = None
) -> ChatReply:
    """The reply to the last of a person's messages; never calmer than any before it, nor than their case."""
    heard = hear_each(messages)
    last, tier = heard[-1], reduce(worse, (one.tier for one in heard), case_tier or "self_care")
    place = _place(last, tier)
    flags = told(last.flags, locale=locale)
    asked = questions(last.found, last.answers, tier=tier, place=place, locale=locale)
    told_place = reworded(_quoted(place, locale), locale=locale, wording=wording)
    text = _joined(
        talk(locale).check if tier != "emergency" and (worrying(last.found) or pressed(last.found)) else "",
        _flagged([flag for flag in flags if tier != "emergency" or flag.tier == tier], locale),
        talk(locale).unknown if last.place is None and not flags else "",
        told_place,
        talk(locale).no_diagnosis,
        _asked([one.text for one in asked], locale),
        talk(locale).still if tier != last.tier else "",
        closing(tier, locale),
    )
    return ChatReply(
        reply=text,
        tier=tier,
        within_days=DAYS[tier],
        known=last.place is not None or bool(flags),
        red_flags=flags,
        articles=[ArticleNamed(place.code, articles(locale)[place.code].title, place.section)],
        questions=asked,
        locale=locale,
    )


def hear_each(messages: Sequence[str]) -> list[Heard]:
    """Signs add up over the messages; each message is looked up in the articles."""
    found, counted, heard = Findings(), Counted(), []
    for message in messages:
        found.add(recognise(message))
        counted = counted.joined(count(message))
        heard.append(_heard(counted, message, found))
    return heard


def _heard(counted: Counted, message: str, found: Findings) -> Heard:
    answers = understood_in(counted, found)
    flags = tuple(_flags(answers, found))
    hit = retrieve(message)
    tier: Tier = articles("en")[hit.place.code].tier if hit else UNKNOWN_TIER
    if hit and hit.place.code == GUIDE:
        tier = UNKNOWN_TIER
    for flag in flags:
        tier = worse(tier, flag.tier)
    if pressed(found) or unsettled(found):
        tier = worse(tier, UNKNOWN_TIER)
    return Heard(flags, answers, found, tier, hit.place if hit else None)


def closing(tier: Tier, locale: str) -> str:
    """How every reply ends."""
    return talk(locale).closing[tier].format(days=DAYS[tier], where=words(locale).where[tier])


def _flags(answers: Answers, found: Findings) -> list[Flag]:
    flags = red_flags(answers)
    if not any(flag.tier == "emergency" for flag in flags):
        flags += [Flag("fever", "urgent")] if "fever" in found.present else []
        flags += [Flag("sudden", "urgent")] if worrying(found) else []
    if "melanoma_named" in found.present:
        flags.append(Flag("cancer_named", "urgent"))
    return flags


def _place(last: Heard, tier: Tier) -> Place:
    """Where something presses, the guide to warning signs; else what was found; where nothing was, how to tell."""
    if any(flag.tier == "emergency" for flag in last.flags):
        return Place(GUIDE, "signs")
    if last.place is not None:
        pressing = any(flag.tier == "urgent" for flag in last.flags)
        return Place(last.place.code, "when") if pressing else last.place
    return Place(GUIDE, "severity" if tier == "urgent" else "when")


def _quoted(place: Place, locale: str) -> str:
    found = articles(locale)[place.code]
    return talk(locale).article.format(
        title=found.title, section=section_titles(locale)[place.section], text=found.sections[place.section].text
    )


def _flagged(flags: Sequence[RedFlag], locale: str) -> str:
    return "\n".join([talk(locale).flags, *(f"• {flag.text}" for flag in flags)]) if flags else ""


def _asked(asked: Sequence[str], locale: str) -> str:
    return "\n".join([talk(locale).questions, *(f"• {text}" for text in asked)]) if asked else ""


def _joined(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)
