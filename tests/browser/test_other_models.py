"""A model that was published under a further name is offered beside an answer and stands on the admin page."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Browser, expect

from dermaloop.contract.manifest import Champion, champion_key, model_key, read_manifest, write_manifest
from dermaloop.wiring import Settings, build
from tests.browser.browsers import visiting
from tests.browser.checking import phone_photo, to_answer
from tests.browser.reviewing import sign_in
from tests.servers import ROOT, Server, local_server

BUNDLED = ROOT / "functions" / "models" / "disease"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """With the bundled model of diseases once more, under the name `clinical`, as `publish` writes it."""
    place = tmp_path_factory.mktemp("models")
    blobs = build(Settings(data=str(place))).world.blobs
    manifest = msgspec.structs.replace(read_manifest((BUNDLED / "manifest.json").read_bytes()), name="clinical")
    chosen = Champion(version=manifest.version, promoted_by="Dr Example", promoted_at=manifest.created)
    for key, data in (
        (model_key("clinical", manifest.version, "model.tflite"), (BUNDLED / "model.tflite").read_bytes()),
        (model_key("clinical", manifest.version, "manifest.json"), write_manifest(manifest)),
        (champion_key("clinical"), msgspec.json.encode(chosen)),
    ):
        blobs.write(key, data)
    with local_server(place) as started:
        yield started


def test_a_further_model_is_asked_and_what_it_says_is_not_kept(
    browser: Browser, server: Server, tmp_path: Path
) -> None:
    with visiting(browser, server.address) as one:
        page = one.go()
        to_answer(page, phone_photo(tmp_path))
        page.get_by_role("button", name="Ask another model").click()
        with page.expect_response(lambda got: got.request.method == "DELETE" and "/api/cases/" in got.url) as deleted:
            page.get_by_role("button", name="Ask clinical").click()
        assert deleted.value.status == 204
        told = page.get_by_role("status", name="clinical says")
        expect(told).to_contain_text("Melanoma")
        expect(told.get_by_role("listitem")).to_have_count(7)


def test_an_admin_sees_it_with_its_versions(browser: Browser, server: Server) -> None:
    with visiting(browser, server.address) as one:
        page = sign_in(one, "Admin", "/admin")
        shelf = page.get_by_role("region", name="clinical", exact=True).first
        expect(shelf).to_contain_text("Dr Example")
        expect(shelf.get_by_role("row")).to_have_count(2)
