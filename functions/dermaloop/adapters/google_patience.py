"""Calls to Google tried again while patience lasts, and their errors turned into ours at the border."""

import logging
import random
import time
from collections.abc import Callable
from typing import TypeVar

from dermaloop.adapters.google_rest import Refused, Unreachable
from dermaloop.errors import OutcomeUnknown, StoreUnavailable
from dermaloop.patience import left, patience

_log = logging.getLogger("dermaloop.store")

T = TypeVar("T")

OVERTAKEN = ("ALREADY_EXISTS", "FAILED_PRECONDITION", "NOT_FOUND")
"""Why Firestore refuses a commit whose preconditions no longer hold."""
_FIRST, _LONGEST = 0.05, 0.4
_UNSIGNED = (401, 403)


class Again(Exception):
    """Another writer was faster: look anew and try again."""


def patiently(call: Callable[[int], T], *, changes: bool = False) -> T:
    """The result of `call`, which is told how often it was tried before and must be safe to repeat.

    Where a call that `changes` something may have done so though its answer was lost, the failure is OutcomeUnknown.
    Refusals that mean something to the adapter (already there, not there, another version) pass through.
    """
    lost, pause, tries = False, _FIRST, 0
    with patience():
        while True:
            try:
                return call(tries)
            except (Refused, Unreachable, Again) as error:
                if isinstance(error, Refused) and not _passes(error) and error.status not in _UNSIGNED:
                    raise
                lost = lost or _may_be_done(error)
                if left() <= pause or not _passes(error):
                    raise _ours(error, unknown=changes and lost) from error
            time.sleep(pause * random.uniform(0.5, 1))  # noqa: S311  spreads those who met
            pause, tries = min(pause * 2, _LONGEST), tries + 1


def reached(call: Callable[[int], T], *, changes: bool = False) -> T:
    """The same where nothing can be missing but the database, the bucket or the topic itself."""
    try:
        return patiently(call, changes=changes)
    except Refused as error:
        raise _ours(error, unknown=False) from error


def _passes(error: Exception) -> bool:
    """Whether the same call may succeed in a moment."""
    if isinstance(error, Refused):
        return error.status >= 500 or error.status in (408, 429) or error.reason == "ABORTED"
    return True


def _may_be_done(error: Exception) -> bool:
    if isinstance(error, Refused):
        return error.status >= 500 or error.status == 408
    return isinstance(error, Unreachable) and error.sent


def _ours(error: Exception, *, unknown: bool) -> StoreUnavailable:
    said = "we may not do this" if isinstance(error, Refused) and error.status in _UNSIGNED else "the store failed"
    _log.error("%s: %s", said, error.__cause__ or error, extra={"error": type(error).__name__})
    kind = OutcomeUnknown if unknown else StoreUnavailable
    return kind("The store cannot be reached just now. Please try again.")
