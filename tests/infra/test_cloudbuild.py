"""The pipeline: its steps call targets that there are, ship only when told to, and take back what does not answer."""

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.servers import ROOT, local_server

BUILD: dict[str, Any] = yaml.safe_load((ROOT / "cloudbuild.yaml").read_text())
SCRIPTS: dict[str, str] = {step["id"]: step["script"] for step in BUILD["steps"] if "script" in step}
FAKE = """#!/usr/bin/env bash
echo "$*" >> "$MADE"
[[ "$*" != "$FAILS" ]]
"""


def _made(folder: Path, ship: str, fails: str = "") -> tuple[list[str], bool]:
    """Every `make` of the whole pipeline, in order, and whether the build is good. It stops at the first bad step."""
    (folder / "bin").mkdir()
    (folder / "bin" / "make").write_text(FAKE)
    (folder / "bin" / "make").chmod(0o755)
    env = {"PATH": f"{folder / 'bin'}:/usr/bin:/bin", "MADE": str(folder / "made"), "_SHIP": ship, "FAILS": fails}
    good = all(subprocess.run(["bash", "-c", script], env=env).returncode == 0 for script in SCRIPTS.values())
    return (folder / "made").read_text().splitlines(), good


def test_a_proposed_change_is_checked_and_nothing_more(tmp_path: Path) -> None:
    assert _made(tmp_path, "no") == (["check check-infra", "test"], True)


def test_a_plan_is_made_for_who_approves(tmp_path: Path) -> None:
    assert _made(tmp_path, "plan") == (["check check-infra", "test", "plan"], True)


SHIPPED = ["check check-infra", "test", "plan", "provision", "train-image", "site", "publish", "smoke"]


def test_shipping_goes_from_check_to_smoke_test(tmp_path: Path) -> None:
    assert _made(tmp_path, "yes") == (SHIPPED, True)


def test_what_does_not_answer_is_taken_back_and_the_build_is_bad(tmp_path: Path) -> None:
    assert _made(tmp_path, "yes", fails="smoke") == ([*SHIPPED, "rollback"], False)


def test_nothing_is_shipped_after_a_bad_test(tmp_path: Path) -> None:
    assert _made(tmp_path, "yes", fails="test") == (["check check-infra", "test"], False)


@pytest.mark.parametrize("target", sorted({word for line in [*SHIPPED, "rollback"] for word in line.split()}))
def test_every_step_is_a_target_of_the_makefile(target: str) -> None:
    done = subprocess.run(["make", "-n", target, "PROJECT=p"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_smoke_step_runs_as_it_stands(tmp_path: Path) -> None:
    with local_server(tmp_path / "store") as server:
        env = os.environ | {"_SHIP": "yes", "ADDRESS": server.address, "PROJECT": "p"}
        done = subprocess.run(["bash", "-c", SCRIPTS["smoke"]], cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "/api/assess: works" in done.stdout


def test_the_triggers_say_what_the_build_understands() -> None:
    delivery = (ROOT / "infra" / "delivery" / "main.tf").read_text()
    given = set(re.findall(r"(_[A-Z]+)\s*=", delivery.partition("substitutions")[2].splitlines()[0]))
    assert given <= set(BUILD["substitutions"])
    assert set(re.findall(r'ship\s*=\s*"(\w+)"', delivery)) == {"no", "plan", "yes"}
