"""What was measured of a segmenter, for people."""

from collections.abc import Sequence
from typing import Any

from dermaloop.contract.manifest import Manifest
from model_export.gate import headline_source
from model_export.report import number, refusals, span, table

SHOWN = {
    "iou": "intersection over union (IoU, Jaccard)",
    "dice": "Dice",
    "sensitivity": "share of the lesion that is found",
    "specificity": "share of the skin that is left out",
    "accepted": "outlines with an IoU of 0.65 or more",
    "thresholded_iou": "IoU, counted as 0 below 0.65",
    "area_error": "error of the area, of the true area",
}
PUBLISHED = (
    ("ISIC 2018 task 1, best of the challenge: thresholded IoU", "0.802", "arXiv:1902.03368; its own test set"),
    ("DeepLabV3, as quoted to us: IoU", "0.43 to 0.63", "pictures and masks unknown to us"),
)


def markdown(report: dict[str, Any], manifest: Manifest, plots: list[str], limitations: Sequence[str] = ()) -> str:
    main = report["test"][headline_source(report)]
    parts = [
        f"# {manifest.name} {manifest.version}",
        _opening(report, manifest, limitations),
        _headlines(report),
        "## How sure it is",
        *(_unsure(source, found) for source, found in report["test"].items()),
        "## By diagnosis, sex, age, site and confirmation",
        _slices(main),
        "## Refusals",
        *refusals(report),
        "## Float against int8",
        _quantization(report),
        "## The worst outlines",
        _worst(main),
        "## Beside what others published",
        table(["what", "found", "measured on"], [list(row) for row in PUBLISHED]),
        "None of these was measured on this split; they say what is usual, not who is better.",
    ]
    return "\n\n".join([*parts, *(f"![{name.removesuffix('.svg')}]({name})" for name in plots)]) + "\n"


def _opening(report: dict[str, Any], manifest: Manifest, limitations: Sequence[str]) -> str:
    rule = manifest.mask
    fitted = f"lesion from {rule.threshold} on, no lesion below {rule.min_area:.2%} of the picture, " if rule else ""
    return (
        f"Full int8, {report['model']['bytes'] / 1e6:.2f} MB, {manifest.input_size} px, "
        f"sha256 `{manifest.sha256[:16]}`. Measured through `dermaloop.contract` and the exported file, one pass, "
        "on the fixed test split: the outline of at most 64 corners that people see, against the mask, at 450 px; "
        "every picture counts alike. Brackets: 95 % bootstrap intervals over lesions.\n\n"
        f"Fitted on validation alone: temperature {manifest.temperature}, {fitted}"
        f"unsure below {manifest.uncertain_below}.\n\n"
    ) + "\n".join(f"- {line}" for line in limitations)


def _headlines(report: dict[str, Any]) -> str:
    sources = sorted(report["test"], key=lambda source: -report["test"][source]["pictures"])
    head = ["figure", *(f"{source} ({report['test'][source]['pictures']})" for source in sources)]
    rows = [[title, *(span(report["test"][s]["figures"][name]) for s in sources)] for name, title in SHOWN.items()]
    return table(head, rows)


def _unsure(source: str, found: dict[str, Any]) -> str:
    told = found["unsure"]
    return (
        f"{source}: {told['share']:.1%} of the outlines are called unsure. Mean IoU of the sure ones "
        f"{number(told.get('iou_of_sure'))}, of the others {number(told.get('iou_of_unsure'))}; "
        f"correlation of certainty and IoU {number(told['correlation'])}."
    )


def _slices(found: dict[str, Any]) -> str:
    rows = [
        [name, number(values["pictures"]), *(span(values[key]) for key in ("iou", "dice", "accepted"))]
        for name, values in found["slices"].items()
    ]
    return table(["slice", "pictures", "IoU", "Dice", "IoU of 0.65 or more"], rows)


def _quantization(report: dict[str, Any]) -> str:
    found = report.get("quantization")
    if found is None:
        return "Not measured: the float network was not at hand."
    figures = ", ".join(f"{name} {found['float'][name]:.4f} / {found['int8'][name]:.4f}" for name in found["float"])
    return (
        f"On {found['pictures']} validation pictures the two maps overlap by {found['agreement']:.1%}. "
        f"Float / int8: {figures}."
    )


def _worst(found: dict[str, Any]) -> str:
    rows = [[o["picture"], o["diagnosis"], f"{o['iou']:.3f}", f"{o['certainty']:.3f}"] for o in found["worst"]]
    return table(["picture", "diagnosis", "IoU", "certainty"], rows)
