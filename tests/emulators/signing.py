"""IAM's signBlob with a key of our own, and Cloud Storage's check of what was signed with it."""

import base64
import hashlib
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.emulators.json_server import Answer, json_server
from tests.emulators.sign_in import key

HOST = "IAM_EMULATOR_HOST"
ACCOUNT = "fn-review@test.iam.gserviceaccount.com"
KEY = 7
_CALL = re.compile(r"/v1/projects/-/serviceAccounts/([^/]+):signBlob")


def private_key() -> str:
    """Of the account, as a key file would hold it."""
    return key(KEY).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@contextmanager
def sign_blob() -> Iterator[str]:
    """Its address. It signs for one account, and refuses to do so for others."""

    def answer(method: str, path: str, told: Any) -> Answer:
        asked = _CALL.fullmatch(path)
        if method != "POST" or asked is None or asked[1].replace("%40", "@") != ACCOUNT:
            return 403, {"error": {"status": "PERMISSION_DENIED", "message": "iam.serviceAccounts.signBlob"}}, {}
        signed = key(KEY).sign(base64.b64decode(told["payload"]), padding.PKCS1v15(), hashes.SHA256())
        return 200, {"keyId": "k", "signedBlob": base64.b64encode(signed).decode()}, {}

    with json_server(answer) as address:
        yield address


def refusal(url: str) -> int | None:
    """The status by which Cloud Storage refuses such an address now; None where it shows the file."""
    found = urlsplit(url)
    asked = dict(parse_qsl(found.query))
    made = datetime.strptime(asked["X-Goog-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
    lasts = int(asked["X-Goog-Expires"])
    if not made <= time.time() + 60 or time.time() >= made + lasts:
        return 400
    plain, _, signature = found.query.partition("&X-Goog-Signature=")
    request = f"GET\n{found.path}\n{plain}\nhost:{found.netloc}\n\nhost\nUNSIGNED-PAYLOAD"
    scope = asked["X-Goog-Credential"].partition("/")[2]
    digest = hashlib.sha256(request.encode()).hexdigest()
    text = f"{asked['X-Goog-Algorithm']}\n{asked['X-Goog-Date']}\n{scope}\n{digest}"
    try:
        key(KEY).public_key().verify(bytes.fromhex(signature), text.encode(), padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return 403
    return None
