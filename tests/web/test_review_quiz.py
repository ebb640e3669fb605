"""The quiz: on images that several doctors agreed on, the answer comes before the reference."""

import pytest
from werkzeug.test import Client

from tests.web.doctors import Doctor, send_photo
from tests.web.sites import assert_problem
from tests.web.test_review import leaks


@pytest.fixture
def client(anywhere: Client) -> Client:
    return anywhere


@pytest.fixture
def agreed(client: Client) -> str:
    """An image that two doctors call a melanoma."""
    ada, ben, chen = (Doctor(client, name) for name in ("ada", "ben", "chen"))
    chen.put("settings", chen.get("settings") | {"double_share": 1.0})
    image = f"{send_photo(client)['id']}-1"
    ada.read(image, "mel")
    ben.read(image, "mel")
    return image


def test_the_answer_comes_first_and_stands(client: Client, agreed: str) -> None:
    chen = Doctor(client, "chen")
    asked = chen.get("quiz")["image"]
    assert asked["id"] == agreed
    assert not leaks(asked)
    wrong = chen.post(f"quiz/{agreed}", {"diagnosis": "nv"})
    assert (wrong["right"], wrong["reference"]["diagnosis"], wrong["reference_text"]) == (False, "mel", "Melanoma")
    assert [each["model"]["name"] for each in wrong["model"]] == ["malignancy", "disease"]
    assert wrong["heatmap"].startswith("data:image/png;base64,")
    assert not chen.post(f"quiz/{agreed}", {"diagnosis": "mel"})["right"], "the first answer stands"
    assert chen.get("quiz")["image"] is None
    scores = chen.get("quiz-scores")
    expected = {"answered": 1, "right": 0, "malignancy_answered": 1, "malignancy_right": 0}
    assert scores["whole"] == expected
    assert [week | {"week": ""} for week in scores["weeks"]] == [expected | {"week": ""}]


def test_a_narrower_name_of_the_same_class_is_right(client: Client, agreed: str) -> None:
    told = Doctor(client, "chen").post(f"quiz/{agreed}", {"diagnosis": "lentigo_maligna", "locale": "ko"})
    assert (told["right"], told["reference_text"], told["score"]["malignancy_right"]) == (True, "흑색종", 1)


def test_who_read_it_is_not_asked_and_what_waits_is_no_question(client: Client, agreed: str) -> None:
    ada = Doctor(client, "ada")
    assert ada.get("quiz")["image"] is None
    waiting = f"{send_photo(client, seed=1)['id']}-1"
    ada.get("queue")
    assert_problem(ada.ask("POST", f"quiz/{waiting}", {"diagnosis": "nv"}), 404, "not_found")
