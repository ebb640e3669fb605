"""Takes a request to its endpoint and its answer or error back: the one place that knows HTTP from both sides."""

import hashlib
import logging
import re
import secrets
import time
from typing import Any

import msgspec
from werkzeug.wrappers import Request, Response

from dermaloop.errors import (
    DermaloopError,
    InvalidRequest,
    MethodNotAllowed,
    NotFound,
    Unauthenticated,
)
from dermaloop.ports import World
from dermaloop.timing import request_stages, stage
from dermaloop.web.bodies import check_media, decode_json, decode_query, read_body
from dermaloop.web.endpoints import FUNCTIONS, Call, Endpoint, endpoints
from dermaloop.web.headers import dress
from dermaloop.web.limits import RateLimit
from dermaloop.web.logs import log_request, request_id, trace, trace_of
from dermaloop.web.problems import problem_response
from dermaloop.web.signing_in import caller_of

_log = logging.getLogger("dermaloop.web")
_REQUEST_ID = re.compile(r"[A-Za-z0-9_.-]{8,64}")
_KEY = re.compile(r"[\x21-\x7e]{8,200}")


class WebSettings(msgspec.Struct, frozen=True):
    """What the boundary allows."""

    allowed_origins: frozenset[str] = frozenset()
    max_body_bytes: int = 24 * 2**20
    trusted_proxies: int = 0
    project: str = ""


class Site(msgspec.Struct, frozen=True):
    """The world and the rules at its border, as `wiring` built them."""

    world: World
    settings: WebSettings
    limit: RateLimit = msgspec.field(default_factory=lambda: RateLimit(0))


def answer(function: str, request: Request, site: Site) -> Response:
    """Answers any request to one function. It never raises."""
    started = time.perf_counter()
    asked = request.headers.get("X-Request-Id", "")
    request_id.set(asked if _REQUEST_ID.fullmatch(asked) else secrets.token_hex(8))
    trace.set(trace_of(request, site.settings.project))
    with request_stages() as stages:
        response = _respond(function, request, site)
    stages["total"] = (time.perf_counter() - started) * 1000
    dress(request, response, stages, allowed_origins=site.settings.allowed_origins)
    log_request(function, request, response, stages)
    return response


def _respond(function: str, request: Request, site: Site) -> Response:
    try:
        path = _full_path(function, request.path)
        if path == "/healthz":
            return _json({"status": "ok", "function": function})
        matches = [(e, found) for e in endpoints(function) if (found := e.match(path)) is not None]
        if not matches:
            raise NotFound("There is nothing at this address.")
        methods = ", ".join(sorted({endpoint.method for endpoint, _ in matches} | {"OPTIONS"}))
        if request.method == "OPTIONS":
            return Response(status=204, headers={"Allow": methods, "Access-Control-Allow-Methods": methods})
        asked = "GET" if request.method == "HEAD" else request.method
        chosen = next((match for match in matches if match[0].method == asked), None)
        if chosen is None:
            raise MethodNotAllowed(f"This address answers {methods}.", allow=methods)
        if chosen[0].sign_in != "service":
            site.limit.spend(_client(request, site.settings.trusted_proxies))
        return _call(*chosen, request, site)
    except DermaloopError as error:
        return problem_response(error, request_id.get())
    except Exception:
        _log.exception("unexpected failure")
        return problem_response(DermaloopError(f"The failure was logged as {request_id.get()}."), request_id.get())


def _call(endpoint: Endpoint, path: dict[str, str], request: Request, site: Site) -> Response:
    token = _case_token(endpoint, request)
    caller = caller_of(endpoint.sign_in, request, site.world.identity)
    query = decode_query(request, endpoint.asks) if endpoint.asks is not None else None
    body, digest = None, ""
    if endpoint.takes is not None:
        with stage("read"):
            raw = read_body(request, site.settings.max_body_bytes)
            body = decode_json(request, raw, endpoint.takes)
        if "Idempotency-Key" in request.headers:
            digest = hashlib.sha256(request.path.encode() + b"\n" + raw).hexdigest()
    elif endpoint.takes_file is not None:
        check_media(request, endpoint.takes_file)
        with stage("read"):
            body = read_body(request, site.settings.max_body_bytes)
    call = Call(
        world=site.world,
        body=body,
        query=query,
        path=path,
        digest=digest,
        idempotency_key=_idempotency_key(request),
        case_token=token,
        caller=caller,
        request=request,
    )
    result = endpoint.handle(call)
    if isinstance(result, Response):
        return result
    return Response(status=204) if result is None else _json(result)


def _case_token(endpoint: Endpoint, request: Request) -> str:
    token = request.headers.get("X-Case-Token", "")
    if endpoint.sign_in == "case_token" and not token:
        raise Unauthenticated("Send the case's token in the header X-Case-Token.")
    return token


def _idempotency_key(request: Request) -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is not None and not _KEY.fullmatch(key):
        raise InvalidRequest(
            "Idempotency-Key needs 8 to 200 visible ASCII characters; a random UUID is best.", path="Idempotency-Key"
        )
    return key


def _full_path(function: str, path: str) -> str:
    """The path as hosting shows it, also where the function's own URL was called."""
    if path == "/healthz" or path.startswith("/api/"):
        return path
    return FUNCTIONS[function].root + path.rstrip("/")


def _client(request: Request, trusted_proxies: int) -> str:
    """The client's address, as told by the proxies in front that are ours; what lies further back can be forged."""
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    if trusted_proxies and len(forwarded) >= trusted_proxies:
        return forwarded[-trusted_proxies].strip()
    return request.remote_addr or ""


def _json(value: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status=status, mimetype="application/json")
