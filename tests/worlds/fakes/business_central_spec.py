"""API v2.0 as derived from Microsoft's AL source, turned into a judge of requests and answers.

It lies beside the project, in `shared/specs/business-central`: the EDMX says which sets and properties there are, the
list of fields which of them are read-only, how long they may be and what an option may be called. Derived, so where
the two and a server disagree the server is right; see docs/BUSINESS-CENTRAL.md for what is in doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any
from xml.etree import ElementTree as ET

import msgspec

from tests.places import SHARED

FOLDER = SHARED / "specs/business-central"
_NS = {"edm": "http://docs.oasis-open.org/odata/ns/edm"}
_DEFAULTS: Mapping[str, Any] = {
    "Edm.Boolean": False,
    "Edm.Decimal": 0,
    "Edm.Int32": 0,
    "Edm.Date": "0001-01-01",
    "Edm.DateTimeOffset": "2020-01-01T00:00:00Z",
    "Edm.Guid": "00000000-0000-0000-0000-000000000000",
}
_COMPANY = ("id", "name", "displayName", "systemVersion", "timestamp", "businessProfileId", "systemCreatedAt")


class Entity:
    """An entity: its properties by name, its parts and its actions."""

    def __init__(self, raw: Mapping[str, Any], properties: Mapping[str, str]) -> None:
        self.properties = properties
        self.fields: Mapping[str, Mapping[str, Any]] = {one["name"]: one for one in raw["properties"]}
        self.parts: Mapping[str, str] = {one["name"]: one["entity"] for one in raw["navigation"]}
        self.actions = set(raw["actions"])
        self.may = {"POST": raw["insert"], "PATCH": raw["modify"], "DELETE": raw["delete"], "GET": True}

    def defaults(self) -> dict[str, Any]:
        """A row with nothing in it, as a server tells it."""
        return {
            name: (self.fields.get(name, {}).get("enum") or [""])[0] if kind == "Edm.String" else _DEFAULTS.get(kind)
            for name, kind in self.properties.items()
        }

    def about_body(self, body: Mapping[str, Any], entities: Mapping[str, Entity]) -> Iterator[str]:
        """What is wrong with what was sent."""
        for name, value in body.items():
            if name in self.parts:
                inner = entities[self.parts[name]]
                for row in value if isinstance(value, list) else [value]:
                    yield from inner.about_body(row, entities)
                continue
            field = self.fields.get(name)
            if field is None:
                yield f"the property {name} does not exist"
            elif field["readOnly"]:
                yield f"the property {name} is read-only"
            else:
                yield from _about_value(field, value)


def _about_value(field: Mapping[str, Any], value: Any) -> Iterator[str]:
    name, kind = field["name"], field["edm"]
    if field["enum"] and value not in field["enum"]:
        yield f"{name}: {value} is no option"
    if kind == "Edm.String" and not isinstance(value, str):
        yield f"{name} is a text"
    if isinstance(value, str) and field["maxLength"] and len(value) > field["maxLength"]:
        yield f"{name} has at most {field['maxLength']} characters"
    if kind in {"Edm.Decimal", "Edm.Int32"} and (isinstance(value, bool) or not isinstance(value, int | float)):
        yield f"{name} is a number"
    if kind == "Edm.Boolean" and not isinstance(value, bool):
        yield f"{name} is yes or no"
    if kind == "Edm.Date" and not re.fullmatch(r"\d{4}-\d\d-\d\d", str(value)):
        yield f"{name} is a date"
    if kind == "Edm.Guid" and not re.fullmatch(r"[0-9a-f-]{36}", str(value)):
        yield f"{name} is a guid"


class Spec:
    """Both files."""

    def __init__(self) -> None:
        if not FOLDER.exists():
            raise FileNotFoundError(f"{FOLDER}: the derived descriptions lie in shared/, beside the project")
        raw = msgspec.json.decode((FOLDER / "bc-api-v2.0.entities.derived.json").read_bytes())
        root = ET.parse(FOLDER / "bc-api-v2.0.derived.edmx").getroot()
        types = {
            one.get("Name", ""): {
                prop.get("Name", ""): prop.get("Type", "") for prop in one.findall("edm:Property", _NS)
            }
            for one in root.iter(f"{{{_NS['edm']}}}EntityType")
        }
        self.entities = {name: Entity(one, types[name]) for name, one in raw.items()}
        self.sets = {
            one.get("Name", ""): one.get("EntityType", "").rpartition(".")[2]
            for one in root.iter(f"{{{_NS['edm']}}}EntitySet")
        }

    def entity(self, name: str) -> Entity | None:
        """The entity of a set, or of a part."""
        return self.entities.get(self.sets.get(name, ""))


@cache
def spec() -> Spec:
    """Read once."""
    return Spec()


def entity_of(words: list[str]) -> Entity | None:
    """The entity that a path after the company ends in: `journals(id)`, `journalLines`."""
    found: Entity | None = None
    for word in words:
        name = word.partition("(")[0]
        if name.startswith("Microsoft.NAV."):
            break
        found = spec().entity(name) if found is None else spec().entities.get(found.parts.get(name, ""))
        if found is None:
            return None
    return found


def about_request(method: str, words: list[str], query: Mapping[str, str], body: Any) -> Iterator[str]:
    """What is wrong with a request."""
    entity = entity_of(words)
    if entity is None:
        yield f"no such resource: {'/'.join(words)}"
        return
    if words[-1].startswith("Microsoft.NAV."):
        if words[-1].removeprefix("Microsoft.NAV.") not in entity.actions:
            yield f"no such action: {words[-1]}"
        return
    if not entity.may[method]:
        yield f"{method} is not allowed on {words[-1]}"
    for name in filter(None, query.get("$select", "").split(",")):
        if name not in entity.properties:
            yield f"$select: {name} does not exist on {words[-1]}"
    part, _, inner = query.get("$expand", "").partition("($select=")
    within = spec().entities[entity.parts[part]].properties if part in entity.parts else {}
    if part and part not in entity.parts:
        yield f"$expand: {part} is no part of {words[-1]}"
    for name in filter(None, inner.removesuffix(")").split(",")):
        if name not in within:
            yield f"$expand: {name} does not exist on {part}"
    yield from about_filter(entity, query.get("$filter", ""))
    unknown = set(query) - {"$select", "$filter", "$count", "$top", "$skiptoken", "$orderby", "$expand", "aid"}
    if unknown:
        yield f"unknown parameters: {unknown}"
    if isinstance(body, dict):
        yield from entity.about_body(body, spec().entities)


def about_filter(entity: Entity, asked: str) -> Iterator[str]:
    """Every name in a filter exists; what the default schema does not understand is not there."""
    plain = re.sub(r"'(?:[^']|'')*'", "''", asked)
    if re.search(r"\bin\b|\bor\b", plain):
        yield "the default schema has neither `in` nor `or` over distinct fields"
    for name in re.findall(r"\b([a-z]\w+)\b(?=\s+(?:eq|ne|gt|ge|lt|le)\b|,)", plain):
        if name not in entity.properties:
            yield f"$filter: {name} does not exist"


def about_answer(words: list[str], row: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a row that we answer."""
    entity = entity_of(words)
    for name in row if entity else ():
        assert entity is not None
        if not name.startswith("@") and name not in entity.properties and name not in entity.parts:
            yield f"answered {name}, which {words[-1]} does not have"
