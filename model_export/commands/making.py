"""From pictures to candidates: prepare, train, export, and calibrate for those that exist."""

import argparse
from functools import partial
from pathlib import Path

import msgspec

from model_export.commands.places import (
    BACKBONE,
    candidate_folder,
    digest,
    log,
    models_of,
    pixels_folder,
    ready,
)
from model_export.recipe import WEIGHTS, Recipe, read_recipe
from model_export.writing import write_whole

MADE_OF = "made_of.json"


def prepare(options: argparse.Namespace) -> None:
    """Decode every picture once and freeze the list: splits, labels, digests. Leaking splits are refused.

    Pictures are decoded by the code that serves, so a model trains on what it will see. Killed, it goes on at the last
    thousand. The splits are said at the end, class by class: look at them before you train.

      python -m model_export prepare --recipe quick --data ../data
    """
    from model_export import duplicates, readers, roads
    from model_export.pixels import prepare as freeze
    from model_export.splits import summary

    recipe = read_recipe(options.recipe)
    task = recipe.tasks[0]
    vocabulary = recipe.vocabulary(task.name) if task.vocabulary else None
    road = roads.road(recipe.kind)
    found = readers.read(options.data, task.name, options.layout, vocabulary=vocabulary)
    samples = road.select(found, options.data, task.name)
    place = pixels_folder(options, recipe)
    look = partial(freeze, root=options.data, preprocessing=road.preprocessing)
    prepared = look(samples, work=place, side=recipe.side)
    kept = duplicates.guard(samples, prepared.pixels, prepared.snapshot.digests, drop=options.drop_duplicates)
    if len(kept) < len(samples):
        log.info("%d copies of pictures in other splits are dropped", len(samples) - len(kept))
        prepared = look(kept, work=place, side=recipe.side)
    road.accompany(roads.Place(prepared, place), options.data)
    if recipe.source_side not in (0, recipe.side):
        larger = pixels_folder(options, recipe, training=True)
        road.accompany(roads.Place(look(kept, work=larger, side=recipe.source_side), larger), options.data)
    log.info("data set %s: %s", prepared.snapshot.digest[:12], summary(kept))


def train(options: argparse.Namespace) -> None:
    """Train the recipe's network with its engine; continues at the last checkpoint.

    The loss and the figures on validation go into history.jsonl as it runs. A network that is trained stays as it is:
    to train it anew, remove its folder below --work or rename the recipe.

      python -m model_export train --recipe quick --data ../data
    """
    recipe, road, place = ready(options, training=True)
    road.train(recipe, place, _backbone(options, recipe), options.work / recipe.name)


def _backbone(options: argparse.Namespace, recipe: Recipe) -> Path:
    """The weights to begin with; out of a model that was exported they are unpacked first."""
    given = Path(options.backbone or options.data / BACKBONE)
    if given.suffix != ".tflite" or recipe.engine == "native":  # which reads such a file itself
        return given
    from model_export.retraining.backbone import unpack

    unpacked = Path(options.work) / f"backbone-{digest(given)[:12]}.npz"
    if not unpacked.exists():
        unpack(given.read_bytes(), unpacked)
    return unpacked


def export(options: argparse.Namespace) -> None:
    """Quantize the trained network and fit the manifests on validation: one candidate per model of the recipe.

    Whatever was measured of an earlier candidate goes with it.

      python -m model_export export --recipe quick --data ../data --model disease
    """
    from model_export.candidate import write_candidate

    recipe, road, place = ready(options)
    for task in models_of(options, recipe):
        folder = candidate_folder(options, recipe, task)
        write_candidate(road.export(recipe, place, options.work / recipe.name, task), folder)
        write_whole(folder / MADE_OF, _sources(options, recipe))
        log.info("exported %s", folder)


def export_where_needed(options: argparse.Namespace) -> None:
    """As `export`, but candidates that come from these very weights, recipe and pictures stay as they are."""
    recipe = read_recipe(options.recipe)
    sources = _sources(options, recipe)
    made = [candidate_folder(options, recipe, task) / MADE_OF for task in models_of(options, recipe)]
    if all(path.exists() and path.read_bytes() == sources for path in made):
        log.info("%s is exported already: %s", recipe.name, options.work / recipe.name / "candidates")
    else:
        export(options)


def calibrate(options: argparse.Namespace) -> None:
    """Fit temperature, thresholds, not-skin region and photo limits anew for candidates that exist.

    The model file stays as it is; evaluate and gate it again afterwards.

      python -m model_export calibrate --recipe quick --data ../data
    """
    from model_export.candidate import read_candidate, write_candidate

    recipe, road, place = ready(options)
    for task in models_of(options, recipe):
        folder = candidate_folder(options, recipe, task)
        write_candidate(road.recalibrate(read_candidate(folder), recipe, place, task), folder)
        log.info("calibrated %s", folder)


def _sources(options: argparse.Namespace, recipe: Recipe) -> bytes:
    """What a candidate depends on, by its digests."""
    weights = Path(options.work) / recipe.name / WEIGHTS[recipe.engine]
    plain = msgspec.json.encode(msgspec.structs.replace(recipe, heads=(), folder="", about=""), order="sorted")
    files = [weights, pixels_folder(options, recipe) / "snapshot.json"]
    return msgspec.json.encode({"recipe": plain.decode(), "files": {path.name: digest(path) for path in files}})
