"""The ISIC challenges, year by year: their tables, their splits, and what their diagnoses say to our tasks."""

from pathlib import Path

import pytest

from model_export import readers
from model_export.dataset import Sample
from model_export.errors import ExportError
from tests.model_export.layouts import pack, put, table

pytestmark = pytest.mark.training


def names(count: int, first: int = 0) -> list[str]:
    return [f"ISIC_{number:07}" for number in range(first, first + count)]


def by_name(samples: list[Sample]) -> dict[str, Sample]:
    return {sample.key.rpartition("/")[2]: sample for sample in samples}


def photos(root: Path, listed: list[str]) -> None:
    put(root, [f"{name}.jpg" for name in listed])


def test_2016_has_no_header_and_its_test_table_has_numbers(tmp_path: Path) -> None:
    train, test = names(12), names(4, 100)
    photos(tmp_path / "ISBI2016_ISIC_Part3_Training_Data", train)
    photos(tmp_path / "ISBI2016_ISIC_Part3_Test_Data", test)
    words = ("benign", "malignant")
    table(tmp_path / "ISBI2016_ISIC_Part3_Training_GroundTruth.csv", [(n, words[i % 2]) for i, n in enumerate(train)])
    table(tmp_path / "ISBI2016_ISIC_Part3_Test_GroundTruth.csv", [(n, f"{i % 2}.0") for i, n in enumerate(test)])
    found = by_name(readers.read(tmp_path, "malignancy"))
    assert found["ISIC_0000000"].labels == {"malignancy": "benign"}
    assert found["ISIC_0000001"].labels == {"disease": "mel", "malignancy": "malignant"}
    assert found["ISIC_0000101"].labels["malignancy"] == "malignant"
    assert {found[name].split for name in test} == {"test"}
    assert {found[name].split for name in train} == {"train", "validation"}


def test_2017_naevi_are_what_is_neither(tmp_path: Path) -> None:
    listed = names(9)
    photos(tmp_path / "ISIC-2017_Training_Data", listed)
    put(tmp_path / "ISIC-2017_Training_Data", [f"{name}_superpixels.png" for name in listed])
    truth = [(name, f"{i % 3 == 0:d}.0", f"{i % 3 == 1:d}.0") for i, name in enumerate(listed)]
    table(
        tmp_path / "ISIC-2017_Training_Part3_GroundTruth.csv",
        [("image_id", "melanoma", "seborrheic_keratosis"), *truth],
    )
    found = by_name(readers.read(tmp_path, "disease"))
    assert [found[name].labels["disease"] for name in listed[:3]] == ["mel", "bkl", "nv"]
    assert len(found) == 9


CLASSES = ("MEL", "NV", "BCC", "AKIEC", "BKL", "DF", "VASC")


def one_hot(name: str, position: int, width: int) -> tuple[object, ...]:
    return (name, *(f"{place == position:d}.0" for place in range(width)))


def test_2018_keeps_its_splits_and_its_lesions(tmp_path: Path) -> None:
    train, test = names(28), names(7, 100)
    pack(
        tmp_path / "ISIC2018_Task3_Training_Input.zip", [f"ISIC2018_Task3_Training_Input/{name}.jpg" for name in train]
    )
    photos(tmp_path / "ISIC2018_Task3_Test_Input", test)
    for word, listed in (("Training", train), ("Test", test)):
        truth = [one_hot(name, i % 7, 7) for i, name in enumerate(listed)]
        folder = f"ISIC2018_Task3_{word}_GroundTruth"
        table(tmp_path / folder / f"{folder}.csv", [("image", *CLASSES), *truth])
    lesions = [(name, f"HAM_{i // 14}_{i % 7}", "histopathology") for i, name in enumerate(train)]
    table(
        tmp_path / "ISIC2018_Task3_Training_LesionGroupings.csv",
        [("image", "lesion_id", "diagnosis_confirm_type"), *lesions],
    )
    found = by_name(readers.read(tmp_path, "disease"))
    assert [found[name].labels["disease"] for name in test] == ["mel", "nv", "bcc", "akiec", "bkl", "df", "vasc"]
    assert {found[name].split for name in test} == {"test"}
    assert found[train[0]].group == found[train[7]].group != found[train[14]].group
    assert found[train[0]].split == found[train[7]].split
    assert found[train[0]].attributes["confirmation"] == "histopathology"


def test_2019_squamous_cell_carcinoma_is_malignant_but_no_akiec(tmp_path: Path) -> None:
    listed = names(20)
    columns = ("MEL", "NV", "BCC", "AK", "BKL", "DF", "VASC", "SCC", "UNK")
    photos(tmp_path / "ISIC_2019_Training_Input", listed)
    table(
        tmp_path / "ISIC_2019_Training_GroundTruth.csv",
        [("image", *columns), *(one_hot(name, i % 9, 9) for i, name in enumerate(listed))],
    )
    table(
        tmp_path / "ISIC_2019_Training_Metadata.csv",
        [
            ("image", "age_approx", "anatom_site_general", "lesion_id", "sex"),
            *((name, 55.0, "anterior torso", f"BCN_{i % 9}", "male") for i, name in enumerate(listed)),
        ],
    )
    found = by_name(readers.read(tmp_path, "disease"))
    assert found[listed[3]].labels == {"disease": "akiec", "malignancy": "malignant"}
    assert found[listed[7]].labels == {"malignancy": "malignant"}
    assert listed[8] not in found
    assert found[listed[0]].group == found[listed[9]].group
    assert found[listed[0]].attributes["site"] == "anterior torso"


HEADER_2020 = (
    *("image_name", "patient_id", "lesion_id", "sex", "age_approx", "anatom_site_general_challenge"),
    *("diagnosis", "benign_malignant", "target"),
)


def rows_2020(listed: list[str]) -> list[tuple[object, ...]]:
    kinds = [("unknown", "benign", 0), ("nevus", "benign", 0), ("melanoma", "malignant", 1)]
    return [(name, f"IP_{i % 6}", f"IL_{i}", "female", 50.0, "torso", *kinds[i % 3]) for i, name in enumerate(listed)]


def test_2020_patients_stay_whole_and_twins_are_dropped(tmp_path: Path) -> None:
    listed = names(24)
    photos(tmp_path / "train", listed)
    table(tmp_path / "ISIC_2020_Training_GroundTruth.csv", [HEADER_2020, *rows_2020(listed)])
    table(tmp_path / "ISIC_2020_Training_GroundTruth_v2.csv", [HEADER_2020, *rows_2020(listed)])
    table(tmp_path / "ISIC_2020_Training_Duplicates.csv", [("image_name_1", "image_name_2"), (listed[0], listed[6])])
    found = by_name(readers.read(tmp_path, "malignancy"))
    assert found[listed[0]].labels == {"malignancy": "benign"}
    assert found[listed[1]].labels["disease"] == "nv"
    assert found[listed[2]].labels == {"disease": "mel", "malignancy": "malignant"}
    assert listed[6] not in found
    assert len({(s.group, s.split) for s in found.values()}) == len({s.group for s in found.values()}) == 6


def test_a_lesion_goes_with_its_patient_and_belongs_to_one_only(tmp_path: Path) -> None:
    listed, rows = names(24), [list(row) for row in rows_2020(names(24))]
    rows[6][1], rows[6][2] = "", rows[0][2]  # says its lesion, but not whose it is
    photos(tmp_path, listed)
    table(tmp_path / "train.csv", [HEADER_2020, *rows])
    found = by_name(readers.read(tmp_path, "malignancy"))
    assert found[listed[6]].group == found[listed[0]].group
    rows[6][1] = "IP_5"
    table(tmp_path / "train.csv", [HEADER_2020, *rows])
    with pytest.raises(ExportError, match="lesion IL_0 belongs to two patients, IP_0 and IP_5"):
        readers.read(tmp_path, "malignancy")


def test_two_years_in_one_folder_are_refused(tmp_path: Path) -> None:
    photos(tmp_path, names(3))
    table(tmp_path / "ISIC_2020_Training_GroundTruth.csv", [HEADER_2020, *rows_2020(names(3))])
    table(tmp_path / "a_GroundTruth.csv", [("image", *CLASSES), one_hot("ISIC_0000000", 0, 7)])
    with pytest.raises(ExportError, match="challenges 2018 and 2020, which overlap"):
        readers.read(tmp_path, "disease")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ((1, 1), r"line 2: 2 of MEL, .* are 1, not one; correct the line"),
        ((0, 0), r"line 2: 0 of MEL, .* are 1, not one"),
        ((2, 0), r"line 2: MEL is '2', which is none of 0"),
    ],
)
def test_a_line_that_names_no_single_diagnosis_is_refused(
    tmp_path: Path, change: tuple[int, int], message: str
) -> None:
    photos(tmp_path, names(1))
    table(tmp_path / "x_GroundTruth.csv", [("image", *CLASSES), ("ISIC_0000000", *change, 0, 0, 0, 0, 0)])
    with pytest.raises(ExportError, match=message):
        readers.read(tmp_path, "disease")


def test_2020_contradictions_are_refused(tmp_path: Path) -> None:
    rows = [list(row) for row in rows_2020(names(3))]
    rows[1][-1] = 1
    photos(tmp_path, names(3))
    table(tmp_path / "train.csv", [HEADER_2020, *rows])
    with pytest.raises(ExportError, match=r"train.csv, line 3: target is 1 but benign_malignant is benign"):
        readers.read(tmp_path, "disease")
