"""Trees with a folder per class, and a further model that is nothing but such a tree and a label file."""

import shutil
from collections import Counter
from pathlib import Path

import pytest

from model_export import readers
from model_export.duplicates import guard
from model_export.errors import ExportError
from model_export.pixels import load, prepare
from model_export.recipe import read_recipe
from model_export.splits import summary
from model_export.vocabulary import LABELS, read_labels
from tests.model_export.layouts import class_folders, drawn, put, table

pytestmark = pytest.mark.training


def test_the_published_test_split_is_kept_and_validation_is_cut_out_of_train(tmp_path: Path) -> None:
    class_folders(tmp_path / "train", ("benign", "malignant"), 20)
    class_folders(tmp_path / "test", ("benign", "malignant"), 5, first=100)
    samples = readers.read(tmp_path, "malignancy", vocabulary=read_labels("malignancy"))
    assert Counter((s.key.split("/")[1], s.split) for s in samples) == {
        ("train", "train"): 32, ("train", "validation"): 8, ("test", "test"): 10
    }  # fmt: skip
    assert {s.labels["malignancy"] for s in samples if s.split == "validation"} == {"benign", "malignant"}


def test_published_validation_folders_are_kept_too(tmp_path: Path) -> None:
    for number, split in enumerate(("Train", "valid", "test")):
        class_folders(tmp_path / split, ("benign", "malignant"), 4, first=number * 10)
    samples = readers.read(tmp_path, "malignancy")
    told = {s.key.split("/")[1]: s.split for s in samples}
    assert told == {"Train": "train", "valid": "validation", "test": "test"}


def test_a_label_file_and_a_tree_become_a_prepared_data_set(tmp_path: Path) -> None:
    """What a further model needs, up to the snapshot: no line of Python names it."""
    data, mine = tmp_path / "photos", tmp_path / "mine"
    mine.mkdir()
    shutil.copy(LABELS / "clinical.json", mine / "skin_at_home.json")
    vocabulary = read_labels("skin_at_home.json", beside=mine)
    names = ("acne", "Eczema", "atopic dermatitis", "Basal-cell carcinoma", "naevus")
    class_folders(data, names, 8)
    samples = readers.read(data, "clinical", vocabulary=vocabulary)
    assert {s.labels["clinical"] for s in samples} == set(vocabulary.codes)
    prepare(samples, root=data, work=tmp_path / "work", side=64)
    prepared = load(tmp_path / "work")
    assert guard(prepared.snapshot.samples, prepared.pixels, prepared.snapshot.digests) == samples
    assert prepared.snapshot.where(split="test", task="clinical")
    text = summary(prepared.snapshot.samples)
    assert text.startswith("40 pictures of 40 lesions or patients\n\nclinical")
    assert "none in" not in text


def test_a_recipe_names_a_label_file_beside_it_or_a_bundled_one(tmp_path: Path) -> None:
    shutil.copy(LABELS / "clinical.json", tmp_path / "mine.json")
    for name in ("mine.json", "clinical"):
        (tmp_path / "r.toml").write_text(
            f'name = "r"\nabout = ""\n[[tasks]]\nname = "clinical"\nvocabulary = "{name}"\n'
            '[[phases]]\nsize = 64\nepochs = 1\n[origin]\nlicence = "CC0-1.0"\ncitations = ["drawn"]\n'
        )
        assert read_recipe(str(tmp_path / "r.toml")).vocabulary("clinical") == read_labels("clinical")


def test_every_bundled_label_file_is_named_in_every_language() -> None:
    for path in LABELS.glob("*.json"):
        for label in read_labels(path.stem).labels:
            assert set(label.names) == {"en", "zh-TW", "ko"}, label.code


def test_a_groups_table_and_double_underscores_keep_pictures_together(tmp_path: Path) -> None:
    put(tmp_path / "acne", ["p1__1.jpg", "p1__2.jpg", "a.jpg", "b.jpg"])
    put(tmp_path / "naevus", ["c.jpg", "d.jpg"], first=10)
    table(tmp_path / "groups.csv", [("picture", "group"), ("acne/a.jpg", "Ann"), ("naevus/c.jpg", "Ann")])
    groups = {s.key.removeprefix("folders/"): s.group for s in readers.read(tmp_path, "clinical")}
    assert groups["acne/p1__1.jpg"] == groups["acne/p1__2.jpg"]
    assert groups["acne/a.jpg"] == groups["naevus/c.jpg"]
    assert len(set(groups.values())) == 4


def test_hidden_files_and_masks_are_no_pictures(tmp_path: Path) -> None:
    class_folders(tmp_path, ("benign", "malignant"), 3)
    (tmp_path / "benign" / "._000.jpg").write_bytes(drawn(1))
    (tmp_path / "benign" / "000_segmentation.png").write_bytes(drawn(1, "PNG"))
    (tmp_path / "benign" / "Thumbs.db").write_bytes(b"x")
    assert len(readers.read(tmp_path, "malignancy")) == 6


def test_a_folder_that_is_no_label_is_refused(tmp_path: Path) -> None:
    class_folders(tmp_path, ("acne", "rosacea"), 2)
    with pytest.raises(ExportError, match=r"rosacea is named after no label of clinical \(acne, .*rename or move"):
        readers.read(tmp_path, "clinical", vocabulary=read_labels("clinical"))


def test_a_groups_table_that_names_no_picture_is_refused(tmp_path: Path) -> None:
    class_folders(tmp_path, ("acne", "naevus"), 2)
    table(tmp_path / "groups.csv", [("picture", "group"), ("acne/zzz.jpg", "Ann")])
    with pytest.raises(ExportError, match=r"groups.csv names acne/zzz.jpg, which is no picture below"):
        readers.read(tmp_path, "clinical")
