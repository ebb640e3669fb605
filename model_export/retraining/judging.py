"""Measures a candidate and the champion it would follow on the same pictures, and lets the gate decide."""

from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from model_export import gate
from model_export.assessment import content, test_runs
from model_export.candidate import Candidate
from model_export.dataset import Snapshot
from model_export.gate import Verdict
from model_export.recipe import CHAMPION, Recipe
from model_export.report import encode

SMALLEST_TEST = 8
HEADLINES = ("accuracy", "balanced_accuracy", "macro_auc", "malignant_auc", "malignant_sensitivity", "ece")


class Judged(NamedTuple):
    """Both reports and the gate's lines."""

    report: dict[str, Any]
    champion_report: dict[str, Any]
    verdicts: list[Verdict]

    @property
    def passed(self) -> bool:
        return gate.passed(self.verdicts)


def judge(candidate: Candidate, champion: Candidate, snapshot: Snapshot, root: Path, recipe: Recipe) -> Judged:
    """The gate's own rules, and two more: a test that says something, and a candidate that is another."""
    new = (_tested if recipe.start == CHAMPION else _measured)(candidate, snapshot, root)
    old = _tested(champion, snapshot, root)
    verdicts = [*_worth_judging(candidate, champion, new), *gate.judge(new, old, recipe.bars, latency_ratio=None)]
    return Judged(new, old, verdicts)


def _measured(candidate: Candidate, snapshot: Snapshot, root: Path) -> dict[str, Any]:
    """As the report will read: what could not be told is null."""
    found = content(candidate, test_runs(candidate, snapshot, root), snapshot, root)
    return dict(msgspec.json.decode(encode(found)))


def _tested(candidate: Candidate, snapshot: Snapshot, root: Path) -> dict[str, Any]:
    """Without what it refuses as no skin: that was measured when the champion was judged, whose embedding this is."""
    bare = Candidate(msgspec.structs.replace(candidate.manifest, not_skin=None), candidate.model)
    return _measured(bare, snapshot, root)


def headlines(report: dict[str, Any]) -> dict[str, float]:
    """The figures by which a model is known, as far as the test could tell them."""
    figures = report["test"][gate.headline_source(report)]["figures"]
    return {name: figures[name][0] for name in HEADLINES if name in figures and figures[name][0] is not None}


def _worth_judging(candidate: Candidate, champion: Candidate, report: dict[str, Any]) -> list[Verdict]:
    test = report["test"][gate.headline_source(report)]
    classes = sum(count > 0 for count in test["support"].values())
    found = f"{test['pictures']} of {classes} classes"
    enough = test["pictures"] >= SMALLEST_TEST and classes > 1
    same = candidate.manifest.sha256 == champion.manifest.sha256
    return [
        Verdict("test pictures", found, f"at least {SMALLEST_TEST} of 2 classes", enough),
        Verdict("it is another model", "the champion itself" if same else "yes", "yes", not same),
    ]
