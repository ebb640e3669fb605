"""Writes the README's figures from the committed reports: `python -m tests.figures`; a test refuses a stale README."""

import json
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"

SHOWN = {
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced accuracy",
    "macro_auc": "macro AUC",
    "malignant_auc": "AUC, malignant against benign",
    "malignant_sensitivity": "sensitivity at the threshold",
    "malignant_specificity": "specificity at the threshold",
    "ece": "calibration error (ECE)",
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


def speed() -> str:
    """Every figure that has a bar, as `make bench` found it."""
    lines = ["| what | measured | found | bar |", "|---|---|---|---|"]
    for section in _read("tests/benchmarks/report.json")["sections"]:
        for figure in section["figures"]:
            if figure["limit"] is not None:
                unit = figure["unit"]
                found = f"{figure['value']:.3g} {unit}"
                lines.append(
                    f"| {section['title']} | {figure['name']} | {found} | {figure['bar']} {figure['limit']:g} {unit} |"
                )
    return "\n".join(lines)


def talks() -> str:
    """What the committed score says of the chat, in one sentence."""
    page = (ROOT / "tests/services/talks/score.md").read_text(encoding="utf-8")
    rows = [
        [int(one) for one in row] for row in re.findall(r"^\| [a-zA-Z-]+ \| (\d+) \| (\d+) \| (\d+) \|", page, re.M)
    ]
    known, grave, missed = (sum(column) for column in zip(*rows, strict=True))
    unseen = re.search(r"read once[^|]*\| (\d+ of \d+) \| (\d+ of \d+) \|", page)
    assert unseen, "the score has no row of talks that were read once"
    return (
        f"On {known} scripted talks it misses {missed} of {grave} hidden emergencies; on talks it had not seen it found"
        f"\n{unseen[1]} and took {unseen[2]} harmless ones too gravely ([its score](tests/services/talks/score.md))."
    )


def written(readme: str) -> str:
    """The README with every figure as the reports have it."""
    places = {"models": models(), "outlines": outlines(), "speed": speed(), "talks": talks()}
    for name, table in places.items():
        place = re.search(rf"<!-- {name}: [^\n]* -->\n(.*?)\n<!-- /{name} -->", readme, re.DOTALL)
        assert place, f"the README has no place for {name}"
        readme = readme[: place.start(1)] + table + readme[place.end(1) :]
    return readme


def _read(path: str) -> Any:
    return json.loads((ROOT / path).read_text())


def _span(figure: list[float]) -> str:
    value, low, high = figure
    return f"{value:.3f} [{low:.3f}, {high:.3f}]"


if __name__ == "__main__":
    README.write_text(written(README.read_text()))
