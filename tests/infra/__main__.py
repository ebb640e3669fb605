"""`make plan` without a project: with Google's own provider where it can be had, else with the stand-in."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.infra.workspaces import PROJECT, copy, missing, workspace


def main() -> int:
    if lacking := missing():
        print(lacking)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        planned = _true_provider(Path(folder) / "true")
        return _stand_in(Path(folder) / "stub") if planned is None else planned


def _true_provider(folder: Path) -> int | None:
    """None where the registry cannot be reached. Nothing exists yet, so Google is asked nothing."""
    copy(folder)
    if subprocess.run(["terraform", "init", "-input=false"], cwd=folder, capture_output=True).returncode:
        print("Terraform's registry cannot be reached: this plan is made with the stand-in, which knows schemas only.")
        return None
    env = os.environ | {"GOOGLE_OAUTH_ACCESS_TOKEN": "none"}
    return subprocess.run(
        ["terraform", "plan", "-input=false", f"-var=project_id={PROJECT}"], cwd=folder, env=env
    ).returncode


def _stand_in(folder: Path) -> int:
    with workspace(folder) as found:
        print(found.must("plan", "-no-color", f"-var=project_id={PROJECT}"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
