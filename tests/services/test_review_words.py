"""The closed lists: every word has a name in every language, and every diagnosis a meaning to the models."""

from collections.abc import Mapping
from typing import Any, get_args

import pytest

from dermaloop.contract.labels import LOCALES, VOCABULARIES, read_vocabulary
from dermaloop.knowledge.review_words import meanings, review_words
from dermaloop.records.findings import CONFIRMATIONS, DIAGNOSES, SEVEN, Certainty, Site
from dermaloop.records.reviewing import How, ReasonToRead, State

DISEASE = {label.code: label for label in read_vocabulary(VOCABULARIES / "disease.json").labels}


@pytest.mark.parametrize("locale", LOCALES)
def test_every_word_has_a_name_of_its_own(locale: str) -> None:
    words = review_words(locale)
    lists: list[tuple[tuple[str, ...], Mapping[Any, str]]] = [
        (DIAGNOSES, words.diagnoses),
        (get_args(Certainty), words.certainties),
        (CONFIRMATIONS, words.confirmations),
        (get_args(Site), words.sites),
        (get_args(ReasonToRead), words.reasons),
        (get_args(How), words.hows),
        (get_args(State), words.states),
    ]
    for codes, names in lists:
        assert tuple(sorted(names)) == tuple(sorted(codes))
        assert len(set(names.values())) == len(codes)
        assert all(names.values())
    if locale != "en":
        assert not set(words.diagnoses.values()) & set(review_words("en").diagnoses.values())


def test_every_diagnosis_has_a_meaning_that_the_disease_model_shares() -> None:
    assert tuple(meanings()) == DIAGNOSES
    assert set(SEVEN) == set(DISEASE)
    for code, meaning in meanings().items():
        if code in SEVEN:
            assert meaning.disease == code
        if meaning.disease:
            assert meaning.malignant is DISEASE[meaning.disease].malignant
