"""What is done from a command line: `python -m dermaloop.admin grant EMAIL doctor`, `... dead-letters --replay`."""

import argparse
import os
import sys

from dermaloop.errors import DermaloopError
from dermaloop.ports import World
from dermaloop.records.people import ROLES, Person, Role
from dermaloop.services import granting, replaying
from dermaloop.wiring import Settings, build

_OPERATOR = Person(id="operator", email="", name="Operator", roles=("admin",))
_PAGE = 200


def main() -> None:
    asked = _arguments()
    world = build(Settings.from_env(os.environ)).world
    try:
        asked.run(asked, world)
    except DermaloopError as error:
        sys.exit(f"{error.detail}{f' ({error.__cause__})' if error.__cause__ else ''}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m dermaloop.admin", description=__doc__)
    commands = parser.add_subparsers(required=True)
    grant = commands.add_parser("grant", help="give somebody who has signed in exactly these roles")
    grant.add_argument("email")
    grant.add_argument("roles", nargs="+", choices=(*ROLES, "none"), metavar="|".join((*ROLES, "none")))
    grant.set_defaults(run=_grant)
    people = commands.add_parser("people", help="list everybody who has a role")
    people.set_defaults(run=_people)
    letters = commands.add_parser("dead-letters", help="list the events that nobody could take")
    letters.add_argument("--replay", action="store_true", help="tell all of them again")
    letters.set_defaults(run=_dead_letters)
    return parser.parse_args()


def _grant(asked: argparse.Namespace, world: World) -> None:
    roles: tuple[Role, ...] = tuple(role for role in ROLES if role in asked.roles)
    person = granting.grant(
        email=asked.email, roles=roles, by=_OPERATOR, identity=world.identity, documents=world.documents
    )
    print(f"{person.email} is now {' and '.join(person.roles) or 'without a role'}.")


def _people(_: argparse.Namespace, world: World) -> None:
    for person in world.identity.people():
        print(f"{person.email}  {', '.join(person.roles)}")


def _dead_letters(asked: argparse.Namespace, world: World) -> None:
    found = list(replaying.waiting(world=world))
    for letter in found:
        print(f"{letter.at}  {letter.topic}  {letter.event}  ({letter.tries} tries)")
    if not asked.replay:
        print(f"{len(found)} waiting." if found else "None: every event was taken.")
        return
    refused = [letter for letter in found if not replaying.try_again(letter.id, by=_OPERATOR.id, world=world)]
    print(f"{len(found) - len(refused)} told again.")
    if refused:
        sys.exit(f"{len(refused)} are no events that this code knows; an admin can drop them.")


if __name__ == "__main__":
    main()
