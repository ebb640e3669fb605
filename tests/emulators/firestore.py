"""Google's Firestore emulator: found where the Google Cloud SDK lies, started on a free port, stopped afterwards."""

import json
import os
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.servers import free_port, stop

HOST = "FIRESTORE_EMULATOR_HOST"
_JAR = Path("platform", "cloud-firestore-emulator", "cloud-firestore-emulator.jar")
_MAIN = "com.google.cloud.datastore.emulator.firestore.CloudFirestore"


def missing() -> str | None:
    """What this machine lacks to run it, or None."""
    if os.environ.get(HOST):
        return None
    if shutil.which("java") is None:
        return "the Firestore emulator needs Java"
    return None if _jar() else f"the Firestore emulator is not installed (gcloud components), and {HOST} is not set"


@contextmanager
def firestore_emulator(log: Path) -> Iterator[str]:
    """Its address, host:port; the one that the environment names already, if any."""
    if given := os.environ.get(HOST):
        yield given
        return
    address = f"127.0.0.1:{free_port()}"
    host, port = address.split(":")
    command = ["java", "-Xmx512m", "-XX:TieredStopAtLevel=1", "-Duser.language=en", "-cp", str(_jar()), _MAIN]
    with log.open("w") as out:
        process = subprocess.Popen([*command, "--host", host, "--port", port], stdout=out, stderr=subprocess.STDOUT)
    try:
        _await(address, process, log)
        yield address
    finally:
        stop(process)


def index_usage(address: str, project: str) -> Any:
    """Which composite indexes the project's queries would need on Google."""
    database = f"projects/{project}/databases/(default)"
    url = f"http://{address}/emulator/v1/projects/{project}:indexUsage?database={database}"
    with urllib.request.urlopen(url, timeout=10) as told:
        return json.load(told)


def _jar() -> Path | None:
    """Below the SDK's root, which `gcloud` lies in as <root>/bin/gcloud; asking gcloud itself takes a second or two."""
    gcloud = shutil.which("gcloud")
    if gcloud is None:
        return None
    roots = [Path(gcloud).resolve().parents[1], Path("/usr/lib/google-cloud-sdk"), Path("/usr/share/google-cloud-sdk")]
    return next((root / _JAR for root in roots if (root / _JAR).is_file()), None)


def _await(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(f"http://{address}/", timeout=5).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"the Firestore emulator did not start:\n{log.read_text()}")
