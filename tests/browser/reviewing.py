"""The review and admin pages as doctors and admins walk through them."""

import json
import urllib.request
from collections.abc import Iterable
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.browsers import Visit
from tests.pictures import b64, jpeg
from tests.servers import Server


def send_photos(server: Server, count: int, *, seed: int = 0) -> list[tuple[str, str]]:
    """Patients who let doctors see their photos; each case with its token."""
    return send(server, [jpeg(seed=seed + number) for number in range(count)])


def send(server: Server, photos: Iterable[bytes]) -> list[tuple[str, str]]:
    return [_sent(server, photo) for photo in photos]


def _sent(server: Server, photo: bytes) -> tuple[str, str]:
    body = {"images": [{"image": b64(photo)}], "store_image": True, "train_consent": True}
    answer = post(server, "/api/assess", body)
    return answer["id"], answer["token"]


def post(server: Server, path: str, body: Any, **headers: str) -> Any:
    return asked(server, path, body, **headers)


def asked(server: Server, path: str, body: Any = None, *, method: str | None = None, **headers: str) -> Any:
    """What the API answers; with a body it is a POST where no other method is named."""
    request = urllib.request.Request(
        server.address + path,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json", **{name.replace("_", "-"): v for name, v in headers.items()}},
        method=method,
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def sign_in(visit: Visit, name: str, path: str = "/review") -> Page:
    visit.page.goto(visit.address + path)
    visit.page.get_by_role("button", name=name, exact=True).click()
    visit.page.wait_for_selector(".tabs")
    return visit.page


def take_next(page: Page) -> str:
    """Opens what is next and gives its id."""
    page.get_by_role("button", name="Read the next one").click()
    page.wait_for_selector(".a9s-annotationlayer", state="attached")
    expect(page.get_by_role("button", name="Submit")).to_be_visible()
    return opened(page)


def opened(page: Page) -> str:
    return page.url.rsplit("/", 1)[1]


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Draws on the picture, in fractions of it."""
    box = page.locator(".stage img").bounding_box()
    assert box is not None
    x, y, width, height = box["x"], box["y"], box["width"], box["height"]
    page.mouse.move(x + width * start[0], y + height * start[1])
    page.mouse.down()
    page.mouse.move(x + width * (start[0] + end[0]) / 2, y + height * (start[1] + end[1]) / 2, steps=4)
    page.mouse.move(x + width * end[0], y + height * end[1], steps=4)
    page.mouse.up()


def saved(page: Page) -> None:
    expect(page.locator(".saving")).to_have_attribute("data-saving", "saved")
