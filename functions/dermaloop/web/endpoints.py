"""What an endpoint declares: method, path, who may call it, what it takes and gives; and which function serves it."""

import importlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from werkzeug.wrappers import Request

from dermaloop.ports import World

SignIn = Literal["nobody", "case_token"]
"""`nobody`: open to all; `case_token`: the secret that was given with the case, in the X-Case-Token header."""


@dataclass(frozen=True)
class Call:
    """One request that passed the boundary: its decoded body, path parameters and secrets."""

    world: World
    body: Any
    path: Mapping[str, str]
    digest: str
    idempotency_key: str | None
    case_token: str
    request: Request


@dataclass(frozen=True)
class Endpoint:
    """One method on one path. `handle` returns a struct, a ready response, or None for 204."""

    method: Literal["GET", "POST", "DELETE"]
    path: str
    sign_in: SignIn
    handle: Callable[[Call], Any]
    summary: str
    takes: type | None = None
    gives: type | str | None = None
    errors: tuple[str, ...] = ()

    def match(self, path: str) -> dict[str, str] | None:
        found = _pattern(self.path).fullmatch(path)
        return found.groupdict() if found else None


@dataclass(frozen=True)
class Function:
    """A cloud function: where hosting shows it, and the module with its ENDPOINTS, imported when first called."""

    root: str
    module: str
    paths: tuple[str, ...]


FUNCTIONS: dict[str, Function] = {
    "predict_malignancy": Function("/api/malignancy", "predict_malignancy", ("/api/malignancy",)),
    "predict_disease": Function("/api/disease", "predict_disease", ("/api/disease",)),
    "assess": Function("/api/assess", "assess", ("/api/assess", "/api/models", "/api/openapi.json")),
    "cases": Function("/api/cases", "cases", ("/api/cases",)),
}


@lru_cache
def endpoints(function: str) -> tuple[Endpoint, ...]:
    """The endpoints of one function; only its own handlers are imported."""
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
