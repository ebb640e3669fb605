"""Programs that we did not write read what ours wrote; each script here runs in an environment of its own."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.servers import ROOT

PYTHON = ROOT / ".venv-readers" / "bin" / "python"

needed = pytest.mark.skipif(
    not PYTHON.exists(), reason="the foreign readers are not set up here: make .venv-readers/ready"
)


def ask(script: str, *arguments: str | Path, given: Any = None) -> Any:
    """What the script says, as JSON, of the files and the JSON it is given."""
    command = [str(PYTHON), "-W", "ignore", str(Path(__file__).with_name(f"{script}.py")), *map(str, arguments)]
    said = subprocess.run(command, input=json.dumps(given), capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr[-2000:]
    return json.loads(said.stdout.splitlines()[-1])
