"""Where a training may begin: ImageNet weights, a network that was trained before, or an int8 model that serves."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from model_export.errors import ExportError
from model_export.native.parameters import from_keras
from model_export.native.trunk import Weights

Arrays = dict[str, NDArray[np.float32]]


def read(path: Path) -> Weights:
    """Weights by their Keras names, whichever file holds them."""
    if not path.exists():
        raise ExportError(f"there are no weights to begin with at {path}")
    arrays = _champion(path.read_bytes()) if path.suffix == ".tflite" else _arrays(path)
    return {name: from_keras(name, value) for name, value in arrays.items() if not name.startswith("Logits")}


def _arrays(path: Path) -> Arrays:
    try:
        with np.load(path) as file:
            return {name: file[name] for name in file.files}
    except (OSError, ValueError) as error:
        raise ExportError(f"{path} holds no weights: {error}") from error


def _champion(model: bytes) -> Arrays:
    """The convolutions of an int8 file; its head stays behind, for a recipe may ask other questions."""
    from model_export.retraining.backbone import unpack

    with TemporaryDirectory() as folder:
        unpack(model, Path(folder) / "backbone.npz")
        return _arrays(Path(folder) / "backbone.npz")
