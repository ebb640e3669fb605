"""Records in Firestore: every change is one atomic commit whose preconditions decide between two writers."""

import secrets
from collections.abc import Iterator
from functools import cached_property, partial

from google.api_core.exceptions import Aborted, AlreadyExists, FailedPrecondition
from google.api_core.exceptions import NotFound as Missing
from google.cloud import firestore
from google.cloud.firestore_v1.base_document import DocumentSnapshot
from google.cloud.firestore_v1.base_query import FieldFilter

from dermaloop.adapters import firestore_layout as layout
from dermaloop.adapters.google_calls import reached, wait
from dermaloop.errors import Conflict, NotFound, StoreUnavailable
from dermaloop.records import AuditEntry, AuditLine, Case, IdempotencyKey, KeptCase

Snapshot = DocumentSnapshot[firestore.DocumentReference]

_PAGE = 200
_BY_ID = "__name__"


class FirestoreRecords:
    """The Records port on Firestore. It connects at the first call, so that a server may fork before."""

    def __init__(self, *, project: str, database: str = "(default)") -> None:
        self._project = project
        self._database = database

    def keep_case(self, case: Case, *, audit: AuditEntry, key: IdempotencyKey | None = None) -> Case:
        kept, mark = KeptCase(case, key), secrets.token_hex(8)

        def attempt(tries: int) -> Case:
            place = len(self._trail(audit.subject)) if tries else 0
            try:
                self._commit(self._creation(kept, mark, AuditLine(place, audit)))
            except AlreadyExists as error:
                return self._kept_before(kept, mark, error)
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
                self._commit(self._deletion(found, line))
            except (AlreadyExists, FailedPrecondition, Missing) as error:
                raise Aborted("another writer was faster") from error

        reached(attempt, changes=True)

    def audit(self, subject: str) -> tuple[AuditEntry, ...]:
        return tuple(line.entry for line in reached(lambda _: self._trail(subject)))

    def cases_since(self, created_at: str, *, after: str = "", limit: int = 50) -> tuple[Case, ...]:
        def page(_: int) -> tuple[Case, ...]:
            place = self._client.collection(layout.CASES)
            query = place.order_by("created_at").order_by(_BY_ID).limit(limit)
            start = {"created_at": created_at, _BY_ID: place.document(after)} if after else {"created_at": created_at}
            query = query.start_after(start) if after else query.start_at(start)
            return tuple(
                layout.read_case(each.to_dict() or {}).case for each in query.stream(retry=None, timeout=wait())
            )

        return reached(page)

    def kept_cases(self, after: str = "") -> Iterator[KeptCase]:
        for document in self._all(layout.CASES, after):
            yield layout.read_case(document.to_dict() or {})

    def audit_lines(self) -> Iterator[AuditLine]:
        for document in self._all(layout.AUDIT, ""):
            yield layout.read_line(document.to_dict() or {})

    def restore_case(self, kept: KeptCase) -> bool:
        return reached(lambda _: self._restore_case(kept))

    def restore_line(self, line: AuditLine) -> bool:
        return reached(lambda _: self._restore_line(line))

    @cached_property
    def _client(self) -> firestore.Client:
        return firestore.Client(project=self._project, database=self._database)

    def _creation(self, kept: KeptCase, mark: str, line: AuditLine | None) -> firestore.WriteBatch:
        batch, client = self._client.batch(), self._client
        batch.create(client.collection(layout.CASES).document(kept.case.id), layout.case_fields(kept, mark))
        if kept.key is not None:
            claim = client.collection(layout.IDEMPOTENCY).document(kept.key.key_sha256)
            batch.create(claim, layout.key_fields(kept.key, kept.case.id))
        if line is not None:
            batch.create(client.collection(layout.AUDIT).document(layout.line_id(line)), layout.line_fields(line))
        return batch

    def _deletion(self, found: Snapshot, line: AuditLine) -> firestore.WriteBatch:
        batch, client = self._client.batch(), self._client
        batch.delete(found.reference, option=client.write_option(last_update_time=found.update_time))
        if key := found.get("key"):
            batch.delete(client.collection(layout.IDEMPOTENCY).document(key))
        batch.create(client.collection(layout.AUDIT).document(layout.line_id(line)), layout.line_fields(line))
        return batch

    def _commit(self, batch: firestore.WriteBatch) -> None:
        batch.commit(retry=None, timeout=wait())

    def _kept_before(self, kept: KeptCase, mark: str, error: Exception) -> Case:
        """Why a case could not be created: by an earlier try of this call, under the same key, or by a stranger."""
        own = self._find(layout.CASES, kept.case.id)
        if own is not None and own.get("mark") == mark:
            return kept.case
        claim = self._find(layout.IDEMPOTENCY, kept.key.key_sha256) if kept.key else None
        if kept.key and claim is not None:
            if claim.get("request") != kept.key.request_sha256:
                raise Conflict("This Idempotency-Key was used for another request.")
            return self._case(claim.get("case_id"))
        if own is not None:
            raise StoreUnavailable("The store cannot take this case.") from error
        raise Aborted("the place in the trail was taken, or the key was freed just now") from error

    def _case(self, case_id: str) -> Case:
        found = self._find(layout.CASES, case_id)
        if found is None:
            raise NotFound("There is no such case.")
        return layout.read_case(found.to_dict() or {}).case

    def _find(self, collection: str, document_id: str) -> Snapshot | None:
        if not layout.is_id(document_id):
            return None
        found = self._client.collection(collection).document(document_id).get(retry=None, timeout=wait())
        return found if found.exists else None

    def _trail(self, subject: str) -> list[AuditLine]:
        query = self._client.collection(layout.AUDIT).where(filter=FieldFilter("subject", "==", subject))
        lines = [layout.read_line(found.to_dict() or {}) for found in query.stream(retry=None, timeout=wait())]
        return sorted(lines, key=lambda line: line.place)

    def _all(self, collection: str, after: str) -> Iterator[Snapshot]:
        while page := reached(partial(self._page, collection, after)):
            yield from page
            after = page[-1].id

    def _page(self, collection: str, after: str, _tries: int) -> list[Snapshot]:
        place = self._client.collection(collection)
        query = place.order_by(_BY_ID).limit(_PAGE)
        if after:
            query = query.start_after({_BY_ID: place.document(after)})
        return list(query.stream(retry=None, timeout=wait()))

    def _restore_case(self, kept: KeptCase) -> bool:
        try:
            self._commit(self._creation(kept, "restored", None))
        except AlreadyExists:
            present = self._find(layout.CASES, kept.case.id)
            if present is None or layout.read_case(present.to_dict() or {}) != kept:
                raise Conflict("Another case is kept under this id or key.") from None
            return False
        return True

    def _restore_line(self, line: AuditLine) -> bool:
        place = self._client.collection(layout.AUDIT).document(layout.line_id(line))
        try:
            place.create(layout.line_fields(line), retry=None, timeout=wait())
        except AlreadyExists:
            present = place.get(retry=None, timeout=wait())
            if layout.read_line(present.to_dict() or {}) != line:
                raise Conflict("The trail has another line at this place.") from None
            return False
        return True
