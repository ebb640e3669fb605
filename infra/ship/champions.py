"""The champions' pointers, remembered before a release and put back after a bad one."""

import json
from typing import Any
from urllib.parse import quote

from infra.ship.advice import Failed
from infra.ship.google import call

Pointers = dict[str, dict[str, Any]]


def pointers(*, bucket: str, project: str) -> Pointers:
    """Each champion.json in the bucket: what it holds and its generation."""
    listed = call(
        "GET", "storage", f"/storage/v1/b/{bucket}/o?prefix=models/&matchGlob=models/*/champion.json", project=project
    )
    names = [found["name"] for found in (listed or {}).get("items", ()) if found["name"].endswith("/champion.json")]
    return {name: _pointer(bucket, name, project) for name in names}


def put_back(*, bucket: str, project: str, before: Pointers) -> list[str]:
    """Writes back each pointer that moved since, unless it moves under our hands; says which."""
    moved = []
    for name, now in pointers(bucket=bucket, project=project).items():
        was = before.get(name)
        if was is None or was["generation"] == now["generation"]:
            continue
        path = f"/upload/storage/v1/b/{bucket}/o?uploadType=media&name={quote(name, safe='')}"
        call("POST", "storage", f"{path}&ifGenerationMatch={now['generation']}", was["content"], project=project)
        moved.append(f"{name} back to {was['content'].get('version')}")
    return moved


def _pointer(bucket: str, name: str, project: str) -> dict[str, Any]:
    place = f"/storage/v1/b/{bucket}/o/{quote(name, safe='')}"
    about, content = (
        call("GET", "storage", place, project=project),
        call("GET", "storage", f"{place}?alt=media", project=project),
    )
    if about is None or content is None:
        raise Failed(f"{name} went away while it was read; run this again.")
    return {"generation": about["generation"], "content": json.loads(json.dumps(content))}
