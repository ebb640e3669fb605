"""Reads tar archives beside CSV files: HAM10000 in one or two resolutions, ISIC 2017 as an auxiliary task."""

import csv
import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from model_export.dataset import SPLITS, Origin, Sample, Split
from model_export.errors import ExportError

COPIES = {"200x150": "ham10000_200x150.tar", "224crop": "ham10000_224crop.tar"}
MALIGNANT = {"0": "benign", "1": "malignant"}
ISIC_2017_ASPECT = 4 / 3  # most originals; the copies were squashed into squares


def read_archives(root: Path) -> list[Sample]:
    """Every copy of every HAM10000 picture, and ISIC 2017 where the folder has it."""
    rows = read_rows(root / "ham10000.csv", ("image_id", "lesion_id", "dx", "malignant", "split"))
    samples = [sample for source, name in COPIES.items() for sample in _copies(rows, root, source, name)]
    if (root / "isic2017.csv").exists():
        samples += _isic2017(root)
    return samples


def _copies(rows: list[dict[str, str]], root: Path, source: str, name: str) -> Iterator[Sample]:
    if not (root / name).exists():
        return
    members = index_tar(root, name)
    for row in rows:
        if row["image_id"] in members:
            yield Sample(
                key=f"ham10000/{source}/{row['image_id']}",
                group=row["lesion_id"],
                split=as_split(row["split"], row["image_id"]),
                source=source,
                labels={"disease": row["dx"], "malignancy": MALIGNANT[row["malignant"]]},
                origin=members[row["image_id"]],
                picture=row["image_id"],
                attributes=attributes_of(row),
            )
        elif source == "200x150":
            raise ExportError(f"{name} has no picture {row['image_id']}, which the CSV lists")


def _isic2017(root: Path) -> list[Sample]:
    """Training pictures only: its melanomas and seborrheic keratoses teach, and are never measured on."""
    members = index_tar(root, "isic2017_256.tar")
    rows = read_rows(root / "isic2017.csv", ("image_id", "melanoma", "seborrheic_keratosis"))
    samples = []
    for row in rows:
        code = "mel" if row["melanoma"] == "1" else "sk" if row["seborrheic_keratosis"] == "1" else "nv"
        samples.append(
            Sample(
                key=f"isic2017/{row['image_id']}",
                group=f"isic2017/{row['image_id']}",
                split="train",
                source="isic2017",
                labels={"isic2017": code, "malignancy": "malignant" if code == "mel" else "benign"},
                origin=members[row["image_id"]],
                aspect=ISIC_2017_ASPECT,
            )
        )
    return samples


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


def index_tar(root: Path, name: str) -> dict[str, Origin]:
    """Where each picture of an uncompressed tar archive begins, by its name without the ending."""
    try:
        with tarfile.open(root / name, "r:") as archive:
            return {
                PurePosixPath(member.name).stem: Origin(name, member.offset_data, member.size)
                for member in archive
                if member.isfile()
            }
    except (OSError, tarfile.TarError) as error:
        raise ExportError(f"{root / name} cannot be read as a tar archive: {error}") from error


def as_split(word: str, where: str) -> Split:
    if word not in SPLITS:
        raise ExportError(f"{where}: {word!r} is no split; these are: {', '.join(SPLITS)}")
    return word


def attributes_of(row: dict[str, str]) -> dict[str, str]:
    """The slices by which figures are reported: sex, age band, body site, how the diagnosis was confirmed."""
    age = row.get("age", "")
    band = f"{int(float(age)) // 20 * 20}-{int(float(age)) // 20 * 20 + 19}" if age else "unknown"
    return {
        "sex": row.get("sex") or "unknown",
        "age": band,
        "site": row.get("localization") or "unknown",
        "confirmation": row.get("dx_type") or "unknown",
    }
