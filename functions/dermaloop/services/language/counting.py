"""Reads numbers with what they count: age, size, and for how long."""

import re
from collections.abc import Iterator
from typing import NamedTuple, get_args

from dermaloop.contract.questions import Since
from dermaloop.knowledge.lexicon import lexicons
from dermaloop.services.language.normalising import normalised, unspaced

_WORDS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "half a": 0.5, "一": 1, "二": 2, "兩": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
    "十": 10, "半": 0.5, "일": 1, "이": 2, "삼": 3, "사": 4, "오": 5, "한": 1, "두": 2, "세": 3, "네": 4, "다섯": 5,
}  # fmt: skip
_MILLIMETRES = {
    "mm": 1,
    "mi": 1,
    "毫": 1,
    "公厘": 1,
    "公釐": 1,
    "밀": 1,
    "in": 25.4,
}
"""By how the unit begins; any other is a centimetre."""
_UNITS: dict[str, Since] = {
    "day": "days", "week": "weeks", "month": "months", "year": "years", "天": "days", "日": "days", "週": "weeks",
    "星期": "weeks", "禮拜": "weeks", "上週": "weeks", "上個禮拜": "weeks", "上禮拜": "weeks", "上星期": "weeks",
    "上個星期": "weeks", "月": "months", "上月": "months", "上個月": "months", "年": "years", "去年": "years",
    "일": "days", "주": "weeks", "주일": "weeks", "지난주": "weeks", "달": "months", "개월": "months",
    "지난달": "months", "년": "years", "해": "years", "작년": "years",
}  # fmt: skip
_OLDEST = 120
_CALM: tuple[Since, ...] = get_args(Since)  # from the most recent on


class Counted(NamedTuple):
    """What a text counts, each with the words it was read from."""

    age: tuple[int, str] | None = None
    millimetres: tuple[float, str] | None = None
    since: tuple[Since, str] | None = None

    def joined(self, later: "Counted") -> "Counted":
        """The first age, the largest size and the most recent time of both."""
        sizes = [one for one in (self.millimetres, later.millimetres) if one]
        times = [one for one in (self.since, later.since) if one]
        return Counted(
            self.age or later.age,
            max(sizes, default=None),
            min(times, key=lambda one: _CALM.index(one[0]), default=None),
        )


def count(text: str) -> Counted:
    return Counted(age(text), millimetres(text), since(text))


def age(text: str) -> tuple[int, str] | None:
    """In years, with the words it was read from."""
    for match in _found("age", text):
        years = int(match[1])
        if years <= _OLDEST:
            return years, match[0]
    return None


def millimetres(text: str) -> tuple[float, str] | None:
    """The largest size that is told."""
    sizes = [(_number(match[1]) * _unit(match[2]), match[0]) for match in _found("size", text)]
    return max(sizes, default=None)


def since(text: str) -> tuple[Since, str] | None:
    """For how long; of several times told, the most recent, which is the least calm."""
    told = [(_span(match), match[0]) for match in _found("since", text)]
    return min(((span, quote) for span, quote in told if span), key=lambda one: _CALM.index(one[0]), default=None)


def _found(kind: str, text: str) -> Iterator[re.Match[str]]:
    spaced = normalised(text)
    for lexicon in lexicons():
        plain = spaced if lexicon.locale == "en" else unspaced(spaced)
        patterns: tuple[re.Pattern[str], ...] = getattr(lexicon, kind)
        for pattern in patterns:
            yield from pattern.finditer(plain)


def _span(match: re.Match[str]) -> Since | None:
    named = match.groupdict()
    if named.get("birth"):
        return "birth"
    if named.get("u2") or named.get("n2"):
        return "days"
    count = named.get("n")
    if count is not None and not count.isdigit() and not _counts(count):
        return None
    return _UNITS.get(named.get("u") or "")


def _counts(word: str) -> bool:
    return word in _WORDS or word in _VAGUE or all(sign in _WORDS or sign in _VAGUE for sign in word)


_VAGUE = frozenset({
    "few", "several", "couple", "some", "many", "eleven", "twelve", "twenty", "thirty", "last", "past", "the",
    "幾", "數", "好", "몇", "여섯", "석", "넉",
})  # fmt: skip


def _number(text: str) -> float:
    if text[0].isdigit():
        return float(text)
    return _WORDS[text] if text in _WORDS else sum(_WORDS.get(one, 0) for one in text)


def _unit(text: str) -> float:
    return next((factor for start, factor in _MILLIMETRES.items() if text.startswith(start)), 10)
