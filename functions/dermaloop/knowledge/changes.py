"""What is said about a spot that was photographed twice, and by what it is known to be one spot."""

from functools import lru_cache
from pathlib import Path

import msgspec

from dermaloop.contract.labels import LOCALES
from dermaloop.contract.likeness import Likeness

_HERE = Path(__file__).parent


class ChangeWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything in one language."""

    changes: dict[str, str]
    changed: str
    alike: str
    unclear: str
    unconfirmed: str
    unconfirmed_changed: str
    above: str
    scale: str


@lru_cache(maxsize=len(LOCALES))
def change_words(locale: str) -> ChangeWords:
    return msgspec.json.decode((_HERE / locale / "changes.json").read_bytes(), type=ChangeWords)


@lru_cache(maxsize=1)
def likeness() -> Likeness:
    """As `python -m model_export likeness` fitted it."""
    return msgspec.json.decode((_HERE / "likeness.json").read_bytes(), type=Likeness)
