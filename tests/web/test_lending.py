"""Pictures lent to doctors: to whom they may be shown, for minutes, and on the record."""

import urllib.error
import urllib.request
from pathlib import Path

import pytest
from werkzeug.test import Client

from dermaloop.services.moments import later, now
from tests.pictures import b64, jpeg
from tests.web.doctors import Doctor, send_photo
from tests.web.sites import assert_problem, client_of


@pytest.fixture
def client(anywhere: Client) -> Client:
    return anywhere


@pytest.fixture
def ada(client: Client) -> Doctor:
    return Doctor(client, "ada")


def test_who_holds_an_image_gets_an_address_for_minutes(client: Client, ada: Doctor) -> None:
    send_photo(client)
    image = ada.next()["id"]
    lent = ada.get(f"images/{image}/picture/link")
    assert picture(client, lent["url"]) == ada.ask("GET", f"images/{image}/picture").data
    assert now() < lent["expires_at"] <= later(now(), minutes=5)
    lines = ada.get(f"images/{image}/trail")["lines"]
    assert ("local-1", "lend picture") in [(line["actor"], line["action"]) for line in lines]


def test_who_has_not_taken_it_gets_none_until_it_is_read(client: Client, ada: Doctor) -> None:
    chen, ben = Doctor(client, "chen"), Doctor(client, "ben")
    chen.put("settings", chen.get("settings") | {"double_share": 0.0})
    send_photo(client)
    image = ada.next()["id"]
    path = f"images/{image}/picture/link"
    assert_problem(ben.ask("GET", path), 409, "conflict")
    assert_problem(Doctor(client, "admin").ask("GET", path), 403, "forbidden")
    assert_problem(client.get(f"/api/review/{path}"), 401, "unauthenticated")
    ada.submit(image)
    assert all(picture(client, doctor.get(path)["url"]) for doctor in (ada, ben))
    actors = [line["actor"] for line in ada.get(f"images/{image}/trail")["lines"] if line["action"] == "lend picture"]
    assert actors == ["local-1", "local-2"]


def test_nothing_is_lent_of_a_case_that_was_deleted(client: Client, ada: Doctor) -> None:
    kept = send_photo(client)
    image = ada.next()["id"]
    lent = ada.get(f"images/{image}/picture/link")
    client.delete(f"/api/cases/{kept['id']}", headers={"X-Case-Token": kept["token"]})
    assert_problem(ada.ask("GET", f"images/{image}/picture/link"), 404, "not_found")
    assert picture(client, lent["url"]) is None


def test_photos_of_a_consultation_are_lent_too(client: Client, ada: Doctor) -> None:
    kept = send_photo(client)
    said = {"text": "?", "image": b64(jpeg(seed=3))}
    path, token = f"/api/cases/{kept['id']}", {"X-Case-Token": kept["token"]}
    thread = client.post(f"{path}/consultation", json=said, headers=token).get_json()
    for name in ("1", thread["messages"][0]["image"]):
        lent = ada.get(f"consultations/{kept['id']}/images/{name}/link")
        assert (picture(client, lent["url"]) or b"").startswith(b"\xff\xd8")
    assert_problem(ada.ask("GET", f"consultations/{kept['id']}/images/other/link"), 404, "not_found")


def picture(client: Client, url: str) -> bytes | None:
    """What a browser that knows only the address gets, if anything."""
    if url.startswith("/"):
        response = client.get(url)
        return response.data if response.status_code == 200 else None
    try:
        with urllib.request.urlopen(url) as answer:
            return bytes(answer.read())
    except urllib.error.HTTPError:
        return None


@pytest.mark.parametrize("asked", ["?expires=9999999999&signature=", "", "?expires=soon&signature=%C3%A4"])
def test_an_address_that_nobody_gave_shows_nothing(tmp_path: Path, asked: str) -> None:
    client = client_of(tmp_path)
    assert client.get(f"/api/local/files/images/c1/1.jpg{asked}").status_code == 403
    assert client.post(f"/api/local/files/images/c1/1.jpg{asked}").status_code == 405
