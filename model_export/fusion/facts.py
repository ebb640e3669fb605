"""Age, sex and site of every picture as numbers, beside what the photo says by itself."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model_export.candidate import Candidate
from model_export.dataset import Snapshot, Split
from model_export.evaluate import answer_split, judge
from model_export.readers.tables import read_rows

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

COLUMNS = ("image_id", "age", "sex", "localization", "malignant", "split")
SEXES = ("female", "male")
SPARSE = {"acral": "foot"}  # seven pictures are too few for a weight of their own


class Rows(NamedTuple):
    """Pictures with what is known of the person: log odds of the photo, facts, truth, lesion."""

    photo: Floats
    facts: Floats
    malignant: Flags
    groups: NDArray[np.intp]


class Facts:
    """Age, sex and site of every picture as columns of numbers.

    Each is counted from its mean over the training split, so that what is not known adds nothing.
    """

    def __init__(self, table: Path) -> None:
        self._rows = {row["image_id"]: row for row in read_rows(table, COLUMNS)}
        found = {_place(row["localization"]) for row in self._rows.values()} - {"unknown", ""}
        self.places = tuple(sorted(found))
        self._train = [image_id for image_id, row in self._rows.items() if row["split"] == "train"]
        self.means = np.nanmean([self._plain(image_id) for image_id in self._train], axis=0)

    def row(self, image_id: str) -> dict[str, str]:
        return self._rows[image_id]

    def of(self, image_id: str) -> Floats:
        return np.asarray(np.nan_to_num(self._plain(image_id) - self.means))

    def training(self) -> tuple[Floats, Flags]:
        truth = [self._rows[image_id]["malignant"] == "1" for image_id in self._train]
        return np.array([self.of(image_id) for image_id in self._train]), np.array(truth)

    def _plain(self, image_id: str) -> Floats:
        """One column each; a fact that is not known is NaN in all of its columns."""
        row = self._rows[image_id]
        decades = (float(row["age"]) - 50) / 10 if row["age"] else np.nan
        sex, place = row["sex"], _place(row["localization"])
        sexes = [float(sex == name) if sex in SEXES else np.nan for name in SEXES]
        places = [float(place == name) if place in self.places else np.nan for name in self.places]
        return np.array([decades, decades**2, *sexes, *places])


def rows(candidate: Candidate, snapshot: Snapshot, root: Path, facts: Facts, *, split: Split, source: str) -> Rows:
    """What the exported file says of every picture of one split and resolution, beside age, sex and site."""
    run = answer_split(candidate, snapshot, root, split=split, source=source)
    judged = judge(candidate, run)
    probability = np.clip(judged.malignant_probability, 1e-6, 1 - 1e-6)
    return Rows(
        photo=np.log(probability / (1 - probability)),
        facts=np.array([facts.of(sample.picture) for sample in run.samples]),
        malignant=judged.malignant[judged.truth],
        groups=np.unique([sample.group for sample in run.samples], return_inverse=True)[1],
    )


def joined(parts: list[Rows]) -> Rows:
    return Rows(*(np.concatenate([getattr(part, name) for part in parts]) for name in Rows._fields))


def _place(localization: str) -> str:
    return SPARSE.get(localization, localization)
