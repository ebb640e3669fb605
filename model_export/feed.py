"""Deals pictures into batches: a step of a seed always gets the same pictures, so a killed run can go on."""

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from model_export.dataset import Snapshot
from model_export.recipe import Recipe

Positions = NDArray[np.intp]


class Feed:
    """The training split in an order that depends on seed and epoch alone.

    A picture that exists small and sharp is seen in one copy at a time, the sharp one equally often in every class:
    otherwise the share of sharp copies, which differs by class, would teach the network to read the resolution.
    """

    def __init__(self, snapshot: Snapshot, recipe: Recipe, main: NDArray[np.intp]) -> None:
        copies: dict[str, list[int]] = defaultdict(list)
        for position in snapshot.where(split="train"):
            copies[snapshot.samples[position].picture or snapshot.samples[position].key].append(position)
        pictures = list(copies.values())
        self._small = np.array([found[0] for found in pictures], dtype=np.intp)
        self._sharp = np.array([found[-1] for found in pictures], dtype=np.intp)
        labels = main[self._small]
        self._chance = _sharp_chance(self._small != self._sharp, labels, recipe.sharp_share)
        self._main = np.flatnonzero(labels >= 0)
        self._extra = np.flatnonzero(labels < 0)
        self._extra_per_epoch = min(len(self._extra), round(len(self._main) * recipe.extra_share))
        self._seed, self._batch = recipe.seed, recipe.batch
        self._epoch: tuple[int, Positions] = (-1, np.empty(0, dtype=np.intp))

    @property
    def steps_per_epoch(self) -> int:
        return max(1, (len(self._main) + self._extra_per_epoch) // self._batch)

    def positions(self, step: int) -> Positions:
        """The samples of one batch."""
        epoch, index = divmod(step, self.steps_per_epoch)
        if self._epoch[0] != epoch:
            self._epoch = (epoch, self._deal(epoch))
        return self._epoch[1][index * self._batch : (index + 1) * self._batch]

    def _deal(self, epoch: int) -> Positions:
        rng = np.random.default_rng([self._seed, epoch])
        extra = rng.permutation(self._extra)[: self._extra_per_epoch]
        order = rng.permutation(np.concatenate([self._main, extra]))
        sharp = rng.random(len(order)) < self._chance[order]
        return np.array(np.where(sharp, self._sharp[order], self._small[order]), dtype=np.intp)


def _sharp_chance(has_sharp: NDArray[np.bool_], labels: NDArray[np.intp], share: float) -> NDArray[np.float64]:
    """With what chance each picture is seen sharp, so that every class is seen sharp equally often."""
    chance = np.zeros(len(labels))
    for label in np.unique(labels):
        members = labels == label
        available = has_sharp[members].mean()
        if available > 0:
            chance[members & has_sharp] = min(1.0, share / available)
    return chance
