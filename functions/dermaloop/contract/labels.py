"""What a model can answer: closed, namespaced vocabularies in the order of a model's outputs."""

from pathlib import Path
from typing import Literal

import msgspec

Tier = Literal["emergency", "urgent", "routine", "self_care"]
TIERS: tuple[Tier, ...] = ("self_care", "routine", "urgent", "emergency")  # from calm to pressing

LOCALES = ("en", "zh-TW", "ko")
VOCABULARIES = Path(__file__).with_name("vocabularies")


class Label(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One answer: its code, whether it counts as malignant, how pressing it is by itself, its names by language."""

    code: str
    malignant: bool
    tier: Tier
    names: dict[str, str]

    def name(self, locale: str) -> str:
        return self.names.get(locale) or self.names["en"]


class Vocabulary(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A closed set of labels. Codes mean something only inside their namespace: elsewhere `mel` may be a naevus."""

    namespace: str
    labels: tuple[Label, ...]

    def __post_init__(self) -> None:
        if len(self.labels) < 2 or len(set(self.codes)) != len(self.labels):
            raise ValueError("a vocabulary needs at least two labels, each with a code of its own")
        if unnamed := [label.code for label in self.labels if "en" not in label.names]:
            raise ValueError(f"these labels have no English name: {', '.join(unnamed)}")

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(label.code for label in self.labels)


def read_vocabulary(path: Path) -> Vocabulary:
    """Reads a label file; a file that does not fit says where."""
    return msgspec.json.decode(path.read_bytes(), type=Vocabulary)
