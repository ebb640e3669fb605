"""One lesion as it was sent: its images, what the models said, what the person was told."""

from typing import Any, Literal

import msgspec

from dermaloop.contract.questions import Answers

Status = Literal["answered", "uncertain", "not_skin", "poor_quality"]


class ModelVersion(msgspec.Struct, frozen=True):
    """Which exact model gave an answer."""

    name: str
    version: str
    sha256: str


class LesionImage(msgspec.Struct, frozen=True, kw_only=True):
    """One photo of a lesion. `blob` is set only where its owner agreed that the picture be stored."""

    id: str
    sha256: str
    width: int
    height: int
    blob: str | None = None
    train_consent: bool = False


class Prediction(msgspec.Struct, frozen=True, kw_only=True):
    """What one model said of one image, with all that later reviews and queues need."""

    image_id: str
    model: ModelVersion
    status: Status
    probabilities: dict[str, float]
    malignant_probability: float | None
    quality_issues: tuple[str, ...] = ()
    embedding: tuple[float, ...] = ()


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One lesion of one person as sent in one request: its images, what the models said, what the person was told.

    `answers` is what the person said of it, where they were asked.
    """

    id: str
    created_at: str
    function: str
    token_sha256: str
    images: tuple[LesionImage, ...]
    predictions: tuple[Prediction, ...]
    answer: dict[str, Any]
    answers: Answers | None = None


class IdempotencyKey(msgspec.Struct, frozen=True):
    """A client's own name for a request, with the digest of what it asked, so that sending it twice keeps one case."""

    key_sha256: str
    request_sha256: str


class KeptCase(msgspec.Struct, frozen=True):
    """A case with the idempotency key it was kept under, as it moves from one store to another."""

    case: Case
    key: IdempotencyKey | None = None
