"""Outlines beside predictions and alone: where the spot was drawn, clear states, and never a failed prediction."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
from PIL import Image

from dermaloop.answers import Answer, Outline, OutlineAnswer
from dermaloop.contract.manifest import NotSkin
from dermaloop.contract.preprocessing import Crop
from dermaloop.errors import InvalidImage, ModelUnavailable
from dermaloop.ports import World
from dermaloop.services.keeping import Consent, Request
from dermaloop.services.locating import crop_around, outline_picture
from dermaloop.services.predicting import predict
from tests.fakes import FixedSegmenter, FixedSegmenters, outlining
from tests.pictures import encode, jpeg, lesion
from tests.services.worlds import CALM, world


def outline(here: World, image: bytes, width_mm: float | None = None) -> OutlineAnswer:
    return outline_picture(image=image, width_mm=width_mm, locale="en", world=here)


def with_segmenter(here: World, *segmenters: FixedSegmenter) -> World:
    return msgspec.structs.replace(here, segmenters=FixedSegmenters(*segmenters))


@pytest.fixture
def here(tmp_path: Path) -> World:
    return world(tmp_path, CALM)


@pytest.mark.parametrize("size", [(400, 300), (300, 400), (320, 320)])
def test_a_drawn_spot_is_outlined_at_its_true_size_in_any_picture(here: World, size: tuple[int, int]) -> None:
    found = outline(here, jpeg(*size), width_mm=size[0] / 10).outline
    across, down = (np.array(found.points) * size).T
    radius = 0.22 * min(size)
    assert found.status == "outlined"
    assert across.mean() == pytest.approx(size[0] / 2, abs=radius * 0.3)
    assert down.mean() == pytest.approx(size[1] / 2, abs=radius * 0.3)
    assert (across.max() - across.min()) / 2 == pytest.approx(radius * 1.15, rel=0.2)
    assert (down.max() - down.min()) / 2 == pytest.approx(radius * 1.15, rel=0.2)
    assert found.figures
    assert found.figures.area == pytest.approx(np.pi * radius**2 / (size[0] * size[1]), rel=0.15)
    assert found.figures.diameter_mm == pytest.approx(radius * 2.4 / 10, rel=0.2)
    assert found.figures.colours == ["dark_brown"]
    assert (found.width, found.height) == size
    assert found.model
    assert found.model.name == "lesion_mask"


def test_the_crop_is_a_square_of_pixels_with_the_lesion_in_its_middle() -> None:
    points = np.array([[0.2, 0.3], [0.3, 0.3], [0.3, 0.5], [0.2, 0.5]])
    crop = crop_around(points, 400, 200)
    assert crop.width * 400 == pytest.approx(crop.height * 200)
    assert crop.x + crop.width / 2 == pytest.approx(0.25)
    assert crop.y + crop.height / 2 == pytest.approx(0.4)
    assert crop.height == pytest.approx(0.4)


@pytest.mark.parametrize(("x", "y"), [(0.0, 0.0), (0.8, 0.9), (0.45, 0.0)])
def test_the_crop_stays_within_the_picture(x: float, y: float) -> None:
    crop = crop_around(np.array([[x, y], [x + 0.2, y], [x + 0.2, y + 0.1], [x, y + 0.1]]), 640, 480)
    assert 0 <= crop.x <= crop.x + crop.width <= 1 + 1e-9
    assert 0 <= crop.y <= crop.y + crop.height <= 1 + 1e-9
    assert crop.x <= x
    assert crop.x + crop.width >= x + 0.2 - 1e-9


def test_plain_skin_has_no_outline_and_that_is_said(here: World) -> None:
    found = outline(here, encode(Image.new("RGB", (300, 300), (224, 178, 150)))).outline
    assert (found.status, found.points, found.crop, found.figures) == ("not_found", [], None, None)


def test_what_the_model_is_unsure_of_gets_an_outline_but_no_figures(here: World) -> None:
    unsure = with_segmenter(here, FixedSegmenter(made=outlining(uncertain_below=0.999)))
    found = outline(unsure, jpeg()).outline
    assert found.status == "uncertain"
    assert found.points
    assert found.crop
    assert found.figures is None


def test_a_picture_without_skin_is_not_outlined(here: World) -> None:
    known = NotSkin(centres=((0.0,) * 4,), precision=tuple(map(tuple, np.eye(4).tolist())), limit=1.0, min_warmth=0.2)
    careful = with_segmenter(here, FixedSegmenter(made=outlining(not_skin=known)))
    assert outline(careful, jpeg()).outline.status == "outlined"
    grey = encode(lesion().convert("L").convert("RGB"))
    assert outline(careful, grey).outline.status == "not_skin"


def test_the_quality_is_told_before_anything_is_predicted(here: World) -> None:
    dark = encode(lesion().point(lambda level: level * 0.1), quality=90)
    told = outline(here, dark).quality
    assert not told.acceptable
    assert "too_dark" in {issue.code for issue in told.issues}
    with pytest.raises(InvalidImage):
        outline(here, b"no picture")


def ask(here: World, *, outline: bool, crop: Crop | None = None) -> Answer:
    return predict(
        image=jpeg(400, 300),
        model="disease",
        crop=crop,
        explain=False,
        outline=outline,
        locale="en",
        request=Request("predict_disease", Consent()),
        world=here,
    )


def drawn(answer: Answer) -> Outline:
    assert answer.outline
    return answer.outline


def test_a_prediction_carries_an_outline_only_where_it_is_asked_for(here: World) -> None:
    plain, outlined = ask(here, outline=False), ask(here, outline=True)
    assert plain.outline is None
    assert drawn(outlined).status == "outlined"
    assert plain.probabilities == outlined.probabilities
    kept = here.records.case(outlined.id)
    assert kept.answer["outline"]["figures"]["area"] > 0


def test_a_crop_changes_what_is_predicted_from_and_not_where_the_lesion_lies(here: World) -> None:
    whole, cropped = ask(here, outline=True), ask(here, outline=True, crop=Crop(0.3, 0.3, 0.4, 0.4))
    assert cropped.frame != whole.frame
    one, other = (drawn(answer).points for answer in (whole, cropped))
    assert np.array(one).mean(axis=0) == pytest.approx(np.array(other).mean(axis=0), abs=0.02)


def test_without_the_model_predictions_go_on_and_say_so(here: World) -> None:
    without = with_segmenter(here)
    answer = ask(without, outline=True)
    assert drawn(answer).status == "unavailable"
    assert answer.label == "nv"
    with pytest.raises(ModelUnavailable):
        outline(without, jpeg())
