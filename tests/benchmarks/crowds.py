"""Throughput and latency with one, two, four and eight clients that never pause."""

import os
import tempfile
from pathlib import Path

from tests.benchmarks.figures import Figure, Section, median, quantile
from tests.benchmarks.load import Load, drive
from tests.benchmarks.quiet import drive_quietly
from tests.benchmarks.servers import running
from tests.benchmarks.stimuli import ROUTES, small_request

CROWDS = (1, 2, 4, 8)
ROUNDS, SECONDS = 5, 3.0


def measure() -> Section:
    loads: dict[int, list[Load]] = {clients: [] for clients in CROWDS}
    with running() as server, tempfile.TemporaryDirectory() as folder:
        body = Path(folder) / "body.json"
        body.write_bytes(small_request())
        drive(server.port, ROUTES["disease"], body, clients=max(CROWDS), seconds=1)
        for _ in range(ROUNDS):
            for clients in CROWDS:
                loads[clients].append(drive_quietly(server, ROUTES["disease"], body, clients=clients, seconds=SECONDS))
    rates = {clients: median([load.per_second for load in found]) for clients, found in loads.items()}
    cores = os.cpu_count() or 1
    full = max(rate for clients, rate in rates.items() if clients <= cores)
    return Section(
        key="crowd",
        title="Throughput with many clients",
        figures=[*_beyond(rates, full, cores), *_tails(loads), *_rates(rates, loads)],
        series={
            f"{clients} clients": [ms for load in found for ms in load.latencies_ms] for clients, found in loads.items()
        },
    )


def _beyond(rates: dict[int, float], full: float, cores: int) -> list[Figure]:
    return [
        Figure(
            name=f"Requests per second with {clients} clients, against the best with up to {cores} (the cores)",
            value=rate / full,
            bar="at least",
            limit=0.95,
            detail=f"{rate:.0f}/s against {full:.0f}/s; 5 % are allowed for noise",
        )
        for clients, rate in rates.items()
        if clients > cores
    ]


def _tails(loads: dict[int, list[Load]]) -> list[Figure]:
    """The 99th percentile against the median, round by round."""
    figures = []
    for clients, found in loads.items():
        ratios = [quantile(load.latencies_ms, 0.99) / median(load.latencies_ms) for load in found]
        middle, late = (median([quantile(load.latencies_ms, share) for load in found]) for share in (0.5, 0.99))
        asked = clients == 2
        figures.append(
            Figure(
                name=f"p99 against p50 with {clients} client{'s' if clients > 1 else ''}",
                value=median(ratios),
                bar="below" if asked else "none",
                limit=4.0 if asked else None,
                detail=f"{late:.1f} ms against {middle:.1f} ms",
            )
        )
    return figures


def _rates(rates: dict[int, float], loads: dict[int, list[Load]]) -> list[Figure]:
    return [
        Figure(
            name=f"Requests per second with {clients} client{'s' if clients > 1 else ''}",
            value=rate,
            unit="/s",
            detail=f"the load generator took {median([load.share for load in loads[clients]]):.1%} of one core, "
            f"other work {median([load.disturbed for load in loads[clients]]):.1%} of all",
        )
        for clients, rate in rates.items()
    ]
