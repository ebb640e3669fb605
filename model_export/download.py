"""Fetches the public data sets of `public_sets.toml`: resumes where it was cut off, and trusts no file unverified."""

import hashlib
import shutil
import zipfile
from pathlib import Path
from typing import Annotated

import msgspec

from model_export.dataverse import published_sums
from model_export.errors import ExportError
from model_export.transfer import SPARE, Sleep, discard, fetch_part, finish, pause

TABLE = Path(__file__).with_name("public_sets.toml")
CHECKSUMS = "checksums.json"
_CHUNK = 1 << 20


class Remote(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of a set; `size` is approximate, and used only until the server says."""

    name: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    url: Annotated[str, msgspec.Meta(pattern=r"^https?://")]
    size: int
    md5: str = ""
    sha256: str = ""
    unpack: bool = False


class PublicSet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A data set, where it is published, and on what terms."""

    about: str
    page: str
    licence: str
    files: tuple[Remote, ...]
    by_hand: str = ""
    dataverse: str = ""  # where its API lists the published checksums


SETS = msgspec.toml.decode(TABLE.read_bytes(), type=dict[str, PublicSet])


def listing() -> str:
    """Every set with its size, licence and page, as text."""
    lines = []
    for name, one in SETS.items():
        size = f"{sum(file.size for file in one.files) / 1e9:.1f} GB" if one.files else "by hand"
        lines += [f"{name:<17} {size:>8}  {one.licence}", f"    {one.about}", f"    {one.page}"]
    return "\n".join(lines)


def download(name: str, folder: Path, *, sleep: Sleep = pause) -> list[Path]:
    """Fetches every file of a set that the folder does not hold yet; call again to go on after a failure."""
    if name not in SETS:
        raise ExportError(f"there is no set {name!r}; these are known:\n{listing()}")
    chosen = SETS[name]
    if chosen.by_hand:
        raise ExportError(f"{name} ({chosen.page}): {chosen.by_hand}")
    return fetch_all(_with_sums(chosen), folder, sleep=sleep)


def _with_sums(chosen: PublicSet) -> tuple[Remote, ...]:
    """The files with the checksums that are published elsewhere than in our table; they end in the file's id."""
    if not chosen.dataverse:
        return chosen.files
    sums = published_sums(chosen.dataverse)
    return tuple(
        msgspec.structs.replace(file, md5=file.md5 or sums.get(file.url.rpartition("/")[2], ""))
        for file in chosen.files
    )


def fetch_all(files: tuple[Remote, ...], folder: Path, *, sleep: Sleep = pause) -> list[Path]:
    """All files or none are begun: the space for the whole set is asked for first."""
    folder.mkdir(parents=True, exist_ok=True)
    missing = [file for file in files if not (folder / file.name).exists()]
    _check_space(sum(file.size * (2 if file.unpack else 1) for file in missing), folder)
    return [fetch(file, folder, sleep=sleep) for file in files]


def fetch(file: Remote, folder: Path, *, sleep: Sleep = pause) -> Path:
    """The verified file; one that lies there already is verified again."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / file.name
    if not target.exists():
        part = fetch_part(file.url, target, sleep=sleep)
        _verify(part, file, folder, during="was damaged on its way; it is removed, call again to fetch it anew")
        finish(part, target)
    else:
        _verify(target, file, folder, during="has changed since it was fetched; it is removed, call again to fetch it")
    if file.unpack:
        _unpack(target, folder)
    return target


def _verify(path: Path, file: Remote, folder: Path, *, during: str) -> None:
    """Against what the publisher states, else against what the first download was."""
    sha256, md5 = _digests(path)
    known = _recorded(folder).get(file.name, "")
    if (file.sha256 or known or sha256) != sha256 or (file.md5 or md5) != md5:
        discard(path)
        raise ExportError(
            f"{folder / file.name} {during} (sha256 {sha256[:16]}, expected "
            f"{(file.sha256 or known)[:16] or 'md5 ' + file.md5}). If {file.url} was published anew, "
            f"take its line out of {folder / CHECKSUMS}"
        )
    if not known:
        _record(folder, file.name, sha256)


def _digests(path: Path) -> tuple[str, str]:
    sha256, md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
    with path.open("rb") as data:
        while chunk := data.read(_CHUNK):
            sha256.update(chunk)
            md5.update(chunk)
    return sha256.hexdigest(), md5.hexdigest()


def _recorded(folder: Path) -> dict[str, str]:
    path = folder / CHECKSUMS
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, str]) if path.exists() else {}
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise ExportError(f"{path}: {error}; remove it, and the next download records checksums anew") from error


def _record(folder: Path, name: str, sha256: str) -> None:
    known = _recorded(folder) | {name: sha256}
    part = folder / f"{CHECKSUMS}.part"
    part.write_bytes(msgspec.json.format(msgspec.json.encode(known, order="sorted"), indent=1) + b"\n")
    part.replace(folder / CHECKSUMS)


def _unpack(path: Path, folder: Path) -> None:
    """Extracts what is not there yet; `zipfile` keeps every name below the folder."""
    try:
        with zipfile.ZipFile(path) as archive:
            missing = [entry for entry in archive.infolist() if not _is_there(entry, folder)]
            _check_space(sum(entry.file_size for entry in missing), folder)
            for entry in missing:
                archive.extract(entry, folder)
    except (zipfile.BadZipFile, OSError) as error:
        raise ExportError(f"{path} cannot be unpacked into {folder}: {error}; remove it and call again") from error


def _is_there(entry: zipfile.ZipInfo, folder: Path) -> bool:
    path = folder / entry.filename
    return path.is_dir() if entry.is_dir() else path.is_file() and path.stat().st_size == entry.file_size


def _check_space(needed: int, folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if needed and needed + SPARE > free:
        raise ExportError(
            f"{folder} has {free / 1e9:.1f} GB free; {(needed + SPARE) / 1e9:.1f} GB are needed. Free some or choose "
            "another folder; what is there already is kept"
        )
