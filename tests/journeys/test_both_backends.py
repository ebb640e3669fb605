"""Roads through the product over its HTTP face, the same on one machine and on Google.

The longest, from readings to a new champion and back, has a file of its own (`test_retraining.py`); those of exports,
imports, the quiz and lent pictures lie with what they belong to, in tests/web.
"""

import io
import json
from pathlib import Path
from typing import Any

import msgspec
import pypdf
import pytest

from dermaloop.events import AnnotationSaved, ModelPublished, TrainingRequested, write_event
from dermaloop.records.training import MOST_ATTEMPTS
from dermaloop.services import promoting, reminding
from dermaloop.services.moments import later, now
from tests.houses import House
from tests.pictures import b64, jpeg
from tests.services.jobs import FixedJobs
from tests.services.reviewed import agree_on_many
from tests.web.doctors import Doctor, send_photo


def test_a_photo_is_read_by_doctors_and_forgotten_when_its_owner_says_so(house: House) -> None:
    client = house.client
    kept = send_photo(client)
    ada, chen = Doctor(client, "ada"), Doctor(client, "chen")
    chen.put("settings", chen.get("settings") | {"double_share": 0.0, "random_share": 0.0})
    image = ada.next()["id"]
    assert image == f"{kept['id']}-1"
    assert ada.ask("GET", f"images/{image}/picture").data[:3] == b"\xff\xd8\xff"
    assert ada.submit(image, "nv")["state"] == "reviewed"
    assert [reading["model"]["name"] for reading in ada.get(f"images/{image}")["model"]] == ["malignancy", "disease"]

    (letter,) = house.letters(1)
    assert letter.event == write_event(AnnotationSaved(annotation_id=f"{image}.local-1"))
    assert [house.push(letter), house.push(letter)] == [204, 204]
    assert house.push(letter, house.token("chen")) == 401
    house.sweep()

    for person, status in (("ada", 403), ("chen", 200)):
        headers = Doctor(client, person).headers
        assert client.get("/api/admin/audit", headers=headers).status_code == status

    path, token = f"/api/cases/{kept['id']}", {"X-Case-Token": kept["token"]}
    assert client.delete(path, headers=token).status_code == 204
    assert client.get(path, headers=token).status_code == 404
    assert ada.ask("GET", f"images/{image}").status_code == 404
    assert ada.get("images")["images"] == []


def test_two_who_differ_are_settled_by_a_third(house: House) -> None:
    client = house.client
    ada, ben, chen = (Doctor(client, name) for name in ("ada", "ben", "chen"))
    chen.put("settings", chen.get("settings") | {"double_share": 1.0})
    image = f"{send_photo(client)['id']}-1"
    assert [ada.read(image, "mel")["state"], ben.read(image, "nv")["state"]] == ["second", "adjudication"]
    assert [each["name"] for each in chen.post(f"images/{image}/lease", {})["readings"]] == ["Dr Ada", "Dr Ben"]
    done = chen.submit(image, "mel")
    assert (done["state"], done["reference"]["diagnosis"], done["reference"]["how"]) == (
        "reviewed",
        "mel",
        "adjudicated",
    )
    trail = [(line["actor"], line["action"]) for line in ada.get(f"images/{image}/trail")["lines"]]
    assert [actor for actor, action in trail if action.startswith("submit")] == ["local-1", "local-2", "local-3"]


def test_a_question_is_answered_and_a_reminder_sent(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, ada = house.client, Doctor(house.client, "ada")
    kept = send_photo(client)
    path, token = f"/api/cases/{kept['id']}", {"X-Case-Token": kept["token"]}
    asked = {"text": "It bled.", "image": b64(jpeg(seed=3))}
    once = token | {"Idempotency-Key": "a-key-of-its-own"}
    threads = [client.post(f"{path}/consultation", json=asked, headers=once).get_json() for _ in range(2)]
    assert len(threads[0]["messages"]) == len(threads[1]["messages"]) == 1
    version = ada.post(f"consultations/{kept['id']}/impression", {"text": "A naevus."})["version"]
    ada.post(f"consultations/{kept['id']}/reply", {"verdict": "answer", "text": "Have it seen.", "version": version})
    letter = client.get(f"{path}/consultation/letter.pdf", headers=token)
    assert "Have it seen." in pypdf.PdfReader(io.BytesIO(letter.data)).pages[0].extract_text()

    due = later(now(), days=3)
    wish = {"address": {"channel": "email", "value": "someone@example.org"}, "due_at": due}
    assert client.put(f"{path}/reminder", json=wish, headers=token).status_code == 200
    assert house.sweep()["send reminders"] == 0
    monkeypatch.setattr(reminding, "now", lambda: later(due, hours=1))
    assert [house.sweep()["send reminders"] for _ in range(2)] == [1, 0]
    (sent,) = (tmp_path / "outbox").glob("*.json")
    assert json.loads(sent.read_text())["to"]["value"] == "someone@example.org"
    assert client.get(f"{path}/reminder", headers=token).get_json()["state"] == "sent"


def test_a_training_is_started_once_and_again_where_its_job_died(house: House) -> None:
    admin, jobs = Doctor(house.client, "admin").headers, house.world.jobs
    assert isinstance(jobs, FixedJobs)
    agree_on_many(house.world, 15)
    asked = house.client.post("/api/admin/runs", json={}, headers=admin)
    run: dict[str, Any] = asked.get_json()
    assert run["pictures"] == 15
    (letter,) = house.letters(1)
    assert letter.event == write_event(TrainingRequested(run_id=run["id"]))
    assert [house.push(letter), house.push(letter), len(jobs.orders)] == [204, 204, 1]
    for attempt in range(1, MOST_ATTEMPTS + 1):
        assert len(jobs.orders) == attempt
        jobs.states[f"{run['id']}-{attempt}"] = "vanished"
        house.sweep()
        house.push(letter)
    house.sweep()
    ended = house.client.get(f"/api/admin/runs/{run['id']}", headers=admin).get_json()["run"]
    assert (ended["state"], ended["active"], len(jobs.orders)) == ("failed", False, MOST_ATTEMPTS)


def test_an_event_that_comes_late_or_means_nothing_changes_nothing(house: House) -> None:
    house.world.events.publish(ModelPublished(model="disease", version="nowhere"))
    (letter,) = house.letters(1)
    assert house.push(letter) == 204
    assert promoting.read_pointer("disease", house.world.blobs)[0] is None
    assert house.push(msgspec.structs.replace(letter, event="{}")) == 400
