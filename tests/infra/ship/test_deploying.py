"""`make deploy` and `make destroy` from nothing, twice each: the real Terraform, and stand-ins for all of Google."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.ship.google import STAND_IN
from tests.infra.ship.stand_in import Google, fake_gcloud, stand_in
from tests.infra.workspaces import copy, stub
from tests.servers import ROOT


@pytest.fixture
def cloud() -> Iterator[Google]:
    with stand_in() as found:
        yield found


@pytest.fixture
def checkout(terraform: None, tmp_path: Path, cloud: Google) -> Iterator[tuple[Path, dict[str, str]]]:
    """A copy of the repository as a person has it, with a site that is built."""
    folder = tmp_path / "checkout"
    copy(folder)
    (folder / "backend_override.tf").unlink()
    (folder / "frontend" / "dist").mkdir(parents=True)
    (folder / "frontend" / "dist" / "index.html").write_text("<html></html>")
    shutil.copy(ROOT / "frontend" / "firebase.json", folder / "frontend")
    (folder / "tests").mkdir()
    (folder / "tests" / "benchmarks").symlink_to(ROOT / "tests" / "benchmarks")
    (folder / "Makefile").write_text("site:\n\t@echo built\n")
    with stub(folder) as reattach:
        env = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
        env |= {"TF_REATTACH_PROVIDERS": reattach, STAND_IN: cloud.address, "GCLOUD_LOG": str(tmp_path / "gcloud.log")}
        env |= {"PATH": f"{fake_gcloud(tmp_path / 'bin')}:{env['PATH']}", "PYTHONPATH": str(folder)}
        yield folder, env


def _ship(checkout: tuple[Path, dict[str, str]], *command: str) -> "subprocess.CompletedProcess[str]":
    folder, env = checkout
    told = [sys.executable, "-m", "infra.ship", *command, "--project", "dermaloop-test", "--local-state"]
    return subprocess.run(told, cwd=folder, env=env, capture_output=True, text=True, timeout=280)


def test_from_nothing_to_an_address_and_back_each_twice(checkout: tuple[Path, dict[str, str]], cloud: Google) -> None:
    first = _ship(checkout, "deploy")
    # Everything is there but the world outside: the address is a stand-in's, which nobody answers at.
    assert "[9/9] Asking it" in first.stdout, first.stdout + first.stderr
    assert "USD a month by list prices" in first.stdout
    assert " added, 0 changed" in first.stdout
    assert json.loads(cloud.page("/config.json"))["sign_in"] == "firebase"
    assert "builds submit" in (checkout[0].parent / "gcloud.log").read_text()

    again = _ship(checkout, "deploy", "--no-image")
    assert "No changes" in again.stdout
    assert len(cloud.releases) == 2

    assert "live again" in _ship(checkout, "rollback").stdout
    assert cloud.releases[-1] == cloud.releases[0]

    assert "All gone" in _ship(checkout, "destroy").stdout
    twice = _ship(checkout, "destroy")
    assert "Nothing of Dermaloop is left" in twice.stdout
    assert "run `make deploy`" in _ship(checkout, "publish").stdout


def test_without_a_project_it_asks_which(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "infra.ship", "deploy"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 2
    assert "PROJECT=my-project" in done.stdout
