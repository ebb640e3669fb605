"""Addresses of pictures that the local server shows, signed with the secret of this machine."""

import hashlib
import hmac
import time
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from dermaloop.adapters.keys import parts
from dermaloop.adapters.local_secret import secret_at
from dermaloop.errors import Forbidden
from dermaloop.ports import Link
from dermaloop.services.moments import written

PLACE = "/api/local/files/"


class LocalLinks:
    """The Links port on one machine."""

    def __init__(self, secret: Path) -> None:
        self._path = secret

    def lend(self, key: str, *, seconds: int) -> Link:
        name, expires = "/".join(parts(key)), int(_clock()) + seconds
        url = f"{PLACE}{quote(name)}?expires={expires}&signature={self._sign(name, str(expires))}"
        return Link(url=url, expires_at=written(datetime.fromtimestamp(expires, UTC)))

    def check(self, key: str, *, expires: str, signature: str) -> None:
        """Forbidden, where this address was not given for this file or its time is over."""
        given = hmac.compare_digest(signature.encode(), self._sign(key, expires).encode())
        if not given or int(expires) <= _clock():
            raise Forbidden("This address is not valid, or no longer.")

    def _sign(self, key: str, expires: str) -> str:
        return hmac.new(self._secret, f"link\n{key}\n{expires}".encode(), hashlib.sha256).hexdigest()

    @cached_property
    def _secret(self) -> bytes:
        return secret_at(self._path)


def _clock() -> float:
    return time.time()
