"""HAM10000 from Kaggle and from Dataverse: the same pictures, labels and splits, packed or not."""

from collections import Counter
from pathlib import Path

import pytest

from model_export import readers
from model_export.pixels import prepare
from model_export.splits import summary
from tests.model_export.layouts import ham_dataverse, ham_kaggle

pytestmark = pytest.mark.training


def test_kaggle_and_dataverse_give_the_same_data_set(tmp_path: Path) -> None:
    ham_kaggle(tmp_path / "kaggle")
    rows = ham_dataverse(tmp_path / "dataverse")
    ours, theirs = (readers.read(tmp_path / name, "disease") for name in ("kaggle", "dataverse"))
    assert [(s.key, s.group, s.split, s.labels, s.attributes) for s in ours] == [
        (s.key, s.group, s.split, s.labels, s.attributes) for s in theirs
    ]
    assert len(ours) == len(rows)
    for a, b in zip(ours, theirs, strict=True):
        assert a.origin.read(tmp_path / "kaggle") == b.origin.read(tmp_path / "dataverse")


def test_lesions_stay_whole_and_every_class_is_in_every_split(tmp_path: Path) -> None:
    ham_kaggle(tmp_path, lesions=10)
    samples = readers.read(tmp_path, "disease")
    assert len({(s.group, s.split) for s in samples}) == len({s.group for s in samples}) == 70
    counts = Counter((s.labels["disease"], s.split) for s in samples)
    assert all(counts[code, split] for code in {c for c, _ in counts} for split in ("train", "validation", "test"))
    assert {s.labels["disease"] for s in samples if s.labels["malignancy"] == "malignant"} == {"akiec", "bcc", "mel"}
    assert samples[0].attributes == {"sex": "female", "age": "40-59", "site": "back", "confirmation": "histo"}


def test_the_seed_alone_decides_the_splits(tmp_path: Path) -> None:
    ham_kaggle(tmp_path)
    first, again, other = (readers.read(tmp_path, "disease", seed=seed) for seed in (0, 0, 1))
    assert first == again
    assert [s.split for s in first] != [s.split for s in other]


def test_packed_pictures_are_prepared_without_unpacking(tmp_path: Path) -> None:
    ham_dataverse(tmp_path / "data", lesions=3)
    samples = readers.read(tmp_path / "data", "disease")
    prepared = prepare(samples, root=tmp_path / "data", work=tmp_path / "work", side=32)
    assert prepared.pixels.shape == (len(samples), 32, 32, 3)
    assert len(set(prepared.snapshot.digests)) == len(samples)
    assert "nv" in summary(prepared.snapshot.samples)


def test_one_photo_under_two_lesions_of_the_published_table_is_one_lesion(tmp_path: Path) -> None:
    ham_kaggle(tmp_path, lesions=2)
    path = tmp_path / "HAM10000_metadata.csv"
    path.write_text(path.read_text().replace("HAM_nv_0", "HAM_0000140").replace("HAM_vasc_0", "HAM_0004919"))
    groups = Counter(s.group for s in readers.read(tmp_path, "disease"))
    assert groups["ham10000/lesion/HAM_0004919"] == 2
    assert "ham10000/lesion/HAM_0000140" not in groups
