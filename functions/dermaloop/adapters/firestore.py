"""Records in Firestore: every change is one atomic commit whose preconditions decide between two writers."""

import secrets
from collections.abc import Iterator
from functools import partial

from dermaloop.adapters import firestore_layout as layout
from dermaloop.adapters import firestore_rest as rest
from dermaloop.adapters.firestore_rest import Document, Firestore, Json
from dermaloop.adapters.google_patience import OVERTAKEN, Again, reached
from dermaloop.adapters.google_rest import Refused
from dermaloop.errors import Conflict, NotFound, StoreUnavailable
from dermaloop.records import AuditEntry, AuditLine, Case, IdempotencyKey, KeptCase

_PAGE = 200


class FirestoreRecords:
    """The Records port on Firestore. It connects at the first call, so that a server may fork before."""

    def __init__(self, *, project: str, database: str = "(default)") -> None:
        self._firestore = Firestore(project=project, database=database)

    def keep_case(self, case: Case, *, audit: AuditEntry, key: IdempotencyKey | None = None) -> Case:
        kept, mark = KeptCase(case, key), secrets.token_hex(8)

        def attempt(tries: int) -> Case:
            place = len(self._trail(audit.subject)) if tries else 0
            try:
                self._firestore.commit(self._creation(kept, mark, AuditLine(place, audit)))
            except Refused as error:
                if error.reason == "ALREADY_EXISTS":
                    return self._kept_before(kept, mark, error)
                raise
            return case

        return reached(attempt, changes=True)

    def case(self, case_id: str) -> Case:
        return reached(lambda _: self._case(case_id))

    def delete_case(self, case_id: str, *, audit: AuditEntry) -> None:
        def attempt(_: int) -> None:
            found = self._find(layout.CASES, case_id)
            if found is None:
                return
            line = AuditLine(len(self._trail(audit.subject)), audit)
            try:
                self._firestore.commit(self._deletion(found, line))
            except Refused as error:
                if error.reason in OVERTAKEN:
                    raise Again from error
                raise

        reached(attempt, changes=True)

    def audit(self, subject: str) -> tuple[AuditEntry, ...]:
        return tuple(line.entry for line in reached(lambda _: self._trail(subject)))

    def cases_since(self, created_at: str, *, after: str = "", limit: int = 50) -> tuple[Case, ...]:
        since = rest.compare("created_at", "GREATER_THAN_OR_EQUAL", created_at)
        asked = rest.ordered(rest.select(layout.CASES, since), ("created_at", rest.ID)) | {"limit": limit}
        if after:
            asked = rest.started_after(asked, created_at, rest.Place(self._name(layout.CASES, after)))
        found = reached(lambda _: self._firestore.run(asked))
        return tuple(layout.read_case(document.fields).case for document in found)

    def kept_cases(self, after: str = "") -> Iterator[KeptCase]:
        for document in self._all(layout.CASES, after):
            yield layout.read_case(document.fields)

    def audit_lines(self) -> Iterator[AuditLine]:
        for document in self._all(layout.AUDIT, ""):
            yield layout.read_line(document.fields)

    def restore_case(self, kept: KeptCase) -> bool:
        return reached(lambda _: self._restore_case(kept))

    def restore_line(self, line: AuditLine) -> bool:
        return reached(lambda _: self._restore_line(line))

    def _name(self, collection: str, document_id: str) -> str:
        return self._firestore.name(collection, document_id)

    def _creation(self, kept: KeptCase, mark: str, line: AuditLine | None) -> list[Json]:
        writes = [rest.create(self._name(layout.CASES, kept.case.id), layout.case_fields(kept, mark))]
        if kept.key is not None:
            claim = self._name(layout.IDEMPOTENCY, kept.key.key_sha256)
            writes.append(rest.create(claim, layout.key_fields(kept.key, kept.case.id)))
        if line is not None:
            writes.append(self._line(line))
        return writes

    def _deletion(self, found: Document, line: AuditLine) -> list[Json]:
        writes = [rest.delete(self._name(layout.CASES, found.id), present=found), self._line(line)]
        if key := found.fields.get("key"):
            writes.append(rest.delete(self._name(layout.IDEMPOTENCY, key), present=None))
        return writes

    def _line(self, line: AuditLine) -> Json:
        return rest.create(self._name(layout.AUDIT, layout.line_id(line)), layout.line_fields(line))

    def _kept_before(self, kept: KeptCase, mark: str, error: Exception) -> Case:
        """Why a case could not be created: by an earlier try of this call, under the same key, or by a stranger."""
        own = self._find(layout.CASES, kept.case.id)
        if own is not None and own.fields["mark"] == mark:
            return kept.case
        claim = self._find(layout.IDEMPOTENCY, kept.key.key_sha256) if kept.key else None
        if kept.key and claim is not None:
            if claim.fields["request"] != kept.key.request_sha256:
                raise Conflict("This Idempotency-Key was used for another request.")
            return self._case(claim.fields["case_id"])
        if own is not None:
            raise StoreUnavailable("The store cannot take this case.") from error
        raise Again("the place in the trail was taken, or the key was freed just now") from error

    def _case(self, case_id: str) -> Case:
        found = self._find(layout.CASES, case_id)
        if found is None:
            raise NotFound("There is no such case.")
        return layout.read_case(found.fields).case

    def _find(self, collection: str, document_id: str) -> Document | None:
        if not layout.is_id(document_id):
            return None
        return self._firestore.fetch(self._name(collection, document_id))[0]

    def _trail(self, subject: str) -> list[AuditLine]:
        found = self._firestore.run(rest.select(layout.AUDIT, rest.equal("subject", subject)))
        return sorted((layout.read_line(document.fields) for document in found), key=lambda line: line.place)

    def _all(self, collection: str, after: str) -> Iterator[Document]:
        while page := reached(partial(self._page, collection, after)):
            yield from page
            after = page[-1].id

    def _page(self, collection: str, after: str, _tries: int) -> list[Document]:
        asked = rest.ordered(rest.select(collection), (rest.ID,)) | {"limit": _PAGE}
        if after:
            asked = rest.started_after(asked, rest.Place(self._name(collection, after)))
        return self._firestore.run(asked)

    def _restore_case(self, kept: KeptCase) -> bool:
        try:
            self._firestore.commit(self._creation(kept, "restored", None))
        except Refused as error:
            if error.reason != "ALREADY_EXISTS":
                raise
            present = self._find(layout.CASES, kept.case.id)
            if present is None or layout.read_case(present.fields) != kept:
                raise Conflict("Another case is kept under this id or key.") from None
            return False
        return True

    def _restore_line(self, line: AuditLine) -> bool:
        try:
            self._firestore.commit([self._line(line)])
        except Refused as error:
            if error.reason != "ALREADY_EXISTS":
                raise
            (present,) = self._firestore.fetch(self._name(layout.AUDIT, layout.line_id(line)))
            if present is None or layout.read_line(present.fields) != line:
                raise Conflict("The trail has another line at this place.") from None
            return False
        return True
