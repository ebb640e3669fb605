"""The headers every answer wears: security, request id, timings, and leave for the origins that may read it."""

from collections.abc import Collection, Mapping

from werkzeug.wrappers import Request, Response

from dermaloop.web.logs import request_id

_SECURITY = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
}
_ASKED = "Authorization, Content-Type, Idempotency-Key, X-Case-Token, X-Request-Id"
_SHOWN = "X-Request-Id, Server-Timing, Retry-After"


def dress(
    request: Request, response: Response, stages: Mapping[str, float], *, allowed_origins: Collection[str]
) -> None:
    """Adds them to a response that is otherwise done."""
    response.headers.extend(_SECURITY)
    response.headers["X-Request-Id"] = request_id.get()
    response.headers["Server-Timing"] = ", ".join(f"{name};dur={ms:.1f}" for name, ms in stages.items())
    response.headers.add("Vary", "Origin")
    _allow_origin(request, response, allowed_origins)


def _allow_origin(request: Request, response: Response, allowed: Collection[str]) -> None:
    origin = request.headers.get("Origin", "")
    if origin not in allowed:
        response.headers.pop("Access-Control-Allow-Methods", None)
        return
    response.headers["Access-Control-Allow-Origin"] = origin
    response.headers["Access-Control-Expose-Headers"] = _SHOWN
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Headers"] = _ASKED
        response.headers["Access-Control-Max-Age"] = "3600"
