"""The training image, as far as it can be told without building it: what it copies, installs, and runs."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers import ROOT

PLACE = ROOT / "model_export" / "Dockerfile"
PINNED = re.compile(r"^([A-Za-z0-9_.-]+)==(\S+)")


@pytest.fixture(scope="module")
def steps() -> list[tuple[str, str]]:
    """Instructions and what follows them, continued lines joined."""
    lines = [line for line in PLACE.read_text().splitlines() if not line.startswith("#")]
    text = "\n".join(lines).replace("\\\n", " ")
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in text.splitlines() if line)]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str]]) -> Path:
    """A folder with what the image copies, and nothing else of the repository."""
    root = tmp_path_factory.mktemp("image")
    for word, rest in steps:
        if word == "COPY":
            source, target = rest.split()
            (root / target).parent.mkdir(parents=True, exist_ok=True)
            if (ROOT / source).is_dir():
                ignore = shutil.ignore_patterns("__pycache__")
                shutil.copytree(ROOT / source, root / target, dirs_exist_ok=True, ignore=ignore)
            else:
                shutil.copyfile(ROOT / source, root / target)
    return root


def pins(name: str) -> dict[str, str]:
    found = (PINNED.match(line) for line in (ROOT / name).read_text().splitlines())
    return {match[1].lower(): match[2] for match in found if match}


def settings(steps: list[tuple[str, str]], wanted: str) -> dict[str, str]:
    said = [shlex.split(rest) for word, rest in steps if word == wanted]
    return dict(one.split("=", 1) for line in said for one in line)


def test_what_is_copied_is_all_that_the_entry_point_needs(app: Path, steps: list[tuple[str, str]]) -> None:
    [entry] = [rest for word, rest in steps if word == "ENTRYPOINT"]
    assert entry == '["python", "-m", "model_export"]'
    given = settings(steps, "ENV")["PYTHONPATH"].replace("/app", str(app))
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "DERMALOOP"))}
    command = [sys.executable, "-S", "-c", "import sys; sys.path += sys.argv.pop(1).split(':')\n" + STARTED]
    libraries = [path for path in sys.path if "site-packages" in path]
    done = subprocess.run(
        [*command, ":".join([given, *libraries]), "run", "--recipe", "absent", "--data", str(app), "--work", "runs"],
        cwd=app, env=plain, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert "there is no recipe" in done.stderr
    assert str(app / "model_export" / "recipes") in done.stderr
    assert done.returncode == 1


STARTED = """
import runpy
runpy.run_module("model_export", run_name="__main__", alter_sys=True)
"""


def test_it_installs_what_serving_installs(steps: list[tuple[str, str]]) -> None:
    serving, training = pins("functions/requirements.txt"), pins("model_export/requirements.txt")
    native = pins("model_export/native/requirements.txt")
    for ours in (training, native):
        assert {name: ours[name] for name in ours.keys() & serving.keys()} == {
            name: serving[name] for name in ours.keys() & serving.keys()
        }
    installs = [rest for word, rest in steps if word == "RUN" and "pip install" in rest]
    assert len(installs) == 2
    assert all("pip install -c functions/requirements.txt" in one for one in installs)


def test_tensorflow_is_a_build_argument_with_the_version_that_is_pinned(steps: list[tuple[str, str]]) -> None:
    version = pins("model_export/requirements.txt")["tensorflow-cpu"]
    arguments = settings(steps, "ARG")
    assert arguments == {"TENSORFLOW": f"tensorflow-cpu=={version}", "NATIVE": ""}
    [first, second] = [rest for word, rest in steps if word == "RUN" and "pip install" in rest]
    assert first.endswith('"$TENSORFLOW"')
    assert "grep -v '^tensorflow-cpu=='" in first  # or both builds would be installed over each other
    assert second.startswith('if [ -n "$NATIVE" ]')
    assert f'--build-arg TENSORFLOW="tensorflow[and-cuda]=={version}"' in PLACE.read_text()


def test_it_does_not_run_as_root_and_says_what_it_can_do(steps: list[tuple[str, str]]) -> None:
    assert ("USER", "trainer") in steps
    assert steps[-1] == ("CMD", '["--help"]')
