"""What a doctor says of one image is bounded, so that it always fits where it is kept."""

import msgspec
import pytest

from dermaloop.records.findings import MOST_POINTS_IN_ALL, MOST_RUNS_IN_ALL, MOST_SHAPES, Findings

ONE_MEBIBYTE = 2**20
LONG = 0.12345678901234567


def convert(**said: object) -> Findings:
    return msgspec.convert(said, Findings)


def test_the_fullest_annotation_fits_into_a_document_twice() -> None:
    corners = [[LONG, LONG]] * 1000
    shapes: list[dict[str, object]] = [{"type": "polygon", "points": corners}] * (MOST_POINTS_IN_ALL // 1000)
    runs = MOST_RUNS_IN_ALL // 2
    shapes += [
        {"type": "rle", "width": 2000, "height": 2000, "counts": [133] * (runs - 1) + [4_000_000 - 133 * (runs - 1)]}
    ] * 2
    box = {"type": "box", "x": LONG, "y": LONG, "width": LONG, "height": LONG}
    shapes += [box] * (MOST_SHAPES - len(shapes))
    fullest = convert(diagnosis="mel", notes="ä" * 4000, shapes=shapes)
    assert 2 * len(msgspec.json.encode(fullest)) < ONE_MEBIBYTE


@pytest.mark.parametrize(
    "shapes",
    [
        [{"type": "box", "x": 0, "y": 0, "width": 1, "height": 1}] * (MOST_SHAPES + 1),
        [{"type": "polygon", "points": [[0, 0]] * 2000}] * 3,
        [{"type": "rle", "width": 200, "height": 200, "counts": [2] * 20_000}] * 4,
    ],
)
def test_more_is_refused(shapes: list[object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        convert(shapes=shapes)
