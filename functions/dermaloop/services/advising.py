"""Makes the next step of all grounds at once: what to do, how soon, why, whom to see and what to watch for."""

from collections.abc import Sequence

from dermaloop.answers import NextStep, Reason
from dermaloop.contract.labels import TIERS, Tier
from dermaloop.knowledge import words
from dermaloop.records import Status
from dermaloop.services.questioning import Flag, flag_text
from dermaloop.services.reading import ModelReading
from dermaloop.services.triaging import DAYS, Ground, picture_tier, why, worse


def next_step(
    readings: Sequence[ModelReading],
    *,
    status: Status,
    locale: str,
    flags: Sequence[Flag] = (),
    grounds: Sequence[Ground] = (),
) -> NextStep:
    """One next step from every reading that counts, every red flag and every further ground; the gravest decides."""
    found = [*grounds, *why(readings, status)]
    if flags:  # what was answered forbids the calm sentence, whatever the picture shows
        found = [ground for ground in found if ground.code != "benign_likely"]
    chosen = picture_tier(readings)
    for asked in (*(flag.tier for flag in flags), *(ground.tier for ground in grounds)):
        chosen = worse(chosen, asked)
    return NextStep(
        tier=chosen,
        within_days=DAYS[chosen],
        text=_said(chosen, status, locale),
        reasons=_ranked(flags, found, locale),
        where=words(locale).where[chosen],
        watch_for=words(locale).watch_for,
    )


def _said(chosen: Tier, status: Status, locale: str) -> str:
    said = words(locale).tiers[chosen].format(days=DAYS[chosen])
    return f"{words(locale).reasons[status]} {said}" if status in ("not_skin", "poor_quality") else said


def _ranked(flags: Sequence[Flag], grounds: Sequence[Ground], locale: str) -> list[Reason]:
    """Gravest first; among equals what the person said before what the picture shows."""
    said = [(flag.tier, Reason(flag.code, flag_text(flag, locale=locale))) for flag in flags]
    seen = [(ground.tier, _reason(ground, locale)) for ground in grounds]
    return [reason for _, reason in sorted([*said, *seen], key=lambda pair: -TIERS.index(pair[0]))]


def _reason(ground: Ground, locale: str) -> Reason:
    text = words(locale).reasons[ground.code]
    return Reason(ground.code, text.format(name=ground.label.name(locale)) if ground.label else text)
