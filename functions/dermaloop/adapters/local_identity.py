"""Sign-in on one machine: anybody on it may be anyone of a few people; it refuses to exist on Google."""

import base64
import hashlib
import hmac
import json
import os
import time
from functools import cached_property
from pathlib import Path

from dermaloop.adapters.local_secret import secret_at
from dermaloop.errors import NotFound, Unauthenticated
from dermaloop.ports import Documents
from dermaloop.records.documents import Found, Put, Query
from dermaloop.records.people import PEOPLE, ROLES, Person, Role

_LASTS = 12 * 3600
_FIRST = (
    Person(id="local-1", email="ada@example.org", name="Dr Ada", roles=("doctor",)),
    Person(id="local-2", email="ben@example.org", name="Dr Ben", roles=("doctor",)),
    Person(id="local-3", email="chen@example.org", name="Dr Chen", roles=("doctor", "admin")),
    Person(id="local-4", email="admin@example.org", name="Admin", roles=("admin",)),
)
_BUS = "bus"


class LocalIdentity:
    """The Identity port without an account. Its tokens are signed with a secret that lies beside the store."""

    def __init__(self, documents: Documents, secret: Path) -> None:
        if "K_SERVICE" in os.environ:
            raise SystemExit("The local sign-in lets anybody in and must not run on Google.")
        self._documents = documents
        self._path = secret

    def person(self, token: str) -> Person:
        return self._known(self._read(token, "person"))

    def service(self, token: str) -> str:
        return self._read(token, "service")

    def people(self) -> tuple[Person, ...]:
        found = self._documents.find(Query(PEOPLE), limit=1000).records or self._first()
        return tuple(sorted((person for person in found if person.roles), key=lambda person: person.email))

    def known(self, email: str) -> Person:
        return self._found(email).record

    def grant(self, email: str, roles: tuple[Role, ...]) -> Person:
        found = self._found(email)
        given = tuple(role for role in ROLES if role in roles)
        person = Person(id=found.record.id, email=email, name=found.record.name, roles=given)
        self._documents.commit(Put(PEOPLE, person, expected=found.version))
        return person

    def sign_in(self, email: str) -> str:
        """A token for one of the people of this machine."""
        person = next((person for person in self.people() if person.email == email), None)
        if person is None:
            raise NotFound("Nobody on this machine has this address.")
        return self._write("person", person.id)

    def bus_token(self) -> str:
        """What the in-process bus and the scheduler call our event functions with."""
        return self._write("service", _BUS)

    def _found(self, email: str) -> Found[Person]:
        self.people()
        known = self._documents.find(Query(PEOPLE), limit=1000).found
        found = next((each for each in known if each.record.email == email), None)
        if found is None:
            raise NotFound("Nobody with this address has signed in here.")
        return found

    def _first(self) -> tuple[Person, ...]:
        self._documents.commit(*(Put(PEOPLE, person) for person in _FIRST))
        return _FIRST

    def _known(self, person_id: str) -> Person:
        try:
            return self._documents.get(PEOPLE, person_id).record
        except NotFound as error:
            raise Unauthenticated("This sign-in is no longer known.") from error

    def _write(self, kind: str, subject: str) -> str:
        said = json.dumps({"kind": kind, "sub": subject, "exp": time.time() + _LASTS}).encode()
        body = base64.urlsafe_b64encode(said).decode().rstrip("=")
        return f"{body}.{self._sign(body)}"

    def _read(self, token: str, kind: str) -> str:
        body, _, signature = token.partition(".")
        if not hmac.compare_digest(signature.encode(), self._sign(body).encode()):
            raise Unauthenticated("This sign-in was not given here.")
        said = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        if said["kind"] != kind or said["exp"] < time.time():
            raise Unauthenticated("This sign-in has expired or is for something else.")
        return str(said["sub"])

    def _sign(self, body: str) -> str:
        return hmac.new(self._secret, body.encode(), hashlib.sha256).hexdigest()

    @cached_property
    def _secret(self) -> bytes:
        return secret_at(self._path)
