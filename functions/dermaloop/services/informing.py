"""Gives the care articles as people read them: sections with titles, sources, date, and who has reviewed them."""

from dermaloop.advice import SECTIONS, Article, ArticleList, ArticleSummary, FormWording, Question, SectionText, Source
from dermaloop.contract.questions import EMERGENCY_SIGNS, Answers
from dermaloop.errors import NotFound
from dermaloop.knowledge import form_words, nearest_locale, words
from dermaloop.knowledge.articles import WrittenArticle, articles, section_titles, sources


def list_articles(*, locale: str) -> ArticleList:
    near = nearest_locale(locale)
    summaries = [
        ArticleSummary(code=one.code, title=one.title, tier=one.tier, summary=one.summary)
        for one in articles(near).values()
    ]
    return ArticleList(summaries, near)


def article(code: str, *, locale: str) -> Article:
    """One article; NotFound for a code that has none."""
    near = nearest_locale(locale)
    written = articles(near).get(code)
    if written is None:
        raise NotFound("There is no such article.")
    return _article(written, near)


def form(*, locale: str) -> FormWording:
    """The questions of the form, in the order in which they are best asked, and the signs of an emergency."""
    near = nearest_locale(locale)
    said = form_words(near)
    asked = [name for name in Answers.__struct_fields__ if name in said.questions]
    return FormWording(
        [Question(name, said.questions[name]) for name in asked],
        [Question(sign, said.flags[sign]) for sign in EMERGENCY_SIGNS],
        near,
    )


def _article(written: WrittenArticle, locale: str) -> Article:
    titles = section_titles(locale)
    cited = dict.fromkeys(code for section in SECTIONS for code in written.sections[section].sources)
    return Article(
        code=written.code,
        title=written.title,
        tier=written.tier,
        summary=written.summary,
        locale=locale,
        sections=[
            SectionText(name, titles[name], written.sections[name].text, written.sections[name].sources)
            for name in SECTIONS
        ],
        sources=[Source(code, sources()[code].title, sources()[code].year) for code in cited],
        date=written.date,
        reviewed_by=written.reviewed_by,
        disclaimer=words(locale).disclaimer,
    )
