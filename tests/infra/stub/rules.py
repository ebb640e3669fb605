"""What Google's provider checks or computes and its schema does not say, for the resources this project uses."""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

_PATTERNS = {
    ("google_service_account", "account_id"): r"[a-z]([-a-z0-9]{4,28}[a-z0-9])",
    ("google_storage_bucket", "name"): r"[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]",
    ("google_cloudfunctions2_function", "name"): r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?",
    ("google_firestore_database", "name"): r"\(default\)|[a-z][a-z0-9-]{2,61}[a-z0-9]",
    ("google_project_iam_custom_role", "role_id"): r"[a-zA-Z0-9_.]{3,64}",
    ("google_pubsub_topic", "name"): r"[A-Za-z][A-Za-z0-9._~+%-]{2,254}",
    ("google_cloud_scheduler_job", "name"): r"[a-zA-Z0-9_-]{1,500}",
    ("google_firestore_backup_schedule", "retention"): r"[0-9]+s",
}
_EXACTLY_ONE = {
    "google_storage_bucket_object": ("content", "source"),
    "google_cloud_scheduler_job": ("pubsub_target", "http_target", "app_engine_http_target"),
    "google_cloudbuild_trigger": ("filename", "build", "git_file_source"),
    "google_firestore_backup_schedule": ("daily_recurrence", "weekly_recurrence"),
}
_COMPUTED = {
    "google_service_account": {
        "email": "{account_id}@{project}.iam.gserviceaccount.com",
        "member": "serviceAccount:{account_id}@{project}.iam.gserviceaccount.com",
        "name": "projects/{project}/serviceAccounts/{account_id}@{project}.iam.gserviceaccount.com",
        "id": "projects/{project}/serviceAccounts/{account_id}@{project}.iam.gserviceaccount.com",
    },
    "google_project_iam_custom_role": {"id": "projects/{project}/roles/{role_id}"},
    "google_pubsub_topic": {"id": "projects/{project}/topics/{name}"},
    "google_storage_project_service_account": {"member": "serviceAccount:agent@storage.googleapis.com"},
    "google_project_service_identity": {"member": "serviceAccount:agent@{service}"},
    "google_artifact_registry_repository": {
        "id": "projects/{project}/locations/{location}/repositories/{repository_id}"
    },
    "google_firebase_hosting_site": {"default_url": "https://{site_id}.web.app"},
    "google_monitoring_uptime_check_config": {"uptime_check_id": "site-and-api"},
}


def broken_rules(kind: str, value: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Each rule a resource breaks: the attribute, and what is wrong."""
    for (of, name), pattern in _PATTERNS.items():
        given = value.get(name)
        if of == kind and isinstance(given, str) and not re.fullmatch(pattern, given):
            yield name, f"{name} = {given!r} must match {pattern}"
    choices = _EXACTLY_ONE.get(kind, ())
    if choices and sum(value.get(name) not in (None, []) for name in choices) != 1:
        yield choices[0], f"exactly one of {', '.join(choices)} must be given"


def computed(kind: str, value: dict[str, Any]) -> dict[str, str]:
    """What Google would answer, where others build on it."""
    given = defaultdict(str, {name: text for name, text in value.items() if isinstance(text, str)})
    found = {name: template.format_map(given) for name, template in _COMPUTED.get(kind, {}).items()}
    return {"id": given.get("name", f"{kind}-id")} | found
