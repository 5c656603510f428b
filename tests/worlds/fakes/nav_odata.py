"""OData V3 and V4 as the fake NAV speaks them: $metadata, filters, pages by nextLink, ETags, NAV's error bodies."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import quote, unquote
from xml.sax.saxutils import quoteattr

from tests.worlds.fakes.nav_books import NavBooks, Row
from tests.worlds.fakes.nav_pages import Column, PageDef
from tests.worlds.fakes.nav_rules import NavError
from tests.worlds.fakes.server import Reply, Request

_OPS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda a, b: bool(a == b),
    "ge": lambda a, b: bool(a >= b),
    "gt": lambda a, b: bool(a > b),
    "le": lambda a, b: bool(a <= b),
    "lt": lambda a, b: bool(a < b),
}
_V3 = "http://schemas.microsoft.com/ado/2007/08/dataservices/metadata"
_SHELL = {
    4: '<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>'
    '<Schema Namespace="NAV" xmlns="http://docs.oasis-open.org/odata/ns/edm">{}</Schema>'
    "</edmx:DataServices></edmx:Edmx>",
    3: '<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx">'
    f'<edmx:DataServices m:DataServiceVersion="1.0" m:MaxDataServiceVersion="3.0" xmlns:m="{_V3}">'
    '<Schema Namespace="NAV" xmlns="http://schemas.microsoft.com/ado/2007/05/edm">{}</Schema>'
    "</edmx:DataServices></edmx:Edmx>",
}
_ONE = re.compile(r"(\w+) (eq|ge|gt|le|lt) (datetime'[^']*'|'(?:[^']|'')*'|[^\s()]+)")
_NONE = {"Edm.String": "", "Edm.Decimal": Decimal(0), "Edm.Boolean": False, "Edm.Int32": 0, "Edm.Date": date(1, 1, 1)}


def _order(key: tuple[str, ...]) -> list[tuple[int, str]]:
    """A9 comes before A10."""
    parts = re.findall(r"\d+|\D+", " ".join(key))
    return [(int(part), "") if part.isdigit() else (0, part) for part in parts]


class NavOData:
    """One version of OData over a company's books."""

    def __init__(self, books: NavBooks, pages: dict[str, PageDef], version: int, company: str) -> None:
        self.books = books
        self.pages = pages
        self.version = version
        self.company = company
        self.page_size = 20
        self.others: tuple[str, ...] = ()  # companies that are there too
        self.by_position = False  # how the next page is found; NAV goes by key
        self.etags = True

    def answer(self, request: Request, rest: str, root: str) -> Reply:
        """`rest` is the path after `root`."""
        try:
            if rest in {"/$metadata", f"/Company('{self.company}')/$metadata"}:
                return Reply(200, self.metadata(), {"Content-Type": "application/xml"})
            if rest == "/Company":
                return self._rows([{"Name": name} for name in (self.company, *self.others)], "")
            found = re.fullmatch(r"/Company\('((?:[^']|'')+)'\)/(\w+)(?:\((.*)\))?", rest)
            if not found or found[1].replace("''", "'") != self.company:
                raise NavError(f"Cannot find the company {rest}.", 404)
            return self._entity(request, found[2], found[3], root)
        except NavError as error:
            if error.malformed:
                self.books.complaints.append(str(error))
            return Reply(error.status, self.error(str(error)))

    def error(self, text: str) -> Row:
        """An error body."""
        if self.version == 4:
            return {"error": {"code": "Unknown", "message": text}}
        return {"odata.error": {"code": "", "message": {"lang": "en-US", "value": text}}}

    def _entity(self, request: Request, name: str, key: str | None, root: str) -> Reply:
        page, lines = self._page(name)
        columns = page.line_columns if lines else page.columns
        if key is not None:
            row = self._by_key(page, key, columns, lines=lines)
            return self._one(request, page, row, columns)
        if request.method == "POST":
            return self._create(request, page, columns, lines=lines)
        rows = [line for one in self.books.rows(page.table) for line in one.get("_lines", ())] if lines else None
        return self._list(request, name, self.books.rows(page.table) if rows is None else rows, columns, root)

    def _page(self, name: str) -> tuple[PageDef, bool]:
        if name in self.pages:
            return self.pages[name], False
        for page in self.pages.values():
            if page.part and page.line_set == name:
                return page, True
        raise NavError(f"No HTTP resource was found that matches the segment '{name}'.", 404)

    # --- reading ---------------------------------------------------------------------------------------------

    def _list(self, request: Request, name: str, rows: list[Row], columns: dict[str, Column], root: str) -> Reply:
        query = request.query
        found = [row for row in rows if self._meant(row, query.get("$filter", ""), columns, name)]
        order = query.get("$orderby", "")
        if order:
            field = order.split()[0]
            found.sort(key=lambda row: row[field], reverse=order.endswith("desc"))
        key = self._key_columns(name)
        skip = self._skipped(found, query.get("$skiptoken", ""), key)
        top = int(query.get("$top", "1000000"))
        shown = found[skip : skip + min(self.page_size, top)]
        following = ""
        if skip + self.page_size < len(found) and "$top" not in query:
            last = ",".join("'" + str(shown[-1].get(one, "")).replace("'", "''") + "'" for one in key)
            more = {**query, "$skiptoken": str(skip + self.page_size) if self.by_position else last}
            place = f"{root}/Company('{quote(self.company)}')/{name}"
            following = f"{place}?" + "&".join(f"{one}={quote(value)}" for one, value in more.items())
        wanted = query["$select"].split(",") if "$select" in query else list(columns)
        for one in wanted:
            if one not in columns:
                raise NavError(f"Could not find a property named '{one}' on type 'NAV.{name}'.", malformed=True)
        return self._rows([self._shown(row, columns, wanted) for row in shown], following)

    def _key_columns(self, name: str) -> tuple[str, ...]:
        page, lines = self._page(name)
        return ("Document_Type", "Document_No", "Line_No") if lines else page.key

    def _skipped(self, found: list[Row], token: str, key: tuple[str, ...]) -> int:
        """How many rows come before the page: by position, or all up to the key in the token."""
        if self.by_position:
            return int(token or 0)
        if not token:
            return 0
        last = tuple(one[1:-1].replace("''", "'") for one in re.findall(r"'(?:[^']|'')*'", token))
        keys = [tuple(str(row.get(name, "")) for name in key) for row in found]
        return keys.index(last) + 1 if last in keys else self._after(keys, last)

    def _after(self, keys: list[tuple[str, ...]], last: tuple[str, ...]) -> int:
        """The row is gone: go on where it stood, by the order of what was given out."""
        return next((number for number, one in enumerate(keys) if _order(one) > _order(last)), len(keys))

    def _rows(self, rows: list[Row], following: str) -> Reply:
        prefix = "@odata" if self.version == 4 else "odata"
        body: Row = {
            f"{prefix}.{'context' if self.version == 4 else 'metadata'}": "http://nav/$metadata",
            "value": rows,
        }
        return Reply(200, body | ({f"{prefix}.nextLink": following} if following else {}))

    def _shown(self, row: Row, columns: dict[str, Column], wanted: list[str]) -> Row:
        shown = {name: self._value(row.get(name), columns[name]) for name in wanted}
        if self.etags and "_version" in row:
            if self.version == 4:
                shown["@odata.etag"] = f"W/\"'{row['_version']}'\""
            else:
                shown["ETag"] = str(row["_version"])
        return shown

    def _value(self, value: Any, column: Column) -> Any:
        value = _NONE[column.kind] if value is None else value
        if isinstance(value, date):
            return f"{value.isoformat()}T00:00:00" if self.version == 3 else value.isoformat()
        if column.kind == "Edm.Decimal":
            return str(value) if self.version == 3 else float(value)
        return value

    def _meant(self, row: Row, condition: str, columns: dict[str, Column], name: str) -> bool:
        if not condition:
            return True
        for part in re.split(r" and (?=(?:[^']*'[^']*')*[^']*$)", condition):
            either = re.split(r" or (?=(?:[^']*'[^']*')*[^']*$)", part[1:-1] if part.startswith("(") else part)
            if len({one.split(" ")[0] for one in either}) > 1:
                raise NavError("The OR operator is not supported on distinct fields on an OData filter.", 501)
            if not any(self._one_condition(row, one, columns, name) for one in either):
                return False
        return True

    def _one_condition(self, row: Row, part: str, columns: dict[str, Column], name: str) -> bool:
        found = _ONE.fullmatch(part.strip())
        if not found:
            raise NavError(f"Syntax error at position 0 in '{part}'.", malformed=True)
        column = columns.get(found[1])
        if column is None:
            raise NavError(f"Could not find a property named '{found[1]}' on type 'NAV.{name}'.", malformed=True)
        value = row.get(column.name)
        return _OPS[found[2]](_NONE[column.kind] if value is None else value, self._literal(found[3], column))

    def _literal(self, text: str, column: Column) -> Any:
        if text.startswith("datetime'"):
            if self.version != 3 or column.kind != "Edm.Date":
                raise NavError(f"Unrecognized literal {text}.", malformed=True)
            return date.fromisoformat(text[9:19])
        if text.startswith("'"):
            if column.kind != "Edm.String":
                raise NavError(
                    f"A binary operator with incompatible types was detected: {column.kind}, Edm.String.",
                    malformed=True,
                )
            return text[1:-1].replace("''", "'")
        if column.kind == "Edm.String":
            raise NavError("A binary operator with incompatible types was detected.", malformed=True)
        if text in {"true", "false"}:
            return text == "true"
        if column.kind == "Edm.Date":
            if self.version == 3:
                raise NavError(
                    "A binary operator with incompatible types was detected: Edm.DateTime, Edm.Date.", malformed=True
                )
            return date.fromisoformat(text)
        return Decimal(text.rstrip("M"))

    # --- changing --------------------------------------------------------------------------------------------

    def _create(self, request: Request, page: PageDef, columns: dict[str, Column], *, lines: bool) -> Reply:
        values = self._read(request.body, columns, page.name)
        if lines:
            header = self.books.find(page.table, No=values.get("Document_No"))
            if header is None:
                raise NavError("The Sales Header does not exist.")
            return Reply(201, self._shown(self.books.add_line(page, header, values), columns, list(columns)))
        return Reply(201, self._shown(self.books.insert(page, values), columns, list(columns)))

    def _read(self, body: Any, columns: dict[str, Column], name: str) -> Row:
        values: Row = {}
        for field, value in body.items():
            column = columns.get(field)
            if column is None:
                raise NavError(f"The property '{field}' does not exist on type 'NAV.{name}'.", malformed=True)
            values[field] = self._typed(value, column)
        return values

    def _typed(self, value: Any, column: Column) -> Any:
        numbers: Any = str if self.version == 3 else (int, float)
        fine: Any = {
            "Edm.String": str,
            "Edm.Decimal": numbers,
            "Edm.Boolean": bool,
            "Edm.Int32": int,
            "Edm.Date": str,
        }[column.kind]
        if not isinstance(value, fine) or (isinstance(value, bool) and column.kind != "Edm.Boolean"):
            raise NavError(
                f"Cannot convert a value to target type '{column.kind}' for {column.name}: {value!r}.", malformed=True
            )
        if column.kind == "Edm.Date":
            if (self.version == 3) != ("T" in value):
                raise NavError(f"Cannot convert the literal '{value}' to the expected type.", malformed=True)
            return date.fromisoformat(value[:10])
        return Decimal(str(value)) if column.kind == "Edm.Decimal" else value

    def _by_key(self, page: PageDef, key: str, columns: dict[str, Column], *, lines: bool) -> Row:
        parts = re.findall(r"(?:(\w+)=)?('(?:[^']|'')*'|\d+)", unquote(key))
        names = ("Document_Type", "Document_No", "Line_No") if lines else page.key
        values = {(name or names[0]): self._literal(value, columns[name or names[0]]) for name, value in parts}
        rows = (
            [line for one in self.books.rows(page.table) for line in one["_lines"]]
            if lines
            else self.books.rows(page.table)
        )
        found = next((row for row in rows if all(row.get(name) == value for name, value in values.items())), None)
        if found is None:
            raise NavError(f"The {page.name} does not exist. Identification fields and values: {key}", 404)
        return found

    def _one(self, request: Request, page: PageDef, row: Row, columns: dict[str, Column]) -> Reply:
        if request.method == "GET":
            headers = {"ETag": f"W/\"'{row['_version']}'\""} if self.etags else {}
            return Reply(200, self._shown(row, columns, list(columns)), headers)
        tag = request.headers.get("If-Match", "")
        if not tag:
            raise NavError("Could not validate the client concurrency token required by the service.", malformed=True)
        self.books.check_version(row, tag.strip("W/\"'"))
        if request.method == "DELETE":
            self.books.rows(page.table).remove(row)
            return Reply(204)
        changed = self.books.modify(page, row, self._read(request.body, columns, page.name))
        return Reply(200, self._shown(changed, columns, list(columns)))

    # --- $metadata -------------------------------------------------------------------------------------------

    def metadata(self) -> bytes:
        """As NAV writes it: EDMX 4.0, or 1.0 with associations and an ETag property."""
        types, sets, more = [], ['<EntitySet Name="Company" EntityType="NAV.Company"/>'], []
        types.append(self._type("Company", ("Name",), {"Name": Column("Name")}, ""))
        for page in self.pages.values():
            part = f"{page.line_set}" if page.part else ""
            types.append(self._type(page.name, page.key, page.columns, part))
            sets.append(f'<EntitySet Name="{page.name}" EntityType="NAV.{page.name}"/>')
            if part:
                types.append(self._type(part, ("Document_Type", "Document_No", "Line_No"), page.line_columns, ""))
                sets.append(f'<EntitySet Name="{part}" EntityType="NAV.{part}"/>')
                more.append(
                    f'<Association Name="{page.name}_{part}">'
                    f'<End Type="NAV.{page.name}" Role="{page.name}" Multiplicity="1"/>'
                    f'<End Type="NAV.{part}" Role="{part}" Multiplicity="*"/></Association>'
                )
        body = "".join(types) + ("".join(more) if self.version == 3 else "")
        body += f'<EntityContainer Name="NAV">{"".join(sets)}</EntityContainer>'
        shell = _SHELL[self.version]
        return ('<?xml version="1.0" encoding="utf-8"?>' + shell.format(body)).encode()

    def _type(self, name: str, key: tuple[str, ...], columns: dict[str, Column], part: str) -> str:
        properties = "".join(self._property(column) for column in columns.values())
        if self.version == 3:
            properties += '<Property Name="ETag" Type="Edm.String" ConcurrencyMode="Fixed"/>'
        if part and self.version == 4:
            properties += f'<NavigationProperty Name="{part}" Type="Collection(NAV.{part})"/>'
        elif part:
            relation = f'Relationship="NAV.{name}_{part}" ToRole="{part}" FromRole="{name}"'
            properties += f'<NavigationProperty Name="{part}" {relation}/>'
        keys = "".join(f"<PropertyRef Name={quoteattr(one)}/>" for one in key)
        return f'<EntityType Name="{name}"><Key>{keys}</Key>{properties}</EntityType>'

    def _property(self, column: Column) -> str:
        kind = "Edm.DateTime" if column.kind == "Edm.Date" and self.version == 3 else column.kind
        length = f' MaxLength="{column.length}"' if column.length and self.version == 4 else ""
        return f'<Property Name="{column.name}" Type="{kind}"{length}/>'
