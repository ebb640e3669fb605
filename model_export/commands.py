"""What each command does, as a short list of steps. Heavy imports wait until a command needs them."""

import argparse
import logging
import os
import shutil
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from model_export import report as reports
from model_export.errors import ExportError
from model_export.recipe import Recipe, read_recipe

if TYPE_CHECKING:
    from dermaloop.ports import Blobs
    from model_export.roads import Place, Road

log = logging.getLogger("model_export")

BACKBONE = "weights/mobilenet_v2_1.0_224_imagenet_dequant_bnfolded_f32.npz"


def prepare(options: argparse.Namespace) -> None:
    """Decode every picture once and freeze the list: splits, labels, digests. Leaking splits are refused."""
    from model_export import duplicates, readers
    from model_export.pixels import prepare as freeze
    from model_export.roads import Place
    from model_export.roads import road as road_of
    from model_export.splits import summary

    recipe = read_recipe(options.recipe)
    task = recipe.tasks[0]
    vocabulary = recipe.vocabulary(task.name) if task.vocabulary else None
    road = road_of(recipe.kind)
    found = readers.read(options.data, task.name, options.layout, vocabulary=vocabulary)
    samples = road.select(found, options.data, task.name)
    place = _data(options, recipe)
    look = partial(freeze, root=options.data, preprocessing=road.preprocessing)
    prepared = look(samples, work=place, side=recipe.side)
    kept = duplicates.guard(samples, prepared.pixels, prepared.snapshot.digests, drop=options.drop_duplicates)
    if len(kept) < len(samples):
        log.info("%d copies of pictures in other splits are dropped", len(samples) - len(kept))
        prepared = look(kept, work=place, side=recipe.side)
    road.accompany(Place(prepared, place), options.data)
    if recipe.source_side not in (0, recipe.side):
        larger = _data(options, recipe, training=True)
        road.accompany(Place(look(kept, work=larger, side=recipe.source_side), larger), options.data)
    log.info("data set %s: %s", prepared.snapshot.digest[:12], summary(kept))


def train(options: argparse.Namespace) -> None:
    """Train the recipe's network with its engine; continues at the last checkpoint."""
    recipe, road, place = _ready(options, training=True)
    road.train(recipe, place, options.backbone or options.data / BACKBONE, options.work / recipe.name)


def export(options: argparse.Namespace) -> None:
    """Quantize the trained network and fit the manifests on validation: one candidate per model of the recipe."""
    from model_export.candidate import write_candidate

    recipe, road, place = _ready(options)
    for task in _models(options, recipe):
        folder = _folder(options, recipe, task)
        write_candidate(road.export(recipe, place, options.work / recipe.name, task), folder)
        log.info("exported %s", folder)


def calibrate(options: argparse.Namespace) -> None:
    """Fit temperature, thresholds, not-skin region and photo limits anew for candidates that exist."""
    from model_export.candidate import read_candidate, write_candidate

    recipe, road, place = _ready(options)
    for task in _models(options, recipe):
        folder = _folder(options, recipe, task)
        write_candidate(road.recalibrate(read_candidate(folder), recipe, place, task), folder)
        log.info("calibrated %s", folder)


def compare(options: argparse.Namespace) -> None:
    """Lay the float network beside its exported file; the figures go into the report that `evaluate` writes."""
    from model_export.candidate import MODEL, read_candidate

    recipe, road, place = _ready(options)
    for task in _models(options, recipe):
        folder = _folder(options, recipe, task)
        found = road.compare(read_candidate(folder), recipe, place, options.work / recipe.name, task)
        (folder / "quantization.json").write_bytes(reports.encode(found))
        log.info("%s: %s against the float network: %s", task, folder / MODEL, found)


def evaluate(options: argparse.Namespace) -> None:
    """Measure the candidates on the test split through the serving code; writes report, plots and card."""
    recipe, road, place = _ready(options)
    history = options.work / recipe.name / "history.jsonl"
    for task in _models(options, recipe):
        folder = _folder(options, recipe, task)
        road.assess(folder, recipe, place.prepared.snapshot, options.data, history=history)
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
        if task == "malignancy":
            log.info("now run `fuse`: age, sex and site were fitted for the model before and are left aside till then")


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
    from dermaloop.contract.manifest import read_manifest
    from model_export.roads import road

    prepared = _ready(options)[2].prepared
    kind = read_recipe(options.recipe).kind
    for folder in sorted(path.parent for path in options.models.glob("*/manifest.json")):
        if read_manifest((folder / "manifest.json").read_bytes()).kind != kind:
            log.info("%s: another kind of model, reproduced with a recipe of that kind", folder.name)
            continue
        differing = road(kind).reproduce(folder, options.reports / folder.name, prepared.snapshot, options.data)
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


def _ready(options: argparse.Namespace, *, training: bool = False) -> "tuple[Recipe, Road, Place]":
    """The recipe, its road, and the pixels as the finished model sees them, or the larger ones that training cuts."""
    from model_export.pixels import load
    from model_export.roads import Place
    from model_export.roads import road as road_of

    recipe = read_recipe(options.recipe)
    road = road_of(recipe.kind)
    folder = _data(options, recipe, training=training and recipe.source_side not in (0, recipe.side))
    return recipe, road, Place(load(folder, road.preprocessing), folder)


def _data(options: argparse.Namespace, recipe: Recipe, *, training: bool = False) -> Path:
    kind = "" if recipe.kind == "classifier" else f"-{recipe.kind}"
    return Path(options.work) / f"data{kind}-{'training' if training else recipe.side}"


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
