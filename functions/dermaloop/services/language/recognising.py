"""Finds which signs a text speaks of, and whether it says that they are there or that they are not."""

import re
from collections.abc import Iterator

from dermaloop.knowledge.lexicon import Lexicon, lexicons
from dermaloop.services.language.alarming import SET_ASIDE
from dermaloop.services.language.composing import compose
from dermaloop.services.language.denying import Denials
from dermaloop.services.language.findings import Findings
from dermaloop.services.language.normalising import normalised, unspaced
from dermaloop.services.language.setting_aside import Stretch, lies_in, set_aside
from dermaloop.services.language.slipping import slipped_at


def recognise(text: str) -> Findings:
    """All of it, by the words of every language at once."""
    spaced = normalised(text)
    closed = unspaced(spaced)
    found = Findings()
    for lexicon in lexicons():
        found.add(_by(lexicon, spaced if lexicon.locale == "en" else closed))
    found.add(_composed(spaced, but="zh-TW"))
    found.add(_composed(closed, but="ko"))  # Chinese has no spaces to lose
    return found


def _by(lexicon: Lexicon, text: str) -> Findings:
    found = Findings()
    denials, aside = Denials(lexicon, text), set_aside(text)
    for code, match in _matches(lexicon.signs, text):
        if code in SET_ASIDE and lies_in(aside, *match.span()):
            continue
        inside = "no" in match.re.groupindex and bool(match["no"])
        group = found.denied if inside or denials.cover(match.start(), match.end()) else found.present
        group.setdefault(code, match[0].strip())
    _add_slipped(lexicon, text, denials, aside, found)
    found.sites = {code: match[0] for code, match in reversed(list(_matches(lexicon.sites, text)))}
    found.sex = {code: match[0] for code, match in _matches(lexicon.sex, text)}
    found.denied = {code: quote for code, quote in found.denied.items() if code not in found.present}
    return found


def _composed(text: str, *, but: str) -> Findings:
    found, aside = Findings(), set_aside(text)
    for sign in compose(text, but=but):
        if sign.code not in SET_ASIDE or not lies_in(aside, sign.start, sign.end):
            group = found.denied if sign.denied else found.present
            group.setdefault(sign.code, text[sign.start : sign.end])
    return found


def _add_slipped(lexicon: Lexicon, text: str, denials: Denials, aside: list[Stretch], found: Findings) -> None:
    """Signs of emergencies that are written with a slip; English slips were mended before."""
    for code, terms in lexicon.slips.items():
        for term in terms:
            if code in found.present or code in found.denied:
                break
            span = slipped_at(text, term, lexicon.locale)
            if span is not None and (code not in SET_ASIDE or not lies_in(aside, *span)):
                group = found.denied if denials.cover(*span) else found.present
                group[code] = text[span[0] : span[1]]


def _matches(group: dict[str, tuple[re.Pattern[str], ...]], text: str) -> Iterator[tuple[str, re.Match[str]]]:
    for code, patterns in group.items():
        for pattern in patterns:
            for match in pattern.finditer(text):
                yield code, match
