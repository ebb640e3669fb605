"""The whole road in one command: on pictures at hand, or for a training run that the product claimed."""

import argparse
import os

from model_export.commands.making import export_where_needed, prepare, train
from model_export.commands.measuring import compare, evaluate, gate
from model_export.commands.places import log
from model_export.commands.releasing import publish
from model_export.errors import ExportError


def run(options: argparse.Namespace) -> None:
    """Everything in order: prepare, train, export, compare, evaluate, gate, and publish where --publish is given.

    Killed, it is called again with the same words: what is prepared, trained and exported is not made anew.
    Without --data it makes the training run that was claimed under --run-id, with what the store holds.

      python -m model_export run --recipe quick --data ../data
      python -m model_export run --recipe mine/clinical.toml --data photos --backbone WEIGHTS.npz --publish
    """
    if options.data is None:
        _claimed(options)
        return
    steps = [prepare, train, export_where_needed, compare, evaluate, gate, *([publish] if options.publish else [])]
    for step in steps:
        log.info("== %s", step.__name__)
        step(options)


def _claimed(options: argparse.Namespace) -> None:
    from dermaloop.wiring import Settings, build
    from model_export.retraining.running import run as make

    if not options.run_id:
        raise ExportError("name the pictures with --data, or a claimed training run with --run-id")
    world = build(Settings.from_env(os.environ)).world
    make(options.run_id, options.attempt, world=world, work=options.work.parent)
