"""Registers down to a till that only takes files: the articles as CSV in the till's own columns, by a mapping.

A mapping is written `Heading=column` with semicolons between: `PLU=number; Benämning=name; Pris=price`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path

from synccenter.contract.cells import defused
from synccenter.core.database import Database

Mapping = Sequence[tuple[str, str]]
"""(heading, column), in the till's order."""


def _kronor(value: object) -> str:
    amount = int(str(value))
    return f"{'-' if amount < 0 else ''}{abs(amount) // 100},{abs(amount) % 100:02}"


COLUMNS: dict[str, tuple[str, Callable[[object], str]]] = {
    "number": ("a.number", str),
    "name": ("a.name", str),
    "group": ("COALESCE(g.name, a.group_code)", str),
    "group_code": ("a.group_code", str),
    "vat_rate": ("a.vat_rate", str),
    "price": ("a.price", _kronor),
    "deposit": ("a.deposit", _kronor),
    "unit": ("a.unit", str),
    "active": ("a.active", str),
    "barcode": ("(SELECT MIN(b.code) FROM barcode b WHERE b.company=a.company AND b.article=a.number)", str),
}
"""What a column may hold: where it is found, and how it is written."""


def parse(text: str) -> Mapping:
    """The mapping in a text. Raises ValueError (Swedish) for one that is none."""
    found = []
    for part in filter(None, (one.strip() for one in text.split(";"))):
        heading, _, column = (one.strip() for one in part.partition("="))
        if not heading or column not in COLUMNS:
            raise ValueError(f"”{part}” ska vara Rubrik=kolumn, där kolumn är {', '.join(COLUMNS)}")
        found.append((heading, column))
    if not found:
        raise ValueError("minst en kolumn behövs, t.ex. PLU=number; Benämning=name; Pris=price")
    return found


def write(database: Database, company: str, mapping: Mapping, path: Path) -> int:
    """Write the articles, by number; how many. A file that says the same already is left alone. Raises OSError."""
    names = ", ".join(COLUMNS[column][0] for _, column in mapping)
    sql = (
        f"SELECT {names} FROM article a LEFT JOIN article_group g ON g.company=a.company AND g.code=a.group_code"
        " WHERE a.company=:company ORDER BY a.number"
    )
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([heading for heading, _ in mapping])
    count = 0
    for row in database.stream(sql, {"company": company}):
        cells = zip(mapping, row, strict=True)
        writer.writerow(["" if value is None else defused(COLUMNS[column][1](value)) for (_, column), value in cells])
        count += 1
    content = text.getvalue().encode("utf-8-sig")
    if not path.exists() or path.read_bytes() != content:
        beside = path.with_name(path.name + ".ny")
        beside.write_bytes(content)
        beside.replace(path)  # the till never sees half a file
    return count
