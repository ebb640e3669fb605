"""The words doctors choose from, with their names in each language and what each diagnosis means to the models."""

from functools import lru_cache
from pathlib import Path
from typing import get_args

import msgspec

from dermaloop.contract.labels import LOCALES, VOCABULARIES, read_vocabulary
from dermaloop.records.findings import Certainty, Confirmation, Diagnosis, Site
from dermaloop.records.reviewing import How, ReasonToRead, State

_HERE = Path(__file__).parent


class Meaning(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a diagnosis is to the models: the disease model's class it falls under, and whether it is malignant."""

    disease: str | None
    malignant: bool | None


class ReviewWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything a doctor may choose or be told in a word, in one language."""

    diagnoses: dict[Diagnosis, str]
    certainties: dict[Certainty, str]
    confirmations: dict[Confirmation, str]
    sites: dict[Site, str]
    reasons: dict[ReasonToRead, str]
    hows: dict[How, str]
    states: dict[State, str]


@lru_cache(maxsize=1)
def meanings() -> dict[Diagnosis, Meaning]:
    return msgspec.json.decode((_HERE / "diagnoses.json").read_bytes(), type=dict[Diagnosis, Meaning])


@lru_cache(maxsize=len(LOCALES))
def review_words(locale: str) -> ReviewWords:
    """The seven of the disease model bear the names its vocabulary gives them."""
    words = msgspec.json.decode((_HERE / locale / "review.json").read_bytes(), type=ReviewWords)
    seven = {label.code: label.name(locale) for label in read_vocabulary(VOCABULARIES / "disease.json").labels}
    named = {code: seven.get(code) or words.diagnoses[code] for code in get_args(Diagnosis)}
    return msgspec.structs.replace(words, diagnoses=named)
