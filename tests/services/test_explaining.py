"""The heatmap is a picture of the picture, warmest where the model's map is."""

import base64
import io

import numpy as np
from PIL import Image

from dermaloop.services.explaining import heatmap


def decoded(url: str) -> np.ndarray:
    head, _, data = url.partition(",")
    assert head == "data:image/png;base64"
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB")).astype(int)


def test_only_what_spoke_for_the_label_is_coloured() -> None:
    grey = np.full((224, 224, 3), 90, dtype=np.uint8)
    activation = np.full((7, 7), -3, dtype=np.float32)
    activation[1, 5] = 4
    shown = decoded(heatmap(grey, activation))
    changed = np.abs(shown - 90).sum(axis=2)
    row, column = np.unravel_index(changed.argmax(), changed.shape)
    assert shown.shape == (224, 224, 3)
    assert 32 <= row < 64
    assert 160 <= column < 192
    assert changed[150:, :100].max() == 0


def test_a_map_that_speaks_against_everywhere_leaves_the_picture_as_it_is() -> None:
    picture = np.random.default_rng(1).integers(0, 255, (96, 96, 3), dtype=np.uint8)
    assert (decoded(heatmap(picture, np.full((3, 3), -1, dtype=np.float32))) == picture).all()
