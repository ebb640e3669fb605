"""An explanation counts as pointing at the lesion only where its mask is."""

import io
import tarfile
from pathlib import Path

import numpy as np
from PIL import Image

from model_export.dataset import Origin, Sample
from model_export.evaluate import Run
from model_export.interpreter import Answers
from model_export.metrics import Judged
from model_export.pointing import MASKS, lesion_mask, pointing


def mask_png() -> bytes:
    """600x450, as published: the lesion is a disc right of the middle."""
    rows, columns = np.mgrid[0:450, 0:600]
    out = io.BytesIO()
    disc = (rows - 225) ** 2 + (columns - 400) ** 2 < 60**2
    Image.fromarray(disc).save(out, "PNG")
    return out.getvalue()


def test_a_mask_is_cut_to_the_square_that_the_model_sees() -> None:
    mask = lesion_mask(mask_png())
    rows, columns = np.nonzero(mask)
    assert abs(rows.mean() / 56 - 0.5) < 0.02
    assert abs(columns.mean() / 56 - (400 - 75) / 450) < 0.02
    assert 0.05 < mask.mean() < 0.20


def test_peaks_inside_and_outside_are_told_apart(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / MASKS, "w") as archive:
        member = tarfile.TarInfo("ISIC_1.png")
        member.size = len(mask_png())
        archive.addfile(member, io.BytesIO(mask_png()))
    sample = Sample("small/ISIC_1", "HAM_1", "test", "small", {"disease": "mel"}, Origin("x"), picture="ISIC_1")
    peaks = np.array([[0.5, 0.72], [0.1, 0.1], [0.5, 0.3]])
    run = Run([sample] * 3, Answers(np.zeros((3, 2), np.float32), np.zeros((3, 4), np.float32), peaks), [])
    answers = np.array([[0.9, 0.1], [0.9, 0.1], [0.2, 0.8]])
    judged = Judged(answers, np.zeros(3, dtype=np.intp), ("mel", "nv"), np.array([True, False]), 0.5)
    found = pointing(judged, run, tmp_path)
    assert found is not None
    assert found["by_answer"] == {"mel": 0.5, "nv": 0.0}
    assert found["inside"] == 0.33333
    assert pointing(judged, run, tmp_path / "elsewhere") is None
