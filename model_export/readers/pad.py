"""Reads PAD-UFES-20: phone photos with a table of patients, lesions and diagnoses."""

from pathlib import Path

from model_export.dataset import Sample, assign_split
from model_export.errors import ExportError
from model_export.readers.tables import age_band, find_pictures, picture, read_rows

CODES = {"ACK": "akiec", "BCC": "bcc", "MEL": "mel", "NEV": "nv", "SCC": "akiec", "SEK": "bkl"}
MALIGNANT = {"ACK", "BCC", "MEL", "SCC"}


def read_pad(root: Path, task: str = "disease") -> list[Sample]:  # noqa: ARG001 - its labels have tasks of their own
    """One patient stays on one side. Its squamous cell carcinomas include Bowen disease: both are `akiec` here."""
    table = root / "metadata.csv"
    rows, pictures = read_rows(table, ("patient_id", "lesion_id", "diagnostic", "img_id")), find_pictures(root)
    if strange := sorted({row["diagnostic"] for row in rows} - CODES.keys()):
        raise ExportError(f"{table} has the diagnoses {', '.join(strange)}; known are {', '.join(CODES)}")
    return [
        Sample(
            key=f"pad-ufes-20/{row['img_id']}",
            group=row["patient_id"],
            split=assign_split(row["patient_id"]),
            source="phone",
            labels={
                "disease": CODES[row["diagnostic"]],
                "malignancy": "malignant" if row["diagnostic"] in MALIGNANT else "benign",
            },
            origin=picture(pictures, row["img_id"], table),
            picture=row["img_id"],
            attributes={
                "sex": (row.get("gender") or "unknown").lower(),
                "age": age_band(row.get("age", "")),
                "site": (row.get("region") or "unknown").lower(),
                "confirmation": "histo" if row.get("biopsed", "").lower() == "true" else "clinical",
            },
        )
        for row in rows
    ]
