"""An image's way through the doctors' hands: what waits, who reads it, what they said, what it came to."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from dermaloop.records.cases import ModelVersion
from dermaloop.records.documents import Ask, Kind, Record
from dermaloop.records.findings import Confirmation, Diagnosis, Findings, Site

State = Literal["first", "second", "adjudication", "reviewed"]
"""Which reading an image waits for, until it is reviewed."""

ReasonToRead = Literal[
    "uncertain", "models_differ", "suspicious", "novel", "readers_differ", "random", "deadline", "waiting", "withheld"
]
How = Literal["single reading", "two readers agree", "adjudicated"]
Share = Annotated[float, Meta(ge=0, le=1)]


def review_id(case_id: str, image_id: str) -> str:
    """An image is reviewed once, whoever queues it how often."""
    return f"{case_id}-{image_id}"


def annotation_id(review: str, person: str) -> str:
    """A doctor reads an image once."""
    return f"{review}.{person}"


class Weight(msgspec.Struct, frozen=True):
    """A reason to read an image soon, and how much it counts, from 0 to 1."""

    reason: ReasonToRead
    weight: float


class Reference(msgspec.Struct, frozen=True, kw_only=True):
    """The diagnosis that an image is known by, and how it came about."""

    diagnosis: Diagnosis
    how: How
    confirmed_by: Confirmation
    annotations: tuple[str, ...]
    at: str


class Review(Record, frozen=True, kw_only=True):
    """One image that doctors read; its id is the case's and the image's, joined by a hyphen.

    `rank` orders the queue: the sum of the reasons less a little for every day it came later, so that what waits
    rises without ever being written again. `holder` reads it until `held_until`; then the lease has ended by itself.
    """

    case_id: str
    image_id: str
    blob: str
    sha256: str
    width: int
    height: int
    source: str
    created_at: str
    queued_at: str
    train_consent: bool
    models: tuple[ModelVersion, ...] = ()
    state: State = "first"
    waits: bool = True
    wanted: Literal[1, 2] = 1
    rank: float = 0.0
    reasons: tuple[Weight, ...] = ()
    sketch: str = ""
    deadline: str = ""
    annotators: tuple[str, ...] = ()
    holder: str | None = None
    held_since: str = ""
    held_until: str = ""
    site: Site = "unknown"
    diagnosis: Diagnosis | None = None
    reference: Reference | None = None


class Annotation(Record, frozen=True, kw_only=True):
    """One doctor's reading of one image; its id is the review's and the doctor's, joined by a dot.

    `blind` is what was submitted before the model's answer was seen. What was changed after it is marked, and counts
    only once it is confirmed.
    """

    review_id: str
    case_id: str
    annotator: str
    name: str
    part: State
    submitted: bool = False
    findings: Findings
    blind: Findings | None = None
    after_model: bool = False
    amendment_confirmed_by: str = ""
    opened_at: str
    saved_at: str
    submitted_at: str = ""
    seconds: float = 0.0
    models: tuple[ModelVersion, ...] = ()


class AnnotationVersion(Record, frozen=True, kw_only=True):
    """One earlier state of an annotation, for undoing."""

    annotation_id: str
    number: int
    saved_at: str
    findings: Findings


class ReviewSettings(Record, frozen=True, kw_only=True):
    """What an admin may set: the one record of its kind."""

    double_share: Share = 0.2
    random_share: Share = 0.1
    lease_minutes: Annotated[int, Meta(ge=1, le=24 * 60)] = 30
    ageing_per_day: Annotated[float, Meta(ge=0, le=1)] = 0.02


class QueueMark(Record, frozen=True, kw_only=True):
    """How far the kept cases were looked through, and the sketches and scores of what was queued last.

    Each place is the time and the id of a case. Before `settled` no further case can be kept any more.
    """

    seen_until: str = ""
    seen_id: str = ""
    settled_until: str = ""
    settled_id: str = ""
    sketches: tuple[str, ...] = ()
    scores: tuple[float, ...] = ()


_FOUND_BY = ("state", "diagnosis", "site")
_SUBSETS = tuple(
    tuple(name for bit, name in enumerate(_FOUND_BY) if subset >> bit & 1) for subset in range(2 ** len(_FOUND_BY))
)

REVIEWS = Kind(
    "reviews",
    Review,
    asks=(
        Ask(),
        Ask(("waits",), "rank", descending=True),
        Ask(("holder",), "held_until"),
        Ask(("case_id",)),
        *(Ask(subset, "created_at", descending=True) for subset in _SUBSETS),
    ),
)
ANNOTATIONS = Kind(
    "annotations",
    Annotation,
    asks=(
        Ask(),
        Ask(("review_id",)),
        Ask(("case_id",)),
        Ask(("submitted",), "submitted_at"),
        Ask(("annotator", "submitted"), "saved_at", descending=True),
    ),
)
ANNOTATION_VERSIONS = Kind("annotation_versions", AnnotationVersion, asks=(Ask(), Ask(("annotation_id",), "number")))
REVIEW_SETTINGS = Kind("review_settings", ReviewSettings)
QUEUE_MARKS = Kind("queue_marks", QueueMark)

REVIEW_KINDS = (REVIEWS, ANNOTATIONS, ANNOTATION_VERSIONS, REVIEW_SETTINGS, QUEUE_MARKS)
