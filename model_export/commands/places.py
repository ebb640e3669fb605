"""Where commands find things: the recipe, the prepared pictures, a candidate's folder, and what it was made of."""

import argparse
import hashlib
import logging
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from model_export.errors import ExportError
from model_export.recipe import Recipe, read_recipe

if TYPE_CHECKING:
    from model_export.roads import Place, Road

log = logging.getLogger("model_export")

BACKBONE = "weights/mobilenet_v2_1.0_224_imagenet_dequant_bnfolded_f32.npz"
PLAIN = "weights/tf2_mobilenet_v2_1.0_224_ptq.tflite"


class Judgement(msgspec.Struct, frozen=True):
    """What the gate said of one report."""

    passed: bool
    report: str  # sha256 of report.json
    lines: tuple[str, ...]


def ready(options: argparse.Namespace, *, training: bool = False) -> "tuple[Recipe, Road, Place]":
    """The recipe, its road, and the pixels as the finished model sees them, or the larger ones that training cuts."""
    from model_export.pixels import load
    from model_export.roads import Place
    from model_export.roads import road as road_of

    recipe = read_recipe(options.recipe)
    road = road_of(recipe.kind)
    folder = pixels_folder(options, recipe, training=training and recipe.source_side not in (0, recipe.side))
    return recipe, road, Place(load(folder, road.preprocessing), folder)


def pixels_folder(options: argparse.Namespace, recipe: Recipe, *, training: bool = False) -> Path:
    kind = "" if recipe.kind == "classifier" else f"-{recipe.kind}"
    return Path(options.work) / f"data{kind}-{'training' if training else recipe.side}"


def models_of(options: argparse.Namespace, recipe: Recipe) -> tuple[str, ...]:
    if options.model and options.model not in recipe.models:
        raise ExportError(f"recipe {recipe.name} makes {', '.join(recipe.models)}, not {options.model}")
    return (options.model,) if options.model else recipe.models


def candidate_folder(options: argparse.Namespace, recipe: Recipe, task: str) -> Path:
    return Path(options.work) / recipe.name / "candidates" / task


def green(folder: Path) -> Path:
    """The folder, if the gate let pass the very report that lies there, and the report is of the model beside it."""
    from model_export import report as reports
    from model_export.candidate import read_candidate

    candidate, path = read_candidate(folder), folder / reports.GATE
    if not path.exists():
        raise ExportError(f"{folder} was not gated yet; run `python -m model_export gate` first")
    try:
        judgement = msgspec.json.decode(path.read_bytes(), type=Judgement)
    except msgspec.DecodeError as error:  # by an earlier version of this code
        raise ExportError(f"{path} does not say of which report it speaks; run `gate` again") from error
    if not judgement.passed:
        raise ExportError(f"the gate of {folder} is red; nothing of it may be published")
    measured = reports.read(folder)["model"]
    if (judgement.report, measured["sha256"]) != (digest(folder / reports.REPORT_JSON), candidate.manifest.sha256):
        raise ExportError(f"{folder} has changed since its gate; run `evaluate` and `gate` again")
    return folder


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
