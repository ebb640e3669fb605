"""Blobs in a Cloud Storage bucket: written under generation preconditions, read with their checksum verified."""

import mimetypes
import secrets
from collections.abc import Iterator
from functools import cached_property, partial

from google.api_core.exceptions import DataLoss, PreconditionFailed
from google.api_core.exceptions import NotFound as Missing
from google.cloud.storage import Blob as RemoteBlob
from google.cloud.storage import Bucket, Client
from google.cloud.storage.exceptions import DataCorruption

from dermaloop.adapters.google_calls import patiently, reached, wait
from dermaloop.adapters.keys import parts
from dermaloop.errors import Conflict, NotFound
from dermaloop.ports import Blob

_CHECKSUM = "crc32c"
_MARK = "mark"
_PAGE = 1000
_PICTURES = "images/"


class GcsBlobs:
    """The Blobs port on one bucket, or on two: one keeps every version of models, the other nothing that was deleted.

    It connects at the first call, so that a server may fork before.
    """

    def __init__(self, *, project: str, bucket: str, models_bucket: str = "") -> None:
        self._project = project
        self._pictures = bucket
        self._models = models_bucket or bucket

    def read(self, key: str) -> Blob:
        try:
            return patiently(lambda _: self._read(key))
        except Missing as error:
            raise NotFound("There is no such file.") from error

    def write(self, key: str, data: bytes, *, expected: int | None = None) -> int:
        mark = secrets.token_hex(8)
        return reached(lambda _: self._write(key, data, expected, mark))

    def delete(self, key: str) -> None:
        try:
            patiently(lambda _: self._blob(key).delete(retry=None, timeout=wait()))
        except Missing:
            return

    def keys(self, prefix: str) -> Iterator[str]:
        """In UTF-8 order, as Cloud Storage lists them."""
        folder, token = f"{'/'.join(parts(prefix))}/", None
        while True:
            names, token = reached(partial(self._page, folder, token))
            yield from names
            if token is None:
                return

    @cached_property
    def _client(self) -> Client:
        return Client(project=self._project)

    def _bucket(self, key: str) -> Bucket:
        return self._client.bucket(self._pictures if key.startswith(_PICTURES) else self._models)

    def _blob(self, key: str) -> RemoteBlob:
        return self._bucket(key).blob("/".join(parts(key)))

    def _read(self, key: str) -> Blob:
        blob = self._blob(key)
        try:
            data: bytes = blob.download_as_bytes(checksum=_CHECKSUM, retry=None, timeout=wait())
        except DataCorruption as error:
            raise DataLoss(f"{key} arrived damaged") from error
        if not blob.crc32c:
            raise DataLoss(f"{key} arrived without its checksum")
        return Blob(data=data, generation=int(blob.generation))

    def _write(self, key: str, data: bytes, expected: int | None, mark: str) -> int:
        blob = self._blob(key)
        blob.metadata = {_MARK: mark}
        kind = mimetypes.guess_type(key)[0] or "application/octet-stream"
        try:
            blob.upload_from_string(
                data, content_type=kind, if_generation_match=expected, checksum=_CHECKSUM, retry=None, timeout=wait()
            )
        except PreconditionFailed:
            return self._written_before(blob.name, mark)
        return int(blob.generation)

    def _written_before(self, name: str, mark: str) -> int:
        """The generation where an earlier try of this very call was made though its answer was lost."""
        found = self._bucket(name).get_blob(name, retry=None, timeout=wait())
        if found is None or (found.metadata or {}).get(_MARK) != mark:
            raise Conflict("The file changed in the meantime.")
        return int(found.generation)

    def _page(self, folder: str, token: str | None, _tries: int) -> tuple[list[str], str | None]:
        found = self._bucket(folder).list_blobs(
            prefix=folder,
            page_token=token,
            max_results=_PAGE,
            fields="items(name),nextPageToken",
            retry=None,
            timeout=wait(),
        )
        names = [blob.name for blob in found]
        return names, found.next_page_token
