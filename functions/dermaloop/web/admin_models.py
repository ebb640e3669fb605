"""What admins do with models: compare, look at candidates and their gates, promote, roll back."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta
from werkzeug.wrappers import Response

from dermaloop.contract.manifest import VERSION, Champion
from dermaloop.services import comparing, promoting, recalling
from dermaloop.web.endpoints import Call, Endpoint

Version = Annotated[str, Meta(pattern=VERSION)]
_ERRORS = ("invalid_request", "not_found", "conflict", "rate_limited", "store_unavailable")


class PromoteRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which version is to serve, instead of which: if another serves by then, the answer is 409."""

    version: Version
    instead_of: Version | None


class RollBackRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which version is to be left; if another serves by then, the answer is 409."""

    instead_of: Version


class CandidatesQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of one model or of all; `after` as the last answer gave it."""

    model: str = ""
    after: str = ""


def _models(call: Call) -> comparing.ModelShelves:
    return comparing.shelves(world=call.world)


def _report(call: Call) -> Response:
    found: Any = comparing.report(model=call.path["name"], version=call.path["version"], world=call.world)
    return Response(msgspec.json.encode(found), mimetype="application/json")


def _candidates(call: Call) -> comparing.Candidates:
    return comparing.candidates(model=call.query.model, after=call.query.after, world=call.world)


def _promote(call: Call) -> Champion:
    asked: PromoteRequest = call.body
    return promoting.promote(
        model=call.path["name"],
        version=asked.version,
        instead_of=asked.instead_of,
        by=call.person.id,
        world=call.world,
    )


def _roll_back(call: Call) -> Champion:
    asked: RollBackRequest = call.body
    return promoting.roll_back(
        model=call.path["name"], instead_of=asked.instead_of, by=call.person.id, world=call.world
    )


def _seen_by(call: Call) -> recalling.Sightings:
    return recalling.seen_by(image=call.path["image"], world=call.world)


ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/admin/models",
        sign_in="admin",
        handle=_models,
        summary="Every version of every model side by side, and how the champions came to serve.",
        gives=comparing.ModelShelves,
        errors=_ERRORS,
    ),
    Endpoint(
        "GET",
        "/api/admin/models/{name}/versions/{version}/report",
        sign_in="admin",
        handle=_report,
        summary="The whole report of a published version.",
        gives="application/json",
        errors=_ERRORS,
    ),
    Endpoint(
        "POST",
        "/api/admin/models/{name}/promote",
        sign_in="admin",
        handle=_promote,
        summary="Make a published version the champion.",
        takes=PromoteRequest,
        examples={"by what was seen": {"version": "20261121-1a2b3c4d", "instead_of": "20261120-0f0e0d0c"}},
        gives=Champion,
        errors=_ERRORS,
    ),
    Endpoint(
        "POST",
        "/api/admin/models/{name}/roll-back",
        sign_in="admin",
        handle=_roll_back,
        summary="Bring the former champion back.",
        takes=RollBackRequest,
        examples={"by what was seen": {"instead_of": "20261121-1a2b3c4d"}},
        gives=Champion,
        errors=_ERRORS,
    ),
    Endpoint(
        "GET",
        "/api/admin/candidates",
        sign_in="admin",
        handle=_candidates,
        summary="What training runs made, with the gate's lines, the last first.",
        asks=CandidatesQuery,
        gives=comparing.Candidates,
        errors=_ERRORS,
    ),
    Endpoint(
        "GET",
        "/api/admin/images/{image}/models",
        sign_in="admin",
        handle=_seen_by,
        summary="Which models have seen a picture, by its review's id; also of a picture that was deleted.",
        gives=recalling.Sightings,
        errors=_ERRORS,
    ),
)
