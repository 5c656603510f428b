"""The OData of the fake Business Central: filters, `$select`, pages by key, versions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from tests.worlds.fakes.business_central_rules import Refused, Row

_CONDITION = re.compile(r"(\w+) (eq|ne|gt|ge|lt|le) ('(?:[^']|'')*'|[^ ]+)|startswith\((\w+),('(?:[^']|'')*')\)")


def matches(row: Row, asked: str) -> bool:
    """Whether a row fits a `$filter` of conditions that are and-ed."""
    rest = asked
    while rest:
        found = _CONDITION.match(rest)
        if found is None:
            raise Refused(400, "BadRequest_InvalidRequestUri", f"The filter is not understood: {rest}")
        if not _holds(row, found):
            return False
        rest = rest[found.end() :].removeprefix(" and ")
    return True


def _holds(row: Row, found: re.Match[str]) -> bool:
    if found[4]:
        return str(row[found[4]]).startswith(_value(found[5]))
    there, wanted = row[found[1]], _value(found[3])
    if isinstance(there, bool):
        wanted = wanted == "true"
    elif isinstance(there, int | float):
        wanted = float(wanted)
    compared = {
        "eq": there == wanted,
        "ne": there != wanted,
        "gt": there > wanted,
        "ge": there >= wanted,
        "lt": there < wanted,
        "le": there <= wanted,
    }
    return bool(compared[found[2]])


def _value(text: str) -> Any:
    return text[1:-1].replace("''", "'") if text.startswith("'") else text


def page(rows: Iterable[Row], query: Mapping[str, str], most: int, address: str, defaults: Row) -> Row:
    """A page of a list, the next one by the id of the last row; `$top` larger than a page is carried on."""
    found = sorted((row for row in rows if matches(row, query.get("$filter", ""))), key=lambda row: row["id"])
    count = len(found)
    after = query.get("$skiptoken", "")
    found = [row for row in found if row["id"] > after]
    top = int(query["$top"]) if "$top" in query else len(found)
    some = found[: min(most, top)]
    body: Row = {"@odata.context": "$metadata", "value": [chosen(row, query, defaults) for row in some]}
    if query.get("$count") == "true" and not after:
        body["@odata.count"] = count
    if len(found) > len(some) < top:
        kept = {name: value for name, value in query.items() if name not in {"$skiptoken", "$top", "$count"}}
        kept |= {"$skiptoken": some[-1]["id"]} | ({"$top": str(top - len(some))} if "$top" in query else {})
        body["@odata.nextLink"] = address + "?" + "&".join(f"{name}={quote(value)}" for name, value in kept.items())
    return body


def chosen(row: Row, query: Mapping[str, str], defaults: Row) -> Row:
    """A row with the fields that were asked for, and its version; what is expanded is told whole."""
    names = [name for name in query.get("$select", "").split(",") if name] or list(defaults)
    names += filter(None, [query.get("$expand", "").partition("(")[0]])
    return {"@odata.etag": etag(row)} | {name: row.get(name, defaults.get(name)) for name in names}


def etag(row: Row) -> str:
    """The version of a row."""
    return f'W/"JzQ0O{row["id"][:8]}{row.get("_version", 1)}"'


def check_version(row: Row, headers: Mapping[str, str]) -> None:
    """A change must name the version that was read."""
    named = headers.get("If-Match", "")
    if not named:
        said = "Could not validate the client concurrency token required by the service. Please provide a valid token"
        raise Refused(400, "BadRequest_InvalidToken", f"{said} in the client request.")
    if named not in {"*", etag(row)}:
        raise Refused(409, "Request_EntityChanged", "Another user has already changed the record.")
