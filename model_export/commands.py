"""What each command does, as a short list of steps. Heavy imports wait until a command needs them."""

import argparse
import logging
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from model_export import report as reports
from model_export.errors import ExportError
from model_export.recipe import Recipe, read_recipe

if TYPE_CHECKING:
    from dermaloop.ports import Blobs
    from model_export.pixels import Prepared

log = logging.getLogger("model_export")

BACKBONE = "weights/mobilenet_v2_1.0_224_imagenet_dequant_bnfolded_f32.npz"


def prepare(options: argparse.Namespace) -> None:
    """Decode every picture once and freeze the list: splits, labels, digests. Leaking splits are refused."""
    from model_export import duplicates, readers
    from model_export.pixels import prepare as freeze
    from model_export.splits import summary

    recipe = read_recipe(options.recipe)
    task = recipe.tasks[0]
    vocabulary = recipe.vocabulary(task.name) if task.vocabulary else None
    samples = readers.read(options.data, task.name, options.layout, vocabulary=vocabulary)
    place = _data(options, recipe)
    prepared = freeze(samples, root=options.data, work=place, side=recipe.side)
    kept = duplicates.guard(samples, prepared.pixels, prepared.snapshot.digests, drop=options.drop_duplicates)
    if len(kept) < len(samples):
        log.info("%d copies of pictures in other splits are dropped", len(samples) - len(kept))
        prepared = freeze(kept, root=options.data, work=place, side=recipe.side)
    if recipe.source_side not in (0, recipe.side):
        freeze(kept, root=options.data, work=options.work / "data-training", side=recipe.source_side)
    log.info("data set %s: %s", prepared.snapshot.digest[:12], summary(kept))


def train(options: argparse.Namespace) -> None:
    """Train the recipe's network with its engine; continues at the last checkpoint."""
    recipe, prepared = read_recipe(options.recipe), _prepared(options, training=True)
    start = options.backbone or options.data / BACKBONE
    work = options.work / recipe.name
    if recipe.engine == "native":
        from model_export.native.training import train as fit_natively

        fit_natively(recipe, prepared, start=start, work=work)
    else:
        from model_export.train import train as fit

        fit(recipe, prepared, backbone=start, work=work)


def export(options: argparse.Namespace) -> None:
    """Quantize the trained network and fit the manifests on validation: one candidate per model of the recipe."""
    from model_export.candidate import export_candidate, write_candidate
    from model_export.train import load_trained

    recipe, prepared = read_recipe(options.recipe), _prepared(options)
    model = load_trained(recipe, options.work / recipe.name)
    for task in _models(options, recipe):
        folder = _folder(options, recipe, task)
        write_candidate(export_candidate(model, recipe, task, prepared), folder)
        log.info("exported %s", folder)


def calibrate(options: argparse.Namespace) -> None:
    """Fit temperature, thresholds, not-skin region and photo limits anew for candidates that exist."""
    from model_export.candidate import read_candidate, recalibrate, write_candidate

    recipe, prepared = read_recipe(options.recipe), _prepared(options)
    for task in _models(options, recipe):
        folder = _folder(options, recipe, task)
        write_candidate(recalibrate(read_candidate(folder), recipe, task, prepared), folder)
        log.info("calibrated %s", folder)


def compare(options: argparse.Namespace) -> None:
    """Lay the float network beside its exported file; the figures go into the report that `evaluate` writes."""
    from model_export.candidate import MODEL, read_candidate
    from model_export.compare import compare_candidate
    from model_export.train import load_trained

    recipe, prepared = read_recipe(options.recipe), _prepared(options)
    model = load_trained(recipe, options.work / recipe.name)
    for task in _models(options, recipe):
        folder = _folder(options, recipe, task)
        found = compare_candidate(model, read_candidate(folder), recipe, task, prepared)
        (folder / "quantization.json").write_bytes(reports.encode(found))
        log.info("%s: %s against the float network: %s", task, folder / MODEL, found)


def evaluate(options: argparse.Namespace) -> None:
    """Measure the candidates on the test split through the serving code; writes report, plots and card."""
    from model_export.assessment import assess

    recipe, prepared = read_recipe(options.recipe), _prepared(options)
    for task in _models(options, recipe):
        folder = _folder(options, recipe, task)
        assess(folder, recipe, prepared.snapshot, options.data, history=options.work / recipe.name / "history.jsonl")
        log.info("report: %s", folder / reports.REPORT_MD)


def gate(options: argparse.Namespace) -> None:
    """Judge each candidate against the champion of its name; fails if any rule does."""
    from model_export import gate as rules
    from model_export.latency import latency_ratio

    recipe = read_recipe(options.recipe)
    red = []
    for task in _models(options, recipe):
        folder, champion = _folder(options, recipe, task), options.reports / task
        ratio = latency_ratio(folder / "model.tflite", options.plain)
        old = reports.read(champion) if (champion / reports.REPORT_JSON).exists() else None
        verdicts = rules.judge(reports.read(folder), old, recipe.bars, latency_ratio=ratio)
        for verdict in verdicts:
            log.info("%s  %s", task, verdict)
        (folder / "gate.json").write_bytes(
            reports.encode({"passed": rules.passed(verdicts), "lines": list(map(str, verdicts))})
        )
        red += [] if rules.passed(verdicts) else [task]
    if red:
        raise ExportError(f"the gate is red for {', '.join(red)}: nothing of it may be published")


def bundle(options: argparse.Namespace) -> None:
    """Put gated candidates into the code's own bundle as its champions, their reports beside the code."""
    recipe = read_recipe(options.recipe)
    for task in _models(options, recipe):
        source = _passed(_folder(options, recipe, task))
        _copy(source, options.models / task, ("model.tflite", "card.json", "manifest.json"))
        plots = [path.name for path in sorted(source.glob("*.svg"))]
        _copy(source, options.reports / task, (reports.REPORT_JSON, reports.REPORT_MD, "gate.json", *plots))
        log.info("%s is in the bundle: %s", task, options.models / task)


def publish(options: argparse.Namespace) -> None:
    """Write gated candidates to the store (DERMALOOP_* settings); --promote also makes them champions."""
    from model_export import publish as store
    from model_export.candidate import read_candidate

    recipe, blobs = read_recipe(options.recipe), _blobs()
    for task in _models(options, recipe):
        folder = _passed(_folder(options, recipe, task))
        contents = {file: (folder / file).read_bytes() for file in store.FILES}
        version = store.publish(read_candidate(folder), contents, blobs)
        if options.promote:
            store.promote(task, version, by=options.promote, blobs=blobs)


def reproduce(options: argparse.Namespace) -> None:
    """Evaluate the bundled champions again and compare with their committed reports, digit by digit."""
    from model_export.assessment import reproduce as again

    prepared = _prepared(options)
    for folder in sorted(path.parent for path in options.models.glob("*/manifest.json")):
        differing = again(folder, options.reports / folder.name, prepared.snapshot, options.data)
        if differing:
            raise ExportError(f"{folder.name} differs from its report at {', '.join(differing[:8])}")
        log.info("%s: every figure of the committed report is reproduced", folder.name)


def fuse(options: argparse.Namespace) -> None:
    """Fit age, sex and site beside the bundled malignancy model; ships the fusion only if it helps."""
    from model_export import fusing, fusion_report, readers
    from model_export.candidate import read_candidate

    samples = readers.read(options.data, "malignancy", options.layout)
    fusion, found = fusing.fuse(read_candidate(options.models / "malignancy"), samples, options.data)
    fusion_report.keep(fusion, found, options.fusion, options.reports / "fusion")
    log.info("age, sex and site %s: %s", "help" if found["helps"] else "do not help", options.reports / "fusion")


def run(options: argparse.Namespace) -> None:
    """Everything in order: prepare, train, export, compare, evaluate, gate, and publish where --publish is given.

    Without --data it makes the training run that was claimed under --run-id, with what the store holds.
    """
    if options.data is None:
        _claimed(options)
        return
    steps = [prepare, train, export, compare, evaluate, gate, *([publish] if options.publish else [])]
    for step in steps:
        log.info("== %s", step.__name__)
        step(options)


def download(options: argparse.Namespace) -> None:
    """Fetch a public data set, with resume and checksums, for people who have a network."""
    from model_export.download import download as fetch_all

    for path in fetch_all(options.set, options.data):
        log.info("%s", path)


def _prepared(options: argparse.Namespace, *, training: bool = False) -> "Prepared":
    """The squares as the finished model sees them, or the larger ones that training cuts its views from."""
    from model_export.pixels import load

    recipe = read_recipe(options.recipe)
    larger = training and recipe.source_side not in (0, recipe.side)
    return load(options.work / "data-training" if larger else _data(options, recipe))


def _data(options: argparse.Namespace, recipe: Recipe) -> Path:
    return Path(options.work) / f"data-{recipe.side}"


def _models(options: argparse.Namespace, recipe: Recipe) -> tuple[str, ...]:
    if options.model and options.model not in recipe.models:
        raise ExportError(f"recipe {recipe.name} makes {', '.join(recipe.models)}, not {options.model}")
    return (options.model,) if options.model else recipe.models


def _folder(options: argparse.Namespace, recipe: Recipe, task: str) -> Path:
    return Path(options.work) / recipe.name / "candidates" / task


def _passed(folder: Path) -> Path:
    """The folder, if its candidate was evaluated and its gate is green."""
    if not (folder / "gate.json").exists():
        raise ExportError(f"{folder} was not gated yet; run `python -m model_export gate` first")
    if b'"passed": true' not in (folder / "gate.json").read_bytes():
        raise ExportError(f"the gate of {folder} is red; nothing of it may be published")
    return folder


def _copy(source: Path, target: Path, names: tuple[str, ...]) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for name in names:
        if (source / name).exists():
            shutil.copyfile(source / name, target / name)


def _claimed(options: argparse.Namespace) -> None:
    from dermaloop.wiring import Settings, build
    from model_export.retraining.running import run as make

    if not options.run_id:
        raise ExportError("name the pictures with --data, or a claimed training run with --run-id")
    world = build(Settings.from_env(os.environ)).world
    make(options.run_id, options.attempt, world=world, work=options.work.parent)


def _blobs() -> "Blobs":
    from dermaloop.wiring import Settings, build

    return build(Settings.from_env(os.environ)).world.blobs


def log_to(path: Path) -> None:
    """To the screen, and to a file that outlives it."""
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        handlers=[logging.StreamHandler(), logging.FileHandler(path)],
        force=True,
    )


COMMANDS = {
    command.__name__: command
    for command in (
        prepare,
        train,
        export,
        calibrate,
        compare,
        evaluate,
        gate,
        bundle,
        publish,
        reproduce,
        fuse,
        run,
        download,
    )
}
