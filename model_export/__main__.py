"""`python -m model_export COMMAND`: from real pictures to small, verified models."""

import argparse
import logging
import sys
from pathlib import Path

from model_export import commands
from model_export.errors import ExportError

EPILOG = """
The commands, in their order: prepare, train, export, evaluate. `run` does all of them.
Every one can be killed and called again: it goes on where it stopped.
"""


def main(arguments: list[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    options.work.mkdir(parents=True, exist_ok=True)
    commands.log_to(options.work / "model_export.log")
    try:
        options.command(options)
    except ExportError as error:
        logging.getLogger("model_export").error("%s", error)
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
        sub.add_argument("--data", type=Path, required=True, help="the folder with the pictures; it is only read")
        sub.add_argument(
            "--work", type=Path, default=Path("runs"), help="where checkpoints and candidates go (default: runs)"
        )
        sub.add_argument("--recipe", default="skin", help="a bundled recipe's name or a TOML file (default: skin)")
        sub.add_argument(
            "--models", type=Path, default=Path("functions/models"), help="the champions (default: functions/models)"
        )
        sub.add_argument("--reports", type=Path, default=Path("model_export/reports"), help="where reports are written")
    return top


if __name__ == "__main__":
    sys.exit(main())
