"""The rules of the house that no other tool holds."""

import ast
import os
import re
import subprocess
from pathlib import Path
from typing import get_args

import pytest

from dermaloop import web
from dermaloop.errors import DermaloopError
from dermaloop.web.endpoints import FUNCTIONS, SignIn, endpoints, function_for
from tests.servers import ROOT

MAIN = ast.parse((ROOT / "functions" / "main.py").read_text())
READ = (".py", ".ts", ".tsx")
GENERATED = {"frontend/src/model/schema.ts"}
TRACKED = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()


def test_main_only_names_entry_points() -> None:
    imported = {node.module for node in ast.walk(MAIN) if isinstance(node, ast.ImportFrom)}
    entries = [node for node in MAIN.body if isinstance(node, ast.FunctionDef)]
    assert imported == {"werkzeug.wrappers", "dermaloop", "dermaloop.wiring"}
    assert {entry.name for entry in entries} == set(FUNCTIONS)
    assert all(len(entry.body) == 1 for entry in entries)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_endpoint_declares_its_sign_in_and_lies_where_hosting_looks(function: str) -> None:
    for endpoint in endpoints(function):
        assert endpoint.sign_in in get_args(SignIn)
        assert endpoint.takes is None or endpoint.examples, f"{endpoint.path} shows no example"
        assert function_for(endpoint.path) == function
        assert "rate_limited" in endpoint.errors or endpoint.method == "GET"


def test_every_error_has_a_code_of_its_own() -> None:
    children = DermaloopError.__subclasses__()
    assert len({child.code for child in children}) == len(children)
    assert all(400 <= child.status < 600 and child.title for child in children)


def test_the_top_level_holds_only_what_convention_expects() -> None:
    allowed = {"functions", "infra", "model_export", "frontend", "tests", "cloudbuild.yaml", "main.tf", "README.md"}
    allowed |= {"Makefile", "pyproject.toml", "LICENSE", "variables.tf", "outputs.tf"}
    assert {name.split("/")[0] for name in TRACKED if not name.startswith(".")} <= allowed


def test_make_runs_this_checkouts_code_whatever_the_shell_has_exported() -> None:
    asked = ["make", "--no-print-directory", "--eval", "shown:;@echo $$PYTHONPATH", "shown"]  # with nothing to set up
    shell = os.environ | {"PYTHONPATH": "/another/checkout"}
    said = subprocess.run(asked, cwd=ROOT, env=shell, capture_output=True, text=True, check=True).stdout
    assert said.strip() == f"{ROOT / 'functions'}:{ROOT}"


def test_files_are_of_a_size_one_reads() -> None:
    long = {name: len((ROOT / name).read_text().splitlines()) for name in TRACKED if name.endswith(READ)}
    assert not {name: lines for name, lines in long.items() if lines > 300 and name not in GENERATED}


def test_every_module_says_what_it_is_for() -> None:
    silent = [n for n in TRACKED if n.endswith(".py") and not ast.get_docstring(ast.parse((ROOT / n).read_text()))]
    assert not silent


def test_nothing_is_left_undone() -> None:
    marks = re.compile("|".join(("TO" + "DO", "FIX" + "ME", "X" * 3, "Not" + "ImplementedError")))
    assert not [n for n in TRACKED if n.endswith((*READ, ".tf")) and marks.search((ROOT / n).read_text())]


def test_requirements_are_pinned_exactly_and_name_no_host() -> None:
    for name in [name for name in TRACKED if Path(name).name == "requirements.txt"]:
        lines = [line for line in (ROOT / name).read_text().splitlines() if line.strip() and not line.startswith("#")]
        assert not [line for line in lines if not re.match(r"^([A-Za-z0-9_.\[\]-]+==[^\s]+|-c \S+)", line)], name
        assert "://" not in "".join(lines)


def test_the_face_exports_what_main_and_wiring_need() -> None:
    assert {"Site", "WebSettings", "answer"} == set(web.__all__)
