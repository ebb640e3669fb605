"""Finds the section of the articles that speaks of what was asked (BM25), or says that none does."""

import math
from collections import Counter, defaultdict
from functools import lru_cache
from typing import NamedTuple

from dermaloop.advice import SECTIONS, Section
from dermaloop.contract.labels import LOCALES
from dermaloop.knowledge.articles import articles, talk
from dermaloop.services.language.normalising import normalised, plain, unspaced
from dermaloop.services.language.tokenising import asked_tokens, tokens

_SATURATION, _LENGTH = 1.2, 0.75
NAMED = 6.0
"""What it adds to an article that the question calls by its name."""
MEANT = 5.0
"""What it adds to a section that the question's words ask for."""
LEAST = 5.0
LEAST_SHARE = {"en": 0.34, "zh-TW": 0.17, "ko": 0.2}
"""Below this score, or with less of the question's weight found, nothing is known; set on the scripted talks.

Pairs of characters straddle words, so less of a Chinese or Korean question can be found at all.
"""


class Place(NamedTuple):
    """One section of one article, in whatever language it was found."""

    code: str
    section: Section


class Hit(NamedTuple):
    """The best place for a question."""

    place: Place
    score: float
    named: bool


class _Index(NamedTuple):
    places: list[Place]
    lengths: list[int]
    average: float
    postings: dict[str, dict[int, int]]
    rarity: dict[str, float]
    names: dict[str, frozenset[str]]


def retrieve(question: str) -> Hit | None:
    """The place that fits best, or None where the articles do not speak of it."""
    index = _index()
    asked = list(dict.fromkeys(asked_tokens(question)))
    named = _named(question)
    scores = _scores(asked, index)
    meant = _meant(question)
    places = [Place(code, section) for code in named for section in SECTIONS] or list(scores)
    for place in places:
        scores[place] += NAMED * named.get(place.code, 0.0) + (MEANT if place.section in meant else 0.0)
        scores[place] += 0.5 if place.section == "what" else 0.0
    if not places:
        return None
    best = max(places, key=lambda place: (scores[place], place))
    if not named and (scores[best] < LEAST or _share(asked, best, index) < LEAST_SHARE[_script(question)]):
        return None
    return Hit(best, scores[best], best.code in named)


def _script(question: str) -> str:
    """By which language's measure to judge: that of most of its letters."""
    letters = Counter("ko" if "가" <= one <= "힣" else "zh-TW" if "一" <= one <= "鿿" else "en" for one in question)
    return max(("zh-TW", "ko", "en"), key=lambda locale: letters[locale] * (1 if locale == "en" else 4))


def _scores(asked: list[str], index: _Index) -> defaultdict[Place, float]:
    """The best of the languages for each place."""
    found: dict[int, float] = defaultdict(float)
    for token in asked:
        for number, count in index.postings.get(token, {}).items():
            long = 1 - _LENGTH + _LENGTH * index.lengths[number] / index.average
            found[number] += index.rarity[token] * count * (_SATURATION + 1) / (count + _SATURATION * long)
    best: defaultdict[Place, float] = defaultdict(float)
    for number, score in found.items():
        best[index.places[number]] = max(best[index.places[number]], score)
    return best


def _share(asked: list[str], best: Place, index: _Index) -> float:
    """How much of the question's weight stands in the article; a word no article has weighs most."""
    unknown = math.log(len(index.places) + 1)
    weights = {token: index.rarity.get(token, unknown) for token in asked}
    held = sum(weight for token, weight in weights.items() if best.code in index.names.get(token, ()))
    return held / (sum(weights.values()) or 1.0)


def _named(question: str) -> dict[str, float]:
    """Articles the question calls by a name of theirs; a longer name says more."""
    spaced = normalised(question)
    closed = unspaced(spaced)
    found: dict[str, float] = {}
    for locale, code, name in _aliases():
        inside = f" {name}" in f" {spaced}" if locale == "en" else name in closed
        if inside and (len(name) > 1 or locale != "ko" or _stands_alone(name, spaced)):
            found[code] = max(found.get(code, 0.0), 1 + min(len(name), 20) / 20)
    if len(found) > 1:
        found.pop("warning_signs", None)  # it is about everything, so a condition's own article goes first
    return found


@lru_cache(maxsize=1)
def _aliases() -> tuple[tuple[str, str, str], ...]:
    """Every name of every article as it is looked for: language, article, name."""
    return tuple(
        (locale, code, plain(alias) if locale == "en" else unspaced(plain(alias)))
        for locale in LOCALES
        for code, article in articles(locale).items()
        for alias in article.aliases
    )


def _stands_alone(syllable: str, text: str) -> bool:
    """Whether a one-syllable Korean word is a word here: alone or with a particle behind it."""
    after = {"", "은", "는", "이", "을", "도", "에", "의", "들"}
    return any(word[:1] == syllable and word[1:].strip(".,!?") in after for word in text.split())


def _meant(question: str) -> set[Section]:
    spaced = normalised(question)
    closed = unspaced(spaced)
    return {
        section
        for locale in LOCALES
        for section, words in talk(locale).intents.items()
        if any((word in spaced) if locale == "en" else (unspaced(word) in closed) for word in words)
    }


@lru_cache(maxsize=1)
def _index() -> _Index:
    """Every section of every language; built once, at the first question."""
    places: list[Place] = []
    lengths: list[int] = []
    postings: dict[str, dict[int, int]] = defaultdict(dict)
    names: dict[str, set[str]] = defaultdict(set)
    for locale in LOCALES:
        for code, article in articles(locale).items():
            head = tokens(" ".join([article.title, article.summary, *article.aliases]))
            for section, written in article.sections.items():
                counts = Counter([*head, *tokens(written.text)])
                for token, count in counts.items():
                    postings[token][len(places)] = count
                    names[token].add(code)
                places.append(Place(code, section))
                lengths.append(sum(counts.values()))
    total = len(places)
    rarity = {token: math.log(1 + (total - len(at) + 0.5) / (len(at) + 0.5)) for token, at in postings.items()}
    return _Index(
        places,
        lengths,
        sum(lengths) / total,
        dict(postings),
        rarity,
        {token: frozenset(codes) for token, codes in names.items()},
    )
