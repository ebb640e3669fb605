"""What are people told? Every test picture through `/api/assess`, and the next step beside what the lesion was.

    .venv/bin/python -m tests.benchmarks.steps --data ../data

The champions as bundled, in the product as it runs: quality, refusals, both models and the rules that stand over them,
and no answer to any question. A minute. `--data` is HAM10000 as archives and a CSV (`model_export/README.md`).
"""

import argparse
import base64
import csv
import json
import math
import tarfile
import tempfile
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from tqdm import tqdm
from werkzeug.test import Client

from dermaloop.contract.labels import VOCABULARIES, read_vocabulary
from dermaloop.devserver import LocalSite
from dermaloop.web import Site
from dermaloop.wiring import Settings, build

REPORT = Path(__file__).parents[2] / "model_export" / "reports" / "steps"
ARCHIVES = {"200x150": "ham10000_200x150.tar", "224crop": "ham10000_224crop.tar"}
MODELS = ("disease", "malignancy")
DISEASE = read_vocabulary(VOCABULARIES / "disease.json")
GROUPS = {
    "malignant": [label.code for label in DISEASE.labels if label.malignant],
    "benign": [label.code for label in DISEASE.labels if not label.malignant],
}
TOLD = ("urgent", "routine", "self_care")  # no picture by itself is an emergency
Z = 1.96


def asked(data: Path, source: str, *, split: str = "test") -> Iterator[tuple[dict[str, str], bytes]]:
    """The split's pictures in one of their copies, each with its line of the CSV."""
    with (data / "ham10000.csv").open(newline="") as file:
        lines = {line["image_id"]: line for line in csv.DictReader(file) if line["split"] == split}
    with tarfile.open(data / ARCHIVES[source]) as archive:
        for member in archive:
            line = lines.get(Path(member.name).stem)
            if line is not None and (picture := archive.extractfile(member)) is not None:
                yield line, picture.read()


def measure(data: Path, site: Site) -> dict[str, Any]:
    """For each copy and diagnosis, how many pictures were told which tier."""
    client, steps = Client(LocalSite(site)), {}
    for source in ARCHIVES:
        told: dict[str, Counter[str]] = {}
        for line, picture in tqdm(asked(data, source), desc=source, mininterval=10):
            told.setdefault(line["dx"], Counter())[_tier(picture, client)] += 1
        steps[source] = {dx: dict(sorted(told[dx].items())) for dx in sorted(told)}
    versions = {name: site.world.classifiers.champion(name).manifest.version for name in MODELS}
    return {"models": versions, "steps": steps}


def _tier(picture: bytes, client: Client) -> str:
    answer = client.post("/api/assess", json={"images": [{"image": base64.b64encode(picture).decode()}]})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    tier: str = answer.get_json()["next_step"]["tier"]
    return tier


def share(part: int, whole: int) -> tuple[float, float, float]:
    """A share with its 95 % interval (Wilson 1927, doi:10.1080/01621459.1927.10502953)."""
    value, denominator = part / whole, 1 + Z**2 / whole
    middle = (value + Z**2 / (2 * whole)) / denominator
    half = Z * math.sqrt(value * (1 - value) / whole + Z**2 / (4 * whole**2)) / denominator
    return value, max(0.0, middle - half), min(1.0, middle + half)


def summed(steps: dict[str, dict[str, int]], codes: Collection[str]) -> Counter[str]:
    """The tiers of several diagnoses together."""
    return sum((Counter(steps[dx]) for dx in codes if dx in steps), Counter())


def markdown(found: dict[str, Any]) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in found["models"].items())
    lines = [
        "# What people are told",
        "",
        f"Every picture of HAM10000's test split sent to `/api/assess` by itself, without answers to any question; "
        f"{versions}. Not-skin and poor pictures are told `routine` or more and to send another. Brackets: 95 % "
        "intervals over pictures (Wilson); pictures of one lesion resemble each other, so the true ones are wider.",
        "",
        "`.venv/bin/python -m tests.benchmarks.steps --data ../data`",
    ]
    for source, steps in found["steps"].items():
        lines += ["", f"## {source}", "", f"| what it was | pictures | {' | '.join(TOLD)} |", "|---|---|---|---|---|"]
        lines += [_row(name, summed(steps, codes)) for name, codes in [*GROUPS.items(), *((dx, [dx]) for dx in steps)]]
    return "\n".join(lines) + "\n"


def _row(name: str, told: Counter[str]) -> str:
    whole = told.total()
    cells = (f"{told[tier]}: {spanned(told[tier], whole)}" for tier in TOLD)
    return f"| {name} | {whole} | {' | '.join(cells)} |"


def spanned(part: int, whole: int) -> str:
    value, low, high = share(part, whole)
    return f"{value:.1%} [{low:.1%}, {high:.1%}]"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="ham10000.csv and its archives")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(options.data, build(Settings(data=folder, log_level="ERROR")))
    REPORT.mkdir(exist_ok=True)
    (REPORT / "report.json").write_text(json.dumps(found, indent=1) + "\n")
    (REPORT / "report.md").write_text(markdown(found))
    print(markdown(found))


if __name__ == "__main__":
    main()
