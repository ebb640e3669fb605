"""The words of what leaves the product on paper or by mail: reminders and doctors' letters."""

from functools import lru_cache
from pathlib import Path

import msgspec

from dermaloop.contract.labels import LOCALES

_HERE = Path(__file__).parent


class Mail(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A message; it says nothing of what a spot may be, since anybody may read over a shoulder."""

    subject: str
    text: str


class LetterWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The headings and set phrases of a doctor's letter."""

    title: str
    referral_title: str
    case: str
    asked: str
    photo: str
    answers: str
    said_by_patient: str
    said_by_doctor: str
    refers: str
    within: str
    phone: str
    models: str
    models_caution: str
    signed: str
    footer: str


class Letters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything in one language."""

    reminder: Mail
    letter: LetterWords


@lru_cache(maxsize=len(LOCALES))
def letters(locale: str) -> Letters:
    return msgspec.json.decode((_HERE / locale / "letters.json").read_bytes(), type=Letters)
