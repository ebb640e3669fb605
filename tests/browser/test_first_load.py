"""What the first visit costs: little script, early paint, nothing that jumps."""

import gzip
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Page

from tests.browser.browsers import PHONE, SITE, Visit
from tests.browser.checking import phone_photo, to_answer, until
from tests.browser.conftest import Visiting

SCRIPT_BUDGET = 90_000
LARGEST_PAINT_MS = 1500
FAST_3G = {  # as Chromium's own tools apply it: 1.6 Mbit/s with protocol overhead, 150 ms made 562 ms per request
    "offline": False,
    "latency": 562.5,
    "downloadThroughput": 1.6 * 1024 * 1024 / 8 * 0.9,
    "uploadThroughput": 750 * 1024 / 8 * 0.9,
}
WATCH = """
window.largest = 0; window.shift = 0;
new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.largest = entry.startTime; })
  .observe({ type: "largest-contentful-paint", buffered: true });
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""


def loaded_scripts(one: Visit) -> int:
    """Bytes of script fetched so far, as they travel compressed."""
    names = {urlparse(request.url).path for request in one.requests if request.resource_type == "script"}
    return sum(len(gzip.compress((SITE.parent / name.lstrip("/")).read_bytes(), 6)) for name in names)


def test_the_first_screen_needs_little_script(visit: Visiting) -> None:
    with visit(**PHONE) as one:
        one.go()
        one.page.wait_for_load_state("networkidle")
        first = loaded_scripts(one)
        assert 10_000 < first <= SCRIPT_BUDGET
        assert not [
            name for request in one.requests if (name := request.url) and ("Cropping" in name or "heic" in name)
        ]


def test_the_largest_paint_comes_early_on_fast_3g(visit: Visiting) -> None:
    painted = best_of(10, lambda: first_visit(visit))
    if painted >= LARGEST_PAINT_MS and os.getloadavg()[0] > 2.5 * (os.cpu_count() or 1):
        pytest.skip(f"this machine is too busy to time a page: {painted:.0f} ms at a load of {os.getloadavg()[0]:.1f}")
    assert painted < LARGEST_PAINT_MS


def test_nothing_jumps_from_the_first_screen_to_the_answer(visit: Visiting, tmp_path: Path) -> None:
    with visit(**PHONE) as one:
        one.page.add_init_script(WATCH)
        page = one.go()
        page.wait_for_load_state("networkidle")
        assert shift(page) == 0
        to_answer(page, phone_photo(tmp_path))
        page.wait_for_timeout(300)
        assert shift(page) < 0.02


def first_visit(visit: Visiting) -> float:
    with visit(**PHONE) as one:
        one.context.new_cdp_session(one.page).send("Network.emulateNetworkConditions", FAST_3G)
        one.page.add_init_script(WATCH)
        one.go()
        until(lambda: one.page.evaluate("window.largest") > 0)
        one.page.wait_for_timeout(400)  # something larger might still be painted
        painted: float = one.page.evaluate("window.largest")
        assert shift(one.page) == 0
        return painted


def shift(page: Page) -> Any:
    return page.evaluate("window.shift")


def best_of(times: int, measured: Callable[[], float]) -> float:
    """The least disturbed of several: a busy machine only ever makes it slower."""
    found: list[float] = []
    while len(found) < times and not (found and min(found) < LARGEST_PAINT_MS):
        found.append(measured())
    return min(found)
