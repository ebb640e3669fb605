"""What Firebase Hosting is told: valid by its own schema, every public function reachable, nothing inline allowed."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from dermaloop.local_pages import HeaderRule, header_rules
from dermaloop.web.endpoints import FUNCTIONS
from infra.ship.terraform import default_region
from tests.servers import ROOT

CONFIG: dict[str, Any] = json.loads((ROOT / "frontend" / "firebase.json").read_text())
_PUBLISHED = (Path(__file__).parent / "firebase_tools" / "firebase-config.json").read_text()
SCHEMA: dict[str, Any] = json.loads(re.sub(r"[<>]", "_", _PUBLISHED))  # "Record<...>" is no URI, as a $ref must be
INTERNAL = {"start_training", "sweep"}
"""Called by the bus and the scheduler, never through the site."""


def test_firebase_tools_would_accept_it() -> None:
    jsonschema_rs.validate(SCHEMA, CONFIG)
    with pytest.raises(jsonschema_rs.ValidationError):
        jsonschema_rs.validate(SCHEMA, {"hosting": CONFIG["hosting"] | {"rewrite": []}})


def test_every_public_function_is_reached_at_its_paths_and_no_other() -> None:
    rewrites = {rule["source"]: rule["run"]["serviceId"] for rule in CONFIG["hosting"]["rewrites"]}
    paths = {
        path: name.replace("_", "-")
        for name, function in FUNCTIONS.items()
        if name not in INTERNAL
        for path in function.paths
    }
    assert {source.removesuffix("/**"): name for source, name in rewrites.items()} == paths
    assert all(source + "/**" in rewrites for source in ("/api/care", "/api/cases", "/api/review", "/api/admin"))


def test_it_leads_to_where_terraform_puts_the_functions_by_default() -> None:
    assert {rule["run"]["region"] for rule in CONFIG["hosting"]["rewrites"]} == {default_region()}


def test_the_policy_allows_nothing_inline_and_no_stranger() -> None:
    policy = {part.split()[0]: part.split()[1:] for part in headers("/")["Content-Security-Policy"].split("; ")}
    assert not [source for sources in policy.values() for source in sources if "unsafe-inline" in source]
    assert "'unsafe-eval'" not in policy["script-src"]
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == ["'none'"]
    strangers = {source for sources in policy.values() for source in sources if source.startswith("https:")}
    assert all(source.endswith((".googleapis.com", ".google.com", ".firebaseapp.com")) for source in strangers)


def test_what_is_named_by_its_content_is_kept_forever_and_pages_are_asked_for_again() -> None:
    assert "immutable" in headers("/assets/index-abc.js")["Cache-Control"]
    assert headers("/review")["Cache-Control"] == headers("/")["Cache-Control"] == "no-cache"


def test_every_pattern_is_one_the_local_server_understands() -> None:
    assert not [rule.source for rule in header_rules() if set(rule.source) & set("@!+?()[]{}|")]
    assert HeaderRule("/assets/*.js", ()).matches("/assets/a.js")
    assert not HeaderRule("/assets/*.js", ()).matches("/assets/deep/a.js")


def headers(path: str) -> dict[str, str]:
    return {header.key: header.value for rule in header_rules() if rule.matches(path) for header in rule.headers}
