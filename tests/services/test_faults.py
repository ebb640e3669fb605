"""Keeping and forgetting while the stores fail: nothing lost, nothing doubled, nothing half, whatever the seed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import get_args

import msgspec
import pytest

from dermaloop.answers import Answer
from dermaloop.errors import Conflict, NotFound, StoreUnavailable
from dermaloop.patience import patience
from dermaloop.ports import Stores, World
from dermaloop.records import Case
from dermaloop.services import disclosing, forgetting
from dermaloop.services.keeping import Consent, Request, keep, new_id
from dermaloop.services.predicting import predict
from dermaloop.services.reading import PhotoReading, read_photo
from dermaloop.wiring import Settings
from dermaloop.wiring import stores as stores_of
from tests.emulators.faults import fail_calls
from tests.emulators.fixtures import GoogleProject
from tests.emulators.storage import Fault
from tests.pictures import jpeg
from tests.services.faulty import Faults, FaultyBlobs, FaultyRecords, Killed, PortFault
from tests.services.worlds import CALM, world_on

PHOTO = jpeg(96)
LOCAL_RUNS, GOOGLE_RUNS = 500, 30


@dataclass
class Person:
    """Sends one request, again and again until it is answered, and perhaps deletes what was kept."""

    world: World
    stores: Stores
    random: Random
    break_things: Callable[[Random, bool], None]
    photo: tuple[Answer, PhotoReading]
    sent: list[str] = field(default_factory=list)

    def send(self, request: Request, pictures: int) -> Answer | None:
        """One delivery; None where the process was killed before it answered. After ten the trouble is over."""
        self.break_things(self.random, len(self.sent) < 10)
        blank, reading = self.photo
        answer = msgspec.structs.replace(blank, id=new_id())
        self.sent.append(answer.id)
        try:
            return keep(answer, request=request, pictures=[(PHOTO, reading)] * pictures, world=self.world)
        except Killed:
            return None

    def forget(self, case_id: str, token: str) -> None:
        """Asks until it is done; the case is there, for the same token, until then."""
        for tries in range(11):
            self.break_things(self.random, tries < 10)
            try:
                with patience(0.3 if tries < 10 else 30):
                    forgetting.forget(case_id, token=token, world=self.world)
            except (StoreUnavailable, Killed):
                continue
            except NotFound:
                return
            return
        raise AssertionError("the deletion was never done")

    def kept(self) -> dict[str, Case]:
        found = {}
        for case_id in self.sent:
            try:
                found[case_id] = self.stores.records.case(case_id)
            except NotFound:
                continue
        return found


def live(person: Person, number: int) -> None:
    """A request, its duplicates, and a deletion, with the promises checked after each."""
    random = person.random
    key = f"key-{number}" if random.random() < 0.7 else None
    consent = Consent(store_image=random.random() < 0.8)
    request = Request("predict_disease", consent, key=key, digest="d")
    pictures = random.randint(1, 3)
    answers = [person.send(request, pictures) for _ in range(random.randint(1, 3))]
    if key is not None:  # a client with a key asks until it knows
        while answers[-1] is None or not answers[-1].kept:
            answers.append(person.send(request, pictures))
            assert len(answers) < 20
    check_whole(person)
    check_answers(person, answers, doubled=key is None)
    for answer in answers:
        if answer is not None and answer.token is not None and random.random() < 0.6:
            person.forget(answer.id, answer.token)
            check_gone(person, answer.id)
    check_whole(person)


def check_answers(person: Person, answers: list[Answer | None], *, doubled: bool) -> None:
    kept, told = person.kept(), [answer for answer in answers if answer is not None]
    for answer in told:
        if answer.kept:
            assert disclosing.find(answer.id, token=answer.token or "", records=person.stores.records)
        elif answer.token is None:
            assert answer.id not in kept
    if not doubled:
        assert len(kept) == 1
        assert len({(answer.id, answer.token) for answer in told if answer.kept}) == 1
    for case_id in person.sent:
        actions = [entry.action for entry in person.stores.records.audit(f"case:{case_id}")]
        assert actions == (["create"] if case_id in kept else [])


def check_whole(person: Person) -> None:
    """Every picture that a case names is there; every other one is found by its key, which names no case there is."""
    kept = person.kept()
    named = {image.blob for case in kept.values() for image in case.images if image.blob}
    found = {key for case_id in person.sent for key in person.stores.blobs.keys(f"images/{case_id}/")}
    assert named <= found
    assert not [key for key in found - named if key.split("/")[1] in kept]


def check_gone(person: Person, case_id: str) -> None:
    with pytest.raises(NotFound):
        person.stores.records.case(case_id)
    actions = [entry.action for entry in person.stores.records.audit(f"case:{case_id}")]
    assert actions in (["create", "delete"], [])
    if actions:
        assert list(person.stores.blobs.keys(f"images/{case_id}/")) == []


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Answer, PhotoReading]:
    """Read once: these tests are about keeping."""
    world = world_on(stores_of(Settings(data=str(tmp_path_factory.mktemp("blank")))), CALM)
    request = Request("predict_disease", Consent())
    blank = predict(image=PHOTO, model="disease", crop=None, explain=False, locale="en", request=request, world=world)
    reading = read_photo(PHOTO, crop=None, classifiers=[CALM], limits=world.image_limits)
    return msgspec.structs.replace(blank, token=None), reading


def test_local_stores_that_fail_between_any_two_writes(
    tmp_path_factory: pytest.TempPathFactory, photo: tuple[Answer, PhotoReading]
) -> None:
    stores = stores_of(Settings(data=str(tmp_path_factory.mktemp("faults"))))
    faults = Faults()
    faulty = Stores(FaultyRecords(stores, faults), FaultyBlobs(stores, faults), stores.documents)

    def break_things(random: Random, trouble: bool) -> None:
        faults.plan.clear()
        faults.plan.extend(random.choices(get_args(PortFault), weights=(6, 1, 1, 1, 1, 1), k=8 * trouble))

    for seed in range(LOCAL_RUNS):
        live(Person(world_on(faulty, CALM), stores, Random(seed), break_things, photo), seed)


def test_google_that_fails_between_any_two_writes(
    google: GoogleProject, monkeypatch: pytest.MonkeyPatch, photo: tuple[Answer, PhotoReading]
) -> None:
    monkeypatch.setattr("dermaloop.services.keeping.PATIENCE", 0.3)
    stores = stores_of(Settings(backend="gcp", project=google.name, bucket=google.bucket))
    commits = fail_calls(monkeypatch, ":commit", [])

    def break_things(random: Random, trouble: bool) -> None:
        for plan in (commits, google.storage.faults):
            plan.clear()
            length = random.choice((0, 1, 2, 4, 40)) * trouble
            plan.extend(random.choices(get_args(Fault), weights=(2, 3, 3), k=length))

    for seed in range(GOOGLE_RUNS):
        person = Person(world_on(stores, CALM), stores, Random(seed), break_things, photo)
        live(person, seed)
        commits.clear()
        google.storage.faults.clear()


def test_a_key_that_was_used_for_another_request_keeps_no_picture(
    stores: Stores, photo: tuple[Answer, PhotoReading]
) -> None:
    person = Person(world_on(stores, CALM), stores, Random(0), lambda *_: None, photo)
    person.send(Request("predict_disease", Consent(), key="the-same-key", digest="one"), 1)
    with pytest.raises(Conflict):
        person.send(Request("predict_disease", Consent(store_image=True), key="the-same-key", digest="two"), 3)
    assert list(stores.blobs.keys("images/")) == []
