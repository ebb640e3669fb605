"""Measures on a machine that others use too: what they take of the cores is seen, and disturbed spells are repeated."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import psutil

from tests.benchmarks.load import Load, drive
from tests.benchmarks.servers import Server

QUIET = 0.04  # of all cores, taken by others

T = TypeVar("T")


def least_disturbed(attempt: Callable[[], tuple[T, float]], *, attempts: int) -> tuple[T, float]:
    """The result of the least disturbed attempt, and the share of all cores that others took meanwhile.

    An attempt gives its result and the processor seconds of the servers it measured. A quiet one ends the series.
    """
    results: list[tuple[T, float]] = []
    while len(results) < attempts:
        began, all_before, own_before = time.perf_counter(), _busy(), _own()
        result, served = attempt()
        available = (time.perf_counter() - began) * (os.cpu_count() or 1)
        others = _busy() - all_before - (_own() - own_before) - served
        results.append((result, max(0.0, others / available)))
        if results[-1][1] <= QUIET:
            break
    return min(results, key=lambda pair: pair[1])


def drive_quietly(server: Server, path: str, body: Path, *, clients: int, seconds: float) -> Load:
    """A load that was disturbed as little as two attempts allow."""

    def attempt() -> tuple[Load, float]:
        before = server.cpu_seconds()
        load = drive(server.port, path, body, clients=clients, seconds=seconds)
        return load, server.cpu_seconds() - before

    load, disturbed = least_disturbed(attempt, attempts=2)
    load.disturbed = disturbed
    return load


def _busy() -> float:
    """Seconds that all cores together have worked, or were lent to other machines."""
    times = psutil.cpu_times()
    return float(sum(times) - times.idle - getattr(times, "iowait", 0.0) - getattr(times, "guest", 0.0))


def _own() -> float:
    """Processor seconds of this process and of the finished ones it started, the load generators among them."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
