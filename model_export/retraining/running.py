"""One attempt at a claimed run, from the snapshot to judged candidates; killed anywhere, it can be made again."""

import logging
import shutil
from pathlib import Path
from typing import NamedTuple

from dermaloop.contract.manifest import write_manifest
from dermaloop.errors import DermaloopError, StoreUnavailable
from dermaloop.events import ModelPublished
from dermaloop.ports import World
from dermaloop.records.training import RUNS, GateLine, RunState, TrainingRun, candidate_id
from dermaloop.records.training import Candidate as CandidateRecord
from model_export import card, duplicates, readers
from model_export import report as reports
from model_export.candidate import CARD, MANIFEST, MODEL, Candidate
from model_export.errors import ExportError
from model_export.pixels import Prepared, prepare
from model_export.publish import publish
from model_export.recipe import Recipe, read_recipe
from model_export.retraining.collecting import Collected, collect
from model_export.retraining.judging import Judged, headlines, judge
from model_export.retraining.keeping import Books, OvertakenError, code_version, now
from model_export.retraining.making import make
from model_export.retraining.serving import read_champion

log = logging.getLogger(__name__)


class Made(NamedTuple):
    """A candidate, the champion that it was measured against, and the verdict."""

    candidate: Candidate
    champion: Candidate
    judged: Judged


def run(run_id: str, attempt: int, *, world: World, work: Path) -> None:
    """Ends the run in one of its three ways, whatever happens, unless the process is killed or the store is away."""
    books = Books(world.documents, run_id, attempt)
    place = work / run_id
    try:
        _run(books, run_id, world, place)
    except OvertakenError as overtaken:
        log.info("nothing to do: %s", overtaken)
    except (ExportError, DermaloopError) as error:
        if isinstance(error, StoreUnavailable):
            raise  # trying again may help, and the sweep will
        log.error("%s", error)
        books.end("failed", str(error))
    shutil.rmtree(place, ignore_errors=True)  # pictures stay nowhere but in the store


def _run(books: Books, run_id: str, world: World, place: Path) -> None:
    recipe = read_recipe(world.documents.get(RUNS, run_id).record.recipe)
    run = books.begin(seed=recipe.seed)
    steps = 2 + 2 * len(run.models)
    books.tell("collecting the pictures", 0, steps)
    collected = collect(run.snapshot, world.blobs, place / "snapshot")
    made = []
    for number, model in enumerate(run.models):
        champion = read_champion(model, world.blobs)
        prepared = _prepare(place, champion.manifest.input_size)
        books.tell(f"training {model}", 1 + 2 * number, steps)
        candidate = make(champion, recipe, prepared, place, created=run.created_at)
        books.tell(f"measuring {model}", 2 + 2 * number, steps)
        judged = judge(candidate, champion, prepared.snapshot, place / "snapshot", recipe)
        for verdict in judged.verdicts:
            log.info("%s  %s", model, verdict)
        made.append(Made(candidate, champion, judged))
    books.owns()
    books.tell("publishing", steps - 1, steps)
    for one in made:
        if one.judged.passed:
            publish(one.candidate, _contents(one, recipe), world.blobs)
    _close(books, run, collected, made, world)
    books.tell("done", steps, steps)


def _prepare(place: Path, side: int) -> Prepared:
    """Decoded once; a photo that lies in two splits under two names is taken out of the one that can spare it."""
    root, work = place / "snapshot", place / f"pixels-{side}"
    samples = readers.read(root, "", "reviewed")
    prepared = prepare(samples, root=root, work=work, side=side)
    kept = duplicates.guard(samples, prepared.pixels, prepared.snapshot.digests, drop=True)
    return prepared if len(kept) == len(samples) else prepare(kept, root=root, work=work, side=side)


def _close(books: Books, run: TrainingRun, collected: Collected, made: list[Made], world: World) -> None:
    records = [_record(one, run, collected) for one in made]
    green = [one for one in records if one.passed]
    said = f"{len(green)} of {len(records)} candidates passed the gate."
    state: RunState = "published" if green else "refused"
    books.end(state, said, candidates=records, trained_on=collected.id, left_out=collected.left_out)
    for one in green:
        try:
            world.events.publish(ModelPublished(model=one.model, version=one.version))
        except StoreUnavailable as error:  # the sweep tells it
            log.warning("%s %s could not be told: %s", one.model, one.version, error)


def _contents(one: Made, recipe: Recipe) -> dict[str, bytes]:
    manifest = one.candidate.manifest
    return {
        MODEL: one.candidate.model,
        CARD: card.encode(card.card(manifest, recipe, one.judged.report)),
        reports.REPORT_JSON: reports.encode(one.judged.report),
        MANIFEST: write_manifest(manifest),
    }


def _record(one: Made, run: TrainingRun, collected: Collected) -> CandidateRecord:
    manifest = one.candidate.manifest
    return CandidateRecord(
        id=candidate_id(manifest.name, manifest.version),
        model=manifest.name,
        version=manifest.version,
        sha256=manifest.sha256,
        run_id=run.id,
        created_at=now(),
        snapshot=run.snapshot,
        trained_on=collected.id,
        passed=one.judged.passed,
        gate=tuple(GateLine(*verdict) for verdict in one.judged.verdicts),
        metrics=headlines(one.judged.report),
        champion=one.champion.manifest.version,
        champion_metrics=headlines(one.judged.champion_report),
        code_version=code_version(),
        seed=run.seed or 0,
    )
