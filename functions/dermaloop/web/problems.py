"""Errors as RFC 9457 problem+json, with a stable code and the id under which the request was logged."""

from typing import Annotated

import msgspec
from msgspec import Meta
from werkzeug.wrappers import Response

from dermaloop.errors import DermaloopError, MethodNotAllowed, ModelUnavailable, StoreUnavailable, Unauthenticated


class Problem(msgspec.Struct, frozen=True):
    """What went wrong: `code` is stable, `detail` is for people; some problems carry further members."""

    type: str
    title: str
    status: Annotated[int, Meta(ge=400, le=599)]
    detail: str
    code: str
    request_id: str


def problem_response(error: DermaloopError, request_id: str) -> Response:
    problem = Problem(
        type=f"urn:dermaloop:problem:{error.code}",
        title=error.title,
        status=error.status,
        detail=error.detail,
        code=error.code,
        request_id=request_id,
    )
    body = msgspec.json.encode(msgspec.structs.asdict(problem) | error.extensions)
    response = Response(body, status=error.status, mimetype="application/problem+json")
    response.headers.extend(_headers(error))
    return response


def _headers(error: DermaloopError) -> dict[str, str]:
    if isinstance(error, MethodNotAllowed):
        return {"Allow": str(error.extensions["allow"])}
    if isinstance(error, Unauthenticated):
        return {"WWW-Authenticate": "CaseToken"}
    if isinstance(error, ModelUnavailable | StoreUnavailable):
        return {"Retry-After": "5"}
    if "retry_after" in error.extensions:
        return {"Retry-After": str(error.extensions["retry_after"])}
    return {}
