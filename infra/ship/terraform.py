"""Terraform in the repository's root: its state in a bucket of the project, or on this machine for those who try it."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.ship.advice import Failed
from infra.ship.shell import ROOT, run

LOCAL = 'terraform {\n  backend "local" {}\n}\n'
_OVERRIDE = ROOT / "backend_override.tf"


@dataclass(frozen=True)
class Target:
    """Where to ship."""

    project: str
    asked_region: str = ""  # none: the default of variables.tf
    environment: str = "dev"
    local_state: bool = False

    @property
    def variables(self) -> list[str]:
        named = [
            f"-var-file={ROOT / 'infra' / 'envs' / (self.environment + '.tfvars')}",
            f"-var=project_id={self.project}",
        ]
        return [*named, *([f"-var=region={self.asked_region}"] if self.asked_region else [])]

    @property
    def region(self) -> str:
        return self.asked_region or default_region()

    @property
    def state_bucket(self) -> str:
        return f"{self.project}-terraform"


def default_region() -> str:
    """As variables.tf says it."""
    found = re.search(r'variable "region" {.*?default\s*=\s*"([^"]+)"', (ROOT / "variables.tf").read_text(), re.DOTALL)
    if found is None:
        raise Failed("variables.tf names no default region: say REGION=…")
    return found[1]


def initialise(target: Target) -> None:
    if target.local_state:
        _OVERRIDE.write_text(LOCAL)
        run("terraform", "init", "-input=false", "-reconfigure")
        return
    _OVERRIDE.unlink(missing_ok=True)
    made = (
        "gcloud",
        "storage",
        "buckets",
        "create",
        f"gs://{target.state_bucket}",
        f"--location={target.region}",
    )
    try:
        run(*made, f"--project={target.project}", "--uniform-bucket-level-access", "--public-access-prevention")
        run("gcloud", "storage", "buckets", "update", f"gs://{target.state_bucket}", "--versioning")
    except Failed as error:
        if "already own it" not in str(error) and "you already own" not in str(error).lower():
            raise
    run("terraform", "init", "-input=false", "-reconfigure", f"-backend-config=bucket={target.state_bucket}")


def plan(target: Target, file: Path) -> str:
    """What would change, in a file that `apply` takes; the summary line."""
    printed = run("terraform", "plan", "-input=false", "-no-color", f"-out={file}", *target.variables)
    return next((line for line in printed.splitlines() if line.startswith(("Plan:", "No changes"))), "")


def apply(file: Path) -> None:
    run("terraform", "apply", "-input=false", "-no-color", "-auto-approve", str(file), shown=True)


def destroy(target: Target) -> None:
    run("terraform", "destroy", "-input=false", "-no-color", "-auto-approve", *target.variables, shown=True)


def outputs() -> dict[str, Any]:
    told = json.loads(run("terraform", "output", "-json") or "{}")
    return {name: output["value"] for name, output in told.items()}


def needed(told: dict[str, Any], name: str) -> Any:  # noqa: ANN401  whatever the output holds
    if name not in told:
        raise Failed("Nothing is provisioned here yet, or not all of it: run `make deploy` (it may be run again).")
    return told[name]


def exists() -> bool:
    return bool(run("terraform", "state", "list").strip())
