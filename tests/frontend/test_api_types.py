"""The site is compiled against the API as it is now."""

import pytest

from tests.frontend.api_types import COMMITTED, GENERATOR, generated


@pytest.mark.skipif(
    not GENERATOR.exists(), reason="openapi-typescript is not installed: make frontend/node_modules/.ready"
)
def test_the_sites_types_are_those_of_the_api() -> None:
    assert COMMITTED.read_text() == generated(), "the site's types of the API are stale: make types"
