"""Compares a later photo of a lesion with an earlier one, and says what to do about what changed."""

from dataclasses import dataclass
from typing import Literal

import msgspec

from dermaloop.answers import Outline
from dermaloop.contract.labels import Tier
from dermaloop.knowledge.changes import change_words
from dermaloop.ports import World
from dermaloop.services.locating import outline_picture
from dermaloop.services.overlaying import Change, Comparison, compare
from dermaloop.services.triaging import DAYS

_HARMLESS: frozenset[Change] = frozenset({"smaller"})
"""Shrinking alone is looked at in time; every other change of a spot is a warning sign (NICE NG12)."""


@dataclass(frozen=True)
class Sight:
    """One photo, and how wide it is in reality where that is known."""

    image: bytes
    width_mm: float | None = None


class ChangeTold(msgspec.Struct, frozen=True):
    """One change, in words."""

    code: Change
    text: str


class Revisit(msgspec.Struct, frozen=True, kw_only=True):
    """Both outlines with their figures side by side, and what changed. It can make a next step more pressing only."""

    status: Literal["changed", "alike", "unclear"]
    changes: list[ChangeTold]
    tier: Tier
    within_days: int
    text: str
    comparison: Comparison | None
    earlier: Outline
    later: Outline
    locale: str


def revisit(*, earlier: Sight, later: Sight, locale: str, world: World) -> Revisit:
    """Nothing of either photo is kept."""
    outlines = [
        outline_picture(image=sight.image, width_mm=sight.width_mm, locale=locale, world=world).outline
        for sight in (earlier, later)
    ]
    found = compare(*outlines)
    status, tier = _judged(found)
    return Revisit(
        status=status,
        changes=[ChangeTold(code, change_words(locale).changes[code]) for code in (found.changes if found else ())],
        tier=tier,
        within_days=DAYS[tier],
        text=_text(found, status, tier, locale),
        comparison=found,
        earlier=outlines[0],
        later=outlines[1],
        locale=locale,
    )


def _judged(found: Comparison | None) -> tuple[Literal["changed", "alike", "unclear"], Tier]:
    if found is None:
        return "unclear", "routine"
    if not found.changes:
        return "alike", "self_care"
    return "changed", "routine" if set(found.changes) <= _HARMLESS else "urgent"


def _text(found: Comparison | None, status: str, tier: Tier, locale: str) -> str:
    words = change_words(locale)
    said: str = getattr(words, status)
    told = said.format(days=DAYS[tier])
    return f"{told} {words.scale}" if found and found.scale == "picture" else told
