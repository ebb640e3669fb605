"""One road through the product over its HTTP face, the same on one machine and on Google: photo, reading, news, end."""

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import msgspec
import pytest
from werkzeug.test import Client

from dermaloop.adapters.local_events import LocalEvents
from dermaloop.adapters.local_identity import LocalIdentity
from dermaloop.devserver import LocalSite
from dermaloop.events import Letter
from dermaloop.web.envelopes import envelope
from dermaloop.wiring import Settings, build
from tests.emulators.pubsub import PUBSUB, Bus
from tests.emulators.sign_in import AUDIENCE, BUS, HOST, SignIn, sign_in
from tests.web.doctors import Doctor, send_photo

TOPIC = "annotation-saved"


class SignedIn(Doctor):
    """Somebody with a token of whichever sign-in."""

    def __init__(self, client: Client, token: str) -> None:
        self.client = client
        self.headers = {"Authorization": f"Bearer {token}"}


@dataclass(frozen=True)
class House:
    """The product on one backend: its face, who signs in how, and what its bus was told."""

    client: Client
    token: Callable[[str], str]
    bus_token: Callable[[], str]
    told: Callable[[], list[str]]

    def person(self, name: str) -> SignedIn:
        return SignedIn(self.client, self.token(name))


@pytest.fixture
def house(settings: Settings, request: pytest.FixtureRequest) -> Iterator[House]:
    if settings.backend == "local":
        yield _local(settings)
        return
    address = request.getfixturevalue("pubsub_address")
    monkeypatch = request.getfixturevalue("monkeypatch")
    with sign_in() as server:
        monkeypatch.setenv(HOST, server.address)
        monkeypatch.setenv(PUBSUB.host, address)
        yield _google(settings, server, Bus(address, settings.project))


def _local(settings: Settings) -> House:
    site = build(settings)
    identity, events = site.world.identity, site.world.events
    assert isinstance(identity, LocalIdentity)
    assert isinstance(events, LocalEvents)

    def told() -> list[str]:
        letters: list[Letter] = []
        events.deliver_waiting(letters.append)
        return [letter.event for letter in letters]

    return House(
        Client(LocalSite(site)), lambda name: identity.sign_in(f"{name}@example.org"), identity.bus_token, told
    )


def _google(settings: Settings, server: SignIn, bus: Bus) -> House:
    whole = {"region": "europe-west4", "training_image": "i", "training_account": "a"}
    site = build(msgspec.structs.replace(settings, callers=BUS, audiences=AUDIENCE, **whole))
    server.add("ada", customAttributes='{"roles": ["doctor"]}')
    server.add("chen", customAttributes='{"roles": ["doctor", "admin"]}')
    server.add("eve")
    bus.subscribe("seen", TOPIC)

    def told() -> list[str]:
        return [base64.b64decode(each["message"]["data"]).decode() for each in bus.pulled("seen")]

    return House(
        Client(LocalSite(site)), lambda name: server.id_token(settings.project, name), server.service_token, told
    )


def test_a_photo_is_read_by_doctors_and_forgotten_when_its_owner_says_so(house: House) -> None:
    kept = send_photo(house.client)
    ada, chen = house.person("ada"), house.person("chen")
    chen.put("settings", chen.get("settings") | {"double_share": 0.0, "random_share": 0.0})
    image = ada.next()["id"]
    assert image == f"{kept['id']}-1"
    assert ada.ask("GET", f"images/{image}/picture").data[:3] == b"\xff\xd8\xff"
    assert ada.submit(image, "nv")["state"] == "reviewed"
    assert [reading["model"]["name"] for reading in ada.get(f"images/{image}")["model"]] == ["malignancy", "disease"]

    (event,) = house.told()
    assert _push(house, event, house.bus_token()) == 204
    assert _push(house, event, house.bus_token()) == 204
    assert _push(house, event, house.token("chen")) == 401
    assert house.client.post("/api/sweep", json={}, headers=_bearer(house.bus_token())).status_code in (200, 204)

    for person, status in (("ada", 403), ("chen", 200)):
        assert house.client.get("/api/admin/audit", headers=_bearer(house.token(person))).status_code == status

    path, token = f"/api/cases/{kept['id']}", {"X-Case-Token": kept["token"]}
    assert house.client.delete(path, headers=token).status_code == 204
    assert house.client.get(path, headers=token).status_code == 404
    assert ada.ask("GET", f"images/{image}").status_code == 404
    assert ada.get("images")["images"] == []


def _push(house: House, event: str, token: str) -> int:
    letter = Letter(id="1", topic=TOPIC, event=event, at="2026-11-21T10:00:00.000Z")
    body = msgspec.to_builtins(envelope(letter))
    return house.client.post(f"/api/events/{TOPIC}", json=body, headers=_bearer(token)).status_code


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
