"""Reads tar archives beside CSV files: HAM10000 in one or two resolutions, ISIC 2017 as an auxiliary task."""

import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from model_export.dataset import Origin, Sample
from model_export.errors import ExportError
from model_export.readers.tables import age_band, as_split, read_rows

COPIES = {"200x150": "ham10000_200x150.tar", "224crop": "ham10000_224crop.tar"}
BINARY = {"0": "benign", "1": "malignant"}
ISIC_2017_ASPECT = 4 / 3  # most originals; the copies were squashed into squares


def read_archives(root: Path, task: str = "disease") -> list[Sample]:  # noqa: ARG001 - its labels have tasks of their own
    """Every copy of every HAM10000 picture, and ISIC 2017 where the folder has it."""
    rows = read_rows(root / "ham10000.csv", ("image_id", "lesion_id", "dx", "malignant", "split"))
    samples = [sample for source, name in COPIES.items() for sample in _copies(rows, root, source, name)]
    if (root / "isic2017.csv").exists():
        samples += _isic2017(root)
    return samples


def _copies(rows: Sequence[dict[str, str]], root: Path, source: str, name: str) -> Iterator[Sample]:
    if not (root / name).exists():
        return
    members = index_tar(root, name)
    for row in rows:
        if row["image_id"] in members:
            yield _sample(row, source, members[row["image_id"]])
        elif source == "200x150":
            raise ExportError(f"{name} has no picture {row['image_id']}, which the CSV lists")


def _sample(row: dict[str, str], source: str, origin: Origin) -> Sample:
    return Sample(
        key=f"ham10000/{source}/{row['image_id']}",
        group=row["lesion_id"],
        split=as_split(row["split"], row["image_id"]),
        source=source,
        labels={"disease": row["dx"], "malignancy": BINARY[row["malignant"]]},
        origin=origin,
        picture=row["image_id"],
        attributes=attributes_of(row),
    )


def _isic2017(root: Path) -> list[Sample]:
    """Training pictures only: its melanomas and seborrheic keratoses teach, and are never measured on."""
    members = index_tar(root, "isic2017_256.tar")
    rows = read_rows(root / "isic2017.csv", ("image_id", "melanoma", "seborrheic_keratosis"))
    return [_auxiliary(row, members[row["image_id"]]) for row in rows]


def _auxiliary(row: dict[str, str], origin: Origin) -> Sample:
    code = "mel" if row["melanoma"] == "1" else "sk" if row["seborrheic_keratosis"] == "1" else "nv"
    return Sample(
        key=f"isic2017/{row['image_id']}",
        group=f"isic2017/{row['image_id']}",
        split="train",
        source="isic2017",
        labels={"isic2017": code, "malignancy": "malignant" if code == "mel" else "benign"},
        origin=origin,
        aspect=ISIC_2017_ASPECT,
    )


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


def attributes_of(row: dict[str, str]) -> dict[str, str]:
    """The slices by which figures are reported: sex, age band, body site, how the diagnosis was confirmed."""
    return {
        "sex": row.get("sex") or "unknown",
        "age": age_band(row.get("age", "")),
        "site": row.get("localization") or "unknown",
        "confirmation": row.get("dx_type") or "unknown",
    }
