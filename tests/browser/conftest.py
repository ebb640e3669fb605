"""One browser and one server for all of these tests; every visit starts with empty storage."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.browsers import Visit, chromium, missing, visiting
from tests.servers import Server, local_server

expect.set_options(timeout=60_000)  # a machine that runs every test at once is slow

Visiting = Callable[..., AbstractContextManager[Visit]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    lacking = missing()
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if lacking:
                item.add_marker(pytest.mark.skip(reason=lacking))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with local_server(tmp_path_factory.mktemp("browser")) as started:
        yield started


@pytest.fixture
def visit(browser: Browser, server: Server) -> Visiting:
    return partial(visiting, browser, server.address)
