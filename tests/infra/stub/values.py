"""Values as Terraform sends them: msgpack, in which what is not known yet has a mark of its own."""

import json
from collections.abc import Iterator
from typing import Any

import msgpack
from tf.gen import tfplugin_pb2 as pb

UNKNOWN = msgpack.ExtType(0, b"\x00")


def unpack(value: pb.DynamicValue) -> Any:
    if not value.msgpack:
        return json.loads(value.json or b"null")
    return msgpack.unpackb(value.msgpack, ext_hook=lambda _code, _data: UNKNOWN, strict_map_key=False)


def pack(value: Any) -> pb.DynamicValue:
    return pb.DynamicValue(msgpack=msgpack.packb(value))


def nested(block: dict[str, Any], value: dict[str, Any]) -> Iterator[tuple[str, int | None, dict[str, Any], Any]]:
    """Each block inside a value: its name, its place where it is in a list, its schema and its value."""
    for name, inner in block["blocks"].items():
        found = value.get(name)
        if isinstance(found, list):
            ordered = inner["nesting"] == "list"
            yield from ((name, place if ordered else None, inner["block"], each) for place, each in enumerate(found))
        elif isinstance(found, dict):
            yield name, None, inner["block"], found


def with_unknowns(block: dict[str, Any], value: Any) -> Any:
    """What a plan says of a new resource: all that the service decides is unknown."""
    if isinstance(value, dict):
        for name, attribute in block["attributes"].items():
            if attribute.get("computed") and value.get(name) is None:
                value[name] = UNKNOWN
        for _, _, inner, each in nested(block, value):
            with_unknowns(inner, each)
    return value


def settled(block: dict[str, Any], value: Any, known: dict[str, str]) -> Any:
    """What an apply leaves behind: every unknown has a value, those in `known` a telling one."""
    if isinstance(value, dict):
        for name, attribute in block["attributes"].items():
            if value.get(name) == UNKNOWN:
                value[name] = known.get(name) if name in known else _some(attribute["type"], name)
        for _, _, inner, each in nested(block, value):
            settled(inner, each, {})
    return value


def _some(kind: Any, name: str) -> Any:
    if isinstance(kind, str):
        return {"string": f"stub-{name}", "number": 1, "bool": False}.get(kind)
    return {} if kind[0] == "map" else [] if kind[0] in ("list", "set") else None
