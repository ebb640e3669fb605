"""Copies everything kept from one store to another; it may stop anywhere and be run again."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Any, TypeVar

from dermaloop.errors import Conflict, NotFound
from dermaloop.kinds import KINDS
from dermaloop.patience import patience
from dermaloop.ports import Stores
from dermaloop.records import AuditEntry, AuditLine, KeptCase
from dermaloop.records.documents import Found, Kind, Query

T = TypeVar("T")

_FOLDERS = ("images/", "models/", "snapshots/")
_POINTER = "/champion.json"
_WORKERS = 8
_PAGE = 200
_PATIENCE = 60.0


@dataclass
class Step:
    """How far one kind has come; `differs` names what the target keeps otherwise, and goes on keeping."""

    kind: str
    copied: int = 0
    there: int = 0
    differs: list[str] = field(default_factory=list)
    source: int = 0
    target: int = 0

    @property
    def matches(self) -> bool:
        return not self.differs and self.source == self.target


Tell = Callable[[Step], None]
KindAndFound = tuple[Kind[Any], Found[Any]]


def transfer(*, source: Stores, target: Stores, tell: Tell = lambda _: None) -> list[Step]:
    """Files before the cases that name them, champions after their models; what was deleted is deleted there too."""
    files, cases, records, lines = (Step(name) for name in ("files", "cases", "records", "audit lines"))
    copy_file = partial(_copy_file, source=source, target=target, present=set(_files(target)))
    for pointers in (False, True):
        keys = (key for key in _files(source) if key.endswith(_POINTER) == pointers)
        _run(files, keys, copy_file, name=str, tell=tell)
    kept, trail = source.records.kept_cases, source.records.audit_lines
    _run(cases, kept(), target.records.restore_case, name=lambda kept: kept.case.id, tell=tell)
    _run(records, _records(source), partial(_copy_record, target=target), name=_record_name, tell=tell)
    _run(lines, trail(), partial(_copy_line, target=target), name=_place, tell=tell, workers=1)
    for step, found in ((files, _files), (cases, _cases), (records, _records), (lines, _lines)):
        step.source, step.target = sum(1 for _ in found(source)), sum(1 for _ in found(target))
    return [files, cases, records, lines]


def _run(
    step: Step,
    things: Iterator[T],
    copy: Callable[[T], bool],
    *,
    name: Callable[[T], str],
    tell: Tell,
    workers: int = _WORKERS,
) -> None:
    """Several at a time, never many in memory; with one worker in their order."""
    with ThreadPoolExecutor(workers) as pool:
        while batch := list(islice(things, workers * 8)):
            for thing, copied in zip(batch, pool.map(partial(_try, copy), batch), strict=True):
                step.copied += copied is True
                step.there += copied is False
                if copied is None:
                    step.differs.append(name(thing))
            tell(step)


def _try(copy: Callable[[T], bool], thing: T) -> bool | None:
    try:
        with patience(_PATIENCE):
            return copy(thing)
    except Conflict:
        return None


def _copy_file(key: str, *, source: Stores, target: Stores, present: set[str]) -> bool:
    """Only pointers ever change: of any other file it is enough that it is there."""
    if key in present and not key.endswith(_POINTER):
        return False
    try:
        data = source.blobs.read(key).data
    except NotFound:  # its owner deleted it just now
        return False
    try:
        target.blobs.write(key, data, expected=0)
    except Conflict:
        if target.blobs.read(key).data != data:
            raise
        return False
    return True


def _copy_line(line: AuditLine, *, target: Stores) -> bool:
    if line.entry.action == "delete":
        _forget(line.entry, target)
    return target.records.restore_line(line)


def _forget(entry: AuditEntry, target: Stores) -> None:
    """Deletes what was copied before its owner deleted it."""
    case_id = entry.subject.removeprefix("case:")
    for key in list(target.blobs.keys(f"images/{case_id}/")):
        target.blobs.delete(key)
    try:
        target.records.case(case_id)
    except NotFound:
        return
    target.records.delete_case(case_id, audit=entry)


def _files(stores: Stores) -> Iterator[str]:
    for folder in _FOLDERS:
        yield from stores.blobs.keys(folder)


def _cases(stores: Stores) -> Iterable[KeptCase]:
    return stores.records.kept_cases()


def _records(stores: Stores) -> Iterator[KindAndFound]:
    """Every record that changes, kind by kind."""
    for kind in KINDS:
        after = ""
        while True:
            page = stores.documents.find(Query(kind), after=after, limit=_PAGE)
            yield from ((kind, found) for found in page.found)
            if not (after := page.after):
                break


def _copy_record(each: KindAndFound, *, target: Stores) -> bool:
    return target.documents.restore(*each)


def _record_name(each: KindAndFound) -> str:
    return f"{each[0].name}/{each[1].record.id}"


def _lines(stores: Stores) -> Iterable[AuditLine]:
    return stores.records.audit_lines()


def _place(line: AuditLine) -> str:
    return f"{line.entry.subject}, line {line.place}"
