"""What people's data went over the wire: every text of a field that says something of somebody, either way.

Not by the list that the program keeps (`contract/shown.py`): by what a person would call personal. What is called *your
reference* is left out: there the vouchers' own references go.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

PERSONAL = re.compile(
    r"(?i)(^name$|_name$|[a-z]Name\d?$|address|city|e_?mail|phone|mobile|organi[sz]ation.?(no|number)|identity|zip|post_?code|"
    r"postal|contact|registration)"
)
SHORTEST = 5


def people_in(body: bytes) -> Iterator[str]:
    """The texts of a body that concern somebody: JSON or XML."""
    with suppress(ValueError, RecursionError):
        yield from _walk(json.loads(body), "")
        return
    text = body.decode("utf-8", "replace")
    for tag, value in re.findall(r"<(?:[\w.-]+:)?([\w.-]+)[^<>/]*>([^<>]+)</", text):
        if PERSONAL.search(tag) and len(value.strip()) >= SHORTEST:
            yield value.strip()


def _walk(value: Any, name: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inside in value.items():
            yield from _walk(inside, key)
    elif isinstance(value, list):
        for inside in value:
            yield from _walk(inside, name)
    elif isinstance(value, str) and len(value) >= SHORTEST and PERSONAL.search(name) and not _is_label(name, value):
        yield value


def _is_label(name: str, value: str) -> bool:
    """One word under `Name` may be that of a folder, a unit, a series."""
    return name.casefold() == "name" and " " not in value
