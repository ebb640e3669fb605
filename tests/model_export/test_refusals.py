"""Pictures without skin lie far from lesions, spoilt photos break the limits, and the made set never changes."""

from collections import Counter

import numpy as np

from dermaloop.contract.decision import distance
from dermaloop.contract.measures import Measures
from model_export import notskin, refusals
from model_export.oddities import oddities
from tests.fakes import manifest


def measured(warmth: float) -> Measures:
    return Measures(2.0, 150.0, 30.0, 0.0, 0.3, 0.0, 0.1, warmth)


def test_the_made_set_is_varied_and_always_the_same() -> None:
    first, again = list(oddities(48)), list(oddities(48))
    kinds = Counter(kind for kind, _ in first)
    assert len(first) > 400
    assert len(kinds) >= 10
    assert all((a == b).all() for (_, a), (_, b) in zip(first, again, strict=True))
    assert all(picture.shape == (48, 48, 3) and picture.dtype == np.uint8 for _, picture in first)
    prints = {picture.tobytes() for _, picture in first}
    assert len(prints) > 0.97 * len(first)


def test_whitening_gives_every_dimension_the_same_scale_and_drops_what_is_rounding() -> None:
    rng = np.random.default_rng(0)
    hidden = rng.normal(0, 1, (800, 5)) * [100, 10, 1, 0.5, 0.2]
    features = np.concatenate([hidden, hidden[:, :2] * 3], axis=1)
    kernel, bias = notskin.whitening(features, 12)
    embedding = features @ kernel + bias
    assert embedding.shape[1] == 5
    assert np.allclose(embedding.std(axis=0), 1, atol=0.02)
    assert np.allclose(embedding.mean(axis=0), 0, atol=1e-3)


def test_the_region_refuses_its_share_of_lesions_and_what_lies_far_off() -> None:
    rng = np.random.default_rng(1)
    truth = rng.integers(0, 3, 3000)
    lesions = rng.normal(0, 1, (3000, 6)) + 4 * np.eye(6)[truth]
    warmth = rng.uniform(0, 1, 1000)
    known = notskin.region(lesions[:2000], truth[:2000], 3, lesions[2000:], warmth)
    assert 0 < known.min_warmth < 0.01
    seen = [measured(share) for share in warmth]
    assert notskin.refused(lesions[2000:], seen, known).sum() == 20
    assert notskin.refused(rng.normal(0, 12, (1000, 6)), seen, known).mean() > 0.9
    assert notskin.refused(lesions[:1], [measured(0.0)], known).all()
    found = notskin.distances(lesions[:3], known)
    assert found[1] == distance(lesions[1], known)


def test_a_class_without_pictures_has_no_centre() -> None:
    rng = np.random.default_rng(2)
    centres, _ = notskin.fit(rng.normal(0, 1, (40, 4)), np.array([0, 2] * 20), 3)
    assert centres.shape == (2, 4)


def test_blurred_and_uniform_photos_are_caught_and_the_plain_ones_pass() -> None:
    rng = np.random.default_rng(3)
    photos = [np.clip(rng.normal(150, 25, (224, 224, 3)), 0, 255).astype(np.uint8) for _ in range(6)]
    found = refusals.quality(manifest(), photos)
    assert found["pictures"] == 6
    assert found["caught"]["black"] == 1.0
    assert found["caught"]["white"] == 1.0
    assert found["caught"]["blurred, sigma 6"] == 1.0
    assert "sharpness" not in found["refused_by_measure"]
