"""A connection that drops, crawls or comes back: nothing is lost, nothing is kept twice."""

from pathlib import Path

from playwright.sync_api import Route, expect

from tests.browser.browsers import PHONE
from tests.browser.checking import NEXT, choose, phone_photo, to_sending, until
from tests.browser.conftest import Visiting

STORY = """() => new Promise((resolve, reject) => {
  const asked = indexedDB.open("dermaloop");
  asked.onerror = () => reject(asked.error);
  asked.onsuccess = () => {
    const draft = asked.result.transaction("draft").objectStore("draft").get("current");
    draft.onsuccess = () => { asked.result.close(); resolve(draft.result?.story); };
  };
})"""


def test_an_answer_lost_on_its_way_is_fetched_again_as_the_same_case(visit: Visiting, tmp_path: Path) -> None:
    answered: list[str] = []

    def lose_the_first(route: Route) -> None:
        response = route.fetch()
        answered.append(response.json()["id"])
        if len(answered) == 1:
            route.abort("connectionreset")  # the server has kept it, the person never heard
        else:
            route.fulfill(response=response)

    with visit(**PHONE) as one:
        page = one.go()
        page.route("**/api/assess", lose_the_first)
        to_sending(page, phone_photo(tmp_path))
        page.click(NEXT)
        expect(page.get_by_text("The connection is gone", exact=False)).to_be_visible()
        one.audit("waiting for the connection")
        page.wait_for_selector(".next-step")
        first, second = one.sent("/api/assess")
        keys = {request.headers["idempotency-key"] for request in (first, second)}
        assert len(keys) == 1
        assert first.post_data == second.post_data
    assert len(set(answered)) == 1


def test_sending_goes_on_by_itself_when_the_line_is_back(visit: Visiting, tmp_path: Path) -> None:
    with visit(**PHONE) as one:
        page = one.go()
        to_sending(page, phone_photo(tmp_path))
        one.context.set_offline(True)
        page.click(NEXT)
        expect(page.get_by_text("The connection is gone", exact=False)).to_be_visible()
        one.context.set_offline(False)
        page.wait_for_selector(".next-step")


def test_a_closed_page_takes_up_where_it_was(visit: Visiting, tmp_path: Path) -> None:
    with visit(**PHONE) as one:
        page = one.go()
        choose(page, phone_photo(tmp_path))
        page.click(NEXT)
        page.get_by_label("In your own words").fill("It bled twice last week.")
        until(lambda: page.evaluate(STORY) == "It bled twice last week.")
        page.reload()
        page.wait_for_selector("cropper-selection")
        expect(page.get_by_text("What you entered before is still here.", exact=False)).to_be_visible()
        page.click(NEXT)
        expect(page.get_by_label("In your own words")).to_have_value("It bled twice last week.")


def test_a_page_closed_while_sending_sends_on_when_it_is_opened_again(visit: Visiting, tmp_path: Path) -> None:
    with visit(**PHONE) as one:
        page = one.go()
        to_sending(page, phone_photo(tmp_path))
        page.route("**/api/assess", lambda route: route.abort("connectionreset"))
        page.click(NEXT)
        expect(page.get_by_text("The connection is gone", exact=False)).to_be_visible()
        page.unroute("**/api/assess")
        page.reload()
        page.wait_for_selector(".next-step")


def test_a_refusal_is_said_in_words_and_what_was_entered_stays(visit: Visiting, tmp_path: Path) -> None:
    refusal = {"code": "model_unavailable", "status": 503, "title": "", "detail": "", "request_id": "abc-1"}
    with visit(**PHONE) as one:
        page = one.go()
        to_sending(page, phone_photo(tmp_path))
        page.route("**/api/assess", lambda route: route.fulfill(status=422, json=refusal | {"code": "invalid_image"}))
        page.click(NEXT)
        expect(page.get_by_text("This file cannot be read as a picture", exact=False)).to_be_visible()
        page.unroute("**/api/assess")
        page.route("**/api/assess", lambda route: route.fulfill(status=503, json=refusal))
        page.click(NEXT)
        expect(page.get_by_text("The service is busy", exact=False)).to_be_visible()
        page.get_by_role("button", name="Stop").click()
        expect(page.locator(".thumbnails")).to_be_visible()


def test_a_slow_upload_shows_its_progress(visit: Visiting, tmp_path: Path) -> None:
    with visit(**PHONE) as one:
        page = one.go()
        to_sending(page, phone_photo(tmp_path))
        line = one.context.new_cdp_session(page)
        slow = {"offline": False, "latency": 100, "downloadThroughput": 100_000, "uploadThroughput": 40_000}
        line.send("Network.emulateNetworkConditions", slow)
        page.click(NEXT)
        expect(page.get_by_text("Sending: ", exact=False)).to_be_visible()
        one.audit("sending")
        page.wait_for_selector(".next-step")
