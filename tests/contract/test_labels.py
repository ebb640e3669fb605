"""The closed vocabularies: their order is the models' output order, so it must never change by accident."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from dermaloop.contract.labels import LOCALES, TIERS, VOCABULARIES, Label, Vocabulary, read_vocabulary

DISEASE, MALIGNANCY = read_vocabulary(VOCABULARIES / "disease.json"), read_vocabulary(VOCABULARIES / "malignancy.json")


def test_codes_in_output_order() -> None:
    assert DISEASE.codes == ("akiec", "bcc", "bkl", "df", "mel", "nv", "vasc")
    assert MALIGNANCY.codes == ("benign", "malignant")


def test_what_counts_as_malignant() -> None:
    assert {label.code for label in DISEASE.labels if label.malignant} == {"akiec", "bcc", "mel"}
    assert [label.malignant for label in MALIGNANCY.labels] == [False, True]


def test_melanoma_and_naevus_are_not_mixed_up() -> None:
    names = {label.code: label.name("en").lower() for label in DISEASE.labels}
    assert "melanoma" in names["mel"]
    assert "naevus" in names["nv"] or "mole" in names["nv"]


@pytest.mark.parametrize("vocabulary", [DISEASE, MALIGNANCY])
def test_every_label_has_a_name_in_every_language(vocabulary: Vocabulary) -> None:
    for label in vocabulary.labels:
        assert set(label.names) == set(LOCALES)
        assert all(name.strip() for name in label.names.values())
        assert label.name("xx") == label.names["en"]


def test_a_malignant_label_never_reassures() -> None:
    for label in (*DISEASE.labels, *MALIGNANCY.labels):
        assert label.tier in TIERS
        assert not label.malignant or TIERS.index(label.tier) >= TIERS.index("routine")
    assert {label.code: label.tier for label in DISEASE.labels}["mel"] == "urgent"


def _label(code: str, **changes: Any) -> dict[str, Any]:
    return {"code": code, "malignant": False, "tier": "routine", "names": {"en": code}} | changes


@pytest.mark.parametrize(
    "labels",
    [
        [_label("a")],
        [_label("a"), _label("a")],
        [_label("a"), _label("b", names={"ko": "b"})],
        [_label("a"), _label("b", tier="soon")],
        [_label("a"), _label("b", colour="red")],
        [_label("a"), {"code": "b"}],
    ],
)
def test_a_label_file_that_does_not_fit_is_refused(tmp_path: Path, labels: list[dict[str, Any]]) -> None:
    path = tmp_path / "labels.json"
    path.write_text(json.dumps({"namespace": "test", "labels": labels}))
    with pytest.raises(msgspec.ValidationError):
        read_vocabulary(path)


def test_a_missing_translation_falls_back_to_english() -> None:
    label = Label(code="a", malignant=False, tier="routine", names={"en": "A spot"})
    assert label.name("ko") == "A spot"
