"""The prediction endpoints as clients rely on them, with the bundled champions."""

import base64
import io

import pytest
from PIL import Image
from werkzeug.test import Client

from tests.conftest import post
from tests.pictures import b64, encode, jpeg, lesion

SEVEN = {"akiec", "bcc", "bkl", "df", "mel", "nv", "vasc"}


@pytest.mark.parametrize(
    ("path", "labels", "model"),
    [
        ("/api/malignancy", {"benign", "malignant"}, "malignancy"),
        ("/api/disease", SEVEN, "disease"),
        ("/api/models/disease/predict", SEVEN, "disease"),
    ],
)
def test_an_answer_has_all_that_was_promised(
    client: Client, photo: str, path: str, labels: set[str], model: str
) -> None:
    told = post(client, path, {"image": photo})
    answer = told.json
    assert told.status_code == 200
    assert answer
    shares = [ranked["probability"] for ranked in answer["probabilities"]]
    assert {ranked["label"] for ranked in answer["probabilities"]} == labels
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(1)
    assert answer["label"] == answer["probabilities"][0]["label"]
    assert answer["status"] in ("answered", "uncertain", "not_skin", "poor_quality")
    assert answer["next_step"]["tier"] in ("emergency", "urgent", "routine", "self_care")
    assert answer["next_step"]["text"]
    assert answer["model"]["name"] == model
    assert len(answer["model"]["sha256"]) == 64
    assert answer["heatmap"] is None
    assert "not a diagnosis" in answer["disclaimer"]
    assert answer["kept"]


def test_the_malignant_probability_is_the_sum_over_malignant_labels(client: Client, photo: str) -> None:
    answer = post(client, "/api/disease", {"image": photo}).json
    assert answer
    by_label = {ranked["label"]: ranked["probability"] for ranked in answer["probabilities"]}
    assert answer["malignant_probability"] == pytest.approx(sum(by_label[code] for code in ("mel", "bcc", "akiec")))


@pytest.mark.parametrize(
    ("locale", "name"), [("zh-TW", "黑色素瘤"), ("ko-KR", "흑색종"), ("fr", "Melanoma"), ("zh", "黑色素瘤")]
)
def test_the_caller_is_answered_in_the_nearest_language(client: Client, photo: str, locale: str, name: str) -> None:
    answer = post(client, "/api/disease", {"image": photo, "locale": locale}).json
    assert answer
    assert name in {ranked["name"] for ranked in answer["probabilities"]}


def test_explain_returns_the_looked_at_square_as_a_png(client: Client) -> None:
    body = {"image": b64(jpeg(640, 480)), "explain": True, "crop": {"x": 0.2, "y": 0.1, "width": 0.5, "height": 0.5}}
    answer = post(client, "/api/disease", body).json
    assert answer
    picture = Image.open(io.BytesIO(base64.b64decode(answer["heatmap"].partition(",")[2])))
    sizes = {model["name"]: model["input_size"] for model in client.get("/api/models").get_json()["models"]}
    assert (picture.format, picture.size) == ("PNG", (sizes["disease"],) * 2)
    frame = answer["frame"]
    assert frame["width"] * 640 == pytest.approx(frame["height"] * 480)


def test_the_same_picture_in_any_format_gets_nearly_the_same_answer(client: Client) -> None:
    picture = lesion(512)
    shares = []
    for kind, options in (("PNG", {}), ("JPEG", {"quality": 95}), ("WEBP", {"quality": 95}), ("HEIF", {"quality": 95})):
        answer = post(client, "/api/disease", {"image": b64(encode(picture, kind, **options))}).json
        assert answer
        shares.append({ranked["label"]: ranked["probability"] for ranked in answer["probabilities"]})
    for other in shares[1:]:
        assert all(abs(other[label] - share) < 0.15 for label, share in shares[0].items())


@pytest.mark.parametrize("side", [100, 224])
def test_small_photos_are_answered(client: Client, side: int) -> None:
    answer = post(client, "/api/disease", {"image": b64(jpeg(side))}).json
    assert answer
    assert answer["quality"]["acceptable"]


def test_a_phone_photo_with_a_second_picture_inside_is_read(client: Client) -> None:
    """Phones append depth or gain maps, which makes the file an MPO."""
    data = encode(lesion(600, 450), "MPO", save_all=True, append_images=[lesion(60)])
    answer = post(client, "/api/disease", {"image": b64(data)})
    assert answer.status_code == 200


def test_a_picture_without_the_colours_of_skin_is_said_to_show_none(client: Client) -> None:
    noise = Image.effect_noise((300, 300), 60).convert("RGB")
    answer = post(client, "/api/disease", {"image": b64(encode(noise, "PNG"))}).json
    assert answer
    assert answer["status"] == "not_skin"
    assert answer["next_step"]["tier"] == "routine"


def test_the_dark_is_poor_quality_and_says_how_to_do_better(client: Client) -> None:
    dark = lesion().point(lambda level: level * 0.1)
    answer = post(client, "/api/malignancy", {"image": b64(encode(dark)), "locale": "ko"}).json
    assert answer
    assert answer["status"] == "poor_quality"
    assert "too_dark" in [issue["code"] for issue in answer["quality"]["issues"]]
    assert answer["quality"]["issues"][0]["tip"].endswith("요.")


def test_an_assessment_reads_every_photo_with_both_models(client: Client, photo: str) -> None:
    body = {
        "images": [{"image": photo}, {"image": b64(jpeg(seed=5)), "crop": {"x": 0, "y": 0, "width": 1, "height": 1}}]
    }
    answer = post(client, "/api/assess", body | {"explain": True}).json
    assert answer
    assert len(answer["photos"]) == 2
    for read in answer["photos"]:
        assert [reading["model"]["name"] for reading in read["readings"]] == ["malignancy", "disease"]
        assert read["heatmap"].startswith("data:image/png;base64,")


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"images": []}, "$.images"),
        ({"images": [{"image": "x"}] * 4}, "$.images"),
        ({"images": [{"image": 5}]}, "$.images[0].image"),
    ],
)
def test_an_assessment_takes_one_to_three_photos(client: Client, body: object, path: str) -> None:
    told = post(client, "/api/assess", body)
    assert told.status_code == 400
    assert told.json
    assert (told.json["code"], told.json["path"]) == ("invalid_request", path)


def test_the_second_of_two_bad_pictures_is_named(client: Client, photo: str) -> None:
    told = post(client, "/api/assess", {"images": [{"image": photo}, {"image": "%%%"}]})
    assert told.json
    assert (told.status_code, told.json["path"]) == (400, "$.images[1].image")


def test_models_are_listed_as_their_manifests_say(client: Client) -> None:
    told = client.get("/api/models").json
    assert told
    listed = {model["name"]: model for model in told["models"]}
    assert {"disease", "malignancy"} <= set(listed)
    assert [label["code"] for label in listed["disease"]["labels"]] == sorted(SEVEN)
    assert 0 < listed["disease"]["malignant_threshold"] < 1
    assert listed["malignancy"]["labels"][1]["names"]["ko"]


def test_an_unknown_model_is_not_found(client: Client, photo: str) -> None:
    told = post(client, "/api/models/none/predict", {"image": photo})
    assert told.status_code == 404


def test_an_outline_comes_where_it_is_asked_for(client: Client, photo: str) -> None:
    alone = post(client, "/api/outline", {"image": photo, "width_mm": 20}).get_json()
    asked = post(client, "/api/disease", {"image": photo, "outline": True}).get_json()
    both = post(client, "/api/assess", {"images": [{"image": photo}], "outline": True}).get_json()
    plain = post(client, "/api/disease", {"image": photo}).get_json()
    assert alone["outline"]["status"] == "outlined"
    assert alone["outline"]["figures"]["diameter_mm"] > 5
    assert alone["quality"]["acceptable"]
    assert asked["outline"]["points"] == both["photos"][0]["outline"]["points"] == alone["outline"]["points"]
    assert plain["outline"] is None
    assert asked["probabilities"] == plain["probabilities"]


def test_the_segmenter_is_listed_and_tells_no_disease(client: Client, photo: str) -> None:
    kinds = {model["name"]: model["kind"] for model in client.get("/api/models").get_json()["models"]}
    assert kinds == {"disease": "classifier", "lesion_mask": "segmenter", "malignancy": "classifier"}
    assert post(client, "/api/models/lesion_mask/predict", {"image": photo}).status_code == 404


@pytest.mark.parametrize(
    ("body", "path"),
    [({"width_mm": 20}, "$"), ({"image": "AA==", "width_mm": -1}, "$.width_mm"), ({"image": "AA==", "crop": {}}, "$")],
)
def test_a_wrong_request_for_an_outline_names_the_field(client: Client, body: dict[str, object], path: str) -> None:
    told = post(client, "/api/outline", body)
    assert told.status_code == 400
    assert told.get_json(force=True)["path"] == path
