"""What an endpoint declares: method, path, who may call it, what it takes and gives; and which function serves it."""

import importlib
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Literal

import msgspec
from werkzeug.wrappers import Request

from dermaloop.errors import Unauthenticated
from dermaloop.ports import World
from dermaloop.records.people import Person
from dermaloop.startup import uncollected

SignIn = Literal["nobody", "case_token", "doctor", "admin", "doctor_or_admin", "service"]
"""`nobody`: open to all; `case_token`: the secret that was given with the case, in the X-Case-Token header; the others
ask for a bearer token in the Authorization header: of a person with that role, or of our own bus and scheduler."""

EXAMPLE_PICTURE = "<base64 of a picture>"
"""Where an example of a body shows a picture, the API's description puts a drawn one."""


class Call(msgspec.Struct, frozen=True):
    """One request that passed the boundary: its decoded body, path parameters and secrets."""

    world: World
    body: Any
    query: Any
    path: Mapping[str, str]
    digest: str
    idempotency_key: str | None
    case_token: str
    caller: Person | None
    request: Request

    @property
    def person(self) -> Person:
        """Who signed in; only endpoints that ask for a role may want to know."""
        if self.caller is None:
            raise Unauthenticated("Sign in first.")
        return self.caller


class Endpoint(msgspec.Struct, frozen=True):
    """One method on one path. `handle` returns a struct, a ready response, or None for 204.

    `takes` is the struct of the JSON body, with an example of it at least; `asks` that of the query string.
    `takes_file` is the media type of a body that is no JSON, which `call.body` then holds as bytes. `keyed`: a request
    sent again under the same Idempotency-Key is done once; others are safe to repeat by themselves, or say 409.
    """

    method: Literal["GET", "POST", "PUT", "DELETE"]
    path: str
    sign_in: SignIn
    handle: Callable[[Call], Any]
    summary: str
    takes: type | None = None
    takes_file: str | None = None
    asks: type | None = None
    keyed: bool = False
    examples: Mapping[str, Any] = msgspec.field(default_factory=dict)
    gives: type | str | None = None
    errors: tuple[str, ...] = ()

    def match(self, path: str) -> dict[str, str] | None:
        found = _pattern(self.path).fullmatch(path)
        return found.groupdict() if found else None


class Function(msgspec.Struct, frozen=True):
    """A cloud function: where hosting shows it, and the module with its ENDPOINTS, imported when first called."""

    root: str
    module: str
    paths: tuple[str, ...]


FUNCTIONS: dict[str, Function] = {
    "predict_malignancy": Function("/api/malignancy", "predict_malignancy", ("/api/malignancy",)),
    "predict_disease": Function("/api/disease", "predict_disease", ("/api/disease",)),
    "assess": Function(
        "/api/assess", "assess", ("/api/assess", "/api/outline", "/api/compare", "/api/models", "/api/openapi.json")
    ),
    "care": Function("/api/care", "care", ("/api/care",)),
    "cases": Function("/api/cases", "cases", ("/api/cases",)),
    "review": Function("/api/review", "review", ("/api/review",)),
    "admin": Function("/api/admin", "admin", ("/api/admin",)),
    "start_training": Function("/api/events", "start_training", ("/api/events",)),
    "sweep": Function("/api/sweep", "sweep", ("/api/sweep",)),
}


@lru_cache
def endpoints(function: str) -> tuple[Endpoint, ...]:
    """The endpoints of one function; only its own handlers are imported."""
    with uncollected():
        module = importlib.import_module(f"dermaloop.web.{FUNCTIONS[function].module}")
    declared: tuple[Endpoint, ...] = module.ENDPOINTS
    return declared


def function_for(path: str) -> str | None:
    """Which function hosting sends a path to."""
    for name, function in FUNCTIONS.items():
        if any(path == root or path.startswith(root + "/") for root in function.paths):
            return name
    return None


@lru_cache
def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path) + "/?")
