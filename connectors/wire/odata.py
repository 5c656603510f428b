"""OData V3 and V4 as Dynamics speaks them: filters, pages, ETags.

V4 (OASIS OData 4.0 JSON): `value`, `@odata.nextLink`, `@odata.etag`, plain dates and numbers. V3: `value`,
`odata.nextLink`, decimals as texts, dates with a time; the older verbose form (`d.results`, `d.__next`) is
taken too. An answer's next page is asked for where the server says, never counted out by us.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import msgspec

from connectors.wire.answers import decode, strange
from connectors.wire.http import Http
from connectors.wire.odata_metadata import Metadata
from connectors.wire.odata_paging import goes_on_by_key, key_of
from connectors.wire.rows import Row, Service, Value, Where, day, decimal, flag, whole
from synccenter.contract.errors import SyncError

_JSON = {4: "application/json", 3: "application/json;odata=minimalmetadata"}
_COMPARED = {"eq": operator.eq, "ge": operator.ge, "gt": operator.gt, "le": operator.le}
_MOST_PAGES = 100_000
_MOST_WALKS = 3
PAGE = 2000
"""Rows asked for in a page: some second of work for a server. One that pages by its own mind does so."""
_ENCODER = msgspec.json.Encoder(decimal_format="number")
_ENCODER_V3 = msgspec.json.Encoder()


class OData:
    """See `Tables`. `root` is the path of the company, e.g. `/ODataV4/Company('CRONUS')`.

    `conflict` is the code of the error that says that somebody else changed the row (HTTP 409 or 412), `expired` of the
    one that says that the mark of the next page no longer holds.
    """

    def __init__(self, http: Http, root: str, metadata: Metadata, conflict: str, expired: str = "") -> None:
        self._http = http
        self._root = root
        self._metadata = metadata
        self._conflict = conflict
        self._expired = expired
        self._v3 = metadata.version == 3

    def names(self) -> Sequence[str]:
        """See `Tables.names`."""
        return sorted(self._metadata.services)

    def service(self, name: str) -> Service | None:
        """See `Tables.service`."""
        return self._metadata.services.get(name)

    def close(self) -> None:
        """See `Tables.close`."""
        self._http.close()

    # --- reading ---------------------------------------------------------------------------------------------

    def pages(
        self, service: Service, where: Sequence[Where] = (), *, fields: Sequence[str] = (), last_by: str = ""
    ) -> Iterator[list[Row]]:
        """See `Tables.pages`."""
        asked = [one for one in where if _fits(service, one)]
        ours = [one for one in where if not _fits(service, one)]
        sorts = not last_by or service.fields[last_by].kind != "Edm.String"
        parameters: dict[str, str | int | bool] = {}
        if asked:
            parameters["$filter"] = " and ".join(self._condition(service, one) for one in asked)
        if fields:
            names = dict.fromkeys((*service.key, *fields, *(one.field for one in ours)))
            parameters["$select"] = ",".join(name for name in names if name in service.fields)
        if last_by and sorts:
            parameters |= {"$orderby": f"{last_by} desc", "$top": 1}
        if self._v3:
            parameters["$format"] = "json"
        pages = self._walk(service, parameters, once=bool(last_by) and sorts)
        if not sorts:
            every = [row for page in pages for row in page]
            pages = iter([sorted(every, key=lambda row: whole(row, last_by))[-1:]])
        for page in pages:
            yield [row for row in page if all(_holds(row, one) for one in ours)]

    def _walk(self, service: Service, parameters: Mapping[str, str | int | bool], *, once: bool) -> Iterator[list[Row]]:
        """Page by page, each row once although rows come and go meanwhile. Where the server has forgotten the mark of
        the next page it is begun anew, and what has come already is left out."""
        come: set[int] = set()
        for turn in range(1, _MOST_WALKS + 1):
            try:
                for page in self._one_walk(service, parameters, once=once):
                    fresh = [row for row in page if not service.key or hash(key_of(row, service.key)) not in come]
                    come.update(hash(key_of(row, service.key)) for row in fresh if service.key)
                    yield fresh
            except SyncError as error:
                if not self._expired or error.problem.code != self._expired or turn == _MOST_WALKS or not service.key:
                    raise
            else:
                return

    def _one_walk(
        self, service: Service, parameters: Mapping[str, str | int | bool], *, once: bool
    ) -> Iterator[list[Row]]:
        seen: set[tuple[str, ...]] | None = None
        for number, (rows, following) in enumerate(self._follow(service, parameters, once=once)):
            if number == 0 and following and rows and service.key:
                seen = None if goes_on_by_key(following, rows[-1], service.key, len(rows)) else set()
            yield rows if seen is None else _new(rows, seen, service.key)
        if seen is not None:
            yield from self._overlooked(service, parameters, seen)

    def _overlooked(
        self, service: Service, parameters: Mapping[str, str | int | bool], seen: set[tuple[str, ...]]
    ) -> Iterator[list[Row]]:
        """The rows that a walk by position went past: looked for by their keys, until a walk finds no more."""
        keys = {**parameters, "$select": ",".join(service.key)}
        for _ in range(_MOST_WALKS):
            walked = [row for rows, _ in self._follow(service, keys, once=False) for row in rows]
            missed = _new(walked, seen, service.key)
            if not missed:
                return
            found = [self._read(self._path(service, row), missing=True) for row in missed]
            yield [row for row in found if row]

    def _follow(
        self, service: Service, parameters: Mapping[str, str | int | bool], *, once: bool
    ) -> Iterator[tuple[list[Row], str]]:
        """Each page with the link to the next one."""
        path = f"{self._root}/{quote(service.name)}"
        seen = {path}
        for _ in range(_MOST_PAGES):
            headers = self._headers() | ({} if self._v3 else {"Prefer": f"odata.maxpagesize={PAGE}"})
            answer = self._http.raw("GET", path, parameters=parameters, headers=headers)
            rows, link = _page(decode(answer.body, dict[str, Any], host=self._http.host), self._http.host)
            path = self._http.absolute(path, link) if link else ""
            yield rows, path
            if once or not path:
                return
            if path in seen:
                raise strange(self._http.host, "samma sida om och om igen")
            seen.add(path)
            parameters = {}
        raise strange(self._http.host, "sidor utan slut")

    def lines(self, service: Service, header: Row) -> list[Row]:
        """See `Tables.lines`."""
        assert service.lines is not None
        where = [Where(name, "eq", value) for name, value in self._line_key(service, header).items()]
        rows = [row for page in self.pages(service.lines, where) for row in page]
        return sorted(rows, key=_line_number)

    def all_lines(self, service: Service, like: Row) -> Mapping[str, list[Row]] | None:
        """See `Tables.all_lines`."""
        assert service.lines is not None
        key = self._line_key(service, like)
        if not key.pop("Document_No", None):
            return None
        found: dict[str, list[Row]] = {}
        for page in self.pages(service.lines, [Where(name, "eq", value) for name, value in key.items()]):
            for row in page:
                found.setdefault(str(row.get("Document_No")), []).append(row)
        return {number: sorted(rows, key=_line_number) for number, rows in found.items()}

    # --- writing ---------------------------------------------------------------------------------------------

    def create(self, service: Service, values: Row) -> Row:
        """See `Tables.create`."""
        return self._change("POST", f"{self._root}/{quote(service.name)}", service, values)

    def create_many(self, service: Service, rows: Sequence[Row]) -> None:
        """See `Tables.create_many`."""
        for number, row in enumerate(rows):
            try:
                self.create(service, row)
            except SyncError as error:
                error.uncertain = error.uncertain or number > 0
                raise

    def add_lines(self, service: Service, header: Row, rows: Sequence[Row], start: int) -> list[Row]:
        """See `Tables.add_lines`. Each has a Line_No of its own, so that none can be stored twice."""
        assert service.lines is not None
        key = self._line_key(service, header)
        return [
            self.create(service.lines, {**key, "Line_No": (start + number) * 10_000, **row})
            for number, row in enumerate(rows, 1)
        ]

    def update(self, service: Service, row: Row, values: Row) -> Row:
        """See `Tables.update`."""
        path = self._path(service, row)
        etag = _etag(row) or _etag(self._read(path))
        try:
            return self._patch(path, service, values, etag)
        except SyncError as error:
            if error.problem.code != self._conflict:
                raise
        return self._patch(path, service, values, _etag(self._read(path)))

    def delete(self, service: Service, row: Row) -> None:
        """See `Tables.delete`."""
        path = self._path(service, row)
        try:
            self._delete(path, _etag(row) or _etag(self._read(path)))
        except SyncError as error:
            if error.problem.code != self._conflict:
                raise
            self._delete(path, _etag(self._read(path)))

    def _delete(self, path: str, etag: str) -> None:
        headers = {**self._headers(), "If-Match": etag or "*"}
        self._http.raw("DELETE", path, headers=headers, changes=True, missing=True)

    def _patch(self, path: str, service: Service, values: Row, etag: str) -> Row:
        return self._change("PATCH", path, service, values, {"If-Match": etag or "*"})

    def _read(self, path: str, *, missing: bool = False) -> Row:
        """A row by its address. `missing`: nothing when it is not there."""
        parameters = {"$format": "json"} if self._v3 else None
        answer = self._http.raw("GET", path, parameters=parameters, headers=self._headers(), missing=missing)
        if answer.status == 404:
            return {}
        row = _one(decode(answer.body, dict[str, Any], host=self._http.host))
        tag = answer.headers.get("ETag", "")
        return {"@odata.etag": tag, **row} if tag else row

    def _change(
        self, method: str, path: str, service: Service, values: Row, headers: Mapping[str, str] | None = None
    ) -> Row:
        body = {name: self._json(service, name, value) for name, value in values.items()}
        content = (_ENCODER_V3 if self._v3 else _ENCODER).encode(body)
        every = {**self._headers(), "Content-Type": "application/json", "Prefer": "return=representation"}
        answer = self._http.raw(method, path, body=content, headers={**every, **(headers or {})}, changes=True)
        if answer.status == 204:
            return dict(values)
        return _one(decode(answer.body, dict[str, Any], host=self._http.host, uncertain=True))

    # --- how it is written -----------------------------------------------------------------------------------

    def _headers(self) -> dict[str, str]:
        headers = {"Accept": _JSON[self._metadata.version]}
        return (
            headers | {"DataServiceVersion": "3.0", "MaxDataServiceVersion": "3.0"}
            if self._v3
            else headers | {"OData-MaxVersion": "4.0"}
        )

    def _json(self, service: Service, name: str, value: Any) -> Any:
        """A value in a body."""
        if isinstance(value, date):
            with_time = name in service.fields and service.fields[name].kind.startswith("Edm.DateTime")
            return f"{value.isoformat()}T00:00:00" if with_time else value.isoformat()
        return value

    def _condition(self, service: Service, one: Where) -> str:
        if isinstance(one.value, tuple):
            return "(" + " or ".join(f"{one.field} eq {literal(value)}" for value in one.value) + ")"
        if isinstance(one.value, date) and service.fields[one.field].kind.startswith("Edm.DateTime"):
            form = "datetime'{}T00:00:00'" if self._v3 else "{}T00:00:00Z"
            return f"{one.field} {one.op} {form.format(one.value.isoformat())}"
        if isinstance(one.value, Decimal) and self._v3:
            return f"{one.field} {one.op} {one.value}M"
        return f"{one.field} {one.op} {literal(one.value)}"

    def _line_key(self, service: Service, header: Row) -> Row:
        """The part of a line's key that its document gives: type and number."""
        assert service.lines is not None
        key: Row = {}
        for name in service.lines.key:
            if name == "Document_No":
                key[name] = header["No"]
            elif name != "Line_No" and name in header:
                key[name] = header[name]
        return key

    def _path(self, service: Service, row: Row) -> str:
        if len(service.key) == 1:
            inside = literal(row[service.key[0]])
        else:
            inside = ",".join(f"{name}={literal(row[name])}" for name in service.key)
        escaped = quote(inside, safe="'=,")
        return f"{self._root}/{quote(service.name)}({escaped})"


def _line_number(row: Row) -> int:
    return int(str(row.get("Line_No") or 0))


def _fits(service: Service, one: Where) -> bool:
    """Whether the server can compare: a number or a date that is published as a text (a variable of the page)
    would be compared letter by letter, so we do it ourselves."""
    return isinstance(one.value, str | tuple) or service.fields[one.field].kind != "Edm.String"


def _holds(row: Row, one: Where) -> bool:
    """A condition, held by us."""
    there: Any
    if isinstance(one.value, bool):
        there = flag(row, one.field)
    elif isinstance(one.value, date):
        there = day(row, one.field) or date(1, 1, 1)
    else:
        there = decimal(row, one.field)
    return bool(_COMPARED[one.op](there, one.value))


def literal(value: Value) -> str:
    """A value in an address: texts in quotes, a quote doubled (OData URL conventions, 5.1.1.6)."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return value.isoformat() if isinstance(value, date) else str(value)


def _page(answer: dict[str, Any], host: str) -> tuple[list[Row], str]:
    """The rows of an answer and where the next ones are."""
    inner = answer.get("d")
    if isinstance(inner, list):
        inner = {"results": inner}
    if isinstance(inner, dict):
        answer = {"value": inner.get("results"), "@odata.nextLink": inner.get("__next")}
    rows = answer.get("value")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise strange(host, "JSON utan rader")
    following = answer.get("@odata.nextLink") or answer.get("odata.nextLink")
    return rows, following if isinstance(following, str) else ""


def _new(rows: Sequence[Row], seen: set[tuple[str, ...]], key: Sequence[str]) -> list[Row]:
    """Those that were not seen yet; from now on they are."""
    found = {key_of(row, key): row for row in rows}
    fresh = [row for one, row in found.items() if one not in seen]
    seen.update(found)
    return fresh


def _one(answer: dict[str, Any]) -> Row:
    """A single entity, out of whatever it is wrapped in."""
    inner = answer.get("d")
    answer = inner if isinstance(inner, dict) else answer
    rows = answer.get("value")
    if isinstance(rows, list) and len(rows) == 1 and isinstance(rows[0], dict):
        return dict(rows[0])
    return answer


def _etag(row: Row) -> str:
    """The version of a row as If-Match wants it, "" when the server did not tell."""
    for name in ("@odata.etag", "odata.etag"):
        if isinstance(row.get(name), str) and row[name]:
            return str(row[name])
    metadata = row.get("__metadata")
    if isinstance(metadata, dict) and isinstance(metadata.get("etag"), str):
        return str(metadata["etag"])
    if isinstance(row.get("ETag"), str) and row["ETag"]:
        return f"W/\"'{quote(row['ETag'], safe='')}'\""
    return ""
