"""What it costs and how it scales: as the README says, and as common sense expects."""

import re

import pytest

from infra.costs.__main__ import README, written
from infra.costs.estimate import monthly, open_seconds
from infra.costs.prices import cpu_seconds, prices, service_times
from infra.costs.scaling import binds_at, peak
from infra.costs.simulation import DAY, Setting, rate, simulate

HOUR = 3600


def test_the_readme_shows_what_the_scripts_say() -> None:
    readme = README.read_text()
    assert readme == written(readme), "run: make costs"


def test_nothing_is_paid_for_functions_that_nobody_calls() -> None:
    assert monthly(0).lines["functions"] == monthly(0).lines["database"] == 0
    assert monthly(100).total < 5


def test_a_bill_grows_with_use_but_not_faster_than_it() -> None:
    bills = [monthly(count).total for count in (100, 10_000, 1_000_000, 10_000_000)]
    assert bills == sorted(bills)
    assert bills[3] < 10.5 * bills[2] + 100


def test_a_request_is_billed_in_steps_of_100_ms_by_what_was_measured() -> None:
    assert open_seconds() * 10 == pytest.approx(round(open_seconds() * 10))
    assert open_seconds() > cpu_seconds() > min(service_times())


def test_every_price_has_a_source_and_the_table_a_date() -> None:
    table = prices()
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", str(table["date"]))
    priced = {name for name, section in table.items() if isinstance(section, dict)} - {"sources", "use"}
    assert priced == set(table["sources"])
    assert all(quota["source"].startswith("https://") for quota in table["quotas"])


def test_a_day_has_as_many_requests_as_were_asked_for() -> None:
    assert sum(rate(second, 5000) for second in range(0, DAY, 60)) * 60 == pytest.approx(5000, rel=0.01)
    assert max(rate(second, 5000) for second in range(0, DAY, 60)) == pytest.approx(peak(5000), rel=0.01)


def test_more_load_needs_more_instances_and_waits_no_longer() -> None:
    small, large = (simulate(daily, Setting(min_instances=1), seconds=2 * HOUR) for daily in (30_000, 3_000_000))
    assert large.most_instances > small.most_instances
    assert large.latency(0.95) < 2 * small.latency(0.95)


def test_an_instance_kept_warm_spares_the_cold_start() -> None:
    cold = simulate(200, Setting(), seconds=6 * HOUR)
    warm = simulate(200, Setting(min_instances=1), seconds=6 * HOUR)
    assert cold.cold > 0
    assert warm.cold == 0
    assert cold.latency(0.99) > Setting().cold_start > warm.latency(0.99)


def test_too_few_instances_make_people_wait() -> None:
    few = simulate(10_000_000, Setting(min_instances=1, max_instances=2), seconds=HOUR // 2)
    enough = simulate(10_000_000, Setting(min_instances=1, max_instances=500), seconds=HOUR // 2)
    assert few.latency(0.5) > 5 * enough.latency(0.5)


def test_a_quota_binds_where_the_fullest_hour_reaches_it() -> None:
    at = binds_at(500, "writes a second", {})  # needs no simulated day
    assert peak(at) * prices()["use"]["writes_per_prediction"] == pytest.approx(500)
