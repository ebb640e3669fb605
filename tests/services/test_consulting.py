"""Consultations: a thread that both sides trust, a doctor who thinks first, nothing said that gets lost."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from dermaloop.adapters.sqlite_documents import SqliteDocuments
from dermaloop.errors import Conflict, Forbidden, NotFound, OutcomeUnknown
from dermaloop.ports import Stores, World
from dermaloop.records.documents import Found, Query
from dermaloop.records.following import CONSULTATIONS, Clinic, Consultation
from dermaloop.records.people import Person
from dermaloop.services import consulting, forgetting
from dermaloop.services.consulting import Asked, Replied
from dermaloop.services.lettering import write_letter
from dermaloop.services.moments import later
from dermaloop.services.referring import keep_clinic
from tests.pictures import jpeg
from tests.services.cases import kept_case
from tests.services.faulty import Faults, FaultyDocuments, PortFault
from tests.services.worlds import CALM, SUSPICIOUS, world, world_on

ADA = Person(id="ada", email="ada@example.org", name="Dr Ada", roles=("doctor",))
BEN = Person(id="ben", email="ben@example.org", name="Dr Ben", roles=("doctor",))
CLINIC = Clinic(id="c", name="City Hospital", address="1 High Street", phone="123", region="North")


@pytest.fixture
def here(tmp_path: Path) -> World:
    return world(tmp_path, CALM)


def asked_case(here: World, *, stored: bool = True) -> tuple[str, str]:
    case = kept_case(here, stored=stored)
    token = case.token or ""
    picture = None if stored else jpeg()
    consulting.ask(case.id, token=token, asked=Asked("It bled.", picture), region="North", locale="en", world=here)
    return case.id, token


def reply(here: World, case_id: str, verdict: str = "answer", **more: object) -> None:
    found, _ = consulting.look(case_id, doctor=ADA, world=here)
    replied = Replied(verdict, "Have it seen.", found.version, **more)  # type: ignore[arg-type]
    consulting.reply(case_id, doctor=ADA, replied=replied, world=here)


def test_the_most_pressing_comes_first_and_has_a_deadline(tmp_path: Path) -> None:
    here = world(tmp_path, CALM)
    calm, _ = asked_case(here)
    pressing, _ = asked_case(world(tmp_path, SUSPICIOUS))
    listed = consulting.waiting(state="waiting", after="", limit=10, world=here).records
    assert [each.id for each in listed] == [pressing, calm]
    assert listed[0].due_at == later(listed[0].asked_at, hours=48)


def test_a_case_without_a_picture_needs_one(here: World) -> None:
    case = kept_case(here, stored=False)
    with pytest.raises(Conflict, match="picture"):
        consulting.ask(case.id, token=case.token or "", asked=Asked("?"), region="", locale="en", world=here)
    case_id, _ = asked_case(here, stored=False)
    found, kept = consulting.look(case_id, doctor=ADA, world=here)
    (name,) = consulting.photos(found.record, kept)
    assert consulting.shown(found.record, kept, name, world=here).startswith(b"\xff\xd8")


def test_a_doctor_is_asked_once_about_a_case_and_no_picture_stays_behind(here: World) -> None:
    case_id, token = asked_case(here)
    before = list(here.blobs.keys("images/"))
    with pytest.raises(Conflict, match="already"):
        consulting.ask(case_id, token=token, asked=Asked("?", jpeg()), region="", locale="en", world=here)
    assert list(here.blobs.keys("images/")) == before


def test_back_and_forth(here: World) -> None:
    case_id, token = asked_case(here)
    reply(here, case_id, "ask_photo")
    assert consulting.thread(case_id, token=token, world=here).record.state == "photo_asked"
    consulting.write(case_id, token=token, asked=Asked("Here.", jpeg(seed=5)), world=here)
    found = consulting.thread(case_id, token=token, world=here).record
    assert (found.state, [said.author for said in found.messages]) == ("waiting", ["patient", "doctor", "patient"])
    name = found.messages[-1].image or ""
    assert consulting.said_picture(found, name, world=here)
    reply(here, case_id)
    found = consulting.thread(case_id, token=token, world=here).record
    assert (found.state, found.answered_by) == ("answered", "Dr Ada")


@pytest.mark.parametrize("key", ["a-key-of-its-own", None])
def test_a_message_whose_answer_was_lost_is_said_once(tmp_path: Path, here: World, key: str | None) -> None:
    case_id, token = asked_case(here)
    faults = Faults()
    stores = Stores(here.records, here.blobs, SqliteDocuments(tmp_path / "test.sqlite3"))
    faulty = msgspec.structs.replace(here, documents=FaultyDocuments(stores, faults))
    asked = Asked("It bleeds again.", jpeg(seed=5), key)
    troubles: tuple[tuple[PortFault, int], ...] = (("unknown", 1), ("lost", 2))
    for fault, said in troubles:
        faults.plan.append(fault)
        with pytest.raises(OutcomeUnknown):
            consulting.write(case_id, token=token, asked=asked, world=faulty)
        assert len(consulting.thread(case_id, token=token, world=here).record.messages) == said
    found = consulting.write(case_id, token=token, asked=asked, world=faulty)
    assert [message.text for message in found.record.messages] == ["It bled.", "It bleeds again."]
    assert consulting.said_picture(found.record, found.record.messages[-1].image or "", world=here)
    reply(here, case_id)
    again = consulting.write(case_id, token=token, asked=asked, world=faulty)
    assert len(again.record.messages) == (3 if key else 4), "without a key, the same words may be meant anew"


def test_a_question_is_asked_once_under_its_key(here: World) -> None:
    case = kept_case(here, stored=True)
    asked = Asked("It bled.", jpeg(), "a-key-of-its-own")

    def ask(asked: Asked) -> Found[Consultation]:
        return consulting.ask(case.id, token=case.token or "", asked=asked, region="", locale="en", world=here)

    assert ask(asked) == ask(asked)
    assert len(list(here.blobs.keys(f"images/{case.id}/"))) == 2
    with pytest.raises(Conflict, match="another message"):
        ask(Asked("Something else.", None, "a-key-of-its-own"))
    with pytest.raises(Conflict, match="already"):
        ask(Asked("It bled.", jpeg()))


def test_one_message_that_arrives_many_times_at_once_is_said_once(stores: Stores, tmp_path: Path) -> None:
    here = world_on(stores, CALM, folder=tmp_path)
    case_id, token = asked_case(here)
    asked = Asked("It bleeds again.", jpeg(seed=5), "a-key-of-its-own")

    def write(_: int) -> int:
        return len(consulting.write(case_id, token=token, asked=asked, world=here).record.messages)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(write, range(4))) == [2] * 4
    found = consulting.thread(case_id, token=token, world=here).record
    assert consulting.said_picture(found, found.messages[-1].image or "", world=here)


def test_two_doctors_cannot_answer_over_each_other(here: World) -> None:
    case_id, _ = asked_case(here)
    found, _ = consulting.look(case_id, doctor=BEN, world=here)
    reply(here, case_id)
    with pytest.raises(Conflict, match="went on"):
        consulting.reply(case_id, doctor=BEN, replied=Replied("answer", "Fine.", found.version), world=here)


def test_a_reply_sent_again_is_said_once(here: World) -> None:
    case_id, token = asked_case(here)
    found, _ = consulting.look(case_id, doctor=ADA, world=here)
    replied = Replied("answer", "Have it seen.", found.version)
    first = consulting.reply(case_id, doctor=ADA, replied=replied, world=here)
    assert consulting.reply(case_id, doctor=ADA, replied=replied, world=here) == first
    other = Replied("answer", "Have it seen soon.", found.version)
    with pytest.raises(Conflict, match="went on"):
        consulting.reply(case_id, doctor=ADA, replied=other, world=here)
    said = consulting.thread(case_id, token=token, world=here).record.messages
    assert [each.text for each in said if each.author == "doctor"] == ["Have it seen."]


def test_a_referral_sent_again_to_another_clinic_is_no_repetition(here: World) -> None:
    case_id, _ = asked_case(here)
    for name in ("c", "d"):
        keep_clinic(Clinic(id=name, name=name.upper(), address="1 High Street"), admin=ADA, world=here)
    found, _ = consulting.look(case_id, doctor=ADA, world=here)
    first = Replied("refer", "Please go.", found.version, clinic_id="c")
    done = consulting.reply(case_id, doctor=ADA, replied=first, world=here)
    assert consulting.reply(case_id, doctor=ADA, replied=first, world=here) == done
    with pytest.raises(Conflict, match="went on"):
        consulting.reply(case_id, doctor=ADA, replied=Replied(**vars(first) | {"clinic_id": "d"}), world=here)


def test_a_referral_names_a_clinic_as_it_stood_that_day(here: World) -> None:
    case_id, token = asked_case(here)
    with pytest.raises(NotFound):
        reply(here, case_id, "refer", clinic_id="nowhere")
    keep_clinic(CLINIC, admin=ADA, world=here)
    reply(here, case_id, "refer", clinic_id="c", within_days=7)
    keep_clinic(Clinic(id="c", name="Moved", address="2 Low Street"), admin=ADA, world=here)
    referral = consulting.thread(case_id, token=token, world=here).record.referral
    assert referral is not None
    assert (referral.clinic, referral.within_days) == (CLINIC, 7)


def test_a_doctor_says_what_they_think_before_they_see_the_models(here: World) -> None:
    case_id, _ = asked_case(here)
    found, _ = consulting.look(case_id, doctor=ADA, world=here)
    assert not consulting.saw_models(found.record, ADA)
    for text in ("A naevus.", "No, a melanoma."):
        found = consulting.commit_impression(case_id, doctor=ADA, text=text, world=here)
    assert consulting.saw_models(found.record, ADA)
    assert not consulting.saw_models(found.record, BEN)
    assert [impression.text for impression in found.record.impressions] == ["A naevus."]


def test_a_letter_waits_for_an_answer_and_tells_the_whole_thread(here: World) -> None:
    case_id, _ = asked_case(here)
    found, case = consulting.look(case_id, doctor=ADA, world=here)
    with pytest.raises(Conflict):
        write_letter(found.record, case, world=here)
    keep_clinic(CLINIC, admin=ADA, world=here)
    reply(here, case_id, "refer", clinic_id="c")
    found, case = consulting.look(case_id, doctor=ADA, world=here)
    letter = write_letter(found.record, case, world=here)
    said = [line for section in letter.sections for line in section.paragraphs]
    assert {"It bled.", "City Hospital", "Within 14 days.", "Dr Ada"} <= set(said)
    assert letter.photo


def test_everything_goes_with_its_case_and_the_trail_says_who_did_what(here: World) -> None:
    case_id, token = asked_case(here, stored=False)
    reply(here, case_id)
    with pytest.raises(Forbidden):
        consulting.thread(case_id, token="other", world=here)
    forgetting.forget(case_id, token=token, world=here)
    assert here.documents.count(Query(CONSULTATIONS)) == 0
    assert list(here.blobs.keys("images/")) == []
    trail = [(line.actor, line.action) for line in here.records.audit(f"case:{case_id}")]
    assert trail[1:] == [
        ("patient", "ask for a consultation"),
        ("doctor:ada", "see consultation"),
        ("doctor:ada", "answer consultation"),
        ("patient", "delete"),
    ]
