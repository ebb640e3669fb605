"""What the readers share: CSV rows with checked columns, pictures found by name, splits by word."""

import csv
from pathlib import Path

from model_export.dataset import SPLITS, Origin, Split
from model_export.errors import ExportError

ENDINGS = (".jpg", ".jpeg", ".png", ".webp")


def read_rows(path: Path, columns: tuple[str, ...]) -> list[dict[str, str]]:
    """The rows of a CSV file that must have these columns."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file))
    except FileNotFoundError as error:
        raise ExportError(f"{path} is missing") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise ExportError(f"{path} cannot be read as CSV: {error}") from error
    if not rows:
        raise ExportError(f"{path} has no rows")
    if absent := [column for column in columns if column not in rows[0]]:
        raise ExportError(f"{path} lacks the columns {', '.join(absent)}; it has {', '.join(rows[0])}")
    return rows


def find_pictures(root: Path) -> dict[str, Origin]:
    """Every picture below a folder, by its name without the ending."""
    return {
        path.stem: Origin(path.relative_to(root).as_posix())
        for path in sorted(root.rglob("*"))
        if path.suffix.lower() in ENDINGS and path.is_file()
    }


def picture(pictures: dict[str, Origin], name: str, listed_in: Path) -> Origin:
    stem = name.rsplit(".", 1)[0] if name.lower().endswith(ENDINGS) else name
    if stem not in pictures:
        raise ExportError(f"{listed_in} lists {name}, but no such picture lies below {listed_in.parent}")
    return pictures[stem]


def as_split(word: str, where: str) -> Split:
    for split in SPLITS:
        if word == split:
            return split
    raise ExportError(f"{where}: {word!r} is no split; these are: {', '.join(SPLITS)}")


def age_band(age: str) -> str:
    """Twenty years wide; pictures come with ages in steps of five at best."""
    try:
        start = int(float(age)) // 20 * 20
    except ValueError:
        return "unknown"
    return f"{start}-{start + 19}"
