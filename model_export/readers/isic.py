"""Reads ISIC challenge folders, 2016 to 2020: photos (folders or zip archives) beside ground-truth tables.

Published at https://challenge.isic-archive.com/data/; the shape of the table changed every year, see `isic_tables.py`.
Names tell the split (`..._Training_GroundTruth.csv`, `..._Validation_...`, `..._Test_...`), which is kept. Lesions come
from `ISIC2018_Task3_Training_LesionGroupings.csv` (`image lesion_id diagnosis_confirm_type`), from
`ISIC_2019_Training_Metadata.csv` (`image age_approx anatom_site_general lesion_id sex`) and from the table of 2020;
patients from 2020 alone. `ISIC_2020_Training_Duplicates.csv` (`image_name_1 image_name_2`) lists pictures twice in the
set: the second one of each pair is dropped. 2018 is HAM10000 again and 2019 contains both: read one year at a time.
"""

from pathlib import Path

from model_export.dataset import Origin, Sample, Split
from model_export.errors import ExportError
from model_export.readers.found import Found, to_samples
from model_export.readers.isic_tables import Shape, Truth, shape_of, truths
from model_export.readers.pictures import find_pictures, locate
from model_export.readers.tables import Row, age_band, read_header, read_rows, unique

PATTERNS = ("*[Gg]round[Tt]ruth*.csv", "*/*[Gg]round[Tt]ruth*.csv", "train.csv")
SPLIT_WORDS: dict[str, Split] = {"training": "train", "train": "train", "validation": "validation", "test": "test"}


def fits(root: Path) -> bool:
    return any(path.stat().st_size and shape_of(read_header(path)) for path in _candidates(root))


def read_isic(root: Path, *, seed: int = 0) -> list[Sample]:
    """Every labelled picture of one year's challenge."""
    shape, tables = _tables(root)
    extra, twins = _extra(root), _twins(root)
    pictures = find_pictures(root)
    found: list[Found] = []
    for path in tables:
        known = [truth for truth in truths(path, shape) if truth.name not in twins]
        origins = locate(pictures, [truth.row for truth in known], shape.image, root)
        found += [
            _found(truth, origin, _split(path), extra.get(truth.name, {}))
            for truth, origin in zip(known, origins, strict=True)
        ]
    _once(found, tables)
    return to_samples(found, name=f"isic{shape.year}", seed=seed)


def _candidates(root: Path) -> list[Path]:
    return sorted({path for pattern in PATTERNS for path in root.glob(pattern) if path.is_file()})


def _tables(root: Path) -> tuple[Shape, list[Path]]:
    """The tables of classes, all of one year; ground truth of other tasks (outlines, features) is passed over."""
    shapes = {path: shape_of(read_header(path)) for path in _candidates(root)}
    known = {path: shape for path, shape in shapes.items() if shape}
    if not known:
        listed = ", ".join(path.name for path in shapes) or "no ground-truth CSV at all"
        raise ExportError(f"{root} has no ISIC ground truth of classes; it has {listed}. Download it for task 3")
    years = sorted({shape.year for shape in known.values()})
    if len(years) > 1:
        raise ExportError(
            f"{root} holds the challenges {' and '.join(years)}, which overlap; put each in its own folder"
        )
    names = {path.stem for path in known}
    return next(iter(known.values())), [path for path in known if f"{path.stem}_v2" not in names]


def _split(path: Path) -> Split | None:
    words = path.stem.lower().replace("-", "_").split("_")
    return next((SPLIT_WORDS[word] for word in words if word in SPLIT_WORDS), None)


def _found(truth: Truth, origin: Origin, split: Split | None, extra: dict[str, str]) -> Found:
    cells = {**extra, **truth.row}
    return Found(
        name=truth.name,
        origin=origin,
        labels=truth.labels,
        patient=cells.get("patient_id", ""),
        lesion=cells.get("lesion_id", ""),
        published=split,
        attributes={
            "sex": cells.get("sex") or "unknown",
            "age": age_band(cells.get("age_approx", "")),
            "site": cells.get("anatom_site_general_challenge") or cells.get("anatom_site_general") or "unknown",
            "confirmation": cells.get("diagnosis_confirm_type") or "unknown",
        },
    )


def _extra(root: Path) -> dict[str, Row]:
    """What the tables beside the ground truth say of each picture."""
    paths = sorted([*root.rglob("*LesionGroupings*.csv"), *root.rglob("ISIC_2019_*Metadata*.csv")])
    rows = [row for path in paths for row in _read_unique(path)]
    return {row["image"]: row for row in rows}


def _read_unique(path: Path) -> list[Row]:
    rows = read_rows(path, ("image",))
    unique(rows, "image")
    return rows


def _twins(root: Path) -> set[str]:
    """Second copies, as the publisher lists them."""
    paths = sorted(root.rglob("ISIC_2020_Training_Duplicates*.csv"))
    return {row["image_name_2"] for path in paths for row in read_rows(path, ("image_name_1", "image_name_2"))}


def _once(found: list[Found], tables: list[Path]) -> None:
    """A picture may stand in one table only."""
    seen: set[str] = set()
    for one in found:
        if one.name in seen:
            listed = " and ".join(path.name for path in tables)
            raise ExportError(f"{one.name} stands in more than one of {listed}; drop it from all but one")
        seen.add(one.name)
