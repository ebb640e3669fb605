"""Reminders, consultations and letters as a phone, a doctor's browser and a printer meet them."""

import io
from pathlib import Path
from typing import Any

import icalendar
import pypdf
import pytest
from werkzeug.test import Client

from dermaloop.services.lettering import Letter, Section
from dermaloop.web.letter_pdf import font_for, pdf
from tests.pictures import b64, jpeg
from tests.web.sites import assert_problem, client_of


@pytest.fixture
def client(tmp_path: Path) -> Client:
    return client_of(tmp_path)


def case_of(client: Client, locale: str = "en") -> tuple[str, dict[str, str]]:
    body = {"image": b64(jpeg()), "store_image": True, "locale": locale}
    answer = client.post("/api/disease", json=body).get_json()
    return f"/api/cases/{answer['id']}", {"X-Case-Token": answer["token"]}


def signed(client: Client, email: str) -> dict[str, str]:
    token = client.post("/api/local/sign-in", json={"email": email}).get_json()["token"]
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize("locale", ["en", "zh-TW", "ko"])
def test_a_calendar_reads_the_reminder(client: Client, locale: str) -> None:
    path, token = case_of(client, locale)
    response = client.get(f"{path}/reminder.ics?locale={locale}", headers=token)
    assert response.mimetype == "text/calendar"
    assert max(len(line) for line in response.data.split(b"\r\n")) <= 75
    (event,) = icalendar.Calendar.from_ical(response.data).walk("VEVENT")
    assert (event["DTEND"].dt - event["DTSTART"].dt).days == 1
    assert str(event["UID"]).startswith(path.rsplit("/", 1)[1])
    assert "nv" not in str(event["DESCRIPTION"])


def test_a_reminder_by_address(client: Client) -> None:
    path, token = case_of(client)
    body = {"address": {"channel": "email", "value": "someone@example.org"}}
    assert client.get(f"{path}/reminder", headers=token).status_code == 404
    made = client.put(f"{path}/reminder", json=body, headers=token).get_json()
    assert made["state"] == "waiting"
    assert client.get(f"{path}/reminder", headers=token).get_json() == made
    assert client.delete(f"{path}/reminder", headers=token).status_code == 204
    assert_problem(client.put(f"{path}/reminder", json=body), 401, "unauthenticated")
    wrong: dict[str, Any] = {"address": {"channel": "email", "value": "nobody"}}
    assert_problem(client.put(f"{path}/reminder", json=wrong, headers=token), 400, "invalid_request")
    late = body | {"due_at": "2020-01-01T00:00:00.000Z"}
    assert_problem(client.put(f"{path}/reminder", json=late, headers=token), 400, "invalid_request")


def test_a_consultation_from_question_to_letter(client: Client) -> None:
    path, token = case_of(client, "ko")
    case_id = path.rsplit("/", 1)[1]
    ada, admin = signed(client, "ada@example.org"), signed(client, "admin@example.org")
    asked = {"text": "지난주에 피가 났어요", "region": "Seoul", "locale": "ko"}
    assert client.post(f"{path}/consultation", json=asked, headers=token).status_code == 200
    assert_problem(client.post(f"{path}/consultation", json=asked, headers=token), 409, "conflict")

    (line,) = client.get("/api/review/consultations", headers=ada).get_json()["consultations"]
    assert (line["case_id"], line["overdue"], line["region"]) == (case_id, False, "Seoul")
    opened = client.get(f"/api/review/consultations/{case_id}", headers=ada).get_json()
    assert opened["predictions"] is None
    assert opened["next_step"] is None
    thought = client.post(
        f"/api/review/consultations/{case_id}/impression", json={"text": "Naevus."}, headers=ada
    ).get_json()
    assert thought["predictions"]

    clinic = {"name": "서울병원", "address": "서울", "phone": "02-1"}
    assert client.put("/api/admin/clinics/seoul", json=clinic, headers=admin).status_code == 200
    assert_problem(client.put("/api/admin/clinics/x", json=clinic, headers=ada), 403, "forbidden")
    assert client.get("/api/review/clinics", headers=ada).get_json()["clinics"][0]["name"] == "서울병원"
    reply = {"verdict": "refer", "text": "진료를 받으세요.", "version": opened["version"], "clinic_id": "seoul"}
    where = f"/api/review/consultations/{case_id}/reply"
    assert_problem(client.post(where, json=reply, headers=ada), 409, "conflict")  # the impression came in between
    assert client.post(where, json=reply | {"version": thought["version"]}, headers=ada).status_code == 200
    assert_problem(client.post(where, json=reply | {"clinic_id": None}, headers=ada), 400, "invalid_request")

    thread = client.get(f"{path}/consultation", headers=token).get_json()
    assert (thread["state"], thread["referral"]["clinic"]["name"]) == ("referred", "서울병원")
    assert "impression" not in str(thread)
    letter = client.get(f"{path}/consultation/letter.pdf", headers=token)
    page = pypdf.PdfReader(io.BytesIO(letter.data)).pages[0]
    assert len(page.images) == 1
    assert "서울병원" in page.extract_text()


def test_photos_of_a_thread_are_for_its_two_sides(client: Client) -> None:
    path, token = case_of(client)
    case_id = path.rsplit("/", 1)[1]
    ada, admin = signed(client, "ada@example.org"), signed(client, "admin@example.org")
    sent = {"text": "?", "image": b64(jpeg(seed=3))}
    thread = client.post(f"{path}/consultation", json=sent, headers=token).get_json()
    name = thread["messages"][0]["image"]
    for address, headers in (
        (f"{path}/consultation/images/{name}", token),
        (f"/api/review/consultations/{case_id}/images/{name}", ada),
        (f"/api/review/consultations/{case_id}/images/1", ada),
    ):
        assert client.get(address, headers=headers).mimetype == "image/jpeg"
    assert client.get(f"{path}/consultation/images/other", headers=token).status_code == 404
    assert client.get(f"/api/review/consultations/{case_id}/images/1", headers=admin).status_code == 403
    bad = {"text": "?", "image": b64(b"no picture")}
    assert_problem(client.post(f"{path}/consultation/messages", json=bad, headers=token), 422, "invalid_image")


def test_a_letter_is_set_in_letters_that_its_language_has() -> None:
    assert [font_for(text) for text in ("Naïve", "痣", "점 痣")] == ["Helvetica", "MSung-Light", "HYSMyeongJo-Medium"]
    long = Section("<b>痣</b>", ("文" * 4000, "a & b\nc"))
    letter = Letter("zh-TW", "醫師回覆", "案件 1", jpeg(), "照片", (long,), "頁尾")
    reader = pypdf.PdfReader(io.BytesIO(pdf(letter)))
    assert len(reader.pages) > 1
    assert "頁尾" in reader.pages[-1].extract_text()
