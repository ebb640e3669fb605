"""Photo and answers together: one answer, never calmer for anything that was said, and all of it kept."""

from pathlib import Path

import msgspec
import pytest

from dermaloop.answers import Assessment
from dermaloop.contract.questions import Answers
from dermaloop.ports import World
from dermaloop.records import Case
from dermaloop.services.assessing import Picture, assess
from dermaloop.services.keeping import Consent, Request
from tests.pictures import jpeg
from tests.services.worlds import BENIGN, CALM, MALIGNANT, SUSPICIOUS, world

GOOD = jpeg()


def ask(here: World, answers: Answers | None = None, story: str = "") -> Assessment:
    return assess(
        pictures=[Picture(GOOD)],
        explain=False,
        locale="en",
        request=Request("assess", Consent()),
        world=here,
        answers=answers,
        story=story,
    )


@pytest.fixture
def calm(tmp_path: Path) -> World:
    return world(tmp_path, BENIGN, CALM)


def test_without_answers_nothing_is_added(calm: World) -> None:
    told = ask(calm)
    assert (told.next_step.tier, told.seven_point, told.red_flags, told.risk, told.understood) == (
        "self_care", None, [], None, None,
    )  # fmt: skip


def test_answers_overrule_a_calm_picture_with_their_reasons(calm: World) -> None:
    told = ask(calm, Answers(changed_size=True, over_7_mm=True, age=61))
    assert told.next_step.tier == "urgent"
    assert told.next_step.reasons[0].code == "seven_point"
    assert told.seven_point
    assert told.seven_point.score == 3
    assert [flag.code for flag in told.red_flags] == ["seven_point", "changing"]


def test_answers_are_kept_with_the_case(calm: World) -> None:
    told = ask(calm, Answers(age=61, site="back"), story="It bled twice last week.")
    case = calm.records.case(told.id)
    assert case.answers == Answers(age=61, site="back", bleeding=True)
    assert case.answer["next_step"]["tier"] == "urgent"


def test_a_case_from_before_there_were_answers_still_reads(calm: World) -> None:
    body = msgspec.to_builtins(calm.records.case(ask(calm).id))
    del body["answers"]
    assert msgspec.convert(body, Case).answers is None


def test_a_story_fills_what_was_left_open_and_is_shown_for_confirmation(calm: World) -> None:
    told = ask(calm, Answers(site="back"), story="It bled twice last week. It is 1.2 cm wide, on my arm.")
    assert told.understood
    assert {one.field: one.value for one in told.understood.mentions} == {"bleeding": True, "over_7_mm": True}
    assert told.understood.answers.site == "back"
    assert [(one.field, one.value) for one in told.understood.conflicts] == [("site", "arm")]
    assert told.next_step.tier == "urgent"


def test_a_story_that_contradicts_a_no_is_not_swallowed(calm: World) -> None:
    told = ask(calm, Answers(itch_or_pain=False), story="it itches")
    assert told.understood
    assert told.understood.answers.itch_or_pain is False
    assert told.next_step.tier == "routine"
    assert "story_differs" in [reason.code for reason in told.next_step.reasons]


def test_an_emergency_in_the_story_counts_at_once(calm: World) -> None:
    told = ask(calm, Answers(bleeding=False), story="my tongue is swelling and I cannot breathe")
    assert (told.next_step.tier, told.next_step.within_days) == ("emergency", 0)


def test_no_story_talks_a_suspicious_photo_down(tmp_path: Path) -> None:
    told = ask(world(tmp_path, MALIGNANT, SUSPICIOUS), story="It has not changed, does not bleed and is harmless.")
    assert told.next_step.tier == "urgent"
