"""What doctors do with images."""

import msgspec

from dermaloop.records.documents import Query
from dermaloop.records.findings import Findings
from dermaloop.records.quizzing import QUIZ_ANSWERS
from dermaloop.records.reviewing import ANNOTATIONS, REVIEWS, ReviewSettings
from dermaloop.services import annotating, leasing, lending, queueing, quizzing
from tests.services.reviewed import agree_on
from tests.services.stories import ADA, BEN, CHEN, Life, writing

READING = Findings(diagnosis="nv", certainty="certain")
AMENDED = Findings(diagnosis="mel", certainty="probable")


@writing(
    "queueing._put_new",
    "queueing._advance",
    "leasing.lease",
    "annotating.save_draft",
    "annotating.submit",
    "annotating._tell",
    "lending._lend",
)
def a_reading_is_kept_once(life: Life) -> None:
    case_id, _ = life.case()
    life.persist(lambda world: queueing.enqueue_new(world))
    life.persist(lambda world: leasing.take_next(ADA, world=world))
    (review,) = life.calm.documents.find(Query(REVIEWS)).records
    assert (review.case_id, review.holder) == (case_id, ADA.id)
    life.persist(lambda world: lending.lend_image(review.id, doctor=ADA, world=world))
    assert "lend picture" in life.actions(f"review:{review.id}")
    draft = Findings(notes="so far")
    life.persist(
        lambda world: annotating.save_draft(review.id, draft, version=0, person=ADA, documents=world.documents)
    )
    life.persist(lambda world: annotating.submit(review.id, READING, version=1, person=ADA, world=world))
    (found,) = life.calm.documents.find(Query(ANNOTATIONS)).records
    assert (found.submitted, found.blind) == (True, READING)
    assert life.calm.documents.get(REVIEWS, review.id).record.annotators == (ADA.id,)


@writing("leasing.release", "annotating.amend", "annotating.confirm")
def a_change_of_mind_counts_once_it_is_confirmed(life: Life) -> None:
    _settle_on_two_readers(life)
    life.case()
    queueing.enqueue_new(life.calm)
    taken = leasing.take_next(ADA, world=life.calm)
    assert taken is not None
    name = taken.id
    life.persist(lambda world: leasing.release(name, ADA, world.documents))
    assert life.calm.documents.get(REVIEWS, name).record.holder is None
    for doctor in (ADA, BEN):
        leasing.take(name, doctor, world=life.calm)
        annotating.submit(name, READING, version=0, person=doctor, world=life.calm)
    life.persist(lambda world: annotating.amend(name, AMENDED, version=1, person=ADA, documents=world.documents))
    assert life.calm.documents.get(REVIEWS, name).record.state == "reviewed", "a change made later does not count yet"
    life.persist(lambda world: annotating.confirm(name, ADA.id, person=BEN, world=world))
    said = {each.annotator: each for each in annotating.readings(name, life.calm.documents)}
    assert (said[ADA.id].findings, said[ADA.id].amendment_confirmed_by) == (AMENDED, BEN.id)
    assert (said[ADA.id].blind, said[BEN.id].findings) == (READING, READING)
    assert life.calm.documents.get(REVIEWS, name).record.state == "adjudication"


@writing("queueing.change_settings")
def the_queue_is_set_once(life: Life) -> None:
    changed = ReviewSettings(id="review", lease_minutes=7)
    life.persist(lambda world: queueing.change_settings(changed, version=0, by=CHEN.id, documents=world.documents))
    found = queueing.settings_of(life.calm.documents)
    assert (found.record, found.version) == (changed, 1)
    assert len(life.actions("settings:review")) == 1


@writing("quizzing.answer")
def the_first_answer_to_the_quiz_stands(life: Life) -> None:
    name = agree_on(life.calm, 1, readers=2)
    life.persist(lambda world: quizzing.answer(name, "nv", person=CHEN, locale="en", world=world))
    life.persist(lambda world: quizzing.answer(name, "bcc", person=CHEN, locale="en", world=world))
    (given,) = life.calm.documents.find(Query(QUIZ_ANSWERS, {"person": CHEN.id}, order="at")).records
    assert given.said == "nv"


def _settle_on_two_readers(life: Life) -> None:
    settings = msgspec.structs.replace(ReviewSettings(id="review"), double_share=1.0)
    queueing.change_settings(settings, version=0, by=CHEN.id, documents=life.calm.documents)


STORIES = (
    a_reading_is_kept_once,
    a_change_of_mind_counts_once_it_is_confirmed,
    the_queue_is_set_once,
    the_first_answer_to_the_quiz_stands,
)
