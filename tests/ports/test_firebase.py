"""Sign-in with Firebase: what Google signed for us comes in, everything else stays out, with the right status."""

import hashlib
import hmac
import time
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization

from dermaloop.adapters.firebase import FirebaseIdentity
from dermaloop.errors import Forbidden, NotFound, StoreUnavailable, Unauthenticated
from dermaloop.patience import patience
from tests.emulators.sign_in import AUDIENCE, BUS, HOST, SignIn, encoded, key, packed, sign, sign_in

PROJECT = "test-project"


@pytest.fixture(scope="module")
def server() -> Iterator[SignIn]:
    with sign_in() as running:
        yield running


@pytest.fixture
def accounts(server: SignIn, monkeypatch: pytest.MonkeyPatch) -> SignIn:
    monkeypatch.setenv(HOST, server.address)
    server.__dict__.update(SignIn().__dict__ | {"address": server.address})
    server.add("ada", displayName="Dr Ada", customAttributes='{"roles": ["doctor"], "clinic": "7"}')
    server.add("eve")
    return server


@pytest.fixture
def identity(accounts: SignIn) -> FirebaseIdentity:
    return FirebaseIdentity(project=PROJECT, audiences=[AUDIENCE], callers=[BUS])


class Clock:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ahead = 0.0
        real = time.monotonic
        monkeypatch.setattr(time, "monotonic", lambda: real() + self.ahead)


def test_a_doctor_comes_in(identity: FirebaseIdentity, accounts: SignIn) -> None:
    person = identity.person(accounts.id_token(PROJECT, "ada"))
    assert (person.id, person.email, person.name, person.roles) == ("ada", "ada@example.org", "Dr Ada", ("doctor",))


def test_who_has_no_role_is_known_and_may_nothing(identity: FirebaseIdentity, accounts: SignIn) -> None:
    assert identity.person(accounts.id_token(PROJECT, "eve")).roles == ()


HOUR = 3600
NOW = int(time.time())


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": NOW - 60, "iat": NOW - HOUR},
        {"iat": NOW + HOUR, "exp": NOW + 2 * HOUR},
        {"exp": None},
        {"iat": None},
        {"exp": "never"},
        {"aud": "another-project"},
        {"aud": None},
        {"aud": [PROJECT, "x"]},
        {"iss": "https://securetoken.google.com/another-project"},
        {"iss": "https://accounts.google.com"},
        {"sub": ""},
        {"sub": None},
        {"sub": 7},
        {"auth_time": None},
        {"auth_time": NOW + HOUR},
        {"sub": "nobody-we-know"},
    ],
)
def test_claims_that_are_not_for_us_or_not_now(
    identity: FirebaseIdentity, accounts: SignIn, changes: dict[str, Any]
) -> None:
    with pytest.raises(Unauthenticated):
        identity.person(accounts.id_token(PROJECT, "ada", **changes))


def test_a_clock_may_be_a_few_seconds_off(identity: FirebaseIdentity, accounts: SignIn) -> None:
    now = int(time.time())
    assert identity.person(accounts.id_token(PROJECT, "ada", iat=now + 5, auth_time=now + 5))
    assert identity.person(accounts.id_token(PROJECT, "ada", exp=now - 5))


def claims(accounts: SignIn) -> str:
    return accounts.id_token(PROJECT, "ada").split(".")[1]


def forged(accounts: SignIn) -> dict[str, str]:
    """Tokens with all the right claims, and no signature of Google."""
    said, kid = claims(accounts), {"kid": "key-1", "typ": "JWT"}
    public = (
        key(0).public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    hs256 = f"{packed({'alg': 'HS256'} | kid)}.{said}"
    good = accounts.id_token(PROJECT, "ada")
    now = {"iss": f"https://securetoken.google.com/{PROJECT}", "aud": PROJECT, "sub": "ada", "email_verified": True}
    now |= {"iat": NOW, "exp": NOW + HOUR, "auth_time": NOW}
    return {
        "another key under the same name": sign(now, key(1), "key-1"),
        "another key under its own name": sign(now, key(1), "key-9"),
        "no key named": sign(now, key(0), ""),
        "alg none": f"{packed({'alg': 'none'} | kid)}.{said}.",
        "alg None with a signature": f"{packed({'alg': 'None'} | kid)}.{said}.{good.split('.')[2]}",
        "signed with the public key": f"{hs256}.{encoded(hmac.new(public, hs256.encode(), hashlib.sha256).digest())}",
        "signature removed": f"{'.'.join(good.split('.')[:2])}.SIGNATURE_REMOVED_BY_GOOGLE",
        "no signature": ".".join(good.split(".")[:2]) + ".",
        "other claims": f"{good.split('.')[0]}.{packed(now | {'sub': 'eve'})}.{good.split('.')[2]}",
        "another header": f"{packed({'alg': 'RS256', 'kid': 'key-1', 'x': 1})}.{said}.{good.split('.')[2]}",
        "a header that is no object": f"{encoded(b'[]')}.{said}.x",
        "no claims": sign({}, key(0), "key-1"),
        "too many parts": good + ".x",
        "too few parts": "x.y",
        "nothing": "",
        "not base64": "ü.ü.ü",
        "endless": "A" * 20_000,
        "deep": encoded(b"[" * 5000) + ".x.y",
    }


@pytest.mark.parametrize("name", forged(SignIn()))
def test_a_forged_token_opens_nothing(identity: FirebaseIdentity, accounts: SignIn, name: str) -> None:
    token = forged(accounts)[name]
    with pytest.raises(Unauthenticated):
        identity.person(token)
    with pytest.raises(Unauthenticated):
        identity.service(token)


def test_an_address_that_was_not_confirmed_is_refused(identity: FirebaseIdentity, accounts: SignIn) -> None:
    accounts.add("mallory", emailVerified=False, customAttributes='{"roles": ["doctor"]}')
    for verified in (False, True):
        with pytest.raises(Forbidden):
            identity.person(accounts.id_token(PROJECT, "mallory", email_verified=verified))


def test_a_role_that_is_taken_away_counts_within_a_minute(
    identity: FirebaseIdentity, accounts: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, token = Clock(monkeypatch), accounts.id_token(PROJECT, "ada", roles=["doctor", "admin"])
    assert identity.person(token).roles == ("doctor",)
    accounts.accounts["ada"]["customAttributes"] = "{}"
    clock.ahead = 61
    assert identity.person(token).roles == ()


@pytest.mark.parametrize("ended", [{"disabled": True}, {"validSince": str(NOW + 86_400)}])
def test_a_sign_in_that_was_ended_is_refused(
    identity: FirebaseIdentity, accounts: SignIn, monkeypatch: pytest.MonkeyPatch, ended: dict[str, Any]
) -> None:
    clock, token = Clock(monkeypatch), accounts.id_token(PROJECT, "ada")
    assert identity.person(token)
    accounts.accounts["ada"] |= ended
    clock.ahead = 61
    with pytest.raises(Unauthenticated):
        identity.person(token)


def test_roles_are_given_and_taken_from_the_next_request_on(identity: FirebaseIdentity, accounts: SignIn) -> None:
    token = accounts.id_token(PROJECT, "eve")
    assert identity.person(token).roles == ()
    assert identity.grant("eve@example.org", ("admin", "doctor")).roles == ("doctor", "admin")
    assert identity.person(token).roles == ("doctor", "admin")
    assert [person.email for person in identity.people()] == ["ada@example.org", "eve@example.org"]
    identity.grant("ada@example.org", ())
    assert accounts.accounts["ada"]["customAttributes"] == '{"roles": [], "clinic": "7"}'
    assert [person.email for person in identity.people()] == ["eve@example.org"]
    with pytest.raises(NotFound):
        identity.grant("nobody@example.org", ("doctor",))


def test_people_are_listed_over_all_pages(identity: FirebaseIdentity, accounts: SignIn) -> None:
    for number in range(5):
        accounts.add(f"d{number}", customAttributes='{"roles": ["doctor", "astronaut"]}')
    assert [person.id for person in identity.people()] == ["ada", "d0", "d1", "d2", "d3", "d4"]


def test_certificates_are_kept_as_long_as_google_says(
    identity: FirebaseIdentity, accounts: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(monkeypatch)
    for _ in range(3):
        identity.person(accounts.id_token(PROJECT, "ada"))
    assert accounts.fetched == 1
    clock.ahead = 3601
    identity.person(accounts.id_token(PROJECT, "ada"))
    assert accounts.fetched == 2


def test_a_new_key_is_found_and_one_that_was_withdrawn_is_refused(
    identity: FirebaseIdentity, accounts: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, old = Clock(monkeypatch), accounts.id_token(PROJECT, "ada")
    identity.person(old)
    accounts.keys = {"key-2": key(1)}
    for _ in range(3):
        with pytest.raises(Unauthenticated):
            identity.person(accounts.id_token(PROJECT, "ada", key_id="key-2"))
    assert accounts.fetched == 1
    clock.ahead = 61
    assert identity.person(accounts.id_token(PROJECT, "ada", key_id="key-2"))
    with pytest.raises(Unauthenticated):
        identity.person(old)


def test_where_google_cannot_be_asked_nobody_is_told_that_they_are_wrong(
    identity: FirebaseIdentity, accounts: SignIn
) -> None:
    accounts.down = True
    with patience(0.3), pytest.raises(StoreUnavailable):
        identity.person(accounts.id_token(PROJECT, "ada"))


def test_our_own_services_come_in_and_no_one_else_does(identity: FirebaseIdentity, accounts: SignIn) -> None:
    assert identity.service(accounts.service_token()) == BUS
    for wrong in ({"aud": "https://other.example"}, {"iss": "https://evil.example"}, {"exp": NOW - 60}):
        with pytest.raises(Unauthenticated):
            identity.service(accounts.service_token(**wrong))
    with pytest.raises(Forbidden):
        identity.service(accounts.service_token(email="stranger@other.iam.gserviceaccount.com"))
    with pytest.raises(Forbidden):
        identity.service(accounts.service_token(email_verified=False))
    with pytest.raises(Unauthenticated):
        identity.service(accounts.id_token(PROJECT, "ada"))
    with pytest.raises(Unauthenticated):
        identity.person(accounts.service_token())


def test_without_an_audience_no_service_comes_in(accounts: SignIn) -> None:
    with pytest.raises(Unauthenticated):
        FirebaseIdentity(project=PROJECT, callers=[BUS]).service(accounts.service_token())


def test_what_cloud_run_verified_is_believed_only_where_that_is_said(accounts: SignIn) -> None:
    def removed(**changes: Any) -> str:
        return ".".join([*accounts.service_token(**changes).split(".")[:2], "SIGNATURE_REMOVED_BY_GOOGLE"])

    behind = FirebaseIdentity(project=PROJECT, audiences=[AUDIENCE], callers=[BUS], signatures="cloud_run")
    assert behind.service(removed()) == BUS
    for wrong in (
        {"aud": "x"},
        {"exp": NOW - 60},
        {"iss": "x"},
        {"iat": NOW + 86_400, "exp": NOW + 90_000},
        {"exp": None},
    ):
        with pytest.raises(Unauthenticated):
            behind.service(removed(**wrong))
    with pytest.raises(Forbidden):
        behind.service(removed(email="stranger@other.iam.gserviceaccount.com"))
    with pytest.raises(Unauthenticated):
        behind.service(accounts.service_token())
    with pytest.raises(Unauthenticated):
        behind.person(".".join([*accounts.id_token(PROJECT, "ada").split(".")[:2], "SIGNATURE_REMOVED_BY_GOOGLE"]))
