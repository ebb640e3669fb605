"""Training jobs on Vertex AI: one for each attempt, whatever happens on the way, and a body that Vertex AI takes."""

import json
import subprocess
import threading
from collections.abc import Iterator

import pytest

from dermaloop.adapters.vertex import Machine, VertexJobs, custom_job
from dermaloop.errors import StoreUnavailable
from dermaloop.patience import patience
from dermaloop.ports import JobOrder
from tests.emulators.faults import fail_calls
from tests.emulators.storage import Fault
from tests.emulators.vertex import HOST, Vertex, vertex
from tests.servers import ROOT, free_port

ORDER = JobOrder(run_id="0a1b2c", attempt=1, recipe="skin", snapshot="s1")
MACHINE = Machine(image="europe-docker.pkg.dev/p/training/job:1", account="trainer@p.iam.gserviceaccount.com")
ENV = {"DERMALOOP_BACKEND": "gcp", "DERMALOOP_PROJECT": "p"}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Vertex]:
    with vertex() as running:
        monkeypatch.setenv(HOST, running.address)
        yield running


@pytest.fixture
def jobs(server: Vertex) -> VertexJobs:
    return VertexJobs(project="p", region="europe-west4", machine=MACHINE, env=ENV)


def test_an_attempt_is_one_job_however_often_it_is_started(jobs: VertexJobs, server: Vertex) -> None:
    first = jobs.start(ORDER)
    assert jobs.start(ORDER) == first
    assert jobs.start(JobOrder(run_id="0a1b2c", attempt=2, recipe="skin", snapshot="s1")) != first
    assert jobs.start(JobOrder(run_id="0a1b2d", attempt=1, recipe="skin", snapshot="s1")) != first
    assert len(server.jobs) == 3


@pytest.mark.parametrize("faults", [["refused"], ["lost"], ["fine", "lost"], ["fine", "fine", "lost"], ["lost"] * 4])
def test_an_answer_that_is_lost_makes_no_second_job(
    jobs: VertexJobs, server: Vertex, monkeypatch: pytest.MonkeyPatch, faults: list[Fault]
) -> None:
    fail_calls(monkeypatch, "/customJobs", faults)
    name = jobs.start(ORDER)
    assert list(server.jobs) == [name]


def test_of_two_that_were_started_at_once_one_is_ended(jobs: VertexJobs, server: Vertex) -> None:
    server.together = threading.Barrier(3)
    names: list[str] = []
    threads = [threading.Thread(target=lambda: names.append(jobs.start(ORDER))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    states = [job["state"] for job in server.jobs.values()]
    assert len(set(names)) == 1
    assert sorted(states) == ["JOB_STATE_CANCELLED", "JOB_STATE_CANCELLED", "JOB_STATE_PENDING"]
    assert jobs.state(names[0]) == "queued"


def test_a_job_is_followed_to_its_end(jobs: VertexJobs, server: Vertex) -> None:
    name = jobs.start(ORDER)
    seen = []
    for state in ("PENDING", "RUNNING", "SUCCEEDED", "FAILED", "CANCELLED", "EXPIRED", "SOMETHING_NEW"):
        server.jobs[name]["state"] = f"JOB_STATE_{state}"
        seen.append(jobs.state(name))
    assert seen == ["queued", "running", "succeeded", "failed", "failed", "failed", "failed"]
    server.jobs.clear()
    assert jobs.state(name) == "vanished"


def test_the_last_lines_come_oldest_first(jobs: VertexJobs, server: Vertex) -> None:
    name = jobs.start(ORDER)
    assert jobs.log(name) == ()
    number = name.rsplit("/", 1)[1]
    server.lines[number] = [{"textPayload": "one\n"}, {"jsonPayload": {"message": "two"}}, {"jsonPayload": {}}]
    server.lines[number] += [{"textPayload": "three"}]
    assert jobs.log(name) == ("one", "two", "three")
    assert jobs.log(name, last=1) == ("three",)


def test_where_vertex_cannot_be_reached_nothing_is_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HOST, f"127.0.0.1:{free_port()}")
    jobs = VertexJobs(project="p", region="europe-west4", machine=MACHINE, env=ENV)
    with patience(0.3), pytest.raises(StoreUnavailable):
        jobs.start(ORDER)
    with patience(0.3), pytest.raises(StoreUnavailable):
        jobs.state("projects/p/locations/l/customJobs/1")
    with patience(0.3):
        assert jobs.log("projects/p/locations/l/customJobs/1") == ()


_CHECK = """
import importlib.util, json, sys, types
where = importlib.util.find_spec("google.cloud.aiplatform").submodule_search_locations[0] + "_v1"
package = types.ModuleType("google.cloud.aiplatform_v1")  # its own __init__ imports every client there is
package.__path__ = [where]
sys.modules["google.cloud.aiplatform_v1"] = package
from google.cloud.aiplatform_v1.types.custom_job import CustomJob
for body in json.load(sys.stdin):
    made = CustomJob.from_json(json.dumps(body))
    told = json.loads(CustomJob.to_json(made, including_default_value_fields=False, use_integers_for_enums=False))
    print(json.dumps(told))
"""


def test_the_body_is_a_custom_job_as_google_defines_it() -> None:
    """Parsed by the message that Google's own client sends; a field or an enum it does not know is an error."""
    python = ROOT / ".venv-vertex" / "bin" / "python"
    if not python.exists():
        pytest.skip("Google's definition of CustomJob is not installed: make .venv-vertex/ready")
    on_gpu = Machine(image="i", account="a", gpu="NVIDIA_TESLA_T4", hours=3)
    bodies = [custom_job(ORDER, MACHINE, ENV), custom_job(ORDER, on_gpu, ENV)]
    told = subprocess.run([python, "-c", _CHECK], input=json.dumps(bodies), capture_output=True, text=True, timeout=120)
    assert told.returncode == 0, told.stderr
    assert [json.loads(line) for line in told.stdout.splitlines()] == bodies
