"""How a JPEG lays out its scans, read from its markers: whether a fraction of it can be decoded, and at what cost."""

import re
from typing import NamedTuple

_MARKER = re.compile(rb"\xff([^\x00\xd0-\xd7\xff])")  # neither a stuffed byte nor a restart
_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_PROGRESSIVE = frozenset({0xC2, 0xC6, 0xCA, 0xCE})


class Scans(NamedTuple):
    """`draftable`: one scan holds the whole picture; otherwise the decoder keeps every coefficient of it in memory."""

    number: int
    draftable: bool


def count_scans(data: bytes) -> Scans:
    """Walks from marker to marker up to the end of the first picture, or to its only scan."""
    number, frame, colours, place = 0, 0, 0, 0
    while (marker := _MARKER.search(data, place)) is not None:
        kind, place = marker[1][0], marker.end()
        if kind == _END:
            break
        if kind == _START:
            continue
        if kind in _FRAMES:
            frame, colours = kind, _byte(data, place + 7)
        elif kind == _SCAN:
            number += 1
            if number == 1 and frame not in _PROGRESSIVE and 0 < colours == _byte(data, place + 2):
                return Scans(1, draftable=True)
        place += int.from_bytes(data[place : place + 2], "big")
    return Scans(number, draftable=False)


def _byte(data: bytes, place: int) -> int:
    return data[place] if place < len(data) else 0
