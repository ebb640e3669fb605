"""The loop, whole: sixty readings by two doctors and a third who decides, a real training, a gate, a promotion that
serves without a restart, and the way back. On this machine, and with the stores of Google's emulators."""

import itertools
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from werkzeug.test import Client

from dermaloop import local_bus, wiring
from dermaloop.adapters.champions import ChampionClassifiers
from dermaloop.adapters.litert import LitertClassifier
from dermaloop.adapters.subprocess_jobs import SubprocessJobs
from dermaloop.contract.manifest import Manifest
from dermaloop.devserver import LocalSite
from dermaloop.ports import Classifier
from dermaloop.web import Site, WebSettings
from dermaloop.wiring import Settings
from tests.emulators.fixtures import GoogleProject
from tests.pictures import b64
from tests.servers import ROOT, free_port, local_server
from tests.services.reviewed import DIAGNOSES, agree_on_many, drawn
from tests.services.worlds import world_on

pytestmark = [pytest.mark.server, pytest.mark.timeout(600)]

Ask = Callable[..., tuple[int, Any]]
"""Method, path, body, token; returns status and JSON."""

PICTURES = 60
AGREED = 48  # of them, where Firestore is an emulator, were put there before: it takes a second for each
PATIENCE = 400.0  # seconds: where TensorFlow is not set up yet, `make` does so before the tests


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Ask]:
    """The whole product, as `make run` starts it."""
    quick = {"DERMALOOP_SWEEP_SECONDS": "1", "DERMALOOP_MODEL_CHECK_SECONDS": "0.2"}
    with local_server(tmp_path, **quick) as server:

        def ask(method: str, path: str, body: Any = None, token: str = "") -> tuple[int, Any]:
            told = server.ask(method, path, body, Authorization=f"Bearer {token}")
            return told.status, told.json if told.body else None

        yield ask


@pytest.fixture
def google_stores(tmp_path: Path, google: GoogleProject) -> Iterator[Ask]:
    """The same with Firestore and Cloud Storage; the job's own bus is down, so that the sweep must tell for it."""
    stores = wiring.stores(Settings(backend="gcp", project=google.name, bucket=google.bucket))
    bus = {"PUBSUB_EMULATOR_HOST": f"127.0.0.1:{free_port()}"}
    world = msgspec.structs.replace(
        world_on(stores, folder=tmp_path),
        classifiers=ChampionClassifiers(
            bundled=ROOT / "functions" / "models", blobs=stores.blobs, load=_load, check_every=0.2
        ),
        jobs=SubprocessJobs(tmp_path / "jobs", root=ROOT, env=google.env | bus),
    )
    here = Site(world=world, settings=WebSettings())
    stop = local_bus.start(here, sweep_seconds=1.0)
    client = Client(LocalSite(here))
    agree_on_many(world, AGREED)

    def ask(method: str, path: str, body: Any = None, token: str = "") -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {token}"}
        told = client.open(path, method=method, json=body, headers=headers)
        return told.status_code, told.get_json(silent=True)

    yield ask
    stop()


def _load(manifest: Manifest, model: bytes) -> Classifier:
    return LitertClassifier(manifest, model, interpreters=os.cpu_count() or 1)


@pytest.fixture(params=["local", "google_stores"])
def ask(request: pytest.FixtureRequest) -> Ask:
    made: Ask = request.getfixturevalue(request.param)
    return made


class Someone:
    """A person who signed in; every call must succeed unless told otherwise."""

    def __init__(self, ask: Ask, email: str) -> None:
        self._ask = ask
        self._token = self._said(*ask("POST", "/api/local/sign-in", {"email": f"{email}@example.org"}))["token"]

    def get(self, path: str) -> Any:
        return self._said(*self._ask("GET", path, None, self._token))

    def post(self, path: str, body: Any, status: int = 200) -> Any:
        return self._said(*self._ask("POST", path, body, self._token), wanted=status)

    def put(self, path: str, body: Any) -> Any:
        return self._said(*self._ask("PUT", path, body, self._token))

    def next(self) -> str:
        """The image that the queue gives, as soon as the sweep has taken in what is new."""
        while (given := self.post("/api/review/queue/next", {"skip": []})["image"]) is None:
            time.sleep(0.2)
        return str(given["id"])

    def read(self, image: str, diagnosis: str) -> Any:
        findings = {"diagnosis": diagnosis, "certainty": "certain", "confirmed_by": "single image expert consensus"}
        return self.post(f"/api/review/images/{image}/reading", {"version": 0, "findings": findings})

    def _said(self, status: int, told: Any, wanted: int = 200) -> Any:
        assert status == wanted, told
        return told


def test_from_sixty_readings_to_a_new_champion_and_back(ask: Ask) -> None:
    ada, ben, chen, admin = (Someone(ask, name) for name in ("ada", "ben", "chen", "admin"))
    decided = admin.get("/api/admin/policies")
    training = decided["training"] | {"threshold": PICTURES, "models": ["disease"]}
    admin.put("/api/admin/policies", decided | {"training": training})
    before = champion(admin)
    agreed = len(ada.get("/api/review/images?state=reviewed&limit=100")["images"])
    truth = readings(ask, ada, ben, chen, agreed)

    run = finished(admin)
    assert (run["run"]["state"], run["run"]["trigger"], run["run"]["pictures"]) == ("published", "threshold", PICTURES)
    assert any("passed" in line or "pass  " in line for line in run["log"])
    (candidate,) = run["candidates"]
    assert candidate["passed"], candidate["gate"]
    assert candidate["champion"] == before
    assert candidate["metrics"]["balanced_accuracy"] > candidate["champion_metrics"]["balanced_accuracy"]
    assert predicted(ask) == before  # published is not promoted

    path = "/api/admin/models/disease"
    admin.post(f"{path}/promote", {"version": candidate["version"], "instead_of": "20000101-00000000"}, 409)
    admin.post(f"{path}/promote", {"version": candidate["version"], "instead_of": before})
    eventually(lambda: predicted(ask) == candidate["version"])
    admin.post(f"{path}/roll-back", {"instead_of": before}, 409)
    admin.post(f"{path}/roll-back", {"instead_of": candidate["version"]})
    eventually(lambda: predicted(ask) == before)

    seen = admin.get(f"/api/admin/images/{next(iter(truth))}/models")["sightings"]
    assert [(one["version"], one["run_id"]) for one in seen] == [(candidate["version"], run["run"]["id"])]
    trail = [line["action"] for line in admin.get("/api/admin/audit?subject=model:disease")["lines"]]
    assert trail == [f"roll back to {before}", f"promote {candidate['version']}"]


def readings(ask: Ask, ada: Someone, ben: Someone, chen: Someone, agreed: int) -> dict[str, str]:
    """Two doctors read by turns; the last picture goes to both, they differ, and the third decides."""
    settings = chen.get("/api/review/settings")
    chen.put("/api/review/settings", settings | {"double_share": 0.0})
    truth = dict(sent(ask, number) for number in range(agreed, PICTURES - 1))
    for doctor, _ in zip(itertools.cycle((ada, ben)), truth, strict=False):
        image = doctor.next()
        assert doctor.read(image, truth[image])["state"] == "reviewed"
    settings = chen.get("/api/review/settings")
    chen.put("/api/review/settings", settings | {"double_share": 1.0})
    image, diagnosis = sent(ask, PICTURES - 1)
    assert ada.next() == image
    assert ada.read(image, diagnosis)["state"] == "second"
    assert ben.next() == image
    assert ben.read(image, "bkl")["state"] == "adjudication"
    assert chen.next() == image
    done = chen.read(image, diagnosis)
    assert (done["state"], done["reference"]["how"]) == ("reviewed", "adjudicated")
    return truth | {image: diagnosis}


def sent(ask: Ask, number: int) -> tuple[str, str]:
    """A person's photo with both consents: the review's id, and what the drawing shows."""
    body = {"image": b64(drawn(number, 160)), "store_image": True, "train_consent": True}
    status, told = ask("POST", "/api/disease", body)
    assert (status, told["kept"]) == (200, True)
    return f"{told['id']}-1", DIAGNOSES[number % len(DIAGNOSES)]


def finished(admin: Someone) -> Any:
    """The one run there is, once it has ended."""
    eventually(lambda: bool(admin.get("/api/admin/runs")["runs"]))
    (run,) = admin.get("/api/admin/runs")["runs"]
    path = f"/api/admin/runs/{run['id']}"
    eventually(lambda: not admin.get(path)["run"]["active"], within=PATIENCE)
    return admin.get(path)


def champion(admin: Someone) -> str:
    models = admin.get("/api/admin/models")["models"]
    return str(next(model["champion"] for model in models if model["name"] == "disease"))


def predicted(ask: Ask) -> str:
    return str(ask("POST", "/api/disease", {"image": b64(drawn(1000, 160))})[1]["model"]["version"])


def eventually(true: Callable[[], bool], within: float = 60.0) -> None:
    until = time.monotonic() + within
    while not true():
        assert time.monotonic() < until, "it did not come to pass"
        time.sleep(0.3)
