"""The small part of OData's $filter that the fake understands."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

_COMPARISON = re.compile(r"(\w+) (eq|ne|gt|ge|lt|le) (.+)")
_FUNCTION = re.compile(r"(contains|startswith)\((\w+),\s*('(?:[^']|'')*')\)")
_OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}


class BadFilter(ValueError):
    """A filter that cannot be read."""


def matches(row: Mapping[str, Any], condition: str) -> bool:
    """Whether a row is meant by a filter."""
    return all(_one(row, part.strip()) for part in re.split(r" and (?=(?:[^']*'[^']*')*[^']*$)", condition))


def _one(row: Mapping[str, Any], part: str) -> bool:
    function = _FUNCTION.fullmatch(part)
    if function:
        text, wanted = str(row.get(function[2]) or ""), _literal(function[3])
        return text.startswith(wanted) if function[1] == "startswith" else wanted in text
    comparison = _COMPARISON.fullmatch(part)
    if not comparison or comparison[1] not in row:
        raise BadFilter(part)
    value: Any = row[comparison[1]]
    wanted = _literal(comparison[3])
    if isinstance(wanted, datetime):
        value = _moment(str(value)) if value else None
    return value is not None and _OPERATORS[comparison[2]](value, wanted)


def _literal(text: str) -> Any:
    if text.startswith("'") and text.endswith("'"):
        return text[1:-1].replace("''", "'")
    if text in {"true", "false"}:
        return text == "true"
    if re.fullmatch(r"-?\d+(\.\d+)?", text):
        return float(text)
    return _moment(text)


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise BadFilter(text) from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
