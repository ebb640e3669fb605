"""Fits age, sex and site beside the photo's own risk, and says with figures whether they help.

Two stages, since a model is too sure of the pictures it was trained on: what age, sex and site say by themselves is
learned on the training split; how much of it to believe beside the photo is learned on validation. It is shipped only
if, on the test split and against the photo alone recalibrated in the same way, the 95 % interval of the gain in log
loss lies above nothing for every resolution, and at no resolution fewer malignant pictures are found at the threshold.
"""

import datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from dermaloop.contract.fusion import Fusion
from model_export.calibrate import fit_malignant_threshold
from model_export.candidate import Candidate
from model_export.dataset import Sample, Snapshot
from model_export.evaluate import answer_split, judge
from model_export.metrics import auc
from model_export.readers.tables import read_rows

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

COLUMNS = ("image_id", "age", "sex", "localization", "malignant", "split")
SEXES = ("female", "male")
SPARSE = {"acral": "foot"}  # seven pictures are too few for a weight of their own
PENALTY = 1.0
ROUNDS = 1000


class Rows(NamedTuple):
    """Pictures with what is known of the person: log odds of the photo, facts, truth, lesion."""

    photo: Floats
    facts: Floats
    malignant: Flags
    groups: NDArray[np.intp]


class Facts:
    """Age, sex and site of every picture as columns of numbers.

    Each is counted from its mean over the training split, so that what is not known adds nothing.
    """

    def __init__(self, table: Path) -> None:
        self._rows = {row["image_id"]: row for row in read_rows(table, COLUMNS)}
        found = {_place(row["localization"]) for row in self._rows.values()} - {"unknown", ""}
        self.places = tuple(sorted(found))
        self._train = [image_id for image_id, row in self._rows.items() if row["split"] == "train"]
        self.means = np.nanmean([self._plain(image_id) for image_id in self._train], axis=0)

    def row(self, image_id: str) -> dict[str, str]:
        return self._rows[image_id]

    def of(self, image_id: str) -> Floats:
        return np.asarray(np.nan_to_num(self._plain(image_id) - self.means))

    def training(self) -> tuple[Floats, Flags]:
        truth = [self._rows[image_id]["malignant"] == "1" for image_id in self._train]
        return np.array([self.of(image_id) for image_id in self._train]), np.array(truth)

    def _plain(self, image_id: str) -> Floats:
        """One column each; a fact that is not known is NaN in all of its columns."""
        row = self._rows[image_id]
        decades = (float(row["age"]) - 50) / 10 if row["age"] else np.nan
        sex, place = row["sex"], _place(row["localization"])
        sexes = [float(sex == name) if sex in SEXES else np.nan for name in SEXES]
        places = [float(place == name) if place in self.places else np.nan for name in self.places]
        return np.array([decades, decades**2, *sexes, *places])


def fuse(candidate: Candidate, samples: list[Sample], root: Path) -> tuple[Fusion, dict[str, Any]]:
    """The fusion for exactly this model, and the report that says whether it helps."""
    facts, snapshot = Facts(root / "ham10000.csv"), Snapshot(samples=tuple(samples))
    sources = sorted({sample.source for sample in samples if sample.picture and "malignancy" in sample.labels})
    validation = [rows(candidate, snapshot, root, facts, split="validation", source=source) for source in sources]
    said = logistic(*facts.training())
    seen = _joined(validation)
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


def rows(candidate: Candidate, snapshot: Snapshot, root: Path, facts: Facts, *, split: Any, source: str) -> Rows:
    """What the exported file says of every picture of one split and resolution, beside age, sex and site."""
    run = answer_split(candidate, snapshot, root, split=split, source=source)
    judged = judge(candidate, run)
    probability = np.clip(judged.malignant_probability, 1e-6, 1 - 1e-6)
    return Rows(
        photo=np.log(probability / (1 - probability)),
        facts=np.array([facts.of(sample.picture) for sample in run.samples]),
        malignant=judged.malignant[judged.truth],
        groups=np.unique([sample.group for sample in run.samples], return_inverse=True)[1],
    )


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


def compared(alone: Floats, both: Floats, some: Rows, limits: tuple[float, float]) -> dict[str, Any]:
    """Figures of both, and the gain with its interval over lesions drawn anew."""
    counts = np.ones(len(alone))
    drawn = []
    rng, number = np.random.default_rng(0), int(some.groups.max()) + 1
    for _ in range(ROUNDS):
        weights = rng.multinomial(number, np.full(number, 1 / number))[some.groups].astype(float)
        first, second = _figures(alone, some, limits[0], weights), _figures(both, some, limits[1], weights)
        drawn.append({name: second[name] - first[name] for name in first})
    plain, fused = _figures(alone, some, limits[0], counts), _figures(both, some, limits[1], counts)
    return {
        name: {
            "photo": round(plain[name], 4),
            "photo_and_answers": round(fused[name], 4),
            "difference": [
                round(fused[name] - plain[name], 4),
                *(round(float(np.quantile([one[name] for one in drawn], q)), 4) for q in (0.025, 0.975)),
            ],
        }
        for name in plain
    }


def _figures(risks: Floats, some: Rows, threshold: float, counts: Floats) -> dict[str, float]:
    clipped, bad = np.clip(risks, 1e-9, 1 - 1e-9), some.malignant
    surprise = -np.where(bad, np.log(clipped), np.log(1 - clipped))
    called = risks >= threshold
    return {
        "log_loss": float((surprise * counts).sum() / counts.sum()),
        "brier": float((((clipped - bad) ** 2) * counts).sum() / counts.sum()),
        "auc": auc(risks, bad, counts),
        "sensitivity": float((called & bad) @ counts / (bad @ counts)),
        "specificity": float((~called & ~bad) @ counts / (~bad @ counts)),
    }


def helps(found: dict[str, Any]) -> bool:
    """The rule of this module's opening, for one resolution."""
    return bool(found["log_loss"]["difference"][2] < 0 and found["sensitivity"]["difference"][0] >= 0)


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


def _joined(parts: list[Rows]) -> Rows:
    return Rows(*(np.concatenate([getattr(part, name) for part in parts]) for name in Rows._fields))


def _sigmoid(odds: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-odds)))


def _place(localization: str) -> str:
    return SPARSE.get(localization, localization)
