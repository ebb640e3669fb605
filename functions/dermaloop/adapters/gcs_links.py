"""Addresses of pictures in a Cloud Storage bucket: V4 signatures that IAM makes for our account, without a key file."""

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode, urlsplit

from dermaloop.adapters.google_patience import reached
from dermaloop.adapters.google_rest import GoogleService
from dermaloop.adapters.keys import parts
from dermaloop.ports import Link
from dermaloop.services.moments import written

_ALGORITHM = "GOOG4-RSA-SHA256"


class GcsLinks:
    """The Links port on the bucket of pictures. `account` is whom IAM signs for: who may read the bucket."""

    def __init__(self, *, bucket: str, account: str) -> None:
        self._iam = GoogleService("https://iamcredentials.googleapis.com", emulator="IAM_EMULATOR_HOST")
        self._storage = GoogleService("https://storage.googleapis.com", emulator="STORAGE_EMULATOR_HOST").base
        self._bucket = bucket
        self._account = account

    def lend(self, key: str, *, seconds: int) -> Link:
        made = _now()
        place = f"/{self._bucket}/{quote('/'.join(parts(key)), safe='/~')}"
        scope = f"{made:%Y%m%d}/auto/storage/goog4_request"
        asked = urlencode(
            {
                "X-Goog-Algorithm": _ALGORITHM,
                "X-Goog-Credential": f"{self._account}/{scope}",
                "X-Goog-Date": f"{made:%Y%m%dT%H%M%SZ}",
                "X-Goog-Expires": str(seconds),
                "X-Goog-SignedHeaders": "host",
            }
        )
        host = urlsplit(self._storage).netloc
        request = f"GET\n{place}\n{asked}\nhost:{host}\n\nhost\nUNSIGNED-PAYLOAD"
        digest = hashlib.sha256(request.encode()).hexdigest()
        signature = self._signed(f"{_ALGORITHM}\n{made:%Y%m%dT%H%M%SZ}\n{scope}\n{digest}")
        url = f"{self._storage}{place}?{asked}&X-Goog-Signature={signature.hex()}"
        return Link(url=url, expires_at=written(made + timedelta(seconds=seconds)))

    def _signed(self, text: str) -> bytes:
        address = f"/v1/projects/-/serviceAccounts/{quote(self._account)}:signBlob"
        told = {"payload": base64.b64encode(text.encode()).decode()}
        return base64.b64decode(reached(lambda _: self._iam.ask("POST", address, told))["signedBlob"])


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
