"""Measures an exported model as serving runs it: original bytes, the contract's pixels, the file's own answers."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from dermaloop.contract.decision import probabilities
from dermaloop.contract.images import Pixels
from dermaloop.contract.measures import Measures, measure
from model_export import metrics
from model_export.candidate import Candidate
from model_export.dataset import Sample, Snapshot, Split
from model_export.errors import ExportError
from model_export.interpreter import Answers, Exported
from model_export.metrics import Judged
from model_export.pixels import decode

ROUNDS = 1000
SLICES = ("sex", "age", "site", "confirmation")
SLICED = ("diagnosis", *SLICES)
SLICE_ROUNDS = 200
IN_SLICES = ("accuracy", "balanced_accuracy", "malignant_auc", "malignant_sensitivity", "malignant_specificity")
SMALLEST_SLICE = 30
WORST = 12
DIGITS = 5


class Run(NamedTuple):
    """Answers to some samples, in their order."""

    samples: list[Sample]
    answers: Answers
    measures: list[Measures]


def answer_split(
    candidate: Candidate, snapshot: Snapshot, root: Path, *, split: Split, source: str | None = None
) -> Run:
    """Asks the exported file about every picture of a split, from the bytes on."""
    samples = [snapshot.samples[p] for p in snapshot.where(split=split, source=source, task=candidate.manifest.name)]
    if not samples:
        raise ExportError(f"the data set has no {split} pictures for {candidate.manifest.name}")
    runner = Exported(candidate.model)
    measures: list[Measures] = []

    def pictures() -> Iterator[Pixels]:
        for sample in tqdm(samples, desc=f"{split} {source or ''}", mininterval=5):
            pixels = decode(sample.origin.read(root), sample, runner.side)
            measures.append(measure(pixels))
            yield pixels

    return Run(samples, runner.answer_all(pictures()), measures)


def judge(candidate: Candidate, run: Run) -> Judged:
    """The answers calibrated as the manifest says, beside the truth."""
    manifest = candidate.manifest
    indices = {code: index for index, code in enumerate(manifest.codes)}
    return Judged(
        probabilities=probabilities(run.answers.logits, manifest.temperature),
        truth=np.array([indices[sample.labels[manifest.name]] for sample in run.samples], dtype=np.intp),
        codes=manifest.codes,
        malignant=np.array([label.malignant for label in manifest.labels]),
        threshold=manifest.malignant_threshold,
    )


def measured(judged: Judged, samples: list[Sample], *, rounds: int = ROUNDS) -> dict[str, Any]:
    """Every figure with its interval, and what the plots need."""
    values = metrics.figures(judged)
    spans = metrics.bootstrap(judged, [sample.group for sample in samples], rounds=rounds)
    return {
        "pictures": len(samples),
        "lesions": len({sample.group for sample in samples}),
        "support": {code: int((judged.truth == index).sum()) for index, code in enumerate(judged.codes)},
        "figures": {name: [_round(value), *map(_round, spans[name])] for name, value in values.items()},
        "confusion": confusion(judged).tolist(),
        "abstaining": abstaining(judged, samples, rounds=rounds),
        "slices": slices(judged, samples, rounds=min(rounds, SLICE_ROUNDS)),
        "worst": worst(judged, samples),
    }


def confusion(judged: Judged) -> NDArray[np.intp]:
    """Rows are the truth, columns the answer."""
    number = len(judged.codes)
    flat = judged.truth * number + judged.probabilities.argmax(axis=1)
    return np.bincount(flat, minlength=number * number).reshape(number, number)


def abstaining(judged: Judged, samples: list[Sample], *, rounds: int = ROUNDS) -> dict[str, list[float]]:
    """The error among the most certain answers, by how many are given."""
    shares = np.arange(0.5, 1.01, 0.05)
    groups = [sample.group for sample in samples]
    drawn = np.array([metrics.risks(judged, shares, weights) for weights in metrics.draws(groups, rounds=rounds)])
    return {
        f"{share:.2f}": [_round(float(risk)), *map(_round, metrics.interval(drawn[:, index].tolist()))]
        for index, (share, risk) in enumerate(zip(shares, metrics.risks(judged, shares), strict=True))
    }


def slices(
    judged: Judged, samples: list[Sample], *, rounds: int = SLICE_ROUNDS
) -> dict[str, dict[str, int | list[float]]]:
    """Headlines for each diagnosis, sex, age band, site and kind of confirmation with enough pictures."""
    out: dict[str, dict[str, int | list[float]]] = {}
    for attribute in SLICED:
        known = np.array([attribute_of(sample, attribute) for sample in samples])
        for value in np.unique(known):
            chosen = np.flatnonzero(known == value)
            if len(chosen) >= SMALLEST_SLICE:
                groups = [samples[position].group for position in chosen]
                out[f"{attribute}={value}"] = {
                    "pictures": len(chosen),
                    **_headlines(judged.take(chosen), groups, rounds),
                }
    return out


def attribute_of(sample: Sample, attribute: str) -> str:
    """What is known of a picture besides the label in question."""
    said = sample.labels.get("disease") if attribute == "diagnosis" else None
    return said or sample.attributes.get(attribute, "unknown")


def _headlines(judged: Judged, groups: list[str], rounds: int) -> dict[str, int | list[float]]:
    """Those that can be told of these pictures; of melanomas alone, for one, no balanced accuracy."""
    found, spans = metrics.figures(judged), metrics.bootstrap(judged, groups, rounds=rounds)
    names = [name for name in IN_SLICES if name in found and np.isfinite(found[name])]
    if len(np.unique(judged.truth)) == 1:
        names = [name for name in names if name != "balanced_accuracy"]
    return {name: [_round(found[name]), *map(_round, spans[name])] for name in names}


def worst(judged: Judged, samples: list[Sample]) -> list[dict[str, Any]]:
    """The wrong answers given with the most certainty, by the picture's own name."""
    sure, answer = judged.probabilities.max(axis=1), judged.probabilities.argmax(axis=1)
    order = [int(p) for p in np.argsort(-sure, kind="stable") if answer[p] != judged.truth[p]]
    return [
        {
            "picture": samples[p].picture or samples[p].key,
            "truth": judged.codes[judged.truth[p]],
            "answer": judged.codes[answer[p]],
            "probability": _round(float(sure[p])),
        }
        for p in order[:WORST]
    ]


def _round(value: float) -> float:
    return round(value, DIGITS)
