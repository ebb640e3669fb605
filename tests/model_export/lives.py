"""Lives of the loop: whatever can go wrong does, by a seed, and then everything is looked after until it is quiet."""

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random
from typing import Any, TypeVar, get_args

import msgspec

from dermaloop.adapters.champions import ChampionClassifiers
from dermaloop.adapters.folder import FolderBlobs
from dermaloop.adapters.local_events import LocalEvents
from dermaloop.adapters.sqlite import SqliteRecords
from dermaloop.adapters.sqlite_documents import SqliteDocuments
from dermaloop.contract.manifest import Manifest, model_key, read_manifest, verify_model, write_manifest
from dermaloop.errors import BrokenModel, Conflict, DermaloopError, NotFound, OutcomeUnknown, StoreUnavailable
from dermaloop.events import Event, Letter
from dermaloop.ports import Classifier, Stores, World
from dermaloop.records.documents import Change, Found, Kind, Page, Query, Record
from dermaloop.records.policies import PolicyName, RetentionPolicy, TrainingPolicy
from dermaloop.records.training import CANDIDATES, RUNS, Candidate, TrainingRun
from dermaloop.services import promoting, retraining, sweeping
from dermaloop.services.deciding import decide, view
from dermaloop.web import start_training
from model_export.candidate import Candidate as Made
from model_export.retraining import running
from tests.fakes import FixedClassifier, manifest
from tests.services.faulty import Faults, FaultyBlobs, Killed, PortFault
from tests.services.jobs import FixedJobs
from tests.services.reviewed import agree_on
from tests.services.worlds import world_on

T = TypeVar("T", bound=Record)
MODEL = "disease"
BUNDLED = "20260101-00000000"
ADMINS = ("chen", "admin")


class FaultyDocuments:
    """The Documents port over a real one."""

    def __init__(self, stores: Stores, faults: Faults) -> None:
        self._real = stores.documents
        self._faults = faults

    def get(self, kind: Kind[T], record_id: str) -> Found[T]:
        return self._real.get(kind, record_id)

    def find(self, query: Query[T], *, after: str = "", limit: int = 50) -> Page[T]:
        return self._real.find(query, after=after, limit=limit)

    def count(self, query: Query[T]) -> int:
        return self._real.count(query)

    def commit(self, *changes: Change) -> None:
        self._faults.around(lambda: self._real.commit(*changes), OutcomeUnknown)


class FaultyEvents:
    """A bus that may refuse what it is told, and delivers what it was told often and in any order."""

    def __init__(self, real: LocalEvents, faults: Faults) -> None:
        self._real = real
        self._faults = faults
        self.told: list[Event] = []

    def publish(self, event: Event) -> None:
        self._faults.around(lambda: self.told.append(event), StoreUnavailable)

    def undelivered(self, *, limit: int = 100) -> tuple[Letter, ...]:
        return self._real.undelivered(limit=limit)

    def settle(self, letters: Iterable[Letter]) -> None:
        self._real.settle(letters)


class Loop:
    """One house with its stores, its two admins and its jobs, over many lives."""

    def __init__(self, folder: Path, random: Random) -> None:
        self.random = random
        self.faults = Faults()
        stores = _stores(folder)
        plain = world_on(stores, folder=folder)
        assert isinstance(plain.events, LocalEvents)
        self.events = FaultyEvents(plain.events, self.faults)
        self.jobs = FixedJobs()
        self.plain = plain
        self.world: World = msgspec.structs.replace(
            plain,
            documents=FaultyDocuments(stores, self.faults),
            blobs=FaultyBlobs(stores, self.faults),
            events=self.events,
            jobs=self.jobs,
            classifiers=ChampionClassifiers(bundled=_bundle(folder), blobs=plain.blobs, load=_load, check_every=0.0),
        )
        self.work = folder / "work"
        self.pictures = 0

    def live(self) -> None:
        """Some new readings, then anything that may happen, in any order."""
        self._decide()
        for _ in range(self.random.randint(2, 4)):
            self._picture()
        for _ in range(self.random.randint(6, 18)):
            self.trouble()
            self._try(self.random.choice(self._happenings))
            self.faults.plan.clear()
            self.serves()

    def recover(self) -> None:
        """Nothing goes wrong any more: the sweep runs, events arrive, jobs end."""
        for _ in range(30):
            told = len(self.events.told)
            sweeping.sweep(world=self.world)
            if not self.active() and len(self.events.told) == told:
                return
            for event in self.events.told[:]:
                self._take(event)
            for name in list(self.jobs.orders):
                self._work_on(name)
        raise AssertionError("it does not come to rest")

    def active(self) -> tuple[TrainingRun, ...]:
        return self.plain.documents.find(Query(RUNS, {"active": True}, order="created_at")).records

    def serves(self) -> None:
        """Whatever is being written: who asks is answered by one whole model."""
        version = self.world.classifiers.champion(MODEL).manifest.version
        pointer, _ = promoting.read_pointer(MODEL, self.plain.blobs)
        assert version
        if pointer is not None:
            whole(self.plain, pointer.version)

    def trouble(self) -> None:
        self.faults.plan.clear()
        if self.random.random() < 0.6:
            ahead = self.random.randint(0, 6)
            fine: list[PortFault] = ["fine"] * ahead
            self.faults.plan.extend([*fine, self.random.choice(get_args(PortFault))])

    @property
    def _happenings(self) -> tuple[Callable[[], Any], ...]:
        return (
            self._picture,
            lambda: retraining.consider(world=self.world),
            lambda: retraining.consider(world=self.world),
            lambda: retraining.start_by_hand(by=self.random.choice(ADMINS), world=self.world),
            self._deliver,
            self._deliver,
            self._deliver,
            self._job,
            self._job,
            self._job,
            self._power_cut,
            lambda: sweeping.sweep(world=self.world),
            self._two_admins,
            self._promote,
            self._roll_back,
        )

    def _try(self, happening: Callable[[], Any]) -> None:
        try:
            happening()
        except (DermaloopError, Killed):
            return

    def _picture(self) -> None:
        self.pictures += 1
        agree_on(self.plain, self.pictures, picture=f"picture {self.pictures}".encode())

    def _decide(self) -> None:
        policy: PolicyName = self.random.choice(get_args(PolicyName))
        training = TrainingPolicy(threshold=3, models=(MODEL,), promotion=policy)
        version = view(documents=self.plain.documents).version
        decide(
            training=training, retention=RetentionPolicy(), version=version, by="chen", documents=self.plain.documents
        )

    def _deliver(self) -> None:
        """Any event that was ever told, once more."""
        if self.events.told:
            self._take(self.random.choice(self.events.told))

    def _take(self, event: Event) -> None:
        handlers: dict[str, Callable[[Any, World], None]] = {
            "TrainingRequested": start_training._requested,
            "ModelPublished": start_training._published,
        }
        name = type(event).__name__
        handlers[name](event, self.world)

    def _job(self) -> None:
        """Any job that was ever started works on, also one that the sweep gave up."""
        if self.jobs.orders:
            self._work_on(self.random.choice(list(self.jobs.orders)))

    def _work_on(self, name: str) -> None:
        order = self.jobs.orders[name]
        self.jobs.states[name] = "vanished"  # unless it ends well
        running.run(order.run_id, order.attempt, world=self.world, work=self.work)
        self.jobs.states[name] = "succeeded"

    def _power_cut(self) -> None:
        for name, state in self.jobs.states.items():
            if state == "running":
                self.jobs.states[name] = "vanished"

    def _two_admins(self) -> None:
        """Both saw the same champion; at most one of two different wishes may come true."""
        seen = self._seen()
        wishes = [version for version in self._published() if version != seen]
        if len(wishes) < 2:
            return
        won = 0
        for admin, wish in zip(ADMINS, self.random.sample(wishes, 2), strict=True):
            try:
                promoting.promote(model=MODEL, version=wish, instead_of=seen, by=admin, world=self.world)
                won += 1
            except (Conflict, NotFound):
                continue
        assert won <= 1

    def _promote(self) -> None:
        if wishes := self._published():
            wish = self.random.choice(wishes)
            promoting.promote(model=MODEL, version=wish, instead_of=self._seen(), by="chen", world=self.world)

    def _roll_back(self) -> None:
        promoting.roll_back(model=MODEL, instead_of=self._seen(), by="admin", world=self.world)

    def _seen(self) -> str | None:
        pointer, _ = promoting.read_pointer(MODEL, self.plain.blobs)
        return pointer.version if pointer else promoting.bundled_version(MODEL, self.plain_with_models)

    @property
    def plain_with_models(self) -> World:
        return msgspec.structs.replace(self.plain, classifiers=self.world.classifiers)

    def _published(self) -> list[str]:
        return [one.version for one in candidates(self.plain) if one.passed]


def candidates(world: World) -> list[Candidate]:
    query = Query(CANDIDATES, order="created_at", descending=True)
    return list(world.documents.find(query, limit=1000).records)


def whole(world: World, version: str) -> None:
    """A published version is there with every file and its own digest; the bundled one came with the code."""
    try:
        manifest = read_manifest(world.blobs.read(model_key(MODEL, version, "manifest.json")).data)
    except NotFound:
        assert version == BUNDLED, f"{version} is not published"
        return
    verify_model(manifest, world.blobs.read(model_key(MODEL, version, "model.tflite")).data)
    assert world.blobs.read(model_key(MODEL, version, "report.json")).data


def _load(made: Manifest, model: bytes) -> Classifier:
    verify_model(made, model)
    if model.startswith(b"broken"):
        raise BrokenModel("never promoted")
    return FixedClassifier({"nv": 0.9}, made)


def _bundle(folder: Path) -> Path:
    place = folder / "bundled" / MODEL
    place.mkdir(parents=True)
    (place / "model.tflite").write_bytes(b"model bundled")
    (place / "manifest.json").write_bytes(write_manifest(candidate_of("bundled", BUNDLED).manifest))
    return place.parent


def candidate_of(name: str, version: str = "") -> Made:
    """A model of a few bytes that follow from its name."""
    model = f"model {name}".encode()
    digest = hashlib.sha256(model).hexdigest()
    return Made(manifest(MODEL, version or f"20261121-{digest[:8]}", sha256=digest), model)


def _stores(folder: Path) -> Stores:
    file = folder / "test.sqlite3"
    return Stores(SqliteRecords(file), FolderBlobs(folder / "blobs"), SqliteDocuments(file))
