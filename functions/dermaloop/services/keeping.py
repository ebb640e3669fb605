"""Keeps what was asked and answered: a case with its images, predictions and answer, once, and only with consent."""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import msgspec

from dermaloop.answers import Answer, Assessment
from dermaloop.contract.questions import Answers
from dermaloop.errors import DermaloopError, OutcomeUnknown, StoreUnavailable
from dermaloop.patience import patience
from dermaloop.ports import Blobs, World
from dermaloop.records import Case, IdempotencyKey, LesionImage, Prediction
from dermaloop.services.disclosing import audit_entry, digest
from dermaloop.services.disclosing import new_id as new_id
from dermaloop.timing import stage

if TYPE_CHECKING:  # what a client may send names a consent, and a function that takes no photo pays for no pixels
    from dermaloop.services.reading import PhotoReading

_log = logging.getLogger("dermaloop.keeping")

A = TypeVar("A", Answer, Assessment)
PATIENCE = 1.5
"""How many seconds an answer may wait for the stores, before it goes out and says that it was not kept."""

Function = Literal["predict_malignancy", "predict_disease", "assess", "predict"]


class Consent(msgspec.Struct, frozen=True):
    """What the person agreed to: keeping the picture, and, separately, training on it."""

    store_image: bool = False
    train: bool = False


class Request(msgspec.Struct, frozen=True):
    """What keeping needs to know of a request besides its answer."""

    function: Function
    consent: Consent
    key: str | None = None
    digest: str = ""
    answers: Answers | None = None


def keep(answer: A, *, request: Request, pictures: Sequence[tuple[bytes, PhotoReading]], world: World) -> A:
    """The answer as the client gets it: with its token once it is kept, or saying that the store was down.

    A request sent again under the same idempotency key gets the answer that was kept the first time.
    """
    from dermaloop.contract.images import reencode

    with stage("keep"):
        token = _token(request, answer.id)
        photos = [_image(answer.id, index, reading, request.consent) for index, (_, reading) in enumerate(pictures)]
        files = {
            photo.blob: reencode(data, limits=world.image_limits)
            for photo, (data, _) in zip(photos, pictures, strict=True)
            if photo.blob
        }
        case = _case(answer, request, token, photos, [reading for _, reading in pictures])
        try:
            kept = _store(case, files, key=_key(request), world=world)
        except StoreUnavailable as error:
            _log.error("a prediction was not kept: %s", error.__cause__ or error, extra={"case": answer.id})
            unknown = isinstance(error, OutcomeUnknown)  # the case may be there all the same, for its owner to delete
            return msgspec.structs.replace(answer, kept=False, token=token if unknown else None)
        if kept.id == case.id:
            return msgspec.structs.replace(answer, token=token)
        first = msgspec.convert(kept.answer, type(answer))
        return msgspec.structs.replace(first, token=_token(request, kept.id))


def _store(case: Case, files: Mapping[str, bytes], *, key: IdempotencyKey | None, world: World) -> Case:
    """Pictures first, so that no case names one that is not there; none stays behind that no case names."""
    try:
        with patience(PATIENCE):
            for name, data in files.items():
                world.blobs.write(name, data, expected=0)
            kept = world.records.keep_case(case, audit=audit_entry("create", case.id), key=key)
    except OutcomeUnknown:
        raise
    except DermaloopError:
        _discard(files, world.blobs)
        raise
    if kept.id != case.id:
        _discard(files, world.blobs)
    return kept


def _case(
    answer: Answer | Assessment, request: Request, token: str, photos: list[LesionImage], readings: list[PhotoReading]
) -> Case:
    told = msgspec.structs.replace(answer, token=None)
    return Case(
        id=answer.id,
        created_at=answer.created_at,
        function=request.function,
        token_sha256=digest(token),
        images=tuple(photos),
        predictions=tuple(
            p for photo, reading in zip(photos, readings, strict=True) for p in predictions_of(photo, reading)
        ),
        answer=_without_heatmaps(msgspec.to_builtins(told)),
        answers=request.answers,
    )


def predictions_of(image: LesionImage, reading: PhotoReading) -> list[Prediction]:
    return [
        Prediction(
            image_id=image.id,
            model=model.version,
            status=model.status,
            probabilities=model.by_code,
            malignant_probability=model.malignant_probability,
            quality_issues=reading.issues,
            embedding=tuple(round(float(value), 4) for value in model.scores.embedding),
        )
        for model in reading.models
    ]


def _image(case_id: str, index: int, reading: PhotoReading, consent: Consent) -> LesionImage:
    name = f"{index + 1}"
    return LesionImage(
        id=name,
        sha256=reading.sha256,
        width=reading.photo.width,
        height=reading.photo.height,
        blob=f"images/{case_id}/{name}.jpg" if consent.store_image else None,
        train_consent=consent.train,
    )


def _without_heatmaps(told: dict[str, Any]) -> dict[str, Any]:
    """A heatmap shows the picture, which is not ours to keep in an answer."""
    told["heatmap"] = None
    for photo in told.get("photos", ()):
        photo["heatmap"] = None
    return told


def _discard(keys: Iterable[str], blobs: Blobs) -> None:
    """Leaves no picture behind that no case names, also where a failed write was made all the same."""
    with patience(PATIENCE / 4):
        for key in keys:
            try:
                blobs.delete(key)
            except StoreUnavailable:
                _log.error("a picture without a case was left behind", extra={"blob": key})


def _token(request: Request, case_id: str) -> str:
    """Random; under an idempotency key derived from it and the request, so that a repeat can be given it again."""
    if request.key is None:
        return secrets.token_hex(24)
    return hmac.new(request.key.encode(), f"{request.digest}:{case_id}".encode(), hashlib.sha256).hexdigest()[:48]


def _key(request: Request) -> IdempotencyKey | None:
    return IdempotencyKey(digest(request.key), request.digest) if request.key is not None else None
