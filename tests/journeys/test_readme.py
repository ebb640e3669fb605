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

FIVE_MINUTES = 1200
"""Words at an unhurried 240 a minute; tables and code are looked up, not read."""

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


def test_every_setting_is_told() -> None:
    from dermaloop.wiring import Settings

    section = (ROOT / "functions/README.md").read_text().partition("## Settings")[2].partition("## ")[0]
    assert not [name for name in Settings.__struct_fields__ if f"`{name.upper()}`" not in section]


@pytest.mark.parametrize("page", figures.PAGES)
def test_every_figure_is_the_reports(page: str) -> None:
    told = (ROOT / page).read_text()
    assert "-->" in told
    assert figures.written(told) == told, "figures are stale: python -m tests.figures"


def test_a_newcomer_reads_it_in_five_minutes() -> None:
    prose = re.sub(r"```.*?```|^\|.*?$|^!.*?$", "", README, flags=re.DOTALL | re.MULTILINE)
    assert len(prose.split()) <= FIVE_MINUTES


def pages() -> list[Path]:
    return [ROOT / "README.md", *sorted(ROOT.glob("*/README.md"))]


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_no_link_leads_nowhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if not target.startswith(("http", "mailto")):
            path, _, place = target.partition("#")
            found = (page.parent / path).resolve() if path else page
            assert found.exists(), target
            assert not place or place in {anchor(line) for line in found.read_text().splitlines()}, target


def anchor(line: str) -> str:
    """As a forge makes it from a heading."""
    title = re.match(r"#+ (.*)", line)
    return re.sub(r"[^\w\- ]", "", title[1].lower()).replace(" ", "-") if title else ""
