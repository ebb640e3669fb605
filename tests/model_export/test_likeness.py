"""Fitting by what two photos of one lesion are known: it leans on what tells pairs apart, and lets few others pass."""

import msgspec
import numpy as np

from dermaloop.contract.likeness import SIGNS
from model_export.likeness import Pairs, figures, judged, passing, weighed


def test_it_leans_on_the_sign_that_tells_pairs_apart_and_lets_few_impostors_pass() -> None:
    rng = np.random.default_rng(1)
    genuine = np.arange(400) % 4 == 0
    found = rng.normal(size=(400, len(SIGNS)))
    found[:, SIGNS.index("detail")] += 3 * genuine
    some = Pairs(found, genuine)
    fitted = weighed(some)
    assert max(fitted.weights, key=lambda name: abs(fitted.weights[name])) == "detail"
    fitted = msgspec.structs.replace(fitted, threshold=passing(judged(fitted, some), genuine), least_detail=0.01)
    told = figures(fitted, some)
    assert told["wrongly_confirmed"][0] <= 0.02
    assert told["confirmed"][0] > 0.5
    assert told["confirmed"][1] < told["confirmed"][0] < told["confirmed"][2]
