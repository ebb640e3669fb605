"""PAD-UFES-20: photos in nested zip archives, six diagnoses, of which squamous cell carcinoma fits no bundled class."""

from pathlib import Path

import pytest

from model_export import readers
from model_export.readers.pad_ufes_20 import DISEASES
from model_export.vocabulary import read_labels
from tests.model_export.layouts import pack, table

pytestmark = pytest.mark.training

HEADER = ("patient_id", "lesion_id", "age", "gender", "fitspatrick", "region", "diagnostic", "img_id", "biopsed")


def pad(root: Path, patients: int = 24) -> list[tuple[object, ...]]:
    codes = sorted(DISEASES)
    rows: list[tuple[object, ...]] = []
    for patient in range(patients):
        for lesion in range(2):
            name = f"PAT_{patient}_{patient * 2 + lesion}_{len(rows)}.png"
            code = codes[(patient + lesion) % len(codes)]
            rows.append((f"PAT_{patient}", patient * 2 + lesion, 61, "FEMALE", 3.0, "NECK", code, name, lesion == 0))
    for part in range(3):
        listed = [f"imgs_part_{part + 1}/{row[7]}" for row in rows[part::3]]
        pack(root / "images" / f"imgs_part_{part + 1}.zip", listed, first=part * 100)
    table(root / "metadata.csv", [HEADER, *rows])
    return rows


def test_patients_stay_whole_and_labels_are_said_as_they_fit(tmp_path: Path) -> None:
    rows = pad(tmp_path)
    found = {s.key.rpartition("/")[2]: s for s in readers.read(tmp_path, "disease")}
    assert len(found) == len(rows)
    by_code = {str(row[6]): found[str(row[7]).removesuffix(".png")].labels for row in rows}
    assert by_code["SCC"] == {"malignancy": "malignant", "pad_ufes_20": "scc"}
    assert by_code["SEK"] == {"disease": "bkl", "malignancy": "benign", "pad_ufes_20": "sek"}
    assert by_code["ACK"]["disease"] == "akiec"
    assert len({(s.group, s.split) for s in found.values()}) == len({s.group for s in found.values()}) == 24
    first = found[str(rows[0][7]).removesuffix(".png")]
    assert first.attributes == {
        "sex": "female", "age": "60-79", "site": "neck", "skin_type": "3", "confirmation": "histo"
    }  # fmt: skip


def test_its_vocabulary_agrees_with_what_its_diagnoses_say_of_malignancy(tmp_path: Path) -> None:
    pad(tmp_path)
    malignant = {label.code: label.malignant for label in read_labels("pad_ufes_20").labels}
    said = {(s.labels["pad_ufes_20"], s.labels["malignancy"] == "malignant") for s in readers.read(tmp_path, "disease")}
    assert said == set(malignant.items())
