"""The tar archives beside their table: every copy of a picture, its lesion and its fixed split."""

import io
import tarfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from model_export import readers
from model_export.errors import ExportError

pytestmark = pytest.mark.training


def picture(seed: int = 0, side: int = 40) -> bytes:
    out = io.BytesIO()
    Image.fromarray(np.random.default_rng(seed).integers(0, 256, (side, side, 3), dtype=np.uint8)).save(out, "JPEG")
    return out.getvalue()


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
