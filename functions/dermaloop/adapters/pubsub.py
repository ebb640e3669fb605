"""Events on Pub/Sub: one topic for each kind of event, and a subscription that holds what could not be delivered."""

import base64
from collections.abc import Iterable
from typing import Any

from dermaloop.adapters.google_patience import reached
from dermaloop.adapters.google_rest import GoogleService
from dermaloop.events import Event, Letter, topic_of, write_event

_AT_ONCE = 100
_COUNT = "CloudPubSubDeadLetterSourceDeliveryCount"
_SINCE = "CloudPubSubDeadLetterSourceTopicPublishTime"


class PubsubEvents:
    """The Events port on Pub/Sub. A message names its topic, so that a dead one can be told again."""

    def __init__(self, *, project: str, dead_letters: str = "dead-letters") -> None:
        self._service = GoogleService("https://pubsub.googleapis.com", emulator="PUBSUB_EMULATOR_HOST")
        self._topics = f"/v1/projects/{project}/topics"
        self._dead = f"/v1/projects/{project}/subscriptions/{dead_letters}"

    def publish(self, event: Event) -> None:
        topic, data = topic_of(event).name, base64.b64encode(write_event(event).encode()).decode()
        told = {"messages": [{"data": data, "attributes": {"topic": topic}}]}
        reached(lambda _: self._service.ask("POST", f"{self._topics}/{topic}:publish", told))

    def undelivered(self, *, limit: int = 100) -> tuple[Letter, ...]:
        held = self._hold(limit)
        self._say("modifyAckDeadline", [letter.receipt for letter in held], ackDeadlineSeconds=0)
        return tuple(sorted(held, key=lambda letter: letter.at))

    def settle(self, letters: Iterable[Letter]) -> None:
        """What was let go is known by another receipt when it is held again, so it is found by its id."""
        wanted = {letter.id for letter in letters}
        held = self._hold(10_000, until=wanted)
        self._say("acknowledge", [letter.receipt for letter in held if letter.id in wanted])
        self._say("modifyAckDeadline", [e.receipt for e in held if e.id not in wanted], ackDeadlineSeconds=0)

    def _hold(self, limit: int, *, until: Iterable[str] = ()) -> list[Letter]:
        """Takes dead letters as far as there are any; Pub/Sub may say once that there are none though there are."""
        held: dict[str, Letter] = {}
        missing, empty = set(until), 0
        while len(held) < limit and empty < 2 and (missing or not until):
            came = [_letter(told) for told in self._pull(min(limit - len(held), _AT_ONCE))]
            empty = 0 if came else empty + 1
            held |= {letter.id: letter for letter in came}
            missing -= held.keys()
        return list(held.values())

    def _pull(self, most: int) -> list[dict[str, Any]]:
        asked = {"maxMessages": most, "returnImmediately": True}
        told = reached(lambda _: self._service.ask("POST", f"{self._dead}:pull", asked))
        return list(told.get("receivedMessages", ()))

    def _say(self, what: str, receipts: list[str], **more: int) -> None:
        for start in range(0, len(receipts), _AT_ONCE):
            told = {"ackIds": receipts[start : start + _AT_ONCE]} | more
            reached(lambda _, told=told: self._service.ask("POST", f"{self._dead}:{what}", told))  # type: ignore[misc]


def _letter(told: dict[str, Any]) -> Letter:
    message = told["message"]
    attributes = message.get("attributes", {})
    return Letter(
        id=message["messageId"],
        topic=attributes.get("topic", ""),
        event=base64.b64decode(message.get("data", "")).decode(errors="replace"),
        at=attributes.get(_SINCE) or message["publishTime"],
        tries=int(attributes.get(_COUNT, 0)),
        receipt=told["ackId"],
    )
