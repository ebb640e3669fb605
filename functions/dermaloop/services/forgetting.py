"""Forgets a case for good on the word of whoever holds its token, with all that doctors said of it."""

from dermaloop.errors import NotFound
from dermaloop.ports import Documents, World
from dermaloop.records import AuditEntry, Case
from dermaloop.records.documents import Change, Query, Remove
from dermaloop.records.following import OF_A_CASE
from dermaloop.records.reviewing import ANNOTATION_VERSIONS, ANNOTATIONS, REVIEWS, review_id
from dermaloop.services.disclosing import audit_entry, find

_PAGE = 200


def forget(case_id: str, *, token: str, world: World) -> None:
    """Deletes pictures, then what was said about the case, then its rows; only audit lines without content remain.

    Safe to repeat after a failure: until the last step the case is there, for the same token.
    """
    erase(find(case_id, token=token, records=world.records), audit=audit_entry("delete", case_id), world=world)


def erase(case: Case, *, audit: AuditEntry, world: World) -> None:
    """The same, on whoever's word the audit line says."""
    for key in [*world.blobs.keys(f"images/{case.id}/")]:
        world.blobs.delete(key)
    withdraw(case, world.documents)
    world.documents.commit(*(Remove(kind, case.id) for kind in OF_A_CASE))
    world.records.delete_case(case.id, audit=audit)


def withdraw(case: Case, documents: Documents) -> None:
    """Removes the reviews of its images with every reading and draft; the audit trail stays. Safe to repeat."""
    for image in case.images:
        withdraw_image(review_id(case.id, image.id), documents)


def withdraw_image(name: str, documents: Documents) -> None:
    """Readings first: as long as the review is there, a second run finds what the first one left."""
    try:
        documents.get(REVIEWS, name)
    except NotFound:
        return
    for annotation in documents.find(Query(ANNOTATIONS, {"review_id": name}), limit=_PAGE).records:
        query = Query(ANNOTATION_VERSIONS, {"annotation_id": annotation.id}, order="number")
        versions = documents.find(query, limit=_PAGE).records
        gone: list[Change] = [Remove(ANNOTATION_VERSIONS, each.id) for each in versions]
        documents.commit(*gone, Remove(ANNOTATIONS, annotation.id))
    documents.commit(Remove(REVIEWS, name))
