"""Reads PAD-UFES-20: 2,298 phone photos of 1,641 lesions of 1,373 patients, in six diagnoses.

Published at https://data.mendeley.com/datasets/zr7vgbcyr2/1 (doi:10.17632/zr7vgbcyr2.1, CC BY 4.0; paper
doi:10.1016/j.dib.2020.106221): `metadata.csv` with `patient_id lesion_id ... diagnostic ... img_id biopsed`, where
`img_id` carries its ending (`PAT_46_881_14.png`), beside `images/imgs_part_1.zip` to `_3.zip`, packed or unpacked.

Its six diagnoses are a vocabulary of their own, `labels/pad_ufes_20.json`, and the task `pad_ufes_20`. Five of them
also fit the bundled vocabulary: ACK is akiec, BCC bcc, MEL mel, NEV nv, and SEK (seborrheic keratosis) is part of bkl.
SCC does not: it is invasive squamous cell carcinoma, with Bowen disease mixed in, while akiec is actinic keratosis and
Bowen disease, which is not invasive. So SCC says nothing to the disease task, and `malignant` to the malignancy task.
"""

from pathlib import Path

from model_export.dataset import Sample
from model_export.readers.found import Found, disease_labels, to_samples
from model_export.readers.pictures import find_pictures, locate, stem
from model_export.readers.tables import Row, age_band, read_header, read_rows, unique

SOURCE = "pad_ufes_20"
TABLE = "metadata.csv"
COLUMNS = ("patient_id", "lesion_id", "diagnostic", "img_id")
DISEASES = {"ACK": "akiec", "BCC": "bcc", "MEL": "mel", "NEV": "nv", "SCC": None, "SEK": "bkl"}


def fits(root: Path) -> bool:
    table = root / TABLE
    return table.is_file() and table.stat().st_size > 0 and "diagnostic" in read_header(table)


def read_pad_ufes_20(root: Path, *, seed: int = 0) -> list[Sample]:
    """Every photo of the table; one patient stays on one side."""
    rows = read_rows(root / TABLE, COLUMNS)
    unique(rows, "img_id")
    labels = [_labels(row) for row in rows]
    origins = locate(find_pictures(root), rows, "img_id", root)
    found = [
        Found(
            name=stem(row["img_id"]),
            origin=origin,
            labels=said,
            patient=row["patient_id"],
            lesion=f"{row['patient_id']}_{row['lesion_id']}",
            attributes=_attributes(row),
        )
        for row, origin, said in zip(rows, origins, labels, strict=True)
    ]
    return to_samples(found, name=SOURCE, copy="phone", seed=seed)


def _labels(row: Row) -> dict[str, str]:
    diagnosis = row.one_of("diagnostic", DISEASES)
    known = DISEASES[diagnosis]
    said = disease_labels(known) if known else {"malignancy": "malignant"}
    return said | {SOURCE: diagnosis.lower()}


def _attributes(row: Row) -> dict[str, str]:
    return {
        "sex": row.get("gender", "").lower() or "unknown",
        "age": age_band(row.get("age", "")),
        "site": row.get("region", "").lower() or "unknown",
        "skin_type": row.get("fitspatrick", "").partition(".")[0] or "unknown",
        "confirmation": "histo" if row.get("biopsed", "").lower() == "true" else "clinical",
    }
