"""A doctor's day: from the queue over drafts to a reading that counts, blind until then."""

from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client

from tests.web.doctors import Doctor, send_photo
from tests.web.sites import assert_problem, client_of


@pytest.fixture
def client(tmp_path: Path) -> Client:
    return client_of(tmp_path)


@pytest.fixture
def ada(client: Client) -> Doctor:
    return Doctor(client, "ada")


@pytest.fixture
def ben(client: Client) -> Doctor:
    return Doctor(client, "ben")


@pytest.fixture
def chen(client: Client) -> Doctor:
    """A doctor who is an admin too."""
    return Doctor(client, "chen")


def read_twice(chen: Doctor, share: float) -> None:
    """How many images go to two readers; nothing is placed by chance."""
    now = chen.get("settings")
    chen.put("settings", now | {"double_share": share, "random_share": 0.0})


def test_from_the_queue_to_a_reading(client: Client, ada: Doctor, chen: Doctor) -> None:
    read_twice(chen, 0)
    told = send_photo(client)
    waiting = ada.get("queue")["images"]
    assert [image["id"] for image in waiting] == [f"{told['id']}-1"]
    opened = ada.next()
    assert opened["id"] == waiting[0]["id"]
    assert opened["held_by_you"]
    assert ada.ask("GET", f"images/{opened['id']}/picture").data.startswith(b"\xff\xd8")
    draft = {"version": 0, "findings": {"diagnosis": "mel"}}
    saved = ada.put(f"images/{opened['id']}/draft", draft)
    done = ada.submit(opened["id"], "nv", version=saved["version"], site="nail")
    assert done["state"] == "reviewed"
    assert done["reference"]["diagnosis"] == "nv"
    assert done["reference"]["how"] == "single reading"
    assert ada.next() is None
    found = ada.get("images", diagnosis="nv", site="nail", state="reviewed")
    assert [image["id"] for image in found["images"]] == [opened["id"]]
    assert found["counts"] == {"first": 0, "second": 0, "adjudication": 0, "reviewed": 1}


def test_only_pictures_whose_owners_agreed_to_training_are_read(client: Client, ada: Doctor) -> None:
    send_photo(client, store_image=False, train_consent=False)
    send_photo(client, train_consent=False)
    assert ada.next() is None


def leaks(told: Any) -> list[str]:
    """What a blind reader must not be sent, wherever it lies."""
    said = str(told)
    return [
        sign for sign in ("probabilit", "suspicious", "'label': 'mel'", "'label': 'nv'", "malignant") if sign in said
    ]


def test_the_models_answer_is_nowhere_until_the_own_reading_is_in(
    client: Client, ada: Doctor, ben: Doctor, chen: Doctor
) -> None:
    read_twice(chen, 1)
    image = f"{send_photo(client)['id']}-1"

    def everything(doctor: Doctor) -> list[Any]:
        seen = [doctor.get(path) for path in ("queue", "images", f"images/{image}", f"images/{image}/draft/history")]
        return [*seen, doctor.get(f"images/{image}/trail"), doctor.ask("POST", f"images/{image}/lease", {}).get_json()]

    for doctor in (ada, ben, chen):
        assert not leaks(everything(doctor))
    assert ada.next()["id"] == image
    done = ada.submit(image, "bkl")
    assert [reading["model"]["name"] for reading in done["model"]] == ["malignancy", "disease"]
    assert done["model"][1]["label"] == "nv"
    for doctor in (ben, chen):
        told = everything(doctor)
        assert not leaks(told)
        assert "bkl" not in str(told), "a second reader must not see the first reading"


def test_two_doctors_never_get_the_same_first_reading(client: Client, ada: Doctor, ben: Doctor) -> None:
    for seed in range(2):
        send_photo(client, seed=seed)
    mine, yours = ada.next(), ben.next()
    assert {mine["id"], yours["id"]} == {image["id"] for image in ada.get("images")["images"]}
    assert ada.next()["id"] == mine["id"], "what is held is gone on with"
    assert_problem(ben.ask("POST", f"images/{mine['id']}/lease", {}), 409, "conflict")
    assert ada.ask("DELETE", f"images/{mine['id']}/lease").status_code == 204
    assert ben.post(f"images/{mine['id']}/lease", {})["held_by_you"]


def test_a_stale_save_gets_both_versions(client: Client, ada: Doctor) -> None:
    image = f"{send_photo(client)['id']}-1"
    ada.next()
    ada.put(f"images/{image}/draft", {"version": 0, "findings": {"notes": "one"}})
    ada.put(f"images/{image}/draft", {"version": 1, "findings": {"notes": "two"}})
    refused = ada.ask("PUT", f"images/{image}/draft", {"version": 1, "findings": {"notes": "mine"}})
    told = assert_problem(refused, 409, "conflict")
    assert (told["theirs"]["version"], told["theirs"]["findings"]["notes"]) == (2, "two")
    assert told["yours"]["findings"]["notes"] == "mine"
    assert [each["findings"]["notes"] for each in ada.get(f"images/{image}/draft/history")["versions"]] == ["one"]


def test_two_who_differ_go_to_a_third_who_sees_both(client: Client, ada: Doctor, ben: Doctor, chen: Doctor) -> None:
    read_twice(chen, 1)
    image = f"{send_photo(client)['id']}-1"
    assert ada.read(image, "mel")["state"] == "second"
    assert ben.read(image, "nv")["state"] == "adjudication"
    assert ada.next() is None
    deciding = chen.next()
    assert {each["findings"]["diagnosis"] for each in deciding["readings"]} == {"mel", "nv"}
    assert deciding["model"] is None
    done = chen.submit(image, "mel", confirmed_by="histopathology")
    reference = done["reference"]
    assert (reference["diagnosis"], reference["how"]) == ("mel", "adjudicated")
    assert reference["confirmed_by"] == "histopathology"
    assert len(reference["annotations"]) == 2


def test_what_is_changed_after_the_models_answer_counts_only_once_confirmed(
    client: Client, ada: Doctor, chen: Doctor
) -> None:
    read_twice(chen, 0)
    image = f"{send_photo(client)['id']}-1"
    ada.read(image, "bkl")
    changed = {"version": 1, "findings": {"diagnosis": "nv", "certainty": "certain"}}
    amended = ada.put(f"images/{image}/reading", changed)
    assert amended["readings"][0]["after_model"]
    assert amended["readings"][0]["blind"]["diagnosis"] == "bkl"
    assert amended["reference"]["diagnosis"] == "bkl"
    assert_problem(chen.ask("POST", f"images/{image}/readings/local-1/confirmation", {}), 403, "forbidden")
    confirmed = ada.post(f"images/{image}/readings/local-1/confirmation", {})
    assert confirmed["reference"]["diagnosis"] == "nv"


def test_the_trail_says_who_did_what_with_which_models(client: Client, ada: Doctor) -> None:
    image = f"{send_photo(client)['id']}-1"
    ada.next()
    ada.put(f"images/{image}/draft", {"version": 0, "findings": {"notes": "secret", "site": "nail"}})
    ada.submit(image, "nv", version=1)
    lines = ada.get(f"images/{image}/trail")["lines"]
    assert [line["actor"] for line in lines] == ["queue", "local-1", "local-1", "local-1"]
    assert [line["action"].split(" (")[0] for line in lines] == [
        "queue",
        "open",
        "save a draft: site, notes",
        "submit the first reading",
    ]
    assert "disease 1" in lines[-1]["action"]
    assert "secret" not in str(lines)


def test_a_reading_needs_a_diagnosis_and_a_certainty(client: Client, ada: Doctor) -> None:
    image = ada.next() or f"{send_photo(client)['id']}-1"
    ada.next()
    for findings, field in (({}, "diagnosis"), ({"diagnosis": "nv"}, "certainty")):
        refused = ada.ask("POST", f"images/{image}/reading", {"version": 0, "findings": findings})
        assert assert_problem(refused, 400, "invalid_request")["path"] == f"$.findings.{field}"


def test_a_deleted_case_takes_its_readings_along(client: Client, ada: Doctor, chen: Doctor) -> None:
    told = send_photo(client)
    image = f"{told['id']}-1"
    ada.next()
    ada.put(f"images/{image}/draft", {"version": 0, "findings": {"notes": "one"}})
    assert client.delete(f"/api/cases/{told['id']}", headers={"X-Case-Token": told["token"]}).status_code == 204
    assert_problem(ada.ask("GET", f"images/{image}"), 404, "not_found")
    assert ada.next() is None


def test_an_admin_who_is_no_doctor_reads_nothing(client: Client) -> None:
    admin = Doctor(client, "admin")
    assert_problem(admin.ask("GET", "queue"), 403, "forbidden")
    assert admin.get("settings")["version"] == 0


def test_settings_are_changed_by_admins_over_the_version_they_saw(ada: Doctor, chen: Doctor) -> None:
    seen = chen.get("settings")
    assert chen.put("settings", seen | {"lease_minutes": 5})["version"] == 1
    assert_problem(chen.ask("PUT", "settings", seen), 409, "conflict")
    assert_problem(ada.ask("PUT", "settings", seen), 403, "forbidden")
