"""What is said about a spot that was photographed twice."""

from functools import lru_cache
from pathlib import Path

import msgspec

from dermaloop.contract.labels import LOCALES

_HERE = Path(__file__).parent


class ChangeWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything in one language."""

    changes: dict[str, str]
    changed: str
    alike: str
    unclear: str
    scale: str


@lru_cache(maxsize=len(LOCALES))
def change_words(locale: str) -> ChangeWords:
    return msgspec.json.decode((_HERE / locale / "changes.json").read_bytes(), type=ChangeWords)
