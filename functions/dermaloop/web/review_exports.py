"""What leaves the house and what comes back: annotations in the forms that other programs know."""

from collections.abc import Callable, Iterator
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta
from werkzeug.wrappers import Response

from dermaloop.errors import Conflict
from dermaloop.knowledge import nearest_locale
from dermaloop.records import AuditEntry
from dermaloop.records.documents import Note, Query
from dermaloop.records.findings import Diagnosis, Site
from dermaloop.records.reviewing import REVIEWS
from dermaloop.services import coco, exporting, fhir, importing, isic_tables, labelme
from dermaloop.services.annotating import readings
from dermaloop.services.coco import CocoFile
from dermaloop.services.exporting import Exported
from dermaloop.services.importing import ImportReport
from dermaloop.services.labelme import LabelmeFile
from dermaloop.services.moments import now
from dermaloop.services.searching import Wanted
from dermaloop.web.endpoints import Call, Endpoint
from dermaloop.web.review_queue import WRITE, InLocale, Time

Format = Literal["coco", "labelme", "challenge", "metadata", "masks", "ndjson"]
_NAMES: dict[Format, tuple[str, str]] = {
    "coco": ("annotations.json", "application/json"),
    "labelme": ("labelme.zip", "application/zip"),
    "challenge": ("ground_truth.csv", "text/csv"),
    "metadata": ("metadata.csv", "text/csv"),
    "masks": ("masks.zip", "application/zip"),
    "ndjson": ("images.ndjson", "application/x-ndjson"),
}


class ExportQuery(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Which reviewed images, and in what form."""

    format: Format
    diagnosis: Diagnosis | None = None
    site: Site | None = None
    since: Time | None = None
    until: Time | None = None


class LabelmeImport(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Some of labelme's files; an image is known by the name of its file, as it was exported."""

    files: Annotated[list[LabelmeFile], Meta(min_length=1, max_length=500)]


class CocoImport(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One COCO file; an image is known by the name of its file, as it was exported."""

    coco: CocoFile


def _export(call: Call) -> Response:
    """Streamed as it is made; X-Total-Images says how many images are coming."""
    asked: ExportQuery = call.query
    wanted = Wanted(diagnosis=asked.diagnosis, site=asked.site, since=asked.since, until=asked.until)
    documents, (name, kind) = call.world.documents, _NAMES[asked.format]
    line = AuditEntry(at=now(), actor=call.person.id, action=f"export {asked.format}", subject="exports:review")
    documents.commit(Note(line))
    pieces = _pieces(asked.format, lambda: exporting.exported(wanted, documents), call)
    response = Response(pieces, mimetype=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Total-Images"] = str(exporting.total(wanted, documents))
    return response


def _pieces(form: Format, images: Callable[[], Iterator[Exported]], call: Call) -> Iterator[bytes]:
    world = call.world
    if form == "coco":
        return coco.written(images, now=now())
    if form == "labelme":
        return exporting.zipped(labelme.files(images(), world))
    if form == "masks":
        return exporting.zipped(isic_tables.masks(images()))
    if form == "challenge":
        return isic_tables.challenge(images())
    return isic_tables.metadata(images(), world) if form == "metadata" else exporting.lines(images())


def _case(call: Call) -> Response:
    """Holds the models' answers, so it is for those who have read what is still to be read."""
    world, person = call.world, call.person
    case = world.records.case(call.path["case"])
    reviews = world.documents.find(Query(REVIEWS, {"case_id": case.id})).records
    if any(review.waits and person.id not in review.annotators for review in reviews):
        raise Conflict("Read the images of this case first: the bundle holds what the models said.")
    said = [each for review in reviews for each in readings(review.id, world.documents) if each.submitted]
    locale, host = nearest_locale(call.query.locale), call.request.host_url.rstrip("/")
    world.documents.commit(Note(AuditEntry(at=now(), actor=person.id, action="export fhir", subject=f"case:{case.id}")))
    made: Any = fhir.bundle(case, reviews, said, locale=locale, at=now(), site=host)
    return Response(msgspec.json.encode(made), mimetype="application/fhir+json")


def _import_labelme(call: Call) -> ImportReport:
    return importing.save_all(importing.from_labelme(call.body.files), call.person, call.world)


def _import_coco(call: Call) -> ImportReport:
    return importing.save_all(importing.from_coco(call.body.coco), call.person, call.world)


_READ = ("invalid_request", "not_found", "rate_limited", "store_unavailable")
_LABELME = {
    "files": [
        {
            "version": "5.5.0",
            "flags": {"nv": True},
            "shapes": [{"label": "lesion", "points": [[20, 20], [80, 25], [50, 70]], "shape_type": "polygon"}],
            "imagePath": "5f0c-1.jpg",
            "imageData": None,
            "imageHeight": 96,
            "imageWidth": 128,
        }
    ]
}
_COCO = {
    "coco": {
        "images": [{"id": 1, "file_name": "5f0c-1.jpg", "width": 128, "height": 96}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 6, "segmentation": [[20, 20, 80, 25, 50, 70]]}],
        "categories": [{"id": 6, "name": "nv"}],
    }
}

ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/review/exports",
        sign_in="doctor_or_admin",
        handle=_export,
        summary="Reviewed images as COCO, labelme, ISIC tables, masks or lines of JSON.",
        asks=ExportQuery,
        gives="application/octet-stream",
        errors=_READ,
    ),
    Endpoint(
        "GET",
        "/api/review/cases/{case}/fhir",
        sign_in="doctor",
        handle=_case,
        summary="One case as a FHIR R4 bundle.",
        asks=InLocale,
        gives="application/fhir+json",
        errors=("conflict", *_READ),
    ),
    Endpoint(
        "POST",
        "/api/review/imports/labelme",
        sign_in="doctor",
        handle=_import_labelme,
        summary="Take in labelme's files as drafts of yours.",
        takes=LabelmeImport,
        examples={"one": _LABELME},
        gives=ImportReport,
        errors=WRITE,
    ),
    Endpoint(
        "POST",
        "/api/review/imports/coco",
        sign_in="doctor",
        handle=_import_coco,
        summary="Take in a COCO file as drafts of yours.",
        takes=CocoImport,
        examples={"one": _COCO},
        gives=ImportReport,
        errors=WRITE,
    ),
)
