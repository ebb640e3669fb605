"""The bus between the functions, for the local server alone: it pushes what Pub/Sub would push, as Pub/Sub would."""

import msgspec
from werkzeug.test import EnvironBuilder

from dermaloop import web
from dermaloop.adapters.local_events import LocalEvents
from dermaloop.adapters.local_identity import LocalIdentity
from dermaloop.errors import DermaloopError
from dermaloop.events import TOPICS, Letter
from dermaloop.web.envelopes import envelope


def start(site: web.Site) -> None:
    """Delivers from now on; nothing where the bus is Google's."""
    if isinstance(site.world.events, LocalEvents):
        site.world.events.subscribe(lambda letter: push(letter, site))


def push(letter: Letter, site: web.Site) -> None:
    """Posts a letter to the function that takes its topic; an answer that is no success brings it back."""
    identity, topic = site.world.identity, next(topic for topic in TOPICS if topic.name == letter.topic)
    if not isinstance(identity, LocalIdentity):
        raise TypeError("the local bus needs the local sign-in")
    asked = EnvironBuilder(
        method="POST",
        path=topic.path,
        data=msgspec.json.encode(envelope(letter)),
        content_type="application/json",
        headers=[("Authorization", f"Bearer {identity.bus_token()}")],
    )
    answer = web.answer(topic.function, asked.get_request(), site)
    if answer.status_code >= 300:
        raise DermaloopError(f"{topic.path} answered {answer.status_code}: {answer.get_data(as_text=True)[:300]}")
