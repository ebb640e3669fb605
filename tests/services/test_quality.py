"""What is wrong with a photo is found, named and told in the caller's language; a good photo is left alone."""

import pytest
from PIL import Image, ImageFilter

from dermaloop.answers import IssueCode
from dermaloop.contract import images
from dermaloop.contract.labels import LOCALES
from dermaloop.contract.measures import measure
from dermaloop.services.quality import acceptable, describe, issues
from tests.fakes import QUALITY
from tests.pictures import encode, lesion


def found(image: Image.Image) -> tuple[IssueCode, ...]:
    photo = images.read(encode(image, "PNG"))
    return issues(measure(photo.pixels[224]), photo.side, QUALITY)


def off_to_the_side() -> Image.Image:
    """A square whose right edge cuts through the spot."""
    return lesion(448, 224).crop((10, 0, 234, 224))


def test_a_good_photo_has_no_issue() -> None:
    assert found(lesion(448)) == ()


@pytest.mark.parametrize(
    ("image", "code"),
    [
        (lesion(448).filter(ImageFilter.GaussianBlur(14)), "blurred"),
        (lesion(448).point(lambda level: level * 0.12), "too_dark"),
        (lesion(448).point(lambda level: min(255, level + 95)), "too_bright"),
        (Image.new("RGB", (300, 300), (190, 150, 130)), "low_contrast"),
        (lesion(80), "too_small"),
        (lesion(1200).resize((60, 60)).copy(), "too_small"),
    ],
)
def test_a_photo_that_cannot_be_relied_on_says_why(image: Image.Image, code: IssueCode) -> None:
    codes = found(image)
    assert code in codes
    assert not acceptable(codes)


def test_framing_earns_a_tip_and_no_refusal() -> None:
    codes = found(off_to_the_side())
    assert {"cut_off", "off_centre"} & set(codes)
    assert acceptable(codes)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_issue_has_a_tip(locale: str) -> None:
    every: tuple[IssueCode, ...] = IssueCode.__args__  # type: ignore[attr-defined]
    tips = [issue.tip for issue in describe(every, locale=locale).issues]
    assert all(tips)
    assert len(set(tips)) == len(every)
