"""Makes augmented batches a few steps ahead of the training, in threads."""

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model_export.augment import view
from model_export.feed import Feed, Positions
from model_export.looks import damage

AHEAD = 4
SETTLING = 1_000_000  # steps that no training reaches, so that settling sees other views


class Batches:
    """Batches whose every random choice follows from seed and step."""

    def __init__(self, feed: Feed, pixels: NDArray[np.uint8], seed: int, strength: float = 1.0) -> None:
        self._feed, self._pixels, self._seed, self._strength = feed, pixels, seed, strength

    def make(self, step: int, positions: Positions, size: int) -> tuple[Any, Positions]:
        rng = np.random.default_rng([self._seed, 1, step])
        pictures = np.stack([damage(self._pixels[position], rng) for position in positions])
        return view(pictures, size, rng, self._strength), positions

    def stream(self, sizes: Sequence[int], start: int) -> Iterator[tuple[Any, Positions]]:
        """The batches from `start` on, each of its step's size."""
        with ThreadPoolExecutor(1) as pool:
            waiting: deque[Any] = deque()
            for step in range(start, len(sizes)):
                waiting.append(pool.submit(self.make, step, self._feed.positions(step), sizes[step]))
                if len(waiting) > AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

    def pictures(self, feed: Feed, number: int, size: int) -> Iterator[Any]:
        for step in range(SETTLING, SETTLING + number):
            yield self.make(step, feed.positions(step), size)[0]
