"""Makes a candidate as the recipe says: another head on the champion's file, or a network trained from its weights."""

import argparse
from pathlib import Path

import msgspec

from model_export.candidate import Candidate, read_candidate
from model_export.pixels import Prepared
from model_export.recipe import CHAMPION, Recipe
from model_export.retraining.refitting import refit


def make(champion: Candidate, recipe: Recipe, prepared: Prepared, work: Path, *, created: str) -> Candidate:
    """Its version and moment follow from the run, so that a run made again makes no second version."""
    if recipe.start == CHAMPION:
        return refit(champion, prepared, created=created).candidate
    made = _train(champion, recipe, work)
    version = f"{created[:10].replace('-', '')}-{made.manifest.sha256[:8]}"
    return Candidate(msgspec.structs.replace(made.manifest, version=version, created=created), made.model)


def _train(champion: Candidate, recipe: Recipe, work: Path) -> Candidate:
    """The road that every recipe walks, on the snapshot; a killed training goes on at its last checkpoint."""
    from model_export import commands
    from model_export.retraining.backbone import unpack

    backbone = work / f"backbone-{champion.manifest.sha256[:12]}.npz"
    if not backbone.exists():
        unpack(champion.model, backbone)
    source = Path(recipe.folder) / f"{recipe.name}.toml"
    options = argparse.Namespace(
        data=work / "snapshot",
        layout="reviewed",
        recipe=str(source),
        model=champion.manifest.name,
        work=work,
        backbone=backbone,
        drop_duplicates=True,
    )
    for step in (commands.prepare, commands.train, commands.export):
        step(options)
    return read_candidate(work / recipe.name / "candidates" / champion.manifest.name)
