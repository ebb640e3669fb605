"""What doctors and patients do, while anything fails between any two writes: nothing lost, nothing doubled.

Each story is told by callers who ask again until they are answered, as clients, the bus and the scheduler do; then the
trouble ends, the sweep runs, and what is kept must be what an untroubled life would have left.
"""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import get_args

import pytest

from dermaloop.adapters.local_events import LocalEvents
from dermaloop.errors import Conflict, NotFound, StoreUnavailable
from dermaloop.events import AnnotationSaved, Letter
from dermaloop.patience import patience
from dermaloop.ports import Stores, World
from dermaloop.records.documents import Query
from dermaloop.records.findings import Findings
from dermaloop.records.following import CONSULTATIONS, REMINDERS, EmailAddress
from dermaloop.records.people import Person
from dermaloop.records.reviewing import ANNOTATIONS, REVIEWS
from dermaloop.services import (
    annotating,
    consulting,
    forgetting,
    leasing,
    queueing,
    reminding,
    replaying,
)
from dermaloop.services.keeping import Consent, Request
from dermaloop.services.moments import later, now
from dermaloop.services.predicting import predict
from dermaloop.wiring import Settings
from dermaloop.wiring import stores as stores_of
from tests.emulators.faults import fail_calls
from tests.emulators.fixtures import GoogleProject
from tests.emulators.storage import Fault
from tests.pictures import jpeg
from tests.services.faulty import (
    Faults,
    FaultyBlobs,
    FaultyDocuments,
    FaultyEvents,
    FaultyNotifier,
    FaultyRecords,
    Killed,
    PortFault,
)
from tests.services.worlds import CALM, world_on

LOCAL_RUNS, GOOGLE_RUNS = 40, 4
ADA = Person(id="local-1", email="ada@example.org", name="Dr Ada", roles=("doctor",))
READING = Findings(diagnosis="nv", certainty="certain")
MAIL = EmailAddress(value="someone@example.org")


@dataclasses.dataclass
class Life:
    """One seed's world, seen through the trouble and without it."""

    troubled: World
    calm: World
    random: Random
    break_things: Callable[[Random, bool], None]

    def persist(self, ask: Callable[[World], object]) -> None:
        """Asks until it is done. A conflict says that an earlier try was made."""
        for tries in range(12):
            self.break_things(self.random, tries < 10)
            try:
                with patience(0.4 if tries < 10 else 60):
                    ask(self.troubled)
            except (StoreUnavailable, Killed):
                continue
            except Conflict:
                pass
            self.break_things(self.random, False)
            return
        raise AssertionError("it was never done")

    @property
    def events(self) -> LocalEvents:
        assert isinstance(self.calm.events, LocalEvents)
        return self.calm.events

    def actions(self, subject: str) -> list[str]:
        return [line.action for line in self.calm.records.audit(subject)]


def a_reading_is_kept_once(life: Life) -> None:
    case_id, _ = _case(life)
    life.persist(lambda world: queueing.enqueue_new(world))
    life.persist(lambda world: leasing.take_next(ADA, world=world))
    (review,) = life.calm.documents.find(Query(REVIEWS)).records
    assert (review.case_id, review.holder) == (case_id, ADA.id)
    draft = Findings(notes="so far")
    life.persist(
        lambda world: annotating.save_draft(review.id, draft, version=0, person=ADA, documents=world.documents)
    )
    life.persist(lambda world: annotating.submit(review.id, READING, version=1, person=ADA, world=world))
    (found,) = life.calm.documents.find(Query(ANNOTATIONS)).records
    assert (found.submitted, found.blind) == (True, READING)
    assert life.calm.documents.get(REVIEWS, review.id).record.annotators == (ADA.id,)


def a_dead_letter_is_told_again(life: Life) -> None:
    def refuse(letter: Letter) -> None:
        raise RuntimeError

    life.events.publish(AnnotationSaved(annotation_id="a1"))
    life.events.deliver_waiting(refuse)
    life.persist(lambda world: replaying.collect(world=world))
    (letter,) = replaying.waiting(world=life.calm)
    life.persist(lambda world: replaying.replay(letter_id=letter.id, by="chen", world=world))
    told: list[Letter] = []
    life.events.deliver_waiting(told.append)
    assert {each.event for each in told} == {'{"annotation_id":"a1"}'}
    assert list(replaying.waiting(world=life.calm)) == []
    assert life.actions(f"dead_letter:{letter.id}") == ["replay"]


def a_question_is_asked_and_answered_once(life: Life) -> None:
    case_id, token = _case(life)
    asked = consulting.Asked("It bled.")
    life.persist(lambda w: consulting.ask(case_id, token=token, asked=asked, region="", locale="en", world=w))
    found = life.calm.documents.get(CONSULTATIONS, case_id)
    life.persist(lambda world: consulting.commit_impression(case_id, doctor=ADA, text="Calm.", world=world))
    replied = consulting.Replied("answer", "Have it seen.", found.version + 1)
    life.persist(lambda world: consulting.reply(case_id, doctor=ADA, replied=replied, world=world))
    thread = life.calm.documents.get(CONSULTATIONS, case_id).record
    assert [message.author for message in thread.messages] == ["patient", "doctor"]
    assert len(thread.impressions) == 1
    said = ["create", "ask for a consultation", "say an impression", "answer consultation"]
    assert life.actions(f"case:{case_id}") == said


def a_reminder_is_left_and_forgotten(life: Life) -> None:
    case_id, token = _case(life)
    due = later(now(), days=3)
    life.persist(
        lambda world: reminding.remind(case_id, token=token, address=MAIL, due_at=due, locale="en", world=world)
    )
    (reminder,) = life.calm.documents.find(Query(REMINDERS)).records
    assert (reminder.due_at, reminder.address) == (due, MAIL)
    life.persist(lambda world: reminding.cancel(case_id, token=token, world=world))
    assert life.calm.documents.find(Query(REMINDERS)).records == ()


def a_case_is_forgotten_with_all_that_was_said_of_it(life: Life) -> None:
    case_id, token = _case(life)
    queueing.enqueue_new(life.calm)
    review = leasing.take_next(ADA, world=life.calm)
    assert review is not None
    annotating.submit(review.id, READING, version=0, person=ADA, world=life.calm)
    asked = consulting.Asked("It bled.")
    consulting.ask(case_id, token=token, asked=asked, region="", locale="en", world=life.calm)
    life.persist(lambda world: _forget(case_id, token, world))
    with pytest.raises(NotFound):
        life.calm.records.case(case_id)
    for kind in (REVIEWS, ANNOTATIONS, CONSULTATIONS):
        assert life.calm.documents.find(Query(kind)).records == ()
    assert list(life.calm.blobs.keys(f"images/{case_id}/")) == []
    assert life.actions(f"case:{case_id}").count("delete") == 1


def _forget(case_id: str, token: str, world: World) -> None:
    try:
        forgetting.forget(case_id, token=token, world=world)
    except NotFound:  # an earlier try was made, though its answer was lost
        return


STORIES = (
    a_reading_is_kept_once,
    a_dead_letter_is_told_again,
    a_question_is_asked_and_answered_once,
    a_reminder_is_left_and_forgotten,
    a_case_is_forgotten_with_all_that_was_said_of_it,
)


def _case(life: Life) -> tuple[str, str]:
    """A kept case whose owner agreed to training, and its token."""
    request = Request("predict_disease", Consent(store_image=True, train=True), key="a-key-of-its-own")
    answer = predict(
        image=jpeg(96), model="disease", crop=None, explain=False, locale="en", request=request, world=life.calm
    )
    return answer.id, answer.token or ""


def _calm(stores: Stores, folder: Path) -> World:
    made = world_on(stores, CALM, folder=folder)
    return dataclasses.replace(made, events=LocalEvents(folder / "events", wait=0.0))


@pytest.mark.parametrize("story", STORIES)
def test_on_one_machine(tmp_path: Path, story: Callable[[Life], None]) -> None:
    for seed in range(LOCAL_RUNS):
        folder, faults = tmp_path / str(seed), Faults()
        calm = _calm(stores_of(Settings(data=str(folder))), folder)
        stores = stores_of(Settings(data=str(folder)))
        troubled = dataclasses.replace(
            calm,
            records=FaultyRecords(stores, faults),
            blobs=FaultyBlobs(stores, faults),
            documents=FaultyDocuments(stores, faults),
            events=FaultyEvents(calm.events, faults),
            notifier=FaultyNotifier(calm.notifier, faults),
        )

        def break_things(random: Random, trouble: bool, faults: Faults = faults) -> None:
            faults.plan.clear()
            faults.plan.extend(random.choices(get_args(PortFault), weights=(5, 1, 1, 1, 1, 1), k=10 * trouble))

        story(Life(troubled, calm, Random(seed), break_things))


@pytest.mark.parametrize("story", STORIES)
def test_on_google(
    google: GoogleProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, story: Callable[[Life], None]
) -> None:
    commits = fail_calls(monkeypatch, ":commit", [])

    def break_things(random: Random, trouble: bool) -> None:
        for plan in (commits, google.storage.faults):
            plan.clear()
            plan.extend(random.choices(get_args(Fault), weights=(2, 2, 2), k=random.choice((0, 1, 2, 30)) * trouble))

    for seed in range(GOOGLE_RUNS):
        name = f"{google.name}-{seed}"
        google.storage.add_bucket(name)
        calm = _calm(stores_of(Settings(backend="gcp", project=name, bucket=name)), tmp_path / str(seed))
        story(Life(calm, calm, Random(seed), break_things))
