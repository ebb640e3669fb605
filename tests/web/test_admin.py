"""What admins do over HTTP, and what nobody else may."""

import hashlib
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from werkzeug.test import Client, TestResponse

from dermaloop.adapters.local_identity import LocalIdentity
from dermaloop.contract.manifest import model_key, write_manifest
from dermaloop.devserver import LocalSite
from dermaloop.events import TrainingRequested
from dermaloop.records.dead_letters import DEAD_LETTERS, DeadLetter
from dermaloop.records.documents import Put
from dermaloop.web import Site
from dermaloop.web.endpoints import endpoints
from tests.fakes import manifest
from tests.services.reviewed import agree_on_many
from tests.web.sites import assert_problem, site

BUNDLED = "1"


class Admin:
    """Somebody signed in on a site."""

    def __init__(self, here: Site, email: str = "admin") -> None:
        assert isinstance(here.world.identity, LocalIdentity)
        token = here.world.identity.sign_in(f"{email}@example.org")
        self._client = Client(LocalSite(here))
        self._headers = {"Authorization": f"Bearer {token}"}

    def ask(self, method: str, path: str, body: Any = None, **query: str) -> TestResponse:
        return self._client.open(
            f"/api/admin/{path}", method=method, json=body, headers=self._headers, query_string=query
        )

    def get(self, path: str, **query: str) -> Any:
        return self._ok(self.ask("GET", path, **query))

    def post(self, path: str, body: Any) -> Any:
        return self._ok(self.ask("POST", path, body))

    def put(self, path: str, body: Any) -> Any:
        return self._ok(self.ask("PUT", path, body))

    def _ok(self, response: TestResponse) -> Any:
        assert response.status_code == 200, response.get_data(as_text=True)
        return response.get_json()


@pytest.fixture
def here(tmp_path: Path) -> Site:
    return site(tmp_path)


@pytest.fixture
def admin(here: Site) -> Admin:
    return Admin(here)


def publish(here: Site, version: str) -> None:
    """As the training job writes a version."""
    model = f"model {version}".encode()
    made = manifest("disease", version, sha256=hashlib.sha256(model).hexdigest())
    figures = {"balanced_accuracy": [0.7, 0.6, 0.8], "mel.recall": [None, None, None]}
    report = {"test": {"reviewed": {"pictures": 12, "figures": figures}}}
    for file, data in (
        ("model.tflite", model),
        ("report.json", json.dumps(report).encode()),
        ("manifest.json", write_manifest(made)),
    ):
        here.world.blobs.write(model_key("disease", version, file), data)


@pytest.mark.parametrize(
    ("method", "path"),
    [(e.method, e.path.removeprefix("/api/admin/")) for e in endpoints("admin") if e.sign_in == "admin"],
)
def test_only_admins_come_in(here: Site, method: str, path: str) -> None:
    ada = Admin(here, "ada")
    assert_problem(ada.ask(method, path, {}), 403, "forbidden")


def test_versions_stand_side_by_side_with_their_figures(here: Site, admin: Admin) -> None:
    publish(here, "v2")
    shelf = next(one for one in admin.get("models")["models"] if one["name"] == "disease")
    assert shelf["champion"] == BUNDLED
    found = {one["version"]: one for one in shelf["versions"]}
    assert (found["v2"]["champion"], found["v2"]["test_pictures"]) == (False, 12)
    assert found["v2"]["figures"]["balanced_accuracy"] == [0.7, 0.6, 0.8]
    assert (found[BUNDLED]["champion"], found[BUNDLED]["bundled"]) == (True, True)
    assert admin.get("models/disease/versions/v2/report")["test"]["reviewed"]["pictures"] == 12
    assert_problem(admin.ask("GET", "models/disease/versions/v3/report"), 404, "not_found")


def test_promoting_and_rolling_back_step_by_step(here: Site, admin: Admin) -> None:
    for version in ("v2", "v3"):
        publish(here, version)
    path = "models/disease"
    told = admin.post(f"{path}/promote", {"version": "v2", "instead_of": BUNDLED})
    assert (told["version"], told["previous"], told["promoted_by"]) == ("v2", BUNDLED, "local-4")
    late = admin.ask("POST", f"{path}/promote", {"version": "v3", "instead_of": BUNDLED})
    assert assert_problem(late, 409, "conflict")["champion"] == "v2"
    admin.post(f"{path}/promote", {"version": "v3", "instead_of": "v2"})
    for left, now in (("v3", "v2"), ("v2", BUNDLED)):
        assert admin.post(f"{path}/roll-back", {"instead_of": left})["version"] == now
    assert_problem(admin.ask("POST", f"{path}/roll-back", {"instead_of": BUNDLED}), 409, "conflict")
    shelf = next(one for one in admin.get("models")["models"] if one["name"] == "disease")
    assert [one["version"] for one in shelf["history"]] == [BUNDLED, "v2", "v3", "v2"]


def test_what_is_broken_or_not_published_is_not_promoted(here: Site, admin: Admin) -> None:
    wish = {"version": "v9", "instead_of": BUNDLED}
    assert_problem(admin.ask("POST", "models/disease/promote", wish), 404, "not_found")
    publish(here, "v9")
    here.world.blobs.write(model_key("disease", "v9", "model.tflite"), b"other bytes")
    assert_problem(admin.ask("POST", "models/disease/promote", wish), 409, "conflict")
    assert next(one for one in admin.get("models")["models"] if one["name"] == "disease")["champion"] == BUNDLED


def test_a_run_is_started_by_hand_and_followed(here: Site, admin: Admin) -> None:
    assert_problem(admin.ask("POST", "runs", {}), 409, "conflict")
    agree_on_many(here.world, 15)
    run = admin.post("runs", {})
    assert (run["trigger"], run["asked_by"], run["pictures"]) == ("hand", "local-4", 15)
    busy = assert_problem(admin.ask("POST", "runs", {}), 409, "conflict")
    assert busy["run_id"] == run["id"]
    assert [one["id"] for one in admin.get("runs")["runs"]] == [run["id"]]
    followed = admin.get(f"runs/{run['id']}")
    assert (followed["run"]["state"], followed["progress"], followed["log"]) == ("claimed", None, [])
    assert_problem(admin.ask("GET", "runs/none"), 404, "not_found")


def test_policies_are_changed_over_the_version_that_was_seen(admin: Admin) -> None:
    seen = admin.get("policies")
    assert (seen["training"]["threshold"], seen["training"]["promotion"], seen["version"]) == (50, "by_hand", 0)
    changed = seen | {"retention": {"case_days": 30}}
    assert admin.put("policies", changed)["version"] == 1
    assert_problem(admin.ask("PUT", "policies", changed), 409, "conflict")
    wrong = admin.get("policies") | {"training": {"threshold": -1}}
    assert assert_problem(admin.ask("PUT", "policies", wrong), 400, "invalid_request")["path"] == "$.training.threshold"


def test_roles_are_given_but_nobody_locks_themselves_out(here: Site, admin: Admin) -> None:
    told = admin.put("people", {"email": "ada@example.org", "roles": ["doctor", "admin"]})
    assert sorted(told["roles"]) == ["admin", "doctor"]
    assert Admin(here, "ada").get("people")["people"]
    own = admin.ask("PUT", "people", {"email": "admin@example.org", "roles": []})
    assert_problem(own, 409, "conflict")
    assert_problem(admin.ask("PUT", "people", {"email": "x@example.org", "roles": []}), 404, "not_found")
    lines = admin.get("audit", subject="person:", action="grant")["lines"]
    assert [(line["actor"], line["action"]) for line in lines] == [("local-4", f"grant {', '.join(told['roles'])}")]


def test_a_dead_letter_is_replayed_once(here: Site, admin: Admin) -> None:
    event = msgspec.json.encode(TrainingRequested(run_id="r")).decode()
    for name in ("a", "b"):
        letter = DeadLetter(
            id=name, at=f"2026-11-21T10:00:0{name == 'b':d}.000Z", topic="training-requested", event=event
        )
        here.world.documents.commit(Put(DEAD_LETTERS, letter))
    assert [one["id"] for one in admin.get("dead-letters")["dead_letters"]] == ["b", "a"]
    assert admin.post("dead-letters/a/replay", {})["closed_by"] == "local-4"
    assert_problem(admin.ask("POST", "dead-letters/a/replay", {}), 409, "conflict")
    assert admin.ask("DELETE", "dead-letters/b").status_code == 200
    assert admin.get("dead-letters")["dead_letters"] == []


def test_statistics_count_what_people_gave_and_hide_what_is_rare(here: Site, admin: Admin, photo: str) -> None:
    client = Client(LocalSite(here))
    for number in range(12):
        answers = {"age": 34 if number < 7 else 61, "site": "arm", "region": "TW" if number else "KR-11"}
        body = {"images": [{"image": photo}], "answers": answers}
        assert client.post("/api/assess", json=body).status_code == 200
    told = admin.get("statistics")
    assert told["total"] == 12
    found = {table["dimension"]: {c["value"]: c["count"] for c in table["cells"]} for table in told["tables"]}
    assert found["age"] == {"30 to 39": 7, "60 to 69": 5}
    assert found["region"] == {"KR-11": None, "TW": None}
    assert found["site"] == {"arm": 12}
    assert list(found["week"].values()) == [12]
    table = admin.ask("GET", "statistics.csv")
    assert table.mimetype == "text/csv"
    lines = table.get_data(as_text=True).splitlines()
    assert lines[:2] == ["dimension,value,count", "all,all,12"]
    assert "region,TW," in lines


def test_of_a_handful_of_cases_nothing_is_told(admin: Admin) -> None:
    assert admin.get("statistics")["total"] is None
