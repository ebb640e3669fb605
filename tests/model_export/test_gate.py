"""A red gate stops a candidate, rule by rule, and says which rule."""

import copy
from typing import Any

import pytest

from model_export import gate
from model_export.errors import ExportError
from model_export.recipe import Bars

FIGURES = {
    "balanced_accuracy": 0.75,
    "ece": 0.02,
    "malignant_sensitivity": 0.95,
    "mel.recall": 0.7,
    "nv.recall": 0.9,
}


def report(**figures: float) -> dict[str, Any]:
    values = {name: [value, value - 0.02, value + 0.02] for name, value in (FIGURES | figures).items()}
    return {
        "model": {"bytes": 2_800_000},
        "data": {"digest": "d1"},
        "test": {
            "small": {
                "pictures": 100,
                "figures": values,
                "support": {"mel": 30, "nv": 70},
                "confusion": [[20, 10], [7, 63]],
            }
        },
        "quantization": {"float": {"balanced_accuracy": 0.751}, "int8": {"balanced_accuracy": 0.75}},
        "not_skin": {"refused": 0.98, "lesions_refused": {"small": 0.02}},
    }


def red(candidate: dict[str, Any], champion: dict[str, Any] | None = None, ratio: float | None = 1.0) -> list[str]:
    return [line.rule for line in gate.judge(candidate, champion, Bars(), latency_ratio=ratio) if not line.passed]


def test_an_equal_candidate_passes_every_rule() -> None:
    verdicts = gate.judge(report(), report(), Bars(), latency_ratio=1.0)
    assert gate.passed(verdicts)
    assert len(verdicts) == 10
    assert all(str(line).startswith("pass") for line in verdicts)


@pytest.mark.parametrize(
    ("figures", "rule"),
    [
        ({"balanced_accuracy": 0.735}, "balanced accuracy, small"),
        ({"malignant_sensitivity": 0.93}, "malignant sensitivity, small"),
        ({"mel.recall": 0.5}, "recall of mel, small"),
        ({"ece": 0.05}, "calibration (ECE)"),
    ],
)
def test_a_figure_that_falls_too_far_turns_its_own_rule_red(figures: dict[str, float], rule: str) -> None:
    assert red(report(**figures), report()) == [rule]


def test_a_small_loss_within_the_allowance_passes() -> None:
    assert red(report(balanced_accuracy=0.741), report()) == []


def test_size_latency_silence_quantization_and_refusals_are_judged_without_a_champion() -> None:
    heavy = report()
    heavy["model"]["bytes"] = 5_000_000
    assert red(heavy) == ["size"]
    assert red(report(), ratio=1.4) == ["latency"]
    silent = copy.deepcopy(report())
    silent["test"]["small"]["confusion"] = [[0, 30], [0, 70]]
    assert red(silent) == ["every class is predicted"]
    coarse = report()
    coarse["quantization"]["int8"]["balanced_accuracy"] = 0.73
    assert red(coarse) == ["int8 against float"]
    blind = report()
    blind["not_skin"]["refused"] = 0.5
    assert red(blind) == ["pictures without skin are refused"]


def test_different_test_pictures_are_not_compared() -> None:
    other = report()
    other["data"] = {"digest": "d2"}
    with pytest.raises(ExportError, match="different data"):
        gate.judge(report(), other, Bars(), latency_ratio=None)


def test_a_champion_above_the_target_sensitivity_does_not_raise_the_bar() -> None:
    assert red(report(malignant_sensitivity=0.945), report(malignant_sensitivity=0.99)) == []
    assert red(report(malignant_sensitivity=0.93), report(malignant_sensitivity=0.99)) == [
        "malignant sensitivity, small"
    ]
