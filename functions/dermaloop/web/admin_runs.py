"""What admins do with training runs: list them, follow one, start one by hand; and with events that were lost."""

from typing import Annotated

import msgspec
from msgspec import Meta

from dermaloop.records.dead_letters import DeadLetter
from dermaloop.records.training import TrainingRun
from dermaloop.services import following, replaying, retraining
from dermaloop.web.endpoints import Call, Endpoint

_ERRORS = ("invalid_request", "not_found", "conflict", "rate_limited", "store_unavailable")


class PageQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`after` as the last answer gave it."""

    after: str = ""
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


class StartRunRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Starts with whatever was reviewed since the last run."""


def _runs(call: Call) -> following.Runs:
    return following.runs(after=call.query.after, limit=call.query.limit, world=call.world)


def _run(call: Call) -> following.RunView:
    return following.run(run_id=call.path["run_id"], world=call.world)


def _start(call: Call) -> TrainingRun:
    return retraining.start_by_hand(by=call.person.id, world=call.world)


def _dead_letters(call: Call) -> replaying.DeadLetters:
    return replaying.dead_letters(after=call.query.after, limit=call.query.limit, world=call.world)


def _replay(call: Call) -> DeadLetter:
    return replaying.replay(letter_id=call.path["letter_id"], by=call.person.id, world=call.world)


def _drop(call: Call) -> DeadLetter:
    return replaying.drop(letter_id=call.path["letter_id"], by=call.person.id, documents=call.world.documents)


ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/admin/runs",
        sign_in="admin",
        handle=_runs,
        summary="Training runs, the last first.",
        asks=PageQuery,
        gives=following.Runs,
        errors=_ERRORS,
    ),
    Endpoint(
        "POST",
        "/api/admin/runs",
        sign_in="admin",
        handle=_start,
        summary="Start a training by hand.",
        takes=StartRunRequest,
        examples={"now": {}},
        gives=TrainingRun,
        errors=_ERRORS,
    ),
    Endpoint(
        "GET",
        "/api/admin/runs/{run_id}",
        sign_in="admin",
        handle=_run,
        summary="One run with its progress, the last lines of its log, and its candidates.",
        gives=following.RunView,
        errors=_ERRORS,
    ),
    Endpoint(
        "GET",
        "/api/admin/dead-letters",
        sign_in="admin",
        handle=_dead_letters,
        summary="Events that could not be delivered, the last first.",
        asks=PageQuery,
        gives=replaying.DeadLetters,
        errors=_ERRORS,
    ),
    Endpoint(
        "POST",
        "/api/admin/dead-letters/{letter_id}/replay",
        sign_in="admin",
        handle=_replay,
        summary="Publish such an event again.",
        gives=DeadLetter,
        errors=_ERRORS,
    ),
    Endpoint(
        "DELETE",
        "/api/admin/dead-letters/{letter_id}",
        sign_in="admin",
        handle=_drop,
        summary="Take such an event off the list.",
        gives=DeadLetter,
        errors=_ERRORS,
    ),
)
