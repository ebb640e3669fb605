"""Reads ISIC challenge folders, 2016 to 2020: pictures beside a ground-truth CSV whose shape changed every year."""

from pathlib import Path

from model_export.dataset import Sample, assign_split
from model_export.errors import ExportError
from model_export.readers.tables import age_band, find_pictures, picture, read_rows

ONE_HOT = {
    "MEL": "mel",
    "NV": "nv",
    "BCC": "bcc",
    "AK": "akiec",
    "AKIEC": "akiec",
    "BKL": "bkl",
    "DF": "df",
    "VASC": "vasc",
}
MALIGNANT = {"mel", "bcc", "akiec", "scc"}
OTHER_2019 = {"SCC": "scc", "UNK": ""}  # squamous cell carcinoma has no class of its own: it counts as malignant only


def read_challenge(root: Path, task: str = "disease") -> list[Sample]:  # noqa: ARG001 - its labels have tasks of their own
    """Every labelled picture; one patient or lesion stays on one side where the challenge says which it is."""
    tables = sorted([*root.glob("*[Gg]round[Tt]ruth*.csv"), *root.glob("train*.csv")])
    if not tables:
        raise ExportError(f"{root} has no ground-truth CSV")
    pictures, groups = find_pictures(root), _groups(root)
    samples = []
    for row in _rows(tables[0]):
        name, code = row["image"], row["code"]
        group = groups.get(name) or row["group"] or name
        labels = {"malignancy": "malignant" if code in MALIGNANT else "benign"}
        if code in ONE_HOT.values():
            labels["disease"] = code
        samples.append(
            Sample(
                key=f"isic/{name}",
                group=group,
                split=assign_split(group),
                source="full",
                labels=labels if code else {},
                origin=picture(pictures, name, tables[0]),
                picture=name,
                attributes={"age": age_band(row.get("age", "")), "sex": row.get("sex") or "unknown"},
            )
        )
    return samples


def _rows(path: Path) -> list[dict[str, str]]:
    """The rows in one shape: image, code, group."""
    with path.open(encoding="utf-8-sig") as file:
        first = file.readline().strip().split(",")
    if "MEL" in first:
        return [_one_hot(row) for row in read_rows(path, ("image",))]
    if "melanoma" in first:
        return [_two_columns(row) for row in read_rows(path, ("image_id", "melanoma", "seborrheic_keratosis"))]
    if "target" in first:
        return [_target(row) for row in read_rows(path, ("image_name", "target", "benign_malignant"))]
    return _headless(path)


def _one_hot(row: dict[str, str]) -> dict[str, str]:
    """2018 and 2019."""
    codes = [code for column, code in {**ONE_HOT, **OTHER_2019}.items() if float(row.get(column) or 0) == 1.0]
    if len(codes) != 1:
        raise ExportError(f"{row['image']}: {len(codes)} diagnoses are set, not one")
    return {"image": row["image"], "code": codes[0], "group": row.get("lesion_id", "")}


def _two_columns(row: dict[str, str]) -> dict[str, str]:
    """2017."""
    sick, keratosis = (float(row[name]) == 1.0 for name in ("melanoma", "seborrheic_keratosis"))
    return {"image": row["image_id"], "code": "mel" if sick else "bkl" if keratosis else "nv", "group": ""}


def _target(row: dict[str, str]) -> dict[str, str]:
    """2020: benign diagnoses are mostly unknown, so only melanoma and plain naevi name a disease."""
    code = "mel" if row["target"] == "1" else "nv" if row.get("diagnosis") == "nevus" else "benign"
    return {
        "image": row["image_name"],
        "code": code,
        "group": row.get("patient_id", ""),
        "age": row.get("age_approx", ""),
        "sex": row.get("sex", ""),
    }


def _headless(path: Path) -> list[dict[str, str]]:
    """2016: `name,benign|malignant` without a header."""
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
        name, _, word = line.strip().partition(",")
        if word.strip('"') not in ("benign", "malignant"):
            raise ExportError(f"{path}, line {number}: {word!r} is neither benign nor malignant")
        rows.append({"image": name, "code": "mel" if word.strip('"') == "malignant" else "benign", "group": ""})
    return rows


def _groups(root: Path) -> dict[str, str]:
    """Which lesion a picture shows, where a table says so (2018 and 2019)."""
    found: dict[str, str] = {}
    for path in [*root.glob("*LesionGroupings*.csv"), *root.glob("*Metadata*.csv")]:
        found |= {row["image"]: row.get("lesion_id", "") for row in read_rows(path, ("image",))}
    return found
