"""Sites whose models need no network, and what every error must look like."""

from pathlib import Path
from typing import Any

from werkzeug.test import Client, TestResponse

from dermaloop.devserver import LocalSite
from dermaloop.web import Site, WebSettings
from dermaloop.web.limits import RateLimit
from tests.services.worlds import CALM, MALIGNANT, world

ORIGIN = "https://app.example"
MEMBERS = {"type", "title", "status", "detail", "code", "request_id"}


def site(folder: Path, *, per_minute: int = 0, **settings: Any) -> Site:
    allowed = WebSettings(allowed_origins=frozenset({ORIGIN}), **settings)
    return Site(world=world(folder, CALM, MALIGNANT), settings=allowed, limit=RateLimit(per_minute))


def client_of(folder: Path, **settings: Any) -> Client:
    return Client(LocalSite(site(folder, **settings)))


def assert_problem(response: TestResponse, status: int, code: str) -> dict[str, Any]:
    """The response is the documented error, whole and consistent."""
    assert response.status_code == status, response.get_data(as_text=True)
    assert response.mimetype == "application/problem+json"
    told: dict[str, Any] = response.get_json(force=True)
    assert set(told) >= MEMBERS
    assert (told["status"], told["code"], told["type"]) == (status, code, f"urn:dermaloop:problem:{code}")
    assert told["title"]
    assert 0 < len(told["detail"]) < 500
    assert told["request_id"] == response.headers["X-Request-Id"]
    return told
