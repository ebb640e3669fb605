"""Fits the region of the embedding where real lesions lie, so that serving can say that a picture shows none."""

import numpy as np
from numpy.typing import NDArray

from dermaloop.contract.manifest import NotSkin

Floats = NDArray[np.floating]

DIMENSIONS = 48
REFUSED = 0.02
SHRINKAGE = 0.05


def whitening(features: Floats, dimensions: int = DIMENSIONS) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Kernel and bias that map pooled features to their first principal components, each of unit variance.

    Like scales matter: at int8 all dimensions of an output share one step.
    """
    mean = features.mean(axis=0, dtype=np.float64)
    _, values, directions = np.linalg.svd(features - mean, full_matrices=False)
    dimensions = min(dimensions, len(values))
    deviations = np.maximum(values[:dimensions] / np.sqrt(max(len(features) - 1, 1)), 1e-6)
    kernel = directions[:dimensions].T / deviations
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


def distances(embedding: Floats, centres: Floats, precision: Floats) -> NDArray[np.float64]:
    """The Mahalanobis distance of each picture to its nearest centre."""
    gaps = embedding.astype(np.float64)[:, None, :] - centres[None]
    return np.asarray(np.sqrt(np.einsum("nck,kl,ncl->nc", gaps, precision, gaps).min(axis=1)))


def region(train: Floats, truth: NDArray[np.intp], classes: int, validation: Floats, refused: float = REFUSED) -> NotSkin:
    """The region whose limit refuses `refused` of the validation lesions."""
    centres, precision = fit(train, truth, classes)
    limit = float(np.quantile(distances(validation, centres, precision), 1 - refused))
    return NotSkin(
        centres=tuple(tuple(round(float(x), 5) for x in row) for row in centres),
        precision=tuple(tuple(round(float(x), 6) for x in row) for row in precision),
        limit=round(limit, 4),
    )


def refused_share(embedding: Floats, region: NotSkin) -> float:
    found = distances(embedding, np.asarray(region.centres), np.asarray(region.precision))
    return float((found > region.limit).mean())
