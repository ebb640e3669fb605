"""Who may do what, read from the applied configuration; `python -m tests.infra.rights` writes infra/README.md anew."""

import re
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.infra.policies import Resource, members
from tests.servers import ROOT

COLUMNS = ("cases", "doctors' records", "pictures", "models", "publishes", "is called by", "besides")
_WORDS = {
    "roles/datastore.viewer": "reads",
    "roles/datastore.user": "reads, writes",
    "roles/datastore.owner": "provisions",
    "roles/storage.objectViewer": "reads",
    "roles/storage.objectUser": "reads, writes, deletes",
    "roles/storage.objectUser champions": "**moves the champion**",
    "roles/storage.objectCreator candidates": "**adds candidates**",
    "roles/storage.objectCreator": "adds",
    "roles/storage.objectCreator snapshots": "adds snapshots",
    "dermaloopNotifier": "sends push messages",
    "dermaloopPictureKeeper": "adds, discards, never reads",
    "dermaloopTrainingStarter": "starts training",
    "dermaloopTrainingWatcher": "watches training",
    "roles/firebaseauth.viewer": "looks up accounts",
    "roles/firebaseauth.admin": "changes accounts",
    "roles/artifactregistry.writer": "pushes images",
    "roles/logging.logWriter": "logs",
}
Right = tuple[str, str, str]
_SEVERAL = 4


def rights(resources: list[Resource]) -> dict[str, dict[str, list[str]]]:
    """For each account, what it may do under each heading."""
    table: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for _, grant in members(resources):
        for who, column, what in _right(grant):
            table[who][column].append(what)
    return {who: {column: sorted(set(told)) for column, told in row.items()} for who, row in sorted(table.items())}


def table(resources: list[Resource]) -> str:
    lines = ["| who | " + " | ".join(COLUMNS) + " |", "|---|" + "---|" * len(COLUMNS)]
    for who, row in rights(resources).items():
        row["besides"] = _in_short(row.get("besides", []))
        lines.append(f"| {who} | " + " | ".join("; ".join(row.get(column, [])) or "–" for column in COLUMNS) + " |")
    return "\n".join(lines)


def _in_short(besides: list[str]) -> list[str]:
    """Long lists of one sort become a word."""
    for start, word in (("`", "administers every service above"), ("acts as ", "acts as any of these")):
        alike = [told for told in besides if told.startswith(start)]
        if len(alike) > _SEVERAL:
            besides = [*(told for told in besides if told not in alike), word]
    return besides


def written(readme: str, told: str) -> str:
    """The README with this table in its place."""
    place = re.search(r"<!-- rights: [^\n]* -->\n(.*?)\n<!-- /rights -->", readme, re.DOTALL)
    assert place, "the README has no place for the rights"
    return readme[: place.start(1)] + told + readme[place.end(1) :]


def _right(grant: dict[str, Any]) -> Iterator[Right]:
    readers: tuple[Callable[[dict[str, Any]], Right | None], ...] = (
        _called,
        _published,
        _stored,
        _kept,
        _acting,
        _secret,
        _encrypting,
    )
    yield next((found for read in readers if (found := read(grant))), (_who(grant), "besides", _words(grant)))


def _called(grant: dict[str, Any]) -> Right | None:
    return (grant["service"], "is called by", _who(grant)) if "service" in grant else None


def _published(grant: dict[str, Any]) -> Right | None:
    if "topic" in grant:
        return _who(grant), "publishes", grant["topic"]
    if "subscription" in grant:
        verb = "forwards" if "agent@" in grant["member"] else "takes"
        return _who(grant), "besides", f"{verb} dead letters"
    return None


def _stored(grant: dict[str, Any]) -> Right | None:
    if "bucket" not in grant:
        return None
    column = grant["bucket"].rsplit("-", 1)[1]
    if column == "source":
        return _who(grant), "besides", f"{_words(grant)} the functions' source"
    return _who(grant), column, _words(grant)


def _kept(grant: dict[str, Any]) -> Right | None:
    condition = grant.get("condition")
    if not grant["role"].startswith("roles/datastore.") or not condition:
        return None
    column = {"only-cases": "cases", "only-documents": "doctors' records"}[condition[0]["title"]]
    return _who(grant), column, _words(grant)


def _acting(grant: dict[str, Any]) -> Right | None:
    if "service_account_id" not in grant:
        return None
    whom = _account(grant["service_account_id"].rsplit("/", 1)[1])
    return _who(grant), "besides", "lends pictures" if whom == _who(grant) else f"acts as {whom}"


def _secret(grant: dict[str, Any]) -> Right | None:
    return (_who(grant), "besides", f"reads {grant['secret_id']}") if "secret_id" in grant else None


def _encrypting(grant: dict[str, Any]) -> Right | None:
    return (_who(grant), "besides", "uses the encryption key") if "crypto_key_id" in grant else None


def _words(grant: dict[str, Any]) -> str:
    role = grant["role"].rsplit("/", 1)[1] if "/roles/" in grant["role"] else grant["role"]
    narrowed = f" {grant['condition'][0]['title']}" if grant.get("condition") and "bucket" in grant else ""
    return _WORDS.get(role + narrowed, f"`{role}`")


def _who(grant: dict[str, Any]) -> str:
    return "anybody" if grant["member"] == "allUsers" else _account(grant["member"].removeprefix("serviceAccount:"))


def _account(email: str) -> str:
    name, _, host = email.partition("@")
    agents = {
        "pubsub": "Pub/Sub itself",
        "firestore": "Firestore itself",
        "artifactregistry": "Artifact Registry itself",
    }
    return agents.get(host.removesuffix(".googleapis.com"), name.removeprefix("fn-"))


def _main() -> None:
    from tests.infra.conftest import EVERYTHING
    from tests.infra.workspaces import workspace

    with tempfile.TemporaryDirectory() as folder, workspace(Path(folder) / "work") as found:
        told = table(found.apply("infra/envs/prod.tfvars", *EVERYTHING))
    readme = ROOT / "infra" / "README.md"
    readme.write_text(written(readme.read_text(), told))


if __name__ == "__main__":
    _main()
