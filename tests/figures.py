"""Writes the figures in our pages from the committed reports: `python -m tests.figures`; a test refuses stale ones."""

import json
import re
from collections.abc import Callable, Container
from pathlib import Path
from typing import Any

from tests.benchmarks import steps

ROOT = Path(__file__).parents[1]
PAGES = ("README.md", "functions/README.md")

SHOWN = {
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced accuracy",
    "macro_auc": "macro AUC",
    "malignant_auc": "AUC, malignant against benign",
    "malignant_sensitivity": "sensitivity at the threshold",
    "malignant_specificity": "specificity at the threshold",
    "ece": "calibration error (ECE)",
}
HEADLINES = {
    "On the server, from the request's first byte read to the answer ready",
    "predict_disease under functions-framework",
    "predict_disease, against the same function with the stores of one machine",
    "Resident memory of all server processes after 200 predictions on both models",
    "Times the requests per second of Flask with model.predict",
}
COVERED = {
    "iou": "overlap of outline and mask (mean IoU)",
    "dice": "the same as Dice",
    "accepted": "outlines with an IoU of 0.65 or more",
}


def models() -> str:
    """One row a figure, one column a model and resolution, with 95 % intervals."""
    reports = {name: _read(f"model_export/reports/{name}/report.json") for name in ("disease", "malignancy")}
    columns = [(name, source) for name, report in reports.items() for source in report["test"]]
    heads = [f"{name}, {source} ({reports[name]['test'][source]['pictures']})" for name, source in columns]
    lines = ["| figure, on the test split | " + " | ".join(heads) + " |", "|---|" + "---|" * len(columns)]
    for key, title in SHOWN.items():
        cells = [_span(reports[name]["test"][source]["figures"][key]) for name, source in columns]
        lines.append(f"| {title} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def outlines() -> str:
    """How the lesion's outline covers its mask: one row a figure, one column a resolution."""
    found = _read("model_export/reports/lesion_mask/report.json")["test"]
    heads = [f"lesion_mask, {source} ({one['pictures']})" for source, one in found.items()]
    lines = ["| figure, on the test split | " + " | ".join(heads) + " |", "|---|" + "---|" * len(heads)]
    for key, title in COVERED.items():
        lines.append(f"| {title} | " + " | ".join(_span(one["figures"][key]) for one in found.values()) + " |")
    return "\n".join(lines)


def told() -> str:
    """What `assess` told people, by what the lesion was."""
    found = _read("model_export/reports/steps/report.json")["steps"]
    lines = ["| the test picture was | " + " | ".join(steps.TOLD) + " |", "|---|" + "---|" * len(steps.TOLD)]
    for source, by_diagnosis in found.items():
        for name, codes in steps.GROUPS.items():
            tiers = steps.summed(by_diagnosis, codes)
            cells = (f"{tiers[tier]} ({tiers[tier] / tiers.total():.1%})" for tier in steps.TOLD)
            lines.append(f"| {name}, {source} ({tiers.total()}) | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def speed(only: Container[str] | None = None) -> str:
    """Every figure that has a bar, as `make bench` found it, or only some."""
    lines = ["| what | measured | found | bar |", "|---|---|---|---|"]
    for section in _read("tests/benchmarks/report.json")["sections"]:
        for figure in section["figures"]:
            if figure["limit"] is not None and (only is None or figure["name"] in only):
                unit = figure["unit"]
                found = f"{figure['value']:.3g} {unit}"
                lines.append(
                    f"| {section['title']} | {figure['name']} | {found} | {figure['bar']} {figure['limit']:g} {unit} |"
                )
    return "\n".join(lines)


def talks() -> str:
    """What the committed score says of the chat."""
    page = (ROOT / "tests/services/talks/score.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| [a-zA-Z-]+ \| (\d+) \| (\d+) \| (\d+) \|", page, re.MULTILINE)
    known, grave, missed = (sum(int(row[column]) for row in rows) for column in range(3))
    unseen = re.search(r"^\| all \| (\d+ of \d+) \| 0 \| [^|]*\| (\d+ of \d+) \|", page, re.MULTILINE)
    assert unseen, "the score has no row of unseen talks, or calls one of their emergencies calm"
    return (
        f"On {known} scripted talks it misses {missed} of {grave} hidden emergencies. On talks it had not seen it found"
        f"\n{unseen[1]}, and took {unseen[2]} harmless ones with alarming words too gravely."
    )


def written(page: str) -> str:
    """A page with every figure as the reports have it."""
    tables: dict[str, Callable[[], str]] = {
        "models": models,
        "outlines": outlines,
        "told": told,
        "headlines": lambda: speed(HEADLINES),
        "speed": speed,
        "talks": talks,
    }
    for name, table in tables.items():
        if place := re.search(rf"<!-- {name}: [^\n]* -->\n(.*?)\n<!-- /{name} -->", page, re.DOTALL):
            page = page[: place.start(1)] + table() + page[place.end(1) :]
    return page


def _read(path: str) -> Any:
    return json.loads((ROOT / path).read_text())


def _span(figure: list[float]) -> str:
    value, low, high = figure
    return f"{value:.3f} [{low:.3f}, {high:.3f}]"


if __name__ == "__main__":
    for page in PAGES:
        (ROOT / page).write_text(written((ROOT / page).read_text()))
