"""Reviewed annotations as they were frozen: read with labels, crops and splits; whatever was changed is named."""

import json
from collections import Counter
from pathlib import Path

import msgspec
import numpy as np
import pytest

from dermaloop.contract.preprocessing import Crop
from dermaloop.ports import World
from dermaloop.records.shapes import Box, Polygon, RunLengths, Shape
from dermaloop.services.freezing import freeze, write_snapshot
from model_export import readers
from model_export.errors import ExportError
from model_export.masks.samples import masked
from model_export.masks.truth import draw
from model_export.pixels import prepare
from model_export.retraining.collecting import collect
from tests.model_export.layouts import drawn, reviewed
from tests.services.reviewed import agree_on
from tests.services.worlds import world

pytestmark = pytest.mark.training

BOX = Box(0.3, 0.3, 0.4, 0.4)
DIAMOND = Polygon(((0.5, 0.3), (0.7, 0.5), (0.5, 0.7), (0.3, 0.5)))
BAR = RunLengths(4, 4, (4, 8, 4))
"""The two middle columns of four."""


@pytest.fixture
def here(tmp_path: Path) -> World:
    return world(tmp_path / "world")


def test_what_the_product_froze_is_what_is_read(here: World, tmp_path: Path) -> None:
    """The service writes, the job collects, the reader reads: one format, every kind of shape."""
    kinds: tuple[tuple[Shape, ...], ...] = ((BOX,), (DIAMOND,), (BAR,), ())
    for number in range(36):
        agree_on(here, number, shapes=kinds[number % 4])
    frozen = freeze(earlier="", world=here)
    write_snapshot(frozen, blobs=here.blobs)
    root = tmp_path / "data"
    collect(frozen.id, here.blobs, root)
    samples = readers.read(root, "disease")
    assert len(samples) == 36
    assert set(Counter(s.split for s in samples)) == {"train", "validation", "test"}
    assert {(s.labels["disease"], s.labels["malignancy"]) for s in samples} == {
        ("mel", "malignant"), ("bcc", "malignant"), ("nv", "benign")
    }  # fmt: skip
    assert {s.attributes["confirmation"] for s in samples} == {"histopathology"}
    assert Counter(type(shape).__name__ for s in samples for shape in s.shapes) == {
        "Box": 9, "Polygon": 9, "RunLengths": 9
    }  # fmt: skip
    outlined = masked(samples, root, "lesion_mask")
    assert len(outlined) == 18
    inside = {type(one.shapes[0]).__name__: float((draw(one, root, 64) >= 128).mean()) for one in outlined}
    assert inside == pytest.approx({"Polygon": 0.08, "RunLengths": 0.5}, abs=0.01)


def test_the_crop_is_what_training_sees(tmp_path: Path) -> None:
    root = reviewed(tmp_path / "data", {0: (BOX,), 1: ()}, same=True)
    samples = readers.read(root, "disease")
    assert msgspec.to_builtins(samples[0].crop) == pytest.approx({"x": 0.1, "y": 0.1, "width": 0.8, "height": 0.8})
    prepared = prepare(samples, root=root, work=tmp_path / "work", side=64)
    assert np.abs(prepared.pixels[0].astype(int) - prepared.pixels[1].astype(int)).mean() > 2


def frozen(root: Path) -> Path:
    return reviewed(root, dict.fromkeys(range(8), (BOX,)))


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
        ({"shapes": [{"type": "polygon", "points": [[0, 0], [1, 1]]}]}, r"line 3: Expected `array` of length >= 3"),
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
    reviewed(tmp_path, {0: (), 1: (), 2: ()}, codes=("nv", "freckle", "nv"))
    with pytest.raises(ExportError, match=r"line 2: 'freckle' is no label of disease \(akiec, bcc"):
        readers.read(tmp_path, "disease")


def test_a_crop_changes_the_name_of_the_data_set(tmp_path: Path) -> None:
    frozen(tmp_path)
    samples = readers.read(tmp_path, "disease")
    moved = [msgspec.structs.replace(samples[0], crop=Crop(0, 0, 0.5, 0.5)), *samples[1:]]
    digests = {
        prepare(list(listed), root=tmp_path, work=tmp_path / name, side=32).snapshot.digest
        for name, listed in (("a", samples), ("b", moved))
    }
    assert len(digests) == 2
