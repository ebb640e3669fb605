"""Writes what was measured: `report.json` for programs and `report.md` for people."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from dermaloop.contract.manifest import Manifest
from model_export import published
from model_export.candidate import CARD
from model_export.errors import ExportError
from model_export.gate import headline_source
from model_export.writing import write_whole

HEADLINES = (
    "accuracy", "balanced_accuracy", "macro_auc", "top3",
    "malignant_auc", "malignant_sensitivity", "malignant_specificity", "specificity_at_95",
    "ece", "brier", "ppv_at_1_percent", "ppv_at_5_percent", "ppv_at_10_percent", "ppv_at_20_percent",
)  # fmt: skip
PER_CLASS = ("precision", "recall", "f1", "auc")
REPORT_JSON, REPORT_MD, GATE = "report.json", "report.md", "gate.json"


def write(report: dict[str, Any], text: str, card: bytes, folder: Path) -> None:
    """What the gate reads comes last: where it lies, all else does."""
    write_whole(folder / CARD, card)
    write_whole(folder / REPORT_MD, text.encode())
    write_whole(folder / REPORT_JSON, encode(report))


def clear(folder: Path) -> None:
    """Takes away what was measured, and before that what the gate said of it."""
    for name in (GATE, REPORT_JSON):
        (folder / name).unlink(missing_ok=True)


def encode(report: dict[str, Any]) -> bytes:
    return msgspec.json.format(msgspec.json.encode(report), indent=1) + b"\n"


def read(folder: Path) -> dict[str, Any]:
    try:
        return dict(msgspec.json.decode((folder / REPORT_JSON).read_bytes()))
    except FileNotFoundError as error:
        raise ExportError(f"{folder} holds no report; run `python -m model_export evaluate` first") from error
    except msgspec.DecodeError as error:
        raise ExportError(f"{folder / REPORT_JSON}: {error}; run `python -m model_export evaluate` again") from error


def markdown(report: dict[str, Any], manifest: Manifest, plots: list[str], limitations: Sequence[str] = ()) -> str:
    parts = [f"# {manifest.name} {manifest.version}", _opening(report, manifest, limitations), _headlines(report)]
    for source, found in report["test"].items():
        parts += [
            f"## Per class, {source}",
            _classes(found),
            "Rows are the truth, columns the answer:",
            _confusion(found),
        ]
    main = report["test"][headline_source(report)]
    parts += ["## Abstaining", _abstaining(main), "## By diagnosis, sex, age, site and confirmation", _slices(main)]
    parts += ["## Refusals", *refusals(report), "## Float against int8", _quantization(report)]
    parts += [_pointing(report), "## The surest mistakes", _worst(main)]
    if manifest.namespace in published.NAMESPACES:
        parts += ["## Beside what others published", published.table(report, headline_source(report))]
    parts += [f"![{name.removesuffix('.svg')}]({name})" for name in plots]
    return "\n\n".join(part for part in parts if part) + "\n"


def _opening(report: dict[str, Any], manifest: Manifest, limitations: Sequence[str]) -> str:
    return (
        f"Full int8, {report['model']['bytes'] / 1e6:.2f} MB, {manifest.input_size} px, "
        f"sha256 `{manifest.sha256[:16]}`. Measured through `dermaloop.contract` and the exported file, one pass, "
        "on the fixed test split; the answer is the class with the highest probability. Brackets: 95 % bootstrap "
        "intervals over lesions.\n\n"
        f"Fitted on validation alone: temperature {manifest.temperature}, "
        f"malignant from {manifest.malignant_threshold} (target: sensitivity 0.95), "
        f"uncertain below {manifest.uncertain_below}.\n\n"
    ) + "\n".join(f"- {line}" for line in limitations)


def _headlines(report: dict[str, Any]) -> str:
    sources = sorted(report["test"], key=lambda source: -report["test"][source]["pictures"])
    head = ["figure", *(f"{source} ({report['test'][source]['pictures']})" for source in sources)]
    names = [name for name in HEADLINES if name in report["test"][sources[0]]["figures"]]
    return table(head, [[name, *(span(report["test"][s]["figures"][name]) for s in sources)] for name in names])


def _classes(found: dict[str, Any]) -> str:
    rows = [
        [code, str(support), *(span(found["figures"][f"{code}.{name}"]) for name in PER_CLASS)]
        for code, support in found["support"].items()
    ]
    return table(["class", "pictures", "precision", "recall", "F1", "AUC"], rows)


def _confusion(found: dict[str, Any]) -> str:
    codes = list(found["support"])
    return table(
        ["", *codes], [[f"**{code}**", *map(str, row)] for code, row in zip(codes, found["confusion"], strict=True)]
    )


def _abstaining(found: dict[str, Any]) -> str:
    text = "The share of wrong answers when only the surest share of the pictures is answered:"
    rows = [[share, span(risk)] for share, risk in found["abstaining"].items()]
    return f"{text}\n\n" + table(["share answered", "wrong among them"], rows)


def _slices(found: dict[str, Any]) -> str:
    if not found["slices"]:
        return ""
    told = (name for values in found["slices"].values() for name in values if name != "pictures")
    names = list(dict.fromkeys(told))
    rows = [
        [slice_, str(values["pictures"]), *(span(values[name]) if name in values else "–" for name in names)]
        for slice_, values in found["slices"].items()
    ]
    return table(["slice", "pictures", *names], rows)


def refusals(report: dict[str, Any]) -> list[str]:
    parts = []
    if (found := report.get("not_skin")) is not None:
        lesions = ", ".join(f"{share:.1%} of {name}" for name, share in found["lesions_refused"].items())
        by_part = ", ".join(f"{part} alone {share:.1%}" for part, share in found["parts"].items())
        parts.append(
            f"Of {found['pictures']} pictures without skin {found['refused']:.1%} are refused ({by_part}); "
            f"of lesions {lesions}."
        )
        parts.append(
            table(["kind", "pictures", "refused"], [[k, str(n), f"{s:.1%}"] for k, (n, s) in found["kinds"].items()])
        )
    for source, found in report.get("quality", {}).items():
        measures = ", ".join(f"{name} {share:.2%}" for name, share in found["refused_by_measure"].items()) or "none"
        caught = ", ".join(f"{name} {share:.0%}" for name, share in found["caught"].items())
        parts.append(
            f"Of {found['pictures']} test photos ({source}) outside a limit: {measures}. "
            f"The same photos spoilt, share caught: {caught}."
        )
    return parts


def _quantization(report: dict[str, Any]) -> str:
    found = report.get("quantization")
    if found is None:
        return "Not measured: the float network was not at hand."
    figures = ", ".join(f"{name} {found['float'][name]:.3f} / {found['int8'][name]:.3f}" for name in found["float"])
    return (
        f"On {found['pictures']} validation pictures the answers agree in {found['agreement']:.1%}. "
        f"Float / int8: {figures}. Correlations: logits {found['logits_correlation']:.3f}, "
        f"activation maps {found['activation_correlation']:.3f}, embedding {found['embedding_correlation']:.3f}."
    )


def _pointing(report: dict[str, Any]) -> str:
    found = report.get("pointing")
    if found is None:
        return ""
    classes = ", ".join(f"{code} {share:.1%}" for code, share in found["by_answer"].items())
    return (
        "## Where the explanation points\n\n"
        f"The activation map of the winning class peaks inside the lesion (its mask, one cell wider) on "
        f"{found['inside']:.1%} of {found['pictures']} test pictures; a random place would on {found['chance']:.1%}. "
        f"By answer: {classes}."
    )


def _worst(found: dict[str, Any]) -> str:
    rows = [[one["picture"], one["truth"], one["answer"], f"{one['probability']:.3f}"] for one in found["worst"]]
    return table(["picture", "truth", "answer", "probability"], rows)


def table(head: list[str], rows: list[list[str]]) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows))


def span(figure: list[float]) -> str:
    value, low, high = (number(part) for part in figure)
    return f"{value} [{low}, {high}]"


def number(value: float | None) -> str:
    return "–" if value is None else str(value) if isinstance(value, int) else f"{value:.3f}"
