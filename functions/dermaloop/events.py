"""What has happened, told to whom it concerns. An event carries ids, never pictures; it may come twice or late."""

import msgspec


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something that has happened."""


class AnnotationSaved(Event, frozen=True, kw_only=True):
    """A doctor's reading was submitted: perhaps there is enough now to train."""

    annotation_id: str


class TrainingRequested(Event, frozen=True, kw_only=True):
    """A training run was claimed and waits to be started."""

    run_id: str


class ModelPublished(Event, frozen=True, kw_only=True):
    """A candidate lies in the store with its report and the gate's verdict."""

    model: str
    version: str


class Topic(msgspec.Struct, frozen=True):
    """Where an event is published, and which function takes it at which path."""

    name: str
    event: type[Event]
    function: str
    path: str


TOPICS = (
    Topic("annotation-saved", AnnotationSaved, "start_training", "/api/events/annotation-saved"),
    Topic("training-requested", TrainingRequested, "start_training", "/api/events/training-requested"),
    Topic("model-published", ModelPublished, "start_training", "/api/events/model-published"),
)


def topic_of(event: Event) -> Topic:
    return next(topic for topic in TOPICS if topic.event is type(event))


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """An event on its way, as the bus holds it: `event` is its JSON, `receipt` what the bus knows this copy by."""

    id: str
    topic: str
    event: str
    at: str
    tries: int = 0
    receipt: str = ""


def write_event(event: Event) -> str:
    return msgspec.json.encode(event).decode()


def read_event(topic: str, text: str | bytes) -> Event:
    """The event that was published on a topic; ValueError where this code knows no such thing."""
    for known in TOPICS:
        if known.name == topic:
            return msgspec.json.decode(text, type=known.event)
    raise ValueError(f"there is no topic {topic}")
