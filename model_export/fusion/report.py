"""Writes down whether age, sex and site help, and ships the fusion only where they do."""

from pathlib import Path
from typing import Any

import msgspec

from dermaloop.contract.fusion import Fusion
from model_export.report import encode
from model_export.writing import write_whole


def keep(fusion: Fusion, report: dict[str, Any], place: Path, folder: Path) -> None:
    """The report always; the fusion where it helps, and nothing in its place where it does not."""
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / "report.md", _page(report).encode())
    write_whole(folder / "report.json", encode(report))
    if report["helps"]:
        write_whole(place, msgspec.json.format(msgspec.json.encode(fusion), indent=1) + b"\n")
    else:
        place.unlink(missing_ok=True)


def _page(report: dict[str, Any]) -> str:
    """The report as people read it."""
    lines = [
        "# Do age, sex and site help?",
        "",
        f"Fitted for malignancy {report['model']['version']} by `python -m model_export fuse`. What they say by"
        f" themselves comes from {report['pictures']['train']} training pictures; how far to believe it beside the"
        f" photo (a factor of {report['believed']}) from {report['pictures']['validation']} validation pictures. Both"
        " columns are recalibrated on validation; thresholds find 95 % there. Brackets: 95 % bootstrap over lesions.",
        "",
    ]
    for source, figures in report["test"].items():
        lines += [f"## Test, {source}", "", "| | photo | with age, sex, site | difference |", "|---|---|---|---|"]
        for name, found in figures.items():
            gain, low, high = found["difference"]
            row = f"| {name} | {found['photo']} | {found['photo_and_answers']} | {gain:+} [{low:+}, {high:+}] |"
            lines.append(row.replace("_", " "))
        lines.append("")
    verdict = "They help: the fusion is shipped" if report["helps"] else "They do not help: no fusion is shipped"
    lines += [
        f"{verdict}. It may raise a tier and never lowers one: HAM10000's people are mostly fair-skinned patients"
        " of two clinics, and what age or site says of them need not hold elsewhere. Serving ignores a fusion that"
        " was fitted for another model file.",
        "",
    ]
    return "\n".join(lines)
