"""Moves to Google or back: `python -m dermaloop.transfer --to gcp`, as often as it takes until the counts match."""

import argparse
import os
import sys
import time

import msgspec

from dermaloop.errors import StoreUnavailable
from dermaloop.services.transferring import Step, transfer
from dermaloop.wiring import Settings, stores

_EVERY = 2.0


class _Progress:
    """Says every two seconds how far it has come."""

    def __init__(self) -> None:
        self._said = time.monotonic()

    def __call__(self, step: Step) -> None:
        if time.monotonic() - self._said >= _EVERY:
            self._said = time.monotonic()
            print(f"{step.kind}: {step.copied} copied, {step.there} there already ...", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m dermaloop.transfer", description="Copies everything kept.")
    parser.add_argument("--to", required=True, choices=("gcp", "local"), help="the backend to copy to")
    asked = parser.parse_args()
    settings = Settings.from_env({**os.environ, "DERMALOOP_BACKEND": "gcp"})
    google, local = stores(settings), stores(msgspec.structs.replace(settings, backend="local"))
    source, target = (local, google) if asked.to == "gcp" else (google, local)
    print(f"Copying between {settings.data} and the project {settings.project}, to {asked.to} ...", flush=True)
    try:
        steps = transfer(source=source, target=target, tell=_Progress())
    except StoreUnavailable as error:
        sys.exit(f"{error.detail} ({error.__cause__}) What is copied stays; run this again to go on.")
    for step in steps:
        print(_summary(step))
    if not all(step.matches for step in steps):
        sys.exit("The two stores differ. If either is in use, stop that, and run this again.")
    print("Everything that is kept here is kept there.")


def _summary(step: Step) -> str:
    told = f"{step.kind}: {step.copied} copied, {step.there} there already; {step.source} here, {step.target} there"
    return told + "".join(f"\n  differs: {name}" for name in step.differs)


if __name__ == "__main__":
    main()
