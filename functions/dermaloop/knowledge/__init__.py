"""The words people read, as data: one folder per language."""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from dermaloop.contract.labels import LOCALES, Tier

if TYPE_CHECKING:
    from dermaloop.contract.fusion import Fusion

HERE = Path(__file__).parent


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Every sentence the predictions may say in one language."""

    disclaimer: str
    tiers: dict[Tier, str]
    reasons: dict[str, str]
    quality: dict[str, str]
    where: dict[Tier, str]
    watch_for: list[str]


class FormWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The form in one language: its questions, the points of the checklist, and what each red flag means."""

    flags: dict[str, str]
    points: dict[str, str]
    questions: dict[str, str]


@lru_cache(maxsize=len(LOCALES))
def words(locale: str) -> Words:
    return msgspec.json.decode((HERE / locale / "words.json").read_bytes(), type=Words)


@lru_cache(maxsize=len(LOCALES))
def form_words(locale: str) -> FormWords:
    return msgspec.json.decode((HERE / locale / "form.json").read_bytes(), type=FormWords)


@lru_cache(maxsize=1)
def fusion() -> "Fusion | None":
    """How age, sex and site join the photo's risk; none where that was not found to help."""
    path = HERE / "fusion.json"
    if not path.exists():
        return None
    from dermaloop.contract.fusion import Fusion

    return msgspec.json.decode(path.read_bytes(), type=Fusion)


def nearest_locale(asked: str) -> str:
    """The language we have that is nearest to a BCP 47 tag; English where none is near."""
    language = asked.replace("_", "-").split("-")[0].lower()
    return next((locale for locale in LOCALES if locale.split("-")[0] == language), "en")
