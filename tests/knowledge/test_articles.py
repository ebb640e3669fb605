"""The articles: whole in every language, sourced, dated, honest about who has read them."""

import re

import msgspec
import pytest

from dermaloop.advice import SECTIONS
from dermaloop.contract.labels import LOCALES, VOCABULARIES, read_vocabulary
from dermaloop.knowledge import HERE, form_words, words
from dermaloop.knowledge.articles import WrittenArticle, articles, section_titles, sources, talk

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
SCRIPTS = {"zh-TW": r"[一-鿿]", "ko": r"[가-힣]"}
EVERY = [(locale, code) for locale in LOCALES for code in articles("en")]
SIMPLIFIED = set("发烧脸肿变难儿过溃疡药红脱颜长医师岁个伤压头体热脓点扩从来没会说请问给这为时间应该严种")
PROMISES = {
    "en": r"\b(?:you have (?!(?:been|it)\b)|is harmless|are harmless|nothing to worry|certainly|guarantee)",
    "zh-TW": r"您得了|無害|不用擔心|保證|一定不是",
    "ko": r"걱정하지 않아도|무해합니다|보장합니다|틀림없이",
}


def one(locale: str, code: str) -> WrittenArticle:
    return articles(locale)[code]


def test_there_is_an_article_for_every_disease_and_the_common_conditions() -> None:
    diseases = read_vocabulary(VOCABULARIES / "disease.json").codes
    assert {*diseases, "acne", "eczema", "psoriasis", "normal", "warning_signs"} == set(articles("en"))


@pytest.mark.parametrize(("locale", "code"), EVERY)
def test_no_article_lacks_a_section_a_source_or_its_date(locale: str, code: str) -> None:
    article = one(locale, code)
    assert tuple(article.sections) == SECTIONS
    assert set(section_titles(locale)) == set(SECTIONS)
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", article.date)
    assert article.reviewed_by is None or article.reviewed_by.strip()
    assert article.aliases
    for section in article.sections.values():
        assert len(section.text) > 5
        assert section.sources
        assert set(section.sources) <= set(sources())


@pytest.mark.parametrize(("locale", "code"), EVERY)
def test_no_text_is_untranslated(locale: str, code: str) -> None:
    if locale == "en":
        return
    article, english = one(locale, code), one("en", code)
    texts = [article.title, article.summary, *(section.text for section in article.sections.values())]
    for text in texts:
        letters = re.findall(SCRIPTS[locale], text)
        assert len(letters) * 2 > len(re.findall(r"[A-Za-z]", text))
        assert letters
    for name in SECTIONS:
        assert article.sections[name].text != english.sections[name].text
    assert not SIMPLIFIED & set("".join(texts))


@pytest.mark.parametrize(("locale", "code"), EVERY)
def test_every_language_gives_the_same_numbers_from_the_same_sources(locale: str, code: str) -> None:
    for name in SECTIONS:
        here, english = one(locale, code).sections[name], one("en", code).sections[name]
        assert sorted(NUMBER.findall(here.text)) == sorted(NUMBER.findall(english.text)), name
        assert here.sources == english.sources
    assert one(locale, code).tier == one("en", code).tier


def test_no_source_is_listed_that_nobody_cites() -> None:
    cited = {code for article in articles("en").values() for s in article.sections.values() for code in s.sources}
    assert set(sources()) == cited


@pytest.mark.parametrize(("locale", "code"), EVERY)
def test_no_sentence_promises_or_diagnoses(locale: str, code: str) -> None:
    for section in one(locale, code).sections.values():
        assert not re.search(PROMISES[locale], section.text, re.IGNORECASE)


def test_every_language_has_the_same_keys_everywhere() -> None:
    def keys(value: object, path: str = "") -> set[str]:
        if isinstance(value, dict):
            return {key for name, inner in value.items() for key in keys(inner, f"{path}.{name}")}
        return {path}

    for read in (words, form_words, section_titles):
        shapes = [keys(msgspec.to_builtins(read(locale))) for locale in LOCALES]
        assert shapes[0] == shapes[1] == shapes[2]
    for locale in LOCALES:
        assert set(talk(locale).closing) == set(talk("en").closing)
        assert set(talk(locale).intents) == set(SECTIONS)


def test_each_file_is_named_after_its_article() -> None:
    for locale in LOCALES:
        for code, article in articles(locale).items():
            assert article.code == code
    assert {path.stem for path in (HERE / "ko" / "articles").glob("*.json")} == set(articles("ko"))
