"""Fits how age, sex and site join the photo, for one model and no other."""

import datetime
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from scipy.optimize import minimize

from dermaloop.contract.fusion import Fusion
from model_export.calibrate import fit_malignant_threshold
from model_export.candidate import Candidate
from model_export.dataset import Sample, Snapshot
from model_export.fusion.comparing import compared, helps
from model_export.fusion.facts import SEXES, Facts, Flags, Floats, Rows, joined, rows

PENALTY = 1.0


def fuse(candidate: Candidate, samples: list[Sample], root: Path) -> tuple[Fusion, dict[str, Any]]:
    """The fusion for exactly this model, and the report that says whether it helps."""
    facts, snapshot = Facts(root / "ham10000.csv"), Snapshot(samples=tuple(samples))
    sources = sorted({sample.source for sample in samples if sample.picture and "malignancy" in sample.labels})
    validation = [rows(candidate, snapshot, root, facts, split="validation", source=source) for source in sources]
    said = logistic(*facts.training())
    seen = joined(validation)
    alone = logistic(seen.photo[:, None], seen.malignant, penalty=0.0)
    both = logistic(np.stack([seen.photo, seen.facts @ said[1:]], axis=1), seen.malignant, penalty=0.0)
    fusion = made(candidate.manifest.name, candidate.manifest.sha256, facts, said, both, seen)
    tests = {source: rows(candidate, snapshot, root, facts, split="test", source=source) for source in sources}
    limits = (_threshold(risk_alone(alone, seen), seen), _threshold(risk(fusion, facts, seen), seen))
    figures = {
        source: compared(risk_alone(alone, rows_), risk(fusion, facts, rows_), rows_, limits)
        for source, rows_ in tests.items()
    }
    report = {
        "model": {"version": candidate.manifest.version, "sha256": candidate.manifest.sha256},
        "pictures": {"train": len(facts.training()[1]), "validation": len(seen.malignant)},
        "believed": round(float(both[2]), 4),
        "test": figures,
        "helps": all(helps(found) for found in figures.values()),
    }
    return fusion, report


def logistic(features: Floats, truth: Flags, *, penalty: float = PENALTY) -> Floats:
    """The weights of a logistic regression, the intercept first and free of the penalty."""
    inputs = np.column_stack([np.ones(len(features)), features])
    sign = np.where(truth, 1.0, -1.0)

    def loss(weights: Floats) -> tuple[float, Floats]:
        margin = sign * (inputs @ weights)
        pull = -sign / (1 + np.exp(margin))
        shrink = np.concatenate([[0.0], weights[1:]])
        value = np.logaddexp(0, -margin).sum() + penalty / 2 * (shrink**2).sum()
        return float(value), inputs.T @ pull + penalty * shrink

    return np.asarray(minimize(loss, np.zeros(inputs.shape[1]), jac=True, method="L-BFGS-B").x)


def risk_alone(weights: Floats, some: Rows) -> Floats:
    return _sigmoid(weights[0] + weights[1] * some.photo)


def risk(fusion: Fusion, facts: Facts, some: Rows) -> Floats:
    """As serving computes it, for many pictures at once."""
    columns = [fusion.age, fusion.age_squared, *fusion.sex.values()]
    columns += [fusion.site[name] for name in facts.places]
    return _sigmoid(fusion.intercept + fusion.photo * some.photo + some.facts @ np.array(columns))


def made(model: str, sha256: str, facts: Facts, said: Floats, both: Floats, seen: Rows) -> Fusion:
    """The weights as serving wants them: offsets gathered, threshold found on validation."""
    weights = both[2] * said[1:]
    offsets = weights * facts.means
    sexes, places = slice(2, 4), slice(4, None)
    fusion = Fusion(
        model=model,
        sha256=sha256,
        fitted=datetime.datetime.now(datetime.UTC).date().isoformat(),
        intercept=_digits(both[0]),
        photo=_digits(both[1]),
        age_known=_digits(-offsets[:2].sum()),
        age=_digits(weights[0]),
        age_squared=_digits(weights[1]),
        sex=_named(SEXES, weights[sexes] - offsets[sexes].sum()),
        site=_named(facts.places, weights[places] - offsets[places].sum()),
        threshold=0.5,
    )
    return msgspec.structs.replace(fusion, threshold=round(_threshold(risk(fusion, facts, seen), seen), 6))


def _threshold(risks: Floats, seen: Rows) -> float:
    return fit_malignant_threshold(risks, seen.malignant)


def _named(names: tuple[str, ...], weights: Floats) -> dict[Any, float]:
    return {name: _digits(weight) for name, weight in zip(names, weights, strict=True)}


def _digits(value: float) -> float:
    return round(float(value), 5)


def _sigmoid(odds: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-odds)))
