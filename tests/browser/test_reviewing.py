"""Doctors read: by keys, blind, with shapes, offline, two at once; and answer their patients."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.browsers import SMALL
from tests.browser.conftest import Visiting
from tests.browser.reviewing import drag, opened, post, saved, send_photos, sign_in, take_next
from tests.servers import Server


@pytest.fixture(scope="module", autouse=True)
def photos(server: Server) -> list[tuple[str, str]]:
    return send_photos(server, 9)


def test_a_plain_diagnosis_takes_three_keys_and_the_models_answer_comes_after_it(visit: Visiting) -> None:
    with visit() as one:
        page = sign_in(one, "Dr Ada")
        first = take_next(page)
        assert page.get_by_text("What the models say").count() == 0
        assert "probabilities" not in "".join(sent.response().text() for sent in one.sent("/queue/next"))  # type: ignore[union-attr]
        page.keyboard.press("5")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="What the models say")).to_be_visible()
        with page.expect_download() as caught:
            page.get_by_role("button", name="The case as FHIR").click()
        assert json.loads(caught.value.path().read_bytes())["resourceType"] == "Bundle"
        page.locator(".stage").focus()  # on a button, Enter would press that
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Submit")).to_be_visible()
        assert opened(page) != first


def test_shapes_are_drawn_undone_and_there_again_after_a_reload(visit: Visiting) -> None:
    with visit() as one:
        page = sign_in(one, "Dr Ben")
        take_next(page)
        shapes = page.locator(".shapes li")
        page.keyboard.press("b")
        drag(page, (0.3, 0.3), (0.7, 0.7))
        expect(shapes).to_have_count(1)
        page.keyboard.press("r")
        drag(page, (0.4, 0.4), (0.6, 0.6))
        expect(shapes).to_have_count(2)
        page.get_by_text("Box by numbers").click()
        page.get_by_role("button", name="Add the box").click()
        expect(shapes).to_have_count(3)
        page.get_by_role("button", name="Undo").click()
        expect(shapes).to_have_count(2)
        page.get_by_role("button", name="Redo").click()
        expect(shapes).to_have_count(3)
        saved(page)
        page.reload()
        expect(shapes).to_have_count(3)
        one.audit("a reading with shapes")


def test_what_is_said_without_a_connection_is_kept_and_sent(visit: Visiting) -> None:
    with visit() as one:
        page = sign_in(one, "Dr Chen")
        image = take_next(page)
        one.context.set_offline(True)
        page.get_by_label("Notes").fill("Seen on the train.")
        expect(page.locator(".saving")).to_have_attribute("data-saving", "offline")
        one.context.set_offline(False)
        saved(page)
        page.goto(f"{one.address}/review#/read/{image}")
        page.reload()
        expect(page.get_by_label("Notes")).to_have_value("Seen on the train.")


def test_two_windows_of_one_doctor_are_shown_both_sides(visit: Visiting) -> None:
    with visit() as one:
        page = sign_in(one, "Dr Chen")
        image = take_next(page)
        other = one.context.new_page()
        other.goto(f"{one.address}/review#/read/{image}")
        other.wait_for_selector(".a9s-annotationlayer", state="attached")
        page.get_by_label("Notes").fill("Mine.")
        saved(page)
        other.get_by_label("Notes").fill("Also mine.")
        dialog = other.get_by_role("dialog")
        expect(dialog).to_be_visible()
        expect(dialog.get_by_text("Mine.", exact=True)).to_be_visible()
        expect(dialog.get_by_text("Also mine.")).to_be_visible()
        dialog.get_by_role("button", name="Keep mine").click()
        saved(other)
        other.close()
        page.bring_to_front()
        page.reload()
        expect(page.get_by_label("Notes")).to_have_value("Also mine.")


def test_the_keys_are_listed_and_every_state_is_usable_by_everybody(visit: Visiting) -> None:
    with visit(**SMALL, color_scheme="dark") as one:
        page = sign_in(one, "Dr Ben")
        one.audit("the queue")
        page.get_by_role("button", name="Read the next one").click()
        page.wait_for_selector(".a9s-annotationlayer", state="attached")
        one.audit("a reading")
        assert not one.overflows()
        page.keyboard.press("?")
        expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
        one.audit("the keys")
        page.keyboard.press("Escape")
        for part in ("search", "consultations", "agreement", "exports", "quiz"):
            page.goto(f"{one.address}/review#/{part}")
            expect(page.get_by_role("tab", selected=True)).to_have_attribute("data-key", part)
            page.wait_for_selector(".tab-panel h2")
            expect(page.get_by_text("Loading")).to_have_count(0)
            one.audit(part)
            assert not one.overflows(), part


def test_a_patient_is_answered(visit: Visiting, server: Server, photos: list[tuple[str, str]]) -> None:
    case, token = photos[0]
    asked = {"text": "It bled twice last week.", "region": "Taipei"}
    post(server, f"/api/cases/{case}/consultation", asked, X_Case_Token=token)
    with visit() as one:
        page = sign_in(one, "Dr Ada", "/review#/consultations")
        page.get_by_role("link", name="Open").first.click()
        expect(page.get_by_text("It bled twice last week.")).to_be_visible()
        assert page.get_by_text("What the models said").count() == 0
        page.get_by_label("Your impression").fill("A naevus.")
        page.get_by_role("button", name="Show the models' answer").click()
        expect(page.get_by_role("heading", name="What the models said")).to_be_visible()
        one.audit("a consultation")
        page.get_by_label("To the patient").fill("Please have it seen within two weeks.")
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_text("Please have it seen within two weeks.")).to_be_visible()
        expect(page.get_by_role("button", name="The letter (PDF)")).to_be_visible()


def test_an_image_that_another_doctor_reads_is_shown_but_not_given(visit: Visiting) -> None:
    with visit() as one, visit() as other:
        image = take_next(sign_in(one, "Dr Ada"))
        page = sign_in(other, "Dr Ben")
        page.goto(f"{other.address}/review#/read/{image}")
        expect(page.get_by_text("Another doctor holds this image")).to_be_visible()
        page.keyboard.press("5")
        expect(page.get_by_role("button", name="Submit")).to_have_count(0)
