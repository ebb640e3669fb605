"""Stores that fail between any two writes, by a plan: refused, lost on the way back, not knowing, or killed."""

import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal, TypeVar

from dermaloop.errors import OutcomeUnknown, StoreUnavailable
from dermaloop.events import Event, Letter
from dermaloop.ports import Blob, Events, Identity, JobOrder, Jobs, JobState, Notice, Notifier, Stores
from dermaloop.records import AuditEntry, AuditLine, Case, IdempotencyKey, KeptCase
from dermaloop.records.documents import Change, Found, Kind, Page, Query
from dermaloop.records.people import Person, Role

T = TypeVar("T")

PortFault = Literal["fine", "refused", "lost", "unknown", "killed before", "killed after"]


class Killed(BaseException):
    """The process ends here: nothing after this line runs."""


class Faults:
    """One fault for each write, in turn; all is fine once they are spent. `writers`: who wrote through it."""

    def __init__(self) -> None:
        self.plan: deque[PortFault] = deque()
        self.writers: set[str] = set()

    def around(self, write: Callable[[], T], lost: type[StoreUnavailable]) -> T:
        self.writers.add(_writer())
        fault = self.plan.popleft() if self.plan else "fine"
        if fault == "refused":
            raise StoreUnavailable("refused")
        if fault == "unknown":
            raise lost("timed out before it was made")
        if fault == "killed before":
            raise Killed
        made = write()
        if fault == "lost":
            raise lost("made, but its answer was lost")
        if fault == "killed after":
            raise Killed
        return made


def _writer() -> str:
    """The function of a service that asked for the write, as module.function."""
    frame = sys._getframe()
    while frame.f_back and not frame.f_globals.get("__name__", "").startswith("dermaloop.services."):
        frame = frame.f_back
    return f"{frame.f_globals.get('__name__', '').rpartition('.')[2]}.{frame.f_code.co_name}"


class FaultyRecords:
    """The Records port over a real one."""

    def __init__(self, stores: Stores, faults: Faults) -> None:
        self._real = stores.records
        self._faults = faults

    def keep_case(self, case: Case, *, audit: AuditEntry, key: IdempotencyKey | None = None) -> Case:
        return self._faults.around(lambda: self._real.keep_case(case, audit=audit, key=key), OutcomeUnknown)

    def delete_case(self, case_id: str, *, audit: AuditEntry) -> None:
        self._faults.around(lambda: self._real.delete_case(case_id, audit=audit), OutcomeUnknown)

    def case(self, case_id: str) -> Case:
        return self._real.case(case_id)

    def cases_since(self, created_at: str, *, after: str = "", limit: int = 50) -> tuple[Case, ...]:
        return self._real.cases_since(created_at, after=after, limit=limit)

    def audit(self, subject: str) -> tuple[AuditEntry, ...]:
        return self._real.audit(subject)

    def kept_cases(self, after: str = "") -> Iterator[KeptCase]:
        return self._real.kept_cases(after)

    def audit_lines(self) -> Iterator[AuditLine]:
        return self._real.audit_lines()

    def restore_case(self, kept: KeptCase) -> bool:
        return self._faults.around(lambda: self._real.restore_case(kept), StoreUnavailable)

    def restore_line(self, line: AuditLine) -> bool:
        return self._faults.around(lambda: self._real.restore_line(line), StoreUnavailable)


class FaultyBlobs:
    """The Blobs port over a real one."""

    def __init__(self, stores: Stores, faults: Faults) -> None:
        self._real = stores.blobs
        self._faults = faults

    def read(self, key: str) -> Blob:
        return self._real.read(key)

    def write(self, key: str, data: bytes, *, expected: int | None = None) -> int:
        return self._faults.around(lambda: self._real.write(key, data, expected=expected), StoreUnavailable)

    def delete(self, key: str) -> None:
        self._faults.around(lambda: self._real.delete(key), StoreUnavailable)

    def keys(self, prefix: str) -> Iterator[str]:
        return self._real.keys(prefix)


class FaultyDocuments:
    """The Documents port over a real one."""

    def __init__(self, stores: Stores, faults: Faults) -> None:
        self._real = stores.documents
        self._faults = faults

    def get(self, kind: Kind[Any], record_id: str) -> Found[Any]:
        return self._real.get(kind, record_id)

    def find(self, query: Query[Any], *, after: str = "", limit: int = 50) -> Page[Any]:
        return self._real.find(query, after=after, limit=limit)

    def count(self, query: Query[Any]) -> int:
        return self._real.count(query)

    def commit(self, *changes: Change) -> None:
        self._faults.around(lambda: self._real.commit(*changes), OutcomeUnknown)

    def restore(self, kind: Kind[Any], found: Found[Any]) -> bool:
        return self._faults.around(lambda: self._real.restore(kind, found), StoreUnavailable)


class FaultyEvents:
    """The Events port over a real one."""

    def __init__(self, real: Events, faults: Faults) -> None:
        self._real = real
        self._faults = faults

    def publish(self, event: Event) -> None:
        self._faults.around(lambda: self._real.publish(event), StoreUnavailable)

    def undelivered(self, *, limit: int = 100) -> tuple[Letter, ...]:
        return self._real.undelivered(limit=limit)

    def settle(self, letters: Iterable[Letter]) -> None:
        self._faults.around(lambda: self._real.settle(letters), StoreUnavailable)


class FaultyNotifier:
    """The Notifier port over a real one."""

    def __init__(self, real: Notifier, faults: Faults) -> None:
        self._real = real
        self._faults = faults

    def send(self, notice: Notice) -> None:
        self._faults.around(lambda: self._real.send(notice), StoreUnavailable)


class FaultyJobs:
    """The Jobs port over a real one."""

    def __init__(self, real: Jobs, faults: Faults) -> None:
        self._real = real
        self._faults = faults

    def start(self, order: JobOrder) -> str:
        return self._faults.around(lambda: self._real.start(order), StoreUnavailable)

    def state(self, job: str) -> JobState:
        return self._real.state(job)

    def log(self, job: str, *, last: int = 200) -> tuple[str, ...]:
        return self._real.log(job, last=last)


class FaultyIdentity:
    """The Identity port over a real one."""

    def __init__(self, real: Identity, faults: Faults) -> None:
        self._real = real
        self._faults = faults

    def person(self, token: str) -> Person:
        return self._real.person(token)

    def service(self, token: str) -> str:
        return self._real.service(token)

    def people(self) -> tuple[Person, ...]:
        return self._real.people()

    def known(self, email: str) -> Person:
        return self._real.known(email)

    def grant(self, email: str, roles: tuple[Role, ...]) -> Person:
        return self._faults.around(lambda: self._real.grant(email, roles), StoreUnavailable)
