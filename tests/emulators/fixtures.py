"""The emulators as fixtures: started when the first test asks, and skipped by name where a machine lacks them."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from dermaloop.patience import patience
from tests.emulators.firestore import FIRESTORE
from tests.emulators.pubsub import PUBSUB, Bus
from tests.emulators.storage import StrictStorage, strict_storage


@dataclass(frozen=True)
class GoogleProject:
    """A project of its own for one test, with an empty database and an empty bucket."""

    name: str
    bucket: str
    firestore: str
    storage: StrictStorage

    @property
    def env(self) -> dict[str, str]:
        """What makes a process use it."""
        return {
            "DERMALOOP_BACKEND": "gcp",
            "DERMALOOP_PROJECT": self.name,
            "DERMALOOP_BUCKET": self.bucket,
            "FIRESTORE_EMULATOR_HOST": self.firestore,
            "STORAGE_EMULATOR_HOST": self.storage.address,
        }


@pytest.fixture(scope="session")
def firestore_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if lacking := FIRESTORE.missing():
        pytest.skip(lacking)
    with FIRESTORE.running(tmp_path_factory.mktemp("firestore") / "log.txt") as address:
        _warm(address)
        yield address


@pytest.fixture(scope="session")
def storage_server() -> Iterator[StrictStorage]:
    with strict_storage() as server:
        yield server


@pytest.fixture(scope="session")
def pubsub_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if lacking := PUBSUB.missing():
        pytest.skip(lacking)
    with PUBSUB.running(tmp_path_factory.mktemp("pubsub") / "log.txt") as address:
        yield address


@pytest.fixture
def bus(pubsub_address: str, monkeypatch: pytest.MonkeyPatch) -> Bus:
    """A project's topics, which the adapters in this process find by themselves."""
    monkeypatch.setattr("dermaloop.patience.UNASKED", 30.0)
    monkeypatch.setenv(PUBSUB.host, pubsub_address)
    return Bus(pubsub_address, f"test-{uuid.uuid4().hex[:12]}")


@pytest.fixture
def google(
    firestore_address: str, storage_server: StrictStorage, monkeypatch: pytest.MonkeyPatch
) -> Iterator[GoogleProject]:
    """An empty project, whose emulators the Google libraries in this process find by themselves."""
    name = f"test-{uuid.uuid4().hex[:12]}"
    storage_server.add_bucket(name)
    project = GoogleProject(name=name, bucket=name, firestore=firestore_address, storage=storage_server)
    monkeypatch.setattr("dermaloop.patience.UNASKED", 30.0)  # an emulator on a busy machine is no slow store
    monkeypatch.setattr("dermaloop.services.keeping.PATIENCE", 20.0)
    for variable in ("FIRESTORE_EMULATOR_HOST", "STORAGE_EMULATOR_HOST"):
        monkeypatch.setenv(variable, project.env[variable])
    yield project
    storage_server.faults.clear()


def _warm(address: str) -> None:
    """The first commit of a fresh Java machine takes seconds."""
    from dermaloop.adapters.firestore_rest import Firestore, create

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(FIRESTORE.host, address)
        database = Firestore(project="warm")
        with patience(60):
            database.commit([create(database.name("first", "one"), {"x": 1})])
