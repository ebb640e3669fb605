"""Copies of the Terraform configuration, in which the real `terraform` runs on the schema-only providers."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.servers import ROOT

STUB_PYTHON = ROOT / ".venv-terraform" / "bin" / "python"
PROJECT = "dermaloop-test"
LOCAL_STATE = 'terraform {\n  backend "local" {}\n}\n'


def missing() -> str | None:
    """What this machine lacks, or None."""
    if shutil.which("terraform") is None:
        return "terraform is not installed (`make terraform` says how)"
    return None if STUB_PYTHON.exists() else "the stub provider is not set up: make .venv-terraform/ready"


@dataclass(frozen=True)
class Workspace:
    """A folder with the configuration, and the environment in which terraform finds the stub."""

    folder: Path
    env: dict[str, str]

    def run(self, *args: str, **env: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            ["terraform", *args], cwd=self.folder, env=self.env | env, capture_output=True, text=True, check=False
        )

    def must(self, *args: str) -> str:
        done = self.run(*args)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def apply(self, *variables: str) -> list[dict[str, Any]]:
        """Applies, and tells every resource there is then, with every value known."""
        self.must("apply", "-auto-approve", "-no-color", *_given(variables))
        return self.resources()

    def resources(self) -> list[dict[str, Any]]:
        state = json.loads(self.must("show", "-json"))
        return list(_resources(state["values"]["root_module"]))

    def plan(self, *variables: str) -> dict[str, Any]:
        self.must("plan", "-no-color", "-out=plan", *_given(variables))
        planned: dict[str, Any] = json.loads(self.must("show", "-json", "plan"))
        return planned

    def add(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)


@contextmanager
def workspace(folder: Path, *, failing: str = "") -> Iterator[Workspace]:
    """A copy that is initialised and keeps its state beside itself. `failing`: a resource type whose creation fails."""
    copy(folder)
    with stub(folder, failing) as reattach:
        env = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
        env |= {"TF_REATTACH_PROVIDERS": reattach, "TF_INPUT": "0", "CHECKPOINT_DISABLE": "1"}
        found = Workspace(folder, env)
        found.must("init", "-no-color")
        yield found


@contextmanager
def stub(cwd: Path, failing: str = "") -> Iterator[str]:
    """The running providers: what TF_REATTACH_PROVIDERS must hold. They stop when their input is closed."""
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [str(STUB_PYTHON), "-m", "tests.infra.stub", failing]
    with subprocess.Popen(command, cwd=cwd, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout, run.stdin
        yield run.stdout.readline().strip()
        run.communicate()


def copy(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for path in ROOT.glob("*.tf"):
        shutil.copy(path, folder)
    shutil.copytree(ROOT / "infra", folder / "infra", dirs_exist_ok=True, ignore=shutil.ignore_patterns(".terraform"))
    (folder / "functions").symlink_to(ROOT / "functions")
    (folder / "backend_override.tf").write_text(LOCAL_STATE)


def _given(variables: tuple[str, ...]) -> list[str]:
    named = any(variable.startswith("project_id=") for variable in variables)
    every = variables if named else (f"project_id={PROJECT}", *variables)
    return [f"-var-file={each}" if each.endswith(".tfvars") else f"-var={each}" for each in every]


def _resources(module: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from module.get("resources", [])
    for child in module.get("child_modules", []):
        yield from _resources(child)
