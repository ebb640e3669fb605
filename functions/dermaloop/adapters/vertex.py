"""Training jobs on Vertex AI: a CustomJob for each attempt of a run, on spot machines, with an end in sight."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from dermaloop.adapters.google_patience import patiently, reached
from dermaloop.adapters.google_rest import GoogleService, Refused
from dermaloop.errors import StoreUnavailable
from dermaloop.ports import JobOrder, JobState

_EMULATOR = "VERTEX_EMULATOR_HOST"
_WORK = "/tmp/work"  # noqa: S108  inside the job's own container
_WAITS = 24 * 3600
"""How long a job may wait for a spot machine, in seconds."""
_STATES: Mapping[str, JobState] = {
    "JOB_STATE_QUEUED": "queued",
    "JOB_STATE_PENDING": "queued",
    "JOB_STATE_UNSPECIFIED": "queued",
    "JOB_STATE_RUNNING": "running",
    "JOB_STATE_CANCELLING": "running",
    "JOB_STATE_PAUSED": "running",
    "JOB_STATE_UPDATING": "running",
    "JOB_STATE_SUCCEEDED": "succeeded",
}


@dataclass(frozen=True)
class Machine:
    """What a job runs on, as whom, from which image, and for how long at most."""

    image: str
    account: str
    kind: str = "n1-standard-8"
    gpu: str = ""
    hours: int = 12


class VertexJobs:
    """The Jobs port on Vertex AI. `env` is what the job needs to find the same stores."""

    def __init__(self, *, project: str, region: str, machine: Machine, env: Mapping[str, str]) -> None:
        self._vertex = GoogleService(f"https://{region}-aiplatform.googleapis.com", emulator=_EMULATOR)
        self._logging = GoogleService("https://logging.googleapis.com", emulator=_EMULATOR)
        self._project = project
        self._jobs = f"/v1/projects/{project}/locations/{region}/customJobs"
        self._machine = machine
        self._env = env

    def start(self, order: JobOrder) -> str:
        """Vertex AI lets nobody choose a job's name, so of two that were started at once the later one is ended."""

        def attempt(_: int) -> str:
            if there := self._started(order):
                return there[0]
            made: str = self._vertex.ask("POST", self._jobs, custom_job(order, self._machine, self._env))["name"]
            first = (self._started(order) or [made])[0]
            if first != made:
                self._vertex.ask("POST", f"/v1/{made}:cancel", {})
            return first

        return reached(attempt, changes=True)

    def state(self, job: str) -> JobState:
        try:
            told = patiently(lambda _: self._vertex.ask("GET", f"/v1/{job}"))
        except Refused as error:
            if error.status == 404:
                return "vanished"
            raise StoreUnavailable("The job cannot be looked up just now.") from error
        return _STATES.get(told.get("state", "JOB_STATE_UNSPECIFIED"), "failed")

    def log(self, job: str, *, last: int = 200) -> tuple[str, ...]:
        of_job = f'resource.type="ml_job" AND resource.labels.job_id="{job.rsplit("/", 1)[-1]}"'
        asked = {"resourceNames": [f"projects/{self._project}"], "filter": of_job, "pageSize": last}
        newest_first = asked | {"orderBy": "timestamp desc"}
        try:
            told = reached(lambda _: self._logging.ask("POST", "/v2/entries:list", newest_first))
        except StoreUnavailable:
            return ()
        return tuple(line for entry in reversed(told.get("entries", ())) if (line := _line(entry)))

    def _started(self, order: JobOrder) -> list[str]:
        """The jobs of this attempt, the first one first."""
        labels = " AND ".join(f'labels.{name}="{value}"' for name, value in _labels(order).items())
        told = self._vertex.ask("GET", f"{self._jobs}?filter={quote(labels, safe='')}&pageSize=10")
        found = sorted(told.get("customJobs", ()), key=lambda job: (job["createTime"], job["name"]))
        return [job["name"] for job in found]


def custom_job(order: JobOrder, machine: Machine, env: Mapping[str, str]) -> dict[str, Any]:
    """The body of the request."""
    args = ["run", "--run-id", order.run_id, "--attempt", str(order.attempt), "--work", _WORK]
    gpu = {"acceleratorType": machine.gpu, "acceleratorCount": 1} if machine.gpu else {}
    worker = {
        "machineSpec": {"machineType": machine.kind} | gpu,
        "replicaCount": "1",
        "diskSpec": {"bootDiskType": "pd-ssd", "bootDiskSizeGb": 100},
        "containerSpec": {
            "imageUri": machine.image,
            "args": args,
            "env": [{"name": name, "value": value} for name, value in sorted(env.items())],
        },
    }
    scheduling = {"strategy": "SPOT", "timeout": f"{machine.hours * 3600}s", "maxWaitDuration": f"{_WAITS}s"}
    return {
        "displayName": f"dermaloop-{order.run_id}-{order.attempt}",
        "labels": _labels(order),
        "jobSpec": {"workerPoolSpecs": [worker], "scheduling": scheduling, "serviceAccount": machine.account},
    }


def _labels(order: JobOrder) -> dict[str, str]:
    return {"app": "dermaloop", "run": order.run_id, "attempt": str(order.attempt)}


def _line(entry: Mapping[str, Any]) -> str:
    said = entry.get("textPayload") or entry.get("jsonPayload", {}).get("message", "")
    return str(said).rstrip()
