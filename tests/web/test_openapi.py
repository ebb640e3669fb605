"""The document tells the truth: it is valid, its examples work, and a client made from it meets no surprise."""

import atexit
import json
import tempfile
from pathlib import Path
from typing import Any

import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from dermaloop.devserver import LocalSite
from dermaloop.web.endpoints import FUNCTIONS, Endpoint, endpoints
from dermaloop.web.openapi import document
from dermaloop.web.requests import PICTURE_FORMAT
from tests.pictures import b64, encode, lesion
from tests.web.sites import client_of, site

OPENAPI = json.loads(json.dumps(document()))
_SMALL: list[tuple[str, dict[str, Any]]] = [
    ("JPEG", {"quality": 60}),
    ("PNG", {}),
    ("WEBP", {}),
    ("HEIF", {"quality": 40}),
    ("JPEG", {"progressive": True}),
]
PICTURES = [b64(encode(lesion(64, 48, seed=seed), kind, **more)) for seed, (kind, more) in enumerate(_SMALL)]


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation) for path, methods in OPENAPI["paths"].items() for method, operation in methods.items()
    ]


def examples() -> list[tuple[str, str, Any]]:
    found = []
    for path, method, operation in operations():
        content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        assert not content or content["examples"], f"{method} {path} shows no example"
        found += [(path, name, example["value"]) for name, example in content.get("examples", {}).items()]
    return found


def _answerable(path: str, _name: str, value: Any) -> bool:
    """Whether it is a photo that anybody may send: what needs a case or a sign-in has tests of its own."""
    return "image" in json.dumps(value) and OPENAPI["paths"][path]["post"]["security"] == []


def test_the_document_is_valid_openapi() -> None:
    assert OPENAPI["openapi"] == "3.1.0"
    schemathesis.openapi.from_dict(OPENAPI).validate()


def test_every_endpoint_is_in_it_and_nothing_else() -> None:
    declared = {(e.path, e.method.lower()) for name in FUNCTIONS for e in endpoints(name)}
    assert {(path, method) for path, method, _ in operations()} == declared
    names = [operation["operationId"] for _, _, operation in operations()]
    assert len(set(names)) == len(names)


def test_no_two_structs_share_a_name() -> None:
    """A name that means two things would be described as one of them, or as neither."""
    qualified = [name for name in OPENAPI["components"]["schemas"] if not name.isidentifier()]
    assert not qualified


def test_every_reference_leads_somewhere() -> None:
    said = json.dumps(OPENAPI)
    for name in OPENAPI["components"]["schemas"]:
        assert f"#/components/schemas/{name}" in said
    references = {piece.split('"')[0] for piece in said.split('"$ref": "#/components/schemas/')[1:]}
    assert references <= set(OPENAPI["components"]["schemas"])


@pytest.mark.parametrize(
    ("endpoint", "name"),
    [(e, name) for function in FUNCTIONS for e in endpoints(function) for name in e.examples],
    ids=lambda value: value.path if isinstance(value, Endpoint) else value,
)
def test_every_example_has_the_shape_it_shows(endpoint: Endpoint, name: str) -> None:
    assert endpoint.takes is not None
    msgspec.convert(endpoint.examples[name], endpoint.takes)


@pytest.mark.parametrize(("path", "name", "value"), [each for each in examples() if _answerable(*each)])
def test_every_example_of_a_photo_works_as_it_stands(tmp_path: Path, path: str, name: str, value: Any) -> None:
    response = client_of(tmp_path).post(path.replace("{name}", "disease"), json=value)
    assert response.status_code == 200, (name, response.get_data(as_text=True))
    told = response.get_json()
    assert told["outline"]["points"] if path == "/api/outline" else told.get("label") or told["changes"] == []


def test_the_document_is_served(tmp_path: Path) -> None:
    assert client_of(tmp_path).get("/api/openapi.json").get_json() == OPENAPI


schemathesis.openapi.format(PICTURE_FORMAT, st.sampled_from(PICTURES))


FOLDER = tempfile.TemporaryDirectory(prefix="dermaloop-schema-")
atexit.register(FOLDER.cleanup)
schema = schemathesis.openapi.from_wsgi("/api/openapi.json", LocalSite(site(Path(FOLDER.name))))


def _within(crop: Any) -> Any:
    """JSON Schema cannot say that x + width is 1 at most, so a crop that reaches beyond is moved in."""
    if not (isinstance(crop, dict) and all(_is_share(crop.get(side)) for side in ("x", "y", "width", "height"))):
        return crop
    return crop | {"x": min(crop["x"], 1 - crop["width"]), "y": min(crop["y"], 1 - crop["height"])}


def _whole(value: Any) -> Any:
    """To JSON Schema 39.0 is an integer; we want whole numbers without a point."""
    if isinstance(value, dict):
        return {name: _whole(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_whole(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _is_share(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


@schemathesis.serializer("application/zip")  # type: ignore[untyped-decorator]
def _file(_context: Any, value: Any) -> bytes:
    """A body that is no JSON goes out as it is."""
    return getattr(value, "data", value)  # type: ignore[no-any-return]


def _shown(value: Any) -> Any:
    """JSON Schema takes any text for a picture, and now and then schemathesis does too: then a real one goes out."""
    if isinstance(value, list):
        return [_shown(one) for one in value]
    if not isinstance(value, dict):
        return value
    changed = {name: _shown(one) for name, one in value.items()}
    if isinstance(value.get("image"), str) and value["image"] not in PICTURES:
        changed["image"] = PICTURES[len(value["image"]) % len(PICTURES)]
    return changed


@schemathesis.hook  # type: ignore[untyped-decorator]
def before_call(_context: Any, case: Any, _kwargs: Any) -> None:
    """Bends a body to the few rules that JSON Schema cannot express, and leaves everything else as it is."""
    body = case.body = _whole(case.body)
    if case.meta.generation.mode.is_positive:
        body = case.body = _shown(body)
    if not isinstance(body, dict):
        return
    if body.get("train_consent") is True and isinstance(body.get("store_image", False), bool):
        body = body | {"store_image": True}
    if "crop" in body:
        body = body | {"crop": _within(body["crop"])}
    if isinstance(body.get("images"), list):
        photos = [
            p | {"crop": _within(p["crop"])} if isinstance(p, dict) and "crop" in p else p for p in body["images"]
        ]
        body = body | {"images": photos}
    case.body = body


@pytest.mark.filterwarnings("ignore:Do not use the `random` module inside strategies")  # schemathesis itself does
@schema.parametrize()  # type: ignore[untyped-decorator]
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_nothing_departs_from_the_document(case: Any) -> None:
    case.call_and_validate()
