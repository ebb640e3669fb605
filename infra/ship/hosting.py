"""Publishes the built site on Firebase Hosting, and takes a release back. No tool but this one is needed for it."""

import gzip
import hashlib
import json
import re
from pathlib import Path
from typing import Any

from infra.ship.advice import Failed
from infra.ship.google import call
from infra.ship.shell import ROOT

_SERVICE = "firebasehosting"
_HOSTING = ROOT / "frontend" / "firebase.json"
_AT_ONCE = 1000


def publish(*, site: str, region: str, project: str, web_config: dict[str, str]) -> str:
    """Sends what changed since the last release and makes it the live one; the version's name."""
    files = _files(web_config)
    made = call("POST", _SERVICE, f"/v1beta1/sites/{site}/versions", {"config": config(region)}, project=project)
    if made is None:
        raise Failed(f"There is no hosting site {site}: run `make deploy` first.")
    version: str = made["name"]
    digests = {path: hashlib.sha256(data).hexdigest() for path, data in files.items()}
    by_digest = {digests[path]: data for path, data in files.items()}
    for start in range(0, len(digests), _AT_ONCE):
        some = dict(list(digests.items())[start : start + _AT_ONCE])
        wanted = call("POST", _SERVICE, f"/v1beta1/{version}:populateFiles", {"files": some}, project=project)
        for digest in wanted.get("uploadRequiredHashes", ()):
            call(
                "POST",
                "upload-firebasehosting",
                f"/upload/{version}/files/{digest}",
                raw=by_digest[digest],
                project=project,
            )
    call("PATCH", _SERVICE, f"/v1beta1/{version}?updateMask=status", {"status": "FINALIZED"}, project=project)
    release(site=site, version=version, project=project)
    return version


def live(*, site: str, project: str) -> str:
    """The version that people see now; empty where nothing was published yet."""
    told = call("GET", _SERVICE, f"/v1beta1/sites/{site}/channels/live", project=project) or {}
    return str(told.get("release", {}).get("version", {}).get("name", ""))


def release(*, site: str, version: str, project: str) -> None:
    """Makes a version the live one: the new, or a former."""
    call("POST", _SERVICE, f"/v1beta1/sites/{site}/releases?versionName={version}", {}, project=project)


def config(region: str) -> dict[str, Any]:
    """frontend/firebase.json as Hosting's interface takes it, with the functions where they are."""
    hosting = json.loads(_HOSTING.read_text())["hosting"]
    slash = {True: "ADD", False: "REMOVE"}.get(hosting.get("trailingSlash"))
    return {
        "cleanUrls": hosting.get("cleanUrls", False),
        **({"trailingSlashBehavior": slash} if slash else {}),
        "rewrites": [{"glob": rule["source"], "run": rule["run"] | {"region": region}} for rule in hosting["rewrites"]],
        "headers": [
            {"glob": rule["source"], "headers": {header["key"]: header["value"] for header in rule["headers"]}}
            for rule in hosting["headers"]
        ],
    }


def _files(web_config: dict[str, str]) -> dict[str, bytes]:
    """Every file by its path, compressed so that the same file has the same digest next time."""
    built = ROOT / "frontend" / json.loads(_HOSTING.read_text())["hosting"]["public"]
    if not (built / "index.html").exists():
        raise Failed("The site is not built: make site")
    found = {f"/{path.relative_to(built).as_posix()}": path.read_bytes() for path in _shown(built)}
    found["/config.json"] = json.dumps({"sign_in": "firebase", "firebase": web_config}).encode()
    return {path: gzip.compress(data, mtime=0) for path, data in found.items()}


def _shown(built: Path) -> list[Path]:
    hidden = re.compile(r"(^|/)\.")
    return [
        path for path in sorted(built.rglob("*")) if path.is_file() and not hidden.search(str(path.relative_to(built)))
    ]
