"""A manifest that this code could not serve truthfully is refused, and one it can comes back as it was written."""

import json
from typing import Any

import msgspec
import pytest

from dermaloop.contract.manifest import (
    Champion,
    Manifest,
    NotSkin,
    champion_key,
    is_model_name,
    model_key,
    read_manifest,
    verify_model,
    write_manifest,
)
from dermaloop.contract.preprocessing import PREPROCESSING
from dermaloop.errors import BrokenModel
from tests.fakes import manifest
from tests.servers import ROOT


def changed(**changes: Any) -> bytes:
    """A manifest as JSON with some fields replaced; None in place of a field's name removes it."""
    told = json.loads(write_manifest(manifest())) | changes
    return json.dumps({name: value for name, value in told.items() if value != "GONE"}).encode()


def test_a_manifest_survives_writing_and_reading() -> None:
    known = NotSkin(centres=((0.0, 1.0),), precision=((1.0, 0.0), (0.0, 1.0)), limit=3.0)
    written = manifest(not_skin=known, metrics={"macro_auc": 0.9})
    assert read_manifest(write_manifest(written)) == written


def test_the_name_of_the_pixels_must_fit() -> None:
    with pytest.raises(BrokenModel, match="square-other-9.*" + PREPROCESSING):
        read_manifest(changed(preprocessing="square-other-9"))


@pytest.mark.parametrize(
    "changes",
    [
        {"temperature": 0},
        {"temperature": -1.0},
        {"temperature": "GONE"},
        {"malignant_threshold": 1.5},
        {"malignant_threshold": None},  # it has malignant labels
        {"uncertain_below": -0.1},
        {"sha256": "abc"},
        {"sha256": "G" * 64},
        {"name": "../escape"},
        {"name": "Disease"},
        {"version": "../1"},
        {"version": ""},
        {"input_size": 16},
        {"input_size": 5000},
        {"kind": "segmenter"},
        {"labels": []},
        {"labels": json.loads(write_manifest(manifest()))["labels"][:1]},
        {"labels": json.loads(write_manifest(manifest()))["labels"][:1] * 2},
        {"a_field_of_the_future": 1},
        {"quality": {}},
        {"preprocessing": "GONE"},
    ],
)
def test_what_does_not_fit_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(BrokenModel):
        read_manifest(changed(**changes))


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b"\xff\xfe", write_manifest(manifest())[:-20]])
def test_what_is_no_manifest_is_refused(data: bytes) -> None:
    with pytest.raises(BrokenModel, match="cannot be read"):
        read_manifest(data)


def test_a_model_without_malignant_labels_needs_no_threshold() -> None:
    labels = [label for label in json.loads(write_manifest(manifest()))["labels"] if not label["malignant"]]
    assert read_manifest(changed(labels=labels, malignant_threshold=None)).malignant_threshold is None


def test_only_the_file_the_manifest_was_written_for_is_accepted() -> None:
    made = msgspec.structs.replace(
        manifest(), sha256="ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )
    verify_model(made, b"abc")
    with pytest.raises(BrokenModel, match="sha256"):
        verify_model(made, b"abd")


@pytest.mark.parametrize(
    ("name", "fits"),
    [
        ("disease", True),
        ("skin_tone_2", True),
        ("", False),
        ("Disease", False),
        ("2nd", False),
        ("a" * 41, False),
        ("a/b", False),
        ("..", False),
        ("disease\n", False),
    ],
)
def test_model_names(name: str, fits: bool) -> None:
    assert is_model_name(name) is fits


def test_where_things_lie_in_the_store() -> None:
    assert champion_key("disease") == "models/disease/champion.json"
    assert model_key("disease", "1.2", "model.tflite") == "models/disease/1.2/model.tflite"
    pointer = Champion(version="2", promoted_by="admin", promoted_at="2026-11-20", previous="1")
    assert msgspec.json.decode(msgspec.json.encode(pointer), type=Champion) == pointer


@pytest.mark.parametrize("name", ["disease", "malignancy"])
def test_the_bundled_champions_are_what_they_say(name: str) -> None:
    folder = ROOT / "functions" / "models" / name
    bundled: Manifest = read_manifest((folder / "manifest.json").read_bytes())
    verify_model(bundled, (folder / "model.tflite").read_bytes())
    assert bundled.name == name
    assert bundled.labels == manifest(name).labels  # the words of today's label file
