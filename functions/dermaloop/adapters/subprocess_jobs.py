"""Training jobs as processes of this machine: detached, with a log, and known again after the server was restarted."""

import fcntl
import os
import shlex
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path

from dermaloop.errors import StoreUnavailable
from dermaloop.ports import JobOrder, JobState

_LOG, _ALIVE, _EXIT = "log.txt", "alive", "exit"
_GROUP = "process-group"  # for whoever wants to end a job by hand
_TAIL = 256 * 1024

_SCRIPT = """
cd {root}
if [ ! -e .venv-train/ready ]; then
  echo "Training needs TensorFlow, which is not set up here yet: once, a few minutes, about 2 GB."
  make .venv-train/ready & setup=$!
  while sleep 5; kill -0 $setup 2>/dev/null; do
    echo "Still setting up: $(du -sm .venv-train 2>/dev/null | cut -f1) MB of about 2000."
  done
  wait $setup || {{ echo "Training could not be set up; see above."; echo 1 > {folder}/exit; exit 1; }}
fi
nice -n 5 .venv-train/bin/python -m model_export run --run-id {run} --attempt {attempt} --work {work}
echo $? > {folder}/exit.part && mv {folder}/exit.part {folder}/exit
"""

_QUIET = {"TF_CPP_MIN_LOG_LEVEL": "2", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""People work on this machine while it trains."""


class SubprocessJobs:
    """The Jobs port on one machine. A job holds a lock on a file for as long as any process of it lives.

    `env` is what the job needs to find the same stores, besides this process's own environment.
    """

    def __init__(self, folder: Path, *, root: Path, env: Mapping[str, str]) -> None:
        self._folder = folder.absolute()
        self._root = root
        self._env = env

    def start(self, order: JobOrder) -> str:
        name = f"{order.run_id}-{order.attempt}"
        folder = self._folder / name
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            return name
        except OSError as error:
            raise StoreUnavailable("The job cannot be started: its folder cannot be made.") from error
        self._launch(order, folder)
        return name

    def state(self, job: str) -> JobState:
        folder = self._folder / job
        if _is_locked(folder / _ALIVE):
            return "running"
        try:
            return "succeeded" if (folder / _EXIT).read_text().strip() == "0" else "failed"
        except OSError:
            return "vanished"

    def log(self, job: str, *, last: int = 200) -> tuple[str, ...]:
        try:
            with (self._folder / job / _LOG).open("rb") as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL))
                text = file.read().decode(errors="replace")
        except OSError:
            return ()
        return tuple(line.rpartition("\r")[2] for line in text.split("\n") if line.strip())[-last:]

    def _launch(self, order: JobOrder, folder: Path) -> None:
        script = _SCRIPT.format(
            root=shlex.quote(str(self._root)),
            folder=shlex.quote(str(folder)),
            work=shlex.quote(str(self._folder / "work")),
            run=shlex.quote(order.run_id),
            attempt=order.attempt,
        )
        path = os.pathsep.join((str(self._root / "functions"), str(self._root)))
        env = os.environ | self._env | {"PYTHONPATH": path, "PYTHONUNBUFFERED": "1"} | _QUIET
        with (folder / _ALIVE).open("w") as alive, (folder / _LOG).open("wb") as log:
            fcntl.flock(alive, fcntl.LOCK_EX)
            process = subprocess.Popen(  # noqa: S603 - every part of the script is quoted
                ["/bin/bash", "-c", script],
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=(alive.fileno(),),
                start_new_session=True,
            )
        (folder / _GROUP).write_text(str(process.pid))
        threading.Thread(target=process.wait, daemon=True, name=f"job {order.run_id}").start()


def _is_locked(path: Path) -> bool:
    try:
        with path.open("r") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
