"""Features of prepared pictures under a frozen network, computed once: heads then train in seconds."""

from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from model_export.network import POOLED, Model
from model_export.writing import replacing


def pooled(model: Model) -> Model:
    """The network up to the features that the heads read."""
    return keras.Model(model.input, model.get_layer(POOLED).output)


def features_of(
    trunk: Model, pixels: NDArray[np.uint8], positions: list[int], *, cache: Path | None = None, batch: int = 64
) -> NDArray[np.float32]:
    """The features of these pictures, in their order; kept in `cache` where one is given."""
    if cache is not None and cache.exists():
        return np.asarray(np.load(cache))
    batches = [
        trunk.predict_on_batch(np.asarray(pixels[positions[start : start + batch]], dtype=np.float32))
        for start in tqdm(range(0, len(positions), batch), desc="features", mininterval=5)
    ]
    features = np.concatenate(batches).astype(np.float32)
    if cache is not None:
        with replacing(cache) as part:
            np.save(part, features)
    return features
