"""Batches of augmented pictures, made a few steps ahead by a process of their own."""

import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import suppress
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model_export.feed import Feed, Positions
from model_export.looks import damage, lights, square, transforms
from model_export.native.library import call
from model_export.recipe import Recipe

Pixels = NDArray[np.uint8]

AHEAD = 5
MIXED = 0.5  # of the pictures, where a recipe mixes at all


class Batch(NamedTuple):
    """Pictures, the samples they show, and of which other picture of the batch how much was mixed in."""

    pictures: Pixels
    positions: Positions
    partners: Positions
    shares: NDArray[np.float32]


def make(
    pixels: Pixels, positions: Positions, size: int, seed: Sequence[int], *, mixing: float, strength: float
) -> Batch:
    """Every random choice follows from the seed."""
    rng = np.random.default_rng(list(seed))
    number, side = len(positions), pixels.shape[1]
    sources = [np.ascontiguousarray(damage(np.asarray(pixels[position]), rng)) for position in positions]
    maps = np.ascontiguousarray(transforms(number, side, size, rng, square(strength))[:, :6])
    light = np.concatenate([part.reshape(number, -1) for part in lights(number, rng, strength)], axis=1)
    seen = np.empty((number, size, size, 3), np.uint8)
    for index, source in enumerate(sources):
        call("view", source, side, seen[index], size, maps[index], light[index])
    return _mixed(seen, positions, rng, mixing)


def _mixed(seen: Pixels, positions: Positions, rng: np.random.Generator, mixing: float) -> Batch:
    """Some pictures shine through others (mixup, arXiv:1710.09412), never more than by half."""
    number = len(seen)
    if mixing <= 0:
        return Batch(seen, positions, np.arange(number), np.ones(number, np.float32))
    drawn = rng.beta(mixing, mixing, number)
    shares = np.where(rng.random(number) < MIXED, np.maximum(drawn, 1 - drawn), 1.0).astype(np.float32)
    partners = rng.permutation(number)
    out = seen.copy()
    for index in np.flatnonzero(shares < 1):
        blend = seen[index] * shares[index] + seen[partners[index]] * (1 - shares[index])
        out[index] = blend.astype(np.uint8)
    return Batch(out, positions, partners, shares)


_shown: list[Pixels] = []  # the maker process's own view of the prepared pictures


def _begin(pixels: Pixels) -> None:
    _shown.append(pixels)
    with suppress(AttributeError):
        os.nice(5)


def _make(positions: Positions, size: int, seed: tuple[int, ...], mixing: float, strength: float) -> Batch:
    return make(_shown[0], positions, size, seed, mixing=mixing, strength=strength)


def stream(feed: Feed, pixels: Pixels, sizes: Sequence[int], start: int, recipe: Recipe) -> Iterator[Batch]:
    """The batches from step `start` on, each of its step's size."""
    with ProcessPoolExecutor(1, initializer=_begin, initargs=(pixels,)) as pool:
        waiting: deque[Future[Batch]] = deque()
        for step in range(start, len(sizes)):
            positions = feed.positions(step).copy()
            seed = (recipe.seed, 1, step)
            waiting.append(pool.submit(_make, positions, sizes[step], seed, recipe.mixing, recipe.strength))
            if len(waiting) > AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
