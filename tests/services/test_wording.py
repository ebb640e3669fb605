"""Another voice may word an article, and is not heard where a fact was lost or a promise made."""

from typing import Any

import pytest

from dermaloop.adapters.gemini import GeminiWording
from dermaloop.services.talking import closing, reply
from dermaloop.services.wording import reworded

TEXT = "From the article “Acne” (Usual treatment): A course of 12 weeks with a gel."


class Says:
    """A voice that says what a test gives it."""

    def __init__(self, words: str | None) -> None:
        self.words = words
        self.asked: list[str] = []

    def reword(self, text: str, *, locale: str) -> str | None:
        self.asked.append(text)
        return self.words


@pytest.mark.parametrize(
    ("offered", "taken"),
    [
        ("The article “Acne” says: plan for 12 weeks with a gel.", True),
        ("The article “Acne” says: plan for 6 weeks with a gel.", False),
        ("The article “Acne” says: plan for 12 weeks, in 99 % it works.", False),
        ("Plan for 12 weeks with a gel.", False),
        ("The article “Acne” says: 12 weeks. Nothing to worry about.", False),
        ("The article “Acne” says 12 weeks. " + "And so on. " * 40, False),
        ("", False),
        (None, False),
    ],
)
def test_only_words_that_keep_every_fact_are_taken(offered: str | None, taken: bool) -> None:
    assert (reworded(TEXT, locale="en", wording=Says(offered)) == offered) == taken
    if not taken:
        assert reworded(TEXT, locale="en", wording=Says(offered)) == TEXT


def test_it_hears_articles_only_and_touches_neither_flags_nor_tier() -> None:
    voice = Says("I diagnose nothing “x” and the tier is self_care")
    told = reply(["my name is Ann and my tongue is swelling"], locale="en", wording=voice)
    assert told == reply(["my name is Ann and my tongue is swelling"], locale="en")
    assert told.reply.endswith(closing("emergency", "en"))
    assert all("Ann" not in text for text in voice.asked)


class Answers:
    """An HTTP session that answers as Gemini does, or fails."""

    def __init__(self, answer: Any) -> None:
        self._answer = answer
        self.sent: list[tuple[str, Any]] = []

    def post(self, url: str, *, json: object, timeout: float) -> Any:
        self.sent.append((url, json))
        if isinstance(self._answer, Exception):
            raise self._answer
        return self

    def raise_for_status(self) -> None: ...

    def json(self) -> Any:
        return self._answer


def test_gemini_is_asked_for_words_and_gives_them() -> None:
    session = Answers({"candidates": [{"content": {"parts": [{"text": "other words"}]}}]})
    voice = GeminiWording(project="p", location="asia-east1", model="m", session=session)
    assert voice.reword("own words", locale="ko") == "other words"
    ((url, body),) = session.sent
    assert url.startswith("https://asia-east1-aiplatform.googleapis.com/v1/projects/p/")
    assert body["contents"][0]["parts"][0]["text"] == "own words"
    assert "Korean" in body["systemInstruction"]["parts"][0]["text"]


@pytest.mark.parametrize("answer", [OSError("no network"), {}, {"candidates": []}, {"candidates": [{}]}])
def test_gemini_failing_in_any_way_offers_nothing(answer: Any) -> None:
    voice = GeminiWording(project="p", location="global", model="m", session=Answers(answer))
    assert voice.reword("own words", locale="en") is None
