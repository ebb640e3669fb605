"""Writes what was measured: `report.json` for programs and `report.md` for people."""

from pathlib import Path
from typing import Any

import msgspec

from dermaloop.contract.manifest import Manifest

HEADLINES = (
    "accuracy", "balanced_accuracy", "macro_auc", "top3", "malignant_auc", "malignant_sensitivity", "malignant_specificity",
    "specificity_at_95", "ece", "brier", "ppv_at_1_percent", "ppv_at_5_percent", "ppv_at_10_percent", "ppv_at_20_percent",
)  # fmt: skip


def write(report: dict[str, Any], manifest: Manifest, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_bytes(encode(report))
    (folder / "report.md").write_text(markdown(report, manifest), encoding="utf-8")


def encode(report: dict[str, Any]) -> bytes:
    return msgspec.json.format(msgspec.json.encode(report), indent=1) + b"\n"


def markdown(report: dict[str, Any], manifest: Manifest) -> str:
    parts = [
        f"# {manifest.name} {manifest.version}",
        f"Full int8, {report['model']['bytes'] / 1e6:.2f} MB, {manifest.input_size} px, sha256 `{manifest.sha256[:16]}`. "
        f"Measured through `dermaloop.contract` and the exported file, one forward pass, on the fixed test split. "
        "Brackets: 95 % bootstrap intervals over lesions. HAM10000 is dermoscopy of mostly fair skin without nails and mucosa.",
        f"Temperature {manifest.temperature}; malignant from {manifest.malignant_threshold}; "
        f"uncertain below {manifest.uncertain_below}: all fitted on validation.",
        _headlines(report),
    ]
    for source, found in report["test"].items():
        parts += [
            f"## Per class, {source}",
            _classes(found),
            f"## Confusion, {source} (rows: truth)",
            _confusion(found),
        ]
    return "\n\n".join(parts) + "\n"


def _headlines(report: dict[str, Any]) -> str:
    sources = list(report["test"])
    lines = [
        "| figure | " + " | ".join(f"{s} ({report['test'][s]['pictures']})" for s in sources) + " |",
        "|---" * (len(sources) + 1) + "|",
    ]
    for name in HEADLINES:
        if name in report["test"][sources[0]]["figures"]:
            lines.append(f"| {name} | " + " | ".join(_span(report["test"][s]["figures"][name]) for s in sources) + " |")
    return "\n".join(lines)


def _classes(found: dict[str, Any]) -> str:
    lines = ["| class | pictures | precision | recall | F1 | AUC |", "|---|---|---|---|---|---|"]
    for code, support in found["support"].items():
        cells = (_span(found["figures"][f"{code}.{name}"]) for name in ("precision", "recall", "f1", "auc"))
        lines.append(f"| {code} | {support} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _confusion(found: dict[str, Any]) -> str:
    codes = list(found["support"])
    lines = ["| | " + " | ".join(codes) + " |", "|---" * (len(codes) + 1) + "|"]
    lines += [
        f"| **{code}** | " + " | ".join(map(str, row)) + " |"
        for code, row in zip(codes, found["confusion"], strict=True)
    ]
    return "\n".join(lines)


def _span(figure: list[float]) -> str:
    value, low, high = figure
    return f"{value:.3f} [{low:.3f}, {high:.3f}]"
