"""What the bus pushes to our event functions: the envelope, the event inside, and what each answer means to the bus.

Anything but a 2xx brings the event back later, and after ten times to the dead letters. So a handler answers whatever
leaves nothing to do (done before, overtaken) with success, and fails only where trying again may help, or for poison.
"""

import base64
from collections.abc import Callable
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta

from dermaloop.errors import InvalidRequest
from dermaloop.events import TOPICS, Event, Letter, read_event, write_event
from dermaloop.ports import World
from dermaloop.web.endpoints import Call, Endpoint

E = TypeVar("E", bound=Event)


class PushedMessage(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One message of the bus."""

    data: Annotated[str, Meta(description="The event's JSON in base64.")]
    message_id: str = ""
    publish_time: str = ""
    attributes: dict[str, str] = {}


class Envelope(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A push request as Pub/Sub sends it."""

    message: PushedMessage
    subscription: str = ""
    delivery_attempt: int | None = None


def taking(event: type[E], handle: Callable[[E, World], None], *, summary: str) -> Endpoint:
    """The endpoint at which the bus delivers events of one type."""
    topic = next(topic for topic in TOPICS if topic.event is event)

    def take(call: Call) -> None:
        handle(_opened(call.body, topic.name), call.world)

    example = event(**dict.fromkeys(event.__struct_fields__, "4f1c"))
    letter = Letter(id="1", topic=topic.name, event=write_event(example), at="2026-11-21T10:00:00.000Z")
    return Endpoint(
        method="POST",
        path=topic.path,
        sign_in="service",
        handle=take,
        summary=summary,
        takes=Envelope,
        examples={"pushed": msgspec.to_builtins(envelope(letter))},
        errors=(
            "invalid_json",
            "invalid_request",
            "too_large",
            "unsupported_media",
            "rate_limited",
            "store_unavailable",
        ),
    )


def envelope(letter: Letter) -> Envelope:
    """A letter as Pub/Sub would push it."""
    message = PushedMessage(
        data=base64.b64encode(letter.event.encode()).decode(),
        message_id=letter.id,
        publish_time=letter.at,
        attributes={"topic": letter.topic},
    )
    return Envelope(message=message, subscription=letter.topic, delivery_attempt=letter.tries + 1)


def _opened(pushed: Envelope, topic: str) -> E:  # type: ignore[type-var]
    try:
        return read_event(topic, base64.b64decode(pushed.message.data, validate=True))  # type: ignore[return-value]
    except (ValueError, RecursionError) as error:
        raise InvalidRequest(
            "This is no event that we know; it will not be tried again.", path="$.message.data"
        ) from error
