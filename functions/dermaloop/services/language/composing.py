"""Finds signs that no fixed sentence names: words of certain classes that stand close together in one sentence.

People put the same danger in endless ways; but they name a part of the body and what happens to it, near each other.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from dermaloop.knowledge.lexicon import lexicons
from dermaloop.knowledge.phrases import phrases
from dermaloop.services.language.denying import Denials
from dermaloop.services.language.frames import FRAMES, Frame

REACH = 70
"""How far a sign's words may lie apart, in Latin letters; a Korean one says as much as three, a Chinese one as four."""
_ENDS = re.compile(r"[.!?;\n。]")
_PLACES = frozenset({"face_part", "eye_part", "limb", "dead_part", "skin", "mouth_in"})
"""Parts of the body that do not suffer themselves where a harmless spot is only said to lie on them."""


class Word(NamedTuple):
    """Where a class of words was found, by which language's list."""

    start: int
    end: int
    language: int


class Sign(NamedTuple):
    """A sign that was put together, where, and whether it was denied."""

    code: str
    start: int
    end: int
    denied: bool


def compose(text: str, *, but: str) -> Iterator[Sign]:
    """Every sign the frames make of a text, in all languages but one; each at most once as said and once as denied."""
    words = _words(text, but)
    ends = [match.start() for match in _ENDS.finditer(text)]
    denials = [Denials(lexicon, text) for lexicon in lexicons()]
    told: set[tuple[str, bool]] = set()
    for frame in FRAMES:
        for found in _filled(frame, words, text, ends):
            denied = _denied(found, denials)
            if (frame.sign, denied) not in told:
                told.add((frame.sign, denied))
                yield Sign(frame.sign, found[0].start, max(word.end for word in found), denied)
            if not denied:
                break


def _words(text: str, but: str) -> dict[str, list[Word]]:
    """Every class of words in the order of the text."""
    found: dict[str, list[Word]] = {}
    for language, phrase in enumerate(phrases()):
        if phrase.locale == but:
            continue
        located = [match.span() for match in phrase.located.finditer(text)]
        for name, expression in phrase.words.items():
            for match in expression.finditer(text):
                aside = name in _PLACES and any(start <= match.start() < end for start, end in located)
                if match.end() > match.start() and not aside:
                    found.setdefault(name, []).append(Word(match.start(), match.end(), language))
    return {name: sorted(words) for name, words in found.items()}


def _filled(frame: Frame, words: dict[str, list[Word]], text: str, ends: list[int]) -> Iterator[list[Word]]:
    """Each place where all of the frame's words stand in reach, in one sentence, and none that speaks against."""
    if any(name not in words for name in frame.together):
        return
    against = [word for name in frame.unless for word in words.get(name, ())]
    first, *others = sorted(frame.together, key=lambda name: len(words[name]))
    for anchor in words[first]:
        chosen = [anchor]
        for name in others:
            near = _nearest(words[name], chosen, text, ends)
            if near is None:
                break
            chosen.append(near)
        else:
            if not any(_reach(anchor, word, text, ends) for word in against):
                yield sorted(chosen)


def _nearest(words: list[Word], chosen: list[Word], text: str, ends: list[int]) -> Word | None:
    """The nearest word that is in reach of every word chosen so far, and is none of them."""
    place = bisect_left(words, chosen[0])
    near = words[max(0, place - 3) : place + 3]
    able = [word for word in near if all(_apart(word, one) and _reach(word, one, text, ends) for one in chosen)]
    return min(able, key=lambda word: abs(word.start - chosen[0].start), default=None)


def _apart(one: Word, other: Word) -> bool:
    return one.end <= other.start or other.end <= one.start


def _reach(one: Word, other: Word, text: str, ends: list[int]) -> bool:
    start, end = min(one.end, other.end), max(one.start, other.start)
    if end - start > REACH or bisect_left(ends, start) != bisect_left(ends, end):
        return False
    between = text[start:end]
    return sum(1 if sign.isascii() else 3 if "가" <= sign <= "힣" else 4 for sign in between) <= REACH


def _denied(found: list[Word], denials: list[Denials]) -> bool:
    """Whether any of its words is denied; what stands inside one of them is part of the sign."""
    for place, word in enumerate(found):
        after = found[place - 1].end if place else 0
        before = found[place + 1].start if place + 1 < len(found) else None
        if denials[word.language].cover(word.start, word.end, after=after, before=before):
            return True
    return False
