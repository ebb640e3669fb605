"""Finds which signs a text speaks of, and whether it says that they are there or that they are not."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from dermaloop.knowledge.lexicon import Lexicon, lexicons
from dermaloop.services.language.normalising import normalised, unspaced
from dermaloop.services.language.slipping import slipped_at

_WINDOW = 60
_LIST = re.compile(
    r"\b(?:no|not|without|never|nor)\b(?P<all>(?: [\w'-]+){1,3}"
    r"(?:, (?:or |nor )?[\w'-]+(?: (?!n?or\b)[\w'-]+)?)+(?: (?:or|nor) [\w'-]+(?: [\w'-]+)?)?)",
    re.ASCII,
)
_STATING = re.compile(r"\b(?:i|my|is|are|am|was|it|its|has|have|had|but|the|now|he|she|we|they)\b", re.ASCII)


@dataclass
class Findings:
    """Each sign that was said to be there, with the words that say so; and those that were only denied."""

    present: dict[str, str] = field(default_factory=dict)
    denied: dict[str, str] = field(default_factory=dict)
    sites: dict[str, str] = field(default_factory=dict)
    sex: dict[str, str] = field(default_factory=dict)

    def add(self, other: "Findings") -> None:
        """What was once said to be there stays, whatever is denied later."""
        for mine, theirs in ((self.present, other.present), (self.denied, other.denied)):
            for code, quote in theirs.items():
                mine.setdefault(code, quote)
        self.sites |= {code: quote for code, quote in other.sites.items() if code not in self.sites}
        self.sex |= other.sex
        self.denied = {code: quote for code, quote in self.denied.items() if code not in self.present}

    def has(self, *codes: str) -> bool:
        return all(code in self.present for code in codes)


def recognise(text: str) -> Findings:
    """All of it, by the words of every language at once."""
    spaced = normalised(text)
    found = Findings()
    for lexicon in lexicons():
        found.add(_by(lexicon, spaced if lexicon.locale == "en" else unspaced(spaced)))
    return found


def _by(lexicon: Lexicon, text: str) -> Findings:
    found = Findings()
    spared = [(m.start("all"), m.end("all")) for m in _LIST.finditer(text) if not _STATING.search(m["all"])]
    for code, match in _matches(lexicon.signs, text):
        listed = lexicon.locale == "en" and any(start <= match.start() < end for start, end in spared)
        group = found.denied if listed or _denied(lexicon, text, match) else found.present
        group.setdefault(code, match[0].strip())
    _add_slipped(lexicon, text, found)
    found.sites = {code: match[0] for code, match in reversed(list(_matches(lexicon.sites, text)))}
    found.sex = {code: match[0] for code, match in _matches(lexicon.sex, text)}
    found.denied = {code: quote for code, quote in found.denied.items() if code not in found.present}
    return found


def _add_slipped(lexicon: Lexicon, text: str, found: Findings) -> None:
    """Signs of emergencies that are written with a slip; English slips were mended before."""
    for code, terms in lexicon.slips.items():
        for term in terms:
            if code in found.present or code in found.denied:
                break
            if (span := slipped_at(text, term, lexicon.locale)) is not None:
                group = found.denied if _denied_around(lexicon, text, *span) else found.present
                group[code] = text[span[0] : span[1]]


def _matches(group: dict[str, tuple[re.Pattern[str], ...]], text: str) -> Iterator[tuple[str, re.Match[str]]]:
    for code, patterns in group.items():
        for pattern in patterns:
            for match in pattern.finditer(text):
                yield code, match


def _denied(lexicon: Lexicon, text: str, match: re.Match[str]) -> bool:
    """Whether a word of denial stands before it, after it or in it, inside the same clause."""
    if "no" in match.re.groupindex and match["no"]:
        return True
    return _denied_around(lexicon, text, match.start(), match.end())


def _denied_around(lexicon: Lexicon, text: str, start: int, end: int) -> bool:
    before = lexicon.breaks.split(text[max(0, start - _WINDOW) : start])[-1]
    if lexicon.before.search(before):
        return True
    after = lexicon.breaks.split(text[end : end + _WINDOW])[0]
    return lexicon.after.search(after) is not None
