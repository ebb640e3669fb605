"""Finds pictures by their names below a folder: loose files, and files inside zip archives, which stay packed."""

import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from model_export.dataset import Origin
from model_export.errors import ExportError
from model_export.readers.tables import Row

ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".heic")
NOT_PHOTOS = ("mask", "segmentation", "superpixel", "__macosx")
_LOCAL_HEADER = 30  # bytes before the name in a zip entry's own header

Pictures = dict[str, Origin]


def find_pictures(root: Path) -> Pictures:
    """Every photo below a folder, by its name without the ending. Loose files come before packed ones."""
    found: Pictures = {}
    files = sorted(path for path in root.rglob("*") if path.is_file())
    for path in files:
        if is_photo(path.relative_to(root).as_posix()):
            found.setdefault(path.stem, Origin(path.relative_to(root).as_posix()))
    for path in files:
        if path.suffix.lower() == ".zip":
            for name, origin in index_zip(root, path.relative_to(root).as_posix()):
                found.setdefault(PurePosixPath(name).stem, origin)
    return found


def index_zip(root: Path, name: str, wanted: Callable[[str], bool] | None = None) -> Iterator[tuple[str, Origin]]:
    """Where each photo of a zip archive, or whatever else is wanted, begins, by its name in the archive."""
    wanted = wanted or is_photo
    try:
        with zipfile.ZipFile(root / name) as archive, (root / name).open("rb") as file:
            for entry in archive.infolist():
                if wanted(entry.filename):
                    yield entry.filename, _origin(name, entry, file)
    except (OSError, zipfile.BadZipFile) as error:
        raise ExportError(f"{root / name} cannot be read as a zip archive: {error}; download it again") from error


def is_photo(name: str) -> bool:
    """Whether a path names a photo and no mask, hidden file or folder of derived pictures."""
    path = PurePosixPath(name)
    hidden = any(part.startswith(".") for part in path.parts)
    return path.suffix.lower() in ENDINGS and not hidden and not any(word in name.lower() for word in NOT_PHOTOS)


def locate(pictures: Pictures, rows: Sequence[Row], column: str, root: Path) -> list[Origin]:
    """The picture of each row, or one refusal that counts those which are missing."""
    stems = [stem(row[column]) for row in rows]
    missing = [row for row, name in zip(rows, stems, strict=True) if name not in pictures]
    if missing:
        first = missing[0]
        raise ExportError(
            f"{first.where}: picture {first[column]} lies nowhere below {root} ({len(missing)} of {len(rows)} listed "
            "pictures are missing); download the rest, or drop their lines"
        )
    return [pictures[name] for name in stems]


def stem(name: str) -> str:
    """A picture's name without its ending, if it has one."""
    path = PurePosixPath(name)
    return path.stem if path.suffix.lower() in ENDINGS else path.name


def _origin(name: str, entry: zipfile.ZipInfo, file: BinaryIO) -> Origin:
    """The entry's own header may be longer than the directory says, so it is read."""
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or entry.flag_bits & 1:
        raise ExportError(f"{name}: {entry.filename} is encrypted or packed in a rare way; unpack the archive first")
    file.seek(entry.header_offset + _LOCAL_HEADER - 4)
    lengths = file.read(4)
    start = entry.header_offset + _LOCAL_HEADER + int.from_bytes(lengths[:2], "little")
    start += int.from_bytes(lengths[2:], "little")
    return Origin(name, start, entry.compress_size, deflated=entry.compress_type == zipfile.ZIP_DEFLATED)
