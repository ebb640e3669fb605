"""What follows from a published candidate: it waits for an admin, or, where that is the policy, it serves at once."""

import logging

import msgspec

from dermaloop.errors import Conflict, NotFound, StoreUnavailable
from dermaloop.events import ModelPublished
from dermaloop.ports import World
from dermaloop.records.documents import Put, Query
from dermaloop.records.training import CANDIDATES, RUNS, Candidate, candidate_id
from dermaloop.services import promoting
from dermaloop.services.deciding import policies

_log = logging.getLogger("dermaloop.publishing")


def take(*, model: str, version: str, world: World) -> bool:
    """Promotes by policy, if that is the policy, the gate was green and the champion is still the one it was measured
    against; says whether it serves now. An event that comes twice or late changes nothing."""
    if policies(documents=world.documents).training.promotion != "when_green":
        return False
    candidate = _candidate(model, version, world)
    if candidate is None or not candidate.passed:
        return False
    try:
        promoting.promote(model=model, version=version, instead_of=candidate.champion, by=promoting.POLICY, world=world)
    except (Conflict, NotFound) as error:
        _log.info("not promoted: %s", error.detail, extra={"model": model, "version": version})
        return False
    return True


def announce(*, world: World) -> int:
    """Tells of published candidates whose run ended before it could; telling twice does no harm."""
    told = 0
    query = Query(RUNS, {"announced": False, "state": "published"}, order="created_at")
    for found in world.documents.find(query).found:
        run = found.record
        try:
            for one in run.candidates:
                candidate = world.documents.get(CANDIDATES, one).record
                if candidate.passed:
                    world.events.publish(ModelPublished(model=candidate.model, version=candidate.version))
            world.documents.commit(Put(RUNS, msgspec.structs.replace(run, announced=True), expected=found.version))
            told += 1
        except (Conflict, StoreUnavailable) as error:
            _log.info("told again later: %s", error.detail, extra={"run": run.id})
    return told


def _candidate(model: str, version: str, world: World) -> Candidate | None:
    try:
        return world.documents.get(CANDIDATES, candidate_id(model, version)).record
    except NotFound:
        return None
