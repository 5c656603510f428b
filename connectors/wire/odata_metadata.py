"""$metadata of OData V3 and V4: which entity sets there are, with fields, keys and sub-pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct, field

from connectors.wire.answers import strange
from connectors.wire.rows import Field, Service
from connectors.wire.xml import local, parse

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


class Metadata(Struct):
    """What a server publishes. `version` is 3 or 4."""

    version: int
    services: dict[str, Service] = field(default_factory=dict)


class _Type(Struct):
    name: str
    key: tuple[str, ...]
    fields: dict[str, Field]
    parts: dict[str, str]  # navigation property -> entity type, or association.role in V3


def read_metadata(body: bytes, *, host: str) -> Metadata:
    """An EDMX document (OData CSDL 3.0 and 4.0). Raises N06 when it is none."""
    root = parse(body, host=host)
    if local(root) != "Edmx":
        raise strange(host, f"XML av sorten {local(root)[:40]}")
    version = 4 if root.get("Version", "").startswith("4") else 3
    types = {one.name: one for one in map(_type, _each(root, "EntityType"))}
    ends = dict(_associations(root))
    found = Metadata(version)
    for entity_set in _each(root, "EntitySet"):
        name, kind = entity_set.get("Name", ""), _short(entity_set.get("EntityType", ""))
        if name and kind in types:
            found.services[name] = _service(name, types[kind], types, ends)
    return found


def _service(name: str, kind: _Type, types: dict[str, _Type], ends: dict[str, str]) -> Service:
    for part, target in kind.parts.items():
        line_type = types.get(ends.get(target, target))
        if line_type and "Line_No" in line_type.key:  # the lines of a document, not one of the related pages
            lines = Service(line_type.name, line_type.fields, line_type.key)
            return Service(name, kind.fields, kind.key, part, lines)
    return Service(name, kind.fields, kind.key)


def _type(element: Element) -> _Type:
    fields: dict[str, Field] = {}
    parts: dict[str, str] = {}
    for child in element:
        name = child.get("Name", "")
        if local(child) == "Property" and name:
            length = child.get("MaxLength", "")
            fields[name] = Field(name, child.get("Type", "Edm.String"), int(length) if length.isdigit() else 0)
        elif local(child) == "NavigationProperty" and name:
            collection = child.get("Type", "").removeprefix("Collection(").removesuffix(")")
            parts[name] = _short(collection) or f"{_short(child.get('Relationship', ''))}.{child.get('ToRole', '')}"
    key = tuple(reference.get("Name", "") for reference in _each(element, "PropertyRef"))
    return _Type(element.get("Name", ""), key, fields, parts)


def _associations(root: Element) -> Iterator[tuple[str, str]]:
    """V3: `Association.Role` -> entity type."""
    for association in _each(root, "Association"):
        for end in association:
            if local(end) == "End":
                yield f"{association.get('Name', '')}.{end.get('Role', '')}", _short(end.get("Type", ""))


def _each(root: Element, name: str) -> Iterator[Element]:
    return (element for element in root.iter() if local(element) == name)


def _short(name: str) -> str:
    return name.rpartition(".")[2]
