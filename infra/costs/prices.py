"""The table of list prices, and the service time that `make bench` measured."""

import json
import statistics
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


@lru_cache(maxsize=1)
def prices() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("prices.toml").read_text())


@lru_cache(maxsize=1)
def service_times() -> tuple[float, ...]:
    """Seconds of CPU for one prediction of a small photo, each as it was measured."""
    return tuple(ms / 1000 for ms in _section("request")["series"]["total"])


def decoding() -> float:
    """Seconds that a 12-megapixel photo takes beyond a small one."""
    told = next(figure["detail"] for figure in _section("photo")["figures"] if "against" in figure["detail"])
    return float(told.split(" ms")[0]) / 1000


def cpu_seconds() -> float:
    """The CPU time of one prediction on one vCPU at Google's, as assumed."""
    return (statistics.median(service_times()) + decoding()) * float(prices()["use"]["slower"])


def _section(key: str) -> dict[str, Any]:
    report = json.loads((ROOT / "tests" / "benchmarks" / "report.json").read_text())
    found: dict[str, Any] = next(section for section in report["sections"] if section["key"] == key)
    return found
