"""Small data sets made for tests, each laid out as its publisher lays it out."""

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import msgspec

from dermaloop.records.shapes import Shape
from dermaloop.records.snapshots import FORMAT, HEADER, LINES, Header, Reviewed, snapshot_id, write_lines
from tests.pictures import encode, lesion

SIDE = 48


@lru_cache(maxsize=512)
def drawn(seed: int, kind: str = "JPEG") -> bytes:
    """The bytes of a small drawn lesion; the same seed draws the same."""
    return encode(lesion(SIDE, seed=seed), kind)


def put(folder: Path, names: Iterable[str], *, first: int = 0) -> None:
    """Drawn pictures under these names."""
    for seed, name in enumerate(names, first):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(drawn(seed, "PNG" if name.endswith(".png") else "JPEG"))


def pack(path: Path, names: Iterable[str], *, first: int = 0, how: int = zipfile.ZIP_DEFLATED) -> None:
    """The same inside a zip archive."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", how) as archive:
        for seed, name in enumerate(names, first):
            archive.writestr(name, drawn(seed, "PNG" if name.endswith(".png") else "JPEG"))


def table(path: Path, rows: Sequence[Sequence[object]], *, delimiter: str = ",", quoted: bool = False) -> None:
    """A table as it would be downloaded."""
    out = io.StringIO()
    csv.writer(
        out, delimiter=delimiter, quoting=csv.QUOTE_NONNUMERIC if quoted else csv.QUOTE_MINIMAL, lineterminator="\n"
    ).writerows(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(out.getvalue(), encoding="utf-8")


HAM_HEADER = ("lesion_id", "image_id", "dx", "dx_type", "age", "sex", "localization")
HAM_CODES = ("akiec", "bcc", "bkl", "df", "mel", "nv", "vasc")


def ham_rows(lesions: int = 8) -> list[tuple[object, ...]]:
    """`lesions` of each class, every other one photographed twice."""
    rows: list[tuple[object, ...]] = []
    for code in HAM_CODES:
        for number in range(lesions):
            for _ in range(1 + number % 2):
                name = f"ISIC_{24306 + len(rows):07}"
                rows.append((f"HAM_{code}_{number}", name, code, "histo", 45.0, "female", "back"))
    return rows


def ham_kaggle(root: Path, lesions: int = 8) -> list[tuple[object, ...]]:
    rows = ham_rows(lesions)
    names = [f"{row[1]}.jpg" for row in rows]
    half = len(names) // 2
    put(root / "HAM10000_images_part_1", names[:half])
    put(root / "HAM10000_images_part_2", names[half:], first=half)
    put(root / "ham10000_images_part_2", names[half:], first=half)
    table(root / "HAM10000_metadata.csv", [HAM_HEADER, *rows])
    return rows


def ham_dataverse(root: Path, lesions: int = 8) -> list[tuple[object, ...]]:
    rows = ham_rows(lesions)
    names = [f"{row[1]}.jpg" for row in rows]
    half = len(names) // 2
    pack(root / "HAM10000_images_part_1.zip", names[:half], how=zipfile.ZIP_STORED)
    pack(root / "HAM10000_images_part_2.zip", names[half:], first=half)
    table(root / "HAM10000_metadata.tab", [HAM_HEADER, *rows], delimiter="\t", quoted=True)
    return rows


def class_folders(root: Path, classes: Sequence[str], each: int = 8, *, first: int = 0) -> None:
    for number, name in enumerate(classes):
        put(root / name, [f"{n:03}.jpg" for n in range(each)], first=first + number * each)


def reviewed(
    root: Path, shapes: Mapping[int, tuple[Shape, ...]], *, codes: Sequence[str] = ("mel", "nv"), same: bool = False
) -> Path:
    """A snapshot as the retraining job collects it: header, lines, pictures; `same`: one picture under all names."""
    lines = []
    for number, drawn_shapes in shapes.items():
        data = drawn(0 if same else number)
        line = Reviewed(
            image=f"img{number:04}",
            sha256=hashlib.sha256(data).hexdigest(),
            case=f"case{number}",
            labels={"disease": codes[number % len(codes)]},
            confirmed_by="histopathology",
            readers=2,
            split=("train", "validation", "test")[number % 3],
            shapes=drawn_shapes,
        )
        (root / line.file).parent.mkdir(parents=True, exist_ok=True)
        (root / line.file).write_bytes(data)
        lines.append(line)
    (root / LINES).write_bytes(write_lines(lines))
    header = Header(FORMAT, snapshot_id(lines), {"disease": "ham10000"})
    (root / HEADER).write_bytes(msgspec.json.encode(header))
    return root
