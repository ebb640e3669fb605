"""Compares a later photo of a lesion with an earlier one, and says what to do about what changed."""

from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec
import numpy as np
from msgspec import Meta

from dermaloop.answers import Outline, Probability
from dermaloop.contract.labels import Tier
from dermaloop.contract.likeness import Look, View, confirmed, probability, signs, view
from dermaloop.knowledge.changes import change_words, likeness
from dermaloop.ports import World
from dermaloop.services.locating import Outlined, outlined
from dermaloop.services.overlaying import Change, Comparison, compare
from dermaloop.services.triaging import DAYS
from dermaloop.timing import stage

Status = Literal["changed", "alike", "unclear"]

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


class SameLesion(msgspec.Struct, frozen=True):
    """Whether both photos plausibly show one lesion: by pattern, colours and shape, as fitted on real pairs."""

    confirmed: bool
    probability: Probability
    threshold: Annotated[Probability, Meta(description="What the probability must reach to be confirmed.")]
    detail: Annotated[float, Meta(description="How far the fine pattern agrees at the best turn, 1 being all of it.")]
    least_detail: Annotated[float, Meta(description="What the detail must reach besides.")]


class Revisit(msgspec.Struct, frozen=True, kw_only=True):
    """Both outlines with their figures side by side, and what changed. It can make a next step more pressing only: what
    the new photo shows by itself (POST /api/assess) stands above it."""

    status: Annotated[
        Status,
        Meta(
            description="`unclear` where either photo cannot be relied on, or where it is not confirmed that both show"
            " one lesion; `changes` and a pressing tier are then told all the same."
        ),
    ]
    changes: list[ChangeTold]
    tier: Annotated[Tier, Meta(description="`self_care` only where one lesion is confirmed and nothing changed.")]
    within_days: int
    text: str
    comparison: Comparison | None
    same: Annotated[SameLesion | None, Meta(description="None where either photo has no outline to rely on.")] = None
    earlier: Outline
    later: Outline
    locale: str


def revisit(*, earlier: Sight, later: Sight, locale: str, world: World) -> Revisit:
    """Nothing of either photo is kept."""
    seen = [outlined(image=sight.image, width_mm=sight.width_mm, world=world) for sight in (earlier, later)]
    found = compare(seen[0].outline, seen[1].outline)
    same = _same(*seen) if found else None
    status, tier = _judged(found, same is not None and same.confirmed)
    return Revisit(
        status=status,
        changes=[ChangeTold(code, change_words(locale).changes[code]) for code in (found.changes if found else ())],
        tier=tier,
        within_days=DAYS[tier],
        text=_text(found, same, tier, locale),
        comparison=found,
        same=same,
        earlier=seen[0].outline,
        later=seen[1].outline,
        locale=locale,
    )


def _same(earlier: Outlined, later: Outlined) -> SameLesion:
    fitted = likeness()
    with stage("likeness"):
        found = signs(_view(earlier), _view(later))
    return SameLesion(
        confirmed=confirmed(fitted, found),
        probability=round(probability(fitted, found), 4),
        threshold=fitted.threshold,
        detail=round(found["detail"], 4),
        least_detail=fitted.least_detail,
    )


def _view(seen: Outlined) -> View:
    return view(Look(np.array(seen.outline.points), seen.pixels, seen.outline.width, seen.outline.height))


def _judged(found: Comparison | None, one_lesion: bool) -> tuple[Status, Tier]:
    """What cannot be confirmed never reassures; what would be a change of one lesion presses all the same."""
    if found is None:
        return "unclear", "routine"
    if not found.changes:
        return ("alike", "self_care") if one_lesion else ("unclear", "routine")
    return "changed" if one_lesion else "unclear", "routine" if set(found.changes) <= _HARMLESS else "urgent"


def _text(found: Comparison | None, same: SameLesion | None, tier: Tier, locale: str) -> str:
    words = change_words(locale)
    if found is None:
        return words.unclear
    if same is not None and same.confirmed:
        said = words.changed if found.changes else words.alike
    else:
        said = words.unconfirmed_changed if found.changes else words.unconfirmed
    scale = words.scale if found.scale == "picture" else ""
    return " ".join(part for part in (said.format(days=DAYS[tier]), words.above, scale) if part)
