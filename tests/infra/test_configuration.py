"""What Terraform sets up is what the code uses; a wrong value, a second apply and a half-failed one end well."""

import dataclasses
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dermaloop.events import TOPICS
from dermaloop.web.endpoints import FUNCTIONS
from dermaloop.wiring import Settings
from tests.infra.conftest import EVERYTHING, Resources
from tests.infra.policies import of
from tests.infra.workspaces import Workspace, stub, workspace
from tests.servers import ROOT


@pytest.fixture(scope="module")
def untouched(terraform: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """Initialised, never applied."""
    with workspace(tmp_path_factory.mktemp("untouched") / "work") as found:
        yield found


def test_the_files_are_formatted(terraform: None) -> None:
    done = subprocess.run(["terraform", "fmt", "-check", "-recursive"], cwd=ROOT, capture_output=True, text=True)
    assert not done.stdout


def test_the_configuration_is_valid(untouched: Workspace) -> None:
    assert json.loads(untouched.must("validate", "-json"))["diagnostics"] == []


def test_terraforms_own_tests_pass(untouched: Workspace) -> None:
    folder = untouched.folder / "tests"
    folder.mkdir()
    shutil.copy(Path(__file__).with_name("infra.tftest.hcl"), folder)
    assert "4 passed, 0 failed" in untouched.must("test", "-no-color")


WRONG = {
    "region=mars-north1": "must be one where functions, Vertex AI",
    "environment=staging": "must be dev or prod",
    "retention={backups=400, dead_letters=90}": "retention.backups must be from 7 to 98 days",
    'training={hours=1000, image="https://x/y"}': "training.hours must be from 1 to 168",
    'alerts={emails=["nobody"], billing_account="my account"}': "gcloud billing accounts list",
    'delivery={repository="github.com/a/b"}': "gcloud builds repositories list",
    'mail={host="smtp.example.org"}': "mail.sender must be the address",
    'domains=["https://skin.example.org/"]': "without https:// and without a path",
    "encryption_key=mine": "projects/P/locations/R/keyRings/K/cryptoKeys/N",
    'sizes={predict={memory="1 GB", max_instances=0, min_instances=3}}': "a function that does not exist: predict",
}
FURTHER = (
    "from 1 to 31 days",
    "name:tag within the project's registry",
    "no e-mail address",
    "memory is written as 512Mi or 1Gi",
    "max_instances must be at least 1",
)


def _told(workspace: Workspace, *given: str) -> str:
    done = workspace.run("plan", "-no-color", *(f"-var={each}" for each in given))
    assert done.returncode == 1
    return " ".join(done.stderr.replace("│", " ").split())


def test_every_wrong_variable_is_told_at_once_and_how_to_be_right(untouched: Workspace) -> None:
    told = _told(untouched, "project_id=My Project", *WRONG)
    assert not [advice for advice in (*WRONG.values(), *FURTHER) if advice not in told]
    assert "`gcloud projects list` shows it" in told


def test_sizes_that_do_not_go_together_are_refused(untouched: Workspace) -> None:
    told = _told(untouched, "project_id=dermaloop-test", 'sizes={assess={cpu="0.5"}}')
    assert "needs cpu of 1 or more" in told


def test_a_second_apply_changes_nothing(development: Workspace, production: Workspace) -> None:
    for found, variables in (
        (development, ["infra/envs/dev.tfvars"]),
        (production, ["infra/envs/prod.tfvars", *EVERYTHING]),
    ):
        changes = found.plan(*variables)["resource_changes"]
        assert {action for change in changes for action in change["change"]["actions"]} == {"no-op"}


def test_an_apply_over_a_half_failed_one_finishes_it(terraform: None, tmp_path: Path) -> None:
    with workspace(tmp_path / "work", failing="google_pubsub_topic") as broken:
        failed = broken.run("apply", "-auto-approve", "-no-color", "-var=project_id=dermaloop-test")
        assert "cannot be made just now" in failed.stderr
        half = len(broken.resources())
    with stub(tmp_path / "work") as reattach:
        mended = dataclasses.replace(broken, env=broken.env | {"TF_REATTACH_PROVIDERS": reattach})
        assert len(mended.apply()) > half > 0
        assert (
            mended.run(
                "destroy", "-auto-approve", "-no-color", "-refresh=false", "-var=project_id=dermaloop-test"
            ).returncode
            == 0
        )


def test_every_function_of_the_code_is_deployed_and_no_other(resources: Resources) -> None:
    functions = [values for _, values in of(resources, "google_cloudfunctions2_function")]
    assert {function["build_config"][0]["entry_point"] for function in functions} == set(FUNCTIONS)
    assert {function["name"] for function in functions} == {name.replace("_", "-") for name in FUNCTIONS}
    for name in ("predict-malignancy", "predict-disease", "assess"):
        (size,) = [f["service_config"][0]["available_memory"] for f in functions if f["name"] == name]
        assert size == "1Gi"


def test_every_topic_of_the_code_is_pushed_to_its_function(resources: Resources) -> None:
    topics = {topic["name"] for _, topic in of(resources, "google_pubsub_topic")}
    assert topics == {topic.name for topic in TOPICS} | {"dead-letters"}
    pushed = {
        subscription["name"]: subscription["push_config"][0]["push_endpoint"]
        for _, subscription in of(resources, "google_pubsub_subscription")
        if subscription["push_config"]
    }
    assert set(pushed) == {f"{topic.name}-to-{topic.function.replace('_', '-')}" for topic in TOPICS}
    for topic in TOPICS:
        assert pushed[f"{topic.name}-to-{topic.function.replace('_', '-')}"].endswith(topic.path)


def test_the_functions_accept_their_settings(resources: Resources) -> None:
    for _, function in of(resources, "google_cloudfunctions2_function"):
        service = function["service_config"][0]
        secrets = {secret["key"]: "secret" for secret in service["secret_environment_variables"]}
        google = {"K_SERVICE": function["name"], "FUNCTION_TARGET": function["build_config"][0]["entry_point"]}
        settings = Settings.from_env(service["environment_variables"] | secrets | google)
        assert settings.backend == "gcp"
        assert settings.bucket != settings.models_bucket
        assert settings.database != settings.documents_database


def test_every_index_and_expiry_of_the_code_is_made(resources: Resources) -> None:
    declared = json.loads((ROOT / "infra" / "firestore.indexes.json").read_text())
    made = {_index(values["collection"], values["fields"]) for _, values in of(resources, "google_firestore_index")}
    assert made == {_index(index["collectionGroup"], index["fields"]) for index in declared["indexes"]}
    fields = {(v["collection"], v["field"], bool(v["ttl_config"])) for _, v in of(resources, "google_firestore_field")}
    assert fields == {(f["collectionGroup"], f["fieldPath"], f.get("ttl", False)) for f in declared["fieldOverrides"]}


def test_only_what_people_send_is_in_the_database_of_the_functions_that_take_it(resources: Resources) -> None:
    apart = {v["collection"] for _, v in of(resources, "google_firestore_field") if v["database"] == "(default)"}
    assert apart == {"cases"}


def _index(collection: str, fields: list[dict[str, Any]]) -> tuple[str, ...]:
    paths = (field.get("fieldPath") or field["field_path"] for field in fields)
    return (collection, *(f"{path} {field.get('order')}" for path, field in zip(paths, fields, strict=True)))


def test_what_is_counted_in_the_logs_is_what_the_code_logs(resources: Resources) -> None:
    code = "".join(path.read_text() for path in (ROOT / "functions" / "dermaloop").rglob("*.py"))
    counted = [
        text
        for _, v in of(resources, "google_logging_metric")
        for text in re.findall(r'message:"([^"]+)"', v["filter"])
    ]
    assert len(counted) >= 3
    assert not [text for text in counted if text not in code]


def test_the_readme_says_what_each_alert_means() -> None:
    signals = (ROOT / "infra" / "observability" / "signals.tf").read_text()
    alerts = re.findall(r"^    (\w+) = merge\(local.plain", signals, re.MULTILINE)
    page = (ROOT / "infra" / "README.md").read_text().partition("## Operations")[2]
    assert len(alerts) >= 7
    assert not [alert for alert in alerts if f"| `{alert}` |" not in page]
