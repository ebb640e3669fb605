"""Shows where a model looked: its activation map for one class, coloured over the picture."""

import base64
import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dermaloop.contract.images import Pixels

# Dark violet over orange to pale yellow: it grows lighter all the way, so it reads without colour vision too.
_ANCHORS = np.array([[20, 11, 52], [122, 29, 109], [213, 72, 66], [251, 155, 6], [252, 255, 164]], dtype=np.float32)
_STRONGEST = 0.65


def heatmap(pixels: Pixels, activation: NDArray[np.float32]) -> str:
    """A data: URL of the picture with the map laid over it; what did not speak for the class keeps its colours."""
    heat = _heat(activation, pixels.shape[0])[..., None]
    mixed = pixels * (1 - _STRONGEST * heat) + _palette(heat[..., 0]) * (_STRONGEST * heat)
    out = io.BytesIO()
    Image.fromarray(mixed.astype(np.uint8)).save(out, "PNG", compress_level=1)
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


def _heat(activation: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    """The positive part of the map, from 0 to 1, as large as the picture."""
    positive = np.maximum(activation, 0).astype(np.float32)
    small = Image.fromarray(positive / max(float(positive.max()), 1e-6))
    return np.asarray(small.resize((side, side), Image.Resampling.BICUBIC)).clip(0, 1)


def _palette(heat: NDArray[np.float32]) -> NDArray[np.float32]:
    table = np.stack([np.interp(np.linspace(0, 4, 256), range(5), _ANCHORS[:, c]) for c in range(3)], axis=1)
    return table[(heat * 255).astype(np.uint8)].astype(np.float32)
