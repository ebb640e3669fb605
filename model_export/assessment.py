"""A candidate's whole report: figures, refusals, plots and card; and the same again, to check a committed one."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from dermaloop.contract.manifest import Manifest
from model_export import card, plots, pointing, refusals, report
from model_export.candidate import CARD, QUANTIZATION, Candidate, read_candidate
from model_export.dataset import Sample, Snapshot
from model_export.errors import ExportError
from model_export.evaluate import Run, answer_split, judge, measured
from model_export.pixels import decode
from model_export.recipe import Recipe
from model_export.writing import write_whole

Written = Callable[[dict[str, Any], Manifest, list[str], Sequence[str]], str]
PHOTOS = 400  # test photos of each source whose quality is measured, plain and spoilt


def assess(folder: Path, recipe: Recipe, snapshot: Snapshot, root: Path, *, history: Path | None = None) -> None:
    """Writes report, plots and card beside the candidate."""
    candidate = read_candidate(folder)
    report.clear(folder)
    runs = test_runs(candidate, snapshot, root)
    found = content(candidate, runs, snapshot, root)
    if (folder / QUANTIZATION).exists():
        found["quantization"] = msgspec.json.decode((folder / QUANTIZATION).read_bytes())
    answered = {source: judge(candidate, run) for source, run in runs.items()}
    drawn = plots.draw(answered, folder, history, task=candidate.manifest.name)
    text = report.markdown(found, candidate.manifest, drawn, recipe.origin.limitations)
    report.write(found, text, card.encode(card.card(candidate.manifest, recipe, found)), folder)


def test_runs(candidate: Candidate, snapshot: Snapshot, root: Path) -> dict[str, Run]:
    """The test split's answers, source by source."""
    name = candidate.manifest.name
    sources = sorted({sample.source for sample in snapshot.samples if sample.split == "test" and name in sample.labels})
    if not sources:
        raise ExportError(f"the data set has no test pictures for {name}")
    return {source: answer_split(candidate, snapshot, root, split="test", source=source) for source in sources}


def content(candidate: Candidate, runs: dict[str, Run], snapshot: Snapshot, root: Path) -> dict[str, Any]:
    """Everything that a report says, from the file and the pictures alone."""
    manifest = candidate.manifest
    model = {"name": manifest.name, "version": manifest.version, "sha256": manifest.sha256}
    found: dict[str, Any] = {
        "model": {**model, "bytes": len(candidate.model)},
        "data": {"digest": snapshot.digest},
        "test": {source: measured(judge(candidate, run), run.samples) for source, run in runs.items()},
        "quality": {source: _quality(candidate, run.samples, root) for source, run in runs.items()},
    }
    largest = max(runs, key=lambda source: len(runs[source].samples))
    pointed = pointing.pointing(judge(candidate, runs[largest]), runs[largest], root)
    if pointed is not None:
        found["pointing"] = pointed
    if manifest.not_skin is not None:
        seen = {source: refusals.Seen(run.answers.embedding, run.measures) for source, run in runs.items()}
        found["not_skin"] = refusals.not_skin(candidate, manifest.not_skin, seen)
    return found


def _quality(candidate: Candidate, samples: list[Sample], root: Path) -> dict[str, Any]:
    chosen = samples[:: max(1, len(samples) // PHOTOS)]
    side = candidate.manifest.input_size
    return refusals.quality(candidate.manifest, [decode(one.origin.read(root), one, side) for one in chosen])


def reproduce(folder: Path, committed: Path, snapshot: Snapshot, root: Path) -> list[str]:
    """The places at which a committed report differs from what is measured now."""
    candidate = read_candidate(folder)
    return differences(content(candidate, test_runs(candidate, snapshot, root), snapshot, root), committed)


def renew(folder: Path, committed: Path, snapshot: Snapshot, root: Path) -> None:
    """Writes a champion's report anew where the code that measures has learnt more."""
    candidate = read_candidate(folder)
    runs = test_runs(candidate, snapshot, root)
    found = content(candidate, runs, snapshot, root)
    answered = {source: judge(candidate, run) for source, run in runs.items()}
    write_renewed(candidate, found, folder, committed, plots.draw(answered, committed), report.markdown)


def write_renewed(
    candidate: Candidate, found: dict[str, Any], folder: Path, committed: Path, drawn: list[str], written: Written
) -> None:
    """What only training can tell, and what the recipe said of the pictures, is taken from what there was before."""
    old, said = report.read(committed), msgspec.json.decode((folder / CARD).read_bytes())
    if "quantization" in old:
        found["quantization"] = old["quantization"]
    limits = [one["description"] for one in said["considerations"]["limitations"] if one["description"] != card.ALWAYS]
    said["quantitative_analysis"] = card.analysis(found)
    learning = [name for name in ("learning.svg",) if (committed / name).exists()]
    write_whole(folder / CARD, card.encode(said))
    text = written(found, candidate.manifest, [*drawn, *learning], limits)
    write_whole(committed / report.REPORT_MD, text.encode())
    write_whole(committed / report.REPORT_JSON, report.encode(found))


def differences(new: dict[str, Any], committed: Path) -> list[str]:
    """Where a report made now differs from the committed one; what only training can tell is not looked at."""
    again, old = msgspec.json.decode(report.encode(new)), report.read(committed)
    return [place for name in again for place in _differences(again[name], old.get(name), name)]


def _differences(new: object, old: object, place: str) -> list[str]:
    if isinstance(new, dict) and isinstance(old, dict):
        return [
            d for key in new.keys() | old.keys() for d in _differences(new.get(key), old.get(key), f"{place}.{key}")
        ]
    return [] if new == old else [place]
