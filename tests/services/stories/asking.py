"""What people do with their cases, and what follows from it."""

import msgspec
import pytest

from dermaloop.errors import NotFound, StoreUnavailable
from dermaloop.ports import World
from dermaloop.records.documents import Put, Query
from dermaloop.records.findings import Findings
from dermaloop.records.following import CONSULTATIONS, REMINDERS, EmailAddress
from dermaloop.records.reviewing import ANNOTATIONS, REVIEWS
from dermaloop.services import annotating, consulting, forgetting, leasing, queueing, reminding
from dermaloop.services.consulting import Asked
from dermaloop.services.keeping import Consent, Request
from dermaloop.services.moments import later, now
from dermaloop.services.predicting import predict
from tests.pictures import jpeg
from tests.services.stories import ADA, Life, writing

MAIL = EmailAddress(value="someone@example.org")
PHOTO = jpeg(96)


@writing("keeping._store", "keeping._discard")
def a_photo_is_kept_once(life: Life) -> None:
    request = Request("predict_disease", Consent(store_image=True), key="a-key-of-its-own", digest="d")
    life.persist(lambda world: _predict(request, world))
    (kept,) = life.calm.records.kept_cases()
    (image,) = kept.case.images
    assert life.calm.blobs.read(image.blob or "").data
    assert life.actions(f"case:{kept.case.id}") == ["create"]


def _predict(request: Request, world: World) -> None:
    told = predict(image=PHOTO, model="disease", crop=None, explain=False, locale="en", request=request, world=world)
    if not told.kept:
        raise StoreUnavailable("asks again, as a client does that has a key")


@writing("consulting.look", "consulting._say", "consulting._discard", "consulting._write")
def a_question_is_asked_and_answered_once(life: Life) -> None:
    case_id, token = life.case()
    asked = Asked("It bled.", PHOTO, key="a-key-of-its-own")
    life.persist(lambda w: consulting.ask(case_id, token=token, asked=asked, region="", locale="en", world=w))
    more = Asked("It bled again.", PHOTO, key=life.random.choice(("another-key", None)))
    life.persist(lambda world: consulting.write(case_id, token=token, asked=more, world=world))
    life.persist(lambda world: consulting.look(case_id, doctor=ADA, world=world))
    life.persist(lambda world: consulting.commit_impression(case_id, doctor=ADA, text="Calm.", world=world))
    found = life.calm.documents.get(CONSULTATIONS, case_id)
    replied = consulting.Replied("answer", "Have it seen.", found.version)
    life.persist(lambda world: consulting.reply(case_id, doctor=ADA, replied=replied, world=world))
    thread = life.calm.documents.get(CONSULTATIONS, case_id).record
    assert [said.text for said in thread.messages] == ["It bled.", "It bled again.", "Have it seen."]
    assert all(consulting.said_picture(thread, said.image or "", world=life.calm) for said in thread.messages[:2])
    assert len(thread.impressions) == 1
    said = [action for action in life.actions(f"case:{case_id}") if action != "see consultation"]
    asking = ["create", "ask for a consultation", "write in a consultation"]
    assert said == [*asking, "say an impression", "answer consultation"]


@writing("reminding.remind", "reminding.cancel")
def a_reminder_is_left_and_forgotten(life: Life) -> None:
    case_id, token = life.case()
    due = later(now(), days=3)
    life.persist(
        lambda world: reminding.remind(case_id, token=token, address=MAIL, due_at=due, locale="en", world=world)
    )
    (reminder,) = life.calm.documents.find(Query(REMINDERS)).records
    assert (reminder.due_at, reminder.address) == (due, MAIL)
    life.persist(lambda world: reminding.cancel(case_id, token=token, world=world))
    assert life.calm.documents.find(Query(REMINDERS)).records == ()


@writing("reminding._send", "reminding._settle")
def a_reminder_reaches_its_person_once(life: Life) -> None:
    """Or is given up on; earlier tries bear the id by which the provider knows a repeat."""
    case_id, token = life.case()
    due = later(now(), days=3)
    reminding.remind(case_id, token=token, address=MAIL, due_at=due, locale="en", world=life.calm)
    while (found := life.calm.documents.get(REMINDERS, case_id)).record.state != "sent":
        waited = msgspec.structs.replace(found.record, due_at=later(now(), days=-2))
        life.calm.documents.commit(Put(REMINDERS, waited, expected=found.version))
        life.persist(lambda world: reminding.send_due(world=world))
    assert found.record.address is None
    ends = {"send reminder": True, "give up on reminder": False}
    (end,) = [action for action in life.actions(f"case:{case_id}") if action in ends]
    assert ends[end] == (found.record.sent_at is not None)


@writing("forgetting.erase", "forgetting.withdraw_image")
def a_case_is_forgotten_with_all_that_was_said_of_it(life: Life) -> None:
    case_id, token = life.case()
    queueing.enqueue_new(life.calm)
    review = leasing.take_next(ADA, world=life.calm)
    assert review is not None
    reading = Findings(diagnosis="nv", certainty="certain")
    annotating.submit(review.id, reading, version=0, person=ADA, world=life.calm)
    consulting.ask(case_id, token=token, asked=Asked("It bled."), region="", locale="en", world=life.calm)
    life.persist(lambda world: forgetting.forget(case_id, token=token, world=world))
    with pytest.raises(NotFound):
        life.calm.records.case(case_id)
    for kind in (REVIEWS, ANNOTATIONS, CONSULTATIONS):
        assert life.calm.documents.find(Query(kind)).records == ()
    assert list(life.calm.blobs.keys(f"images/{case_id}/")) == []
    assert life.actions(f"case:{case_id}").count("delete") == 1


STORIES = (
    a_photo_is_kept_once,
    a_question_is_asked_and_answered_once,
    a_reminder_is_left_and_forgotten,
    a_reminder_reaches_its_person_once,
    a_case_is_forgotten_with_all_that_was_said_of_it,
)
