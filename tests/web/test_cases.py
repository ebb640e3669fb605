"""What was kept, for whoever holds the token, and for nobody else."""

import io
from pathlib import Path

from PIL import Image
from werkzeug.test import Client

from tests.conftest import post
from tests.pictures import b64, encode, lesion


def with_gps() -> str:
    exif = Image.Exif()
    exif[0x0110] = "SecretPhone"
    exif.get_ifd(0x8825)[1] = "N"
    return b64(encode(lesion(300, 200), exif=exif, comment=b"my address"))


def test_a_case_can_be_seen_and_deleted_with_its_token(fresh: Client, photo: str) -> None:
    answer = post(fresh, "/api/disease", {"image": photo}).json
    assert answer
    path, token = f"/api/cases/{answer['id']}", {"X-Case-Token": answer["token"]}
    case = fresh.get(path, headers=token).json
    assert case
    assert case["answer"]["probabilities"] == answer["probabilities"]
    assert case["answer"]["token"] is None
    assert case["images"][0]["stored"] is False
    assert "token_sha256" not in case
    assert fresh.get(f"{path}/images/1", headers=token).status_code == 404
    assert fresh.delete(path, headers=token).status_code == 204
    assert fresh.get(path, headers=token).status_code == 404
    assert fresh.delete(path, headers=token).status_code == 404


def test_without_the_right_token_nothing_is_shown_or_deleted(fresh: Client, photo: str) -> None:
    answer = post(fresh, "/api/disease", {"image": photo}).json
    assert answer
    path = f"/api/cases/{answer['id']}"
    for ask in (fresh.get, fresh.delete):
        assert ask(path).status_code == 401
        assert ask(path, headers={"X-Case-Token": "0" * 48}).status_code == 403
    assert fresh.get(path, headers={"X-Case-Token": answer["token"]}).status_code == 200


def test_a_picture_is_stored_only_with_consent_and_without_its_metadata(fresh: Client, tmp_path: Path) -> None:
    picture = with_gps()
    post(fresh, "/api/disease", {"image": picture})
    assert not list(tmp_path.rglob("*.jpg"))
    answer = post(fresh, "/api/disease", {"image": picture, "store_image": True, "train_consent": True}).json
    assert answer
    (stored,) = tmp_path.rglob("*.jpg")
    data = stored.read_bytes()
    assert b"SecretPhone" not in data
    assert b"my address" not in data
    kept = Image.open(io.BytesIO(data))
    assert kept.size == (300, 200)
    assert not kept.getexif()
    path, token = f"/api/cases/{answer['id']}", {"X-Case-Token": answer["token"]}
    case = fresh.get(path, headers=token).json
    assert case
    assert case["images"][0]["train_consent"] is True
    assert fresh.get(f"{path}/images/1", headers=token).data == data
    fresh.delete(path, headers=token)
    assert not list(tmp_path.rglob("*.jpg"))


def test_training_on_a_picture_that_is_not_kept_is_refused(fresh: Client, photo: str) -> None:
    told = post(fresh, "/api/disease", {"image": photo, "train_consent": True})
    assert told.json
    assert (told.status_code, told.json["code"]) == (400, "invalid_request")


def test_the_same_request_twice_under_a_key_keeps_one(fresh: Client, photo: str) -> None:
    body = {"image": photo, "explain": True}
    first, second = (post(fresh, "/api/disease", body, Idempotency_Key="k-0123456789").json for _ in range(2))
    assert first == second
    changed = post(fresh, "/api/disease", body | {"explain": False}, Idempotency_Key="k-0123456789")
    assert changed.json
    assert (changed.status_code, changed.json["code"]) == (409, "conflict")
    short = post(fresh, "/api/disease", body, Idempotency_Key="short")
    assert short.status_code == 400
