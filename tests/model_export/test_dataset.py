"""No lesion on two sides, no picture under two names, and no hint of the class in how sharp a picture is."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from model_export import duplicates
from model_export.dataset import Origin, Sample, Snapshot, Split, check
from model_export.errors import ExportError
from model_export.feed import Feed
from model_export.pixels import load, prepare
from model_export.readers.synthetic import read_synthetic
from model_export.recipe import read_recipe
from model_export.targets import class_weights, truths
from tests.model_export.conftest import write_recipe


def sample(key: str, *, group: str = "", split: Split = "train", label: str = "pale", source: str = "small") -> Sample:
    picture = key.split("/")[-1]
    return Sample(key, group or picture, split, source, {"blots": label}, Origin(f"{key}.jpg"), picture=picture)


def test_a_lesion_on_two_sides_is_refused_by_name() -> None:
    with pytest.raises(ExportError, match="HAM_7"):
        check([sample("a", group="HAM_7"), sample("b", group="HAM_7", split="test")])
    with pytest.raises(ExportError, match="listed twice: a"):
        check([sample("a"), sample("a")])
    with pytest.raises(ExportError, match="no pictures"):
        check([])


def test_a_snapshot_is_named_by_its_bytes_and_labels() -> None:
    samples = (sample("a"), sample("b", label="red"))
    one, other = Snapshot(samples, ("11", "22")), Snapshot(samples, ("11", "23"))
    relabelled = Snapshot((sample("a"), sample("b", label="dark")), ("11", "22"))
    reordered = Snapshot(samples[::-1], ("22", "11"))
    assert len({one.digest, other.digest, relabelled.digest}) == 3
    assert reordered.digest == one.digest


def test_a_picture_under_another_name_and_compression_is_found_and_other_lesions_are_not(lesions: Path) -> None:
    samples = read_synthetic(lesions)
    pixels = np.stack([np.asarray(Image.open(lesions / one.origin.path)) for one in samples])
    assert duplicates.across_splits(samples, pixels) == []
    train = next(i for i, one in enumerate(samples) if one.split == "train")
    test = next(i for i, one in enumerate(samples) if one.split == "test")
    softer = Image.fromarray(pixels[train]).resize((64, 64)).resize((96, 96))
    pixels[test] = np.asarray(softer)
    assert [(a, b) for a, b, _ in duplicates.across_splits(samples, pixels)] == [tuple(sorted((train, test)))]


def test_every_class_is_seen_sharp_equally_often_though_its_share_of_sharp_copies_differs(tmp_path: Path) -> None:
    recipe = read_recipe(str(write_recipe(tmp_path)))
    samples = [sample(f"small/{label}{n}", label=label) for label in ("pale", "dark") for n in range(400)]
    available = {"pale": 300, "dark": 120}  # of 400
    for label, number in available.items():
        samples += [sample(f"sharp/{label}{n}", label=label, source="sharp") for n in range(number)]
    snapshot = Snapshot(tuple(samples), tuple(map(str, range(len(samples)))))
    feed = Feed(snapshot, recipe, truths(snapshot, recipe.codes("blots"), "blots"))
    dealt = [samples[p] for step in range(10 * feed.steps_per_epoch) for p in feed.positions(step)]
    sharp = Counter(one.labels["blots"] for one in dealt if one.source == "sharp")
    seen = Counter(one.labels["blots"] for one in dealt)
    shares = {label: sharp[label] / seen[label] for label in seen}
    assert abs(shares["pale"] - recipe.sharp_share) < 0.05
    assert shares["dark"] == pytest.approx(120 / 400, abs=0.03)  # all there are


def test_a_step_always_gets_the_same_pictures_and_an_epoch_each_picture_once(tmp_path: Path) -> None:
    recipe = read_recipe(str(write_recipe(tmp_path)))
    samples = tuple(sample(f"small/{n}") for n in range(160))
    snapshot = Snapshot(samples, tuple(map(str, range(160))))
    main = np.zeros(160, dtype=np.intp)
    one, other = Feed(snapshot, recipe, main), Feed(snapshot, recipe, main)
    assert (one.positions(13) == other.positions(13)).all()
    epoch = np.concatenate([one.positions(step) for step in range(one.steps_per_epoch)])
    assert sorted(epoch) == list(range(160))
    assert not (one.positions(0) == one.positions(one.steps_per_epoch)).all()


def test_preparing_goes_on_where_it_was_killed(lesions: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from model_export import pixels

    samples, decoded = read_synthetic(lesions), []
    real = pixels.decode

    def counted(data: bytes, one: Sample, side: int, preprocessing: str) -> np.ndarray:
        decoded.append(one.key)
        if len(decoded) == 45:
            raise KeyboardInterrupt
        return real(data, one, side, preprocessing)

    monkeypatch.setattr(pixels, "decode", counted)
    monkeypatch.setattr(pixels, "SAVE_EVERY", 20)
    with pytest.raises(KeyboardInterrupt):
        prepare(samples, root=lesions, work=tmp_path, side=64)
    with pytest.raises(ExportError, match="half prepared"):
        load(tmp_path)
    again = prepare(samples, root=lesions, work=tmp_path, side=64)
    assert len(decoded) == 45 + len(samples) - 40
    whole = prepare(samples, root=lesions, work=tmp_path / "other", side=64)
    assert again.snapshot.digest == whole.snapshot.digest
    assert (again.pixels == whole.pixels).all()


def test_an_unreadable_picture_and_an_unknown_label_are_named(lesions: Path, tmp_path: Path) -> None:
    broken = sample("broken")
    (tmp_path / "broken.jpg").write_bytes(b"no picture")
    with pytest.raises(ExportError, match=r"broken \(broken.jpg\)"):
        prepare([broken], root=tmp_path, work=tmp_path / "work", side=64)
    with pytest.raises(ExportError, match="labels purple"):
        truths(Snapshot((sample("a", label="purple"),), ("1",)), ("pale", "red"), "blots")


def test_rare_classes_weigh_more_and_a_missing_one_is_refused() -> None:
    weights = class_weights(np.array([0] * 90 + [1] * 10), 2, 0.5)
    assert weights[1] / weights[0] == pytest.approx(3.0)
    with pytest.raises(ExportError, match=r"no picture of dark: add some"):
        class_weights(np.array([0, 1]), 3, 0.5, ("pale", "red", "dark"))
