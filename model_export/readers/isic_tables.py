"""The ground-truth tables of the ISIC challenges: their shapes by year, and what each line says of a picture.

2016, task 3 (https://challenge.isic-archive.com/landing/2016/39/): no header, `ISIC_0000000,benign` or `,malignant`
(melanoma) in training, `0.0` or `1.0` in test. 2017, part 3 (https://challenge.isic-archive.com/landing/2017/44):
`image_id,melanoma,seborrheic_keratosis`, neither being a naevus. 2018, task 3 (arXiv:1902.03368):
`image,MEL,NV,BCC,AKIEC,BKL,DF,VASC`, one of them 1. 2019 (arXiv:1908.02288): `image,MEL,NV,BCC,AK,BKL,DF,VASC,SCC,UNK`.
2020 (doi:10.1038/s41597-021-00815-z): `image_name,patient_id,(lesion_id,)sex,age_approx,
anatom_site_general_challenge,diagnosis,benign_malignant,target`.

SCC (squamous cell carcinoma) has no class in the bundled vocabulary, so it is malignant and says nothing to the disease
task; UNK says nothing at all. Of 2020's diagnoses only those that name a bundled class are used; `unknown` is benign.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from model_export.errors import ExportError
from model_export.readers.found import disease_labels
from model_export.readers.pictures import stem
from model_export.readers.tables import Row, read_rows, unique

Labels = dict[str, str]

CLASSES_2018 = {"MEL": "mel", "NV": "nv", "BCC": "bcc", "AKIEC": "akiec", "BKL": "bkl", "DF": "df", "VASC": "vasc"}
CLASSES_2019 = {"MEL": "mel", "NV": "nv", "BCC": "bcc", "AK": "akiec", "BKL": "bkl", "DF": "df", "VASC": "vasc"}
DIAGNOSES_2020 = {
    "melanoma": "mel",
    "nevus": "nv",
    "seborrheic keratosis": "bkl",
    "lichenoid keratosis": "bkl",
    "solar lentigo": "bkl",
}


class Shape(msgspec.Struct, frozen=True):
    """One year's table: which column names the picture, which columns must be there, and how a line is read."""

    year: str
    image: str
    columns: tuple[str, ...]
    labels: Callable[[Row], Labels]
    headless: bool = False


class Truth(msgspec.Struct, frozen=True):
    """What one line says of one picture."""

    name: str
    labels: Labels
    row: Row


def shape_of(header: tuple[str, ...]) -> Shape | None:
    """The year whose table begins like this, if any. 2016 has no header: its first line is a picture already."""
    for shape in SHAPES:
        if not shape.headless and set(shape.columns) <= set(header):
            return shape
    headless = len(header) == 2 and header[0].startswith("ISIC_") and _word(header[1]) in WORDS_2016
    return SHAPE_2016 if headless else None


def truths(path: Path, shape: Shape) -> Iterator[Truth]:
    """Every line of a table, in its order."""
    rows = read_rows(path, shape.columns, names=shape.columns if shape.headless else None)
    unique(rows, shape.image)
    for row in rows:
        yield Truth(stem(row[shape.image]), shape.labels(row), row)


def _labels_2016(row: Row) -> Labels:
    row["truth"] = _word(row["truth"])
    melanoma = WORDS_2016[row.one_of("truth", WORDS_2016)]
    return disease_labels("mel") if melanoma else {"malignancy": "benign"}


def _word(cell: str) -> str:
    return cell.strip().strip('"').lower()


def _labels_2017(row: Row) -> Labels:
    melanoma, keratosis = _is_set(row, "melanoma"), _is_set(row, "seborrheic_keratosis")
    if melanoma and keratosis:
        raise ExportError(f"{row.where}: both melanoma and seborrheic_keratosis are set; correct the line")
    return disease_labels("mel" if melanoma else "bkl" if keratosis else "nv")


def _labels_2018(row: Row) -> Labels:
    return disease_labels(CLASSES_2018[_only(row, (*CLASSES_2018,))])


def _labels_2019(row: Row) -> Labels:
    name = _only(row, (*CLASSES_2019, "SCC", "UNK"))
    if name in CLASSES_2019:
        return disease_labels(CLASSES_2019[name])
    return {"malignancy": "malignant"} if name == "SCC" else {}


def _labels_2020(row: Row) -> Labels:
    word = row.one_of("benign_malignant", ("benign", "malignant"))
    if _is_set(row, "target") != (word == "malignant"):
        raise ExportError(f"{row.where}: target is {row['target']} but benign_malignant is {word}; correct the line")
    code = DIAGNOSES_2020.get(row["diagnosis"])
    return disease_labels(code) if code else {"malignancy": word}


def _only(row: Row, columns: tuple[str, ...]) -> str:
    """The one column of a one-hot line that is set."""
    chosen = [column for column in columns if column in row and _is_set(row, column)]
    if len(chosen) != 1:
        raise ExportError(f"{row.where}: {len(chosen)} of {', '.join(columns)} are 1, not one; correct the line")
    return chosen[0]


def _is_set(row: Row, column: str) -> bool:
    return float(row.one_of(column, ("0", "0.0", "1", "1.0"))) == 1.0


WORDS_2016 = {"benign": False, "0": False, "0.0": False, "malignant": True, "1": True, "1.0": True}
SHAPE_2016 = Shape("2016", "image_id", ("image_id", "truth"), _labels_2016, headless=True)
SHAPES = (
    Shape("2017", "image_id", ("image_id", "melanoma", "seborrheic_keratosis"), _labels_2017),
    Shape("2018", "image", ("image", *CLASSES_2018), _labels_2018),
    Shape("2019", "image", ("image", *CLASSES_2019, "SCC"), _labels_2019),
    Shape("2020", "image_name", ("image_name", "patient_id", "diagnosis", "benign_malignant", "target"), _labels_2020),
)
