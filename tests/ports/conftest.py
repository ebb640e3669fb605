"""Every adapter of the stores, one port at a time."""

import pytest

from dermaloop.ports import Blobs, PortableRecords, Stores


@pytest.fixture
def records(stores: Stores) -> PortableRecords:
    return stores.records


@pytest.fixture
def blobs(stores: Stores) -> Blobs:
    return stores.blobs
