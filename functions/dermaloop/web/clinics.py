"""The directory of clinics: kept by admins, read by doctors."""

from typing import Annotated

import msgspec
from msgspec import Meta

from dermaloop.records.following import Clinic
from dermaloop.services import referring
from dermaloop.web.endpoints import Call, Endpoint

Name = Annotated[str, Meta(min_length=1, max_length=200)]


class ClinicRequest(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What is known of a clinic."""

    name: Name
    address: Annotated[str, Meta(min_length=1, max_length=500)]
    phone: Annotated[str, Meta(max_length=60)] = ""
    region: Annotated[str, Meta(max_length=80)] = ""


class ClinicQuery(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Those of one region, or all."""

    region: Annotated[str, Meta(max_length=80)] = ""


class ClinicList(msgspec.Struct, frozen=True):
    """Clinics by name."""

    clinics: tuple[Clinic, ...]


def _list(call: Call) -> ClinicList:
    return ClinicList(referring.list_clinics(region=call.query.region, world=call.world))


def _keep(call: Call) -> Clinic:
    asked: ClinicRequest = call.body
    clinic = Clinic(
        id=call.path["clinic_id"], name=asked.name, address=asked.address, phone=asked.phone, region=asked.region
    )
    return referring.keep_clinic(clinic, admin=call.person, world=call.world)


def _drop(call: Call) -> None:
    referring.drop_clinic(call.path["clinic_id"], admin=call.person, world=call.world)


_ERRORS = ("invalid_request", "rate_limited", "store_unavailable")


def listing(path: str) -> Endpoint:
    """The same list for doctors and admins, each under their own function."""
    return Endpoint(
        "GET",
        path,
        sign_in="doctor_or_admin",
        handle=_list,
        summary="Where a patient may be referred to.",
        asks=ClinicQuery,
        gives=ClinicList,
        errors=_ERRORS,
    )


FOR_DOCTORS = (listing("/api/review/clinics"),)
FOR_ADMINS = (
    listing("/api/admin/clinics"),
    Endpoint(
        "PUT",
        "/api/admin/clinics/{clinic_id}",
        sign_in="admin",
        handle=_keep,
        summary="Add a clinic to the directory, or correct it.",
        takes=ClinicRequest,
        examples={"a clinic": {"name": "City Hospital", "address": "1 High Street", "region": "Taipei"}},
        gives=Clinic,
        errors=("invalid_json", "unsupported_media", "too_large", "conflict", *_ERRORS),
    ),
    Endpoint(
        "DELETE",
        "/api/admin/clinics/{clinic_id}",
        sign_in="admin",
        handle=_drop,
        summary="Take a clinic off the directory.",
        errors=("not_found", "conflict", *_ERRORS),
    ),
)
