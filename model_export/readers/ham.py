"""Reads HAM10000 as Kaggle and Dataverse publish it: a metadata table and folders of full-size pictures."""

from pathlib import Path

from model_export.dataset import Sample, assign_split
from model_export.errors import ExportError
from model_export.readers.archives import attributes_of
from model_export.readers.tables import find_pictures, picture, read_rows

MALIGNANT = {"mel", "bcc", "akiec"}


def read_ham(root: Path, task: str = "disease") -> list[Sample]:  # noqa: ARG001 - its labels have tasks of their own
    """`HAM10000_metadata` (Dataverse) or `HAM10000_metadata.csv` (Kaggle); splits are dealt by lesion."""
    tables = sorted(root.glob("HAM10000_metadata*"))
    if not tables:
        raise ExportError(f"{root} has no HAM10000_metadata table")
    rows = read_rows(tables[0], ("image_id", "lesion_id", "dx"))
    pictures = find_pictures(root)
    return [
        Sample(
            key=f"ham10000/full/{row['image_id']}",
            group=row["lesion_id"],
            split=assign_split(row["lesion_id"]),
            source="full",
            labels={"disease": row["dx"], "malignancy": "malignant" if row["dx"] in MALIGNANT else "benign"},
            origin=picture(pictures, row["image_id"], tables[0]),
            picture=row["image_id"],
            attributes=attributes_of(row),
        )
        for row in rows
    ]
