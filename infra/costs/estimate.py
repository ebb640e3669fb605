"""The monthly bill for a number of predictions, line by line, as `python -m infra.costs` prints it."""

import math
from dataclasses import dataclass

from infra.costs.prices import cpu_seconds, prices

_SHOWN = (100, 10_000, 1_000_000)
_MONTH = 30 * 86_400


@dataclass(frozen=True)
class Bill:
    lines: dict[str, float]

    @property
    def total(self) -> float:
        return sum(self.lines.values())


def monthly(predictions: int) -> Bill:
    """Paid beyond the free amounts; nothing is shared with other projects of the same billing account."""
    return Bill(
        {
            "functions": _functions(predictions),
            "database": _database(predictions),
            "pictures and models": _storage(predictions),
            "traffic out": _over(predictions * _use("answer_kib") / 2**20, "network", "free_gib")
            * _price("network", "gib_out"),
            "training": _use("trainings_per_month") * _use("training_hours") * _price("training", "hour"),
            "images": _over(_use("images_gib"), "registry", "free_gib") * _price("registry", "gib_month"),
            "logs": _over(predictions * _use("log_kib") / 2**20, "logging", "free_gib") * _price("logging", "gib"),
            "schedule and secrets": _small_things(),
        }
    )


def open_seconds() -> float:
    """How long one request is open, as it is billed: uploads included, in steps of 100 ms."""
    return math.ceil((_use("upload_seconds") + cpu_seconds() + _use("store_seconds")) * 10 - 1e-9) / 10


def table() -> str:
    """As the README shows it."""
    bills = {count: monthly(count) for count in _SHOWN}
    lines = [
        "| USD a month | " + " | ".join(f"{count:,} predictions" for count in _SHOWN) + " |",
        "|---|" + "---:|" * len(_SHOWN),
    ]
    lines += [
        f"| {name} | " + " | ".join(f"{bills[count].lines[name]:,.2f}" for count in _SHOWN) + " |"
        for name in bills[_SHOWN[0]].lines
    ]
    lines.append("| **all** | " + " | ".join(f"**{bills[count].total:,.2f}**" for count in _SHOWN) + " |")
    return "\n".join(lines)


def _functions(predictions: int) -> float:
    """Requests that overlap share an instance's time; here each pays for its own, as with few users a minute."""
    seconds = predictions * open_seconds()
    idle = (
        _use("warm_instances")
        * _MONTH
        * (_price("functions", "idle_cpu_second") + _price("functions", "idle_gib_second"))
    )
    return (
        idle
        + _over(seconds, "functions", "free_cpu_seconds") * _price("functions", "cpu_second")
        + _over(seconds, "functions", "free_gib_seconds") * _price("functions", "gib_second")
        + _over(predictions * 2, "functions", "free_requests") / 1e6 * _price("functions", "million_requests")
    )


def _database(predictions: int) -> float:
    """Point-in-time recovery and backups hold everything once more."""
    kept = predictions * _use("kept_months") * _use("document_kib") / 2**20
    return (
        _over(predictions * _use("reads_per_prediction"), "firestore", "free_reads")
        / 1e5
        * _price("firestore", "hundred_thousand_reads")
        + _over(predictions * _use("writes_per_prediction"), "firestore", "free_writes")
        / 1e5
        * _price("firestore", "hundred_thousand_writes")
        + _over(kept, "firestore", "free_gib") * _price("firestore", "gib_month")
        + kept * (_price("firestore", "gib_month") / 10 + 2 * _price("firestore", "backup_gib_month"))
    )


def _storage(predictions: int) -> float:
    stored = predictions * _use("stored_share")
    kept = stored * _use("kept_months") * _use("photo_mib") / 1024
    return (
        kept * _price("storage", "gib_month")
        + stored / 1e4 * _price("storage", "ten_thousand_writes")
        + (predictions / 10 + _MONTH / 30) / 1e4 * _price("storage", "ten_thousand_reads")
    )


def _small_things() -> float:
    jobs = _over(_use("scheduled_jobs"), "scheduler", "free_jobs") * _price("scheduler", "job_month")
    return jobs + _over(_use("secrets"), "secrets", "free_versions") * _price("secrets", "version_month")


def _over(amount: float, section: str, free: str) -> float:
    return max(0.0, amount - _price(section, free))


def _price(section: str, name: str) -> float:
    return float(prices()[section][name])


def _use(name: str) -> float:
    return float(prices()["use"][name])
