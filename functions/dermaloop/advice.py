"""What care tells beside an answer, as typed structs: points, flags, what a story said, articles, talk."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from dermaloop.contract.labels import Tier
from dermaloop.contract.questions import Answers

Section = Literal["what", "causes", "signs", "severity", "treatment", "self_care", "when", "certainty"]
SECTIONS: tuple[Section, ...] = ("what", "causes", "signs", "severity", "treatment", "self_care", "when", "certainty")


class Point(msgspec.Struct, frozen=True):
    """One feature of the seven-point checklist that the person confirmed."""

    code: str
    points: Annotated[int, Meta(ge=1, le=2)]
    text: str


class SevenPoint(msgspec.Struct, frozen=True):
    """The weighted seven-point checklist (NICE NG12): a doctor should look within two weeks from `refer_at` on."""

    score: Annotated[int, Meta(ge=0, le=10)]
    refer_at: int
    refer: bool
    points: list[Point]


class RedFlag(msgspec.Struct, frozen=True):
    """A sign that forbids an answer calmer than its tier, whatever a picture shows."""

    code: str
    tier: Tier
    text: str


class Mention(msgspec.Struct, frozen=True):
    """One field of the form as a text answers it, with the words it was read from."""

    field: str
    value: Any
    quote: str


class Understood(msgspec.Struct, frozen=True, kw_only=True):
    """A text read into the form, to be confirmed. What was ticked stays as it was ticked."""

    answers: Annotated[Answers, Meta(description="What was ticked, and what the text says of the fields left open.")]
    mentions: Annotated[list[Mention], Meta(description="What was taken from the text, and from which words.")]
    conflicts: Annotated[list[Mention], Meta(description="What the text says otherwise than was ticked.")]


class FormCheck(msgspec.Struct, frozen=True, kw_only=True):
    """A text read into the form, with what follows from the answers alone, before any photo."""

    understood: Understood
    seven_point: SevenPoint
    red_flags: list[RedFlag]
    locale: str


class Source(msgspec.Struct, frozen=True):
    """Where a fact of an article comes from."""

    code: str
    title: str
    year: Annotated[int | None, Meta(description="Of the edition that was read.")] = None


class SectionText(msgspec.Struct, frozen=True):
    """One section of an article; every number in it stands in one of its sources."""

    section: Section
    title: str
    text: str
    sources: list[str]


class ArticleSummary(msgspec.Struct, frozen=True, kw_only=True):
    """An article in the list."""

    code: str
    title: str
    tier: Annotated[Tier, Meta(description="How soon to be seen where nothing else is known.")]
    summary: str


class Article(ArticleSummary, frozen=True, kw_only=True):
    """What to know about one condition; general knowledge, never a statement about a person."""

    locale: str
    sections: list[SectionText]
    sources: list[Source]
    date: str
    reviewed_by: Annotated[str | None, Meta(description="The clinician who has read it; none yet where null.")]
    disclaimer: str


class ArticleList(msgspec.Struct, frozen=True):
    """Every article there is."""

    articles: list[ArticleSummary]
    locale: str


class Question(msgspec.Struct, frozen=True):
    """A question whose answer may raise the tier; `field` names it in the form, or an emergency sign."""

    field: str
    text: str


class FormWording(msgspec.Struct, frozen=True):
    """The form in one language: its questions in order, and the signs of an emergency to tick."""

    questions: list[Question]
    emergency_signs: list[Question]
    locale: str


class ArticleNamed(msgspec.Struct, frozen=True):
    """The article, and which section of it, that a reply rests on."""

    code: str
    title: str
    section: Section


class ChatReply(msgspec.Struct, frozen=True, kw_only=True):
    """A reply: never a diagnosis, never calmer than what was said before or than the case."""

    reply: str
    tier: Tier
    within_days: Annotated[int, Meta(ge=0)]
    known: Annotated[bool, Meta(description="False where the articles say nothing about what was asked.")]
    red_flags: list[RedFlag]
    articles: list[ArticleNamed]
    questions: list[Question]
    locale: str
