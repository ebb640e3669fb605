"""What each command does, as a short list of steps."""

import argparse
import logging
import shutil
from pathlib import Path
from typing import Any

from model_export.candidate import CARD, MANIFEST, MODEL, Candidate, read_candidate, write_candidate
from model_export.dataset import Snapshot
from model_export.errors import ExportError
from model_export.recipe import Recipe, read_recipe

log = logging.getLogger("model_export")

BACKBONE = "weights/mobilenet_v2_1.0_224_imagenet_dequant_bnfolded_f32.npz"


def prepare(options: argparse.Namespace) -> None:
    """Decode every picture once and freeze the list: splits, labels, digests."""
    from model_export.pixels import prepare as freeze
    from model_export.readers.archives import read_archives

    snapshot = freeze(read_archives(options.data), root=options.data, work=options.work / "data").snapshot
    log.info("%d pictures, data set %s", len(snapshot.samples), snapshot.digest[:12])


def train(options: argparse.Namespace) -> None:
    """Train the recipe's network; continues at the last checkpoint."""
    from model_export.pixels import load
    from model_export.train import train as fit

    recipe = read_recipe(options.recipe)
    fit(recipe, load(options.work / "data"), backbone=options.data / BACKBONE, work=options.work / recipe.name)


def export(options: argparse.Namespace) -> None:
    """Quantize the trained network and fit its manifests on validation: one candidate per model of the recipe."""
    from model_export.candidate import export_candidate
    from model_export.pixels import load
    from model_export.train import load_trained

    recipe, prepared = read_recipe(options.recipe), load(options.work / "data")
    model = load_trained(recipe, options.work / recipe.name)
    for task in recipe.models:
        write_candidate(export_candidate(model, recipe, task, prepared), folder_of(options, recipe, task))
        log.info("exported %s", folder_of(options, recipe, task))


def evaluate(options: argparse.Namespace) -> None:
    """Measure the candidates on the test split through the serving code; writes report and card."""
    from model_export import report

    recipe = read_recipe(options.recipe)
    snapshot = frozen(options.work / "data")
    for task in recipe.models:
        folder = folder_of(options, recipe, task)
        candidate = read_candidate(folder)
        found = measure(candidate, snapshot, options.data)
        report.write(found, candidate.manifest, folder)
        write_card(candidate, found, folder)


def measure(candidate: Candidate, snapshot: Snapshot, root: Path) -> dict[str, Any]:
    """Everything that a report says, from the file and the pictures alone."""
    from model_export.evaluate import answer_split, judge, measured

    sources = sorted({s.source for s in snapshot.samples if s.split == "test" and candidate.manifest.name in s.labels})
    runs = {source: answer_split(candidate, snapshot, root, split="test", source=source) for source in sources}
    manifest = candidate.manifest
    return {
        "model": {
            "name": manifest.name, "version": manifest.version, "sha256": manifest.sha256, "bytes": len(candidate.model)
        },
        "data": {"digest": snapshot.digest},
        "test": {source: measured(judge(candidate, run), run.samples) for source, run in runs.items()},
    }  # fmt: skip


def write_card(candidate: Candidate, report: dict[str, Any], folder: Path) -> None:
    from model_export import card

    (folder / CARD).write_bytes(card.encode(card.card(candidate.manifest, report)))


def bundle(options: argparse.Namespace) -> None:
    """Put the evaluated candidates into the bundle as its champions, their reports beside the code."""
    recipe = read_recipe(options.recipe)
    for task in recipe.models:
        source, target = folder_of(options, recipe, task), options.models / task
        read_candidate(source)
        if not (source / CARD).exists():
            raise ExportError(f"{source} was not evaluated yet; run `python -m model_export evaluate` first")
        target.mkdir(parents=True, exist_ok=True)
        for name in (MODEL, CARD, MANIFEST):
            shutil.copyfile(source / name, target / name)
        (options.reports / task).mkdir(parents=True, exist_ok=True)
        for path in sorted(source.glob("report.*")):
            shutil.copyfile(path, options.reports / task / path.name)


def run(options: argparse.Namespace) -> None:
    """Everything in order: prepare, train, export, evaluate."""
    for step in (prepare, train, export, evaluate):
        step(options)


def folder_of(options: argparse.Namespace, recipe: Recipe, task: str) -> Path:
    return Path(options.work) / recipe.name / "candidates" / task


def frozen(work: Path) -> Snapshot:
    from model_export.pixels import load

    return load(work).snapshot


def log_to(path: Path) -> None:
    """To the screen, and to a file that outlives it."""
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        handlers=[logging.StreamHandler(), logging.FileHandler(path)],
        force=True,
    )


COMMANDS = {"prepare": prepare, "train": train, "export": export, "evaluate": evaluate, "bundle": bundle, "run": run}
