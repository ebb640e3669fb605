"""The README's examples, run as they are pasted."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import figures
from tests.pictures import jpeg
from tests.servers import ROOT, local_server

README = (ROOT / "README.md").read_text()

pytestmark = pytest.mark.server


def example(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", README, re.DOTALL)
    assert found
    return found[1]


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not on this machine: apt-get install curl")
def test_the_curl_and_python_examples_work_as_pasted(tmp_path: Path) -> None:
    (tmp_path / "spot.jpg").write_bytes(jpeg(640, 480))
    with local_server(tmp_path / "data") as server:
        curl = example("bash").replace("http://127.0.0.1:8080", server.address)
        told = subprocess.run(
            ["bash", "-c", curl], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60
        )
        assert json.loads(told.stdout)["heatmap"].startswith("data:image/png")
        code = example("python").replace("http://127.0.0.1:8080", server.address)
        said = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", code],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
    assert "within" in said.stdout
    assert len(said.stdout.splitlines()) == 8


def test_every_setting_is_in_the_readme() -> None:
    from dermaloop.wiring import Settings

    section = README.partition("## Settings")[2].partition("## ")[0]
    assert not [name for name in Settings.__struct_fields__ if f"`{name.upper()}`" not in section]


def test_every_figure_is_the_reports() -> None:
    assert figures.written(README) == README, "the README's figures are stale: python -m tests.figures"
