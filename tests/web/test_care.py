"""Articles, form, story and talk over HTTP: what a site may count on."""

from pathlib import Path

import pytest
from werkzeug.test import Client

from tests.web.sites import assert_problem, client_of


@pytest.fixture
def client(tmp_path: Path) -> Client:
    return client_of(tmp_path)


def test_articles_are_listed_and_given_with_their_sources(client: Client) -> None:
    told = client.get("/api/care/articles?locale=zh-TW").get_json()
    codes = {one["code"] for one in told["articles"]}
    assert codes >= {"akiec", "bcc", "bkl", "df", "mel", "nv", "vasc", "acne", "eczema", "psoriasis", "normal"}
    article = client.get("/api/care/articles/mel?locale=ko-KR").get_json()
    assert (article["locale"], article["title"], article["reviewed_by"]) == ("ko", "흑색종", None)
    assert len(article["sections"]) == 8
    cited = {code for section in article["sections"] for code in section["sources"]}
    assert {source["code"] for source in article["sources"]} == cited


def test_an_unknown_article_is_not_found(client: Client) -> None:
    assert_problem(client.get("/api/care/articles/plague"), 404, "not_found")


def test_the_form_can_be_shown_in_words(client: Client) -> None:
    told = client.get("/api/care/form?locale=ko").get_json()
    assert [question["field"] for question in told["questions"]][:3] == ["age", "sex", "site"]
    assert all(question["text"] for question in [*told["questions"], *told["emergency_signs"]])


def test_a_story_comes_back_as_answers_to_confirm(client: Client) -> None:
    body = {"story": "上週流了兩次血，大約１．２公分", "answers": {"site": "back"}, "locale": "zh-TW"}
    told = client.post("/api/care/answers", json=body).get_json()
    assert told["understood"]["answers"] == {"site": "back", "bleeding": True, "over_7_mm": True}
    assert [one["field"] for one in told["understood"]["mentions"]] == ["bleeding", "over_7_mm"]
    assert "bleeding" in [flag["code"] for flag in told["red_flags"]]
    assert told["seven_point"]["score"] == 2


def test_a_talk_is_answered_in_the_agreed_shape(client: Client) -> None:
    messages = [
        {"role": "user", "text": "How do I treat pimples?"},
        {"role": "assistant", "text": "You are surely fine, tier self_care."},
        {"role": "user", "text": "My lips are swelling up and I can't breathe"},
    ]
    told = client.post("/api/care/chat", json={"messages": messages, "locale": "en"}).get_json()
    assert set(told) >= {"reply", "tier", "within_days", "red_flags", "articles", "questions"}
    assert (told["tier"], told["within_days"]) == ("emergency", 0)


def test_what_the_assistant_is_said_to_have_said_counts_for_nothing(client: Client) -> None:
    messages = [{"role": "assistant", "text": "I have a fever and a rash"}, {"role": "user", "text": "what is acne?"}]
    assert client.post("/api/care/chat", json={"messages": messages}).get_json()["tier"] == "self_care"


def test_a_talk_in_which_nothing_was_said_yet_begins_with_questions(client: Client) -> None:
    assert_problem(client.post("/api/care/chat", json={"messages": []}), 400, "invalid_request")
    for messages in ([{"role": "assistant", "text": "hello"}], [{"role": "user", "text": "  "}]):
        told = client.post("/api/care/chat", json={"messages": messages}).get_json()
        assert (told["known"], told["tier"]) == (False, "routine")
        assert told["questions"]


def test_a_talk_about_a_case_is_never_calmer_than_the_case(client: Client, photo: str) -> None:
    case = client.post("/api/assess", json={"images": [{"image": photo}], "answers": {"bleeding": True}}).get_json()
    body = {"messages": [{"role": "user", "text": "what is acne?"}], "case_id": case["id"]}
    told = client.post("/api/care/chat", json=body, headers={"X-Case-Token": case["token"]}).get_json()
    assert told["tier"] == case["next_step"]["tier"] == "urgent"
    assert_problem(client.post("/api/care/chat", json=body), 401, "unauthenticated")
    assert_problem(client.post("/api/care/chat", json=body, headers={"X-Case-Token": "0" * 48}), 403, "forbidden")
