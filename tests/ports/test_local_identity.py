"""Sign-in on one machine: anybody may be anyone here, and nothing but what it signed itself counts."""

import time
from pathlib import Path

import pytest

from dermaloop.adapters.local_identity import LocalIdentity
from dermaloop.adapters.sqlite_documents import SqliteDocuments
from dermaloop.errors import NotFound, Unauthenticated


@pytest.fixture
def identity(tmp_path: Path) -> LocalIdentity:
    return LocalIdentity(SqliteDocuments(tmp_path / "test.sqlite3"), tmp_path / "secret")


def test_who_signs_in_is_known_again_also_after_a_restart(identity: LocalIdentity, tmp_path: Path) -> None:
    token = identity.sign_in("ada@example.org")
    again = LocalIdentity(SqliteDocuments(tmp_path / "test.sqlite3"), tmp_path / "secret")
    assert again.person(token).roles == ("doctor",)


@pytest.mark.parametrize("token", ["", ".", "a.b", "ü.ü", "eyJ9.x"])
def test_a_token_that_was_not_given_here_opens_nothing(identity: LocalIdentity, token: str) -> None:
    with pytest.raises(Unauthenticated):
        identity.person(token)


def test_a_changed_token_opens_nothing(identity: LocalIdentity) -> None:
    body, signature = identity.sign_in("ada@example.org").split(".")
    with pytest.raises(Unauthenticated):
        identity.person(f"{body[:-2]}AA.{signature}")


def test_tokens_expire_and_are_for_one_thing(identity: LocalIdentity, monkeypatch: pytest.MonkeyPatch) -> None:
    token, bus = identity.sign_in("ada@example.org"), identity.bus_token()
    assert identity.service(bus)
    for wrong in (lambda: identity.person(bus), lambda: identity.service(token)):
        with pytest.raises(Unauthenticated):
            wrong()
    later = time.time() + 13 * 3600
    monkeypatch.setattr(time, "time", lambda: later)
    with pytest.raises(Unauthenticated):
        identity.person(token)


def test_a_role_that_is_taken_away_is_gone_at_once(identity: LocalIdentity) -> None:
    token = identity.sign_in("ada@example.org")
    identity.grant("ada@example.org", ("admin",))
    assert identity.person(token).roles == ("admin",)
    identity.grant("ada@example.org", ())
    assert identity.person(token).roles == ()
    assert "ada@example.org" not in {person.email for person in identity.people()}
    with pytest.raises(NotFound):
        identity.grant("nobody@example.org", ("doctor",))


def test_it_refuses_to_exist_on_google(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("K_SERVICE", "review")
    with pytest.raises(SystemExit, match="must not run on Google"):
        LocalIdentity(SqliteDocuments(tmp_path / "test.sqlite3"), tmp_path / "secret")
