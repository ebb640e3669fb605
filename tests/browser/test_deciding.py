"""Admins see what a training made, promote it knowing what changes, go back, and send on what was lost."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Browser, expect

from dermaloop.adapters.folder import FolderBlobs
from dermaloop.adapters.sqlite_documents import SqliteDocuments
from dermaloop.contract.manifest import model_key, read_manifest, write_manifest
from dermaloop.events import TrainingRequested
from dermaloop.records.dead_letters import DEAD_LETTERS, DeadLetter
from dermaloop.records.documents import Put
from dermaloop.records.training import CANDIDATES, PROGRESS, RUNS, Candidate, GateLine, Progress, TrainingRun
from tests.browser.browsers import visiting
from tests.browser.reviewing import sign_in
from tests.servers import ROOT, Server, local_server

NEW = "20261121-candidate"
AT = "2026-11-21T10:00:00.000Z"
GATE = (
    GateLine("balanced accuracy", found="0.750", asked="0.736 or more", passed=True),
    GateLine("size", found="31 MB", asked="at most 20 MB", passed=False),
)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on which one run goes on, another has ended before the gate, a version is published, an event lost."""
    folder: Path = tmp_path_factory.mktemp("trained")
    documents = SqliteDocuments(folder / "dermaloop.sqlite3")
    event = msgspec.json.encode(TrainingRequested(run_id="none")).decode()
    documents.commit(
        Put(RUNS, _run("going", "running"), expected=0),
        Put(PROGRESS, Progress(id="going", attempt=1, step="heads", done=3, total=8, at=AT), expected=0),
        Put(RUNS, _run("ended", "refused", active=False, candidates=("one",)), expected=0),
        Put(CANDIDATES, _candidate(), expected=0),
        Put(DEAD_LETTERS, DeadLetter(id="lost", at=AT, topic="training-requested", event=event), expected=0),
    )
    _publish(FolderBlobs(folder / "blobs"))
    with local_server(folder) as started:
        yield started


def _run(name: str, state: str, *, active: bool = True, candidates: tuple[str, ...] = ()) -> TrainingRun:
    told = {"id": name, "state": state, "active": active, "candidates": candidates, "created_at": AT, "changed_at": AT}
    rest = {"trigger": "hand", "asked_by": "local-4", "recipe": "loop", "models": ("disease",), "snapshot": "5" * 64}
    return msgspec.convert(told | rest | {"annotations": 60, "pictures": 60}, TrainingRun)


def _candidate() -> Candidate:
    return Candidate(
        id="one",
        model="disease",
        version="20261121-refused",
        sha256="0" * 64,
        run_id="ended",
        created_at=AT,
        snapshot="5" * 64,
        trained_on="6" * 64,
        passed=False,
        gate=GATE,
        metrics={},
        champion="before",
        champion_metrics={},
        code_version="1",
        seed=1,
    )


def _publish(blobs: FolderBlobs) -> None:
    """The model that came with the code, as another version of itself."""
    bundled = ROOT / "functions" / "models" / "disease"
    manifest = msgspec.structs.replace(read_manifest((bundled / "manifest.json").read_bytes()), version=NEW)
    blobs.write(model_key("disease", NEW, "model.tflite"), (bundled / "model.tflite").read_bytes())
    blobs.write(model_key("disease", NEW, "manifest.json"), write_manifest(manifest))


def test_a_version_is_promoted_and_taken_back_by_name(browser: Browser, trained: Server) -> None:
    with visiting(browser, trained.address) as one:
        page = sign_in(one, "Admin", "/admin")
        shelf = page.get_by_role("region", name="disease", exact=True).first
        before = shelf.get_by_text("Serves now").inner_text().removeprefix("Serves now: ")
        shelf.get_by_role("button", name=f"Promote {NEW}").click()
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text(f"disease answers with version {NEW} instead of {before}, for everybody")
        one.audit("asking before promoting")
        dialog.get_by_role("button", name=f"Promote {NEW}").click()
        expect(shelf.get_by_text(f"Serves now: {NEW}")).to_be_visible()
        shelf.get_by_role("button", name=f"Roll back to {before}").click()
        expect(dialog).to_contain_text(f"instead of {NEW}")
        dialog.get_by_role("button", name=before).click()
        expect(shelf.get_by_text(f"Serves now: {before}")).to_be_visible()


def test_a_run_is_followed_to_the_gates_lines(browser: Browser, trained: Server) -> None:
    with visiting(browser, trained.address) as one:
        page = sign_in(one, "Admin", "/admin#/runs/going")
        expect(page.get_by_text("heads: 3 of 8")).to_be_visible()
        expect(page.get_by_role("progressbar")).to_have_js_property("value", 3)
        page.get_by_role("link", name="To all trainings").click()
        page.get_by_role("link", name="Open run ended").click()
        gate = page.get_by_role("region", name="Gate of disease").first
        expect(gate.get_by_role("row", name="size at most 20 MB 31 MB Failed")).to_be_visible()
        one.audit("a run that the gate refused")


def test_a_lost_event_is_sent_again(browser: Browser, trained: Server) -> None:
    with visiting(browser, trained.address) as one:
        page = sign_in(one, "Admin", "/admin#/letters")
        page.get_by_role("button", name="training-requested").first.click()
        expect(page.get_by_text("No event was lost.")).to_be_visible()
