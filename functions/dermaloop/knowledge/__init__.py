"""The words people read, as data: one folder per language."""

from functools import lru_cache
from pathlib import Path

import msgspec

from dermaloop.contract.labels import LOCALES, Tier

_HERE = Path(__file__).parent


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Every sentence the predictions may say in one language."""

    disclaimer: str
    tiers: dict[Tier, str]
    reasons: dict[str, str]
    quality: dict[str, str]


@lru_cache(maxsize=len(LOCALES))
def words(locale: str) -> Words:
    return msgspec.json.decode((_HERE / locale / "words.json").read_bytes(), type=Words)


def nearest_locale(asked: str) -> str:
    """The language we have that is nearest to a BCP 47 tag; English where none is near."""
    language = asked.replace("_", "-").split("-")[0].lower()
    return next((locale for locale in LOCALES if locale.split("-")[0] == language), "en")
