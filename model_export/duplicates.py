"""Finds pictures of one lesion that slipped into two splits under different names, by how they look."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

from model_export.dataset import Sample

WIDE = 16
CLOSE = 14  # of 256 bits; two pictures of different lesions differ in about 90
FLATTEST = 24.0  # grey levels: below this a picture has too little in it to be told from another
BLOCK = 512

Fingerprints = NDArray[np.uint64]


def fingerprint(picture: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Whether each of 16x16 places is brighter than its right neighbour, as four 64-bit words."""
    grey = Image.fromarray(picture).convert("L").resize((WIDE + 1, WIDE), Image.Resampling.BOX)
    values = np.asarray(grey, dtype=np.int16)
    if np.ptp(values) < FLATTEST:
        return np.zeros(WIDE * WIDE // 64, dtype=np.uint64)
    return np.packbits(values[:, 1:] > values[:, :-1]).view(np.uint64)


def across_splits(samples: Sequence[Sample], pixels: NDArray[np.uint8]) -> list[tuple[int, int, int]]:
    """Pairs (position, position, differing bits) of alike pictures that lie in different splits and groups."""
    prints = np.stack([fingerprint(pixels[p]) for p in tqdm(range(len(samples)), desc="fingerprints", mininterval=5)])
    splits = np.array([sample.split for sample in samples])
    groups = np.unique([sample.group for sample in samples], return_inverse=True)[1]
    told = prints.any(axis=1)
    found: list[tuple[int, int, int]] = []
    for start in range(0, len(samples), BLOCK):
        rows = slice(start, start + BLOCK)
        differing = np.bitwise_count(prints[rows, None] ^ prints[None, start:]).sum(axis=2, dtype=np.int64)
        apart = (splits[rows, None] != splits[None, start:]) & (groups[rows, None] != groups[None, start:])
        close = np.argwhere((differing <= CLOSE) & apart & told[rows, None] & told[None, start:])
        found += [(start + int(a), start + int(b), int(differing[a, b])) for a, b in close.tolist()]
    return sorted({(min(a, b), max(a, b), bits) for a, b, bits in found})
