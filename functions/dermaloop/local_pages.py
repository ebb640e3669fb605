"""The built site as hosting serves it: clean addresses, compressed, with the headers of frontend/firebase.json."""

import gzip
import mimetypes
import re
from functools import lru_cache
from pathlib import Path

import msgspec
from werkzeug.wrappers import Request, Response

_HOSTING = Path(__file__).parents[2] / "frontend" / "firebase.json"
_COMPRESSIBLE = re.compile(r"text/|application/(javascript|json|wasm)|image/svg")
mimetypes.add_type("text/javascript", ".js")  # some machines' tables say otherwise


class Header(msgspec.Struct, frozen=True):
    key: str
    value: str


class HeaderRule(msgspec.Struct, frozen=True):
    """Headers for every address that the pattern matches; later rules win."""

    source: str
    headers: tuple[Header, ...]

    def matches(self, path: str) -> bool:
        """Understands `**`, `*` and plain characters, which is all that our own file uses."""
        pattern = re.escape(self.source).replace(r"\*\*", ".*").replace(r"\*", "[^/]*")
        return re.fullmatch(pattern, path) is not None


class _Hosting(msgspec.Struct, frozen=True):
    headers: tuple[HeaderRule, ...]


class _Firebase(msgspec.Struct, frozen=True):
    hosting: _Hosting


@lru_cache(maxsize=1)
def header_rules() -> tuple[HeaderRule, ...]:
    """The rules of firebase.json; none where this package runs without the frontend beside it."""
    if not _HOSTING.is_file():
        return ()
    return msgspec.json.decode(_HOSTING.read_bytes(), type=_Firebase).hosting.headers


def page(request: Request, folder: Path) -> Response | None:
    """A file of the site; an address without a suffix is a page of it; None where there is neither."""
    found = _file(request.path, folder.resolve())
    if found is None:
        return None
    kind = mimetypes.guess_type(found.name)[0] or "application/octet-stream"
    changed = found.stat().st_mtime_ns
    small = "gzip" in request.headers.get("Accept-Encoding", "") and _COMPRESSIBLE.match(kind) is not None
    response = Response(_compressed(found, changed) if small else found.read_bytes(), mimetype=kind)
    if small:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    for rule in header_rules():
        if rule.matches(request.path):
            response.headers.update({header.key: header.value for header in rule.headers})
    response.set_etag(f"{changed:x}{'-gz' if small else ''}")
    return response.make_conditional(request)


@lru_cache(maxsize=256)
def _compressed(file: Path, _changed: int) -> bytes:
    return gzip.compress(file.read_bytes(), compresslevel=6)


def _file(path: str, root: Path) -> Path | None:
    try:
        asked = (root / path.lstrip("/")).resolve()
        tried = (asked, asked / "index.html", asked.with_suffix(".html"))
        return next((file for file in tried if file.is_relative_to(root) and file.is_file()), None)
    except (OSError, ValueError):  # a path no file system knows: a zero byte, a name too long
        return None
