"""`python -m model_export COMMAND`: from real pictures to small, verified models."""

import argparse
import logging
import sys
from pathlib import Path

from dermaloop.errors import DermaloopError
from model_export import commands
from model_export.errors import ExportError

EPILOG = """
In their order: prepare, train, export, compare, evaluate, gate, then bundle (into the code) or publish (to the store).
`run` does all up to the gate. Each can be killed and called again: it goes on where it stopped.

  python -m model_export run --recipe quick --data ../data           a first model in minutes
  python -m model_export run --recipe skin --data ../data            the real one, in hours
  python -m model_export run --recipe my/clinical.toml --data photos a further model: a recipe and a folder per class
  python -m model_export reproduce --data ../data                    the committed reports, to the last digit
  python -m model_export fuse --data ../data                         after every new malignancy champion: age, sex, site
"""


def main(arguments: list[str] | None = None) -> int:
    top = parser()
    options = top.parse_args(arguments)
    if options.data is None and options.command is not commands.run:
        top.error("the following arguments are required: --data")
    options.work = options.work / options.run_id
    options.work.mkdir(parents=True, exist_ok=True)
    commands.log_to(options.work / "model_export.log")
    try:
        options.command(options)
    except (ExportError, DermaloopError) as error:
        logging.getLogger("model_export").error("%s", error)
        return 1
    except OSError as error:  # a full disk, a vanished folder: nothing is half-written under its final name
        logging.getLogger("model_export").error("%s; free or mount what is missing, then call again", error)
        return 1
    return 0


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="model_export", description=__doc__, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    subs = top.add_subparsers(required=True, metavar="COMMAND")
    for name, command in commands.COMMANDS.items():
        sub = subs.add_parser(name, help=(command.__doc__ or "").splitlines()[0], description=command.__doc__)
        sub.set_defaults(command=command)
        _arguments(sub)
    return top


def _arguments(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--data", type=Path, help="the folder with the pictures; it is only read")
    sub.add_argument("--layout", default="auto", help="how that folder is laid out (default: by what it holds)")
    sub.add_argument("--recipe", default="skin", help="a bundled recipe's name or a TOML file (default: skin)")
    sub.add_argument("--model", default="", help="only this model of the recipe (default: all)")
    sub.add_argument("--work", type=Path, default=Path("runs"), help="checkpoints and candidates (default: runs)")
    sub.add_argument("--run-id", default="", help="a folder of its own below --work, so that runs do not meet")
    sub.add_argument("--attempt", type=int, default=1, help="run: which attempt at a claimed training run this is")
    sub.add_argument("--backbone", type=Path, help="ImageNet weights (default: in the data folder)")
    sub.add_argument("--plain", type=Path, help="plain MobileNetV2 int8, to judge the latency against")
    sub.add_argument("--models", type=Path, default=Path("functions/models"), help="the bundled champions")
    sub.add_argument("--reports", type=Path, default=Path("model_export/reports"), help="the champions' reports")
    sub.add_argument(
        "--fusion",
        type=Path,
        default=Path("functions/dermaloop/knowledge/fusion.json"),
        help="fuse: where serving reads how age, sex and site join the photo",
    )
    sub.add_argument("--publish", action="store_true", help="run: publish what the gate lets pass")
    sub.add_argument("--promote", default="", metavar="WHO", help="publish: make it the champion, in this name")
    sub.add_argument(
        "--drop-duplicates", action="store_true", help="prepare: drop copies that leak, rather than refuse"
    )
    sub.add_argument("--set", default="", help="download: which public data set; without a name, the list of them")


if __name__ == "__main__":
    sys.exit(main())
