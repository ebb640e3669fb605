"""Each published layout is read, and a broken one is refused with words that say what and where."""

import hashlib
import io
import tarfile
from pathlib import Path

import msgspec
import numpy as np
import pytest
from PIL import Image

from model_export import readers
from model_export.dataset import check
from model_export.errors import ExportError
from model_export.readers.challenge import read_challenge
from model_export.readers.folders import read_folders
from model_export.readers.reviewed import read_reviewed


def picture(seed: int = 0, side: int = 40) -> bytes:
    out = io.BytesIO()
    Image.fromarray(np.random.default_rng(seed).integers(0, 256, (side, side, 3), dtype=np.uint8)).save(out, "JPEG")
    return out.getvalue()


def put(root: Path, *names: str) -> None:
    for number, name in enumerate(names):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture(number))


def archive(path: Path, names: list[str]) -> None:
    with tarfile.open(path, "w") as tar:
        for number, name in enumerate(names):
            member = tarfile.TarInfo(name)
            member.size = len(picture(number))
            tar.addfile(member, io.BytesIO(picture(number)))


def test_archives_give_every_copy_of_a_picture_with_its_lesion_and_split(tmp_path: Path) -> None:
    archive(tmp_path / "ham10000_200x150.tar", ["ISIC_1.jpg", "ISIC_2.jpg"])
    archive(tmp_path / "ham10000_224crop.tar", ["ISIC_2.jpg"])
    (tmp_path / "ham10000.csv").write_text(
        "image_id,lesion_id,dx,dx_type,age,sex,localization,malignant,has_224,split\n"
        "ISIC_1,HAM_1,mel,histo,45.0,male,back,1,0,train\nISIC_2,HAM_2,nv,follow_up,,female,face,0,1,test\n"
    )
    samples = readers.read(tmp_path, "disease")
    assert [(s.picture, s.source, s.group, s.split) for s in samples] == [
        ("ISIC_1", "200x150", "HAM_1", "train"),
        ("ISIC_2", "200x150", "HAM_2", "test"),
        ("ISIC_2", "224crop", "HAM_2", "test"),
    ]
    assert samples[0].labels == {"disease": "mel", "malignancy": "malignant"}
    assert samples[0].attributes["age"] == "40-59"
    assert samples[1].attributes["age"] == "unknown"
    assert samples[1].origin.read(tmp_path) == picture(1)


def test_an_archive_that_lacks_a_listed_picture_is_refused_by_name(tmp_path: Path) -> None:
    archive(tmp_path / "ham10000_200x150.tar", ["ISIC_1.jpg"])
    (tmp_path / "ham10000.csv").write_text("image_id,lesion_id,dx,malignant,split\nISIC_9,HAM_1,nv,0,train\n")
    with pytest.raises(ExportError, match="no picture ISIC_9"):
        readers.read(tmp_path, "disease")


@pytest.mark.parametrize("table", ["HAM10000_metadata", "HAM10000_metadata.csv"])
def test_ham10000_as_published_keeps_a_lesion_on_one_side(tmp_path: Path, table: str) -> None:
    rows = [f"HAM_{n // 3},ISIC_{n},nv,histo,50,male,back" for n in range(30)]
    (tmp_path / table).write_text("lesion_id,image_id,dx,dx_type,age,sex,localization\n" + "\n".join(rows))
    put(tmp_path, *(f"HAM10000_images_part_{1 + n % 2}/ISIC_{n}.jpg" for n in range(30)))
    samples = readers.read(tmp_path, "disease")
    check(samples)
    assert len(samples) == 30
    assert {s.labels["malignancy"] for s in samples} == {"benign"}


GROUND_TRUTHS = {
    "ISIC2018_Task3_Training_GroundTruth.csv": (
        "image,MEL,NV,BCC,AKIEC,BKL,DF,VASC\nA,1.0,0,0,0,0,0,0\nB,0,0,0,1.0,0,0,0\n"
    ),
    "ISIC_2019_Training_GroundTruth.csv": (
        "image,MEL,NV,BCC,AK,BKL,DF,VASC,SCC,UNK\nA,1,0,0,0,0,0,0,0,0\nB,0,0,0,1,0,0,0,0,0\n"
    ),
    "ISIC-2017_Training_Part3_GroundTruth.csv": "image_id,melanoma,seborrheic_keratosis\nA,1.0,0.0\nB,0.0,1.0\n",
    "ISIC_2020_Training_GroundTruth.csv": (
        "image_name,patient_id,sex,age_approx,anatom_site_general_challenge,diagnosis,benign_malignant,target\n"
        "A,P1,male,45,torso,melanoma,malignant,1\nB,P2,female,30,torso,nevus,benign,0\n"
    ),
    "ISBI2016_ISIC_Part3_Training_GroundTruth.csv": "A,malignant\nB,benign\n",
}
EXPECTED = {"2018": "akiec", "2019": "akiec", "2017": "bkl", "2020": "nv", "2016": None}


@pytest.mark.parametrize("name", GROUND_TRUTHS)
def test_every_years_challenge_is_read(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(GROUND_TRUTHS[name])
    put(tmp_path, "input/A.jpg", "input/B.jpg")
    first, second = read_challenge(tmp_path)
    year = next(year for year in EXPECTED if year in name)
    assert first.labels["disease"] == "mel"
    assert first.labels["malignancy"] == "malignant"
    assert second.labels.get("disease") == EXPECTED[year]


def test_a_challenge_row_with_two_diagnoses_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ISIC2018_GroundTruth.csv").write_text("image,MEL,NV\nA,1.0,1.0\n")
    put(tmp_path, "A.jpg")
    with pytest.raises(ExportError, match="A: 2 diagnoses"):
        read_challenge(tmp_path)


def test_folders_named_after_classes_need_nothing_else(tmp_path: Path) -> None:
    put(tmp_path, *(f"{label}/p{n // 2}__{n % 2}.png" for label in ("acne", "eczema") for n in range(40)))
    samples = read_folders(tmp_path, "clinical")
    check(samples)
    assert {s.labels["clinical"] for s in samples} == {"acne", "eczema"}
    assert {s.split for s in samples} == {"train", "validation", "test"}


def test_a_tree_with_train_and_test_gives_part_of_train_to_validation_and_keeps_test(tmp_path: Path) -> None:
    put(tmp_path, *(f"train/benign/{n}.jpg" for n in range(60)), *(f"test/malignant/{n}.jpg" for n in range(5)))
    samples = readers.read(tmp_path, "malignancy")
    assert sum(s.split == "test" for s in samples) == 5
    assert 2 <= sum(s.split == "validation" for s in samples) <= 20
    assert {s.labels["malignancy"] for s in samples if s.split == "test"} == {"malignant"}


def test_phone_photos_stay_with_their_patient(tmp_path: Path) -> None:
    rows = [f"P{n // 4},{n},{code},PAT_{n}.png,50,FEMALE,ARM,True" for n, code in enumerate(["BCC", "NEV", "SCC"] * 8)]
    (tmp_path / "metadata.csv").write_text(
        "patient_id,lesion_id,diagnostic,img_id,age,gender,region,biopsed\n" + "\n".join(rows)
    )
    put(tmp_path, *(f"images/imgs_part_1/PAT_{n}.png" for n in range(24)))
    samples = readers.read(tmp_path, "disease")
    check(samples)
    assert [s.labels["disease"] for s in samples[:3]] == ["bcc", "nv", "akiec"]
    assert samples[2].attributes == {"sex": "female", "age": "40-59", "site": "arm", "confirmation": "histo"}


def reviewed(folder: Path, **changes: object) -> None:
    put(folder, "one.jpg")
    line = {
        "image": "one.jpg",
        "sha256": hashlib.sha256(picture(0)).hexdigest(),
        "lesion": "L1",
        "patient": "P1",
        "labels": {"disease": "mel"},
        "polygons": [[[0.1, 0.1], [0.9, 0.1], [0.5, 0.9]]],
        "reviews": 2,
    }
    (folder / "reviewed.jsonl").write_bytes(msgspec.json.encode(line | changes) + b"\n")


def test_reviewed_annotations_are_grouped_by_patient_and_keep_their_regions(tmp_path: Path) -> None:
    reviewed(tmp_path)
    (sample,) = readers.read(tmp_path, "disease")
    assert (sample.group, sample.labels, sample.attributes["regions"]) == ("P1", {"disease": "mel"}, "polygon")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sha256": "0" * 64}, "not the picture that was reviewed"),
        ({"image": "two.jpg"}, "lists two.jpg"),
        ({"labels": 3}, "line 1"),
    ],
)
def test_reviewed_annotations_that_do_not_fit_are_refused(
    tmp_path: Path, changes: dict[str, object], message: str
) -> None:
    reviewed(tmp_path, **changes)
    with pytest.raises(ExportError, match=message):
        read_reviewed(tmp_path)


@pytest.mark.parametrize(
    ("table", "message"),
    [("", "no rows"), ("image_id,dx\nA,nv\n", "lacks the columns lesion_id"), ("\xff\xfe", "cannot be read as CSV")],
)
def test_a_malformed_table_says_what_is_wrong(tmp_path: Path, table: str, message: str) -> None:
    (tmp_path / "HAM10000_metadata.csv").write_bytes(table.encode("latin-1"))
    with pytest.raises(ExportError, match=message):
        readers.read(tmp_path, "disease")


def test_a_folder_that_is_no_data_set_lists_the_layouts(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="pad-ufes-20"):
        readers.read(tmp_path, "disease")
    with pytest.raises(ExportError, match="no data folder"):
        readers.read(tmp_path / "absent", "disease")
    with pytest.raises(ExportError, match="no layout coco"):
        readers.read(tmp_path, "disease", "coco")
