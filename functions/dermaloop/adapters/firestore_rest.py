"""Firestore's REST protocol, as much of it as the stores speak: values, reads, queries, atomic commits."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dermaloop.adapters.google_rest import GoogleService

Json = dict[str, Any]
ID = "__name__"


@dataclass(frozen=True)
class Document:
    """A document as it was when it was read."""

    id: str
    fields: Mapping[str, Any]
    update_time: str


@dataclass(frozen=True)
class Place:
    """The value of a reference to a document."""

    name: str


class Firestore:
    """One database."""

    def __init__(self, *, project: str, database: str = "(default)") -> None:
        self._service = GoogleService("https://firestore.googleapis.com", emulator="FIRESTORE_EMULATOR_HOST")
        self._root = f"projects/{project}/databases/{database}/documents"

    def name(self, collection: str, document_id: str) -> str:
        return f"{self._root}/{collection}/{document_id}"

    def fetch(self, *names: str) -> list[Document | None]:
        """The documents of these names, in their order."""
        if not names:
            return []
        told = self._ask("batchGet", {"documents": list(dict.fromkeys(names))})
        found = {each["found"]["name"]: _document(each["found"]) for each in told if "found" in each}
        return [found.get(name) for name in names]

    def run(self, query: Json) -> list[Document]:
        told = self._ask("runQuery", {"structuredQuery": query})
        return [_document(each["document"]) for each in told if "document" in each]

    def count(self, query: Json) -> int:
        counted = {"structuredQuery": query, "aggregations": [{"alias": "found", "count": {}}]}
        told = self._ask("runAggregationQuery", {"structuredAggregationQuery": counted})
        return int(told[0]["result"]["aggregateFields"]["found"]["integerValue"])

    def commit(self, writes: Iterable[Json]) -> None:
        """All of them or none."""
        self._ask("commit", {"writes": list(writes)})

    def _ask(self, verb: str, told: Json) -> Any:
        return self._service.ask("POST", f"/v1/{self._root}:{verb}", told)


def create(name: str, fields: Mapping[str, Any]) -> Json:
    """Writes a document that must not be there yet."""
    return write(name, fields) | {"currentDocument": {"exists": False}}


def replace(name: str, fields: Mapping[str, Any], *, present: Document) -> Json:
    """Writes over a document that must be as it was read."""
    return write(name, fields) | {"currentDocument": {"updateTime": present.update_time}}


def write(name: str, fields: Mapping[str, Any]) -> Json:
    return {"update": {"name": name, "fields": {field: value_of(value) for field, value in fields.items()}}}


def delete(name: str, *, present: Document | None) -> Json:
    """Removes a document that must be as it was read; where none was, whatever is there."""
    return {"delete": name} | ({"currentDocument": {"updateTime": present.update_time}} if present else {})


def equal(field: str, value: Any) -> Json:
    if value is None:
        return {"unaryFilter": {"op": "IS_NULL", "field": {"fieldPath": field}}}
    return compare(field, "EQUAL", value)


def compare(field: str, how: str, value: Any) -> Json:
    return {"fieldFilter": {"field": {"fieldPath": field}, "op": how, "value": value_of(value)}}


def select(collection: str, *conditions: Json) -> Json:
    """A query for all documents of a collection that meet all conditions."""
    query: Json = {"from": [{"collectionId": collection}]}
    return query | ({"where": {"compositeFilter": {"op": "AND", "filters": list(conditions)}}} if conditions else {})


def ordered(query: Json, fields: Iterable[str], *, descending: bool = False) -> Json:
    direction = "DESCENDING" if descending else "ASCENDING"
    order = [{"field": {"fieldPath": field}, "direction": direction} for field in fields]
    return query | {"orderBy": order}


def started_after(query: Json, *values: Any) -> Json:
    return query | {"startAt": {"values": [value_of(value) for value in values], "before": False}}


def value_of(value: Any) -> Json:
    """A value as Firestore's JSON tells it."""
    match value:
        case None:
            return {"nullValue": None}
        case bool():
            return {"booleanValue": value}
        case int():
            return {"integerValue": str(value)}
        case float():
            return {"doubleValue": value}
        case datetime():
            return {"timestampValue": value.isoformat().replace("+00:00", "Z")}
        case Place():
            return {"referenceValue": value.name}
        case _:
            return {"stringValue": str(value)}


def _read(value: Json) -> Any:
    ((kind, said),) = value.items()
    return int(said) if kind == "integerValue" else said


def _document(told: Json) -> Document:
    fields = {name: _read(value) for name, value in told.get("fields", {}).items()}
    return Document(told["name"].rsplit("/", 1)[1], fields, told["updateTime"])
