"""Google's sign-in on this machine: real signatures by keys of our own, a certificate endpoint, and the accounts.

It stands where FIREBASE_AUTH_EMULATOR_HOST points. Unlike Google's own emulator it signs what it gives out.
"""

import base64
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.emulators.json_server import Answer, json_server

HOST = "FIREBASE_AUTH_EMULATOR_HOST"
PEOPLE, SERVICES = "/robot/v1/metadata/x509/securetoken@system.gserviceaccount.com", "/oauth2/v1/certs"
BUS = "bus@test.iam.gserviceaccount.com"
AUDIENCE = "https://test.example/events"


class SignIn:
    """Keys, accounts by uid, and how often the certificates were asked for."""

    def __init__(self) -> None:
        self.address = ""
        self.keys: dict[str, rsa.RSAPrivateKey] = {"key-1": key(0)}
        self.accounts: dict[str, dict[str, Any]] = {}
        self.max_age = 3600
        self.fetched = 0
        self.down = False

    def add(self, uid: str, **more: Any) -> None:
        """Somebody who has signed up."""
        self.accounts[uid] = {"localId": uid, "email": f"{uid}@example.org", "emailVerified": True} | more

    def id_token(self, project: str, uid: str, *, key_id: str = "key-1", **changes: Any) -> str:
        now = int(time.time())
        account = self.accounts.get(uid, {})
        said = {
            "iss": f"https://securetoken.google.com/{project}",
            "aud": project,
            "sub": uid,
            "iat": now,
            "auth_time": now,
            "exp": now + 3600,
            "email": account.get("email"),
            "email_verified": account.get("emailVerified"),
        }
        return sign(said | changes, self.keys[key_id], key_id)

    def service_token(self, *, email: str = BUS, key_id: str = "key-1", **changes: Any) -> str:
        now = int(time.time())
        said = {"iss": "https://accounts.google.com", "aud": AUDIENCE, "sub": "1", "iat": now, "exp": now + 3600}
        return sign(said | {"email": email, "email_verified": True} | changes, self.keys[key_id], key_id)

    def answer(self, method: str, path: str, told: Any) -> Answer:
        if self.down:
            return 503, {"error": {"status": "UNAVAILABLE", "message": "down"}}, {}
        if path in (PEOPLE, SERVICES):
            self.fetched += 1
            return 200, {name: _certificate(made) for name, made in self.keys.items()}, self._cached()
        _, _, asked = path.partition("/accounts:")
        if asked == "lookup":
            return 200, {"users": [a for a in self.accounts.values() if _asked_for(a, told)]}, {}
        if asked == "update":
            self.accounts[told["localId"]] |= told
            return 200, {"localId": told["localId"]}, {}
        if method == "GET" and asked.startswith("batchGet"):
            return 200, self._page(asked), {}
        return 404, {"error": {"status": "NOT_FOUND", "message": path}}, {}

    def _cached(self) -> dict[str, str]:
        return {"Cache-Control": f"public, max-age={self.max_age}, must-revalidate"}

    def _page(self, asked: str) -> dict[str, Any]:
        """Two at a time."""
        start = int(asked.rpartition("nextPageToken=")[2] or 0)
        users = list(self.accounts.values())[start : start + 2]
        return {"users": users} | ({"nextPageToken": str(start + 2)} if len(self.accounts) > start + 2 else {})


@contextmanager
def sign_in() -> Iterator[SignIn]:
    """A server on a free port, stopped afterwards."""
    made = SignIn()
    with json_server(made.answer) as made.address:
        yield made


@lru_cache
def key(number: int) -> rsa.RSAPrivateKey:
    """The same for the same number: making one takes a while."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def sign(claims: Mapping[str, Any], by: rsa.RSAPrivateKey, key_id: str) -> str:
    said = f"{packed({'alg': 'RS256', 'typ': 'JWT', 'kid': key_id})}.{packed(claims)}"
    return f"{said}.{encoded(by.sign(said.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def packed(value: Mapping[str, Any]) -> str:
    return encoded(json.dumps({name: said for name, said in value.items() if said is not None}).encode())


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _certificate(made: rsa.RSAPrivateKey) -> str:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "securetoken.system.gserviceaccount.com")])
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(made.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=9))
        .sign(made, hashes.SHA256())
    )
    return built.public_bytes(serialization.Encoding.PEM).decode()


def _asked_for(account: dict[str, Any], told: dict[str, Any]) -> bool:
    return account["localId"] in told.get("localId", ()) or account["email"] in told.get("email", ())
