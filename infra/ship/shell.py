"""Commands of others, run so that a failure says what to do."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from infra.ship.advice import Failed, advise

ROOT = Path(__file__).parents[2]


def run(*command: str, shown: bool = False) -> str:
    """What a command printed. `shown`: people watch it meanwhile."""
    try:
        with subprocess.Popen(
            command,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if not shown else subprocess.STDOUT,
            text=True,
        ) as process:
            printed, wrong = _followed(process) if shown else process.communicate()
    except FileNotFoundError as error:
        raise Failed(f"{command[0]} is not installed: {_WHERE.get(command[0], 'install it')}") from error
    if process.returncode:
        raise Failed(
            f"{' '.join(command[:4])} failed.\n{(wrong or printed).strip()[-2000:]}\n\n{advise(wrong + printed)}"
        )
    return printed


def ask(*command: str) -> Any:  # noqa: ANN401  JSON
    """What a command printed as JSON."""
    return json.loads(run(*command) or "null")


def tell(text: str) -> None:
    print(text, flush=True)


_WHERE = {
    "gcloud": "https://cloud.google.com/sdk/docs/install",
    "terraform": "https://developer.hashicorp.com/terraform/install",
    "npm": "Node 20 or later, https://nodejs.org",
}


def _followed(process: "subprocess.Popen[str]") -> tuple[str, str]:
    kept = []
    for line in process.stdout or ():
        sys.stdout.write(f"    {line}")
        sys.stdout.flush()
        kept.append(line)
    process.wait()
    return "".join(kept), ""
