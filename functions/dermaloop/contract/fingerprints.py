"""How a picture looks, in 256 bits, and whether two show the same photo, however it was resized, mirrored or turned.

The fingerprint is a perceptual hash: the signs of the 16 x 16 lowest frequencies (DCT) of the grey 32 x 32 picture. The
first 64 bits are the 8 x 8 lowest, and sift; the rest decides. Mirroring or turning a picture only swaps or inverts
frequencies, so all eight positions are looked up without decoding anything again. Small dark spots on even skin, and
the round rim of a dermatoscope, look alike in low frequencies, so whoever is close is compared once more in the fine
detail of its middle. `model_export/fingerprints.py` says how well this tells photos apart.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIDE, KEPT, SIFTED = 32, 16, 8
CLOSE = 36  # of all 256 bits
DETAIL, COARSE = 64, 16
ALIKE = 0.7  # correlation of what a 64 x 64 picture shows beyond a 16 x 16 one
FLATTEST = 3.0  # grey levels of spread: below this a picture shows too little to be told from another

Bits = NDArray[np.bool_]
Words = NDArray[np.uint64]
Greys = NDArray[np.float32]


def fingerprints_of(pictures: NDArray[np.uint8]) -> tuple[Bits, NDArray[np.bool_]]:
    """256 bits a picture, lowest frequencies first, and whether it shows enough to be told from another."""
    small = np.stack([_small(picture) for picture in pictures])
    waves = np.einsum("ij,njk,lk->nil", _WAVES, small, _WAVES, optimize=True)
    return waves[:, _ROWS, _COLUMNS] > 0, small.std(axis=(1, 2)) >= FLATTEST


def words_of(prints: Bits) -> Words:
    """The same in four words a picture."""
    return np.ascontiguousarray(np.packbits(prints, axis=1)).view(np.uint64)


def positions_of(prints: Bits) -> Iterator[Bits]:
    """The fingerprints as they would be had the pictures been mirrored, turned, or both."""
    for turned in (prints, prints[:, _SWAPPED]):
        for upside, sideways in ((False, False), (True, False), (False, True), (True, True)):
            inverted = (upside & _ODD_ROWS) ^ (sideways & _ODD_COLUMNS)
            yield turned ^ inverted


def same_detail(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> bool:
    """Whether two pictures also agree in what low frequencies do not show, in any of the eight positions."""
    ours, theirs = _detail(first), _detail(second)
    scale = float(np.linalg.norm(ours) * np.linalg.norm(theirs))
    turned = (np.rot90(side, quarter) for side in (theirs, theirs[:, ::-1]) for quarter in range(4))
    return scale == 0.0 or max(float((ours * side).sum()) for side in turned) >= ALIKE * scale


def _detail(picture: NDArray[np.uint8]) -> Greys:
    fine = Image.fromarray(picture).convert("L").resize((DETAIL, DETAIL), Image.Resampling.BOX)
    coarse = fine.resize((COARSE, COARSE), Image.Resampling.BOX).resize(fine.size, Image.Resampling.BICUBIC)
    return (np.asarray(fine, dtype=np.float32) - np.asarray(coarse, dtype=np.float32)) * _DISC


def _small(picture: NDArray[np.uint8]) -> Greys:
    grey = Image.fromarray(picture).convert("L").resize((SIDE, SIDE), Image.Resampling.BOX)
    values: Greys = np.asarray(grey, dtype=np.float32)
    return values - np.float32(values.mean())


def _wave_table() -> Greys:
    frequency, place = np.arange(KEPT)[:, None], np.arange(SIDE)[None]
    return np.cos(np.pi * frequency * (2 * place + 1) / (2 * SIDE)).astype(np.float32)


def _disc() -> NDArray[np.bool_]:
    """The middle of a picture, without the rim that a round dermatoscope draws into each of its photos."""
    away = np.arange(DETAIL) - (DETAIL - 1) / 2
    inside: NDArray[np.bool_] = np.hypot(away[:, None], away[None]) <= 0.4 * DETAIL
    return inside


_DISC = _disc()
_WAVES = _wave_table()
_ORDER = sorted(np.ndindex(KEPT, KEPT), key=lambda place: (max(place) >= SIFTED, place))
_ROWS, _COLUMNS = (np.array(places) for places in zip(*_ORDER, strict=True))
_SWAPPED = np.array([_ORDER.index((column, row)) for row, column in _ORDER])
_ODD_ROWS, _ODD_COLUMNS = _ROWS % 2 == 1, _COLUMNS % 2 == 1
