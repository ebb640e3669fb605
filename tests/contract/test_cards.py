"""Model cards fit the Model Card Toolkit's own schema (v0.0.2): those that ship, and one that is made now."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from dermaloop.contract.manifest import read_manifest
from model_export import card
from model_export.recipe import read_recipe
from tests.servers import ROOT

SCHEMA = Path(__file__).with_name("model_card_toolkit") / "model_card.schema.json"
MODELS = sorted(path.parent.name for path in (ROOT / "functions" / "models").glob("*/card.json"))


def closed(part: Any) -> Any:
    """The same schema without fields it does not name: its tools would drop what we misspell."""
    if isinstance(part, list):
        return [closed(one) for one in part]
    if not isinstance(part, dict):
        return part
    shut = {"additionalProperties": False} if isinstance(part.get("properties"), dict) else {}
    return {name: closed(one) for name, one in part.items()} | shut


@pytest.fixture(scope="module")
def schema() -> jsonschema_rs.Draft7Validator:
    text = SCHEMA.read_text().replace('"#definitions/', '"#/definitions/')  # one reference in it lacks its slash
    return jsonschema_rs.Draft7Validator(closed(json.loads(text)))


@pytest.mark.parametrize("name", MODELS)
def test_the_cards_that_ship_fit(schema: jsonschema_rs.Draft7Validator, name: str) -> None:
    schema.validate(json.loads((ROOT / "functions" / "models" / name / "card.json").read_text()))


@pytest.mark.parametrize("name", MODELS)
def test_a_card_that_is_made_now_fits_and_tells_the_terms(schema: jsonschema_rs.Draft7Validator, name: str) -> None:
    manifest = read_manifest((ROOT / "functions" / "models" / name / "manifest.json").read_bytes())
    measured = json.loads((ROOT / "model_export" / "reports" / name / "report.json").read_text())
    made = card.card(manifest, read_recipe(name), measured)
    schema.validate(json.loads(card.encode(made)))
    assert made["model_details"]["licenses"] == [{"identifier": "CC-BY-NC-4.0"}]


def test_a_misspelt_field_does_not_fit(schema: jsonschema_rs.Draft7Validator) -> None:
    made = json.loads((ROOT / "functions" / "models" / MODELS[0] / "card.json").read_text())
    made["model_details"]["licence"] = made["model_details"].pop("licenses")
    assert not schema.is_valid(made)
