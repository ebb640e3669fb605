"""What people are told is measured through the product, reported as measured, and of the champions that are bundled."""

import csv
import io
import json
import tarfile
from pathlib import Path

import pytest

from dermaloop.web import Site
from model_export.metrics import share_of
from model_export.readers.archives import COPIES
from tests.benchmarks import steps
from tests.pictures import jpeg

COLUMNS = ("image_id", "dx", "split", "lesion_id", "malignant")


def _laid(folder: Path, lines: list[tuple[str, str, str]]) -> Path:
    with (folder / "ham10000.csv").open("w", newline="") as file:
        csv.writer(file).writerows([COLUMNS, *((*line, line[0], int(line[1] == "mel")) for line in lines)])
    for archive in COPIES.values():
        with tarfile.open(folder / archive, "w") as tar:
            for name, _, _ in lines:
                entry = tarfile.TarInfo(f"{name}.jpg")
                entry.size = len(jpeg())
                tar.addfile(entry, io.BytesIO(jpeg()))
    return folder


def test_every_test_picture_is_told_one_step(tmp_path: Path, shared_site: Site) -> None:
    lines = [("a", "mel", "test"), ("b", "nv", "test"), ("c", "nv", "train"), ("d", "mel", "validation")]
    found = steps.measure(_laid(tmp_path, lines), shared_site)
    for told in found["steps"].values():
        assert {dx: sum(tiers.values()) for dx, tiers in told.items()} == {"mel": 1, "nv": 1}
        assert told["mel"] == told["nv"], "the same drawing twice"


def test_the_report_is_of_the_bundled_champions(shared_site: Site) -> None:
    """Stale after a new champion: `python -m tests.benchmarks.steps --data DIR`."""
    reported = json.loads((steps.REPORT / "report.json").read_text())["models"]
    assert reported == {name: shared_site.world.classifiers.champion(name).manifest.version for name in steps.MODELS}


def test_the_page_says_what_was_measured() -> None:
    found = json.loads((steps.REPORT / "report.json").read_text())
    assert (steps.REPORT / "report.md").read_text() == steps.markdown(found)


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"), [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0)]
)
def test_intervals(part: int, whole: int, low: float, high: float) -> None:
    assert share_of(part, whole) == pytest.approx((part / whole, low, high), abs=1e-4)
