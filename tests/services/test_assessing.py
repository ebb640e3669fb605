"""One answer from several photos and both models: the worst plausible wins."""

from pathlib import Path

import pytest
from PIL import Image

from dermaloop.answers import Assessment
from dermaloop.errors import NotFound
from dermaloop.ports import Classifier, World
from dermaloop.services.assessing import Picture, assess
from dermaloop.services.keeping import Consent, Request
from tests.pictures import encode, jpeg, lesion
from tests.services.worlds import BENIGN, CALM, MALIGNANT, SUSPICIOUS, world

GOOD = jpeg()
DARK = encode(lesion().point(lambda level: level * 0.1), quality=90)
BLANK = encode(Image.new("RGB", (300, 300), (190, 150, 130)))


def ask(here: World, *pictures: bytes, explain: bool = False) -> Assessment:
    return assess(
        pictures=[Picture(data) for data in pictures],
        explain=explain,
        locale="en",
        request=Request("assess", Consent()),
        world=here,
    )


@pytest.mark.parametrize(
    ("first", "second", "tier", "agree"),
    [
        (BENIGN, CALM, "self_care", True),
        (BENIGN, SUSPICIOUS, "urgent", False),
        (MALIGNANT, CALM, "urgent", False),
        (MALIGNANT, SUSPICIOUS, "urgent", True),
    ],
)
def test_both_models_count_and_disagreement_escalates(
    tmp_path: Path, first: Classifier, second: Classifier, tier: str, agree: bool
) -> None:
    told = ask(world(tmp_path, first, second), GOOD)
    assert told.next_step.tier == tier
    assert told.models_agree is agree
    assert [reading.model.name for reading in told.photos[0].readings] == ["malignancy", "disease"]
    assert told.malignant_probability == max(r.malignant_probability or 0 for r in told.photos[0].readings)


def test_a_spoilt_photo_beside_a_good_one_does_not_spoil_the_answer(tmp_path: Path) -> None:
    told = ask(world(tmp_path, BENIGN, CALM), DARK, GOOD)
    assert [photo.status for photo in told.photos] == ["poor_quality", "answered"]
    assert told.status == "answered"
    assert told.next_step.tier == "self_care"


def test_only_spoilt_photos_never_reassure(tmp_path: Path) -> None:
    told = ask(world(tmp_path, BENIGN, CALM), DARK, BLANK)
    assert told.status == "poor_quality"
    assert told.next_step.tier == "routine"


def test_three_photos_are_one_case(tmp_path: Path) -> None:
    here = world(tmp_path, BENIGN, CALM)
    told = ask(here, GOOD, jpeg(seed=2), jpeg(seed=3), explain=True)
    case = here.records.case(told.id)
    assert len(case.images) == 3
    assert len(case.predictions) == 6
    assert all(photo.heatmap for photo in told.photos)
    assert all(photo["heatmap"] is None for photo in case.answer["photos"])


def test_a_missing_model_is_said_before_anything_is_kept(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        ask(world(tmp_path, CALM), GOOD)
