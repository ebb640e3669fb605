"""Every adapter of the stores, empty: a test that asks for `records` or `blobs` runs once on each."""

from pathlib import Path

import pytest

from dermaloop.ports import Blobs, PortableRecords
from dermaloop.wiring import Settings, stores
from tests.emulators.fixtures import GoogleProject


def _stores(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[PortableRecords, Blobs]:
    if request.param == "local":
        return stores(Settings(data=str(tmp_path / "deep" / "store")))
    project: GoogleProject = request.getfixturevalue("google")
    return stores(Settings(backend="gcp", project=project.name, bucket=project.bucket))


@pytest.fixture(params=["local", "gcp"])
def records(request: pytest.FixtureRequest, tmp_path: Path) -> PortableRecords:
    return _stores(request, tmp_path)[0]


@pytest.fixture(params=["local", "gcp"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    return _stores(request, tmp_path)[1]
