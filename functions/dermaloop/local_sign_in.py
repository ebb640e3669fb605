"""Sign-in on one machine, for the local server alone: who there is, and a token for any of them."""

import msgspec
from werkzeug.wrappers import Request, Response

from dermaloop.adapters.local_identity import LocalIdentity
from dermaloop.errors import DermaloopError, MethodNotAllowed, NotFound
from dermaloop.ports import Identity
from dermaloop.web.bodies import decode_json, read_body
from dermaloop.web.logs import request_id
from dermaloop.web.problems import problem_response

_MOST = 4096


class SignIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who one wants to be."""

    email: str


def answer(request: Request, identity: Identity) -> Response:
    """`GET /api/local/people` and `POST /api/local/sign-in`; nothing where sign-in is Google's."""
    try:
        return _json(_answer(request, identity))
    except DermaloopError as error:
        return problem_response(error, request_id.get(""))


def _answer(request: Request, identity: Identity) -> object:
    asked = (request.method, request.path)
    if not isinstance(identity, LocalIdentity):
        raise NotFound("Sign-in is not local here.")
    if asked == ("GET", "/api/local/people"):
        return {"people": identity.people()}
    if asked == ("POST", "/api/local/sign-in"):
        wanted: SignIn = decode_json(request, read_body(request, _MOST), SignIn)
        return {"token": identity.sign_in(wanted.email)}
    if request.path in ("/api/local/people", "/api/local/sign-in"):
        raise MethodNotAllowed(
            "This address answers another method.", allow="GET" if "people" in request.path else "POST"
        )
    raise NotFound("There is nothing at this address.")


def _json(value: object) -> Response:
    return Response(msgspec.json.encode(value), mimetype="application/json", headers={"Cache-Control": "no-store"})
