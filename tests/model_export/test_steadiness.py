"""A picture looked at eight ways, and a head that leans less on how common a class is."""

import numpy as np
import pytest

from model_export.errors import ExportError
from model_export.steadiness import WAYS, ways
from model_export.targets import UNKNOWN, log_shares


def test_the_eight_ways_are_all_different_and_hold_the_same_pixels() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    seen = list(ways(picture))
    assert np.array_equal(seen[0], picture)
    assert len({one.tobytes() for one in seen}) == len(seen) == WAYS
    assert {tuple(np.sort(one.reshape(-1, 3), axis=0).ravel()) for one in seen} == {
        tuple(np.sort(picture.reshape(-1, 3), axis=0).ravel())
    }


def test_shares_leave_out_what_is_not_known_and_name_the_class_that_has_no_picture() -> None:
    truth = np.array([0, 0, 0, 1, UNKNOWN])
    assert np.exp(log_shares(truth, 2)) == pytest.approx([0.75, 0.25])
    with pytest.raises(ExportError, match="no picture of red: add some"):
        log_shares(truth, 3, ("pale", "dark", "red"))
