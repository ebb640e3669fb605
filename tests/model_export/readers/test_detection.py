"""Each layout is recognised by what lies in the folder; a folder that is none says what was looked for."""

from pathlib import Path

import pytest

from model_export import readers
from model_export.errors import ExportError
from tests.model_export.layouts import class_folders, drawn, ham_dataverse, ham_kaggle, put, table

pytestmark = pytest.mark.training


def test_layouts_are_told_apart(tmp_path: Path) -> None:
    ham_kaggle(tmp_path / "kaggle", 1)
    ham_dataverse(tmp_path / "dataverse", 1)
    table(
        tmp_path / "isic" / "ISIC_2019_Training_GroundTruth.csv",
        [("image", "MEL", "NV", "BCC", "AK", "BKL", "DF", "VASC", "SCC")],
    )
    table(
        tmp_path / "kaggle2020" / "train.csv", [("image_name", "patient_id", "diagnosis", "benign_malignant", "target")]
    )
    table(tmp_path / "pad" / "metadata.csv", [("patient_id", "lesion_id", "diagnostic", "img_id")])
    table(tmp_path / "archives" / "ham10000.csv", [("image_id",)])
    (tmp_path / "reviewed").mkdir()
    (tmp_path / "reviewed" / "reviewed.jsonl").touch()
    class_folders(tmp_path / "folders" / "train", ("benign", "malignant"), 1)
    found = {path.name: readers.detect(path) for path in tmp_path.iterdir()}
    assert found == {
        "kaggle": "ham10000", "dataverse": "ham10000", "isic": "isic", "kaggle2020": "isic", "pad": "pad_ufes_20",
        "archives": "archives", "reviewed": "reviewed", "folders": "folders",
    }  # fmt: skip


def test_a_folder_that_fits_nothing_is_described(tmp_path: Path) -> None:
    put(tmp_path, ["one.jpg", "two.jpg"])
    with pytest.raises(ExportError, match=r"(?s)no reader fits .* it holds one.jpg, two.jpg\nKnown layouts:.*isic:"):
        readers.read(tmp_path, "disease")


def test_an_empty_folder_is_described(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="it holds nothing"):
        readers.read(tmp_path, "disease")


def test_a_set_one_folder_deeper_is_pointed_at(tmp_path: Path) -> None:
    class_folders(tmp_path / "archive" / "train", ("benign", "malignant"), 2)
    with pytest.raises(ExportError, match=r"But .*archive looks like folders: name that folder\."):
        readers.read(tmp_path, "malignancy")


def test_a_missing_folder_and_an_unknown_layout_are_named(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"there is no data folder .*nowhere; name the folder"):
        readers.read(tmp_path / "nowhere", "disease")
    with pytest.raises(ExportError, match="there is no layout 'coco'; these are known: auto, reviewed, archives"):
        readers.read(tmp_path, "disease", "coco")


def test_a_folder_of_pictures_named_like_a_mask_is_no_data_set(tmp_path: Path) -> None:
    for name in ("benign", "malignant"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "1_mask.png").write_bytes(drawn(1, "PNG"))
    with pytest.raises(ExportError, match="no reader fits"):
        readers.read(tmp_path, "malignancy")
