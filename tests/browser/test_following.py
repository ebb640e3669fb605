"""After the answer: a reminder, a doctor, and a later photo laid beside the earlier one."""

from pathlib import Path

from playwright.sync_api import Route, expect

from tests.browser.browsers import SMALL
from tests.browser.checking import phone_photo, to_answer
from tests.browser.conftest import Visiting
from tests.pictures import encode, lesion


def test_a_reminder_by_mail_or_in_the_calendar(visit: Visiting, tmp_path: Path) -> None:
    with visit(**SMALL) as one:
        page = one.go()
        to_answer(page, phone_photo(tmp_path))
        page.get_by_role("button", name="Remind me to look again").click()
        page.get_by_label("E-mail address").fill("someone@example.org")
        one.audit("asking for a reminder")
        page.get_by_role("button", name="Remind me", exact=True).click()
        expect(page.get_by_text("a message goes to someone@example.org")).to_be_visible()
        page.reload()
        page.get_by_role("button", name="Open the check of").click()
        page.get_by_role("button", name="Remind me to look again").click()
        page.get_by_role("button", name="No reminder after all").click()
        expect(page.get_by_label("E-mail address")).to_be_visible()
        with page.expect_download() as caught:
            page.get_by_role("button", name="Add a reminder to the calendar").click()
        assert "BEGIN:VEVENT" in caught.value.path().read_text()
        assert not one.overflows()


def test_a_doctor_is_asked(visit: Visiting, tmp_path: Path) -> None:
    with visit() as one:
        page = one.go()
        to_answer(page, phone_photo(tmp_path))
        page.get_by_role("button", name="Ask a doctor").click()
        page.get_by_label("Your question").fill("It bled twice last week.")
        page.get_by_label("Roughly where you live").fill("Taipei")
        page.get_by_role("button", name="Ask", exact=True).click()
        expect(page.get_by_text("Your question is with the doctors", exact=False)).to_be_visible()
        one.audit("a question to a doctor")


def test_a_message_whose_answer_was_lost_is_said_once(visit: Visiting, tmp_path: Path) -> None:
    lost: list[int] = []

    def lose_the_first(route: Route) -> None:
        response = route.fetch()
        if lost:
            route.fulfill(response=response)
        else:
            lost.append(response.status)
            route.abort("connectionreset")  # the server has kept it, the person never heard

    with visit() as one:
        page = one.go()
        to_answer(page, phone_photo(tmp_path))
        page.get_by_role("button", name="Ask a doctor").click()
        page.get_by_label("Your question").fill("It bled twice last week.")
        ask = page.get_by_role("button", name="Ask", exact=True)
        ask.click()
        page.route("**/consultation/messages", lose_the_first)
        page.get_by_label("Say more").fill("It bleeds again.")
        ask.click()
        expect(page.get_by_text("There is no connection.", exact=False)).to_be_visible()
        ask.click()
        expect(page.locator(".thread li")).to_have_count(2)
        first, second = one.sent("/consultation/messages")
        assert first.headers["idempotency-key"] == second.headers["idempotency-key"]
    assert lost == [200]


def test_a_later_photo_is_compared_with_the_earlier_one_and_can_then_be_checked(
    visit: Visiting, tmp_path: Path
) -> None:
    later = tmp_path / "later.jpg"
    later.write_bytes(encode(lesion(900, 600, seed=3), quality=92))
    with visit(**SMALL) as one:
        page = one.go()
        to_answer(page, phone_photo(tmp_path))
        page.reload()
        page.get_by_role("button", name="Compare the check of").click()
        comparing = page.get_by_role("region", name="Compare with a new photo")
        expect(comparing).to_be_in_viewport()
        comparing.locator("input.picker-file").set_input_files(later)
        expect(comparing.get_by_role("img")).to_have_count(2)
        expect(comparing.get_by_text("does not replace the new photo's own check")).to_be_visible()
        one.audit("a comparison")
        assert not one.overflows()
        comparing.get_by_role("button", name="Check the new photo").click()
        page.wait_for_selector("cropper-selection")
