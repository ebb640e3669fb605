"""What every reader needs of tables: rows that know their file and line, and refusals that say what to do."""

import csv
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from model_export.dataset import SPLITS, Split
from model_export.errors import ExportError

DELIMITERS = (",", "\t", ";")


class Row(dict[str, str]):
    """One line of a table, by column."""

    def __init__(self, cells: dict[str, str], path: Path, line: int) -> None:
        super().__init__(cells)
        self.path = path
        self.line = line

    @property
    def where(self) -> str:
        return f"{self.path}, line {self.line}"

    def one_of(self, column: str, known: Collection[str]) -> str:
        """The cell, if it is one of the words that the column may hold."""
        word = self[column]
        if word not in known:
            raise ExportError(
                f"{self.where}: {column} is {word!r}, which is none of {', '.join(known)}; correct the line or drop it"
            )
        return word


def read_rows(path: Path, columns: tuple[str, ...], *, names: tuple[str, ...] | None = None) -> list[Row]:
    """The rows of a comma, tab or semicolon separated file that must have these columns.

    `names` are the columns of a file that has no header line.
    """
    lines = read_lines(path)
    header = names or _header(path, lines)
    if absent := [column for column in columns if column not in header]:
        raise ExportError(
            f"{path}, line 1: the header lacks {', '.join(absent)}; it has {', '.join(header)}. "
            "Is it the right file, as published?"
        )
    rows = list(_rows(path, lines, header, skip=0 if names else 1))
    if not rows:
        raise ExportError(f"{path} has no rows below its header; download or export it again")
    return rows


def read_lines(path: Path) -> list[str]:
    """The lines of a UTF-8 file that is there and not empty."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ExportError(
            f"{path} is missing or cannot be read ({error.strerror}); put it there and try again"
        ) from error
    if not data.strip():
        raise ExportError(f"{path} is empty; download or export it again")
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ExportError(f"{path}, line {line}: this is not UTF-8 text; save the table as CSV in UTF-8") from error


def read_header(path: Path) -> tuple[str, ...]:
    """The first line of a table, as columns."""
    return _header(path, read_lines(path))


def unique(rows: Iterable[Row], column: str) -> None:
    """Refuses a table that lists one thing twice."""
    seen: dict[str, Row] = {}
    for row in rows:
        first = seen.setdefault(row[column], row)
        if first is not row:
            raise ExportError(
                f"{row.where}: {column} {row[column]} stands in line {first.line} already; keep one of them"
            )


def as_split(word: str, where: str) -> Split:
    for split in SPLITS:
        if word == split:
            return split
    raise ExportError(f"{where}: {word!r} is no split; these are: {', '.join(SPLITS)}")


def age_band(age: str) -> str:
    """Twenty years wide; data sets give ages in steps of five at best."""
    try:
        start = int(float(age)) // 20 * 20
    except (ValueError, OverflowError):
        return "unknown"
    return f"{start}-{start + 19}"


def _header(path: Path, lines: list[str]) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in next(_parse(path, lines[:1], delimiter=_delimiter(lines[0])))[1])


def _delimiter(line: str) -> str:
    return max(DELIMITERS, key=line.count)


def _rows(path: Path, lines: list[str], header: tuple[str, ...], *, skip: int) -> Iterator[Row]:
    for number, cells in _parse(path, lines[skip:], delimiter=_delimiter(lines[0])):
        if not any(cell.strip() for cell in cells):
            continue
        line = number + skip
        if len(cells) != len(header):
            raise ExportError(
                f"{path}, line {line}: {len(cells)} cells where {len(header)} are needed; correct the line"
            )
        yield Row({name: cell.strip() for name, cell in zip(header, cells, strict=True)}, path, line)


def _parse(path: Path, lines: list[str], *, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        raise ExportError(f"{path}, near line {reader.line_num}: {error}; is a quotation mark left open?") from error
