"""What a failure of gcloud, Terraform or Google's APIs means, and what to do about it."""

import re
from dataclasses import dataclass


class Failed(Exception):
    """A step that cannot go on. Its text says what to do."""


@dataclass(frozen=True)
class Known:
    """A failure that has been met before."""

    sign: re.Pattern[str]
    advice: str


def _known(sign: str, advice: str) -> Known:
    return Known(re.compile(sign, re.IGNORECASE | re.DOTALL), advice)


KNOWN = (
    _known(
        r"SERVICE_DISABLED|API has not been used|it is disabled|accessNotConfigured",
        "An API is not enabled, or was enabled a moment ago. Wait two minutes and run the same command again; if it stays so: "
        "gcloud services enable <the API named above>.",
    ),
    _known(
        r"requested bucket name is not available|bucket name .* not available|409.*(bucket|conflict).*(taken|another)|"
        r"you already own it|createBucket.*409|Error 409.*bucket",
        "A bucket's name is taken: names are shared by everybody on Google Cloud. If the bucket is yours, take it over: "
        "terraform import 'module.storage.google_storage_bucket.kept[\"pictures\"]' NAME (or models, or source). If it is "
        "a stranger's, use another project id, which all names begin with.",
    ),
    _known(
        r"Error 409.*database|Database already exists",
        "The project has a Firestore database already. Take it over with terraform import "
        "'module.database.google_firestore_database.kept[\"cases\"]' 'projects/PROJECT/databases/(default)', or use a new project.",
    ),
    _known(
        r"Error acquiring the state lock|state lock",
        "Another apply is running, or one was cut off. If none is running: terraform force-unlock <the lock's ID above>, then again.",
    ),
    _known(
        r"already exists|Error 409|alreadyExists",
        "An earlier apply made this and was cut off before it was written down. Run the same command again; if it fails at the "
        "same place, take the thing over with terraform import <the address above> <its id>.",
    ),
    _known(
        r"billing.*(disabled|not enabled|must be enabled)|BILLING_DISABLED|billing account .* (not found|closed)",
        "The project has no open billing account: gcloud billing projects link PROJECT --billing-account=ACCOUNT.",
    ),
    _known(
        r"could not find default credentials|Reauthentication|invalid_grant|no active account|login required|UNAUTHENTICATED",
        "Sign in: gcloud auth login && gcloud auth application-default login.",
    ),
    _known(
        r"quota.*exceeded|RESOURCE_EXHAUSTED|QUOTA_EXCEEDED|Error 429",
        "A quota is used up. `make doctor` names those that bind; ask for more at console.cloud.google.com/iam-admin/quotas, or "
        "lower max_instances in `sizes`.",
    ),
    _known(
        r"PERMISSION_DENIED|does not have permission|Error 403|forbidden",
        'You lack a right. roles/owner on the project suffices to set it up; infra/README.md, "Deploy", lists the narrower roles.',
    ),
    _known(
        r"delete.?protection|DELETE_PROTECTION_ENABLED|cannot be deleted.*protect|force_destroy",
        "Production is protected from deletion. If you mean it: make deploy ENVIRONMENT=dev (which lifts the protection), then again.",
    ),
    _known(
        r"Failed to query available provider packages|could not connect to registry|registry\.terraform\.io.*(timeout|no such host)",
        "Terraform cannot reach its registry. Check the network; `make check-infra` works without it.",
    ),
)


def advise(output: str) -> str:
    """What to do about what a command printed; its own words where it is nothing known."""
    for known in KNOWN:
        if known.sign.search(output):
            return known.advice
    return "Read the message above; running the same command again is always safe."
