"""Page services and codeunits of Dynamics over SOAP 1.1.

Read and ReadMultiple are POSTs that change nothing, so they may be tried again; everything else goes out once.
Paging: `bookmarkKey` is the Key of the last row, as the vendor's documentation of ReadMultiple tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from connectors.wire.answers import strange
from connectors.wire.http import Http
from connectors.wire.rows import Row, Service, Where
from connectors.wire.soap_wsdl import BATCH, Wsdl, page_path
from connectors.wire.xml import local, parse
from synccenter.contract import catalogue
from synccenter.contract.errors import ErrorKind, SyncError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

PAGE = 500
_STEPS_BACK = 5
_FEWEST = 25
_SPECIAL = re.compile(r"[()&|<>=.*?@'\"%]")


_BATCH_FIELDS = ("Journal_Batch_Name", BATCH)


class Soap:
    """See `Tables`. `wsdl` gives the WSDL of a page by its name, or None; `listed` are the published pages.

    `conflict` is the code of the error that says that somebody else changed the row.
    """

    def __init__(self, http: Http, company: str, wsdls: Mapping[str, bytes], listed: Sequence[str], conflict: str):
        self._http = http
        self._company = company
        self._contents = wsdls
        self._listed = listed
        self._conflict = conflict
        self._known: dict[str, Wsdl] = {}
        self._services: dict[str, Service] = {}
        self._batches: dict[str, str] = {}
        self._given = 0  # the most rows that the server has given at once

    def names(self) -> Sequence[str]:
        """See `Tables.names`."""
        return list(self._listed)

    def service(self, name: str) -> Service | None:
        """See `Tables.service`."""
        if name not in self._contents:
            return None
        if name not in self._services:
            self._services[name] = self._wsdl(name).service()
        return self._services[name]

    def close(self) -> None:
        """See `Tables.close`."""
        self._http.close()

    def _wsdl(self, name: str) -> Wsdl:
        if name not in self._known:
            self._known[name] = Wsdl(self._contents[name], name, self._http.host)
        return self._known[name]

    # --- reading ---------------------------------------------------------------------------------------------

    def pages(
        self, service: Service, where: Sequence[Where] = (), *, fields: Sequence[str] = (), last_by: str = ""
    ) -> Iterator[list[Row]]:
        """See `Tables.pages`. SOAP always sends every field, so `fields` saves nothing here.

        The last row by its key comes first when the set is asked for backwards (a negative size).
        """
        del fields
        filters = [{"Field": one.field, "Criteria": criteria(one)} for one in where]
        filters = filters or [{"Field": _first(service), "Criteria": ""}]
        before: list[str] = []
        while True:
            rows = self._page(service, filters, before, -1 if last_by else PAGE)
            yield rows
            if last_by or not self._more_may_come(rows):
                return
            keys = [str(row.get("Key") or "") for row in rows]
            if not keys[-1] or keys[-1:] == before[-1:]:
                raise strange(self._http.host, "samma sida om och om igen")
            before = keys

    def _more_may_come(self, rows: Sequence[Row]) -> bool:
        """Whether fewer rows than were asked for may be a limit of the server's own, so that more is to be asked for.

        The vendor's page of ReadMultiple says to ask until nothing comes. Nothing is to come after fewer rows than this
        server has given at once before, nor after so few that nobody sets such a limit, unless their number is round.
        """
        count, given = len(rows), self._given
        self._given = max(count, given)
        return count >= PAGE or count >= max(given, _FEWEST) or (count > 0 and count % 10 == 0)

    def _page(self, service: Service, filters: list[dict[str, str]], before: list[str], size: int) -> list[Row]:
        """What follows the page with these keys. When its last row is gone meanwhile, what follows the one before."""
        refused: SyncError | None = None
        for back in range(min(_STEPS_BACK, len(before) or 1)):
            values: dict[str, Any] = {"filter": filters, "setSize": size}
            if before:
                values["bookmarkKey"] = before[-1 - back]
            try:
                body = self._call(service, "ReadMultiple", values, changes=False)
            except SyncError as error:
                if not before or error.problem.kind is not ErrorKind.FIX_IN_BUSINESS_SYSTEM:
                    raise
                refused = refused or error
                continue
            rows = [_row(element) for element in _rows(body, self._wsdl(service.name).entity)]
            return [row for row in rows if row.get("Key") not in before[len(before) - back :]]
        assert refused is not None
        raise refused

    def lines(self, service: Service, header: Row) -> list[Row]:
        """See `Tables.lines`."""
        return _inner(self._fresh(service, header), service)

    def all_lines(self, service: Service, like: Row) -> Mapping[str, list[Row]] | None:
        """See `Tables.all_lines`: ReadMultiple promises no lines."""
        del service, like
        return None

    def _fresh(self, service: Service, row: Row) -> Row:
        """The row as it is now, with its lines, found by its number (the Key of an old reading no longer fits)."""
        wsdl = self._wsdl(service.name)
        if wsdl.functions.get("Read") == ("No",):
            body = self._call(service, "Read", {"No": str(row["No"])}, changes=False)
            found = next(iter(_rows(body, wsdl.entity)), None)
            if found is None:
                raise self._gone(row)
            return _row(found)
        where = [Where("No", "eq", str(row["No"]))]
        for page in self.pages(service, where):
            for one in page:
                return one
        raise self._gone(row)

    def _gone(self, row: Row) -> SyncError:
        """Somebody has deleted or posted the document meanwhile."""
        return catalogue.GONE_MEANWHILE.error(number=str(row["No"]), system=self._http.host, uncertain=True)

    # --- writing ---------------------------------------------------------------------------------------------

    def create(self, service: Service, values: Row) -> Row:
        """See `Tables.create`."""
        wsdl = self._wsdl(service.name)
        known = {name: _value(value) for name, value in values.items() if name in service.fields}
        return self._one(service, "Create", {wsdl.entity: wsdl.row(known)})

    def create_many(self, service: Service, rows: Sequence[Row]) -> None:
        """See `Tables.create_many`. One request and one transaction: all of them or none."""
        wsdl = self._wsdl(service.name)
        made = [{name: _value(value) for name, value in row.items() if name in service.fields} for row in rows]
        list_name = next(name for name in wsdl.functions["CreateMultiple"] if name != BATCH)
        self._call(service, "CreateMultiple", {list_name: {wsdl.entity: made}}, changes=True)

    def update(self, service: Service, row: Row, values: Row) -> Row:
        """See `Tables.update`."""
        return self._update(service, row, {name: _value(value) for name, value in values.items()}, [])

    def _update(self, service: Service, row: Row, values: Row, lines: list[Row]) -> Row:
        wsdl = self._wsdl(service.name)
        try:
            return self._one(service, "Update", {wsdl.entity: wsdl.row({"Key": row["Key"], **values}, lines)})
        except SyncError as error:
            if error.problem.code != self._conflict:
                raise
            refused = error
        fresh = self._fresh(service, row)
        if lines and len(_inner(fresh, service)) != len(_inner(row, service)):
            refused.uncertain = True  # somebody adds lines to it: what it became is looked up
            raise refused
        return self._one(service, "Update", {wsdl.entity: wsdl.row({"Key": fresh["Key"], **values}, lines)})

    def delete(self, service: Service, row: Row) -> None:
        """See `Tables.delete`."""
        fresh = self._fresh(service, row) if row.get("No") else row
        self._call(service, "Delete", {"Key": fresh["Key"]}, changes=True)

    def add_lines(self, service: Service, header: Row, rows: Sequence[Row], start: int) -> list[Row]:
        """See `Tables.add_lines`. All in one Update: the Key keeps them from being stored twice."""
        if not rows:
            return []
        assert service.lines is not None
        known = service.lines.fields
        lines = [{name: _value(value) for name, value in row.items() if name in known} for row in rows]
        before = header if start or "Key" in header else self._fresh(service, header)
        return _inner(self._update(service, before, {}, lines), service)[start:]

    # --- codeunits -------------------------------------------------------------------------------------------

    def functions(self, codeunit: str) -> Mapping[str, tuple[str, ...]]:
        """The functions of a published codeunit, empty when it is not published."""
        return self._wsdl(codeunit).functions if codeunit in self._contents else {}

    def call(self, codeunit: str, function: str, arguments: Sequence[str]) -> str:
        """Call a function that changes something; what it returned, as text."""
        wsdl = self._wsdl(codeunit)
        values = dict(zip(wsdl.functions[function], arguments, strict=True))
        body = self._post(page_path(self._company, codeunit, "Codeunit"), wsdl, function, values, changes=True)
        found = next((element for element in body.iter() if local(element) == "return_value"), None)
        return (found.text or "").strip() if found is not None else ""

    # --- one call --------------------------------------------------------------------------------------------

    def _one(self, service: Service, operation: str, values: Mapping[str, Any]) -> Row:
        body = self._call(service, operation, values, changes=True)
        found = next(iter(_rows(body, self._wsdl(service.name).entity)), None)
        if found is None:
            raise strange(self._http.host, "XML utan rad", uncertain=True)
        return _row(found)

    def _call(self, service: Service, operation: str, values: Mapping[str, Any], *, changes: bool) -> Element:
        wsdl = self._wsdl(service.name)
        if BATCH in wsdl.functions.get(operation, ()) and BATCH not in values:
            batch = _batch_in(values) or self._batches.get(service.name, "")
            self._batches[service.name] = batch
            values = {BATCH: batch, **values}
        if wsdl.batch_stands_apart:
            values = {name: value if name == BATCH else _without_batch(value) for name, value in values.items()}
            if values.get("filter") == []:
                values["filter"] = [{"Field": _first(service), "Criteria": ""}]
        return self._post(page_path(self._company, service.name), wsdl, operation, values, changes=changes)

    def _post(self, path: str, wsdl: Wsdl, operation: str, values: Mapping[str, Any], *, changes: bool) -> Element:
        message = wsdl.message(operation, values)
        headers = {
            "Content-Type": "text/xml; charset=utf-8",
            "SOAPAction": f'"{wsdl.action(operation)}"',
            "Accept": "text/xml",
        }
        answer = self._http.raw("POST", path, body=message, headers=headers, changes=changes)
        envelope = parse(answer.body, host=self._http.host, uncertain=changes)
        body = next((element for element in envelope if local(element) == "Body"), None)
        if local(envelope) != "Envelope" or body is None:
            raise strange(self._http.host, "XML som inte är SOAP", uncertain=changes)
        return body


def _first(service: Service) -> str:
    """A field that an empty filter may name."""
    return next(name for name in service.fields if name != "Key")


def _without_batch(value: Any) -> Any:
    """What is told beside the batch, without it: filters by it, and fields of rows."""
    if isinstance(value, list):
        return [_without_batch(one) for one in value if not (isinstance(one, Mapping) and one.get("Field") == BATCH)]
    if isinstance(value, Mapping):
        return {name: _without_batch(one) for name, one in value.items() if name != BATCH}
    return value


def _batch_in(values: Any) -> str:
    """The journal's batch that a request is about: in its filter or in its rows, "" when it is in neither."""
    if isinstance(values, Mapping):
        if values.get("Field") in _BATCH_FIELDS:
            return str(values.get("Criteria") or "").strip("'")
        for name in _BATCH_FIELDS:
            if isinstance(values.get(name), str):
                return str(values[name])
        return next((found for one in values.values() if (found := _batch_in(one))), "")
    if isinstance(values, list):
        return next((found for one in values if (found := _batch_in(one))), "")
    return ""


def criteria(one: Where) -> str:
    """A condition in the filter language of NAV: `..` spans, `|` is or, texts with signs stand in quotes."""
    if isinstance(one.value, tuple):
        return "|".join(_exact(value) for value in one.value)
    value = one.value
    if isinstance(value, bool):
        return "Yes" if value else "No"
    written = value.isoformat() if isinstance(value, date) else _exact(value) if isinstance(value, str) else str(value)
    return {"eq": written, "ge": f"{written}..", "le": f"..{written}", "gt": f">{written}"}[one.op]


def _exact(text: str) -> str:
    """A text that means just itself. A quote inside is doubled; an empty one is `''`."""
    if not text or _SPECIAL.search(text) or text != text.strip():
        return "'" + text.replace("'", "''") + "'"
    return text


def _value(value: Any) -> Any:
    return value if isinstance(value, str | bool | int | date | Decimal) else str(value)


def _rows(body: Element, entity: str) -> Iterator[Element]:
    """The row elements: not those inside another, for a line may be called as its page is."""
    inside: set[int] = set()
    for element in body.iter():
        if id(element) in inside:
            continue
        if local(element) == entity:
            inside.update(id(one) for one in element.iter() if one is not element)
            yield element


def _row(element: Element) -> Row:
    row: Row = {}
    for child in element:
        row[local(child)] = [_row(one) for one in child] if len(child) else (child.text or "")
    return row


def _inner(row: Row, service: Service) -> list[Row]:
    """The lines inside a document's row."""
    lines = row.get(service.lines_name)
    return lines if isinstance(lines, list) else []
