"""The joint risk adds care and takes none; what was fitted for another model says nothing."""

import pytest

from dermaloop.contract.fusion import PLACES, Fusion, fused
from dermaloop.contract.labels import TIERS
from dermaloop.contract.questions import Answers
from dermaloop.knowledge import fusion as shipped
from dermaloop.services import fusing
from dermaloop.services.advising import next_step
from dermaloop.services.fusing import fuse, raised
from tests.fakes import FixedClassifier, manifest
from tests.services.readings import reading_of

SHA = manifest("malignancy").sha256
FUSION = Fusion(
    model="malignancy",
    sha256=SHA,
    fitted="2026-11-21",
    intercept=0.0,
    photo=1.0,
    age_known=0.0,
    age=0.5,
    age_squared=0.0,
    sex={"female": -0.1, "male": 0.1},
    site={"face": 0.3, "back": -0.3},
    threshold=0.2,
)
PHOTO = reading_of(FixedClassifier({"benign": 0.9, "malignant": 0.1}))


@pytest.fixture(autouse=True)
def fitted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fusing, "fusion", lambda: FUSION)


def test_without_answers_it_can_use_there_is_no_joint_risk() -> None:
    assert fuse([PHOTO], None) is None
    assert fuse([PHOTO], Answers(bleeding=True, site="nail")) is None


def test_age_sex_and_site_move_the_risk_by_the_fitted_weights() -> None:
    at_fifty = fuse([PHOTO], Answers(age=50))
    assert at_fifty
    assert at_fifty.probability == pytest.approx(0.1)
    old = fuse([PHOTO], Answers(age=70, sex="male", site="face"))
    assert old
    assert old.probability == pytest.approx(1 / (1 + 9 * 2.718281828 ** -(1.0 + 0.1 + 0.3)))
    assert old.used == ["age", "sex", "site"]


def test_a_raised_risk_asks_for_a_doctor_and_a_low_one_for_nothing() -> None:
    high, low = fuse([PHOTO], Answers(age=80)), fuse([PHOTO], Answers(age=20))
    assert high
    assert low
    assert [ground.tier for ground in raised(high)] == ["routine"]
    assert raised(low) == []


def test_no_age_makes_any_photo_calmer() -> None:
    suspicious = reading_of(FixedClassifier({"benign": 0.5, "malignant": 0.5}))
    for photo in (PHOTO, suspicious):
        alone = next_step([photo], status="answered", locale="en").tier
        for age in range(0, 121, 5):
            grounds = raised(fuse([photo], Answers(age=age, sex="female", site="back")))
            joint = next_step([photo], status="answered", locale="en", grounds=grounds).tier
            assert TIERS.index(joint) >= TIERS.index(alone)


def test_what_was_fitted_for_another_model_is_left_aside() -> None:
    newer = manifest("malignancy", version="2")
    assert fuse([reading_of(FixedClassifier({"benign": 0.9, "malignant": 0.1}, newer))], Answers(age=80)) is None


def test_the_shipped_fusion_knows_every_place_it_may_be_asked_about() -> None:
    found = shipped()
    if found is None:
        pytest.skip("no fusion is shipped: model_export/reports/fusion/report.md says why")
    assert set(PLACES.values()) <= set(found.site)
    assert 0 < fused(found, 1.0, Answers(age=120)) <= 1
    assert fused(found, 0.3, Answers(age=70)) > fused(found, 0.1, Answers(age=70))
