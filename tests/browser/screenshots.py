"""The README's pictures of the site, taken anew from a drawn spot: `python -m tests.browser.screenshots`."""

import io
import sys
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter
from playwright.sync_api import Browser, Page, expect

from tests.browser.browsers import DESKTOP, PHONE, chromium, missing, visiting
from tests.browser.checking import NEXT, choose
from tests.browser.reviewing import drag, saved, send, sign_in, take_next
from tests.pictures import encode
from tests.servers import ROOT, local_server

Grey = NDArray[np.float64]
FOLDER = ROOT / "frontend" / "screenshots"


def drawn_spot(width: int = 1200, height: int = 900, *, seed: int = 7) -> Image.Image:
    """A mole as one might paint it: smooth rim, uneven brown, on skin with a little texture. No person's skin."""
    rng = np.random.default_rng(seed)
    down, across = np.mgrid[0:height, 0:width].astype(float)
    angle = np.arctan2(down - height / 2, across - width / 2)
    away = np.hypot(down - height / 2, (across - width / 2) * 0.88)
    rim = (
        height * 0.17 * (1 + sum(rng.normal(0, 0.05 / n) * np.cos(n * angle + rng.uniform(0, 6)) for n in range(1, 6)))
    )
    inside = 1 / (1 + np.exp((away - rim) / (height * 0.012)))
    coarse, fine = _clouds(rng, width, height, 60), _clouds(rng, width, height, 4)
    skin = np.array([226, 182, 158]) + coarse[..., None] * 9 + fine[..., None] * 5
    depth = np.clip(1 - away / rim, 0, 1)[..., None] * np.array([34, 30, 24])
    brown = np.array([138, 92, 68]) - depth + coarse[..., None] * 14 + _clouds(rng, width, height, 9)[..., None] * 9
    mixed = skin * (1 - inside[..., None]) + brown * inside[..., None]
    return Image.fromarray(mixed.clip(0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(3))


def _clouds(rng: np.random.Generator, width: int, height: int, size: int) -> Grey:
    small = rng.normal(0, 60, (height // size + 2, width // size + 2)).clip(-127, 127) + 128
    large = Image.fromarray(small.astype(np.uint8)).resize((width, height), Image.Resampling.BICUBIC)
    return (np.asarray(large, dtype=np.float64) - 128) / 60


def keep(page: Page, name: str, *, whole: bool = False) -> None:
    picture = Image.open(io.BytesIO(page.screenshot(full_page=whole)))
    picture.save(FOLDER / f"{name}.webp", quality=82, method=6)


def onwards(page: Page, *awaited: str) -> None:
    for step in awaited:
        page.click(NEXT)
        page.wait_for_selector(step)


def a_photo_is_taken(browser: Browser, address: str, photo: Path) -> None:
    with visiting(browser, address, **PHONE) as one:
        keep(one.go(), "check-phone-start")
        choose(one.page, photo)
        expect(one.page.locator(".proposed")).not_to_be_empty()
        keep(one.page, "check-phone-photo")


def it_is_answered(browser: Browser, address: str, photo: Path) -> None:
    with visiting(browser, address, **DESKTOP, color_scheme="dark") as one:
        one.go()
        choose(one.page, photo)
        one.page.get_by_role("button", name="Smaller").click()
        onwards(one.page, "form.questions", ".thumbnails", ".next-step")
        one.page.locator(".overlays .button").first.click()
        one.page.wait_for_timeout(300)
        keep(one.page, "check-desktop-answer", whole=True)


def a_doctor_reads(browser: Browser, address: str) -> None:
    with visiting(browser, address, **DESKTOP) as one:
        sign_in(one, "Dr Ada")
        take_next(one.page)
        one.page.keyboard.press("b")
        drag(one.page, (0.27, 0.25), (0.75, 0.77))
        one.page.keyboard.press("5")
        saved(one.page)
        keep(one.page, "review-reading")


def an_admin_compares(browser: Browser, address: str) -> None:
    with visiting(browser, address, **DESKTOP) as one:
        sign_in(one, "Admin", "/admin")
        one.page.wait_for_selector(".intervals")
        keep(one.page, "admin-models")


def main() -> None:
    if lacking := missing():
        sys.exit(lacking)
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, local_server(Path(folder, "data")) as server, chromium() as browser:
        photo = Path(folder, "spot.jpg")
        photo.write_bytes(encode(drawn_spot(), quality=93))
        a_photo_is_taken(browser, server.address, photo)
        it_is_answered(browser, server.address, photo)
        send(server, [encode(drawn_spot(seed=seed), quality=93) for seed in (7, 8, 9)])
        a_doctor_reads(browser, server.address)
        an_admin_compares(browser, server.address)


if __name__ == "__main__":
    main()
