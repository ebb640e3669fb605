"""Admins see what serves and what happened, and change it knowing what changes."""

import io
import zipfile
from datetime import datetime

from playwright.sync_api import FilePayload, expect

from tests.browser.browsers import SMALL
from tests.browser.conftest import Visiting
from tests.browser.reviewing import sign_in
from tests.pictures import jpeg

PARTS = ("models", "runs", "images", "people", "letters", "clinics", "statistics", "policies", "audit")


def test_every_part_is_there_and_usable_by_everybody(visit: Visiting) -> None:
    for way in ({}, SMALL | {"color_scheme": "dark"}):
        with visit(**way) as one:
            page = sign_in(one, "Admin", "/admin")
            for part in PARTS:
                page.goto(f"{one.address}/admin#/{part}")
                expect(page.get_by_role("tab", selected=True)).to_have_attribute("data-key", part)
                expect(page.get_by_text("Loading")).to_have_count(0)
                one.audit(part)
                assert not one.overflows(), part


def test_models_stand_side_by_side_with_their_figures(visit: Visiting) -> None:
    with visit() as one:
        page = sign_in(one, "Admin", "/admin")
        for name in ("disease", "malignancy"):
            model = page.get_by_role("region", name=name, exact=True).first
            expect(model.get_by_text("Balanced accuracy")).to_be_visible()
            expect(model.get_by_role("img")).to_be_visible()


def test_a_clinic_and_a_role_are_given_and_stand_in_the_trail(visit: Visiting) -> None:
    with visit() as one:
        page = sign_in(one, "Admin", "/admin#/clinics")
        page.get_by_label("Name").fill("City Hospital")
        page.get_by_label("Address").fill("1 High Street")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("button", name="Remove City Hospital")).to_be_visible()
        page.get_by_role("tab", name="People").click()
        page.get_by_label("E-mail").fill("ben@example.org")
        page.get_by_label("Doctor", exact=True).check()
        page.get_by_role("button", name="Set the roles").click()
        expect(page.get_by_text("Dr Ben now has: Doctor.")).to_be_visible()
        page.get_by_role("tab", name="Audit trail").click()
        expect(page.get_by_text("keep clinic").first).to_be_visible()
        page.get_by_label("What", exact=True).fill("keep")
        page.get_by_label("Until").fill(datetime.now().strftime("%Y-%m-%d"))  # today counts as a whole
        page.get_by_role("button", name="Search").click()
        expect(page.get_by_text("set roles")).to_have_count(0)
        expect(page.get_by_text("keep clinic").first).to_be_visible()


def test_an_archive_is_brought_in_and_what_was_refused_is_told(visit: Visiting) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("one.jpg", jpeg(seed=901))
        packed.writestr("broken.jpg", b"no picture")
    with visit() as one:
        page = sign_in(one, "Admin", "/admin#/images")
        file = FilePayload(name="photos.zip", mimeType="application/zip", buffer=archive.getvalue())
        page.get_by_label("Archive (ZIP)").set_input_files(file)
        page.get_by_label("Source").fill("City Hospital")
        send = page.get_by_role("button", name="Bring in")
        expect(send).to_be_disabled()
        page.get_by_label("The owners agreed").check()
        send.click()
        expect(page.get_by_text("1 queued, 0 there already, 1 refused")).to_be_visible()
        expect(page.get_by_role("row", name="broken.jpg Refused")).to_be_visible()
        one.audit("what became of an archive")
        page.get_by_label("Minutes that an image is reserved").fill("45")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("Saved.")).to_be_visible()
        page.reload()
        expect(page.get_by_label("Minutes that an image is reserved")).to_have_value("45")


def test_a_doctor_who_is_no_admin_is_told_so(visit: Visiting) -> None:
    with visit() as one:
        page = sign_in(one, "Dr Ada", "/admin")
        expect(page.get_by_text("You may not do this with this sign-in.")).to_be_visible()
