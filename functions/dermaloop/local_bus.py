"""The bus between the functions, for the local server alone: it pushes what Pub/Sub would push, as Pub/Sub would."""

import threading
from collections.abc import Callable

import msgspec
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Response

from dermaloop import web
from dermaloop.adapters.local_events import LocalEvents
from dermaloop.adapters.local_identity import LocalIdentity
from dermaloop.errors import DermaloopError
from dermaloop.events import TOPICS, Letter
from dermaloop.web.envelopes import envelope


def start(site: web.Site, *, sweep_seconds: float) -> Callable[[], None]:
    """Delivers and sweeps until what it returns is called; nothing where bus and scheduler are Google's."""
    over, at_work = threading.Event(), []
    if isinstance(site.world.events, LocalEvents):
        sweep = threading.Thread(target=_sweep, args=(site, sweep_seconds, over), daemon=True, name="sweep")
        sweep.start()
        at_work = [sweep, site.world.events.subscribe(lambda letter: push(letter, site), over)]

    def stop() -> None:
        over.set()
        for thread in at_work:
            thread.join()

    return stop


def _sweep(site: web.Site, seconds: float, over: threading.Event) -> None:
    """What the scheduler does: calls, again and again, whatever came of the last call."""
    while not over.wait(seconds):
        _post("sweep", "/api/sweep", b"{}", site)


def push(letter: Letter, site: web.Site) -> None:
    """Posts a letter to the function that takes its topic; an answer that is no success brings it back."""
    topic = next(topic for topic in TOPICS if topic.name == letter.topic)
    answer = _post(topic.function, topic.path, msgspec.json.encode(envelope(letter)), site)
    if answer.status_code >= 300:
        raise DermaloopError(f"{topic.path} answered {answer.status_code}: {answer.get_data(as_text=True)[:300]}")


def _post(function: str, path: str, body: bytes, site: web.Site) -> Response:
    identity = site.world.identity
    if not isinstance(identity, LocalIdentity):
        raise TypeError("the local bus needs the local sign-in")
    asked = EnvironBuilder(
        method="POST",
        path=path,
        data=body,
        content_type="application/json",
        headers=[("Authorization", f"Bearer {identity.bus_token()}")],
    )
    return web.answer(function, asked.get_request(), site)
