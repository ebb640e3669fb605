"""What the scheduler sets off: every duty in turn, so that nothing stays lost that a message forgot."""

import logging
from collections.abc import Callable

import msgspec

from dermaloop.errors import DermaloopError
from dermaloop.ports import World
from dermaloop.services import listing, promoting, publishing, reminding, replaying, retaining, retraining
from dermaloop.services.queueing import enqueue_new

_log = logging.getLogger("dermaloop.sweeping")


class Duty(msgspec.Struct, frozen=True):
    """One thing that was looked after: how much there was to do, and the error's code where it failed."""

    name: str
    done: int
    failed: str = ""


class Swept(msgspec.Struct, frozen=True):
    """Every duty of one sweep."""

    duties: list[Duty]


def sweep(*, world: World) -> Swept:
    """A duty that fails is logged, and the next one runs; each is safe to run twice, and twice at once."""
    return Swept([_do(name, duty, world) for name, duty in _DUTIES.items()])


def _do(name: str, duty: Callable[[World], int], world: World) -> Duty:
    try:
        return Duty(name, duty(world))
    except DermaloopError as error:
        _log.exception("a duty was not done", extra={"duty": name})
        return Duty(name, 0, error.code)
    except Exception:
        _log.exception("a duty failed", extra={"duty": name})
        return Duty(name, 0, DermaloopError.code)


def _mend_runs(world: World) -> int:
    found = retraining.mend(world=world)
    for said in found:
        _log.warning("a training run was mended: %s", said)
    return len(found)


def _start_due(world: World) -> int:
    return sum(run is not None for run in (retraining.consider(world=world), retraining.start_if_due(world=world)))


def _write_down_promotions(world: World) -> int:
    return sum(promoting.reconcile(model=name, world=world) for name in listing.names(world))


_DUTIES: dict[str, Callable[[World], int]] = {
    "mend training runs": _mend_runs,
    "start trainings that are due": _start_due,
    "announce candidates": lambda world: publishing.announce(world=world),
    "write down promotions": _write_down_promotions,
    "keep dead letters": lambda world: replaying.collect(world=world),
    "queue new images": enqueue_new,
    "forget what is old": lambda world: retaining.retain(world=world),
    "send reminders": lambda world: reminding.send_due(world=world).sent,
}
