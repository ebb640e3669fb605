"""Who may sign in, and as what."""

from typing import Literal

from dermaloop.records.documents import Kind, Record

Role = Literal["doctor", "admin"]
ROLES: tuple[Role, ...] = ("doctor", "admin")


class Person(Record, frozen=True, kw_only=True):
    """Somebody who signs in; the id is what the sign-in service calls them, and never changes."""

    email: str
    name: str
    roles: tuple[Role, ...] = ()

    def may(self, role: Role) -> bool:
        """An admin manages the product but reads no photos unless they are a doctor too."""
        return role in self.roles


PEOPLE = Kind("people", Person)
