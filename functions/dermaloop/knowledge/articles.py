"""The care articles and the words of the talk about them, as data; only the care function loads them."""

from functools import lru_cache

import msgspec

from dermaloop.advice import Section
from dermaloop.contract.labels import Tier
from dermaloop.knowledge import HERE


class WrittenSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A section as it is written, with the codes of its sources."""

    text: str
    sources: list[str]


class WrittenArticle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One article file; `aliases` are the words by which people call the condition."""

    code: str
    title: str
    summary: str
    tier: Tier
    aliases: list[str]
    sections: dict[Section, WrittenSection]
    date: str
    reviewed_by: str | None


class WrittenSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A source as the articles cite it."""

    title: str
    year: int | None


class Talk(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The sentences between the facts of a reply, and the words that tell what a question is after.

    `check` comes before everything else where a text sounds like an emergency that its words do not name.
    """

    check: str
    article: str
    flags: str
    unknown: str
    questions: str
    still: str
    no_diagnosis: str
    closing: dict[Tier, str]
    stop: list[str]
    particles: list[str]
    intents: dict[Section, list[str]]
    forbidden: list[str]


@lru_cache
def articles(locale: str) -> dict[str, WrittenArticle]:
    """Every article of one language, by code."""
    files = sorted((HERE / locale / "articles").glob("*.json"))
    found = [msgspec.json.decode(file.read_bytes(), type=WrittenArticle) for file in files]
    return {article.code: article for article in found}


@lru_cache
def talk(locale: str) -> Talk:
    return msgspec.json.decode((HERE / locale / "talk.json").read_bytes(), type=Talk)


@lru_cache
def section_titles(locale: str) -> dict[Section, str]:
    return msgspec.json.decode((HERE / locale / "sections.json").read_bytes(), type=dict[Section, str])


@lru_cache(maxsize=1)
def sources() -> dict[str, WrittenSource]:
    return msgspec.json.decode((HERE / "sources.json").read_bytes(), type=dict[str, WrittenSource])
