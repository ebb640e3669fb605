"""Days of growing load, simulated: latency, instances and cost, and the quotas that bind first."""

from infra.costs.prices import prices
from infra.costs.simulation import DAY, HOURS, Setting, Simulated, simulate

DAILY = (1_000, 33_000, 330_000, 3_300_000, 33_000_000)
_WARM = 1


def report() -> tuple[str, dict[int, Simulated]]:
    """The table and the days behind it."""
    lines = [
        "| predictions a day | at most a second | instances | p50 | p95 | p99 | cold | functions, USD a day |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    days = {
        daily: simulate(daily, Setting(min_instances=_WARM if daily >= 10_000 else 0, max_instances=100_000))
        for daily in DAILY
    }
    for daily, day in days.items():
        seen = " | ".join(f"{day.latency(share):.2f} s" for share in (0.5, 0.95, 0.99))
        cold = f"{day.cold / max(1, day.predictions):.1%}"
        lines.append(f"| {daily:,} | {peak(daily):,.1f} | {day.most_instances:,} | {seen} | {cold} | {day.cost:,.2f} |")
    return "\n".join([*lines, "", *_quotas(days)]), days


def peak(daily: float) -> float:
    """Requests a second in the fullest hour."""
    return daily * max(HOURS) / sum(HOURS) / 3600


def binds_at(limit: float, per: str, days: dict[int, Simulated]) -> float:
    """Predictions a day from which on a limit is reached in the fullest hour."""
    use = prices()["use"]
    each = {
        "stored pictures a second": peak(1) * use["stored_share"],
        "writes a second": peak(1) * use["writes_per_prediction"],
        "log bytes a minute": peak(1) * 60 * use["log_kib"] * 1024,
    }
    if per in each:
        return limit / float(each[per])
    most = max(days)
    return limit / (days[most].most_instances / most)


def _quotas(days: dict[int, Simulated]) -> list[str]:
    lines = ["| what binds | limit | from predictions a day |", "|---|---:|---:|"]
    found = [(binds_at(quota["limit"], quota["per"], days), quota) for quota in prices()["quotas"]]
    for at, quota in sorted(found, key=lambda pair: pair[0]):
        lines.append(f"| [{quota['name']}]({quota['source']}) | {quota['limit']:,} | {_rounded(at):,} |")
    return lines


def _rounded(value: float) -> int:
    digits = len(str(int(value)))
    return int(round(value, 2 - digits))


__all__ = ["DAILY", "DAY", "binds_at", "peak", "report"]
