"""From nothing to a working address, step by step; every step may be run again."""

import json
from collections.abc import Callable
from pathlib import Path

from infra.costs.estimate import monthly
from infra.ship import champions, doctor, hosting, terraform
from infra.ship.advice import Failed
from infra.ship.shell import ROOT, run, tell
from infra.ship.smoke import smoke
from infra.ship.terraform import Target

BEFORE = ROOT / ".local" / "before-release.json"
_PLAN = ROOT / ".terraform" / "ship.plan"
_QUOTED = (100, 10_000, 1_000_000)


def deploy(target: Target, *, image: bool = True) -> None:
    steps: list[tuple[str, Callable[[], None]]] = [
        ("Looking at this machine and the project", lambda: _look(target)),
        ("Enabling the APIs that Terraform itself needs", lambda: _enable(target)),
        ("Preparing Terraform and where it remembers what it made", lambda: terraform.initialise(target)),
        ("Planning", lambda: _plan(target)),
        ("Provisioning (ten minutes the first time, mostly building functions)", lambda: terraform.apply(_PLAN)),
        ("Building the training image in the background", lambda: train_image(target) if image else None),
        ("Building the site", lambda: _say(run("make", "site")[-200:])),
        ("Publishing the site", lambda: publish(target)),
        ("Asking it", lambda: smoke(terraform.needed(terraform.outputs(), "site"))),
    ]
    for number, (what, step) in enumerate(steps, 1):
        tell(f"[{number}/{len(steps)}] {what}")
        step()
    tell(f"\nIt works: {terraform.outputs()['site']}")
    tell(f"Sign in there once, then make yourself its admin: make admin PROJECT={target.project} EMAIL=you@example.org")


def show_plan(target: Target) -> None:
    """Every change, for a person to read; and the file that `provision` takes."""
    terraform.initialise(target)
    _plan(target)
    tell(run("terraform", "show", "-no-color", str(_PLAN)))


def provision(target: Target) -> None:
    """Plans and applies, where a pipeline looks after the other steps."""
    terraform.initialise(target)
    _plan(target)
    terraform.apply(_PLAN)


def destroy(target: Target) -> None:
    terraform.initialise(target)
    if not terraform.exists():
        tell("Nothing of Dermaloop is left in this project.")
        return
    terraform.destroy(target)
    tell(f"All gone but Terraform's memory: gcloud storage rm -r gs://{target.state_bucket}")


def publish(target: Target) -> None:
    """Notes what people have now, for `roll_back`, and sends the site."""
    told = terraform.outputs()
    site, bucket = terraform.needed(told, "hosting_site"), terraform.needed(told, "buckets")["models"]
    before = {
        "version": hosting.live(site=site, project=target.project),
        "champions": champions.pointers(bucket=bucket, project=target.project),
    }
    BEFORE.parent.mkdir(exist_ok=True)
    BEFORE.write_text(json.dumps(before))
    version = hosting.publish(site=site, region=told["region"], project=target.project, web_config=told["web_config"])
    tell(f"    {version} is live")


def roll_back(target: Target) -> None:
    """Puts the release and the champions back to what they were before `publish`."""
    if not BEFORE.exists():
        raise Failed("There is no earlier release to go back to: nothing was published from here.")
    before, told = json.loads(BEFORE.read_text()), terraform.outputs()
    site, bucket = terraform.needed(told, "hosting_site"), terraform.needed(told, "buckets")["models"]
    if before["version"] and before["version"] != hosting.live(site=site, project=target.project):
        hosting.release(site=site, version=before["version"], project=target.project)
        tell(f"    {before['version']} is live again")
    for moved in champions.put_back(bucket=bucket, project=target.project, before=before["champions"]):
        tell(f"    {moved}")


def train_image(target: Target) -> None:
    """Google builds it, so that no Docker is needed here."""
    repository = terraform.needed(terraform.outputs(), "training_images")
    tag = f"--substitutions=_IMAGE={repository}/training:latest"
    config = f"--config={Path('model_export') / 'cloudbuild.yaml'}"
    run("gcloud", "builds", "submit", ".", config, tag, "--async", f"--project={target.project}")


def _look(target: Target) -> None:
    findings = doctor.examine(target.project, target.region)
    doctor.report([finding for finding in findings if finding.name not in ("APIs", "quotas")])


def _enable(target: Target) -> None:
    names = [f"{name}.googleapis.com" for name in doctor.NEEDED_FIRST]
    run("gcloud", "services", "enable", *names, f"--project={target.project}")


def _plan(target: Target) -> None:
    _say(terraform.plan(target, _PLAN))
    costs = ", ".join(f"{monthly(predictions).total:,.2f} at {predictions:,}" for predictions in _QUOTED)
    tell(f"    What it will cost, USD a month by list prices, by predictions a month: {costs} (make costs)")


def _say(text: str) -> None:
    for line in text.strip().splitlines():
        tell(f"    {line}")
