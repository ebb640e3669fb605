"""Writes down how often two photos of one lesion are confirmed to be that, and ships what was fitted."""

from pathlib import Path
from typing import Any

import msgspec

from dermaloop.contract.likeness import Likeness
from model_export.report import encode
from model_export.writing import write_whole


def keep(fitted: Likeness, report: dict[str, Any], place: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / "report.md", _page(report).encode())
    write_whole(folder / "report.json", encode(report))
    write_whole(place, msgspec.json.format(msgspec.json.encode(fitted), indent=1) + b"\n")


def _page(report: dict[str, Any]) -> str:
    """The report as people read it."""
    lines = [
        "# Do two photos show one lesion?",
        "",
        f"Fitted by `python -m model_export likeness` on the outlines of lesion_mask {report['outlines']['version']}."
        " Genuine pairs are two HAM10000 pictures of one lesion; impostors are two lesions of one diagnosis, so that it"
        " is not the diagnosis that tells them apart. Weights come from the training split. A pair is confirmed whose"
        f" probability is at least {report['threshold']} and whose detail agrees by at least {report['least_detail']}"
        " (its own pattern, which two moles of one person do not share as they share light and skin); each limit lets"
        " 1 % of validation's impostors pass. Brackets: 95 % (Wilson).",
        "",
        "| split | genuine pairs | confirmed | impostor pairs | wrongly confirmed | AUC | without an outline |",
        "|---|---|---|---|---|---|---|",
        *(_row(split, report[split]) for split in ("train", "validation", "test")),
        "",
        "How well each sign tells pairs apart by itself, on the test split (AUC): "
        + ", ".join(f"{name} {value}" for name, value in report["alone"].items())
        + ".",
        "",
        "What it costs: genuine pairs that are not confirmed get `unclear` and an appointment, although they show one"
        " lesion. What it does not say: HAM10000 does not tell how much time lies between two pictures of a lesion; by"
        " their look, mostly none, and the camera was the same. Photos months apart, in another light, or by phone will"
        " be confirmed less often; how much less was not measured. That errs towards being seen.",
        "",
    ]
    return "\n".join(lines)


def _row(split: str, found: dict[str, Any]) -> str:
    right, wrong = (_percent(found[name]) for name in ("confirmed", "wrongly_confirmed"))
    counts = found["genuine"], found["impostors"]
    return f"| {split} | {counts[0]} | {right} | {counts[1]} | {wrong} | {found['auc']:.3f} | {found['not_outlined']} |"


def _percent(share: list[float]) -> str:
    value, low, high = (100 * one for one in share)
    return f"{value:.1f} % [{low:.1f}, {high:.1f}]"
