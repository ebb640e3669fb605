"""What candidates and champions are worth: compare, steady, evaluate, gate, reproduce, fuse."""

import argparse
import hashlib
from pathlib import Path

import msgspec

from dermaloop.contract.labels import Vocabulary
from dermaloop.contract.manifest import SEEN, Kind, read_manifest
from model_export import report as reports
from model_export.commands.places import PLAIN, Judgement, candidate_folder, log, models_of, ready
from model_export.dataset import Sample, Snapshot
from model_export.errors import ExportError
from model_export.recipe import read_recipe
from model_export.writing import write_whole


def compare(options: argparse.Namespace) -> None:
    """Lay the float network beside its exported file; the figures go into the report that `evaluate` writes.

    python -m model_export compare --recipe quick --data ../data
    """
    from model_export.candidate import MODEL, QUANTIZATION, read_candidate

    recipe, road, place = ready(options)
    for task in models_of(options, recipe):
        folder = candidate_folder(options, recipe, task)
        found = road.compare(read_candidate(folder), recipe, place, options.work / recipe.name, task)
        write_whole(folder / QUANTIZATION, reports.encode(found))
        log.info("%s: %s against the float network: %s", task, folder / MODEL, found)


def steady(options: argparse.Namespace) -> None:
    """How much of a classifier's figures is chance: validation, looked at eight ways; `test` is not touched.

    Tells candidates apart that one look does not, and how far a head might lean less on how common a class is.
    It takes a minute and a half for each model of HAM10000. The report holds what was asked about, and nothing else.

      python -m model_export steady --data ../data
      python -m model_export steady --data ../data --models runs/skin/candidates --reports runs
    """
    from model_export.candidate import read_candidate
    from model_export.steadiness import keep, steadiness

    found = {}
    for folder in _chosen(options):
        candidate = read_candidate(folder)
        if candidate.manifest.kind == "classifier":
            found[folder.name] = steadiness(candidate, _pictures_of(folder, options), options.data)
    if not found:
        raise ExportError(f"{options.models} has no classifier {options.model}")
    keep(found, options.reports / "steadiness")
    log.info("report: %s", options.reports / "steadiness" / reports.REPORT_MD)


def evaluate(options: argparse.Namespace) -> None:
    """Measure the candidates on the test split through the serving code; writes report, plots and card.

    Look at it once for each model that you report: choosing by these figures makes them lies. `history.jsonl` and
    `calibrate` say how a model does on validation.

      python -m model_export evaluate --recipe quick --data ../data
    """
    recipe, road, place = ready(options)
    history = options.work / recipe.name / "history.jsonl"
    for task in models_of(options, recipe):
        folder = candidate_folder(options, recipe, task)
        road.assess(folder, recipe, place.prepared.snapshot, options.data, history=history)
        log.info("report: %s", folder / reports.REPORT_MD)


def gate(options: argparse.Namespace) -> None:
    """Judge each candidate against the champion of its name; fails if any rule does.

    The champion's report lies under --reports; without one only the absolute rules hold. A recipe's [bars] say what is
    asked. The latency is a ratio to a plain MobileNetV2 int8: --plain, or the one in the data folder.

      python -m model_export gate --recipe quick --data ../data
    """
    from model_export import gate as rules
    from model_export.latency import latency_ratio

    recipe = read_recipe(options.recipe)
    red = []
    for task in models_of(options, recipe):
        folder, champion = candidate_folder(options, recipe, task), options.reports / task
        measured = reports.read(folder)
        ratio = latency_ratio(folder / "model.tflite", _plain(options))
        old = reports.read(champion) if (champion / reports.REPORT_JSON).exists() else None
        verdicts = rules.judge(measured, old, recipe.bars, latency_ratio=ratio)
        for verdict in verdicts:
            log.info("%s  %s", task, verdict)
        of = hashlib.sha256((folder / reports.REPORT_JSON).read_bytes()).hexdigest()
        judgement = Judgement(rules.passed(verdicts), of, tuple(map(str, verdicts)))
        write_whole(folder / reports.GATE, reports.encode(msgspec.to_builtins(judgement)))
        red += [] if judgement.passed else [task]
    if red:
        raise ExportError(f"the gate is red for {', '.join(red)}: nothing of it may be published")


def _plain(options: argparse.Namespace) -> Path | None:
    """The model to measure the latency against, if there is one."""
    if options.plain is None and options.data is not None and (options.data / PLAIN).exists():
        return Path(options.data) / PLAIN
    if options.plain is None:
        log.info("the latency is not measured: name a plain MobileNetV2 int8 with --plain")
    return None if options.plain is None else Path(options.plain)


def reproduce(options: argparse.Namespace) -> None:
    """Evaluate the bundled champions again and compare with their committed reports, digit by digit.

    It needs the pictures and nothing else: no recipe, no training, no earlier command. It fails at the first figure
    that differs. With --renew it writes the reports anew instead, after the code that measures has changed.

      python -m model_export reproduce --data ../data
    """
    from model_export.roads import road

    for folder in _chosen(options):
        kind = read_manifest((folder / "manifest.json").read_bytes()).kind
        pictures = _pictures_of(folder, options)
        if options.renew:
            road(kind).renew(folder, options.reports / folder.name, pictures, options.data)
            log.info("%s: the report is written anew", folder.name)
            continue
        differing = road(kind).reproduce(folder, options.reports / folder.name, pictures, options.data)
        if differing:
            raise ExportError(f"{folder.name} differs from its report at {', '.join(differing[:8])}")
        log.info("%s: every figure of the committed report is reproduced", folder.name)


def _chosen(options: argparse.Namespace) -> list[Path]:
    """The folders of the models that are asked about."""
    folders = [path.parent for path in sorted(options.models.glob("*/manifest.json"))]
    chosen = [folder for folder in folders if options.model in ("", folder.name)]
    if not chosen:
        raise ExportError(f"{options.models} has no model {options.model}: {', '.join(f.name for f in folders)}")
    return chosen


def _pictures_of(folder: Path, options: argparse.Namespace) -> Snapshot:
    """The list of pictures that a bundled model is measured on, by its own labels; without decoding any."""
    from model_export import readers
    from model_export.roads import road

    manifest = read_manifest((folder / "manifest.json").read_bytes())
    vocabulary = Vocabulary(manifest.namespace, manifest.labels)
    found = readers.read(options.data, manifest.name, options.layout, vocabulary=vocabulary)
    samples = road(manifest.kind).select(found, options.data, manifest.name)
    if options.drop_duplicates:
        samples = _without_copies(samples, manifest.kind, manifest.input_size, options)
    digests = tuple(hashlib.sha256(sample.origin.read(options.data)).hexdigest() for sample in samples)
    return Snapshot(tuple(samples), digests)


def _without_copies(samples: list[Sample], kind: Kind, side: int, options: argparse.Namespace) -> list[Sample]:
    """As `prepare --drop-duplicates` drops them."""
    from model_export import duplicates
    from model_export.pixels import prepare

    place = options.work / f"reproduced-{kind}-{side}"
    prepared = prepare(samples, root=options.data, work=place, side=side, preprocessing=SEEN[kind])
    return duplicates.guard(samples, prepared.pixels, prepared.snapshot.digests, drop=True)


def fuse(options: argparse.Namespace) -> None:
    """Fit age, sex and site beside the bundled malignancy model; ships the fusion only if it helps.

    Run it after every new malignancy champion.

      python -m model_export fuse --data ../data
    """
    from model_export import readers
    from model_export.candidate import read_candidate
    from model_export.fusion.fitting import fuse as fuse_photo
    from model_export.fusion.report import keep

    samples = readers.read(options.data, "malignancy", options.layout)
    fusion, found = fuse_photo(read_candidate(options.models / "malignancy"), samples, options.data)
    keep(fusion, found, options.fusion, options.reports / "fusion")
    log.info("age, sex and site %s: %s", "help" if found["helps"] else "do not help", options.reports / "fusion")


def likeness(options: argparse.Namespace) -> None:
    """Fit by what two photos of one lesion are known, on lesions that were photographed twice.

    Run it after every new outline model.

      python -m model_export likeness --data ../data
    """
    from model_export.likeness import fit
    from model_export.likeness_report import keep

    fitted, found = fit(options.models, options.data)
    keep(fitted, found, options.likeness, options.reports / "likeness")
    log.info("%.1f %% of genuine pairs are confirmed: %s", 100 * found["test"]["confirmed"][0], options.reports)
