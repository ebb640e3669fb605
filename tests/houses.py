"""The product on either backend behind its HTTP face, so that the same test walks through both."""

import base64
import dataclasses
import json
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import msgspec
import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

from dermaloop.adapters.local_events import LocalEvents
from dermaloop.adapters.local_identity import LocalIdentity
from dermaloop.adapters.outbox import OutboxNotifier
from dermaloop.devserver import LocalSite
from dermaloop.events import TOPICS, Letter
from dermaloop.ports import World
from dermaloop.web import Site
from dermaloop.web.envelopes import envelope
from dermaloop.wiring import Settings, build
from tests.emulators import signing
from tests.emulators.pubsub import PUBSUB, Bus
from tests.emulators.sign_in import AUDIENCE, BUS, HOST, SignIn, sign_in
from tests.fakes import FixedClassifiers, FixedSegmenter, FixedSegmenters
from tests.services.jobs import FixedJobs
from tests.services.worlds import CALM, MALIGNANT

PEOPLE = {"ada": ["doctor"], "ben": ["doctor"], "chen": ["doctor", "admin"], "admin": ["admin"]}
"""Who there is on one machine, in the order of their ids; on Google the stand-in for its sign-in knows the same."""


@dataclasses.dataclass(frozen=True)
class House:
    """The product on one backend: its face and its world, who signs in how, and what its bus was told."""

    site: Site
    token: Callable[[str], str]
    bus_token: Callable[[], str]
    told: Callable[[], list[Letter]]

    @property
    def world(self) -> World:
        return self.site.world

    @property
    def client(self) -> Client:
        """Whoever asks it to sign somebody in, as the local server's page does, gets a token of this backend."""
        whole = LocalSite(self.site)

        def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            if environ["PATH_INFO"] != "/api/local/sign-in":
                return whole(environ, start_response)
            name = json.loads(Request(environ).get_data())["email"].partition("@")[0]
            return Response(json.dumps({"token": self.token(name)}), mimetype="application/json")(
                environ, start_response
            )

        return Client(answer)

    def letters(self, count: int) -> list[Letter]:
        """What the bus was told, as soon as it is that much."""
        found: dict[str, Letter] = {}
        until = time.monotonic() + 60
        while len(found) < count:
            assert time.monotonic() < until, f"the bus was told {len(found)} events"
            found |= {letter.id: letter for letter in self.told()}
        return list(found.values())

    def push(self, letter: Letter, token: str | None = None) -> int:
        """As the bus tells an event to its function; the status it gets."""
        headers = {"Authorization": f"Bearer {token or self.bus_token()}"}
        body = msgspec.to_builtins(envelope(letter))
        return self.client.post(f"/api/events/{letter.topic}", json=body, headers=headers).status_code

    def sweep(self) -> dict[str, int]:
        """As the scheduler asks; how much each duty did."""
        headers = {"Authorization": f"Bearer {self.bus_token()}"}
        told = self.client.post("/api/sweep", json={}, headers=headers)
        assert told.status_code == 200, told.get_data(as_text=True)
        duties = told.get_json()["duties"]
        assert not [duty for duty in duties if duty["failed"]]
        return {duty["name"]: duty["done"] for duty in duties}


@pytest.fixture
def house(settings: Settings, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[House]:
    """Its models say the same of every photo; letters go into a folder, jobs wait for a test to run them."""
    with ExitStack() as stack:
        if settings.backend == "local":
            yield _quick(_local(settings), tmp_path)
            return
        address = request.getfixturevalue("pubsub_address")
        monkeypatch = request.getfixturevalue("monkeypatch")
        server = stack.enter_context(sign_in())
        monkeypatch.setenv(HOST, server.address)
        monkeypatch.setenv(PUBSUB.host, address)
        monkeypatch.setenv(signing.HOST, stack.enter_context(signing.sign_blob()))
        yield _quick(_google(settings, server, Bus(address, settings.project)), tmp_path)


@pytest.fixture
def anywhere(house: House) -> Client:
    return house.client


def _quick(house: House, folder: Path) -> House:
    world = msgspec.structs.replace(
        house.world,
        classifiers=FixedClassifiers(CALM, MALIGNANT),
        segmenters=FixedSegmenters(FixedSegmenter()),
        notifier=OutboxNotifier(folder / "outbox"),
        jobs=FixedJobs(),
    )
    return dataclasses.replace(house, site=msgspec.structs.replace(house.site, world=world))


def _local(settings: Settings) -> House:
    site = build(settings)
    identity, events = site.world.identity, site.world.events
    assert isinstance(identity, LocalIdentity)
    assert isinstance(events, LocalEvents)

    def told() -> list[Letter]:
        letters: list[Letter] = []
        events.deliver_waiting(letters.append)
        return letters

    return House(site, lambda name: identity.sign_in(f"{name}@example.org"), identity.bus_token, told)


def _google(settings: Settings, server: SignIn, bus: Bus) -> House:
    training = {"region": "europe-west4", "training_image": "i", "training_account": "a"}
    callers = {"callers": BUS, "audiences": AUDIENCE, "links_account": signing.ACCOUNT}
    site = build(msgspec.structs.replace(settings, **training, **callers))
    ids = {name: f"local-{number}" for number, name in enumerate(PEOPLE, 1)}
    for name, roles in PEOPLE.items():
        said = {"displayName": f"Dr {name.title()}", "customAttributes": json.dumps({"roles": roles})}
        server.add(ids[name], email=f"{name}@example.org", **said)
    for topic in TOPICS:
        bus.subscribe(f"seen-{topic.name}", topic.name)

    def told() -> list[Letter]:
        return [
            Letter(id=got["message"]["messageId"], topic=topic.name, event=_text(got), at=got["message"]["publishTime"])
            for topic in TOPICS
            for got in bus.pulled(f"seen-{topic.name}")
        ]

    return House(site, lambda name: server.id_token(settings.project, ids[name]), server.service_token, told)


def _text(got: Any) -> str:
    return base64.b64decode(got["message"]["data"]).decode()
