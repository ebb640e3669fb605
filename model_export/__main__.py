"""`python -m model_export COMMAND`: from real pictures to small, verified models."""

import argparse
import inspect
import logging
import sys
from pathlib import Path

from dermaloop.errors import BrokenModel, DermaloopError
from model_export.commands import COMMANDS
from model_export.errors import ExportError

EPILOG = """
In their order: prepare, train, export, compare, evaluate, gate, then bundle (into the code) or publish (to the store).
`run` does all up to the gate. Each can be killed and called again: it goes on where it stopped. Everything it says is
also in model_export.log below --work. `COMMAND --help` says more of each.

  python -m model_export run --recipe quick --data ../data           a first model in minutes
  python -m model_export run --recipe skin --data ../data            both real classifiers, in hours
  python -m model_export run --recipe disease --data ../data         one of them: the same network, this head alone
  python -m model_export run --recipe my/clinical.toml --data photos a further model: a recipe and a folder per class
  python -m model_export reproduce --data ../data                    the committed reports, to the last digit
  python -m model_export fuse --data ../data                         after every new malignancy champion: age, sex, site
  python -m model_export likeness --data ../data                     after a new outline model: one lesion or two?
"""
RECIPE, MAKING = ("recipe", "model", "work"), ("data", "layout")
USES = {
    "download": ("data", "set"),
    "prepare": (*MAKING, "recipe", "work", "drop_duplicates"),
    "train": ("data", "recipe", "work", "backbone"),
    "export": RECIPE,
    "calibrate": RECIPE,
    "compare": RECIPE,
    "steady": (*MAKING, "model", "models", "reports"),
    "evaluate": ("data", *RECIPE),
    "gate": ("data", *RECIPE, "reports", "plain"),
    "bundle": (*RECIPE, "models", "reports"),
    "publish": (*RECIPE, "promote"),
    "run": (
        *MAKING,
        *RECIPE,
        "run_id",
        "attempt",
        "backbone",
        "plain",
        "reports",
        "drop_duplicates",
        "publish",
        "promote",
    ),
    "reproduce": (*MAKING, "model", "models", "reports", "drop_duplicates", "work", "renew"),
    "fuse": (*MAKING, "models", "reports", "fusion"),
    "likeness": ("data", "models", "reports", "likeness"),
}
"""The options that say something to each command; it takes the others too, so that one line can be called again."""
NEED_DATA = ("prepare", "train", "steady", "evaluate", "reproduce", "fuse", "likeness")


def main(arguments: list[str] | None = None) -> int:
    top = parser()
    options = top.parse_args(arguments)
    if options.data is None and (options.name in NEED_DATA or options.set):
        top.error("the following arguments are required: --data")
    options.work = options.work / options.run_id
    log = logging.getLogger("model_export")
    try:
        options.work.mkdir(parents=True, exist_ok=True)
        log_to(options.work / "model_export.log")
        COMMANDS[options.name](options)
    except ExportError as error:
        log.error("%s", error)
        return 1
    except BrokenModel as error:
        log.error("%s: the model was changed or cut off; export it again or fetch it anew", error)
        return 1
    except DermaloopError as error:  # of the store, whose own reason is not for everybody to see
        log.error("the store: %s%s", error, f" ({error.__cause__})" if error.__cause__ else "")
        return 1
    except OSError as error:  # a full disk, a vanished folder: nothing is half-written under its final name
        where = "" if error.filename else f" below {options.work}"
        log.error("%s%s; free or mount what is missing, then call again", error, where)
        return 1
    return 0


def log_to(path: Path) -> None:
    """To the screen, and to a file that outlives it."""
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        handlers=[logging.StreamHandler(), logging.FileHandler(path)],
        force=True,
    )


def parser() -> argparse.ArgumentParser:
    plain = argparse.RawDescriptionHelpFormatter
    top = argparse.ArgumentParser(
        prog="python -m model_export", description=__doc__, epilog=EPILOG, formatter_class=plain
    )
    subs = top.add_subparsers(required=True, metavar="COMMAND", dest="name")
    for name, command in COMMANDS.items():
        said = inspect.getdoc(command) or ""
        sub = subs.add_parser(name, help=said.splitlines()[0], description=said, formatter_class=plain)
        _arguments(sub, USES[name])
    return top


def _arguments(sub: argparse.ArgumentParser, used: tuple[str, ...]) -> None:
    def add(name: str, said: str, **how: object) -> None:
        key = name.replace("-", "_")
        sub.add_argument(f"--{name}", help=said if key in used else argparse.SUPPRESS, **how)  # type: ignore[arg-type]

    add("data", "the folder with the pictures; it is only read", type=Path)
    add("layout", "how that folder is laid out (default: by what it holds)", default="auto")
    add("recipe", "a bundled recipe's name or a TOML file (default: skin)", default="skin")
    add("model", "only this model of the recipe (default: all)", default="")
    add("work", "checkpoints and candidates (default: runs)", type=Path, default=Path("runs"))
    add("run-id", "a folder of its own below --work, so that runs do not meet", default="")
    add("attempt", "which attempt at a claimed training run this is", type=int, default=1)
    add("backbone", "ImageNet weights (default: in the data folder)", type=Path)
    add("plain", "plain MobileNetV2 int8, to judge the latency against (default: in the data folder)", type=Path)
    add("models", "the bundled champions", type=Path, default=Path("functions/models"))
    add("reports", "the champions' reports", type=Path, default=Path("model_export/reports"))
    place = Path("functions/dermaloop/knowledge/fusion.json")
    add("fusion", "where serving reads how age, sex and site join the photo", type=Path, default=place)
    place = Path("functions/dermaloop/knowledge/likeness.json")
    add("likeness", "where serving reads when two photos show one lesion", type=Path, default=place)
    add("publish", "publish what the gate lets pass", action="store_true")
    add("promote", "publishing, make it the champion, in this name", default="", metavar="WHO")
    add("drop-duplicates", "drop copies that leak from split to split, rather than refuse", action="store_true")
    add("renew", "write the reports anew, rather than compare", action="store_true")
    add("set", "which public data set; without a name, the list of them", default="")


if __name__ == "__main__":
    sys.exit(main())
