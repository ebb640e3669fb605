"""One image in a doctor's hands: open it, see it, draft, submit, amend, and its trail."""

from typing import Annotated

import msgspec
from msgspec import Meta
from werkzeug.wrappers import Response

from dermaloop.knowledge import nearest_locale
from dermaloop.records import AuditEntry
from dermaloop.records.findings import Findings
from dermaloop.records.reviewing import AnnotationVersion
from dermaloop.services import annotating, leasing, lending, showing
from dermaloop.services.showing import Draft, ImageView
from dermaloop.web.endpoints import Call, Endpoint
from dermaloop.web.review_queue import WRITE, InLocale, PictureLink

Version = Annotated[int, Meta(ge=0, description="The version this was made from; 0 where there is none yet.")]


class FindingsRequest(InLocale, kw_only=True, forbid_unknown_fields=True):
    """What the doctor says, over the version they saw; how long they looked, if the client knows it better."""

    version: Version
    findings: Findings
    seconds: Annotated[float, Meta(ge=0, le=86_400)] | None = None


class ConfirmRequest(InLocale, kw_only=True, forbid_unknown_fields=True):
    """Stands by a change that was made after the model's answer was seen."""


class History(msgspec.Struct, frozen=True, kw_only=True):
    """Earlier states of your own annotation, oldest first."""

    versions: list[AnnotationVersion]


class ImageTrail(msgspec.Struct, frozen=True, kw_only=True):
    """Who did what to an image, and when; never what was said."""

    lines: list[AuditEntry]


def _open(call: Call) -> ImageView:
    review = leasing.take(call.path["image"], call.person, world=call.world)
    return showing.show(review, call.person, nearest_locale(call.body.locale), world=call.world)


def _see(call: Call) -> ImageView:
    return _view(call, call.query.locale)


def _view(call: Call, locale: str) -> ImageView:
    review = leasing.find_review(call.path["image"], call.world.documents).record
    return showing.show(review, call.person, nearest_locale(locale), world=call.world)


def _release(call: Call) -> None:
    leasing.release(call.path["image"], call.person, call.world.documents)


def _picture(call: Call) -> Response:
    review = leasing.find_review(call.path["image"], call.world.documents).record
    return Response(call.world.blobs.read(review.blob).data, mimetype="image/jpeg")


def _lend(call: Call) -> PictureLink:
    link = lending.lend_image(call.path["image"], doctor=call.person, world=call.world)
    return PictureLink(url=link.url, expires_at=link.expires_at)


def _save(call: Call) -> Draft:
    body: FindingsRequest = call.body
    found = annotating.save_draft(
        call.path["image"],
        body.findings,
        version=body.version,
        person=call.person,
        documents=call.world.documents,
        seconds=body.seconds,
    )
    return showing.draft(found)


def _submit(call: Call) -> ImageView:
    body: FindingsRequest = call.body
    annotating.submit(
        call.path["image"],
        body.findings,
        version=body.version,
        person=call.person,
        world=call.world,
        seconds=body.seconds,
    )
    return _view(call, body.locale)


def _amend(call: Call) -> ImageView:
    body: FindingsRequest = call.body
    annotating.amend(
        call.path["image"], body.findings, version=body.version, person=call.person, documents=call.world.documents
    )
    return _view(call, body.locale)


def _confirm(call: Call) -> ImageView:
    annotating.confirm(call.path["image"], call.path["annotator"], person=call.person, world=call.world)
    return _view(call, call.body.locale)


def _history(call: Call) -> History:
    return History(versions=list(annotating.history(call.path["image"], call.person, call.world.documents)))


def _trail(call: Call) -> ImageTrail:
    review = leasing.find_review(call.path["image"], call.world.documents).record
    return ImageTrail(lines=list(call.world.records.audit(f"review:{review.id}")))


_ERRORS = ("invalid_request", "not_found", "rate_limited", "store_unavailable")
_CHANGES = ("not_found", *WRITE)
_IMAGE = "/api/review/images/{image}"
_DRAFT = {
    "version": 0,
    "findings": {
        "diagnosis": "nv",
        "shapes": [{"type": "box", "x": 0.3, "y": 0.3, "width": 0.4, "height": 0.4}],
    },
}
_READING = {
    "version": 1,
    "findings": {
        "diagnosis": "mel",
        "certainty": "probable",
        "confirmed_by": "single image expert consensus",
        "site": "posterior torso",
        "notes": "Irregular border.",
        "shapes": [
            {"type": "polygon", "points": [[0.3, 0.3], [0.7, 0.35], [0.5, 0.7]]},
            {"type": "rle", "width": 4, "height": 3, "counts": [4, 2, 6], "label": "ulcer"},
        ],
    },
    "seconds": 41.5,
}

ENDPOINTS = (
    Endpoint(
        "GET",
        _IMAGE,
        sign_in="doctor",
        handle=_see,
        summary="One image as you may see it now; the model's answer only after your own reading.",
        asks=InLocale,
        gives=ImageView,
        errors=_ERRORS,
    ),
    Endpoint(
        "POST",
        f"{_IMAGE}/lease",
        sign_in="doctor",
        handle=_open,
        summary="Take this very image to read.",
        takes=InLocale,
        examples={"smallest": {}},
        gives=ImageView,
        errors=_CHANGES,
    ),
    Endpoint(
        "DELETE",
        f"{_IMAGE}/lease",
        sign_in="doctor",
        handle=_release,
        summary="Give the image back unread.",
        errors=("conflict", *_ERRORS),
    ),
    Endpoint(
        "GET",
        f"{_IMAGE}/picture",
        sign_in="doctor",
        handle=_picture,
        summary="The picture, upright and without metadata.",
        gives="image/jpeg",
        errors=_ERRORS,
    ),
    Endpoint(
        "GET",
        f"{_IMAGE}/picture/link",
        sign_in="doctor",
        handle=_lend,
        summary="Where the picture can be seen for five minutes, once you hold the image or it is read.",
        gives=PictureLink,
        errors=("conflict", *_ERRORS),
    ),
    Endpoint(
        "PUT",
        f"{_IMAGE}/draft",
        sign_in="doctor",
        handle=_save,
        summary="Save a draft; a stale one gets 409 with both versions, as `theirs` and `yours`.",
        takes=FindingsRequest,
        examples={"begun": _DRAFT},
        gives=Draft,
        errors=_CHANGES,
    ),
    Endpoint(
        "GET",
        f"{_IMAGE}/draft/history",
        sign_in="doctor",
        handle=_history,
        summary="The earlier states of your annotation, for undoing.",
        gives=History,
        errors=_ERRORS,
    ),
    Endpoint(
        "POST",
        f"{_IMAGE}/reading",
        sign_in="doctor",
        handle=_submit,
        summary="Submit your reading; then you see the model's answer.",
        takes=FindingsRequest,
        examples={"complete": _READING},
        gives=ImageView,
        errors=_CHANGES,
    ),
    Endpoint(
        "PUT",
        f"{_IMAGE}/reading",
        sign_in="doctor",
        handle=_amend,
        summary="Amend a submitted reading; the change is marked and does not count until it is confirmed.",
        takes=FindingsRequest,
        examples={"complete": _READING},
        gives=ImageView,
        errors=_CHANGES,
    ),
    Endpoint(
        "POST",
        _IMAGE + "/readings/{annotator}/confirmation",
        sign_in="doctor",
        handle=_confirm,
        summary="Let a change count that was made after the model's answer was seen.",
        takes=ConfirmRequest,
        examples={"smallest": {}},
        gives=ImageView,
        errors=_CHANGES,
    ),
    Endpoint(
        "GET",
        f"{_IMAGE}/trail",
        sign_in="doctor_or_admin",
        handle=_trail,
        summary="The audit trail of an image.",
        gives=ImageTrail,
        errors=_ERRORS,
    ),
)
