"""Looks whether this machine and this project can be shipped to, and says what to do where they cannot."""

import re
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from infra.ship.advice import Failed
from infra.ship.google import call
from infra.ship.shell import ask, run, tell

TERRAFORM = (1, 9)
NEEDED_FIRST = ("cloudresourcemanager", "cloudbilling", "serviceusage", "iam", "storage")
"""What Terraform itself needs before it can enable the rest."""
QUOTAS = {"run.googleapis.com": "CPU of functions", "aiplatform.googleapis.com": "training machines"}


@dataclass(frozen=True)
class Finding:
    name: str
    good: bool
    said: str


Check = Callable[[str, str], str]


def examine(project: str, region: str) -> list[Finding]:
    """Each check, in the order in which one needs the next; after a bad one on which others rest, they are left out."""
    return list(_examined(project, region))


def report(findings: list[Finding]) -> None:
    for finding in findings:
        tell(f"  {'good' if finding.good else 'BAD '}  {finding.name}: {finding.said}")
    if bad := [finding.name for finding in findings if not finding.good]:
        raise Failed(f"{len(bad)} of {len(findings)} checks are bad: {', '.join(bad)}. What to do stands beside each.")


def _examined(project: str, region: str) -> Iterator[Finding]:
    for name, check, vital in _CHECKS:
        try:
            yield Finding(name, True, check(project, region))
        except Failed as error:
            yield Finding(name, False, str(error).strip())
            if vital:
                return


def _python(_project: str, _region: str) -> str:
    return sys.version.split()[0]


def _terraform(_project: str, _region: str) -> str:
    version = ask("terraform", "version", "-json")["terraform_version"]
    if tuple(int(part) for part in version.split(".")[:2]) < TERRAFORM:
        raise Failed(f"{version} is too old: 1.9 or later, https://developer.hashicorp.com/terraform/install")
    return str(version)


def _node(_project: str, _region: str) -> str:
    if not shutil.which("npm"):
        raise Failed("npm is missing, so the site cannot be built: Node 20 or later, https://nodejs.org")
    return run("node", "--version").strip()


def _account(_project: str, _region: str) -> str:
    account = run("gcloud", "config", "get-value", "account").strip()
    if not account or account == "(unset)":
        raise Failed("nobody is signed in: gcloud auth login && gcloud auth application-default login")
    run("gcloud", "auth", "application-default", "print-access-token")
    return account


def _project_there(project: str, _region: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9-]{4,28}[a-z0-9]", project):
        raise Failed(
            f"{project!r} is no project id: say make doctor PROJECT=my-project; `gcloud projects list` shows them"
        )
    state = ask("gcloud", "projects", "describe", project, "--format=json").get("lifecycleState")
    if state != "ACTIVE":
        raise Failed(f"the project is {state}: gcloud projects undelete {project}, or use another")
    return "there"


def _billing(project: str, _region: str) -> str:
    told = ask("gcloud", "billing", "projects", "describe", project, "--format=json")
    if not told.get("billingEnabled"):
        raise Failed(f"no billing account: gcloud billing projects link {project} --billing-account=ACCOUNT")
    return str(told.get("billingAccountName"))


def _apis(project: str, _region: str) -> str:
    told = ask("gcloud", "services", "list", "--enabled", f"--project={project}", "--format=json")
    enabled = {api["config"]["name"].removesuffix(".googleapis.com") for api in told}
    if missing := [name for name in NEEDED_FIRST if name not in enabled]:
        names = " ".join(f"{name}.googleapis.com" for name in missing)
        raise Failed(f"missing APIs (Terraform enables the others): gcloud services enable {names} --project={project}")
    return f"{len(enabled)} enabled"


def _quotas(project: str, region: str) -> str:
    """Where the project's limit lies, for what `sizes` asks of it. New projects have little."""
    found = []
    for service, what in QUOTAS.items():
        parent = f"/v1beta1/projects/{project}/services/{service}/consumerQuotaMetrics?view=BASIC&pageSize=200"
        for metric in (call("GET", "serviceusage", parent, project=project) or {}).get("metrics", ()):
            found += [f"{what}: {metric['displayName']} {limit}" for limit in _zero(metric, region)]
    if found:
        raise Failed("; ".join(found) + ": ask for more at console.cloud.google.com/iam-admin/quotas")
    return "none is zero"


def _zero(metric: dict[str, Any], region: str) -> Iterator[str]:
    """Limits of this region that allow nothing at all, of what we use."""
    if not re.search(r"(?i)cpu allocation|custom model training cpus", metric.get("displayName", "")):
        return
    for limit in metric.get("consumerQuotaLimits", ()):
        for bucket in limit.get("quotaBuckets", ()):
            if bucket.get("dimensions", {}).get("region", region) == region and bucket.get("effectiveLimit") == "0":
                yield f"is 0 in {region}"


_CHECKS: tuple[tuple[str, Check, bool], ...] = (
    ("Python", _python, True),
    ("Terraform", _terraform, False),
    ("Node", _node, False),
    ("signed in", _account, True),
    ("project", _project_there, True),
    ("billing", _billing, False),
    ("APIs", _apis, False),
    ("quotas", _quotas, False),
)
