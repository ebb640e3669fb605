"""A doctor's side of consultations: what waits, one case with its thread, an impression, an answer, the letter."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta
from werkzeug.wrappers import Response

from dermaloop.records import Case, Prediction
from dermaloop.records.documents import Found
from dermaloop.records.following import Consultation, ConsultationState, Message, Referral, Verdict
from dermaloop.records.people import Person
from dermaloop.services import consulting, lending
from dermaloop.services.consulting import Replied
from dermaloop.services.lettering import write_letter
from dermaloop.services.moments import now
from dermaloop.web.case_consultations import Text, letter_response
from dermaloop.web.endpoints import Call, Endpoint
from dermaloop.web.review_queue import PictureLink

_PATH = "/api/review/consultations"


class WaitingQuery(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Which of them, and from where on."""

    state: ConsultationState = "waiting"
    after: Annotated[str, Meta(max_length=600)] = ""
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


class WaitingLine(msgspec.Struct, frozen=True, kw_only=True):
    """One consultation in the list."""

    case_id: str
    state: ConsultationState
    asked_at: str
    due_at: str
    overdue: bool
    locale: str
    region: str
    last: Annotated[str, Meta(description="The beginning of the last message.")]
    answered_by: str


class WaitingList(msgspec.Struct, frozen=True, kw_only=True):
    """Consultations by their deadline."""

    consultations: list[WaitingLine]
    after: str


class ConsultationView(msgspec.Struct, frozen=True, kw_only=True):
    """One consultation as a doctor sees it. What the models said comes after the doctor's own impression."""

    case_id: str
    version: int
    state: ConsultationState
    asked_at: str
    due_at: str
    locale: str
    region: str
    photos: Annotated[list[str], Meta(description="Names, for .../images/{name}.")]
    answers: dict[str, Any]
    messages: tuple[Message, ...]
    referral: Referral | None
    impression: str | None
    predictions: tuple[Prediction, ...] | None
    next_step: dict[str, Any] | None


class ImpressionRequest(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What the doctor thinks before seeing what the models said."""

    text: Text


class ReplyRequest(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The decision, in words for the patient. `version` is that of the thread it answers to."""

    verdict: Verdict
    text: Text
    version: int
    clinic_id: Annotated[str, Meta(max_length=64)] | None = None
    within_days: Annotated[int, Meta(ge=0, le=365)] = 14

    def __post_init__(self) -> None:
        if (self.verdict == "refer") != (self.clinic_id is not None):
            raise ValueError("a referral needs clinic_id, and nothing else takes one")


def _waiting(call: Call) -> WaitingList:
    asked: WaitingQuery = call.query
    page = consulting.waiting(state=asked.state, after=asked.after, limit=asked.limit, world=call.world)
    return WaitingList(consultations=[_line(each) for each in page.records], after=page.after)


def _open(call: Call) -> ConsultationView:
    found, case = consulting.look(call.path["case_id"], doctor=call.person, world=call.world)
    return _view(found, case, call.person)


def _impress(call: Call) -> ConsultationView:
    found = consulting.commit_impression(
        call.path["case_id"], doctor=call.person, text=call.body.text, world=call.world
    )
    return _view(found, call.world.records.case(found.record.id), call.person)


def _reply(call: Call) -> ConsultationView:
    asked: ReplyRequest = call.body
    replied = Replied(asked.verdict, asked.text, asked.version, asked.clinic_id, asked.within_days)
    found = consulting.reply(call.path["case_id"], doctor=call.person, replied=replied, world=call.world)
    return _view(found, call.world.records.case(found.record.id), call.person)


def _picture(call: Call) -> Response:
    found, case = consulting.look(call.path["case_id"], doctor=call.person, world=call.world)
    return Response(consulting.shown(found.record, case, call.path["name"], world=call.world), mimetype="image/jpeg")


def _lend(call: Call) -> PictureLink:
    link = lending.lend_photo(call.path["case_id"], call.path["name"], doctor=call.person, world=call.world)
    return PictureLink(url=link.url, expires_at=link.expires_at)


def _letter(call: Call) -> Response:
    from dermaloop.web.letter_pdf import pdf

    found, case = consulting.look(call.path["case_id"], doctor=call.person, world=call.world)
    return letter_response(pdf(write_letter(found.record, case, world=call.world)))


def _line(consultation: Consultation) -> WaitingLine:
    return WaitingLine(
        case_id=consultation.id,
        state=consultation.state,
        asked_at=consultation.asked_at,
        due_at=consultation.due_at,
        overdue=consultation.state == "waiting" and consultation.due_at < now(),
        locale=consultation.locale,
        region=consultation.region,
        last=consultation.messages[-1].text[:140] if consultation.messages else "",
        answered_by=consultation.answered_by,
    )


def _view(found: Found[Consultation], case: Case, doctor: Person) -> ConsultationView:
    consultation = found.record
    own = next((each.text for each in consultation.impressions if each.doctor == doctor.id), None)
    return ConsultationView(
        case_id=consultation.id,
        version=found.version,
        state=consultation.state,
        asked_at=consultation.asked_at,
        due_at=consultation.due_at,
        locale=consultation.locale,
        region=consultation.region,
        photos=consulting.photos(consultation, case),
        answers=consulting.answers_of(case),
        messages=consultation.messages,
        referral=consultation.referral,
        impression=own,
        predictions=case.predictions if own is not None else None,
        next_step=case.answer["next_step"] if own is not None else None,
    )


_ERRORS = ("not_found", "rate_limited", "store_unavailable")
_SAYING = ("invalid_json", "invalid_request", "unsupported_media", "too_large", "conflict", *_ERRORS)

ENDPOINTS = (
    Endpoint(
        "GET",
        _PATH,
        sign_in="doctor",
        handle=_waiting,
        summary="Consultations, the most pressing first.",
        asks=WaitingQuery,
        gives=WaitingList,
        errors=("invalid_request", "rate_limited", "store_unavailable"),
    ),
    Endpoint(
        "GET",
        f"{_PATH}/{{case_id}}",
        sign_in="doctor",
        handle=_open,
        summary="One consultation, with its photos and thread.",
        gives=ConsultationView,
        errors=_ERRORS,
    ),
    Endpoint(
        "POST",
        f"{_PATH}/{{case_id}}/impression",
        sign_in="doctor",
        handle=_impress,
        summary="Say what you think; then see what the models said.",
        takes=ImpressionRequest,
        examples={"first thoughts": {"text": "Looks like a seborrhoeic keratosis."}},
        gives=ConsultationView,
        errors=_SAYING,
    ),
    Endpoint(
        "POST",
        f"{_PATH}/{{case_id}}/reply",
        sign_in="doctor",
        handle=_reply,
        summary="Answer, ask for another photo, or refer to a clinic.",
        takes=ReplyRequest,
        examples={"an answer": {"verdict": "answer", "text": "Please have it seen by a dermatologist.", "version": 1}},
        gives=ConsultationView,
        errors=_SAYING,
    ),
    Endpoint(
        "GET",
        f"{_PATH}/{{case_id}}/images/{{name}}",
        sign_in="doctor",
        handle=_picture,
        summary="A photo of the case or of its thread.",
        gives="image/jpeg",
        errors=_ERRORS,
    ),
    Endpoint(
        "GET",
        f"{_PATH}/{{case_id}}/images/{{name}}/link",
        sign_in="doctor",
        handle=_lend,
        summary="Where such a photo can be seen for five minutes.",
        gives=PictureLink,
        errors=_ERRORS,
    ),
    Endpoint(
        "GET",
        f"{_PATH}/{{case_id}}/letter.pdf",
        sign_in="doctor",
        handle=_letter,
        summary="The answer as a letter to print.",
        gives="application/pdf",
        errors=("conflict", *_ERRORS),
    ),
)
