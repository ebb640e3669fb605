"""The reading room is quick: the next picture is there at once, and five hundred shapes do not slow it down."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visiting
from tests.browser.reviewing import post, saved, send_photos, sign_in, take_next
from tests.servers import Server, local_server

_NEXT = """() => new Promise((done) => {
  const before = document.querySelector(".stage-picture img");
  const start = performance.now();
  const look = () => {
    const now = document.querySelector(".stage-picture img");
    if (now && now !== before && now.complete && now.naturalWidth) done(performance.now() - start);
    else requestAnimationFrame(look);
  };
  dispatchEvent(new KeyboardEvent("keydown", { key: "n", bubbles: true }));
  look();
})"""
_FRAMES = """() => new Promise((done) => {
  const stage = document.querySelector(".stage");
  const times = [];
  let last = performance.now();
  const frame = (now) => {
    times.push(now - last);
    last = now;
    stage.scrollBy(times.length % 40 < 20 ? 8 : -8, times.length % 40 < 20 ? 8 : -8);
    if (times.length < 120) requestAnimationFrame(frame);
    else done(times.slice(5).sort((a, b) => a - b));
  };
  requestAnimationFrame(frame);
})"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of its own: a reading with five hundred shapes would wait for its doctor in another test."""
    with local_server(tmp_path_factory.mktemp("speed")) as started:
        yield started


@pytest.fixture(autouse=True)
def _quiet() -> None:
    load = os.getloadavg()[0]
    if load > (os.cpu_count() or 1):
        pytest.skip(f"this machine is too busy to time a page: its load is {load:.1f}")


def test_the_next_picture_is_there_within_150_ms(visit: Visiting, server: Server) -> None:
    send_photos(server, 6, seed=40)
    with visit() as one:
        page = sign_in(one, "Dr Ada")
        take_next(page)
        took = []
        for _ in range(4):
            page.wait_for_load_state("networkidle")
            page.wait_for_timeout(300)
            took.append(page.evaluate(_NEXT))
        assert min(took) < 150, took


def test_five_hundred_shapes_still_move_smoothly(visit: Visiting, server: Server) -> None:
    send_photos(server, 1, seed=60)
    with visit() as one:
        page = sign_in(one, "Dr Ben")
        image = take_next(page)
        shapes = [
            {"type": "box", "x": (n % 25) / 26, "y": (n // 25) / 21, "width": 0.03, "height": 0.04} for n in range(500)
        ]
        _draft(page, server, image, shapes)
        page.reload()
        expect(page.locator(".a9s-annotation")).to_have_count(500)
        for _ in range(4):
            page.keyboard.press("+")
        frames = page.evaluate(_FRAMES)
        assert frames[len(frames) // 2] < 25, frames[len(frames) // 2]
        saved(page)


def _draft(page: Page, server: Server, image: str, shapes: list[dict[str, object]]) -> None:
    token = post(server, "/api/local/sign-in", {"email": "ben@example.org"})["token"]
    page.evaluate(
        """async ([address, token, findings]) => {
          const headers = { "Content-Type": "application/json", Authorization: `Bearer ${token}` };
          const body = JSON.stringify({ version: 0, findings });
          const answer = await fetch(address, { method: "PUT", headers, body });
          if (!answer.ok) throw new Error(await answer.text());
        }""",
        [f"/api/review/images/{image}/draft", token, {"shapes": shapes}],
    )
