"""Fits the head that explains the doctors' readings and stays as near to the champion's as they allow."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from dermaloop.contract.decision import probabilities
from model_export.retraining.flat import Floats, Head

Truth = NDArray[np.intp]

PULLS = (3000.0, 1000.0, 300.0, 100.0, 30.0, 10.0, 3.0, 1.0)
"""How strongly the head is held back, from hardly moving on; the first is kept unless another one is plainly better."""
PLAINLY = 0.01  # nats a picture


class Fitted(NamedTuple):
    """A head, how strongly it was held back, and how surprised it and the champion are by the validation pictures."""

    head: Head
    pull: float
    surprise: float
    champion_surprise: float

    @property
    def learnt(self) -> bool:
        return self.surprise < self.champion_surprise - PLAINLY


def fit(champion: Head, temperature: float, *, train: tuple[Floats, Truth], validation: tuple[Floats, Truth]) -> Fitted:
    """A convex problem for each pull, so the same pictures give the same head; validation chooses among them."""
    before = surprise(champion, temperature, *validation)
    best: Fitted | None = None
    for pull in PULLS:
        head = fit_pulled(champion, temperature, *train, pull=pull)
        found = surprise(head, temperature, *validation)
        if best is None or found < best.surprise - PLAINLY:
            best = Fitted(head, pull, found, before)
    assert best is not None  # noqa: S101 - there is at least one pull
    return best


def surprise(head: Head, temperature: float, features: Floats, truth: Truth) -> float:
    """Nats a picture."""
    answer = probabilities(features @ head.kernel.T + head.bias, temperature)
    return float(-np.log(np.maximum(answer[np.arange(len(truth)), truth], 1e-12)).mean())


def fit_pulled(champion: Head, temperature: float, features: Floats, truth: Truth, *, pull: float) -> Head:
    """Softmax regression with the classes weighted by the root of their rarity, pulled to the champion's head."""
    classes, width = champion.kernel.shape
    wanted = np.eye(classes)[truth]
    weights = _weights(truth, classes)
    start = np.concatenate([champion.kernel, champion.bias[:, None]], axis=1)
    inputs = np.concatenate([features, np.ones((len(features), 1))], axis=1)

    def loss(flat: Floats) -> tuple[float, Floats]:
        moved = flat.reshape(classes, width + 1)
        answer = probabilities(inputs @ moved.T, temperature)
        told = -np.log(np.maximum((answer * wanted).sum(axis=1), 1e-12))
        slope = ((answer - wanted) * weights[:, None]).T @ inputs / temperature
        away = moved - start
        return float((weights * told).sum() + pull * (away**2).sum() / 2), (slope + pull * away).ravel()

    found = minimize(loss, start.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": 300})
    moved = found.x.reshape(classes, width + 1)
    return Head(moved[:, :-1], moved[:, -1])


def _weights(truth: Truth, classes: int) -> Floats:
    counts = np.bincount(truth, minlength=classes).astype(np.float64)
    weights = np.sqrt(len(truth) / np.maximum(counts, 1))[truth]
    return np.asarray(weights * len(truth) / weights.sum())
