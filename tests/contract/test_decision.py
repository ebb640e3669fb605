"""From raw outputs to numbers one may act on."""

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dermaloop.contract.decision import distance, malignant_probability, probabilities, shows_no_skin
from dermaloop.contract.manifest import NotSkin
from dermaloop.contract.measures import measure
from tests.fakes import manifest
from tests.pictures import lesion

LOGITS = st.lists(st.floats(-1e4, 1e4, width=32), min_size=2, max_size=9)
KNOWN = NotSkin(centres=((0.0, 0.0), (10.0, 0.0)), precision=((4.0, 0.0), (0.0, 1.0)), limit=3.0, min_warmth=0.3)
MEASURES = measure(np.asarray(lesion()))


@given(logits=LOGITS, temperature=st.floats(0.05, 20))
def test_probabilities_are_probabilities(logits: list[float], temperature: float) -> None:
    found = probabilities(np.array(logits, np.float32), temperature)
    assert found.sum() == pytest.approx(1, abs=1e-9)
    assert ((found >= 0) & (found <= 1)).all()
    assert found[int(np.argmax(np.array(logits, np.float32)))] == found.max()


def test_by_hand() -> None:
    assert probabilities(np.log([1.0, 3.0]), 1.0) == pytest.approx([0.25, 0.75])
    assert probabilities(np.log([1.0, 9.0]), 2.0) == pytest.approx([0.25, 0.75])


def test_a_higher_temperature_is_less_sure() -> None:
    sure = [probabilities(np.array([0.0, 2.0, 5.0]), temperature).max() for temperature in (0.5, 1.0, 2.0, 10.0)]
    assert sure == sorted(sure, reverse=True)


def test_many_pictures_at_once_as_one_by_one() -> None:
    logits = np.random.default_rng(1).normal(size=(5, 7))
    assert probabilities(logits, 1.3) == pytest.approx(np.stack([probabilities(row, 1.3) for row in logits]))
    together = malignant_probability(probabilities(logits, 1.3), manifest().labels)
    assert together.shape == (5,)


def test_malignancy_is_the_mass_on_malignant_labels() -> None:
    labels = manifest().labels
    assert [label.code for label in labels] == ["akiec", "bcc", "bkl", "df", "mel", "nv", "vasc"]
    share = np.array([0.01, 0.02, 0.3, 0.1, 0.04, 0.5, 0.03])
    assert float(malignant_probability(share, labels)) == pytest.approx(0.07)


def test_distance_is_to_the_nearest_centre_in_the_metric_of_the_lesions() -> None:
    assert distance(np.array([0.0, 0.0]), KNOWN) == 0
    assert distance(np.array([1.0, 0.0]), KNOWN) == pytest.approx(2)
    assert distance(np.array([0.0, 1.0]), KNOWN) == pytest.approx(1)
    assert distance(np.array([9.0, 0.0]), KNOWN) == pytest.approx(2)


@pytest.mark.parametrize(
    ("embedding", "warmth", "none"),
    [((0.0, 2.9), 0.9, False), ((0.0, 3.1), 0.9, True), ((0.0, 0.0), 0.29, True), ((0.0, 0.0), 0.3, False)],
)
def test_no_skin_is_too_far_or_too_cold(embedding: tuple[float, float], warmth: float, none: bool) -> None:
    measures = msgspec.structs.replace(MEASURES, warmth=warmth)
    assert shows_no_skin(np.array(embedding), measures, KNOWN) is none
