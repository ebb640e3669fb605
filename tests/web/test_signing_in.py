"""Who may call what: no token 401, a bad one 401, the wrong role 403; and signing in on one machine."""

from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client, EnvironBuilder

from dermaloop.devserver import LocalSite
from dermaloop.errors import Forbidden, Unauthenticated
from dermaloop.web.endpoints import SignIn
from dermaloop.web.signing_in import caller_of
from tests.services.worlds import CALM, world
from tests.web.sites import assert_problem, client_of, site


@pytest.fixture
def client(tmp_path: Path) -> Client:
    return client_of(tmp_path)


def token_of(client: Client, email: str) -> str:
    return str(client.post("/api/local/sign-in", json={"email": email}).get_json()["token"])


def call(folder: Path, sign_in: SignIn, authorization: str | None) -> Any:
    headers = [("Authorization", authorization)] if authorization is not None else []
    return caller_of(sign_in, EnvironBuilder(headers=headers).get_request(), world(folder, CALM).identity)


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer ", "Basic abc", "Bearer x.y"])
@pytest.mark.parametrize("sign_in", ["doctor", "admin", "doctor_or_admin", "service"])
def test_without_a_good_token_nobody_comes_in(tmp_path: Path, sign_in: SignIn, authorization: str | None) -> None:
    with pytest.raises(Unauthenticated):
        call(tmp_path, sign_in, authorization)


def test_a_role_opens_what_asks_for_it_and_nothing_else(tmp_path: Path) -> None:
    client = Client(LocalSite(site(tmp_path)))
    doctor, admin = (f"Bearer {token_of(client, email)}" for email in ("ada@example.org", "admin@example.org"))
    assert call(tmp_path, "doctor", doctor).name == "Dr Ada"
    assert call(tmp_path, "doctor_or_admin", admin).name == "Admin"
    for sign_in, token in (("admin", doctor), ("doctor", admin)):
        with pytest.raises(Forbidden):
            call(tmp_path, sign_in, token)  # type: ignore[arg-type]
    with pytest.raises(Unauthenticated):
        call(tmp_path, "service", doctor)


def test_the_people_of_this_machine_are_listed(client: Client) -> None:
    people = client.get("/api/local/people").get_json()["people"]
    assert {person["email"]: person["roles"] for person in people}["chen@example.org"] == ["doctor", "admin"]


def test_signing_in_locally_refuses_what_it_does_not_know(client: Client) -> None:
    assert_local(client.post("/api/local/sign-in", json={"email": "x@example.org"}), 404)
    assert_local(client.post("/api/local/sign-in", json={"mail": "x"}), 400)
    assert_local(client.post("/api/local/sign-in", data="x" * 9999, content_type="application/json"), 413)
    assert_local(client.get("/api/local/sign-in"), 405)
    assert_local(client.get("/api/local/else"), 404)


def assert_local(response: Any, status: int) -> None:
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"


def test_the_answer_about_a_bearer_token_is_the_documented_one(tmp_path: Path) -> None:
    assert_problem(client_of(tmp_path).get("/api/cases/x"), 401, "unauthenticated")
