"""How alike pictures look to a model, from short sketches of its embeddings."""

import base64
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

SIZE = 32
KEPT = 500
_LEAST_SPREAD = 0.1  # of their length: where all that is known is alike, it says nothing of what is usual

Sketches = NDArray[np.float32]


def sketch(embedding: Sequence[float], model_sha256: str) -> str:
    """The embedding projected to a few directions that never change; distances stay about what they were.

    It begins with the model's digest: embeddings of two models have nothing to do with each other.
    """
    projected = np.asarray(embedding, dtype=np.float32) @ _directions(len(embedding))
    return f"{model_sha256[:8]}:{base64.b64encode(projected.astype('<f2').tobytes()).decode()}"


def novelty(one: str, others: Sequence[str]) -> float:
    """From 0, a near-duplicate of one of the others, to 1, as far from all of them as they are from each other."""
    model = one.partition(":")[0]
    known = [other for other in others if other.startswith(model)]
    if not known:
        return 1.0
    around = _vectors(known)
    nearest = float(np.linalg.norm(around - _vectors([one]), axis=1).min())
    spread = float(np.linalg.norm(around - around.mean(axis=0), axis=1).mean())
    length = float(np.linalg.norm(around, axis=1).mean())
    typical = max(spread, _LEAST_SPREAD * length)
    return min(1.0, nearest / typical) if typical > 0 else float(nearest > 0)


def _vectors(sketches: Sequence[str]) -> Sketches:
    raw = b"".join(base64.b64decode(each.partition(":")[2]) for each in sketches)
    return np.frombuffer(raw, dtype="<f2").astype(np.float32).reshape(len(sketches), SIZE)


@lru_cache(maxsize=4)
def _directions(length: int) -> Sketches:
    directions: Sketches = np.random.default_rng(0).normal(0, SIZE**-0.5, (length, SIZE)).astype(np.float32)
    return directions
