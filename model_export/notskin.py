"""Fits the region of the embedding where real lesions lie, so that serving can say that a picture shows none."""

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from dermaloop.contract.decision import distance, shows_no_skin
from dermaloop.contract.manifest import NotSkin
from dermaloop.contract.measures import Measures

Floats = NDArray[np.floating]

DIMENSIONS = 48
REFUSED = 0.02
COLD = 0.003  # share of lesions that may be refused for their colours alone ...
WARMEST = 0.2  # ... and the most that is ever asked: pale and grey pictures are skin too
SHRINKAGE = 0.05
SMALLEST = 1e-3  # shorter components are rounding, not pictures


def whitening(features: Floats, dimensions: int = DIMENSIONS) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Kernel and bias that map standardised features to their first principal components, each of unit variance.

    Like scales matter: at int8 all dimensions of an output share one step.
    """
    mean, deviation = features.mean(axis=0, dtype=np.float64), features.std(axis=0, dtype=np.float64) + 1e-6
    _, values, directions = np.linalg.svd((features - mean) / deviation, full_matrices=False)
    lengths = values / np.sqrt(max(len(features) - 1, 1))
    dimensions = min(dimensions, int((lengths > SMALLEST).sum()))
    kernel = directions[:dimensions].T / lengths[:dimensions] / deviation[:, None]
    return kernel.astype(np.float32), (-mean @ kernel).astype(np.float32)


def fit(embedding: Floats, truth: NDArray[np.intp], classes: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A centre per class, and the inverse of the covariance that all share."""
    wide = embedding.astype(np.float64)
    centres = np.stack([wide[truth == index].mean(axis=0) for index in range(classes) if (truth == index).any()])
    present = [index for index in range(classes) if (truth == index).any()]
    rows = {index: row for row, index in enumerate(present)}
    residual = wide - centres[[rows[int(index)] for index in truth]]
    covariance = residual.T @ residual / len(residual)
    shrunk = (1 - SHRINKAGE) * covariance + SHRINKAGE * np.eye(len(covariance)) * np.trace(covariance) / len(covariance)
    return centres, np.linalg.inv(shrunk)


def distances(embedding: Floats, known: NotSkin) -> NDArray[np.float64]:
    """How far each picture lies from the nearest centre, by serving's own measure."""
    return np.array([distance(one, known) for one in embedding])


def region(
    train: Floats,
    truth: NDArray[np.intp],
    classes: int,
    validation: Floats,
    warmth: Floats,
    refused: float = REFUSED,
) -> NotSkin:
    """The region and the least warmth that together refuse `refused` of the validation lesions."""
    centres, precision = fit(train, truth, classes)
    known = NotSkin(
        centres=tuple(tuple(round(float(x), 5) for x in row) for row in centres),
        precision=tuple(tuple(round(float(x), 6) for x in row) for row in precision),
        limit=1.0,
        min_warmth=round(min(float(np.quantile(warmth, COLD)), WARMEST), 4),
    )
    cold = warmth < known.min_warmth
    allowed = max(0, round(refused * len(warmth)) - int(cold.sum()))
    away = np.sort(distances(validation[~cold], known))
    return msgspec.structs.replace(known, limit=round(float(away[len(away) - 1 - allowed]) + 1e-4, 4))


def refused(embedding: Floats, measures: Sequence[Measures], known: NotSkin) -> NDArray[np.bool_]:
    """Serving's own decision for each picture."""
    return np.array([shows_no_skin(one, of, known) for one, of in zip(embedding, measures, strict=True)], dtype=bool)
