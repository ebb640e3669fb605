"""Records whose audit trail lies in two databases: beside the cases, and beside what doctors and admins keep."""

import heapq
from collections.abc import Iterator
from functools import partial
from itertools import count, groupby

from dermaloop.adapters import firestore_rest as rest
from dermaloop.adapters.firestore import FirestoreRecords
from dermaloop.adapters.firestore_layout import AUDIT, line_id, read_line
from dermaloop.adapters.firestore_rest import Document, Firestore
from dermaloop.adapters.google_patience import reached
from dermaloop.records import AuditEntry, AuditLine

_PAGE = 200


class FirestoreTrails(FirestoreRecords):
    """The Records port on the cases' database, with the lines that `FirestoreDocuments` wrote into the other one.

    Cases lie apart because a right on Google can be narrowed to a database and no further: the functions that take
    photos from strangers have none on the other.
    """

    def __init__(self, *, project: str, database: str, documents: str) -> None:
        super().__init__(project=project, database=database)
        self._others = Firestore(project=project, database=documents)

    def audit(self, subject: str) -> tuple[AuditEntry, ...]:
        asked = rest.select(AUDIT, rest.equal("subject", subject))
        found = reached(lambda _: self._others.run(asked))
        others = sorted((read_line(dict(document.fields)) for document in found), key=lambda line: line.place)
        return tuple(heapq.merge(super().audit(subject), (line.entry for line in others), key=lambda entry: entry.at))

    def audit_lines(self) -> Iterator[AuditLine]:
        """Subject by subject, each in the order of time; a line's place is the one it has among both."""
        others = (read_line(dict(document.fields)) for document in self._every())
        every = heapq.merge(super().audit_lines(), others, key=_order)
        for _, lines in groupby(every, key=lambda line: line.entry.subject):
            yield from (AuditLine(place, line.entry) for place, line in zip(count(), lines, strict=False))

    def _every(self) -> Iterator[Document]:
        asked = rest.ordered(rest.select(AUDIT), (rest.ID,)) | {"limit": _PAGE}
        query = asked
        while page := reached(partial(_run, self._others, query)):
            yield from page
            query = rest.started_after(asked, rest.Place(self._others.name(AUDIT, page[-1].id)))


def _run(database: Firestore, query: rest.Json, _tries: int) -> list[Document]:
    return database.run(query)


def _order(line: AuditLine) -> tuple[str, str]:
    """As the lines lie in either database: by subject, as ids write it, then by time."""
    return line_id(line).rsplit("~", 1)[0], line.entry.at
