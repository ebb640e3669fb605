"""Sign-in with Firebase: its tokens are verified here, roles are custom claims, and our own services call with OIDC.

A token lives for an hour, but what it says of roles is not believed: the account is looked up, at most once a minute
for each person and process. So a role that is given or taken, a sign-out everywhere, a closed account count by then.
"""

import json
import threading
import time
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from dermaloop.adapters.google_patience import reached
from dermaloop.adapters.google_rest import GoogleService
from dermaloop.adapters.google_tokens import Certificates, checked, verified
from dermaloop.errors import Forbidden, NotFound, Unauthenticated
from dermaloop.records.people import ROLES, Person, Role

_BELIEVED = 60.0
_PAGE = 500
_ISSUERS = ("https://accounts.google.com", "accounts.google.com")

Account = Mapping[str, Any]


class FirebaseIdentity:
    """The Identity port on Firebase. `callers` are the service accounts of the bus and the scheduler.

    `signatures` says who verified the tokens of services: we, or Cloud Run, which then takes the signature away.
    """

    def __init__(
        self,
        *,
        project: str,
        audiences: Iterable[str] = (),
        callers: Iterable[str] = (),
        signatures: Literal["ours", "cloud_run"] = "ours",
    ) -> None:
        self._project = project
        self._audiences = frozenset(audiences)
        self._callers = frozenset(callers)
        self._signatures = signatures
        self._service = GoogleService("https://identitytoolkit.googleapis.com", emulator="FIREBASE_AUTH_EMULATOR_HOST")
        host = "/identitytoolkit.googleapis.com" if self._service.emulated else ""
        self._accounts = f"{host}/v1/projects/{project}/accounts"
        self._people = Certificates("/robot/v1/metadata/x509/securetoken@system.gserviceaccount.com")
        self._services = Certificates("/oauth2/v1/certs")
        self._lock = threading.Lock()
        self._looked_up: dict[str, tuple[float, Account]] = {}

    def person(self, token: str) -> Person:
        claims = verified(token, certificates=self._people, audiences=frozenset({self._project}))
        user, since = claims.get("sub"), claims.get("auth_time")
        if claims.get("iss") != f"https://securetoken.google.com/{self._project}" or not user:
            raise Unauthenticated("This sign-in was not given for us.")
        if not isinstance(user, str) or not isinstance(since, int) or since > time.time() + 60:
            raise Unauthenticated("This sign-in is incomplete.")
        account = self._account(user)
        if account.get("disabled") or since < int(account.get("validSince", 0)):
            raise Unauthenticated("This sign-in was ended. Please sign in again.")
        if claims.get("email_verified") is not True or account.get("emailVerified") is not True:
            raise Forbidden("Confirm your e-mail address first.")
        return _person(account)

    def service(self, token: str) -> str:
        if self._signatures == "cloud_run":
            claims = checked(token, audiences=self._audiences)
        else:
            claims = verified(token, certificates=self._services, audiences=self._audiences)
        if claims.get("iss") not in _ISSUERS:
            raise Unauthenticated("This is no token of Google's own.")
        email = claims.get("email")
        if claims.get("email_verified") is not True or email not in self._callers:
            raise Forbidden("This service may not call us.")
        return str(email)

    def people(self) -> tuple[Person, ...]:
        found, page = [], ""
        while True:
            told = self._ask("GET", f":batchGet?maxResults={_PAGE}&nextPageToken={page}")
            found += [person for account in told.get("users", ()) if (person := _person(account)).roles]
            page = told.get("nextPageToken", "")
            if not page:
                return tuple(sorted(found, key=lambda person: person.email))

    def known(self, email: str) -> Person:
        return _person(self._by_address(email))

    def grant(self, email: str, roles: tuple[Role, ...]) -> Person:
        account = self._by_address(email)
        said = json.dumps(_claims(account) | {"roles": sorted(roles)})
        self._ask("POST", ":update", {"localId": account["localId"], "customAttributes": said})
        with self._lock:
            self._looked_up.pop(account["localId"], None)
        return _person(account | {"customAttributes": said})

    def _by_address(self, email: str) -> dict[str, Any]:
        told = self._ask("POST", ":lookup", {"email": [email]})
        if not told.get("users"):
            raise NotFound("Nobody with this address has signed in yet.")
        return dict(told["users"][0])

    def _account(self, user: str) -> Account:
        """As it was a minute ago or later."""
        with self._lock:
            at, account = self._looked_up.get(user, (float("-inf"), {}))
        if time.monotonic() - at < _BELIEVED:
            return account
        told = self._ask("POST", ":lookup", {"localId": [user]})
        if not told.get("users"):
            raise Unauthenticated("This sign-in is no longer known.")
        with self._lock:
            if len(self._looked_up) >= _PAGE:
                self._looked_up.clear()
            self._looked_up[user] = (time.monotonic(), told["users"][0])
        found: Account = told["users"][0]
        return found

    def _ask(self, method: str, path: str, told: Any = None) -> Any:  # noqa: ANN401  JSON
        return reached(lambda _: self._service.ask(method, self._accounts + path, told)) or {}


def _claims(account: Account) -> dict[str, Any]:
    return dict(json.loads(account.get("customAttributes") or "{}"))


def _person(account: Account) -> Person:
    given = _claims(account).get("roles", ())
    return Person(
        id=account["localId"],
        email=account.get("email", ""),
        name=account.get("displayName") or account.get("email", ""),
        roles=tuple(role for role in ROLES if role in given),
    )
