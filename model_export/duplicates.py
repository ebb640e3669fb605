"""Refuses a data set in which one photo lies in two splits under different names, or under two diagnoses.

Files with the same digest are found exactly; resized, recompressed, mirrored or turned copies by how they look, as
`fingerprints.py` says. Crops of one photo at another place are not found.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model_export.dataset import SPLITS, Sample
from model_export.errors import ExportError
from model_export.fingerprints import KEPT, close_pairs, fingerprints, same_detail

LISTED = 20


class Pair(NamedTuple):
    """Two positions in the data set and how many bits they differ in: -1 where the files are the same."""

    first: int
    second: int
    bits: int


def guard(
    samples: Sequence[Sample], pixels: NDArray[np.uint8], digests: Sequence[str] = (), *, drop: bool = False
) -> list[Sample]:
    """The samples that may be used: all of them, or a refusal; with `drop`, all but the copies that leak."""
    contradicted(samples, digests)
    pairs = across_splits(samples, pixels, digests)
    if pairs and not drop:
        raise ExportError(_listing(samples, pairs))
    return without_copies(samples, pairs)


def across_splits(samples: Sequence[Sample], pixels: NDArray[np.uint8], digests: Sequence[str] = ()) -> list[Pair]:
    """Pairs in different splits that show the same photo, closest first."""
    found = {(a, b): Pair(a, b, -1) for a, b in _same_files(samples, digests)}
    prints, told = fingerprints(pixels)
    rank = np.array([SPLITS.index(sample.split) for sample in samples])
    for low in range(len(SPLITS) - 1):
        ours, theirs = (np.flatnonzero(told & side) for side in (rank == low, rank > low))
        for first, second, bits in close_pairs(prints, ours, theirs):
            a, b = min(first, second), max(first, second)
            if (a, b) not in found and same_detail(pixels[a], pixels[b]):
                found[a, b] = Pair(a, b, bits)
    return sorted(found.values(), key=lambda pair: (pair.bits, pair.first, pair.second))


def without_copies(samples: Sequence[Sample], pairs: Sequence[Pair]) -> list[Sample]:
    """Drops the copy that may be spared: the training one, or validation's where the other is in test."""
    spared = {min(pair[:2], key=lambda position: SPLITS.index(samples[position].split)) for pair in pairs}
    names = {samples[position].picture or samples[position].key for position in spared}
    return [sample for sample in samples if (sample.picture or sample.key) not in names]


def contradicted(samples: Sequence[Sample], digests: Sequence[str]) -> None:
    """Refuses one and the same file under two diagnoses."""
    said: dict[tuple[str, str], Sample] = {}
    for sample, digest in zip(samples, digests, strict=False):
        for task, label in sample.labels.items():
            other = said.setdefault((digest, task), sample)
            if other.labels[task] != label:
                raise ExportError(
                    f"{other.key} and {sample.key} are the same file, but their {task} is {other.labels[task]} and "
                    f"{label}; find out which is right and drop the other"
                )


def _same_files(samples: Sequence[Sample], digests: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Files with the same digest in different splits: each against the first in a later split."""
    places: dict[str, list[int]] = defaultdict(list)
    for position, digest in enumerate(digests):
        places[digest].append(position)
    for positions in places.values():
        for a in positions:
            for b in positions:
                if a < b and samples[a].split != samples[b].split:
                    yield a, b


def _listing(samples: Sequence[Sample], pairs: Sequence[Pair]) -> str:
    sides = Counter(" and ".join(sorted((samples[a].split, samples[b].split))) for a, b, _ in pairs)
    lines = [
        f"  {samples[a].key} ({samples[a].split}) = {samples[b].key} ({samples[b].split}), "
        + ("the same file" if bits < 0 else f"{bits} of {KEPT * KEPT} bits differ")
        for a, b, bits in pairs[:LISTED]
    ]
    more = [f"  ... and {len(pairs) - LISTED} more"] if len(pairs) > LISTED else []
    counted = ", ".join(f"{count} in {side}" for side, count in sorted(sides.items()))
    return "\n".join(
        [
            f"the same photo lies in two splits under different names ({counted}), so test figures would be too good:",
            *lines,
            *more,
            "Give both copies the same lesion or patient, or prepare again with --drop-duplicates.",
        ]
    )
