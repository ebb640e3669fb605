"""Cuts texts into what a search compares: English stems, Chinese character pairs, Korean words without particles."""

import re
from functools import lru_cache

from dermaloop.contract.labels import LOCALES
from dermaloop.knowledge.articles import talk
from dermaloop.services.language.normalising import normalised, plain

_RUNS = re.compile(r"[a-z][a-z0-9]+|[一-鿿]+|[가-힣]+")
_ENDINGS = ("ingly", "edly", "ings", "ing", "ies", "ied", "es", "ed", "ly", "s")
_SHORTEST_STEM = 4


def asked_tokens(question: str) -> list[str]:
    """The pieces of what a person wrote, typing errors mended."""
    return tokens(normalised(question))


def tokens(text: str) -> list[str]:
    """All pieces in their order, whatever languages are mixed."""
    found: list[str] = []
    for run in _RUNS.findall(plain(text)):
        found += _english(run) if run[0] <= "z" else _chinese(run) if run[0] <= "鿿" else _korean(run)
    return found


def _english(word: str) -> list[str]:
    return [] if word in stop_words() else [stem(word)]


def stem(word: str) -> str:
    """Without the endings of number and tense."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: -len(ending)] + ("y" if ending in ("ies", "ied") else "")
    return word


def _chinese(run: str) -> list[str]:
    pairs = [run[place : place + 2] for place in range(len(run) - 1)] or [run]
    return [pair for pair in pairs if pair not in stop_words()]


def _korean(word: str) -> list[str]:
    """The word without its particle, and its pairs of syllables, since Koreans space words as they please."""
    bare = _bare(word)
    if bare in stop_words():
        return []
    return [bare, *(bare[place : place + 2] for place in range(len(bare) - 1) if len(bare) > 2)]


def _bare(word: str) -> str:
    for particle in talk("ko").particles:
        if word.endswith(particle) and len(word) - len(particle) >= 2:
            return word[: -len(particle)]
    return word


@lru_cache(maxsize=1)
def stop_words() -> frozenset[str]:
    return frozenset(word for locale in LOCALES for word in talk(locale).stop)
