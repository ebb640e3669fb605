"""The model card, in the schema of the Model Card Toolkit v0.0.2."""

from typing import Any

import msgspec

from dermaloop.contract.manifest import Kind, Manifest
from model_export.recipe import Recipe

ARCHITECTURE: dict[Kind, str] = {
    "classifier": "MobileNetV2 1.0, one dense head, class activation maps and a whitened embedding; full int8",
    "segmenter": "MobileNetV2 1.0, its maps of five sizes joined into one mask, and a whitened embedding; full int8",
}
OUTPUT: dict[Kind, str] = {
    "classifier": "float32 logits, activation, embedding",
    "segmenter": "float32 mask (logits, half the input's side), embedding",
}
TRADEOFF: dict[Kind, str] = {
    "classifier": "The malignancy threshold favours sensitivity: most alarms are benign lesions.",
    "segmenter": "One lesion a picture, holes filled, at most 64 corners: an outline to look at, not to cut by.",
}
USERS = "People who want to know how soon to have a spot seen, and doctors who check the answers"
USE = "Triage: what to do next and how soon, always with a safety net"
ALWAYS = "It is no diagnosis. A low result never cancels a red flag."


def card(manifest: Manifest, recipe: Recipe, report: dict[str, Any]) -> dict[str, Any]:
    """Who made the model, of what, how well it does, and what it must not be used for."""
    return {
        "schema_version": "0.0.2",
        "model_details": _details(manifest, recipe),
        "model_parameters": {
            "model_architecture": ARCHITECTURE[manifest.kind],
            "data": [_data(report, source) for source in report["test"]],
            "input_format": f"uint8 RGB, {manifest.input_size} px square, preprocessing {manifest.preprocessing}",
            "output_format": OUTPUT[manifest.kind],
        },
        "quantitative_analysis": analysis(report),
        "considerations": _considerations(manifest, recipe),
    }


def analysis(report: dict[str, Any]) -> dict[str, Any]:
    """Every figure of the test with its interval."""
    return {"performance_metrics": [one for source in report["test"] for one in _metrics(report, source)]}


def _details(manifest: Manifest, recipe: Recipe) -> dict[str, Any]:
    return {
        "name": manifest.name,
        "overview": f"Tells {', '.join(manifest.codes)} apart on a picture of one lesion. Recipe: {recipe.name}.",
        "documentation": "model_export/README.md, and the report under model_export/reports.",
        "owners": [{"name": "Dermaloop"}],
        "version": {"name": manifest.version, "date": manifest.created[:10]},
        "licenses": [{"identifier": recipe.origin.licence}],
        "references": [{"reference": reference} for reference in recipe.origin.references],
        "citations": [{"style": "plain", "citation": citation} for citation in recipe.origin.citations],
    }


def _considerations(manifest: Manifest, recipe: Recipe) -> dict[str, Any]:
    return {
        "users": [{"description": USERS}],
        "use_cases": [{"description": USE}],
        "limitations": [{"description": line} for line in (*recipe.origin.limitations, ALWAYS)],
        "tradeoffs": [{"description": TRADEOFF[manifest.kind]}],
        "ethical_considerations": [
            {
                "name": "Unequal evidence by skin colour and body site",
                "mitigation_strategy": "Figures by slice, abstention, and review of every answer by doctors.",
            }
        ],
    }


def _data(report: dict[str, Any], source: str) -> dict[str, str]:
    found = report["test"][source]
    return {"name": f"test, {source}", "description": f"{found['pictures']} pictures of {found['lesions']} lesions"}


def _metrics(report: dict[str, Any], source: str) -> list[dict[str, Any]]:
    return [
        {
            "type": name,
            "value": str(value),
            "slice": f"test, {source}",
            "confidence_interval": {"lower_bound": str(low), "upper_bound": str(high)},
        }
        for name, (value, low, high) in report["test"][source]["figures"].items()
    ]


def encode(content: dict[str, Any]) -> bytes:
    return msgspec.json.format(msgspec.json.encode(content), indent=1) + b"\n"
