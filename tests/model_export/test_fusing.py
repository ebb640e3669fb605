"""Age, sex and site beside the photo: learned where they tell something, shipped only where they help."""

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from dermaloop.contract.fusion import Fusion, fused
from dermaloop.contract.questions import Answers
from model_export.fusion import comparing, fitting
from model_export.fusion.facts import Facts, Rows
from model_export.fusion.report import keep

HEADER = "image_id,lesion_id,dx,dx_type,age,sex,localization,malignant,split"


def table(folder: Path) -> Path:
    """Four hundred training rows in which age and face tell malignancy, and a few whose facts are not known."""
    rng, lines = np.random.default_rng(0), [HEADER]
    for number in range(400):
        age, face = int(rng.integers(2, 17) * 5), bool(rng.random() < 0.3)
        bad = rng.random() < 1 / (1 + np.exp(-(age - 60) / 10 - 1.5 * face))
        site, sex = ("face" if face else "back"), rng.choice(["female", "male", "unknown"])
        shown = "" if number % 50 == 0 else f"{age}.0"
        lines.append(f"P{number},L{number},nv,histo,{shown},{sex},{site},{int(bad)},train")
    path = folder / "ham10000.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_what_is_not_known_adds_nothing(tmp_path: Path) -> None:
    facts = Facts(table(tmp_path))
    unknown = facts.of("P0")
    assert unknown[:2].tolist() == [0.0, 0.0]
    training, _ = facts.training()
    assert np.abs(training[:, :2].mean(axis=0)).max() < 1.0


def test_the_weights_are_those_that_made_the_table(tmp_path: Path) -> None:
    facts = Facts(table(tmp_path))
    weights = fitting.logistic(*facts.training())
    assert weights[1] == pytest.approx(1.0, abs=0.4)  # per decade
    face, back = 5 + facts.places.index("face"), 5 + facts.places.index("back")
    assert weights[face] - weights[back] > 0.5


def test_serving_computes_what_was_fitted(tmp_path: Path) -> None:
    facts = Facts(table(tmp_path))
    said = fitting.logistic(*facts.training())
    known = np.array([facts.of("P1"), facts.of("P0")])
    rows = Rows(np.array([-2.0, 1.0]), known, np.array([True, False]), np.arange(2))
    fusion = fitting.made("malignancy", "a" * 64, facts, said, np.array([-0.2, 0.9, 0.5]), rows)
    one = facts.row("P1")
    told = {"age": int(float(one["age"])), "site": one["localization"]}
    if one["sex"] != "unknown":
        told["sex"] = one["sex"]
    expected = fitting.risk(fusion, facts, rows)[0]
    assert fused(fusion, 1 / (1 + np.exp(2.0)), msgspec.convert(told, Answers)) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(("gain", "lost", "helps"), [(-0.004, 0.0, True), (0.001, 0.0, False), (-0.004, -0.01, False)])
def test_only_a_gain_that_is_sure_and_loses_no_one_is_shipped(
    tmp_path: Path, gain: float, lost: float, helps: bool
) -> None:
    figures = {
        "log_loss": {"photo": 0.3, "photo_and_answers": 0.3 + gain, "difference": [gain, gain - 0.002, gain + 0.002]},
        "sensitivity": {"photo": 0.95, "photo_and_answers": 0.95 + lost, "difference": [lost, lost, lost]},
    }
    assert comparing.helps(figures) is helps
    report: dict[str, Any] = {
        "model": {"version": "v", "sha256": "a" * 64},
        "pictures": {"train": 1, "validation": 1},
        "believed": 0.5,
        "test": {"small": figures},
        "helps": helps,
    }
    place = tmp_path / "fusion.json"
    place.write_text("what was fitted for the last model")
    fusion = Fusion(
        model="malignancy", sha256="a" * 64, fitted="2026-11-21", intercept=0, photo=1, age_known=0, age=0,
        age_squared=0, sex={}, site={}, threshold=0.5,
    )  # fmt: skip
    keep(fusion, report, place, tmp_path / "report")
    assert place.exists() is helps
    assert "Test, small" in (tmp_path / "report" / "report.md").read_text()
