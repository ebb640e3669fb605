"""Doctors learn from what others agreed on, and take annotations out and in."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.browsers import SMALL
from tests.browser.conftest import Visiting
from tests.browser.reviewing import asked, post, send_photos, sign_in
from tests.servers import Server

FINDINGS = {"diagnosis": "nv", "certainty": "certain", "shapes": []}


@pytest.fixture(scope="module", autouse=True)
def agreed(server: Server) -> Iterator[str]:
    """An image that two doctors agreed on."""
    admin, ada, ben = (_token(server, name) for name in ("admin", "ada", "ben"))
    path = "/api/review/settings"
    before = asked(server, path, Authorization=admin)
    asked(server, path, before | {"double_share": 1.0}, method="PUT", Authorization=admin)
    case, _ = send_photos(server, 1, seed=700)[0]
    image = f"{case}-1"
    asked(server, "/api/review/queue", Authorization=ada)
    for doctor in (ada, ben):
        _read(server, image, doctor)
    yield image
    asked(server, path, before | {"version": before["version"] + 1}, method="PUT", Authorization=admin)


def test_a_quiz_image_is_named_by_a_key_and_then_explained(visit: Visiting) -> None:
    with visit(**SMALL) as one:
        page = sign_in(one, "Dr Chen", "/review#/quiz")
        expect(page.get_by_role("img", name="The skin lesion to be named")).to_be_visible()
        assert page.get_by_text("What the models say").count() == 0
        page.keyboard.press("5")
        expect(page.get_by_text("Not so: the reference is")).to_be_visible()
        expect(page.get_by_role("heading", name="What the models say")).to_be_visible()
        page.get_by_label("Show where the model looked").check()
        expect(page.get_by_role("region", name="Your score").get_by_text("0% (0 / 1)").first).to_be_visible()
        one.audit("a quiz answer")
        assert not one.overflows()
        page.keyboard.press("Enter")
        expect(page.get_by_text("There is no image left for you.")).to_be_visible()


def test_what_was_taken_out_can_be_brought_in(visit: Visiting, agreed: str) -> None:
    with visit() as one:
        page = sign_in(one, "Dr Ada", "/review#/exports")
        page.get_by_label("Until").fill(datetime.now().strftime("%Y-%m-%d"))  # today counts as a whole
        with page.expect_download() as coming:
            page.get_by_role("button", name="Download").click()
        found = json.loads(coming.value.path().read_bytes())
        assert agreed in json.dumps(found["images"])
        expect(page.get_by_text("were saved")).to_be_visible()
        page.get_by_label("Files (JSON)").set_input_files(coming.value.path())
        page.get_by_role("button", name="Bring in").click()
        expect(page.get_by_text("refused")).to_be_visible()
        one.audit("exports")


def _token(server: Server, name: str) -> str:
    return f"Bearer {post(server, '/api/local/sign-in', {'email': f'{name}@example.org'})['token']}"


def _read(server: Server, image: str, doctor: str, diagnosis: str = "nv") -> None:
    path = f"/api/review/images/{image}"
    post(server, f"{path}/lease", {}, Authorization=doctor)
    body: dict[str, Any] = {"findings": FINDINGS | {"diagnosis": diagnosis}, "version": 0, "seconds": 5}
    post(server, f"{path}/reading", body, Authorization=doctor)


def test_two_readings_that_differ_are_settled_by_a_third_who_sees_both(visit: Visiting, server: Server) -> None:
    case, _ = send_photos(server, 1, seed=720)[0]
    image = f"{case}-1"
    asked(server, "/api/review/queue", Authorization=_token(server, "ada"))
    _read(server, image, _token(server, "ada"))
    _read(server, image, _token(server, "ben"), diagnosis="mel")
    with visit() as one:
        page = sign_in(one, "Dr Chen")
        page.goto(f"{one.address}/review#/read/{image}")
        expect(page.get_by_text("Two readers differ.", exact=False)).to_be_visible()
        both = page.get_by_role("region", name="Readings")
        expect(both.get_by_text("Dr Ada: Melanocytic naevus")).to_be_visible()
        expect(both.get_by_text("Dr Ben: Melanoma")).to_be_visible()
        one.audit("two readings that differ")
        page.keyboard.press("5")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Reference diagnosis: Melanoma")).to_be_visible()
