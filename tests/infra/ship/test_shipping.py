"""Publishing, rolling back, the first admin, asking the site: what a person who ships relies on."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.ship import accounts, champions, doctor, google, hosting
from infra.ship.advice import Failed, advise
from infra.ship.smoke import smoke
from tests.infra.ship.stand_in import Google, fake_gcloud, stand_in
from tests.servers import ROOT, local_server

CONFIG = {"apiKey": "k"}


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Google]:
    monkeypatch.setenv("PATH", f"{fake_gcloud(tmp_path / 'bin')}:/usr/bin:/bin:/usr/local/bin")
    monkeypatch.setenv("GCLOUD_LOG", str(tmp_path / "gcloud.log"))
    google._token.cache_clear()
    with stand_in() as found:
        monkeypatch.setenv(google.STAND_IN, found.address)
        yield found


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A built site beside the real rules of hosting."""
    (tmp_path / "frontend" / "dist" / "assets").mkdir(parents=True)
    (tmp_path / "frontend" / "dist" / "index.html").write_text("<html>one</html>")
    (tmp_path / "frontend" / "dist" / "assets" / "a.js").write_text("a")
    (tmp_path / "frontend" / "dist" / ".hidden").write_text("h")
    (tmp_path / "frontend" / "firebase.json").write_text((ROOT / "frontend" / "firebase.json").read_text())
    monkeypatch.setattr(hosting, "ROOT", tmp_path)
    monkeypatch.setattr(hosting, "_HOSTING", tmp_path / "frontend" / "firebase.json")
    return tmp_path / "frontend" / "dist"


def _publish() -> str:
    return hosting.publish(site="s", region="asia-east1", project="p", web_config=CONFIG)


def test_what_is_published_is_what_was_built_with_the_sign_in_of_the_project(cloud: Google, site: Path) -> None:
    _publish()
    assert cloud.page("/index.html") == b"<html>one</html>"
    assert json.loads(cloud.page("/config.json")) == {"sign_in": "firebase", "firebase": CONFIG}
    assert set(cloud.versions[cloud.releases[-1]]["files"]) == {"/index.html", "/assets/a.js", "/config.json"}
    assert cloud.versions[cloud.releases[-1]]["status"] == "FINALIZED"


def test_a_second_release_sends_only_what_changed(cloud: Google, site: Path) -> None:
    _publish()
    sent = dict(cloud.uploads)
    (site / "index.html").write_text("<html>two</html>")
    _publish()
    assert len(cloud.uploads) == len(sent) + 1
    assert cloud.page("/index.html") == b"<html>two</html>"


def test_every_address_of_the_api_leads_to_its_function_where_it_is(cloud: Google, site: Path) -> None:
    rules = hosting.config("asia-east1")
    leads = {rule["glob"]: rule["run"] for rule in rules["rewrites"]}
    assert leads["/api/disease"] == {"serviceId": "predict-disease", "region": "asia-east1"}
    assert {"/api/review/**", "/api/admin/**", "/api/cases/**"} <= leads.keys()
    assert any("Content-Security-Policy" in rule["headers"] for rule in rules["headers"])


def test_a_site_that_is_not_built_is_not_published(cloud: Google, site: Path) -> None:
    (site / "index.html").unlink()
    with pytest.raises(Failed, match="make site"):
        _publish()


def test_a_release_can_be_taken_back(cloud: Google, site: Path) -> None:
    first = _publish()
    (site / "index.html").write_text("<html>bad</html>")
    _publish()
    hosting.release(site="s", version=first, project="p")
    assert cloud.page("/index.html") == b"<html>one</html>"
    assert hosting.live(site="s", project="p") == first


def test_only_champions_that_moved_are_put_back(cloud: Google) -> None:
    cloud.objects = {
        "models/disease/champion.json": (1, b'{"version": "a"}'),
        "models/malignancy/champion.json": (5, b'{"version": "m"}'),
    }
    before = champions.pointers(bucket="b", project="p")
    cloud.objects["models/disease/champion.json"] = (2, b'{"version": "bad"}')
    assert champions.put_back(bucket="b", project="p", before=before) == ["models/disease/champion.json back to a"]
    assert cloud.objects["models/disease/champion.json"] == (3, b'{"version": "a"}')
    assert cloud.objects["models/malignancy/champion.json"][0] == 5


def test_the_first_admin_keeps_the_roles_they_had(cloud: Google) -> None:
    cloud.accounts["a@example.org"] = {"localId": "1", "customAttributes": '{"roles": ["doctor"], "x": 1}'}
    accounts.make_admin("a@example.org", project="p")
    accounts.make_admin("a@example.org", project="p")
    assert json.loads(cloud.accounts["a@example.org"]["customAttributes"]) == {"roles": ["admin", "doctor"], "x": 1}
    with pytest.raises(Failed, match="sign in once"):
        accounts.make_admin("nobody@example.org", project="p")


def test_the_doctor_says_what_to_do(cloud: Google, monkeypatch: pytest.MonkeyPatch) -> None:
    found = {finding.name: finding for finding in doctor.examine("dermaloop-test", "europe-west1")}
    assert found["billing"].good
    assert found["quotas"].good
    assert not found["APIs"].good
    assert "gcloud services enable cloudresourcemanager.googleapis.com" in found["APIs"].said
    with pytest.raises(Failed, match="checks are bad"):
        doctor.report(list(found.values()))
    wrong = {finding.name: finding for finding in doctor.examine("My Project", "europe-west1")}
    assert "gcloud projects list" in wrong["project"].said
    assert "billing" not in wrong


def test_the_smoke_test_passes_on_the_product_and_names_what_is_down(tmp_path: Path) -> None:
    with local_server(tmp_path / "store") as server:
        smoke(server.address, patience=10)
        address = server.address
    with pytest.raises(Failed, match="the page does not work"):
        smoke(address, patience=0)


@pytest.mark.parametrize(
    "said, advice",
    [
        (
            "Error 403: Cloud Run Admin API has not been used in project 1 before or it is disabled. SERVICE_DISABLED",
            "API is not enabled",
        ),
        (
            "googleapi: Error 409: The requested bucket name is not available. The bucket namespace is shared",
            "bucket's name is taken",
        ),
        (
            "Error 409: Database already exists. Please use another database_id, alreadyExists",
            "Firestore database already",
        ),
        ("Error: Error acquiring the state lock\nID: 123", "force-unlock"),
        ("Error creating Topic: googleapi: Error 409: Resource already exists in the project", "terraform import"),
        ("UREQ_PROJECT_BILLING_NOT_FOUND: billing must be enabled", "billing projects link"),
        ("could not find default credentials", "gcloud auth login"),
        ("Error 429: Quota exceeded for quota metric 'CPU allocation'", "quota"),
        ("Error 403: Permission 'run.services.create' denied, PERMISSION_DENIED", "lack a right"),
        ("Error: database has DELETE_PROTECTION_ENABLED", "protected from deletion"),
        ("something never seen", "running the same command again is always safe"),
    ],
)
def test_a_failure_says_what_to_do(said: str, advice: str) -> None:
    assert advice in advise(said)
