"""The next step: worst plausible wins, and no answer one cannot rely on reassures."""

import itertools

import pytest

from dermaloop.contract import decision
from dermaloop.contract.labels import LOCALES, TIERS
from dermaloop.records import Status
from dermaloop.services.advising import next_step
from dermaloop.services.reading import ModelReading
from dermaloop.services.triaging import DAYS, disagree, flagged, gravest, tier
from tests.fakes import FixedClassifier, manifest
from tests.services.readings import PIXELS, reading


def test_a_clear_mole_is_watched_at_home() -> None:
    step = next_step([reading(nv=0.97)], status="answered", locale="en")
    assert (step.tier, step.within_days) == ("self_care", 30)
    assert [reason.code for reason in step.reasons] == ["likely", "benign_likely"]
    assert "Melanocytic naevus" in step.reasons[0].text


def test_a_likely_melanoma_is_urgent_and_named_first() -> None:
    step = next_step([reading(mel=0.7, nv=0.2)], status="answered", locale="en")
    assert (step.tier, step.within_days) == ("urgent", 14)
    assert step.reasons[0].code == "malignant_plausible"
    assert "Melanoma" in step.reasons[0].text
    assert "14 days" in step.text


def test_worst_plausible_wins_over_the_likeliest() -> None:
    found = reading(bcc=0.5, mel=0.2, nv=0.3)
    assert found.label.code == "bcc"
    assert gravest(found).code == "mel"
    assert tier(found) == "urgent"


def test_a_basal_cell_carcinoma_alone_is_routine() -> None:
    assert tier(reading(bcc=0.9, nv=0.1)) == "routine"


def test_malignancy_counts_from_the_threshold_on_although_a_mole_is_likelier() -> None:
    assert not flagged(reading(nv=0.75, mel=0.25))
    assert flagged(reading(nv=0.65, mel=0.31))
    assert tier(reading(nv=0.65, mel=0.31)) == "urgent"


@pytest.mark.parametrize("status", ["uncertain", "poor_quality", "not_skin"])
def test_an_answer_one_cannot_rely_on_never_reassures(status: Status) -> None:
    found = reading(status, nv=0.97)
    assert tier(found) == "routine"
    assert status in [reason.code for reason in next_step([found], status=status, locale="en").reasons]


def test_a_poor_photo_keeps_its_suspicion_and_a_picture_of_something_else_has_none() -> None:
    assert tier(reading("poor_quality", mel=0.8, nv=0.1)) == "urgent"
    assert tier(reading("not_skin", mel=0.8, nv=0.1)) == "routine"


def test_models_that_disagree_follow_the_graver_and_say_so() -> None:
    pair = [reading(benign=0.95), reading(mel=0.5, nv=0.4)]
    step = next_step(pair, status="answered", locale="en")
    assert disagree(pair)
    assert step.tier == "urgent"
    assert "models_disagree" in [reason.code for reason in step.reasons]


def test_no_added_reading_ever_lowers_the_tier() -> None:
    """Exhaustive over a grid of readings and statuses: a further finding can only escalate."""
    statuses: list[Status] = ["answered", "uncertain", "poor_quality", "not_skin"]
    grid = [
        reading(status, nv=nv, mel=mel, bcc=round(1 - nv - mel - 0.02, 2))
        for status in statuses
        for nv, mel in itertools.product((0.1, 0.3, 0.5, 0.7, 0.9), (0.01, 0.05, 0.2))
        if nv + mel <= 0.97
    ]
    rank = TIERS.index
    for first, second in itertools.product(grid, repeat=2):
        alone = next_step([first], status="answered", locale="en").tier
        both = next_step([first, second], status="answered", locale="en").tier
        assert rank(both) >= rank(alone)


def test_more_melanoma_never_lowers_the_tier() -> None:
    for bcc in (0.0, 0.1, 0.4):
        tiers = [
            TIERS.index(tier(reading(mel=m / 100, bcc=bcc, nv=max(0.0, 0.999 - bcc - m / 100)))) for m in range(60)
        ]
        assert tiers == sorted(tiers)


def test_days_grow_as_tiers_grow_calmer() -> None:
    days = [DAYS[name] for name in TIERS]
    assert days == sorted(days, reverse=True)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_sentence_is_whole_in_every_language(locale: str) -> None:
    statuses: list[Status] = ["answered", "uncertain", "poor_quality", "not_skin"]
    for status in statuses:
        for found in (reading(status, nv=0.9), reading(status, mel=0.9), reading(status, bcc=0.9)):
            step = next_step([found], status=status, locale=locale)
            for text in (step.text, *[reason.text for reason in step.reasons]):
                assert text.strip()
                assert "{" not in text


def test_a_model_without_malignant_labels_follows_its_labels() -> None:
    labels = tuple(label for label in manifest().labels if not label.malignant)
    calm = manifest("clinical", labels=labels, malignant_threshold=None)
    classifier = FixedClassifier({"df": 0.9}, calm)
    scores = classifier.scores(PIXELS)
    found = ModelReading(calm, "answered", decision.probabilities(scores.logits, 1.0), scores)
    assert found.malignant_probability is None
    assert tier(found) == "self_care"
