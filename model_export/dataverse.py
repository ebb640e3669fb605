"""Asks a Dataverse for the MD5 sums that it publishes beside the files of a data set.

Its native API (https://guides.dataverse.org/en/latest/api/native-api.html) lists the files of the latest version, each
with an id and an MD5. Tables are left out: they are served in another form than they were uploaded in, so their sums
need not fit.
"""

import http.client
import urllib.request

import msgspec

from model_export.errors import ExportError

TIMEOUT = 30.0


class _DataFile(msgspec.Struct):
    id: int
    md5: str = ""
    tabular_data: bool = msgspec.field(name="tabularData", default=False)
    original_file_format: str = msgspec.field(name="originalFileFormat", default="")


class _File(msgspec.Struct):
    data_file: _DataFile = msgspec.field(name="dataFile")


class _Version(msgspec.Struct):
    files: list[_File]


class _Data(msgspec.Struct):
    latest_version: _Version = msgspec.field(name="latestVersion")


class _Listing(msgspec.Struct):
    data: _Data


def published_sums(url: str) -> dict[str, str]:
    """MD5 by file id, as the data set's page of the API lists them."""
    request = urllib.request.Request(url, headers={"User-Agent": "dermaloop"})  # noqa: S310 - from our own table
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as response:  # noqa: S310
            listing = msgspec.json.decode(response.read(), type=_Listing)
    except (OSError, http.client.HTTPException, msgspec.MsgspecError) as error:
        raise ExportError(f"{url} does not say what was published: {error}; try again later") from error
    files = [file.data_file for file in listing.data.latest_version.files]
    return {str(one.id): one.md5 for one in files if one.md5 and not (one.tabular_data or one.original_file_format)}
