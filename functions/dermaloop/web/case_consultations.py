"""A patient's side of a consultation: ask a doctor about a case, read the answer, say more, take the letter."""

from typing import Annotated

import msgspec
from msgspec import Meta
from werkzeug.wrappers import Response

from dermaloop.knowledge import nearest_locale
from dermaloop.records.documents import Found
from dermaloop.records.following import Consultation, ConsultationState, Message, Referral
from dermaloop.services import consulting, disclosing
from dermaloop.services.consulting import Asked
from dermaloop.services.lettering import write_letter
from dermaloop.web.bodies import decode_picture
from dermaloop.web.endpoints import EXAMPLE_PICTURE, Call, Endpoint
from dermaloop.web.requests import Picture

Text = Annotated[str, Meta(min_length=1, max_length=4000)]
_PATH = "/api/cases/{case_id}/consultation"


class SayRequest(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to tell the doctor. A picture that comes with it is kept, without its metadata, for as long as the case.

    The same words sent again before a doctor answered, or under the same Idempotency-Key, are said once.
    """

    text: Text
    image: Picture | None = None


class AskRequest(SayRequest, kw_only=True, forbid_unknown_fields=True):
    """The first question about a case."""

    region: Annotated[str, Meta(max_length=80, description="Roughly where you live, to find a clinic.")] = ""
    locale: Annotated[str, Meta(max_length=35)] = "en"


class Thread(msgspec.Struct, frozen=True, kw_only=True):
    """A consultation as the patient sees it."""

    case_id: str
    state: ConsultationState
    asked_at: str
    due_at: Annotated[str, Meta(description="When a doctor should have answered.")]
    messages: tuple[Message, ...]
    referral: Referral | None


def _asked(call: Call) -> Asked:
    disclosing.find(call.path["case_id"], token=call.case_token, records=call.world.records)  # before any decoding
    asked: SayRequest = call.body
    picture = decode_picture(asked.image, path="$.image") if asked.image else None
    return Asked(asked.text, picture, key=call.idempotency_key)


def _ask(call: Call) -> Thread:
    made = consulting.ask(
        call.path["case_id"],
        token=call.case_token,
        asked=_asked(call),
        region=call.body.region,
        locale=nearest_locale(call.body.locale),
        world=call.world,
    )
    return _thread(made)


def _say(call: Call) -> Thread:
    return _thread(consulting.write(call.path["case_id"], token=call.case_token, asked=_asked(call), world=call.world))


def _see(call: Call) -> Thread:
    return _thread(consulting.thread(call.path["case_id"], token=call.case_token, world=call.world))


def _letter(call: Call) -> Response:
    from dermaloop.web.letter_pdf import pdf

    found = consulting.thread(call.path["case_id"], token=call.case_token, world=call.world)
    case = disclosing.find(call.path["case_id"], token=call.case_token, records=call.world.records)
    return letter_response(pdf(write_letter(found.record, case, world=call.world)))


def _picture(call: Call) -> Response:
    found = consulting.thread(call.path["case_id"], token=call.case_token, world=call.world)
    return Response(consulting.said_picture(found.record, call.path["name"], world=call.world), mimetype="image/jpeg")


def letter_response(data: bytes) -> Response:
    headers = {"Content-Disposition": 'inline; filename="letter.pdf"'}
    return Response(data, mimetype="application/pdf", headers=headers)


def _thread(found: Found[Consultation]) -> Thread:
    consultation = found.record
    return Thread(
        case_id=consultation.id,
        state=consultation.state,
        asked_at=consultation.asked_at,
        due_at=consultation.due_at,
        messages=consultation.messages,
        referral=consultation.referral,
    )


_ERRORS = ("not_found", "rate_limited", "store_unavailable")
_SAYING = (
    "invalid_json", "invalid_request", "invalid_base64", "invalid_image", "unsupported_media", "too_large", "conflict"
)  # fmt: skip

ENDPOINTS = (
    Endpoint(
        "POST",
        _PATH,
        sign_in="case_token",
        handle=_ask,
        keyed=True,
        summary="Ask a doctor about this case.",
        takes=AskRequest,
        examples={"a question": {"text": "It bled twice last week.", "image": EXAMPLE_PICTURE, "region": "Taipei"}},
        gives=Thread,
        errors=(*_SAYING, *_ERRORS),
    ),
    Endpoint(
        "GET",
        _PATH,
        sign_in="case_token",
        handle=_see,
        summary="What was asked and answered.",
        gives=Thread,
        errors=_ERRORS,
    ),
    Endpoint(
        "POST",
        f"{_PATH}/messages",
        sign_in="case_token",
        handle=_say,
        keyed=True,
        summary="Say more, or send the photo that was asked for.",
        takes=SayRequest,
        examples={"another photo": {"text": "Here it is from closer up.", "image": EXAMPLE_PICTURE}},
        gives=Thread,
        errors=(*_SAYING, *_ERRORS),
    ),
    Endpoint(
        "GET",
        f"{_PATH}/images/{{name}}",
        sign_in="case_token",
        handle=_picture,
        summary="A picture that was sent in the thread.",
        gives="image/jpeg",
        errors=_ERRORS,
    ),
    Endpoint(
        "GET",
        f"{_PATH}/letter.pdf",
        sign_in="case_token",
        handle=_letter,
        summary="The doctor's answer as a letter to print.",
        gives="application/pdf",
        errors=("conflict", *_ERRORS),
    ),
)
