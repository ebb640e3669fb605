"""What admins do with the house: people and roles, what is decided, the audit trail, statistics."""

from typing import Annotated

import msgspec
from msgspec import Meta
from werkzeug.wrappers import Response

from dermaloop.records.people import Person, Role
from dermaloop.records.policies import RetentionPolicy, TrainingPolicy
from dermaloop.services import counting, deciding, granting, tracing
from dermaloop.web.endpoints import Call, Endpoint

_ERRORS = ("invalid_request", "not_found", "conflict", "rate_limited", "store_unavailable")


class GrantRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Exactly the roles somebody is to have; none takes all away."""

    email: Annotated[str, Meta(min_length=3, max_length=254, pattern="^[^@ ]+@[^@ ]+$")]
    roles: Annotated[tuple[Role, ...], Meta(max_length=2)]


class PoliciesChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that is decided, and the version that was seen."""

    training: TrainingPolicy
    retention: RetentionPolicy
    version: Annotated[int, Meta(ge=0)]


class TrailQuery(tracing.TrailQuestion, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A search of the audit trail."""

    limit: Annotated[int, Meta(ge=1, le=500)] = 100


def _people(call: Call) -> granting.People:
    return granting.people(identity=call.world.identity)


def _grant(call: Call) -> Person:
    asked: GrantRequest = call.body
    world = call.world
    return granting.grant(
        email=asked.email, roles=asked.roles, by=call.person, identity=world.identity, documents=world.documents
    )


def _policies(call: Call) -> deciding.PoliciesView:
    return deciding.view(documents=call.world.documents)


def _decide(call: Call) -> deciding.PoliciesView:
    asked: PoliciesChange = call.body
    return deciding.decide(
        training=asked.training,
        retention=asked.retention,
        version=asked.version,
        by=call.person.id,
        documents=call.world.documents,
    )


def _trail(call: Call) -> tracing.Trail:
    return tracing.search(question=call.query, limit=call.query.limit, records=call.world.records)


def _statistics(call: Call) -> counting.Statistics:
    return counting.statistics(records=call.world.records)


def _statistics_csv(call: Call) -> Response:
    said = counting.as_csv(counting.statistics(records=call.world.records))
    headers = {"Content-Disposition": 'attachment; filename="statistics.csv"'}
    return Response(said, mimetype="text/csv", headers=headers)


ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/admin/people",
        sign_in="admin",
        handle=_people,
        summary="Everybody who has a role.",
        gives=granting.People,
        errors=_ERRORS,
    ),
    Endpoint(
        "PUT",
        "/api/admin/people",
        sign_in="admin",
        handle=_grant,
        summary="Give somebody exactly these roles.",
        takes=GrantRequest,
        examples={"a doctor": {"email": "ada@example.org", "roles": ["doctor"]}},
        gives=Person,
        errors=_ERRORS,
    ),
    Endpoint(
        "GET",
        "/api/admin/policies",
        sign_in="admin",
        handle=_policies,
        summary="When to train, who promotes, how long things are kept.",
        gives=deciding.PoliciesView,
        errors=_ERRORS,
    ),
    Endpoint(
        "PUT",
        "/api/admin/policies",
        sign_in="admin",
        handle=_decide,
        summary="Decide it anew.",
        takes=PoliciesChange,
        examples={
            "retrain at 100, keep a year": {
                "training": {"threshold": 100, "promotion": "by_hand"},
                "retention": {"case_days": 365},
                "version": 0,
            }
        },
        gives=deciding.PoliciesView,
        errors=_ERRORS,
    ),
    Endpoint(
        "GET",
        "/api/admin/audit",
        sign_in="admin",
        handle=_trail,
        summary="Search the audit trail.",
        asks=TrailQuery,
        gives=tracing.Trail,
        errors=_ERRORS,
    ),
    Endpoint(
        "GET",
        "/api/admin/statistics",
        sign_in="admin",
        handle=_statistics,
        summary="The kept cases by class, tier, age, site, region and week, without small cells.",
        gives=counting.Statistics,
        errors=_ERRORS,
    ),
    Endpoint(
        "GET",
        "/api/admin/statistics.csv",
        sign_in="admin",
        handle=_statistics_csv,
        summary="The same as CSV.",
        gives="text/csv",
        errors=_ERRORS,
    ),
)
