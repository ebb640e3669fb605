"""The model card, in the schema of the Model Card Toolkit v0.0.2."""

from typing import Any

import msgspec

from dermaloop.contract.manifest import Manifest

LICENCE = "CC-BY-NC-4.0"
CITATIONS = (
    "Tschandl P., Rosendahl C., Kittler H. The HAM10000 dataset, a large collection of multi-source dermatoscopic images "
    "of common pigmented skin lesions. Scientific Data 5:180161 (2018). doi:10.7910/DVN/DBW86T. CC BY-NC 4.0.",
    "Codella N. et al. Skin lesion analysis toward melanoma detection: ISIC 2017. arXiv:1710.05006. CC-0.",
    "Sandler M. et al. MobileNetV2: inverted residuals and linear bottlenecks. CVPR 2018. Weights: Apache-2.0.",
)
LIMITATIONS = (
    "Trained and measured on dermoscopic pictures of mostly fair skin; nails, mucosa, palms and soles are hardly in them.",
    "HAM10000's share of each diagnosis is that of specialist centres, not of the public; predictive values shift with it.",
    "Benign and malignant are derived from seven diagnoses; 'akiec' includes pre-malignant actinic keratosis.",
    "Pictures from a phone without a dermoscope look different; the figures do not hold for them.",
    "It is no diagnosis. A low result never cancels a red flag.",
)


def card(manifest: Manifest, report: dict[str, Any]) -> dict[str, Any]:
    """Who made the model, of what, how well it does, and what it must not be used for."""
    return {
        "schema_version": "0.0.2",
        "model_details": {
            "name": manifest.name,
            "overview": f"Tells {', '.join(manifest.codes)} apart on a dermoscopic picture. Full int8, {manifest.input_size} px.",
            "documentation": "See model_export/README.md and the report beside this card's data.",
            "owners": [{"name": "Dermaloop"}],
            "version": {"name": manifest.version, "date": manifest.created[:10]},
            "licenses": [{"identifier": LICENCE}],
            "references": [
                {"reference": "https://doi.org/10.7910/DVN/DBW86T"},
                {"reference": "https://arxiv.org/abs/1801.04381"},
            ],
            "citations": [{"style": "plain", "citation": citation} for citation in CITATIONS],
        },
        "model_parameters": {
            "model_architecture": "MobileNetV2 1.0, one dense head, class activation maps and a whitened embedding; int8",
            "data": [_data(report, source) for source in report["test"]],
            "input_format": f"uint8 RGB [1,{manifest.input_size},{manifest.input_size},3], preprocessing {manifest.preprocessing}",
            "output_format": "float32 logits, activation, embedding",
        },
        "quantitative_analysis": {
            "performance_metrics": [m for source in report["test"] for m in _metrics(report, source)]
        },
        "considerations": {
            "users": [
                {"description": "People who want to know how soon to have a spot seen; doctors who check the answers"}
            ],
            "use_cases": [{"description": "Triage: what to do next and how soon, always with a safety net"}],
            "limitations": [{"description": line} for line in LIMITATIONS],
            "tradeoffs": [
                {"description": "The malignancy threshold favours sensitivity: most alarms are benign lesions."}
            ],
            "ethical_considerations": [
                {
                    "name": "Unequal evidence by skin colour and site",
                    "mitigation_strategy": "Figures by slice, abstention, and review of every answer by doctors.",
                }
            ],
        },
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
