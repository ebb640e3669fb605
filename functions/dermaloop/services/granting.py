"""Who has which role, and giving and taking roles."""

import msgspec

from dermaloop.errors import Conflict
from dermaloop.ports import Documents, Identity
from dermaloop.records import AuditEntry
from dermaloop.records.documents import Note
from dermaloop.records.people import ROLES, Person, Role
from dermaloop.services.moments import now


class People(msgspec.Struct, frozen=True):
    """Everybody who has a role, by e-mail."""

    people: list[Person]


def people(*, identity: Identity) -> People:
    return People(list(identity.people()))


def grant(*, email: str, roles: tuple[Role, ...], by: Person, identity: Identity, documents: Documents) -> Person:
    """Gives somebody exactly these roles, and says so first: no role is given that the trail does not know of.

    Nobody takes away their own right to give them: an admin must remain.
    """
    if email == by.email and "admin" not in roles:
        raise Conflict("You cannot take the role admin from yourself; another admin can.")
    given = tuple(role for role in ROLES if role in roles)
    subject = f"person:{identity.known(email).id}"
    action = f"grant {', '.join(given) or 'nothing'}"
    documents.commit(Note(AuditEntry(at=now(), actor=by.id, action=action, subject=subject)))
    return identity.grant(email, given)
