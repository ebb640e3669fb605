"""Brings outlines to their true shape, to one place, size and turn."""

import numpy as np
from numpy.typing import NDArray

from dermaloop.contract.outlines import Points

Floats = NDArray[np.float64]


def unsquashed(points: Points, width: int, height: int) -> Points:
    """In the picture's true shape, its longer side 1."""
    return points * (np.array([width, height]) / max(width, height))


def upright(shape: Points) -> Points:
    """The shape about its centroid, its longer principal axis along x, its area 1."""
    size, centre, moments = moments_of(shape)
    _, axes = np.linalg.eigh(moments)
    return np.asarray((shape - centre) @ axes[:, ::-1] / np.sqrt(abs(size)))


def moments_of(shape: Points) -> tuple[float, Points, Floats]:
    """A polygon's area, centroid and central second moments, by Green's theorem."""
    x, y = shape[:, 0], shape[:, 1]
    nx, ny = np.roll(x, -1), np.roll(y, -1)
    cross = x * ny - nx * y
    size = float(cross.sum() / 2) or 1e-12
    centre = np.array([((x + nx) * cross).sum(), ((y + ny) * cross).sum()]) / (6 * size)
    xx = ((x * x + x * nx + nx * nx) * cross).sum() / (12 * size) - centre[0] ** 2
    yy = ((y * y + y * ny + ny * ny) * cross).sum() / (12 * size) - centre[1] ** 2
    xy = ((x * ny + 2 * x * y + 2 * nx * ny + nx * y) * cross).sum() / (24 * size) - centre[0] * centre[1]
    return size, centre, np.array([[xx, xy], [xy, yy]])
