"""The check page as a person walks through it."""

import io
import time
from collections.abc import Callable
from pathlib import Path

import pillow_heif
from PIL import Image
from playwright.sync_api import Page

from tests.pictures import encode, lesion

NEXT = ".step-actions [data-kind=main]"


def phone_photo(folder: Path) -> Path:
    """A photo as a phone makes it: stored lying, with its place and its device in the metadata."""
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    exif[0x010F] = "Some maker"
    exif.get_ifd(0x8825).update({1: "N", 2: (25.0, 2.0, 0.0), 3: "E", 4: (121.0, 33.0, 0.0)})
    path = folder / "photo.jpg"
    path.write_bytes(encode(lesion(900, 600), quality=92, exif=exif))
    return path


def heic_photo(folder: Path) -> Path:
    pillow_heif.register_heif_opener()
    path = folder / "photo.heic"
    path.write_bytes(encode(lesion(480, 360), "HEIF"))
    return path


def blurred_photo(folder: Path) -> Path:
    path = folder / "blurred.jpg"
    small = lesion(24, 18).resize((640, 480), Image.Resampling.BICUBIC)
    path.write_bytes(encode(small, quality=92))
    return path


def choose(page: Page, photo: Path) -> None:
    """Chooses a photo on whatever screen is shown, and waits for its frame."""
    page.locator("input.picker-file").first.set_input_files(photo)
    page.wait_for_selector("cropper-selection")


def to_sending(page: Page, photo: Path) -> None:
    choose(page, photo)
    page.click(NEXT)
    page.wait_for_selector("form.questions")
    page.click(NEXT)
    page.wait_for_selector(".thumbnails")


def to_answer(page: Page, photo: Path) -> None:
    to_sending(page, photo)
    page.click(NEXT)
    page.wait_for_selector(".next-step")


def opened(picture: bytes) -> Image.Image:
    return Image.open(io.BytesIO(picture))


def until(true: Callable[[], bool], *, seconds: float = 60) -> None:
    """Waits until something is so; the page's own policy forbids what Playwright would have it evaluate for this."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "this never came true"
        time.sleep(0.05)
