"""Fetches public data sets for people who have a network: resumes what broke off, and checks what arrived.

Harvard Dataverse publishes an MD5 of each file; the ISIC buckets publish lengths only, so there the first sha256 seen
is kept beside the file (`NAME.sha256`) and every later fetch must match it.
"""

import hashlib
import json
import logging
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from tqdm import tqdm

from model_export.errors import ExportError

log = logging.getLogger(__name__)

CHUNK = 1 << 20
TIMEOUT = 60.0
ISIC = "https://isic-challenge-data.s3.amazonaws.com"
DATAVERSE = "https://dataverse.harvard.edu/api"
HAM10000 = "doi:10.7910/DVN/DBW86T"


class Remote(NamedTuple):
    """One file to fetch, with what is known of it."""

    url: str
    name: str
    md5: str = ""


SETS: dict[str, tuple[str, ...]] = {
    "ham10000": (HAM10000,),
    "isic2016": ("2016/ISBI2016_ISIC_Part3_Training_Data.zip", "2016/ISBI2016_ISIC_Part3_Training_GroundTruth.csv"),
    "isic2017": ("2017/ISIC-2017_Training_Data.zip", "2017/ISIC-2017_Training_Part3_GroundTruth.csv"),
    "isic2018": (
        "2018/ISIC2018_Task3_Training_Input.zip",
        "2018/ISIC2018_Task3_Training_GroundTruth.zip",
        "2018/ISIC2018_Task3_Training_LesionGroupings.csv",
    ),
    "isic2019": (
        "2019/ISIC_2019_Training_Input.zip",
        "2019/ISIC_2019_Training_GroundTruth.csv",
        "2019/ISIC_2019_Training_Metadata.csv",
    ),
    "isic2020": ("2020/ISIC_2020_Training_JPEG.zip", "2020/ISIC_2020_Training_GroundTruth.csv"),
}


def download(name: str, folder: Path) -> list[Path]:
    """All files of one public set."""
    if name not in SETS:
        raise ExportError(f"there is no set {name!r}; these are known: {', '.join(SETS)}")
    remotes = [remote for entry in SETS[name] for remote in _remotes(entry)]
    return [fetch(remote, folder) for remote in remotes]


def _remotes(entry: str) -> Iterator[Remote]:
    if not entry.startswith("doi:"):
        yield Remote(f"{ISIC}/{entry}", entry.rsplit("/", 1)[1])
        return
    with _open(f"{DATAVERSE}/datasets/:persistentId/?persistentId={entry}") as answer:
        listing = json.load(answer)
    for file in listing["data"]["latestVersion"]["files"]:
        found = file["dataFile"]
        yield Remote(
            f"{DATAVERSE}/access/datafile/{found['id']}?format=original", found["filename"], found.get("md5", "")
        )


def fetch(remote: Remote, folder: Path) -> Path:
    """The file, whole and checked; what a broken connection left behind is continued."""
    folder.mkdir(parents=True, exist_ok=True)
    path, part = folder / remote.name, folder / f"{remote.name}.part"
    if not path.exists():
        _continue(remote.url, part)
        _check(part, remote, folder)
        part.replace(path)
    return path


def _continue(url: str, part: Path) -> None:
    have = part.stat().st_size if part.exists() else 0
    try:
        with _open(url, {"Range": f"bytes={have}-"} if have else {}) as answer:
            resumed = answer.status == 206
            length = int(answer.headers.get("Content-Length", 0))
            _copy(answer, part, mode="ab" if resumed else "wb", have=have if resumed else 0, length=length)
    except urllib.error.HTTPError as error:
        if error.code != 416:  # nothing lies beyond what is here already
            raise ExportError(f"{url}: the server answers {error.code} {error.reason}") from error


def _copy(answer: Any, part: Path, *, mode: str, have: int, length: int) -> None:
    with (
        part.open(mode) as file,
        tqdm(total=have + length, initial=have, unit="B", unit_scale=True, desc=part.stem) as bar,
    ):
        while chunk := answer.read(CHUNK):
            file.write(chunk)
            bar.update(len(chunk))
    if length and part.stat().st_size != have + length:
        raise ExportError(
            f"{part} broke off at {part.stat().st_size} of {have + length} bytes; call again, it continues"
        )


def _check(part: Path, remote: Remote, folder: Path) -> None:
    """Refuses other bytes than were published, or than were fetched the first time."""
    if remote.md5 and _digest(part, "md5") != remote.md5:
        part.unlink()
        raise ExportError(f"{remote.name} is not what was published: its MD5 differs; it was removed, call again")
    known, digest = folder / f"{remote.name}.sha256", _digest(part, "sha256")
    if known.exists() and known.read_text().strip() != digest:
        raise ExportError(f"{remote.name} is not what was fetched before: its sha256 differs from {known}")
    known.write_text(digest + "\n")


def _digest(path: Path, kind: str) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.new(kind, usedforsecurity=False)).hexdigest()


def _open(url: str, headers: Mapping[str, str] = MappingProxyType({})) -> Any:
    if not url.startswith(("https://", "http://")):
        raise ExportError(f"{url} is no web address")
    request = urllib.request.Request(url, headers=dict(headers))  # noqa: S310 - checked just above
    try:
        return urllib.request.urlopen(request, timeout=TIMEOUT)  # noqa: S310 - likewise
    except urllib.error.HTTPError:
        raise
    except OSError as error:
        raise ExportError(f"{url} cannot be reached: {error}") from error
