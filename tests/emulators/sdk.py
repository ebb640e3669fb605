"""Google's emulators: found where the Google Cloud SDK lies, started on a free port, stopped afterwards."""

import os
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers import free_port, stop


@dataclass(frozen=True)
class Emulator:
    """One that ships with the SDK. `host` is the environment variable that says that one is running already."""

    name: str
    host: str
    jar: str
    java: tuple[str, ...]
    main: tuple[str, ...]

    def missing(self) -> str | None:
        """What this machine lacks to run it, or None."""
        if os.environ.get(self.host):
            return None
        if shutil.which("java") is None:
            return f"the {self.name} emulator needs Java"
        not_there = f"the {self.name} emulator is not installed (gcloud components), and {self.host} is not set"
        return None if self._jar() else not_there

    @contextmanager
    def running(self, log: Path) -> Iterator[str]:
        """Its address, host:port; the one that the environment names already, if any."""
        if given := os.environ.get(self.host):
            yield given
            return
        port = free_port()
        command = ["java", *self.java, *(part.format(jar=self._jar()) for part in self.main)]
        with log.open("w") as out:
            process = subprocess.Popen(
                [*command, "--host=127.0.0.1", f"--port={port}"], stdout=out, stderr=subprocess.STDOUT
            )
        try:
            self._await(f"127.0.0.1:{port}", process, log)
            yield f"127.0.0.1:{port}"
        finally:
            stop(process)

    def _jar(self) -> Path | None:
        """Below the SDK's root, where `gcloud` lies in bin/; asking gcloud itself takes a second or two."""
        gcloud = shutil.which("gcloud")
        if gcloud is None:
            return None
        usual = (Path("/usr/lib/google-cloud-sdk"), Path("/usr/share/google-cloud-sdk"))
        roots = (Path(gcloud).resolve().parents[1], *usual)
        return next((found for root in roots for found in (root / "platform").glob(self.jar)), None)

    def _await(self, address: str, process: subprocess.Popen[bytes], log: Path) -> None:
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
        raise AssertionError(f"the {self.name} emulator did not start:\n{log.read_text()}")
