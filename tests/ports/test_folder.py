"""What only the folder of files can suffer."""

from pathlib import Path

import pytest

from dermaloop.adapters.folder import FolderBlobs
from dermaloop.errors import StoreUnavailable


def test_a_store_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreUnavailable):
        FolderBlobs(tmp_path / "file").write("a", b"x")
