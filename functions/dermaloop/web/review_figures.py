"""What all readings come to: how far the doctors agree."""

from dermaloop.knowledge import nearest_locale
from dermaloop.services.agreeing import Agreement, agreement
from dermaloop.web.endpoints import Call, Endpoint
from dermaloop.web.review_queue import InLocale, Time


class AgreementQuery(InLocale, kw_only=True, forbid_unknown_fields=True):
    """Readings submitted between these times."""

    since: Time | None = None
    until: Time | None = None


def _agreement(call: Call) -> Agreement:
    asked = call.query
    return agreement(call.world.documents, locale=nearest_locale(asked.locale), since=asked.since, until=asked.until)


ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/review/agreement",
        sign_in="doctor_or_admin",
        handle=_agreement,
        summary="How far the doctors agree: kappas with intervals, by class and doctor, outlines, reading times.",
        asks=AgreementQuery,
        gives=Agreement,
        errors=("invalid_request", "rate_limited", "store_unavailable"),
    ),
)
