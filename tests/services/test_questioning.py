"""What a person answers: the seven points, the red flags, and that no added warning sign ever calms an answer."""

import itertools
from collections.abc import Iterator

import msgspec
import pytest

from dermaloop.contract.labels import LOCALES, TIERS, Tier
from dermaloop.contract.questions import EMERGENCY_SIGNS, SITES, WARNING_SIGNS, Answers
from dermaloop.knowledge import form_words
from dermaloop.services.advising import next_step
from dermaloop.services.questioning import POINTS, PRESSING, red_flags, score, seven_point, told
from dermaloop.services.reading import ModelReading
from tests.services.readings import reading

RANK = TIERS.index
PLACES = (None, "back", "ear", "sole")  # nowhere, anywhere, delicate, hidden: the rules know no finer difference
TIMES = (None, "years", "months")


def answered(**fields: object) -> Answers:
    return msgspec.convert(fields, Answers)


def tier_of(answers: Answers, *readings: ModelReading) -> Tier:
    seen = readings or (reading(nv=0.97),)
    return next_step(seen, status="answered", locale="en", flags=red_flags(answers)).tier


@pytest.mark.parametrize(
    ("signs", "points"),
    [
        ((), 0),
        (("changed_size",), 2),
        (("changed_size", "over_7_mm"), 3),
        (("over_7_mm", "inflammation", "itch_or_pain"), 3),
        (("inflammation", "itch_or_pain"), 2),
        (tuple(POINTS), 10),
    ],
)
def test_the_checklist_weighs_as_published(signs: tuple[str, ...], points: int) -> None:
    answers = answered(**dict.fromkeys(signs, True))
    assert score(answers) == points
    shown = seven_point(answers, locale="en")
    assert (shown.score, shown.refer) == (points, points >= 3)
    assert sum(point.points for point in shown.points) == points
    assert ("seven_point" in [flag.code for flag in red_flags(answers)]) == (points >= 3)


def test_three_points_overrule_a_clear_mole() -> None:
    assert tier_of(answered(changed_size=True, over_7_mm=True)) == "urgent"


@pytest.mark.parametrize("site", ["palm", "sole", "nail", "mouth", "eyelid", "lip", "ear", "genital"])
def test_hidden_and_delicate_sites_are_never_reassured(site: str) -> None:
    step = next_step([reading(nv=0.99)], status="answered", locale="en", flags=red_flags(answered(site=site)))
    assert step.tier == "routine"
    assert "benign_likely" not in [reason.code for reason in step.reasons]


@pytest.mark.parametrize("site", ["palm", "sole", "nail", "mouth"])
def test_something_new_at_a_hidden_site_is_urgent(site: str) -> None:
    assert tier_of(answered(site=site, since="months")) == "urgent"
    assert tier_of(answered(site=site, changed=True)) == "urgent"


def test_a_new_spot_counts_in_adults_and_where_the_age_is_not_known() -> None:
    assert tier_of(answered(since="weeks", age=50)) == tier_of(answered(since="weeks")) == "routine"
    assert tier_of(answered(since="weeks", age=9)) == "self_care"


@pytest.mark.parametrize("sign", PRESSING)
def test_a_pressing_sign_is_enough_by_itself(sign: str) -> None:
    assert tier_of(answered(**{sign: True})) == "urgent"


@pytest.mark.parametrize("sign", EMERGENCY_SIGNS)
def test_an_emergency_overrules_everything(sign: str) -> None:
    step = next_step(
        [reading(nv=0.99)], status="not_skin", locale="ko", flags=red_flags(answered(emergency_signs=(sign,)))
    )
    assert (step.tier, step.within_days) == ("emergency", 0)
    assert step.reasons[0].code == sign


def test_no_is_not_a_warning_and_says_nothing_calming_either() -> None:
    every_no = answered(**dict.fromkeys(WARNING_SIGNS, False))
    assert red_flags(every_no) == []
    assert tier_of(every_no, reading(mel=0.7)) == "urgent"


def test_reasons_are_ranked_gravest_first() -> None:
    answers = answered(site="ear", bleeding=True, emergency_signs=("skin_peeling",))
    step = next_step([reading(mel=0.7)], status="answered", locale="en", flags=red_flags(answers))
    assert [reason.code for reason in step.reasons] == [
        "skin_peeling", "bleeding", "malignant_plausible", "delicate_site",
    ]  # fmt: skip


def test_the_same_answers_always_give_the_same_step() -> None:
    answers = answered(site="nail", since="weeks", changed=True, bleeding=True)
    steps = {
        msgspec.json.encode(next_step([reading(nv=0.9)], status="answered", locale="ko", flags=red_flags(answers)))
        for _ in range(20)
    }
    assert len(steps) == 1


def every_answer() -> Iterator[dict[str, object]]:
    """Every combination of warning signs with every kind of place and time: 98,304 forms."""
    for bits in itertools.product((None, True), repeat=len(WARNING_SIGNS)):
        signs = {name: True for name, bit in zip(WARNING_SIGNS, bits, strict=True) if bit}
        for site, since in itertools.product(PLACES, TIMES):
            yield {**signs, "site": site, "since": since}


def flag_rank(fields: dict[str, object]) -> int:
    return max((RANK(flag.tier) for flag in red_flags(Answers(**fields))), default=0)  # type: ignore[arg-type]


def test_no_added_warning_sign_ever_lowers_the_tier() -> None:
    """Over all forms: one more yes, a graver place or a more recent time; the steps between reach every pair."""
    ranks = {_key(fields): flag_rank(fields) for fields in every_answer()}
    assert len(ranks) == 2 ** len(WARNING_SIGNS) * len(PLACES) * len(TIMES)
    signs = len(WARNING_SIGNS)
    for (bits, place, time), rank in ranks.items():
        for bit in range(signs):
            assert ranks[bits | 1 << bit, place, time] >= rank
        assert place + 1 == len(PLACES) or ranks[bits, place + 1, time] >= rank
        assert time + 1 == len(TIMES) or ranks[bits, place, time + 1] >= rank


def _key(fields: dict[str, object]) -> tuple[int, int, int]:
    bits = sum(1 << place for place, name in enumerate(WARNING_SIGNS) if fields.get(name))
    return bits, PLACES.index(fields["site"]), TIMES.index(fields["since"])


def test_flags_and_pictures_join_by_the_worse_of_both() -> None:
    pictures = [reading(nv=0.97), reading(bcc=0.9), reading(mel=0.9), reading("uncertain", nv=0.5)]
    forms = [answered(), answered(site="ear"), answered(bleeding=True), answered(emergency_signs=("eye_involved",))]
    for picture, form in itertools.product(pictures, forms):
        alone = RANK(next_step([picture], status=picture.status, locale="en").tier)
        said = max((RANK(flag.tier) for flag in red_flags(form)), default=0)
        both = next_step([picture], status=picture.status, locale="en", flags=red_flags(form)).tier
        assert RANK(both) == max(alone, said)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_flag_and_question_has_words_in_every_language(locale: str) -> None:
    everything = answered(
        **dict.fromkeys(WARNING_SIGNS, True), site="sole", since="days", emergency_signs=EMERGENCY_SIGNS
    )
    flags = [*red_flags(everything), *red_flags(answered(site="ear"))]
    for flag in told(flags, locale=locale):
        assert flag.text.strip()
        assert "{" not in flag.text
    asked = set(Answers.__struct_fields__) - {"emergency_signs"}
    assert asked <= set(form_words(locale).questions)
    assert set(form_words(locale).points) == set(POINTS)


def test_every_site_is_of_one_kind() -> None:
    assert {tier_of(answered(site=site)) for site in SITES} == {"self_care", "routine"}
