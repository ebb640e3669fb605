"""What is fitted on validation does there what it promises."""

import numpy as np

from dermaloop.contract.decision import probabilities
from dermaloop.contract.measures import measure
from model_export import calibrate


def overconfident(number: int = 4000, temperature: float = 2.5) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 1.5, (number, 4))
    shares = probabilities(logits, 1.0)
    truth = np.array([rng.choice(4, p=row) for row in shares])
    return logits * temperature, truth


def test_temperature_undoes_overconfidence() -> None:
    logits, truth = overconfident()
    assert abs(calibrate.fit_temperature(logits, truth) - 2.5) < 0.15


def test_threshold_reaches_its_sensitivity_and_no_higher_one_does() -> None:
    rng = np.random.default_rng(1)
    malignant = rng.random(1000) < 0.2
    score = np.clip(rng.normal(0.3 + 0.3 * malignant, 0.2), 0, 1)
    threshold = calibrate.fit_malignant_threshold(score, malignant)
    assert (score[malignant] >= threshold).mean() >= 0.95
    higher = np.min(score[malignant & (score > threshold)])
    assert (score[malignant] >= higher).mean() < 0.95


def test_abstention_brings_the_risk_down_but_never_refuses_more_than_allowed() -> None:
    logits, truth = overconfident()
    answers = probabilities(logits, 2.5)
    below = calibrate.fit_uncertain_below(answers, truth)
    refused = (answers.max(axis=1) < below).mean()
    assert 0 < refused <= calibrate.MOST_ABSTAINED + 1e-9
    kept = answers.max(axis=1) >= below
    wrong = answers.argmax(axis=1) != truth
    assert wrong[kept].mean() < wrong.mean()


def test_a_model_that_is_always_right_abstains_from_nothing() -> None:
    answers = np.full((50, 2), 0.1)
    answers[:, 0] = 0.9
    assert (answers.max(axis=1) >= calibrate.fit_uncertain_below(answers, np.zeros(50, dtype=np.intp))).all()


def test_photo_limits_let_nearly_all_real_photos_pass_and_catch_black_and_blur() -> None:
    rng = np.random.default_rng(2)
    photos = [
        np.clip(rng.normal(150, 30, (224, 224, 3)) + 10 * rng.normal(), 0, 255).astype(np.uint8) for _ in range(60)
    ]
    limits = calibrate.fit_quality([measure(photo) for photo in photos])
    refused = [calibrate.breaks(measure(photo), limits) for photo in photos]
    assert sum(bool(names) for names in refused) <= 12
    assert "sharpness" in calibrate.breaks(measure(np.full((224, 224, 3), 150, np.uint8)), limits)
    assert limits.max_brightness >= 225
    assert limits.min_contrast <= 5
    assert "dark" in calibrate.breaks(measure(np.zeros((224, 224, 3), np.uint8)), limits)
