"""The words for signs, places, ages and times in each language, as data; loaded only where texts are read."""

import re
from functools import lru_cache
from typing import NamedTuple

import msgspec

from dermaloop.contract.labels import LOCALES
from dermaloop.knowledge import HERE
from dermaloop.knowledge.phrases import spelled

_NEAR = {"en": r"[^.;!?,]{0,30}"}
_FAR = {"en": r"[^.;!?]{0,60}"}


class Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The lexicon file of one language. In its expressions `~` is a short stretch inside a clause, `≈` a longer one."""

    before: str
    after: str
    breaks: str
    signs: dict[str, list[str]]
    sites: dict[str, list[str]]
    sex: dict[str, list[str]]
    age: list[str]
    since: list[str]
    size: list[str]
    ordinary: list[str] = []
    spelled: list[str] = []
    slips: dict[str, list[str]] = {}


class Lexicon(NamedTuple):
    """One language's expressions, compiled."""

    locale: str
    before: re.Pattern[str]
    after: re.Pattern[str]
    breaks: re.Pattern[str]
    signs: dict[str, tuple[re.Pattern[str], ...]]
    sites: dict[str, tuple[re.Pattern[str], ...]]
    sex: dict[str, tuple[re.Pattern[str], ...]]
    age: tuple[re.Pattern[str], ...]
    since: tuple[re.Pattern[str], ...]
    size: tuple[re.Pattern[str], ...]
    slips: dict[str, list[str]]


@lru_cache(maxsize=1)
def lexicons() -> tuple[Lexicon, ...]:
    """Every language: a text is read with all of them, since people mix."""
    return tuple(_compiled(locale) for locale in LOCALES)


@lru_cache(maxsize=1)
def english_words() -> frozenset[str]:
    """The words that the English expressions are made of or match: what a typing error is mended to."""
    written = _read("en")
    spelled = " ".join(one for group in written.signs.values() for one in group)
    plain = re.sub(r"\\[a-zA-Z]|\(\?<?[!:=]", " ", spelled)
    return frozenset(re.findall(r"[a-z]{5,}", plain)) | frozenset(written.spelled)


@lru_cache(maxsize=1)
def ordinary_words() -> frozenset[str]:
    """English words that lie near one of the lexicon's and mean something else: never taken for a typing error."""
    return frozenset(_read("en").ordinary) | spelled()


def _read(locale: str) -> Written:
    return msgspec.json.decode((HERE / locale / "lexicon.json").read_bytes(), type=Written)


def _compiled(locale: str) -> Lexicon:
    written = _read(locale)
    flags = re.ASCII if locale == "en" else 0  # so that an English word ends where a Chinese one begins

    def one(expression: str) -> re.Pattern[str]:
        near, far = _NEAR.get(locale, r"[^。.!?;,\n]{0,8}"), _FAR.get(locale, r"[^。.!?;\n]{0,20}")
        return re.compile(expression.replace("~", near).replace("≈", far), flags)

    def all_of(group: dict[str, list[str]]) -> dict[str, tuple[re.Pattern[str], ...]]:
        return {code: tuple(map(one, expressions)) for code, expressions in group.items()}

    return Lexicon(
        locale,
        one(written.before),
        one(written.after),
        one(written.breaks),
        all_of(written.signs),
        all_of(written.sites),
        all_of(written.sex),
        tuple(map(one, written.age)),
        tuple(map(one, written.since)),
        tuple(map(one, written.size)),
        written.slips,
    )
