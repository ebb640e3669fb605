"""The queue's curve: both orders live the same life but for the order, and the committed report says what was found."""

from pathlib import Path

import msgspec
import numpy as np
import pytest

from tests.benchmarks import queue_curve, queue_report
from tests.benchmarks.queue_curve import Pictures, live

pytestmark = pytest.mark.training


@pytest.fixture
def pictures(monkeypatch: pytest.MonkeyPatch) -> Pictures:
    """Seven overlapping heaps, one of them rare, in eight dimensions."""
    for name, value in (("FIRST", 20), ("ROUNDS", 3), ("READ", 10)):
        monkeypatch.setattr(queue_curve, name, value)
    rng = np.random.default_rng(0)
    truth = rng.choice(7, 300, p=[0.05, 0.1, 0.1, 0.05, 0.15, 0.5, 0.05])
    seen = rng.normal(0, 1, (300, 8)) + 2 * np.eye(8)[truth]
    return Pictures(seen[:200], truth[:200], seen[200:], truth[200:])


def test_both_orders_begin_alike_and_read_as_much(pictures: Pictures) -> None:
    queue, chance = live(pictures, "queue", 1), live(pictures, "random", 1)
    assert queue[0] == chance[0]
    assert [each["labels"] for each in queue] == [each["labels"] for each in chance] == [20, 30, 40, 50]
    assert queue[1:] != chance[1:]
    assert live(pictures, "queue", 1) == queue


def test_the_committed_report_is_made_of_the_committed_figures() -> None:
    folder = Path(queue_curve.REPORT)
    found = msgspec.json.decode((folder / "report.json").read_bytes())
    assert (folder / "report.md").read_text(encoding="utf-8") == queue_report.markdown(found)
