"""What can be said of a photo from its pixels alone: sharpness, light, contrast, and where the lesion lies."""

import msgspec
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dermaloop.contract.images import Pixels

_SIDE = 112  # measured at half the models' size, so that small and large originals compare alike
_DARK, _BRIGHT = 12.0, 247.0

Grey = NDArray[np.float32]


class Measures(msgspec.Struct, frozen=True):
    """Numbers about one square picture; `contract.manifest.QualityLimits` says which are acceptable.

    `brightness` and `contrast` are grey levels (0 to 255); `clipped` is the share of the centre that is black or
    white; `lesion_area` and `border_touch` are shares of the picture and of its rim that the lesion covers;
    `off_centre` is the lesion's distance from the middle, where 1 is the rim; `warmth` is the share of the picture
    that has the colours of skin and blood of any tone: more red than green, and not much more blue than red.
    """

    sharpness: float
    brightness: float
    contrast: float
    clipped: float
    lesion_area: float
    border_touch: float
    off_centre: float
    warmth: float


def measure(pixels: Pixels) -> Measures:
    """Measures a square uint8 RGB picture; deterministic, about half a millisecond."""
    small = _shrink(pixels)
    grey = np.asarray(small.convert("L"), dtype=np.float32)
    centre = grey[_SIDE // 8 : -_SIDE // 8, _SIDE // 8 : -_SIDE // 8]
    area, touch, off_centre = _framing(small)
    return Measures(
        sharpness=_sharpness(grey),
        brightness=float(centre.mean()),
        contrast=float(centre.std()),
        clipped=float(((centre < _DARK) | (centre > _BRIGHT)).mean()),
        lesion_area=area,
        border_touch=touch,
        off_centre=off_centre,
        warmth=_warmth(small),
    )


def _shrink(pixels: Pixels) -> Image.Image:
    """Averages 2x2 blocks at the usual size; other sizes are brought to it first."""
    picture = Image.fromarray(pixels)
    if pixels.shape[0] != 2 * _SIDE:
        picture = picture.resize((2 * _SIDE, 2 * _SIDE), Image.Resampling.BILINEAR)
    return picture.reduce(2)


def _sharpness(grey: Grey) -> float:
    """The variance of the Laplacian, on a logarithmic scale."""
    laplacian = 4 * grey[1:-1, 1:-1] - grey[:-2, 1:-1] - grey[2:, 1:-1] - grey[1:-1, :-2] - grey[1:-1, 2:]
    return float(np.log10(laplacian.var() + 1e-3))


def _warmth(small: Image.Image) -> float:
    red, green, blue = np.asarray(small.reduce(2), dtype=np.int16).transpose(2, 0, 1)
    return float(((red > green + 8) & (red > blue - 12)).mean())


def _framing(small: Image.Image) -> tuple[float, float, float]:
    """How much of the picture stands out from its surround, how much of the rim that covers, and how far off it is."""
    coarse = np.asarray(small.reduce(4), dtype=np.float32)
    rim = _rim(coarse.shape[0])
    surround = _median(coarse[rim])
    distance = np.sqrt(((coarse - surround) ** 2).sum(axis=2))
    lesion = distance > max(_otsu(distance), 12.0)
    area = float(lesion.mean())
    if area == 0:
        return 0.0, 0.0, 0.0
    rows, columns = np.nonzero(lesion)
    weight = distance[lesion]
    half = (coarse.shape[0] - 1) / 2
    off = np.hypot(np.average(rows, weights=weight) - half, np.average(columns, weights=weight) - half) / half
    return area, float(lesion[rim].mean()), float(off)


def _median(values: Grey) -> Grey:
    """Numpy's, bit for bit, of an even number of rows; its own loads masked arrays at the first call, for 10 ms."""
    half = len(values) // 2
    middle = np.partition(values, (half - 1, half), axis=0)[half - 1 : half + 1]
    return np.asarray(middle.mean(axis=0), dtype=np.float32)


def _rim(side: int) -> NDArray[np.bool_]:
    rim = np.ones((side, side), dtype=bool)
    rim[2:-2, 2:-2] = False
    return rim


def _otsu(values: NDArray[np.floating]) -> float:
    """The cut that separates two groups best (Otsu 1979, doi:10.1109/TSMC.1979.4310076)."""
    width = max(float(values.max()), 1e-6) / 64
    counts = np.bincount(np.minimum(values / width, 63).astype(np.intp).ravel(), minlength=64)
    middles = (np.arange(64) + 0.5) * width
    below = np.cumsum(counts)
    above = below[-1] - below
    sums = np.cumsum(counts * middles)
    apart = (below > 0) & (above > 0)
    if not apart.any():
        return float(values.max())
    gap = sums[apart] / below[apart] - (sums[-1] - sums[apart]) / above[apart]
    return float(middles[apart][int((below[apart] * above[apart] * gap**2).argmax())])
