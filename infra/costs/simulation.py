"""A day of requests, second by second: how many instances Cloud Run would start, how long people wait, what it costs.

Each second's arrivals are drawn around the day's curve and shared by the instances that are ready. An instance has one
CPU and answers at most `concurrency` requests at once; new ones are asked for when more than 60 % of the places or of
the CPU are in use, are ready after a cold start, and are let go after a quarter of an hour without work.
"""

import bisect
import math
import random
from dataclasses import dataclass, field

from infra.costs.prices import cpu_seconds, prices

HOURS = (2, 1, 1, 1, 1, 2, 4, 7, 9, 9, 8, 8, 9, 9, 8, 8, 8, 9, 11, 13, 14, 12, 8, 4)
"""The share of a day's photos in each hour: people look at their skin in the evening."""
DAY = 86_400
_TARGET = 0.6
_IDLE = 900
_STEP = 0.02
_BINS = tuple(_STEP * 1.05**number for number in range(180))


@dataclass(frozen=True)
class Setting:
    """The function that is simulated, as main.tf sizes it."""

    concurrency: int = 8
    min_instances: int = 0
    max_instances: int = 100
    cold_start: float = field(default_factory=lambda: float(prices()["use"]["cold_start_seconds"]))
    cpu: float = field(default_factory=cpu_seconds)
    waiting: float = field(
        default_factory=lambda: float(prices()["use"]["upload_seconds"] + prices()["use"]["store_seconds"])
    )


@dataclass
class Simulated:
    """What a day came to. `latencies` counts answers in `_BINS`; the upload is left out, as it is the sender's line."""

    predictions: int = 0
    cold: int = 0
    most_instances: int = 0
    billed_seconds: float = 0.0
    instances: list[int] = field(default_factory=list)
    arrivals: list[int] = field(default_factory=list)
    latencies: list[int] = field(default_factory=lambda: [0] * (len(_BINS) + 1))

    def latency(self, share: float) -> float:
        """Seconds within which this share of the requests was answered."""
        wanted, seen = share * sum(self.latencies), 0
        for number, count in enumerate(self.latencies):
            seen += count
            if seen >= wanted and seen:
                return _BINS[min(number, len(_BINS) - 1)]
        return 0.0

    @property
    def cost(self) -> float:
        """USD a day for the functions, nothing free."""
        table = prices()["functions"]
        instance = self.billed_seconds * (table["cpu_second"] + table["gib_second"])
        return float(instance + self.predictions / 1e6 * table["million_requests"])


def rate(second: int, daily: float) -> float:
    """Requests a second at this time of the day, between the hours' middles on a straight line."""
    place = second / 3600 - 0.5
    hour, part = math.floor(place), place - math.floor(place)
    now = HOURS[hour % 24] * (1 - part) + HOURS[(hour + 1) % 24] * part
    return daily * now / sum(HOURS) / 3600


def simulate(daily: float, setting: Setting | None = None, *, seed: int = 1, seconds: int = DAY) -> Simulated:
    """A day with so many predictions; the same seed gives the same day."""
    setting = setting or Setting()
    starting: list[float] = []
    day, numbers = Simulated(), random.Random(seed)  # noqa: S311
    ready, idle_since, backlog = setting.min_instances, 0, 0.0
    for second in range(seconds):
        arrived = _drawn(rate(second, daily), numbers)
        ready += sum(at <= second for at in starting)
        starting = [at for at in starting if at > second]
        wanted = min(setting.max_instances, _wanted(arrived, backlog, setting))
        if wanted > ready + len(starting):
            starting += [second + setting.cold_start] * (wanted - ready - len(starting))
        if wanted >= ready or not ready:
            idle_since = second
        elif second - idle_since > _IDLE:
            ready, idle_since = max(wanted, setting.min_instances), second
        work, capacity = backlog + arrived * setting.cpu, float(ready)
        _note(day, arrived, ready, starting, second, work, setting, numbers)
        backlog = max(0.0, work - capacity)
        day.billed_seconds += _billed(arrived, backlog, ready, setting)
        day.instances.append(ready + len(starting))
        day.arrivals.append(arrived)
    day.most_instances = max(day.instances)
    return day


def _wanted(arrived: int, backlog: float, setting: Setting) -> int:
    """Instances for these requests at 60 % of their places, and of their CPU."""
    places = arrived * (setting.waiting + setting.cpu) / setting.concurrency
    return max(setting.min_instances, math.ceil(max(places, arrived * setting.cpu + backlog / 5) / _TARGET - 1e-9))


def _note(
    day: Simulated,
    arrived: int,
    ready: int,
    starting: list[float],
    second: int,
    work: float,
    setting: Setting,
    numbers: random.Random,
) -> None:
    """Adds the answers of one second: their own work, what others left on the CPU, and a start where all is cold."""
    if not arrived:
        return
    cold = (min(starting) - second) if not ready and starting else 0.0
    busy = min(0.98, arrived * setting.cpu / max(ready, 1))
    queue = max(0.0, work - arrived * setting.cpu) / max(ready, 1)
    for _ in range(min(arrived, 50)):
        own = setting.cpu * numbers.gauss(1.0, 0.15) + numbers.expovariate(1.0) * setting.cpu * busy / (2 * (1 - busy))
        took = max(0.0, own) + queue + cold + float(prices()["use"]["store_seconds"])
        day.latencies[bisect.bisect_left(_BINS, took)] += max(1, arrived // min(arrived, 50))
    day.predictions += arrived
    day.cold += arrived if cold else 0


def _billed(arrived: int, backlog: float, ready: int, setting: Setting) -> float:
    """Instance seconds in which at least one request is open, if the arrivals fall on the instances at random."""
    at_work = arrived * (setting.waiting + setting.cpu) + backlog
    return ready * (1 - math.exp(-at_work / ready)) if ready else min(at_work, 1.0)


def _drawn(mean: float, numbers: random.Random) -> int:
    """A Poisson number; for large means its normal likeness."""
    if mean > 30:
        return max(0, round(numbers.gauss(mean, math.sqrt(mean))))
    limit, product, count = math.exp(-mean), numbers.random(), 0
    while product > limit:
        product *= numbers.random()
        count += 1
    return count
