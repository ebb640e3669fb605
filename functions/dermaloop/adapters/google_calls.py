"""Calls to Google's services: tried again while patience lasts, and their errors turned into ours at the border."""

import logging
from collections.abc import Callable
from typing import TypeVar

import requests
from google.api_core.exceptions import (
    Aborted,
    AlreadyExists,
    Cancelled,
    FailedPrecondition,
    GoogleAPIError,
    NotFound,
    PreconditionFailed,
    ServerError,
    TooManyRequests,
)
from google.api_core.retry import Retry
from google.auth.exceptions import GoogleAuthError, TransportError

from dermaloop.errors import OutcomeUnknown, StoreUnavailable
from dermaloop.patience import left, patience

_log = logging.getLogger("dermaloop.store")

T = TypeVar("T")

_ANSWERS = (AlreadyExists, FailedPrecondition, NotFound, PreconditionFailed)
_REFUSED = (Aborted, TooManyRequests)
_LOST = (ServerError, Cancelled, TransportError, requests.ConnectionError, requests.Timeout)
_FAILURES = (GoogleAPIError, GoogleAuthError, OSError)
_NEVER_SENT = ("failed to connect", "establish a new connection", "connect timeout", "dns resolution failed")


def patiently(call: Callable[[int], T], *, changes: bool = False) -> T:
    """The result of `call`, which is told how often it was tried before and must be safe to repeat.

    Where a call that `changes` something may have done so though its answer was lost, the failure is OutcomeUnknown.
    Answers that mean something to the adapter (already there, not there, another version) pass through.
    """
    tries, lost = 0, False

    def attempt() -> T:
        nonlocal tries
        tries += 1
        return call(tries - 1)

    def note(error: Exception) -> None:
        nonlocal lost
        lost = lost or (isinstance(error, _LOST) and not _never_sent(error))

    with patience():
        retry = Retry(
            predicate=_worth_repeating, initial=0.05, maximum=0.4, multiplier=2.0, timeout=left(), on_error=note
        )
        try:
            return retry(attempt)()
        except _ANSWERS:
            raise
        except _FAILURES as error:
            raise _ours(error, unknown=changes and lost) from error


def reached(call: Callable[[int], T], *, changes: bool = False) -> T:
    """The same where nothing can be missing but the database or the bucket itself."""
    try:
        return patiently(call, changes=changes)
    except _ANSWERS as error:
        raise _ours(error, unknown=False) from error


def wait() -> float:
    """The timeout of one call over the network, in seconds."""
    return max(left(), 0.01)


def _worth_repeating(error: Exception) -> bool:
    return isinstance(error, _LOST + _REFUSED)


def _never_sent(error: Exception) -> bool:
    return any(sign in str(error).lower() for sign in _NEVER_SENT)


def _ours(error: Exception, *, unknown: bool) -> StoreUnavailable:
    _log.error("the store failed: %s", error.__cause__ or error, extra={"error": type(error).__name__})
    kind = OutcomeUnknown if unknown else StoreUnavailable
    return kind("The store cannot be reached just now. Please try again.")
