"""What are people told? Every test picture through `/api/assess`, and the next step beside what the lesion was.

    .venv/bin/python -m tests.benchmarks.steps --data ../data

The champions as bundled, in the product as it runs: quality, refusals, both models and the rules that stand over them,
and no answer to any question. A minute. `--data` is HAM10000 as archives and a CSV (`model_export/README.md`).
"""

import argparse
import base64
import json
import tempfile
from collections import Counter
from collections.abc import Collection
from pathlib import Path
from typing import Any

from tqdm import tqdm
from werkzeug.test import Client

from dermaloop.contract.labels import VOCABULARIES, read_vocabulary
from dermaloop.devserver import LocalSite
from dermaloop.web import Site
from dermaloop.wiring import Settings, build
from model_export.metrics import share_of
from model_export.readers.archives import COPIES, read_archives

REPORT = Path(__file__).parents[2] / "model_export" / "reports" / "steps"
MODELS = ("disease", "malignancy")
DISEASE = read_vocabulary(VOCABULARIES / "disease.json")
GROUPS = {
    "malignant": [label.code for label in DISEASE.labels if label.malignant],
    "benign": [label.code for label in DISEASE.labels if not label.malignant],
}
TOLD = ("urgent", "routine", "self_care")  # no picture by itself is an emergency


def measure(data: Path, site: Site) -> dict[str, Any]:
    """For each copy and diagnosis, how many pictures were told which tier."""
    client = Client(LocalSite(site))
    steps: dict[str, dict[str, Counter[str]]] = {source: {} for source in COPIES}
    samples = [sample for sample in read_archives(data) if sample.split == "test" and sample.source in COPIES]
    for sample in tqdm(samples, desc="assess", mininterval=10):
        told = steps[sample.source].setdefault(sample.labels["disease"], Counter())
        told[_tier(sample.origin.read(data), client)] += 1
    versions = {name: site.world.classifiers.champion(name).manifest.version for name in MODELS}
    return {"models": versions, "steps": {source: _sorted(told) for source, told in steps.items()}}


def _sorted(told: dict[str, Counter[str]]) -> dict[str, dict[str, int]]:
    return {dx: dict(sorted(told[dx].items())) for dx in sorted(told)}


def _tier(picture: bytes, client: Client) -> str:
    answer = client.post("/api/assess", json={"images": [{"image": base64.b64encode(picture).decode()}]})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    tier: str = answer.get_json()["next_step"]["tier"]
    return tier


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
    value, low, high = share_of(part, whole)
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
