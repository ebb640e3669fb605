"""Who may call an endpoint: the bearer token against the role that the endpoint asks for."""

from werkzeug.wrappers import Request

from dermaloop.errors import Forbidden, Unauthenticated
from dermaloop.ports import Identity
from dermaloop.records.people import Person, Role
from dermaloop.web.endpoints import SignIn

_ROLES: dict[SignIn, tuple[Role, ...]] = {
    "doctor": ("doctor",),
    "admin": ("admin",),
    "doctor_or_admin": ("doctor", "admin"),
}


def caller_of(sign_in: SignIn, request: Request, identity: Identity) -> Person | None:
    """The person whom the endpoint let in; None where it asks for none."""
    if sign_in == "service":
        identity.service(_bearer(request))
    if sign_in not in _ROLES:
        return None
    person = identity.person(_bearer(request))
    if not any(person.may(role) for role in _ROLES[sign_in]):
        raise Forbidden(f"This needs the role {' or '.join(_ROLES[sign_in])}; an admin can give it to you.")
    return person


def _bearer(request: Request) -> str:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise Unauthenticated("Sign in, and send the token in the header Authorization: Bearer …")
    return token.strip()
