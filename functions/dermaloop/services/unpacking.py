"""Takes the files out of an archive that anybody may have made, within limits that nothing inside it can move."""

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from dermaloop.errors import InvalidRequest

MOST_FILES = 2000
MOST_BYTES = 256 * 2**20
_MOST_TABLE = 4 * 2**20
_PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif")


@dataclass(frozen=True)
class Packed:
    """One file: its name, and its bytes or why it is not taken."""

    name: str
    data: bytes = b""
    refused: str = ""


@dataclass(frozen=True)
class Archive:
    """A zip archive, opened; `table` says by file name what a CSV beside the pictures tells of each."""

    zip: zipfile.ZipFile
    files: tuple[zipfile.ZipInfo, ...]
    table: dict[str, dict[str, str]] = field(default_factory=dict)
    unknown_columns: tuple[str, ...] = ()


def opened(data: bytes, *, columns: tuple[str, ...]) -> Archive:
    """Refuses what is no archive or holds too much, before anything is unpacked."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise InvalidRequest("This is no zip archive.", path="$") from error
    files = [each for each in archive.infolist() if not each.is_dir() and not _hidden(each.filename)]
    if len(files) > MOST_FILES:
        raise InvalidRequest(f"The archive has {len(files)} files; {MOST_FILES} at most are taken at once.", path="$")
    if sum(each.file_size for each in files) > MOST_BYTES:
        raise InvalidRequest(f"Unpacked, the archive has more than {MOST_BYTES} bytes; send it in parts.", path="$")
    tables = [each for each in files if each.filename.lower().endswith(".csv")]
    if len(tables) > 1:
        raise InvalidRequest("The archive has more than one CSV file.", path="$")
    pictures = tuple(each for each in files if each not in tables)
    if not tables:
        return Archive(archive, pictures)
    rows, unknown = _table(archive, tables[0], columns)
    return Archive(archive, pictures, rows, unknown)


def pictures(archive: Archive, *, largest: int) -> Iterator[Packed]:
    """Every file in turn, never more than one in memory."""
    for each in archive.files:
        name = each.filename[:200]
        if not name.lower().endswith(_PICTURES):
            yield Packed(name, refused="This is no picture: only JPEG, PNG, WebP and HEIC are taken.")
            continue
        data = _unpacked(archive.zip, each, largest)
        if data is None:
            yield Packed(name, refused="The file is damaged or encrypted.")
        elif len(data) > largest:
            yield Packed(name, refused=f"The file has more than {largest} bytes.")
        else:
            yield Packed(name, data)


def _unpacked(archive: zipfile.ZipFile, file: zipfile.ZipInfo, most: int) -> bytes | None:
    """What the header says of a file's size may be a lie, so no more is unpacked than is wanted."""
    try:
        with archive.open(file) as packed:
            return packed.read(most + 1)
    except Exception:  # the decoders raise nearly anything on hostile bytes
        return None


def _table(
    archive: zipfile.ZipFile, file: zipfile.ZipInfo, columns: tuple[str, ...]
) -> tuple[dict[str, dict[str, str]], tuple[str, ...]]:
    data = _unpacked(archive, file, _MOST_TABLE)
    if data is None or len(data) > _MOST_TABLE:
        raise InvalidRequest(f"The CSV file cannot be read, or has more than {_MOST_TABLE} bytes.", path="$")
    try:
        rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise InvalidRequest("The CSV file is not UTF-8 with a line of column names.", path="$") from error
    named = [name for name in (rows[0] if rows else {}) if name]
    if rows and "image" not in named:
        raise InvalidRequest("The CSV file needs a column named image.", path="$")
    found = {_stem(row["image"] or ""): {name: (row[name] or "").strip() for name in named} for row in rows}
    return found, tuple(name for name in named if name not in columns)


def row_of(archive: Archive, name: str) -> dict[str, str]:
    return archive.table.get(_stem(name), {})


def _stem(name: str) -> str:
    """With or without its folder and ending."""
    path = PurePosixPath(name.replace("\\", "/"))
    return path.stem if path.suffix.lower() in _PICTURES else path.name


def _hidden(name: str) -> bool:
    """What file systems leave beside the files."""
    path = PurePosixPath(name)
    return path.name.startswith(".") or "__MACOSX" in path.parts
