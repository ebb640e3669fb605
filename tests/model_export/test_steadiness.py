"""A picture looked at eight ways, and a head that leans less on how common a class is."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from model_export import __main__ as command_line
from model_export.errors import ExportError
from model_export.steadiness import WAYS, ways
from model_export.targets import UNKNOWN, log_shares
from tests.servers import ROOT


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


@pytest.mark.parametrize("command", ["steady", "reproduce"])
def test_a_model_that_was_cut_off_is_named_and_nothing_is_written(
    command: str, lesions: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(ROOT / "functions" / "models" / "disease", tmp_path / "models" / "disease")
    with (tmp_path / "models" / "disease" / "model.tflite").open("r+b") as file:
        file.truncate(100_000)
    reports, work = tmp_path / "reports", tmp_path / "work"
    given = ["--data", lesions, "--models", tmp_path / "models", "--reports", reports, "--work", work]
    assert command_line.main([command, *map(str, given)]) == 1
    assert "was changed or cut off" in capsys.readouterr().err
    assert not reports.exists()
