"""The figures agree with what one can count by hand."""

import numpy as np
import pytest

from model_export import evaluate, metrics
from model_export.dataset import Origin, Sample

CODES = ("a", "b", "c")


def judged(probabilities: list[list[float]], truth: list[int], threshold: float | None = 0.5) -> metrics.Judged:
    malignant = np.array([False, False, True])
    return metrics.Judged(np.array(probabilities), np.array(truth, dtype=np.intp), CODES, malignant, threshold)


def random_judged(number: int = 200) -> metrics.Judged:
    rng = np.random.default_rng(3)
    truth = rng.integers(0, 3, number)
    scores = rng.dirichlet(np.ones(3), number) + 0.3 * np.eye(3)[truth]
    return judged((scores / scores.sum(axis=1, keepdims=True)).tolist(), truth.tolist())


def test_area_under_the_curve_counts_pairs_and_halves_ties() -> None:
    score, positive = np.array([0.9, 0.8, 0.8, 0.3, 0.1]), np.array([True, True, False, False, True])
    pairs = [(p, n) for p in score[positive] for n in score[~positive]]
    by_hand = sum(1.0 if p > n else 0.5 if p == n else 0.0 for p, n in pairs) / len(pairs)
    assert metrics.auc(score, positive, np.ones(5)) == pytest.approx(by_hand)


def test_counting_a_picture_twice_is_the_same_as_having_it_twice() -> None:
    one = random_judged(60)
    counts = np.random.default_rng(1).integers(0, 4, 60)
    repeated = one.take(np.repeat(np.arange(60), counts))
    weighted = metrics.figures(one, counts.astype(float))
    for name, value in metrics.figures(repeated).items():
        assert weighted[name] == pytest.approx(value), name


def test_recalls_average_to_balanced_accuracy_whatever_the_shares() -> None:
    sure = [[1.0, 0.0, 0.0]] * 8 + [[0.0, 1.0, 0.0]] + [[1.0, 0.0, 0.0]]
    found = metrics.figures(judged(sure, [0] * 8 + [1] + [2]))
    assert found["accuracy"] == pytest.approx(0.9)
    assert found["balanced_accuracy"] == pytest.approx(2 / 3)
    assert (found["a.recall"], found["b.recall"], found["c.recall"]) == (1.0, 1.0, 0.0)
    assert found["a.precision"] == pytest.approx(8 / 9)


def test_the_threshold_decides_who_is_called_malignant() -> None:
    found = metrics.figures(judged([[0.5, 0.1, 0.4], [0.2, 0.2, 0.6], [0.9, 0, 0.1], [0.3, 0, 0.7]], [2, 2, 0, 1]))
    assert found["malignant_sensitivity"] == pytest.approx(0.5)
    assert found["malignant_specificity"] == pytest.approx(0.5)
    assert found["ppv_at_10_percent"] == pytest.approx(0.1)


def test_specificity_at_a_sensitivity_is_read_where_it_is_first_reached() -> None:
    score, positive = np.array([0.9, 0.7, 0.6, 0.5, 0.2]), np.array([True, False, True, False, False])
    assert metrics.specificity_at(score, positive, np.ones(5), 0.5) == pytest.approx(1.0)
    assert metrics.specificity_at(score, positive, np.ones(5), 0.95) == pytest.approx(2 / 3)


def test_calibration_error_is_nought_for_honest_confidence() -> None:
    confidence = np.full(100, 0.8)
    honest, boastful = np.arange(100) < 80, np.arange(100) < 50
    assert metrics.calibration_error(confidence, honest, np.ones(100)) == pytest.approx(0.0, abs=1e-9)
    assert metrics.calibration_error(confidence, boastful, np.ones(100)) == pytest.approx(0.3)


def test_intervals_hold_the_value_and_are_wider_when_pictures_share_lesions() -> None:
    one = random_judged(200)
    alone = metrics.bootstrap(one, [str(index) for index in range(200)], rounds=200)
    shared = metrics.bootstrap(one.take(np.repeat(np.arange(50), 4)), [str(i // 4) for i in range(200)], rounds=200)
    value = metrics.figures(one)["accuracy"]
    assert alone["accuracy"][0] < value < alone["accuracy"][1]
    assert np.subtract(*shared["accuracy"]) < 1.5 * np.subtract(*alone["accuracy"])


def test_a_class_that_never_occurs_does_not_break_the_averages() -> None:
    found = metrics.figures(judged([[0.9, 0.05, 0.05], [0.1, 0.8, 0.1]], [0, 1]))
    assert found["balanced_accuracy"] == 1.0
    assert np.isnan(found["c.recall"])


def test_the_error_of_the_surest_answers_is_that_of_the_curve_and_counts_weights() -> None:
    one = random_judged(80)
    coverage, risk = metrics.risk_coverage(one)
    shares = np.array([0.5, 0.75, 1.0])
    assert metrics.risks(one, shares) == pytest.approx([risk[np.searchsorted(coverage, s - 1e-9)] for s in shares])
    counts = np.random.default_rng(2).integers(0, 3, 80)
    repeated = one.take(np.repeat(np.arange(80), counts))
    assert metrics.risks(one, shares[2:], counts.astype(float)) == pytest.approx(metrics.risks(repeated, shares[2:]))


def picture(number: int, diagnosis: str, sex: str) -> Sample:
    labels = {"letters": "c", "disease": diagnosis}
    return Sample(f"p{number}", f"g{number}", "test", "full", labels, Origin("p.jpg"), attributes={"sex": sex})


def test_slices_tell_of_melanomas_alone_and_each_figure_has_its_interval() -> None:
    one = random_judged(120)
    samples = [picture(n, "mel" if n % 3 == 0 else "nv", "female" if n < 100 else "male") for n in range(120)]
    found = evaluate.measured(one, samples, rounds=50)
    assert set(found["slices"]) == {
        "diagnosis=mel", "diagnosis=nv", "sex=female", "age=unknown", "site=unknown", "confirmation=unknown"
    }  # fmt: skip
    assert found["slices"]["diagnosis=mel"]["pictures"] == 40
    for values in found["slices"].values():
        value, low, high = values["malignant_sensitivity"]
        assert low <= value <= high
    for value, low, high in found["abstaining"].values():
        assert low <= value <= high
