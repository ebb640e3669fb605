"""Checking a spot: from a photo to what to do next, and deleting it all again."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.browsers import DESKTOP, PHONE, Visit
from tests.browser.checking import (
    NEXT,
    blurred_photo,
    choose,
    heic_photo,
    opened,
    phone_photo,
    to_answer,
    to_sending,
    until,
)
from tests.browser.conftest import Visiting
from tests.servers import Server

KEPT = """() => new Promise((resolve, reject) => {
  const asked = indexedDB.open("dermaloop");
  asked.onerror = () => reject(asked.error);
  asked.onsuccess = () => {
    const all = asked.result.transaction("checks").objectStore("checks").getAll();
    all.onsuccess = () => resolve(all.result.map(({ id, token }) => ({ id, token })));
  };
})"""


def sent(one: Visit) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(one.sent("/api/assess")[-1].post_data or "{}")
    return body


@pytest.mark.parametrize("device", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_from_a_photo_to_what_to_do_next(visit: Visiting, tmp_path: Path, device: dict[str, Any]) -> None:
    with visit(**device) as one:
        page = one.go()
        choose(page, phone_photo(tmp_path))
        expect(page.locator(".notice[data-tone=calm]")).to_be_visible()
        page.click(NEXT)
        page.get_by_label("Where on the body is it?").select_option("back")
        page.get_by_role("group", name="Does it bleed or ooze?").get_by_label("Yes").check()
        page.get_by_label("Your age").fill("61")
        page.get_by_label("Where do you live?").select_option(label="Taiwan")
        page.get_by_label("Which part of it?").select_option(label="Taipei City")
        page.click(NEXT)
        page.get_by_label("Keep my photo with the answer").check()
        page.get_by_role("button", name="Send and get the answer").click()
        page.wait_for_selector(".next-step")

        first = page.locator("article.answer > *").first
        expect(first).to_have_class("next-step")  # what to do comes before what it looks like
        expect(page.locator(".bar")).to_have_count(7)
        heat = page.get_by_role("button", name="Show what spoke for it")
        heat.click()
        expect(heat).to_have_attribute("aria-pressed", "true")
        expect(page.locator(".looked-heat")).to_have_count(1)
        body = sent(one)
    assert body["answers"] == {"site": "back", "bleeding": True, "age": 61, "region": "TW-TPE"}
    assert (body["store_image"], body["train_consent"]) == (True, False)


def test_the_photo_leaves_the_device_upright_and_without_its_metadata(visit: Visiting, tmp_path: Path) -> None:
    with visit() as one:
        page = one.go()
        to_answer(page, phone_photo(tmp_path))
        (image,) = sent(one)["images"]
    picture = opened(base64.b64decode(image["image"]))
    assert not dict(picture.getexif())
    plain = {"jfif", "jfif_version", "jfif_unit", "jfif_density", "icc_profile"}  # the profile is sRGB's
    assert picture.info.keys() <= plain
    assert picture.height >= picture.width  # it was stored lying
    assert set(image["crop"]) == {"x", "y", "width", "height"}


def test_a_blurred_photo_is_told_before_it_is_sent(visit: Visiting, tmp_path: Path) -> None:
    with visit() as one:
        page = one.go()
        choose(page, blurred_photo(tmp_path))
        expect(page.get_by_text("It is blurred.", exact=False)).to_be_visible()
        assert not one.sent("/api/assess")
        page.get_by_role("button", name="Take it again").click()
        expect(page.get_by_role("heading", name="Check a skin spot")).to_be_visible()


def test_a_photo_that_the_browser_cannot_read_is_decoded_or_refused_in_words(visit: Visiting, tmp_path: Path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"no picture")
    with visit() as one:
        page = one.go()
        page.locator("input.picker-file").set_input_files(broken)
        expect(page.get_by_text("cannot be read as a picture", exact=False)).to_be_visible()
        choose(page, heic_photo(tmp_path))
        expect(page.locator(".notice[data-tone=calm]")).to_be_visible()


def test_the_camera_shows_a_ring_and_takes_the_photo(visit: Visiting) -> None:
    with visit(**PHONE) as one:
        page = one.go()
        page.get_by_role("button", name="Take a photo").click()
        shutter = page.get_by_role("button", name="Take the photo now")
        expect(shutter).to_be_enabled()
        expect(page.locator(".viewfinder-ring")).to_be_visible()
        one.audit("the camera")
        shutter.click()
        page.wait_for_selector("cropper-selection")


def test_the_frame_is_moved_by_keys_and_buttons_and_drags(visit: Visiting, tmp_path: Path) -> None:
    with visit() as one:
        page = one.go()
        page.route("**/api/outline", lambda route: route.abort())  # nobody else is to move the frame
        choose(page, phone_photo(tmp_path))
        frame = page.locator("cropper-selection")
        until(lambda: page.evaluate("document.querySelector('cropper-selection').width") > 10)

        def left() -> float:
            return float(page.evaluate("document.querySelector('cropper-selection').x"))

        before = left()
        page.get_by_role("button", name="Smaller").click()
        until(lambda: left() > before)
        smaller = left()
        page.get_by_role("button", name="Left", exact=True).click()
        until(lambda: left() < smaller)
        pushed = left()
        frame.focus()
        page.keyboard.press("ArrowRight")
        until(lambda: left() > pushed)
        brought_back = left()

        def pulled() -> bool:
            box = frame.bounding_box()
            assert box
            page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
            page.mouse.down()
            page.mouse.move(box["x"] + box["width"] / 2 - 30, box["y"] + box["height"] / 2, steps=8)
            page.mouse.up()
            return left() < brought_back

        until(pulled)


def test_history_is_on_the_device_and_deleting_is_for_good(visit: Visiting, server: Server, tmp_path: Path) -> None:
    with visit() as one:
        page = one.go()
        to_answer(page, phone_photo(tmp_path))
        (kept,) = page.evaluate(KEPT)
        assert server.ask("GET", f"/api/cases/{kept['id']}", X_Case_Token=kept["token"]).status == 200
        page.reload()
        page.get_by_role("button", name="Open the check of").click()
        expect(page.locator(".next-step")).to_be_visible()

        page.get_by_role("button", name="Delete my data").click()
        one.audit("asking before deleting")
        page.get_by_role("button", name="Delete for good").click()
        expect(page.get_by_role("heading", name="Check a skin spot")).to_be_visible()
        expect(page.locator(".history")).to_have_count(0)
        assert page.evaluate(KEPT) == []
    assert server.ask("GET", f"/api/cases/{kept['id']}", X_Case_Token=kept["token"]).status == 404


def test_back_goes_one_step_back(visit: Visiting, tmp_path: Path) -> None:
    with visit() as one:
        page = one.go()
        to_sending(page, phone_photo(tmp_path))
        page.go_back()
        expect(page.locator("form.questions")).to_be_visible()
        page.go_back()
        expect(page.locator("cropper-selection")).to_be_visible()
        page.go_forward()
        expect(page.locator("form.questions")).to_be_visible()


def test_a_story_fills_the_form_and_an_answer_can_be_read_and_talked_about(visit: Visiting, tmp_path: Path) -> None:
    with visit() as one:
        page = one.go()
        choose(page, phone_photo(tmp_path))
        page.click(NEXT)
        page.get_by_label("In your own words").fill("It bled twice last week.")
        page.get_by_role("button", name="Fill in the form from this").click()
        expect(page.get_by_text("Taken from your words", exact=False)).to_be_visible()
        expect(page.get_by_role("group", name="Does it bleed or ooze?").get_by_label("Yes")).to_be_checked()
        one.audit("a story read into the form")
        page.click(NEXT)
        page.wait_for_selector(".thumbnails")
        page.click(NEXT)
        page.wait_for_selector(".next-step")
        page.get_by_role("button", name="Read about it").click()
        expect(page.get_by_role("heading", name="Sources")).to_be_visible()
        one.audit("an article")
        page.get_by_role("button", name="Ask about your symptoms").click()
        page.get_by_label("Your message").fill("I cannot breathe and my face is swollen.")
        page.get_by_role("button", name="Send", exact=True).click()
        expect(page.get_by_role("log").locator(".notice[data-tone=alarm]")).to_be_visible()
        one.audit("a talk")
