"""A later photo against an earlier one: change is called out and pressing, likeness promises nothing."""

import base64
import io
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from PIL import Image, ImageDraw

from dermaloop.contract.labels import LOCALES
from dermaloop.errors import InvalidImage
from dermaloop.knowledge.changes import change_words
from dermaloop.ports import World
from dermaloop.services.overlaying import Change
from dermaloop.services.revisiting import Revisit, Sight, revisit
from tests.services.worlds import CALM, world
from tests.web.sites import client_of


def spot(across: int, down: int, colour: tuple[int, int, int] = (112, 70, 52), turned: float = 0) -> bytes:
    image = Image.new("RGB", (400, 400), (224, 178, 150))
    ImageDraw.Draw(image).ellipse((200 - across, 200 - down, 200 + across, 200 + down), fill=colour)
    out = io.BytesIO()
    image.rotate(turned, fillcolor=(224, 178, 150)).save(out, "JPEG", quality=95)
    return out.getvalue()


@pytest.fixture
def here(tmp_path: Path) -> World:
    return world(tmp_path, CALM)


def seen(here: World, earlier: bytes, later: bytes, width_mm: float | None = 40) -> Revisit:
    return revisit(earlier=Sight(earlier, width_mm), later=Sight(later, width_mm), locale="en", world=here)


def speckled(seed: int, turned: float = 0) -> bytes:
    """A round spot with a pattern of its own."""
    rng = np.random.default_rng(seed)
    inside = Image.fromarray(np.clip(rng.normal(80, 34, size=(12, 12)), 0, 140).astype(np.uint8))
    pattern = inside.resize((200, 200), Image.Resampling.BICUBIC)
    spotted = Image.merge(
        "RGB", (pattern.point(lambda grey: grey + 20), pattern, pattern.point(lambda grey: grey // 2))
    )
    image = Image.new("RGB", (400, 400), (224, 178, 150))
    mask = Image.new("L", (200, 200))
    ImageDraw.Draw(mask).ellipse((2, 2, 198, 198), fill=255)
    image.paste(spotted, (100, 100), mask)
    out = io.BytesIO()
    image.rotate(turned, fillcolor=(224, 178, 150)).save(out, "JPEG", quality=95)
    return out.getvalue()


def test_a_spot_that_was_only_turned_is_alike_and_nothing_is_promised(here: World) -> None:
    found = seen(here, speckled(1), speckled(1, turned=40))
    assert (found.status, found.changes, found.tier) == ("alike", [], "self_care")
    assert found.same
    assert found.same.confirmed
    assert "see a doctor" in found.text
    assert change_words("en").above in found.text


def test_another_round_spot_is_not_taken_for_the_same_one(here: World) -> None:
    found = seen(here, speckled(1), speckled(2))
    assert found.same
    assert not found.same.confirmed
    assert (found.status, found.tier) == ("unclear", "routine")
    assert "cannot be confirmed" in found.text


def test_what_would_be_a_change_presses_although_the_spot_is_not_confirmed(here: World) -> None:
    found = seen(here, speckled(1), spot(60, 60, colour=(30, 20, 20)))
    assert found.same
    assert not found.same.confirmed
    assert (found.status, found.tier) == ("unclear", "urgent")
    assert found.changes


@pytest.mark.parametrize("pair", [(speckled(1), speckled(2)), (spot(60, 50), spot(60, 50)), (spot(60, 50), spot(0, 0))])
def test_nothing_calms_where_one_lesion_is_not_confirmed(here: World, pair: tuple[bytes, bytes]) -> None:
    found = seen(here, *pair)
    assert found.tier != "self_care" or (found.same is not None and found.same.confirmed and found.status == "alike")


def test_growth_is_called_out_and_pressing(here: World) -> None:
    found = seen(here, spot(60, 50), spot(90, 75))
    assert "larger" in [change.code for change in found.changes]
    assert (found.tier, found.within_days) == ("urgent", 14)
    assert found.comparison
    assert found.comparison.area_ratio == pytest.approx(2.25, rel=0.25)


def test_another_shape_is_called_out(here: World) -> None:
    assert "shape" in [change.code for change in seen(here, spot(70, 70), spot(120, 42)).changes]


def test_shrinking_alone_is_no_alarm(here: World) -> None:
    found = seen(here, spot(90, 80), spot(60, 54))
    assert [change.code for change in found.changes] == ["smaller"]
    assert found.tier == "routine"


def test_without_a_scale_the_answer_says_what_sizes_are_worth(here: World) -> None:
    assert "same distance" in seen(here, spot(60, 50), spot(90, 75), width_mm=None).text


def test_a_scale_that_cannot_be_true_breaks_nothing(here: World) -> None:
    found = seen(here, spot(12, 12), spot(14, 14), width_mm=1e-300)
    assert found.comparison is None or found.comparison.scale == "picture"


def test_a_picture_without_a_spot_cannot_be_compared_and_never_reassures(here: World) -> None:
    found = seen(here, spot(60, 50), spot(0, 0))
    assert (found.status, found.tier) == ("unclear", "routine")
    with pytest.raises(InvalidImage):
        seen(here, spot(60, 50), b"no picture")


def test_every_change_has_its_words_in_every_language() -> None:
    codes = set(get_args(Change))
    for locale in LOCALES:
        words = change_words(locale)
        assert set(words.changes) == codes
        assert all("{days}" in said for said in (words.changed, words.unconfirmed, words.unconfirmed_changed))


def test_over_http(tmp_path: Path) -> None:
    photos = [base64.b64encode(spot(*size)).decode() for size in ((60, 50), (90, 75))]
    body = {"earlier": {"image": photos[0]}, "later": {"image": photos[1]}, "locale": "ko"}
    told = client_of(tmp_path).post("/api/compare", json=body).get_json()
    assert told["status"] == "changed"
    assert told["earlier"]["figures"]["area"] < told["later"]["figures"]["area"]
