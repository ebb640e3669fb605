"""What must hold of the resources, whoever changes them: each policy yields the address and the reason of a breach."""

from collections.abc import Callable, Iterator
from typing import Any

Resource = dict[str, Any]
Breach = tuple[str, str]
Policy = Callable[[list[Resource]], Iterator[Breach]]

BASIC = {"roles/owner", "roles/editor", "roles/viewer", "roles/browser"}
IMPERSONATING = {
    "roles/iam.serviceAccountUser",
    "roles/iam.serviceAccountTokenCreator",
    "roles/iam.workloadIdentityUser",
}
EVERYBODY = {"allUsers", "allAuthenticatedUsers"}
PUBLIC = {"predict-malignancy", "predict-disease", "assess", "care", "cases", "review", "admin"}
ONE_DATABASE = {"roles/datastore.user", "roles/datastore.viewer"}
DELIVERY = "serviceAccount:delivery@"


def of(resources: list[Resource], *kinds: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The address and the values of each resource of these types."""
    return ((found["address"], found["values"]) for found in resources if found["type"] in kinds)


def members(resources: list[Resource]) -> Iterator[tuple[str, dict[str, Any]]]:
    return of(resources, *{found["type"] for found in resources if found["type"].endswith("_iam_member")})


def buckets_are_closed(resources: list[Resource]) -> Iterator[Breach]:
    for address, bucket in of(resources, "google_storage_bucket"):
        if not bucket["uniform_bucket_level_access"] or bucket["public_access_prevention"] != "enforced":
            yield address, "can be opened to the public object by object"


def deleted_pictures_are_gone(resources: list[Resource]) -> Iterator[Breach]:
    for address, bucket in of(resources, "google_storage_bucket"):
        if not bucket["name"].endswith("-pictures"):
            continue
        if not bucket["soft_delete_policy"] or bucket["soft_delete_policy"][0]["retention_duration_seconds"] != 0:
            yield address, "keeps what people deleted"
        if any(versioning["enabled"] for versioning in bucket["versioning"]):
            yield address, "keeps former versions of pictures"


def former_models_are_kept(resources: list[Resource]) -> Iterator[Breach]:
    for address, bucket in of(resources, "google_storage_bucket"):
        if bucket["name"].endswith("-models") and not any(v["enabled"] for v in bucket["versioning"]):
            yield address, "forgets a model that is overwritten"


def nobody_has_a_basic_role(resources: list[Resource]) -> Iterator[Breach]:
    for address, grant in members(resources):
        if grant["role"] in BASIC:
            yield address, f"{grant['role']} is far more than anybody here needs"


def the_public_only_calls_public_functions(resources: list[Resource]) -> Iterator[Breach]:
    for address, grant in members(resources):
        if grant["member"] in EVERYBODY and not _calls_public(grant):
            yield address, f"{grant['member']} has {grant['role']}"


def accounts_act_as_one_another_only_by_name(resources: list[Resource]) -> Iterator[Breach]:
    for address, grant in of(resources, "google_project_iam_member"):
        if grant["role"] in IMPERSONATING:
            yield address, "may act as every account of the project"


def accounts_sign_for_nobody_else(resources: list[Resource]) -> Iterator[Breach]:
    """Google's own agent may, as it signs what the bus pushes."""
    for address, grant in of(resources, "google_service_account_iam_member"):
        itself = grant["service_account_id"].rsplit("/", 1)[1] == grant["member"].removeprefix("serviceAccount:")
        agent = grant["member"].endswith(".googleapis.com")
        if grant["role"] == "roles/iam.serviceAccountTokenCreator" and not itself and not agent:
            yield address, "may sign as another account"


def databases_are_granted_one_by_one(resources: list[Resource]) -> Iterator[Breach]:
    for address, grant in of(resources, "google_project_iam_member"):
        if grant["role"] in ONE_DATABASE and not grant["condition"]:
            yield address, "reaches every database"
        if grant["role"].startswith("roles/datastore.") and grant["role"] not in ONE_DATABASE and not _delivers(grant):
            yield address, f"{grant['role']} is not for functions"


def each_function_acts_as_itself(resources: list[Resource]) -> Iterator[Breach]:
    seen: set[str] = set()
    for address, function in of(resources, "google_cloudfunctions2_function"):
        account = function["service_config"][0]["service_account_email"]
        if not account or account in seen or "compute@developer" in account:
            yield address, f"shares the account {account}"
        seen.add(account)
        if not function["build_config"][0]["service_account"]:
            yield address, "is built by the default account, which has no rights on new projects"


def private_functions_are_reached_from_inside(resources: list[Resource]) -> Iterator[Breach]:
    for address, function in of(resources, "google_cloudfunctions2_function"):
        if (
            function["name"] not in PUBLIC
            and function["service_config"][0]["ingress_settings"] != "ALLOW_INTERNAL_ONLY"
        ):
            yield address, "can be reached from the internet"


def several_requests_need_a_whole_cpu(resources: list[Resource]) -> Iterator[Breach]:
    for address, function in of(resources, "google_cloudfunctions2_function"):
        service = function["service_config"][0]
        if service["max_instance_request_concurrency"] > 1 and float(service["available_cpu"]) < 1:
            yield address, "answers several requests at once on less than one CPU"
        if not service["max_instance_count"]:
            yield address, "may grow without a limit, and so may its cost"


def no_event_is_lost(resources: list[Resource]) -> Iterator[Breach]:
    kept = {subscription["topic"] for _, subscription in of(resources, "google_pubsub_subscription")}
    for address, subscription in of(resources, "google_pubsub_subscription"):
        if subscription["expiration_policy"] != [{"ttl": ""}]:
            yield address, "is deleted when nobody listens for a month"
        if not subscription["push_config"]:
            continue
        if not subscription["push_config"][0]["oidc_token"]:
            yield address, "pushes without saying who it is"
        if not subscription["retry_policy"] or not subscription["dead_letter_policy"]:
            yield address, "gives up without a trace"
        elif subscription["dead_letter_policy"][0]["dead_letter_topic"] not in kept:
            yield address, "sends dead letters to a topic that forgets them"


def every_database_can_be_restored(resources: list[Resource]) -> Iterator[Breach]:
    schedules = list(of(resources, "google_firestore_backup_schedule"))
    for address, database in of(resources, "google_firestore_database"):
        if database["point_in_time_recovery_enablement"] != "POINT_IN_TIME_RECOVERY_ENABLED":
            yield address, "cannot be taken back to an earlier minute"
        if sum(schedule["database"] == database["name"] for _, schedule in schedules) < 2:
            yield address, "has no daily and weekly backup"


def nobody_reaches_the_database_past_the_functions(resources: list[Resource]) -> Iterator[Breach]:
    for address, rules in of(resources, "google_firebaserules_ruleset"):
        allowed = [line for line in rules["source"][0]["files"][0]["content"].splitlines() if "allow" in line]
        if [line.strip() for line in allowed] != ["allow read, write: if false;"]:
            yield address, "lets a browser into the database"


def apis_outlive_us(resources: list[Resource]) -> Iterator[Breach]:
    for address, api in of(resources, "google_project_service"):
        if api["disable_on_destroy"] is not False:
            yield address, "destroying this would switch the API off for the whole project"


def old_images_are_cleaned_up(resources: list[Resource]) -> Iterator[Breach]:
    for address, repository in of(resources, "google_artifact_registry_repository"):
        if {policy["action"] for policy in repository["cleanup_policies"]} != {"KEEP", "DELETE"}:
            yield address, "grows for ever"


def every_alert_reaches_somebody(resources: list[Resource]) -> Iterator[Breach]:
    for address, alert in of(resources, "google_monitoring_alert_policy"):
        if not alert["notification_channels"] or not alert["documentation"]:
            yield address, "tells nobody, or not what to do"


POLICIES: tuple[Policy, ...] = (
    buckets_are_closed,
    deleted_pictures_are_gone,
    former_models_are_kept,
    nobody_has_a_basic_role,
    the_public_only_calls_public_functions,
    accounts_act_as_one_another_only_by_name,
    accounts_sign_for_nobody_else,
    databases_are_granted_one_by_one,
    each_function_acts_as_itself,
    private_functions_are_reached_from_inside,
    several_requests_need_a_whole_cpu,
    no_event_is_lost,
    every_database_can_be_restored,
    nobody_reaches_the_database_past_the_functions,
    apis_outlive_us,
    old_images_are_cleaned_up,
    every_alert_reaches_somebody,
)


def _calls_public(grant: dict[str, Any]) -> bool:
    return grant["member"] == "allUsers" and grant["role"] == "roles/run.invoker" and grant.get("service") in PUBLIC


def _delivers(grant: dict[str, Any]) -> bool:
    return bool(grant["member"].startswith(DELIVERY))
