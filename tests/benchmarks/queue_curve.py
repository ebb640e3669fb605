"""Does the doctors' queue pay? Labels of HAM10000 revealed in the queue's order and at random, and what each teaches.

    .venv-train/bin/python -m tests.benchmarks.queue_curve --data ../data

Pictures of the training split arrive in parts; the model as it then is ranks each part once, as the product does;
doctors read the best-ranked hundred of all that wait, and the heads are fitted anew. Everything is seen through a
frozen ImageNet network that never met these labels. Ten minutes for the features, and as long for the rest.
"""

import argparse
import dataclasses
from pathlib import Path
from typing import Any, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from dermaloop.contract.decision import probabilities
from dermaloop.contract.labels import VOCABULARIES, read_vocabulary
from dermaloop.records import ModelVersion, Prediction
from dermaloop.records.reviewing import ReviewSettings
from dermaloop.services.prioritizing import weigh
from dermaloop.services.sketching import KEPT, novelty, sketch
from model_export import metrics
from model_export.retraining.flat import Floats, Head
from model_export.retraining.heads import fit_pulled

Order = Literal["queue", "random"]
ORDERS: tuple[Order, ...] = ("queue", "random")
FIGURES = ("balanced_accuracy", "macro_auc", "malignant_auc", "mel.recall")
DISEASE = read_vocabulary(VOCABULARIES / "disease.json")
MALIGNANT = np.array([label.malignant for label in DISEASE.labels])
FIRST, ROUNDS, READ = 200, 12, 100
PULL, DIMENSIONS = 3.0, 128
REPORT = Path("model_export/reports/queue")


@dataclasses.dataclass(frozen=True)
class Pictures:
    """Features and truths: a pool whose labels are hidden, and a test that is only measured."""

    pool: Floats
    truth: NDArray[np.intp]
    test: Floats
    test_truth: NDArray[np.intp]


def read_pictures(features: Path) -> Pictures:
    """Projected to the pool's first principal components, of unit variance."""
    kept = np.load(features)
    codes = {code: index for index, code in enumerate(DISEASE.codes)}
    truth = np.array([codes[label] for label in kept["labels"]])
    train, test = kept["split"] == "train", kept["split"] == "test"
    wide = kept["features"].astype(np.float64)
    mean = wide[train].mean(axis=0)
    _, values, directions = np.linalg.svd(wide[train] - mean, full_matrices=False)
    projected = (wide - mean) @ directions[:DIMENSIONS].T / (values[:DIMENSIONS] / np.sqrt(train.sum()))
    return Pictures(projected[train], truth[train], projected[test], truth[test])


def live(pictures: Pictures, order: Order, seed: int) -> list[dict[str, float]]:
    """One life of the loop: the figures after every round. Both orders see the same pictures arrive."""
    rng = np.random.default_rng(seed)
    arriving = rng.permutation(len(pictures.truth))
    labelled, parts = list(arriving[:FIRST]), np.array_split(arriving[FIRST:], ROUNDS)
    waiting: dict[int, float] = {}
    sketches: list[str] = []
    heads = _fit(pictures, labelled)
    found = [_measure(pictures, heads[0], len(labelled))]
    for part in parts:
        waiting |= _ranked(part, pictures, heads, sketches) if order == "queue" else {p: rng.random() for p in part}
        chosen = sorted(waiting, key=lambda p: -waiting[p])[:READ]
        labelled += chosen
        for picture in chosen:
            del waiting[picture]
        heads = _fit(pictures, labelled)
        found.append(_measure(pictures, heads[0], len(labelled)))
    return found


def _ranked(
    part: NDArray[np.intp], pictures: Pictures, heads: tuple[Head, Head], sketches: list[str]
) -> dict[int, float]:
    """The product's own weights, from what both models say and how alike the pictures are."""
    settings = ReviewSettings(id="review")
    ranks: dict[int, float] = {}
    for picture in part:
        row = pictures.pool[picture]
        drawn = sketch(row.tolist(), "0" * 64)
        weights = weigh(
            f"picture {picture}",
            [_prediction(head, row) for head in heads],
            novelty=novelty(drawn, sketches[-KEPT:]),
            settings=settings,
            scores=list(ranks.values()),
        )
        sketches.append(drawn)
        ranks[int(picture)] = sum(weight.weight for weight in weights)
    return ranks


def _prediction(head: Head, row: Floats) -> Prediction:
    answer = probabilities((row @ head.kernel.T + head.bias)[None], 1.0)[0]
    codes = DISEASE.codes if len(answer) == len(MALIGNANT) else ("benign", "malignant")
    risk = float(answer[MALIGNANT].sum() if len(answer) == len(MALIGNANT) else answer[1])
    said = dict(zip(codes, map(float, answer), strict=True))
    model = ModelVersion("simulated", "1", "0" * 64)
    return Prediction(
        image_id="1", model=model, status="answered", probabilities=said, malignant_probability=min(risk, 1.0)
    )


def _fit(pictures: Pictures, labelled: list[int]) -> tuple[Head, Head]:
    """Seven diagnoses, and benign against malignant, from nothing but the labels that are there."""
    rows, truth = pictures.pool[labelled], pictures.truth[labelled]
    width = rows.shape[1]
    blank = (Head(np.zeros((classes, width)), np.zeros(classes)) for classes in (len(MALIGNANT), 2))
    seven, two = (
        fit_pulled(head, 1.0, rows, known, pull=PULL)
        for head, known in zip(blank, (truth, MALIGNANT[truth].astype(np.intp)), strict=True)
    )
    return seven, two


def _measure(pictures: Pictures, head: Head, labels: int) -> dict[str, float]:
    answer = probabilities(pictures.test @ head.kernel.T + head.bias, 1.0)
    judged = metrics.Judged(answer, pictures.test_truth, DISEASE.codes, MALIGNANT, 0.5)
    found = metrics.figures(judged)
    return {"labels": labels, **{name: found[name] for name in FIGURES}}


def simulate(pictures: Pictures, seeds: int) -> dict[str, Any]:
    """Every life, and where the queue first stays ahead for good."""
    lives = {order: [live(pictures, order, seed) for seed in range(seeds)] for order in ORDERS}
    return {"seeds": seeds, "pool": len(pictures.truth), "test": len(pictures.test_truth), "lives": lives}


def main() -> None:
    from tests.benchmarks import queue_report

    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data", type=Path, required=True, help="the folder with HAM10000's archives")
    options.add_argument("--work", type=Path, default=Path("runs/queue"), help="where the features are kept")
    options.add_argument("--seeds", type=int, default=10)
    chosen = options.parse_args()
    features = chosen.work / "features.npz"
    if not features.exists():
        queue_report.extract(chosen.data, chosen.work, features)
    found = simulate(read_pictures(features), chosen.seeds)
    REPORT.mkdir(parents=True, exist_ok=True)
    (REPORT / "report.json").write_bytes(msgspec.json.encode(found))
    queue_report.write(found, REPORT)


if __name__ == "__main__":
    main()
