"""The Identity port: who signed in, with the roles they have now; nobody else, and no service in a person's place."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from dermaloop.errors import NotFound, Unauthenticated
from dermaloop.ports import Identity
from tests.houses import House


@dataclass(frozen=True)
class Side:
    """One adapter, and what signs in with it: the four people, and the bus."""

    identity: Identity
    token: Callable[[str], str]
    bus_token: Callable[[], str]


@pytest.fixture
def side(house: House) -> Side:
    return Side(house.world.identity, house.token, house.bus_token)


def test_who_signs_in_is_known_with_their_roles(side: Side) -> None:
    person = side.identity.person(side.token("chen"))
    assert (person.id, person.email, person.name) == ("local-3", "chen@example.org", "Dr Chen")
    assert person.roles == ("doctor", "admin")
    assert side.identity.service(side.bus_token())


@pytest.mark.parametrize("token", ["", ".", "a.b", "a.b.c", "ü.ü", "eyJ9.x", "x" * 20_000])
def test_what_is_no_token_opens_nothing(side: Side, token: str) -> None:
    for ask in (side.identity.person, side.identity.service):
        with pytest.raises(Unauthenticated):
            ask(token)


def test_a_changed_token_opens_nothing(side: Side) -> None:
    for token, ask in ((side.token("ada"), side.identity.person), (side.bus_token(), side.identity.service)):
        middle = len(token) // 2
        changed = token[:middle] + ("A" if token[middle] != "A" else "B") + token[middle + 1 :]
        with pytest.raises(Unauthenticated):
            ask(changed)


def test_a_person_is_no_service_and_a_service_no_person(side: Side) -> None:
    with pytest.raises(Unauthenticated):
        side.identity.person(side.bus_token())
    with pytest.raises(Unauthenticated):
        side.identity.service(side.token("admin"))


def test_everybody_with_a_role_is_listed_by_address(side: Side) -> None:
    side.identity.grant("ben@example.org", ())
    listed = [(person.email.partition("@")[0], person.roles) for person in side.identity.people()]
    assert listed == [("ada", ("doctor",)), ("admin", ("admin",)), ("chen", ("doctor", "admin"))]


def test_roles_count_from_the_next_request_on(side: Side) -> None:
    token = side.token("ada")
    assert side.identity.person(token).roles == ("doctor",)
    for given in (("admin", "doctor"), ("admin",), ()):
        told = side.identity.grant("ada@example.org", given)
        assert told == side.identity.person(token) == side.identity.known("ada@example.org")
        assert set(told.roles) == set(given)
    with pytest.raises(NotFound):
        side.identity.known("nobody@example.org")
    with pytest.raises(NotFound):
        side.identity.grant("nobody@example.org", ("doctor",))
