"""A segmenter's whole report: figures, slices, refusals, plots and card; and again, to check a committed one."""

from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from dermaloop.contract.preprocessing import WHOLE
from model_export import card, refusals, report
from model_export.assessment import PHOTOS, differences, write_renewed
from model_export.candidate import QUANTIZATION, Candidate, read_candidate
from model_export.dataset import Sample, Snapshot
from model_export.errors import ExportError
from model_export.evaluate import DIGITS, ROUNDS, SLICE_ROUNDS, SLICED, SMALLEST_SLICE, WORST, attribute_of
from model_export.masks import metrics, plots, written
from model_export.masks.outcome import MaskRun, answer_split
from model_export.pixels import decode
from model_export.recipe import Recipe


def assess(folder: Path, recipe: Recipe, snapshot: Snapshot, root: Path, *, history: Path | None = None) -> None:
    """Writes report, plots and card beside the candidate."""
    candidate = read_candidate(folder)
    report.clear(folder)
    runs = test_runs(candidate, snapshot, root)
    found = content(candidate, runs, snapshot, root)
    if (folder / QUANTIZATION).exists():
        found["quantization"] = msgspec.json.decode((folder / QUANTIZATION).read_bytes())
    drawn = plots.draw(runs, folder, history)
    text = written.markdown(found, candidate.manifest, drawn, recipe.origin.limitations)
    report.write(found, text, card.encode(card.card(candidate.manifest, recipe, found)), folder)


def test_runs(candidate: Candidate, snapshot: Snapshot, root: Path) -> dict[str, MaskRun]:
    """The test split's answers, source by source."""
    sources = sorted({sample.source for sample in snapshot.samples if sample.split == "test"})
    if not sources:
        raise ExportError("the data set has no test pictures with masks")
    return {source: answer_split(candidate, snapshot, root, split="test", source=source) for source in sources}


def content(candidate: Candidate, runs: dict[str, MaskRun], snapshot: Snapshot, root: Path) -> dict[str, Any]:
    """Everything that a report says, from the file and the pictures alone."""
    manifest = candidate.manifest
    model = {"name": manifest.name, "kind": manifest.kind, "version": manifest.version, "sha256": manifest.sha256}
    found: dict[str, Any] = {
        "model": {**model, "bytes": len(candidate.model)},
        "data": {"digest": snapshot.digest},
        "test": {source: measured(run, manifest.uncertain_below) for source, run in runs.items()},
        "quality": {source: _quality(candidate, run.samples, root) for source, run in runs.items()},
    }
    if manifest.not_skin is not None:
        seen = {source: refusals.Seen(run.embedding, run.measures) for source, run in runs.items()}
        found["not_skin"] = refusals.not_skin(candidate, manifest.not_skin, seen)
    return found


def measured(run: MaskRun, uncertain_below: float, *, rounds: int = ROUNDS) -> dict[str, Any]:
    """Every figure with its interval, what being unsure is worth, the slices, and the worst outlines."""
    values = metrics.figures(run.overlaps)
    spans = metrics.bootstrap(run.overlaps, [sample.group for sample in run.samples], rounds=rounds)
    return {
        "pictures": len(run.samples),
        "lesions": len({sample.group for sample in run.samples}),
        "figures": {name: [_round(value), *map(_round, spans[name])] for name, value in values.items()},
        "unsure": unsure(run, uncertain_below),
        "slices": slices(run, rounds=min(rounds, SLICE_ROUNDS)),
        "worst": worst(run),
    }


def unsure(run: MaskRun, below: float) -> dict[str, float]:
    """How many outlines serving would call unsure, and how good those and the others are."""
    sure, iou = run.certainty >= below, np.array([one.iou for one in run.overlaps])
    out = {"share": _round(float((~sure).mean())), "correlation": _round(_correlation(run.certainty, iou))}
    if sure.any():
        out["iou_of_sure"] = _round(float(iou[sure].mean()))
    if not sure.all():
        out["iou_of_unsure"] = _round(float(iou[~sure].mean()))
    return out


def slices(run: MaskRun, *, rounds: int = SLICE_ROUNDS) -> dict[str, dict[str, int | list[float]]]:
    """Overlap by diagnosis, sex, age band, site and kind of confirmation, where there are enough pictures."""
    out: dict[str, dict[str, int | list[float]]] = {}
    for attribute in SLICED:
        known = np.array([attribute_of(sample, attribute) for sample in run.samples])
        for value in np.unique(known):
            chosen = np.flatnonzero(known == value)
            if len(chosen) >= (1 if attribute == "diagnosis" else SMALLEST_SLICE):
                overlaps = [run.overlaps[position] for position in chosen]
                found = metrics.figures(overlaps)
                groups = [run.samples[position].group for position in chosen]
                spans = metrics.bootstrap(overlaps, groups, rounds=rounds)
                out[f"{attribute}={value}"] = {
                    "pictures": len(chosen),
                    **{name: [_round(found[name]), *map(_round, spans[name])] for name in ("iou", "dice", "accepted")},
                }
    return out


def worst(run: MaskRun) -> list[dict[str, Any]]:
    """The outlines that cover least of their lesions, by the picture's own name."""
    order = sorted(range(len(run.samples)), key=lambda p: run.overlaps[p].iou)
    return [
        {
            "picture": run.samples[p].picture or run.samples[p].key,
            "diagnosis": run.samples[p].attributes.get("diagnosis", "unknown"),
            "iou": _round(run.overlaps[p].iou),
            "certainty": _round(float(run.certainty[p])),
        }
        for p in order[:WORST]
    ]


def reproduce(folder: Path, committed: Path, snapshot: Snapshot, root: Path) -> list[str]:
    """The places at which a committed report differs from what is measured now."""
    candidate = read_candidate(folder)
    return differences(content(candidate, test_runs(candidate, snapshot, root), snapshot, root), committed)


def renew(folder: Path, committed: Path, snapshot: Snapshot, root: Path) -> None:
    """Writes a champion's report anew, as `assessment.renew` does."""
    candidate = read_candidate(folder)
    runs = test_runs(candidate, snapshot, root)
    found = content(candidate, runs, snapshot, root)
    write_renewed(candidate, found, folder, committed, plots.draw(runs, committed), written.markdown)


def _quality(candidate: Candidate, samples: list[Sample], root: Path) -> dict[str, Any]:
    chosen = samples[:: max(1, len(samples) // PHOTOS)]
    side = candidate.manifest.input_size
    pictures = [decode(one.origin.read(root), one, side, WHOLE) for one in chosen]
    return refusals.quality(candidate.manifest, pictures)


def _correlation(one: Any, other: Any) -> float:
    return float(np.corrcoef(one, other)[0, 1]) if np.std(one) > 0 and np.std(other) > 0 else 0.0


def _round(value: float) -> float:
    return round(value, DIGITS)
