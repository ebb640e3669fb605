"""The OpenAPI 3.1 document, made from the endpoints' own declarations and types."""

import base64
import io
import re
from functools import lru_cache
from typing import Any

import msgspec

from dermaloop import errors
from dermaloop.web.endpoints import EXAMPLE_PICTURE, FUNCTIONS, Endpoint, endpoints
from dermaloop.web.problems import Problem

VERSION = "1"
_REF = "#/components/schemas/{name}"
_ABOUT = (
    "Looks at a photo of a skin lesion and says what to do next, how soon and why. It gives no diagnosis. "
    "Every answer carries X-Request-Id; every error is application/problem+json with a stable code."
)
_CASE_TOKEN = {
    "type": "apiKey",
    "in": "header",
    "name": "X-Case-Token",
    "description": "The secret that came with the answer which created the case.",
}
_SIGN_INS = {
    "case_token": _CASE_TOKEN,
    "doctor": {"type": "http", "scheme": "bearer", "description": "The sign-in of a doctor."},
    "admin": {"type": "http", "scheme": "bearer", "description": "The sign-in of an admin."},
    "doctor_or_admin": {"type": "http", "scheme": "bearer", "description": "The sign-in of a doctor or an admin."},
    "service": {"type": "http", "scheme": "bearer", "description": "An OIDC token of the bus or the scheduler."},
}
_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "The same request sent again under the same key is kept once and gets the same answer.",
    "schema": {"type": "string", "pattern": "^[!-~]{8,200}$"},
}
_STATUS = {error.code: (error.status, error.title) for error in errors.DermaloopError.__subclasses__()}


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """The whole API, every function of it."""
    declared = [(name, endpoint) for name in FUNCTIONS for endpoint in endpoints(name)]
    types = {type_ for _, e in declared for type_ in (e.takes, e.gives) if isinstance(type_, type)} - {str}
    schemas = msgspec.json.schema_components([*sorted(types, key=lambda t: t.__name__), Problem], ref_template=_REF)[1]
    paths: dict[str, dict[str, Any]] = {}
    for function, endpoint in declared:
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(function, endpoint)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Dermaloop", "version": VERSION, "description": _ABOUT, "license": {"name": "Apache-2.0"}},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": _SIGN_INS},
    }


def _operation(function: str, endpoint: Endpoint) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": re.sub(r"\W+", "_", f"{endpoint.method.lower()}{endpoint.path.removeprefix('/api')}").strip("_"),
        "summary": endpoint.summary,
        "tags": [function],
        "responses": {**_success(endpoint), **_failures(endpoint)},
        "security": [] if endpoint.sign_in == "nobody" else [{endpoint.sign_in: []}],
        "parameters": [_path_parameter(name) for name in re.findall(r"\{(\w+)\}", endpoint.path)],
    }
    if endpoint.asks is not None:
        operation["parameters"] += _query_parameters(endpoint.asks)
    if endpoint.takes is not None:
        operation["parameters"] += [_IDEMPOTENCY_KEY] if endpoint.keyed else []
        content = {"schema": _reference(endpoint.takes), "examples": _examples(endpoint)}
        operation["requestBody"] = {"required": True, "content": {"application/json": content}}
    elif endpoint.takes_file is not None:
        file = {"schema": {"type": "string", "format": "binary"}}
        operation["requestBody"] = {"required": True, "content": {endpoint.takes_file: file}}
    return operation


def _success(endpoint: Endpoint) -> dict[str, Any]:
    if endpoint.gives is None:
        return {"204": {"description": "Done."}}
    if isinstance(endpoint.gives, str):
        return {"200": {"description": endpoint.summary, "content": {endpoint.gives: {}}}}
    return {
        "200": {
            "description": endpoint.summary,
            "content": {"application/json": {"schema": _reference(endpoint.gives)}},
        }
    }


def _failures(endpoint: Endpoint) -> dict[str, Any]:
    by_status: dict[str, list[str]] = {}
    signed = () if endpoint.sign_in == "nobody" else ("unauthenticated", "forbidden")
    for code in dict.fromkeys((*signed, *endpoint.errors, "method_not_allowed", "rate_limited")):
        status, title = _STATUS[code]
        by_status.setdefault(str(status), []).append(f"`{code}`: {title}.")
    content = {"application/problem+json": {"schema": _reference(Problem)}}
    return {status: {"description": " ".join(said), "content": content} for status, said in sorted(by_status.items())}


def _path_parameter(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1, "maxLength": 64}}


def _reference(type_: type) -> dict[str, str]:
    return {"$ref": _REF.format(name=type_.__name__)}


def _query_parameters(asks: type) -> list[dict[str, Any]]:
    schema = msgspec.json.schema_components([asks], ref_template=_REF)[1][asks.__name__]
    required = schema.get("required", ())
    return [
        {"name": name, "in": "query", "required": name in required, "schema": of}
        for name, of in schema["properties"].items()
    ]


def _examples(endpoint: Endpoint) -> dict[str, Any]:
    """Those that the endpoint declares, with a picture drawn where they name one."""
    encoded = msgspec.json.encode(endpoint.examples).decode().replace(EXAMPLE_PICTURE, example_picture())
    return {name: {"value": value} for name, value in msgspec.json.decode(encoded).items()}


@lru_cache(maxsize=1)
def example_picture() -> str:
    """A small drawn spot on skin, so that the examples can be sent as they stand."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (128, 128), (224, 178, 150))
    ImageDraw.Draw(image).ellipse((38, 42, 92, 88), fill=(112, 70, 52))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=70)
    return base64.b64encode(out.getvalue()).decode()
