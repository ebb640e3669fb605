"""Schemas as JSON, turned into what Terraform's plugin protocol sends."""

import json
from pathlib import Path
from typing import Any

from tf.gen import tfplugin_pb2 as pb

FOLDER = Path(__file__).parents[1] / "schemas"

_NESTING = {"single": 1, "list": 2, "set": 3, "map": 4}


def providers() -> dict[str, Any]:
    """The schema of each provider: {provider, resource, data}, each by name."""
    return {path.stem: json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))}


def block_message(block: dict[str, Any]) -> pb.Schema.Block:
    message = pb.Schema.Block()
    for name, attribute in sorted(block["attributes"].items()):
        flags = {flag: attribute.get(flag, False) for flag in ("required", "optional", "computed")}
        message.attributes.add(name=name, type=json.dumps(attribute["type"]).encode(), **flags)
    for name, nested in sorted(block["blocks"].items()):
        message.block_types.add(
            type_name=name,
            block=block_message(nested["block"]),
            nesting=_NESTING[nested["nesting"]],
            min_items=nested.get("min_items", 0),
            max_items=nested.get("max_items", 0),
        )
    return message


def schema_message(block: dict[str, Any]) -> pb.Schema:
    return pb.Schema(block=block_message(block))


def provider_message(schema: dict[str, Any]) -> pb.Schema:
    """The provider's own settings: all optional but those said to be required."""
    block: dict[str, Any] = next(iter(schema["provider"].values()), {"attributes": {}, "blocks": {}})
    for attribute in block["attributes"].values():
        attribute.setdefault("optional", not attribute.get("required"))
    return schema_message(block)
