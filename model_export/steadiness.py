"""How much of a figure is chance: the validation pictures looked at eight ways, mirrored and turned.

A lesion has no right way up, so all eight are equally true, and eight times as many answers tell two models apart that
one look leaves within chance of each other. Also what leaning still less on how common a class is would change.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from dermaloop.contract.decision import probabilities
from dermaloop.contract.images import Pixels
from model_export import metrics
from model_export.candidate import Candidate
from model_export.dataset import Sample, Snapshot
from model_export.errors import ExportError
from model_export.interpreter import Exported
from model_export.metrics import Judged
from model_export.pixels import decode
from model_export.report import encode
from model_export.targets import log_shares, truths
from model_export.writing import write_whole

WAYS = 8
FURTHER = (0.0, 0.04, 0.08, 0.12)  # adjustments beyond the one that the model has
OVERALL = ("accuracy", "balanced_accuracy", "macro_auc", "top3", "malignant_auc", "specificity_at_95")
DIGITS = 4

Figures = dict[str, list[float]]


def ways(picture: Pixels) -> Iterator[Pixels]:
    """The picture as it is, mirrored and turned."""
    for turned in (picture, picture.transpose(1, 0, 2)):
        for upright in (turned, turned[::-1]):
            yield from (upright, upright[:, ::-1])


def steadiness(candidate: Candidate, snapshot: Snapshot, root: Path) -> dict[str, Any]:
    """Per kind of copies and further adjustment, each figure's mean over the eight looks and how far they differ."""
    manifest = candidate.manifest
    positions = snapshot.where(split="validation", task=manifest.name)
    if not positions:
        raise ExportError(f"the data set has no validation pictures for {manifest.name}")
    samples = [snapshot.samples[position] for position in positions]
    logits = _answered(candidate, samples, root)
    truth = truths(snapshot, manifest.codes, manifest.name)
    leaning = log_shares(truth[snapshot.where(split="train", task=manifest.name)], len(manifest.codes), manifest.codes)
    sources = np.array([sample.source for sample in samples])
    same = (logits.argmax(axis=2) == logits[0].argmax(axis=1))[1:]
    copies = {
        str(source): _of_copies(candidate, logits[:, sources == source], truth[positions][sources == source], leaning)
        for source in np.unique(sources)
    }
    return {"version": manifest.version, "agreement": round(float(same.mean()), DIGITS), "copies": copies}


def _answered(candidate: Candidate, samples: list[Sample], root: Path) -> NDArray[np.float32]:
    runner = Exported(candidate.model)
    found = np.empty((WAYS, len(samples), len(candidate.manifest.codes)), np.float32)
    for place, sample in enumerate(tqdm(samples, desc=f"{candidate.manifest.name}, eight ways", mininterval=5)):
        for way, picture in enumerate(ways(decode(sample.origin.read(root), sample, runner.side))):
            found[way, place] = runner.answer(np.ascontiguousarray(picture))["logits"][0]
    return found


def _of_copies(
    candidate: Candidate, logits: NDArray[np.floating], truth: NDArray[np.intp], leaning: NDArray[np.floating]
) -> dict[str, Any]:
    further = {f"{one:.2f}": _spread(candidate, logits - one * leaning, truth) for one in FURTHER}
    return {"pictures": len(truth), "further": further}


def _spread(candidate: Candidate, logits: NDArray[np.floating], truth: NDArray[np.intp]) -> Figures:
    manifest = candidate.manifest
    malignant = np.array([label.malignant for label in manifest.labels])
    names = [*OVERALL, *(f"{label.code}.recall" for label in manifest.labels if label.malignant)]
    looks = [
        metrics.figures(
            Judged(
                probabilities(one, manifest.temperature), truth, manifest.codes, malignant, manifest.malignant_threshold
            )
        )
        for one in logits
    ]
    return {
        name: [round(float(part([look[name] for look in looks])), DIGITS) for part in (np.mean, np.std)]
        for name in names
        if name in looks[0]
    }


def keep(found: dict[str, dict[str, Any]], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / "report.md", _page(found).encode())
    write_whole(folder / "report.json", encode(found))


def _page(found: dict[str, dict[str, Any]]) -> str:
    lines = [
        "# How much is chance",
        "",
        f"The validation pictures, each looked at {WAYS} ways (mirrored and turned), by the exported files: the mean of"
        " each figure over the looks, and their standard deviation. 'Further' is what a head's bias loses of the log of"
        " each class's share beyond what it has lost already. `python -m model_export steady --data ../data`",
    ]
    for name, model in found.items():
        lines += ["", f"## {name} {model['version']}", ""]
        lines += [f"Of the other looks {model['agreement']:.1%} get the answer that the first one gets.", ""]
        names = list(next(iter(model["copies"].values()))["further"]["0.00"])
        lines += [f"| copies | further | {' | '.join(names)} |", "|---" * (len(names) + 2) + "|"]
        lines += [
            f"| {source} ({copies['pictures']}) | {further} | {' | '.join(_cell(figures[name]) for name in names)} |"
            for source, copies in model["copies"].items()
            for further, figures in copies["further"].items()
        ]
    return "\n".join(lines) + "\n"


def _cell(figure: list[float]) -> str:
    return f"{figure[0]:.3f} ± {figure[1]:.3f}"
