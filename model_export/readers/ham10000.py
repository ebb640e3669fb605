"""Reads HAM10000 in full size, as Harvard Dataverse and Kaggle publish it.

Dataverse (doi:10.7910/DVN/DBW86T): `HAM10000_metadata.tab` (tab separated; an older release calls it
`HAM10000_metadata`) beside `HAM10000_images_part_1.zip` and `_2.zip`, which are read without unpacking.
Kaggle (https://www.kaggle.com/datasets/kmader/skin-cancer-mnist-ham10000): `HAM10000_metadata.csv` beside the folders
`HAM10000_images_part_1` and `_2`, which some releases repeat in lower case. Both have the columns
`lesion_id image_id dx dx_type age sex localization`. Paper: doi:10.1038/sdata.2018.161.
The splits are dealt here, by lesion; they are not those of the tar archives that `archives.py` reads.
"""

from pathlib import Path

from model_export.dataset import Sample
from model_export.errors import ExportError
from model_export.readers.found import DISEASE, Found, disease_labels, to_samples
from model_export.readers.pictures import find_pictures, locate, stem
from model_export.readers.tables import Row, age_band, read_rows, unique

SOURCE = "ham10000"
COLUMNS = ("lesion_id", "image_id", "dx")
SAME_LESION = {"HAM_0000140": "HAM_0004919"}  # ISIC_0030074 and ISIC_0025226 are one photo in two colours


def fits(root: Path) -> bool:
    return bool(_tables(root))


def read_ham10000(root: Path, *, seed: int = 0) -> list[Sample]:
    """Every picture of the table, with the diagnoses of the bundled vocabulary."""
    tables = _tables(root)
    if not tables:
        raise ExportError(f"{root} has no HAM10000_metadata table; download it from doi:10.7910/DVN/DBW86T")
    rows = read_rows(tables[0], COLUMNS)
    unique(rows, "image_id")
    labels = [disease_labels(row.one_of("dx", DISEASE.codes)) for row in rows]
    origins = locate(find_pictures(root), rows, "image_id", root)
    found = [
        Found(
            name=stem(row["image_id"]),
            origin=origin,
            labels=said,
            lesion=SAME_LESION.get(row["lesion_id"], row["lesion_id"]),
            attributes=_attributes(row),
        )
        for row, origin, said in zip(rows, origins, labels, strict=True)
    ]
    return to_samples(found, name=SOURCE, seed=seed)


def _tables(root: Path) -> list[Path]:
    endings = ("", ".csv", ".tab", ".tsv", ".txt")
    return sorted(path for path in root.glob("HAM10000_metadata*") if path.is_file() and path.suffix in endings)


def _attributes(row: Row) -> dict[str, str]:
    return {
        "sex": row.get("sex") or "unknown",
        "age": age_band(row.get("age", "")),
        "site": row.get("localization") or "unknown",
        "confirmation": row.get("dx_type") or "unknown",
    }
