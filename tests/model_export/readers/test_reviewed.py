"""Reviewed annotations, frozen and read again: same reviews, same id; patients keep their split; lines are checked."""

import io
import json
from collections import Counter
from pathlib import Path

import msgspec
import numpy as np
import pytest
from PIL import Image

from dermaloop.contract.preprocessing import Crop
from model_export import readers
from model_export.errors import ExportError
from model_export.pixels import prepare
from model_export.readers.freezing import Review, freeze
from model_export.readers.reviewed import lesion_mask, read_snapshot
from model_export.regions import Box, Painted, Polygon, Shape
from tests.model_export.layouts import drawn
from tests.pictures import encode, lesion

pytestmark = pytest.mark.training

BOX = Box(0.3, 0.3, 0.4, 0.4)
DIAMOND = Polygon(((0.5, 0.3), (0.7, 0.5), (0.5, 0.7), (0.3, 0.5)))


def png(mask: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> bytes:
    out = io.BytesIO()
    Image.fromarray(mask.astype(np.uint8) * 255).save(out, "PNG")
    return out.getvalue()


def store(key: str) -> bytes:
    if key.startswith("paint"):
        return png(np.add.outer(np.abs(np.arange(60) - 30), np.abs(np.arange(80) - 40)) < 9)
    return drawn(int(key.rpartition("/")[2]))


def review(number: int, *shapes: Shape, patient: str = "", code: str = "") -> Review:
    return Review(
        image=f"img{number:04}",
        blob=f"cases/{number}",
        case=f"case{number}",
        patient=patient,
        labels={"disease": code or ("mel", "nv")[number % 2]},
        confirmed_by="histopathology",
        readers=2,
        shapes=shapes,
    )


def test_the_same_reviews_in_any_order_make_the_same_snapshot(tmp_path: Path) -> None:
    reviews = [review(n, BOX) for n in range(12)]
    first = freeze(reviews, read=store, folder=tmp_path / "a")
    again = freeze(reversed(reviews), read=store, folder=tmp_path / "b")
    other = freeze([*reviews[:-1], review(11, DIAMOND)], read=store, folder=tmp_path / "c")
    assert first == again != other
    assert (tmp_path / "a" / "reviewed.jsonl").read_bytes() == (tmp_path / "b" / "reviewed.jsonl").read_bytes()


def test_a_snapshot_is_read_with_its_labels_crops_and_splits(tmp_path: Path) -> None:
    freeze([review(n, BOX, patient=f"p{n // 2}") for n in range(40)], read=store, folder=tmp_path / "data")
    samples = readers.read(tmp_path / "data", "disease")
    assert {(s.labels["disease"], s.labels["malignancy"]) for s in samples} == {("mel", "malignant"), ("nv", "benign")}
    assert len({(s.group, s.split) for s in samples}) == len({s.group for s in samples}) == 20
    assert set(Counter(s.split for s in samples)) == {"train", "validation", "test"}
    assert samples[0].attributes == {"confirmation": "histopathology", "readers": "2"}
    assert samples[0].crop is not None
    assert msgspec.to_builtins(samples[0].crop) == pytest.approx({"x": 0.1, "y": 0.1, "width": 0.8, "height": 0.8})


def test_patients_known_before_keep_their_split(tmp_path: Path) -> None:
    old = [review(n, patient=f"p{n}") for n in range(30)]
    freeze(old, read=store, folder=tmp_path / "old")
    more = [*old, *(review(n, patient=f"p{n % 50}") for n in range(30, 90))]
    freeze(more, read=store, folder=tmp_path / "new", earlier=tmp_path / "old")
    before, after = ({one.patient: one.split for one in read_snapshot(tmp_path / n)} for n in ("old", "new"))
    assert {patient: after[patient] for patient in before} == before
    assert len(after) == 50


def test_the_crop_is_what_training_sees_and_the_mask_lies_on_it(tmp_path: Path) -> None:
    picture = encode(lesion(120, 90, seed=3), quality=95)
    reviews = [
        msgspec.structs.replace(review(0, Painted("paint/0")), blob="photo"),
        msgspec.structs.replace(review(1), blob="photo"),
    ]
    freeze(reviews, read=lambda key: picture if key == "photo" else store(key), folder=tmp_path / "data")
    samples = readers.read(tmp_path / "data", "disease")
    prepared = prepare(samples, root=tmp_path / "data", work=tmp_path / "work", side=64)
    assert np.abs(prepared.pixels[0].astype(int) - prepared.pixels[1].astype(int)).mean() > 10
    one, bare = read_snapshot(tmp_path / "data")
    mask = lesion_mask(one, tmp_path / "data", 64)
    assert mask is not None
    inside, outside = prepared.pixels[0][mask].mean(), prepared.pixels[0][~mask].mean()
    assert inside < outside - 40  # the drawn lesion is dark, and the mask covers its middle
    assert lesion_mask(bare, tmp_path / "data", 64) is None


def frozen(root: Path) -> Path:
    freeze([review(n, BOX) for n in range(8)], read=store, folder=root)
    return root


def edit(path: Path, **changes: object) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def change_line(root: Path, number: int, **changes: object) -> None:
    path = root / "reviewed.jsonl"
    lines = path.read_text().splitlines()
    lines[number] = json.dumps(json.loads(lines[number]) | changes)
    path.write_text("\n".join(lines))


def test_a_line_changed_after_freezing_is_refused(tmp_path: Path) -> None:
    change_line(frozen(tmp_path), 2, split="test", labels={"disease": "bcc"})
    with pytest.raises(ExportError, match=r"reviewed\.jsonl was changed after it was frozen"):
        readers.read(tmp_path, "disease")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"confirmed_by": "a hunch"}, r"line 3: Invalid enum value 'a hunch' - at `\$\.confirmed_by`"),
        ({"image": "../../etc/passwd"}, r"line 3: .*matching regex .*\$\.image"),
        ({"image": "img0001"}, r"line 3: image img0001 stands there twice"),
        ({"shapes": [{"type": "polygon", "points": [[0, 0], [1, 1]]}]}, r"line 3: a polygon needs three points"),
        ({"shapes": [{"type": "box", "x": 7, "y": 0, "width": 1, "height": 1}]}, r"line 3: .*<= 1.*\$\.shapes"),
        ({"shapes": [{"type": "rle", "width": 4, "height": 4, "counts": [3]}]}, r"add up to 3, not to 4 x 4"),
        ({"labels": {}}, r"line 3: .*\$\.labels"),
    ],
)
def test_a_malformed_line_is_refused_with_its_place(tmp_path: Path, changes: dict[str, object], message: str) -> None:
    change_line(frozen(tmp_path), 2, **changes)
    with pytest.raises(ExportError, match=message):
        readers.read(tmp_path, "disease")


def test_a_picture_that_is_not_the_reviewed_one_is_refused(tmp_path: Path) -> None:
    (frozen(tmp_path) / "pictures" / "img0003.jpg").write_bytes(drawn(99))
    with pytest.raises(ExportError, match=r"line 4: .*img0003\.jpg is not the picture that was reviewed \(sha256\)"):
        readers.read(tmp_path, "disease")
    (tmp_path / "pictures" / "img0003.jpg").unlink()
    with pytest.raises(ExportError, match=r"line 4: .*img0003\.jpg cannot be read .*export it again"):
        readers.read(tmp_path, "disease")


def test_codes_of_another_namespace_are_refused(tmp_path: Path) -> None:
    edit(frozen(tmp_path) / "snapshot.json", namespaces={"disease": "elsewhere"})
    with pytest.raises(ExportError, match="the codes of disease are elsewhere's, this code's are ham10000's"):
        readers.read(tmp_path, "disease")


def test_another_format_and_a_missing_header_are_refused(tmp_path: Path) -> None:
    edit(frozen(tmp_path) / "snapshot.json", format="dermaloop-reviewed-9")
    with pytest.raises(ExportError, match="format 'dermaloop-reviewed-9' is not 'dermaloop-reviewed-1'"):
        readers.read(tmp_path, "disease")
    (tmp_path / "snapshot.json").unlink()
    with pytest.raises(ExportError, match=r"snapshot\.json is missing"):
        readers.read(tmp_path, "disease")


def test_an_unknown_label_cannot_be_read(tmp_path: Path) -> None:
    freeze([review(n, code="freckle" if n == 1 else "nv") for n in range(3)], read=store, folder=tmp_path)
    with pytest.raises(ExportError, match=r"line 2: 'freckle' is no label of disease \(akiec, bcc"):
        readers.read(tmp_path, "disease")


def test_nothing_is_frozen_from_nothing_or_over_a_snapshot(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="no reviewed annotations to freeze"):
        freeze([], read=store, folder=tmp_path)
    frozen(tmp_path)
    with pytest.raises(ExportError, match="holds a snapshot already; freeze into a new folder"):
        frozen(tmp_path)


def test_a_freeze_that_fails_half_way_is_no_snapshot(tmp_path: Path) -> None:
    def broken(key: str) -> bytes:
        if key.endswith("/5"):
            raise OSError("the store went away")
        return store(key)

    with pytest.raises(OSError, match="went away"):
        freeze([review(n) for n in range(8)], read=broken, folder=tmp_path)
    assert not (tmp_path / "snapshot.json").exists()
    assert freeze([review(n) for n in range(8)], read=store, folder=tmp_path)


def test_a_crop_changes_the_name_of_the_data_set(tmp_path: Path) -> None:
    frozen(tmp_path)
    samples = readers.read(tmp_path, "disease")
    moved = [msgspec.structs.replace(samples[0], crop=Crop(0, 0, 0.5, 0.5)), *samples[1:]]
    digests = {
        prepare(list(listed), root=tmp_path, work=tmp_path / name, side=32).snapshot.digest
        for name, listed in (("a", samples), ("b", moved))
    }
    assert len(digests) == 2
