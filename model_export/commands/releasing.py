"""What leaves this machine and what comes to it: champions for the bundle or the store, and public data sets."""

import argparse
import os
import shutil
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from model_export import report as reports
from model_export.candidate import CARD, MANIFEST, MODEL, read_candidate
from model_export.commands.places import candidate_folder, green, log, models_of
from model_export.recipe import read_recipe
from model_export.writing import replacing

if TYPE_CHECKING:
    from dermaloop.ports import Blobs


def bundle(options: argparse.Namespace) -> None:
    """Put gated candidates into the code's own bundle as its champions, their reports beside the code.

    python -m model_export bundle --recipe quick --model disease
    """
    recipe = read_recipe(options.recipe)
    for task in models_of(options, recipe):
        source = green(candidate_folder(options, recipe, task))
        plots = [path.name for path in sorted(source.glob("*.svg"))]
        _copy(source, options.reports / task, (reports.GATE, reports.REPORT_MD, *plots, reports.REPORT_JSON))
        _copy(source, options.models / task, (MODEL, CARD, MANIFEST))
        log.info("%s is in the bundle: %s", task, options.models / task)
        if task == "malignancy":
            log.info("now run `fuse`: age, sex and site were fitted for the model before and are left aside till then")


def publish(options: argparse.Namespace) -> None:
    """Write gated candidates to the store (DERMALOOP_* settings); --promote also makes them champions.

    Without settings the store is the local one, .local/. The manifest is written last, the champion's pointer after
    it: whoever asks meanwhile is answered by one whole model. Doing it twice changes nothing.

      python -m model_export publish --recipe mine/clinical.toml --promote "Dr Example"
    """
    from model_export import publish as store

    recipe, blobs = read_recipe(options.recipe), _blobs()
    for task in models_of(options, recipe):
        folder = green(candidate_folder(options, recipe, task))
        contents = {file: (folder / file).read_bytes() for file in store.FILES}
        version = store.publish(read_candidate(folder), contents, blobs)
        if options.promote:
            store.promote(task, version, by=options.promote, blobs=blobs)


def download(options: argparse.Namespace) -> None:
    """Fetch a public data set, with resume and checksums, for people who have a network.

    Without --set it lists what there is, with sizes and terms.

      python -m model_export download --set ham10000 --data ../ham10000
    """
    from model_export.download import download as fetch_all
    from model_export.download import listing

    if not options.set:
        log.info("public data sets:\n%s", listing())
        return
    for path in fetch_all(options.set, options.data):
        log.info("%s", path)


def _copy(source: Path, target: Path, names: tuple[str, ...]) -> None:
    """All of it is written before the first name changes its content; called again, it finishes what was begun."""
    target.mkdir(parents=True, exist_ok=True)
    with ExitStack() as waiting:
        for name in names:
            shutil.copyfile(source / name, waiting.enter_context(replacing(target / name)))


def _blobs() -> "Blobs":
    from dermaloop.wiring import Settings, build

    return build(Settings.from_env(os.environ)).world.blobs
