"""The words that signs are put together from, class by class in each language, as data; loaded with the lexicons."""

import re
from functools import lru_cache
from typing import NamedTuple

import msgspec

from dermaloop.contract.labels import LOCALES
from dermaloop.knowledge import HERE


class Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The phrases file of one language.

    `words` are classes such as parts of the face or ways to say swollen. `located` says where a harmless spot lies, so
    that its place is no part that suffers. A clause that is `remote` and not `present` tells of the past, of what was
    read, or of what might be; one that names `others` tells of them, where the writer is `unconcerned` besides; and
    what comes right before `over` has passed.
    """

    located: list[str]
    remote: list[str]
    present: list[str]
    others: list[str]
    unconcerned: list[str]
    over: list[str]
    words: dict[str, list[str]]


class Phrases(NamedTuple):
    """One language's, compiled: one expression a class."""

    locale: str
    located: re.Pattern[str]
    remote: re.Pattern[str]
    present: re.Pattern[str]
    others: re.Pattern[str]
    unconcerned: re.Pattern[str]
    over: re.Pattern[str]
    words: dict[str, re.Pattern[str]]


@lru_cache(maxsize=1)
def phrases() -> tuple[Phrases, ...]:
    return tuple(_compiled(locale) for locale in LOCALES)


@lru_cache(maxsize=1)
def spelled() -> frozenset[str]:
    """Every English word the classes are made of: none of them is a typing error."""
    written = _read("en")
    plain = re.sub(r"\\[a-zA-Z]|\(\?<?[!:=]", " ", " ".join(one for group in written.words.values() for one in group))
    return frozenset(re.findall(r"[a-z]{5,}", plain))


def _read(locale: str) -> Written:
    return msgspec.json.decode((HERE / locale / "phrases.json").read_bytes(), type=Written)


_JOINT = re.compile(r"(?<=[가-힣)?])(?=[가-힣(])")


def _compiled(locale: str) -> Phrases:
    """Korean may be spaced anywhere: people do, and leave spaces out."""
    written = _read(locale)
    flags = re.ASCII if locale == "en" else 0  # so that an English word ends where a Chinese one begins
    word = r"(?<!\w)(?:{})(?!\w)" if locale == "en" else "(?:{})"

    def one(expression: str) -> re.Pattern[str]:
        return re.compile(_JOINT.sub(" ?", expression) if locale == "ko" else expression, flags)

    def any_of(expressions: list[str]) -> re.Pattern[str]:
        return one("|".join(expressions))

    return Phrases(
        locale,
        any_of(written.located),
        any_of(written.remote),
        any_of(written.present),
        one(word.format("|".join(written.others))),
        one(word.format("|".join(written.unconcerned))),
        one(word.format("|".join(written.over))),
        {name: one(word.format("|".join(words))) for name, words in written.words.items()},
    )
