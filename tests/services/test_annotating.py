"""Readings count once, in whatever order and however often they arrive; nothing a doctor said is lost."""

import threading
from pathlib import Path

import msgspec
import pytest

from dermaloop.errors import Conflict, Forbidden, StoreUnavailable
from dermaloop.events import AnnotationSaved, Event
from dermaloop.ports import Stores, World
from dermaloop.records.documents import Put
from dermaloop.records.findings import Diagnosis, Findings
from dermaloop.records.people import Person
from dermaloop.records.reviewing import REVIEWS, Review
from dermaloop.services import leasing
from dermaloop.services.annotating import HISTORY, amend, confirm, history, readings, save_draft, submit
from dermaloop.services.moments import later, now
from dermaloop.services.queueing import enqueue_new
from tests.services.test_queueing import kept, nothing_by_chance
from tests.services.worlds import CALM, world, world_on

DOCTORS = [Person(id=f"d{n}", email="", name=f"Dr {n}", roles=("doctor",)) for n in range(4)]
ADA, BEN, CHEN, DAN = DOCTORS


class Bus:
    """Remembers what it was told, or takes nothing at all."""

    def __init__(self, *, down: bool = False) -> None:
        self.told: list[Event] = []
        self.down = down

    def publish(self, event: Event) -> None:
        if self.down:
            raise StoreUnavailable("down")
        self.told.append(event)


def ready(here: World, *, wanted: int = 1) -> str:
    nothing_by_chance(here)
    name = kept(here, 1)
    enqueue_new(here)
    if wanted == 2:
        found = here.documents.get(REVIEWS, name)
        here.documents.commit(Put(REVIEWS, msgspec.structs.replace(found.record, wanted=2)))
    return name


@pytest.fixture
def here(tmp_path: Path) -> World:
    return world(tmp_path, CALM)


def findings(diagnosis: Diagnosis = "nv", notes: str = "") -> Findings:
    return Findings(diagnosis=diagnosis, certainty="certain", notes=notes)


def review_of(here: World, name: str) -> Review:
    return here.documents.get(REVIEWS, name).record


def end_lease(here: World, name: str) -> None:
    over = msgspec.structs.replace(review_of(here, name), held_until=later(now(), seconds=-1))
    here.documents.commit(Put(REVIEWS, over))


def test_sent_twice_is_one_reading(here: World) -> None:
    name = ready(here)
    leasing.take(name, ADA, world=here)
    first = submit(name, findings(), version=0, person=ADA, world=here)
    assert submit(name, findings(), version=0, person=ADA, world=here) == first
    with pytest.raises(Conflict, match="amend"):
        submit(name, findings("mel"), version=1, person=ADA, world=here)
    assert len(readings(name, here.documents)) == 1


def test_who_comes_late_is_heard_all_the_same(here: World) -> None:
    name = ready(here)
    leasing.take(name, ADA, world=here)
    end_lease(here, name)
    leasing.take(name, BEN, world=here)
    submit(name, findings("nv"), version=0, person=BEN, world=here)
    assert review_of(here, name).state == "reviewed"
    submit(name, findings("mel"), version=0, person=ADA, world=here)
    review = review_of(here, name)
    assert (review.state, review.waits, review.reference) == ("adjudication", True, None)
    leasing.take(name, CHEN, world=here)
    submit(name, findings("mel"), version=0, person=CHEN, world=here)
    settled = review_of(here, name).reference
    assert settled is not None
    assert (settled.diagnosis, settled.how, len(settled.annotations)) == ("mel", "adjudicated", 2)


def test_nobody_saves_over_another_who_reads(here: World) -> None:
    name = ready(here)
    leasing.take(name, ADA, world=here)
    for call in (save_draft, submit):
        given = {"world": here} if call is submit else {"documents": here.documents}
        with pytest.raises(Conflict, match="Another doctor"):
            call(name, findings(), version=0, person=BEN, **given)


def test_doctors_who_submit_at_once_are_all_counted(stores: Stores, tmp_path: Path) -> None:
    shared = world_on(stores, CALM, folder=tmp_path)
    name = ready(shared, wanted=2)
    said: list[Diagnosis] = ["nv", "nv", "nv"]
    failed: list[Exception] = []

    def work(person: Person, diagnosis: Diagnosis) -> None:
        try:
            submit(name, findings(diagnosis), version=0, person=person, world=shared)
        except Conflict as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=pair) for pair in zip(DOCTORS, said, strict=False)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    review, made = review_of(shared, name), readings(name, shared.documents)
    assert len(made) == 3 - len(failed)
    assert set(review.annotators) == {each.annotator for each in made}
    assert review.reference is not None
    assert (review.state, review.reference.how) == ("reviewed", "two readers agree")


def test_the_news_goes_out_and_a_bus_that_is_down_stops_nobody(tmp_path: Path) -> None:
    for number, bus in enumerate((Bus(), Bus(down=True))):
        here = world(tmp_path / str(number), CALM)
        told = msgspec.structs.replace(here, events=bus)
        name = ready(told)
        made = submit(name, findings(), version=0, person=ADA, world=told)
        assert bus.told == ([] if bus.down else [AnnotationSaved(annotation_id=made.record.id)])
        assert review_of(told, name).state == "reviewed"


def test_undo_reaches_as_far_as_it_says_and_no_farther(here: World) -> None:
    name = ready(here)
    for number in range(HISTORY + 5):
        save_draft(name, Findings(notes=str(number)), version=number, person=ADA, documents=here.documents)
    kept_states = history(name, ADA, here.documents)
    assert [each.findings.notes for each in kept_states] == [str(n) for n in range(4, HISTORY + 4)]


def test_an_amendment_of_a_second_reader_waits_for_somebody_who_read_too(here: World) -> None:
    name = ready(here, wanted=2)
    submit(name, findings("nv"), version=0, person=ADA, world=here)
    submit(name, findings("mel"), version=0, person=BEN, world=here)
    assert review_of(here, name).state == "adjudication"
    amend(name, findings("nv"), version=1, person=BEN, documents=here.documents)
    assert review_of(here, name).state == "adjudication"
    with pytest.raises(Forbidden):
        confirm(name, BEN.id, person=DAN, world=here)
    confirm(name, BEN.id, person=ADA, world=here)
    confirm(name, BEN.id, person=ADA, world=here)
    review = review_of(here, name)
    assert review.reference is not None
    assert (review.state, review.reference.diagnosis, review.reference.how) == ("reviewed", "nv", "two readers agree")
    amend(name, findings("mel"), version=3, person=BEN, documents=here.documents)
    assert not readings(name, here.documents)[1].after_model, "back to what was said blind is no change"
    assert review_of(here, name).state == "adjudication"
