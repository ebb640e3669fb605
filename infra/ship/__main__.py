"""The commands behind make plan, deploy, destroy, doctor, publish, smoke, rollback, admin and train-image."""

import argparse
import sys
from collections.abc import Callable

from infra.ship import deploying, doctor, terraform
from infra.ship.accounts import make_admin
from infra.ship.advice import Failed
from infra.ship.shell import tell
from infra.ship.smoke import smoke
from infra.ship.terraform import Target

_COMMANDS = ("deploy", "plan", "apply", "destroy", "doctor", "publish", "smoke", "rollback", "admin", "train-image")


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    target = Target(options.project, options.region, options.environment or "dev", options.local_state)
    if not target.project and options.command != "smoke":
        tell(f"Say which project: make {options.command} PROJECT=my-project (`gcloud projects list` shows them)")
        return 2
    try:
        _commands(target, options)[options.command]()
    except Failed as error:
        tell(f"\n{error}")
        return 1
    return 0


def _commands(target: Target, options: argparse.Namespace) -> dict[str, Callable[[], None]]:
    return {
        "deploy": lambda: deploying.deploy(target, image=not options.no_image),
        "plan": lambda: deploying.show_plan(target),
        "apply": lambda: deploying.provision(target),
        "train-image": lambda: deploying.train_image(target),
        "destroy": lambda: deploying.destroy(target),
        "doctor": lambda: doctor.report(doctor.examine(target.project, target.region)),
        "publish": lambda: deploying.publish(target),
        "smoke": lambda: smoke(options.address or terraform.needed(terraform.outputs(), "site")),
        "rollback": lambda: deploying.roll_back(target),
        "admin": lambda: _admin(target, options.email),
    }


def _admin(target: Target, email: str) -> None:
    if not email:
        raise Failed("Say who: make admin PROJECT=my-project EMAIL=you@example.org")
    make_admin(email, project=target.project)
    tell(f"{email} is an admin from the next minute on.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.ship", description=__doc__)
    parser.add_argument("command", choices=_COMMANDS)
    parser.add_argument("--project", default="")
    parser.add_argument("--region", default="", help="where; the default of variables.tf unless said")
    parser.add_argument("--environment", default="", help="dev (unless said) or prod: which of infra/envs")
    parser.add_argument("--email", default="")
    parser.add_argument("--address", default="", help="what to ask instead of the deployed site")
    parser.add_argument("--local-state", action="store_true", help="keep Terraform's memory on this machine")
    parser.add_argument("--no-image", action="store_true", help="leave the training image as it is")
    return parser


if __name__ == "__main__":
    sys.exit(main())
