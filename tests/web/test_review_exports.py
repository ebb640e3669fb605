"""What leaves the house is read by programs that we did not write, and comes back as it went."""

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from werkzeug.test import Client

from tests import readers
from tests.web.doctors import Doctor, send_photo
from tests.web.sites import assert_problem

SIZE = (224, 224)
SHAPES: list[dict[str, Any]] = [
    {"type": "polygon", "points": [[0.25, 0.25], [0.75, 0.25], [0.75, 0.75], [0.25, 0.75]]},
    {"type": "box", "x": 0.5, "y": 0.1, "width": 0.25, "height": 0.5, "label": "ulcer"},
    {"type": "rle", "width": 32, "height": 32, "counts": [8 * 33, *[16, 16] * 15, 16, 8 * 33]},
]
SHARES = [0.25, 0.125, 0.25]


@pytest.fixture
def client(anywhere: Client) -> Client:
    return anywhere


@pytest.fixture
def ada(client: Client) -> Doctor:
    return Doctor(client, "ada")


@pytest.fixture
def images(client: Client, ada: Doctor) -> list[str]:
    """Two reviewed images, one with every kind of shape, and one that is still to be read."""
    settings = ada.get("settings")
    Doctor(client, "chen").put("settings", settings | {"double_share": 0, "random_share": 0})
    names = [f"{send_photo(client, seed=seed, answers={'age': 47, 'sex': 'female'})['id']}-1" for seed in range(3)]
    ada.read(names[0], "mel", shapes=SHAPES, site="posterior torso", confirmed_by="histopathology", notes="=1+1")
    ada.read(names[1], "seborrhoeic_keratosis")
    return names


def export(doctor: Doctor, form: str, **more: str) -> bytes:
    response = doctor.ask("GET", "exports", format=form, **more)
    assert response.status_code == 200, response.get_data(as_text=True)
    return response.get_data()


def unzipped(data: bytes, folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        archive.extractall(folder)
    return folder


@readers.needed
def test_pycocotools_reads_our_coco(tmp_path: Path, ada: Doctor, images: list[str]) -> None:
    file = tmp_path / "coco.json"
    file.write_bytes(export(ada, "coco"))
    read = readers.ask("coco", file)
    assert sorted(read["images"]) == sorted(f"{name}.jpg" for name in images[:2])
    pixels = SIZE[0] * SIZE[1]
    for found, share in zip(read["annotations"], SHARES, strict=True):
        assert (found["image"], found["category"], found["size"]) == (f"{images[0]}.jpg", "mel", list(SIZE[::-1]))
        assert found["inside"] == pytest.approx(share * pixels, rel=0.05)
        assert found["area"] == pytest.approx(share * pixels, rel=0.05)
    assert read["annotations"][1]["bbox"] == pytest.approx([112, 22.4, 56, 112])


@readers.needed
def test_what_pycocotools_packs_comes_back(tmp_path: Path, client: Client, ada: Doctor, images: list[str]) -> None:
    file = tmp_path / "coco.json"
    file.write_bytes(export(ada, "coco"))
    packed = readers.ask("coco", file)["annotations"][2]
    segmentation = {"size": packed["size"], "counts": packed["packed"]}
    said: dict[str, Any] = json.loads(file.read_text())
    image = {"id": 1, "file_name": f"images\\{images[2]}.jpg", "width": SIZE[0], "height": SIZE[1]}
    annotation = {"image_id": 1, "category_id": said["annotations"][2]["category_id"], "segmentation": segmentation}
    body = {"coco": said | {"images": [image], "annotations": [annotation]}}
    assert ada.post("imports/coco", body)["saved"] == 1
    draft = ada.get(f"images/{images[2]}")["draft"]
    assert (draft["submitted"], draft["findings"]["diagnosis"]) == (False, "mel")
    runs = draft["findings"]["shapes"][0]
    assert sum(runs["counts"][1::2]) == packed["packed_area"]


@readers.needed
def test_labelme_reads_ours_and_we_read_its_files(tmp_path: Path, ada: Doctor, images: list[str]) -> None:
    folder = unzipped(export(ada, "labelme"), tmp_path / "labelme")
    read = readers.ask("labelme_files", folder)
    assert sorted(read) == sorted(f"{name}.jpg" for name in images[:2])
    ours = read[f"{images[0]}.jpg"]
    assert (ours["flags"], ours["size"]) == ({"mel": True}, list(SIZE))
    assert [shape["type"] for shape in ours["shapes"]] == ["polygon", "rectangle", "mask"]
    assert [shape["label"] for shape in ours["shapes"]] == ["lesion", "ulcer", "lesion"]
    for found, share in zip(ours["shapes"], SHARES, strict=True):
        assert found["inside"] == pytest.approx(share * SIZE[0] * SIZE[1], rel=0.05)
    file = json.loads((folder / f"{images[0]}.json").read_text()) | {"imagePath": f"{images[2]}.jpg"}
    assert ada.post("imports/labelme", {"files": [file]})["saved"] == 1
    shapes = ada.get(f"images/{images[2]}")["draft"]["findings"]["shapes"]
    assert np.allclose(shapes[0]["points"], SHAPES[0]["points"])
    assert shapes[1] == pytest.approx(SHAPES[1])
    assert sum(shapes[2]["counts"][1::2]) == pytest.approx(0.25 * SIZE[0] * SIZE[1], rel=0.05)


@readers.needed
def test_fhir_resources_accepts_the_bundle(tmp_path: Path, ada: Doctor, images: list[str]) -> None:
    case = images[0].rpartition("-")[0]
    file = tmp_path / "bundle.json"
    file.write_bytes(ada.ask("GET", f"cases/{case}/fhir").get_data())
    read = readers.ask("fhir_bundle", file)
    assert read["kinds"] == sorted(
        ["DiagnosticReport", "Observation", "Observation", "Observation", "Media", "Device", "Device", "Provenance"]
    )
    assert read["dangling"] == []
    assert (read["status"], read["conclusion"]) == ("final", "Melanoma (One doctor's reading)")
    assert "AIAST" in file.read_text()


def test_a_case_that_is_still_to_be_read_shows_no_bundle(ada: Doctor, images: list[str]) -> None:
    assert_problem(ada.ask("GET", f"cases/{images[2].rpartition('-')[0]}/fhir"), 409, "conflict")


def test_the_tables_of_isic(ada: Doctor, images: list[str]) -> None:
    truth = list(csv.DictReader(io.StringIO(export(ada, "challenge").decode())))
    assert {row["image"]: [code for code, on in row.items() if on == "1.0"] for row in truth} == {
        images[0]: ["MEL"],
        images[1]: ["BKL"],
    }
    table = {row["isic_id"]: row for row in csv.DictReader(io.StringIO(export(ada, "metadata").decode()))}
    melanoma = table[images[0]]
    assert melanoma["age_approx"] == "45"
    assert (melanoma["sex"], melanoma["anatom_site_general"]) == ("female", "posterior torso")
    assert (melanoma["benign_malignant"], melanoma["diagnosis_confirm_type"]) == ("malignant", "histopathology")


def test_masks_and_lines(tmp_path: Path, ada: Doctor, images: list[str]) -> None:
    folder = unzipped(export(ada, "masks"), tmp_path / "masks")
    (file,) = folder.iterdir()
    assert file.name == f"{images[0]}_segmentation.png"
    assert np.mean(np.asarray(Image.open(file)) > 0) == pytest.approx(0.25, rel=0.05)
    lines = [json.loads(line) for line in export(ada, "ndjson", diagnosis="mel").splitlines()]
    assert [line["image"] for line in lines] == [images[0]]
    assert ada.ask("GET", "exports", format="ndjson").headers["X-Total-Images"] == "2"


def test_what_cannot_be_taken_in_is_told_and_keeps_nothing_else_out(ada: Doctor, images: list[str]) -> None:
    def file(image: str, *shapes: Any, **more: Any) -> Any:
        return {"shapes": shapes, "imagePath": f"{image}.jpg", "imageHeight": 10, "imageWidth": 10} | more

    line = {"label": "x", "points": [[1, 1], [2, 2]], "shape_type": "line"}
    two = {"label": "x", "points": [[1, 1], [2, 2]]}
    files = [
        file("nowhere-1"),
        file(images[0]),
        file(images[2], line),
        file(images[2], two),
        file(images[2], flags={"mel": True, "nv": True}),
        file(images[2], {"label": "x", "points": [[1, 1], [2, 2]], "shape_type": "mask", "mask": "bm8="}),
        file(images[2], flags={"nv": True}),
    ]
    report = ada.post("imports/labelme", {"files": files})
    assert (report["saved"], report["refused"]) == (1, 6)
    assert all(each["reason"] for each in report["images"][:6])
