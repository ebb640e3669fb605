"""What was kept of a request, for whoever holds its token: see it, see its pictures, delete it."""

from typing import Any

import msgspec
from werkzeug.wrappers import Response

from dermaloop.contract.questions import Answers
from dermaloop.records import Case, Prediction
from dermaloop.services import disclosing, forgetting
from dermaloop.web import case_consultations, case_reminders
from dermaloop.web.endpoints import Call, Endpoint


class CaseImage(msgspec.Struct, frozen=True, kw_only=True):
    """One photo of the case; its picture can be fetched only if it was stored."""

    id: str
    sha256: str
    width: int
    height: int
    stored: bool
    train_consent: bool


class CaseView(msgspec.Struct, frozen=True, kw_only=True):
    """All that is kept of one request."""

    id: str
    created_at: str
    function: str
    images: list[CaseImage]
    predictions: list[Prediction]
    answer: dict[str, Any]
    answers: Answers | None


def _see(call: Call) -> CaseView:
    return _view(disclosing.find(call.path["case_id"], token=call.case_token, records=call.world.records))


def _picture(call: Call) -> Response:
    world, path = call.world, call.path
    data = disclosing.picture(
        path["case_id"], path["image_id"], token=call.case_token, records=world.records, blobs=world.blobs
    )
    return Response(data, mimetype="image/jpeg")


def _delete(call: Call) -> None:
    forgetting.forget(call.path["case_id"], token=call.case_token, world=call.world)


def _view(case: Case) -> CaseView:
    images = [
        CaseImage(
            id=image.id,
            sha256=image.sha256,
            width=image.width,
            height=image.height,
            stored=image.blob is not None,
            train_consent=image.train_consent,
        )
        for image in case.images
    ]
    return CaseView(
        id=case.id,
        created_at=case.created_at,
        function=case.function,
        images=images,
        predictions=list(case.predictions),
        answer=case.answer,
        answers=case.answers,
    )


_ERRORS = ("not_found", "rate_limited", "store_unavailable")

ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/cases/{case_id}",
        sign_in="case_token",
        handle=_see,
        summary="What is kept.",
        gives=CaseView,
        errors=_ERRORS,
    ),
    Endpoint(
        "DELETE",
        "/api/cases/{case_id}",
        sign_in="case_token",
        handle=_delete,
        summary="Delete it for good.",
        errors=_ERRORS,
    ),
    Endpoint(
        "GET",
        "/api/cases/{case_id}/images/{image_id}",
        sign_in="case_token",
        handle=_picture,
        summary="A stored picture, without metadata.",
        gives="image/jpeg",
        errors=_ERRORS,
    ),
    *case_reminders.ENDPOINTS,
    *case_consultations.ENDPOINTS,
)
