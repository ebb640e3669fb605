"""Brings one file over HTTP into a `.part` beside its target: resumes by Range, tries again, never fills the disk."""

import errno
import http.client
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, Protocol

from tqdm import tqdm

from model_export.errors import ExportError

TRIES = 5
TIMEOUT = 60.0  # seconds without a byte
SPARE = 200_000_000  # bytes that stay free on the disk
CHUNK = 1 << 18

Sleep = Callable[[float], None]
pause: Sleep = time.sleep


class _Body(Protocol):
    def read(self, amount: int, /) -> bytes: ...


class Answer(NamedTuple):
    """What a server said before the body: where the bytes begin, how many the whole file has, which version it is."""

    start: int
    total: int | None
    etag: str


class _CutError(Exception):
    """The connection ended before the file did."""


def fetch_part(url: str, target: Path, *, sleep: Sleep = pause) -> Path:
    """The whole file as `<target>.part`; after a failure another call goes on where this one stopped."""
    part = target.with_name(target.name + ".part")
    reason = ""
    for attempt in range(TRIES):
        if attempt:
            sleep(2.0**attempt)
        try:
            return _attempt(url, part)
        except urllib.error.HTTPError as error:
            if error.code < 500 and error.code != 429:
                raise ExportError(
                    f"{url} answers {error.code} {error.reason}; see the set's page for its new address"
                ) from error
            reason = f"{error.code} {error.reason}"
        except (_CutError, http.client.HTTPException, OSError) as error:
            _refuse_full_disk(error, part)
            reason = str(error) or type(error).__name__
    raise ExportError(
        f"{url} could not be fetched in {TRIES} tries ({reason}); {_size(part):,} bytes are kept, call again"
    )


def _attempt(url: str, part: Path) -> Path:
    have, etag = _size(part), _known_etag(part)
    headers = {"User-Agent": "dermaloop", "Accept-Encoding": "identity"}
    if have:
        headers |= {"Range": f"bytes={have}-"} | ({"If-Range": etag} if etag.startswith('"') else {})
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - the table allows http and https alone
    try:
        response = urllib.request.urlopen(request, timeout=TIMEOUT)  # noqa: S310
    except urllib.error.HTTPError as error:
        if error.code == 416 and have:  # nothing is left to send, or the file is another by now
            return _finished_or_anew(error.headers.get("Content-Range", ""), part)
        raise
    with response:
        answer = _answer(response.status, response.headers, have)
        _remember(part, answer)
        _check_space(part, answer)
        _copy(response, part, answer)
    return part


def _answer(status: int, headers: "http.client.HTTPMessage", have: int) -> Answer:
    etag = headers.get("ETag", "")
    if status == http.client.PARTIAL_CONTENT:
        span, _, whole = headers.get("Content-Range", "").removeprefix("bytes ").partition("/")
        start = int(span.partition("-")[0])
        if start != have:
            raise _CutError(f"the server sent bytes from {start:,} on, not from {have:,}")
        return Answer(start, int(whole) if whole.isdigit() else None, etag)
    length = headers.get("Content-Length", "")
    return Answer(0, int(length) if length.isdigit() else None, etag)


def _copy(body: _Body, part: Path, answer: Answer) -> None:
    with (
        part.open("r+b" if part.exists() else "wb") as file,
        tqdm(desc=part.stem, total=answer.total, initial=answer.start, unit="B", unit_scale=True, mininterval=1) as bar,
    ):
        file.truncate(answer.start)
        file.seek(answer.start)
        while chunk := body.read(CHUNK):
            file.write(chunk)
            bar.update(len(chunk))
    if answer.total is not None and _size(part) < answer.total:
        raise _CutError(f"the connection was cut after {_size(part):,} of {answer.total:,} bytes")


def _finished_or_anew(content_range: str, part: Path) -> Path:
    if content_range.endswith(f"/{_size(part)}"):
        return part
    discard(part)
    raise _CutError("the file on the server is shorter than what was fetched before; beginning anew")


def _check_space(part: Path, answer: Answer) -> None:
    needed = (answer.total or 0) - answer.start
    free = shutil.disk_usage(part.parent).free
    if needed + SPARE > free:
        raise ExportError(
            f"{part.parent} has {free / 1e9:.1f} GB free; {part.stem} needs {(needed + SPARE) / 1e9:.1f} GB more. "
            "Free some or choose another folder; what was fetched is kept"
        )


def _refuse_full_disk(error: Exception, part: Path) -> None:
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        raise ExportError(
            f"the disk of {part.parent} is full; {_size(part):,} bytes of {part.stem} are kept. Free some, call again"
        ) from error


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _etag_file(part: Path) -> Path:
    return part.with_name(part.name + ".etag")


def _known_etag(part: Path) -> str:
    path = _etag_file(part)
    return path.read_text() if path.exists() else ""


def _remember(part: Path, answer: Answer) -> None:
    """Which version of the file the part belongs to, so that two versions are never joined."""
    _etag_file(part).write_text(answer.etag)


def finish(part: Path, target: Path) -> None:
    """Gives a verified part its name."""
    part.replace(target)
    _etag_file(part).unlink(missing_ok=True)


def discard(path: Path) -> None:
    """Removes a part or a file that cannot be trusted."""
    path.unlink()
    _etag_file(path).unlink(missing_ok=True)
