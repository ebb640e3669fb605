"""New pictures by the archive: an admin brings them in, and is told what became of each."""

from typing import Annotated

import msgspec
from msgspec import Meta

from dermaloop.errors import InvalidRequest
from dermaloop.services.gathering import UploadReport, gather
from dermaloop.web.endpoints import Call, Endpoint


class UploadQuery(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Where the pictures come from, and that their owners agreed to what will be done with them."""

    source: Annotated[
        str, Meta(pattern="^[A-Za-z0-9][A-Za-z0-9 ._-]{0,59}$", description="Shown with every image that came so.")
    ]
    consented: Annotated[
        bool, Meta(description="The owners agreed that their pictures be kept, read by doctors and trained on.")
    ] = False


def _upload(call: Call) -> UploadReport:
    if not call.query.consented:
        raise InvalidRequest("Only pictures whose owners agreed may be brought in.", path="$.consented")
    return gather(call.body, source=call.query.source, person=call.person, world=call.world)


ENDPOINTS = (
    Endpoint(
        "POST",
        "/api/admin/images",
        sign_in="admin",
        handle=_upload,
        summary="Bring in a zip archive of pictures, with a CSV (image, age, sex, site) if there is one.",
        takes_file="application/zip",
        asks=UploadQuery,
        gives=UploadReport,
        errors=(
            "invalid_request",
            "too_large",
            "unsupported_media",
            "model_unavailable",
            "rate_limited",
            "store_unavailable",
        ),
    ),
)
