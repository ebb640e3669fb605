"""Finds one picture that slipped into two splits under different names, by how it looks."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

from model_export.dataset import Sample

SIDE = 16
ALIKE = 0.985
"""Correlation of two thumbnails. Measured on HAM10000: 99 % of the pairs of a small and a sharp copy of one picture lie
above it; no two pictures of different lesions in different splits reach 0.975."""
FLATTEST = 3.0  # grey levels of deviation: below this a picture has too little in it to be told from another
BLOCK = 1024


def fingerprint(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """A thumbnail without its mean colour and contrast, so that a lamp or a setting does not hide a copy."""
    small = Image.fromarray(picture).resize((SIDE, SIDE), Image.Resampling.BOX)
    values = np.asarray(small, dtype=np.float32).reshape(-1, 3)
    values = values - values.mean(axis=0)
    if values.std() < FLATTEST:
        return np.zeros(values.size, dtype=np.float32)
    return np.asarray(values / np.linalg.norm(values), dtype=np.float32).ravel()


def across_splits(samples: Sequence[Sample], pixels: NDArray[np.uint8]) -> list[tuple[int, int, float]]:
    """Pairs (position, position, correlation) of alike pictures that lie in different splits and groups."""
    prints = np.stack([fingerprint(pixels[p]) for p in tqdm(range(len(samples)), desc="fingerprints", mininterval=5)])
    splits = np.unique([sample.split for sample in samples], return_inverse=True)[1]
    groups = np.unique([sample.group for sample in samples], return_inverse=True)[1]
    found: list[tuple[int, int, float]] = []
    for start in range(0, len(samples), BLOCK):
        rows = slice(start, start + BLOCK)
        alike = prints[rows] @ prints[start:].T
        for a, b in np.argwhere(alike > ALIKE).tolist():
            one, other = start + a, start + b
            if one < other and splits[one] != splits[other] and groups[one] != groups[other]:
                found.append((one, other, round(float(alike[a, b]), 4)))
    return found
