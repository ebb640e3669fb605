"""A reminder to look at a spot again: as a calendar file, or as a message to an address that was left."""

from typing import Annotated

import msgspec
from msgspec import Meta
from werkzeug.wrappers import Response

from dermaloop.knowledge import nearest_locale
from dermaloop.records.following import Address, Reminder, ReminderState
from dermaloop.services import disclosing, reminding
from dermaloop.web.calendars import calendar
from dermaloop.web.endpoints import Call, Endpoint

Locale = Annotated[str, Meta(max_length=35)]
_MOMENT = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$"


class RemindRequest(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Where to, and when; without a date, when the next step says."""

    address: Address
    due_at: Annotated[str, Meta(pattern=_MOMENT, description="UTC, as 2026-12-24T08:00:00.000Z.")] | None = None
    locale: Locale = "en"


class Language(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """In which language."""

    locale: Locale = "en"


class ReminderView(msgspec.Struct, frozen=True, kw_only=True):
    """The reminder of a case; the address is forgotten once it was sent."""

    due_at: str
    state: ReminderState
    address: Address | None
    locale: str
    sent_at: str | None


def _calendar(call: Call) -> Response:
    case = disclosing.find(call.path["case_id"], token=call.case_token, records=call.world.records)
    text = calendar(case, reminding.due_of(case), locale=nearest_locale(call.query.locale))
    headers = {"Content-Disposition": 'attachment; filename="reminder.ics"'}
    return Response(text, content_type="text/calendar; charset=utf-8", headers=headers)


def _set(call: Call) -> ReminderView:
    asked: RemindRequest = call.body
    made = reminding.remind(
        call.path["case_id"],
        token=call.case_token,
        address=asked.address,
        due_at=asked.due_at,
        locale=nearest_locale(asked.locale),
        world=call.world,
    )
    return _view(made)


def _see(call: Call) -> ReminderView:
    return _view(reminding.reminder_of(call.path["case_id"], token=call.case_token, world=call.world))


def _cancel(call: Call) -> None:
    reminding.cancel(call.path["case_id"], token=call.case_token, world=call.world)


def _view(reminder: Reminder) -> ReminderView:
    return ReminderView(
        due_at=reminder.due_at,
        state=reminder.state,
        address=reminder.address,
        locale=reminder.locale,
        sent_at=reminder.sent_at,
    )


_PATH = "/api/cases/{case_id}/reminder"
_ERRORS = ("not_found", "rate_limited", "store_unavailable")
_BODY_ERRORS = ("invalid_json", "invalid_request", "unsupported_media", "too_large", "conflict", *_ERRORS)

ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/cases/{case_id}/reminder.ics",
        sign_in="case_token",
        handle=_calendar,
        summary="The date to look again, for a calendar.",
        asks=Language,
        gives="text/calendar",
        errors=("invalid_request", "conflict", *_ERRORS),
    ),
    Endpoint(
        "PUT",
        _PATH,
        sign_in="case_token",
        handle=_set,
        summary="Leave an address to be reminded at, once.",
        takes=RemindRequest,
        examples={"by e-mail": {"address": {"channel": "email", "value": "someone@example.org"}, "locale": "ko"}},
        gives=ReminderView,
        errors=_BODY_ERRORS,
    ),
    Endpoint(
        "GET",
        _PATH,
        sign_in="case_token",
        handle=_see,
        summary="The reminder that was asked for.",
        gives=ReminderView,
        errors=_ERRORS,
    ),
    Endpoint(
        "DELETE",
        _PATH,
        sign_in="case_token",
        handle=_cancel,
        summary="No reminder after all; the address is forgotten.",
        errors=("conflict", *_ERRORS),
    ),
)
