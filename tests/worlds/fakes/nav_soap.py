"""SOAP as the fake NAV speaks it: WSDLs (real and derived ones where there are such), requests held to their schema."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any
from urllib.parse import quote

from lxml import etree
from msgspec.structs import replace

from tests.worlds.fakes.nav_books import NavBooks, Row
from tests.worlds.fakes.nav_pages import SPECS, Column, PageDef
from tests.worlds.fakes.nav_rules import NavError
from tests.worlds.fakes.server import Reply, Request

_XSD = "{http://www.w3.org/2001/XMLSchema}"
_ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
_KINDS = {"Edm.Decimal": "decimal", "Edm.Date": "date", "Edm.Int32": "int", "Edm.Boolean": "boolean"}
READS = ("Read", "ReadByRecId", "ReadMultiple", "IsUpdated", "GetRecIdFromKey")
CODEUNIT = {
    "PostSalesInvoice": ("invoiceNo",),
    "PostSalesCreditMemo": ("creditMemoNo",),
    "PostJournal": ("templateName", "batchName", "documentNo"),
}


_BATCH = "CurrentJnlBatchName"
_WORKSHEETS = {"journal", "payments"}
_WRITTEN = {*_WORKSHEETS, "customers", "items", "invoices", "credit_memos", "orders"}


def _apart(page: PageDef) -> PageDef:
    """A worksheet whose rows do not show their batch."""
    return replace(page, columns={name: one for name, one in page.columns.items() if name != _BATCH})


def _with_batch(content: bytes) -> bytes:
    """A worksheet's WSDL whose operations take the batch, before anything else, and whose rows have it not."""
    root = etree.fromstring(content)
    (schema_there,) = root.iter(f"{_XSD}schema")
    told = [one for one in schema_there.iter() if _BATCH in {one.get("name"), one.get("value")}]
    for one in told:
        parent = one.getparent()
        assert parent is not None
        parent.remove(one)
    for operation in schema_there.findall(f"{_XSD}element"):
        if not str(operation.get("name")).endswith("_Result"):
            batch = etree.Element(f"{_XSD}element", minOccurs="1", maxOccurs="1", name=_BATCH)
            batch.set("type", f"{schema_there.prefix}:string" if schema_there.prefix else "string")
            next(operation.iter(f"{_XSD}sequence")).insert(0, batch)
    return etree.tostring(root)


class NavSoap:
    """Page services and the codeunit over a company's books."""

    def __init__(self, books: NavBooks, pages: dict[str, PageDef], company: str, address: str) -> None:
        self.books = books
        self.pages = pages
        self.company = company
        self.address = address
        self.codeunit = "JobOfficePosting"
        self.most = 1_000_000  # rows in an answer, whatever was asked for
        self.batch_stands_apart = (
            False  # whether a journal's batch is a parameter of each operation, as worksheets have it
        )
        self._batch = ""
        self.published_functions: dict[str, tuple[str, ...]] = dict(CODEUNIT)

    # --- WSDL ------------------------------------------------------------------------------------------------

    def answer_get(self, rest: str) -> Reply:
        """`/Services`, or a WSDL."""
        if rest in {"/Services", f"/{self.company}/Services"}:
            return Reply(200, self._services(), {"Content-Type": "text/xml"})
        found = re.fullmatch(r"/(.+)/(Page|Codeunit)/(\w+)", rest)
        if not found or found[1] != self.company:
            return Reply(404, b"")
        content = self.wsdl(found[3], found[2])
        return Reply(200, content, {"Content-Type": "text/xml"}) if content else Reply(404, b"")

    def _services(self) -> bytes:
        place = f"{self.address}/{quote(self.company)}"
        refs = [f"{self.address}/SystemService", *(f"{place}/Page/{name}" for name in self.pages)]
        refs.append(f"{place}/Codeunit/{self.codeunit}")
        inside = "".join(f'<contractRef ref="{ref}" xmlns="http://schemas.xmlsoap.org/disco/scl/"/>' for ref in refs)
        return f'<discovery xmlns="http://schemas.xmlsoap.org/disco/">{inside}</discovery>'.encode()

    def wsdl(self, name: str, kind: str) -> bytes:
        """The WSDL of a service, empty when it is not published."""
        if kind == "Codeunit":
            return codeunit_wsdl(name, self.published_functions) if name == self.codeunit else b""
        page = self.pages.get(name)
        if page is None:
            return b""
        stored = SPECS / "wsdl-derived" / f"{name}.wsdl"
        content = stored.read_bytes() if stored.exists() else page_wsdl(page)
        return _with_batch(content) if self.batch_stands_apart and page.table in _WORKSHEETS else content

    # --- calls -----------------------------------------------------------------------------------------------

    def answer(self, request: Request, rest: str) -> Reply:
        """A SOAP call."""
        found = re.fullmatch(r"/(.+)/(Page|Codeunit)/(\w+)", rest)
        content = self.wsdl(found[3], found[2]) if found and found[1] == self.company else b""
        if not found or not content:
            return Reply(404, b"")
        try:
            body = etree.fromstring(request.body, etree.XMLParser(resolve_entities=False))[-1][0]
            schema(content).assertValid(body)
            operation = etree.QName(body).localname
            batch = ""
            if len(body) and etree.QName(body[0]).localname == _BATCH:
                batch = str(body[0].text or "")
                body.remove(body[0])
            if found[2] == "Codeunit":
                return self._codeunit(operation, [str(child.text or "") for child in body])
            page = self.pages[found[3]]
            if self.batch_stands_apart and page.table in _WORKSHEETS:
                self._batch, page = batch, _apart(page)
                return self._page(page, operation, body)
            return self._page(page, operation, body)
        except NavError as error:
            return Reply(500, fault(str(error)))
        except (etree.DocumentInvalid, etree.XMLSyntaxError) as error:
            self.books.complaints.append(str(error))
            return Reply(500, fault(f"Parameter has an invalid value: {error}"))

    def _codeunit(self, operation: str, arguments: list[str]) -> Reply:
        if operation == "PostJournal":
            value = self.books.post_journal(arguments[0], arguments[1], arguments[2])
        else:
            value = self.books.post_sales(
                "invoices" if operation == "PostSalesInvoice" else "credit_memos", arguments[0]
            )
        return Reply(200, {"_operation": operation, "_namespace": "codeunit/" + self.codeunit, "return_value": value})

    def _page(self, page: PageDef, operation: str, body: Any) -> Reply:
        shell: Row = {"_operation": operation, "_namespace": f"page/{page.name.lower()}", "_page": page}
        if operation == "Read":
            found = self.books.find(page.table, No=str(body[0].text))
            return Reply(200, shell | {"rows": [self._shown(page, found)] if found else []})
        if operation == "ReadMultiple":
            return Reply(200, shell | {"rows": self._read_multiple(page, body)})
        if operation == "Create":
            row = self.books.insert(page, self._values(body[0], page.columns))
            for line in self._lines(page, body[0]):
                self.books.add_line(page, row, line)
            return Reply(200, shell | {"rows": [self._shown(page, row)]})
        if operation == "CreateMultiple":
            return Reply(200, shell | {"rows": self._create_multiple(page, body[0])})
        if operation == "Update":
            return Reply(200, shell | {"rows": [self._update(page, body[0])]})
        assert operation == "Delete", operation
        row = self._by_key(page, str(body[0].text))
        self.books.rows(page.table).remove(row)
        return Reply(200, shell | {"return_value": "true"})

    def _create_multiple(self, page: PageDef, rows: Any) -> list[Row]:
        """All or none."""
        before = list(self.books.rows(page.table))
        try:
            told = {"Journal_Batch_Name": self._batch} if self.batch_stands_apart else {}
            made = [self.books.insert(page, self._values(one, page.columns) | told) for one in rows]
        except NavError:
            self.books.tables[page.table] = before
            raise
        return [self._shown(page, row) for row in made]

    def _update(self, page: PageDef, element: Any) -> Row:
        row = self._by_key(page, str(element[0].text))
        self.books.check_version(row, str(element[0].text).rpartition(";")[2])
        values = self._values(element, page.columns)
        if values:
            self.books.modify(page, row, values)
        for line in self._lines(page, element):
            self.books.add_line(page, row, line)
        return self._shown(page, row)

    def _read_multiple(self, page: PageDef, body: Any) -> list[Row]:
        filters = [(str(one[0].text), str(one[1].text or "")) for one in body if etree.QName(one).localname == "filter"]
        size = int(str(body[-1].text))
        bookmark = next((str(one.text) for one in body if etree.QName(one).localname == "bookmarkKey"), "")
        rows = [row for row in self.books.rows(page.table) if all(_meant(row, page, *one) for one in filters)]
        if self.batch_stands_apart and page.table in _WORKSHEETS:
            rows = [row for row in rows if row["Journal_Batch_Name"] == self._batch]
        if size < 0:
            return [self._without_lines(page, row) for row in rows[size:]]
        start = 0
        if bookmark:
            keys = [self._key(page, row).rpartition(";")[0] for row in rows]
            if bookmark.rpartition(";")[0] not in keys:
                raise NavError(f"The {page.name} does not exist. Identification fields and values: {bookmark}")
            start = keys.index(bookmark.rpartition(";")[0]) + 1
        size = min(size or self.most, self.most)
        return [self._without_lines(page, row) for row in rows[start : start + size]]

    def _without_lines(self, page: PageDef, row: Row) -> Row:
        """NAV does not promise the lines of a document in a list; whoever needs them reads the document."""
        return {name: value for name, value in self._shown(page, row).items() if name != page.part or not page.part}

    # --- values ----------------------------------------------------------------------------------------------

    def _key(self, page: PageDef, row: Row) -> str:
        return "28;" + ",".join(str(row.get(name, "")) for name in page.key) + f";{row['_version']}"

    def _by_key(self, page: PageDef, key: str) -> Row:
        for row in self.books.rows(page.table):
            if self._key(page, row).rpartition(";")[0] == key.rpartition(";")[0]:
                return row
        values = key.split(";")[1].split(",")
        shown = ",".join(f"{name.replace('_', ' ')}='{one}'" for name, one in zip(page.key, values, strict=True))
        raise NavError(f"{page.source} {shown} does not exist.")  # learn.microsoft.com, Update Operation

    def _shown(self, page: PageDef, row: Row) -> Row:
        shown: Row = {"Key": self._key(page, row)}
        shown |= {name: row[name] for name in page.columns if row.get(name) is not None}
        if page.part and row.get("_lines"):
            shown[page.part] = [
                {"Key": f"37;{row['No']},{line['Line_No']};1"}
                | {name: line[name] for name in page.line_columns if name in line}
                for line in row["_lines"]
            ]
        return shown

    def _values(self, element: Any, columns: dict[str, Column]) -> Row:
        values: Row = {}
        for child in element:
            name = etree.QName(child).localname
            if name in columns and not len(child):
                values[name] = _typed(str(child.text or ""), columns[name].kind)
        return values

    def _lines(self, page: PageDef, element: Any) -> Iterator[Row]:
        for child in element:
            if page.part and etree.QName(child).localname == page.part:
                for line in child:
                    yield self._values(line, page.line_columns)


def _typed(text: str, kind: str) -> Any:
    if kind == "Edm.Decimal":
        return Decimal(text)
    if kind == "Edm.Date":
        return date.fromisoformat(text)
    if kind == "Edm.Int32":
        return int(text)
    return text == "true" if kind == "Edm.Boolean" else text


def _meant(row: Row, page: PageDef, field: str, criteria: str) -> bool:
    """NAV's filter language, as far as it is used: a value, a|b, from.., ..to, >n."""
    if not criteria:
        return True
    column = page.columns[field]
    value = row.get(field)
    for part in re.findall(r"(?:'(?:[^']|'')*'|[^|])+", criteria):
        if part.startswith(">"):
            hit = value is not None and value > _typed(part[1:], column.kind)
        elif ".." in part and not part.startswith("'"):
            low, high = part.split("..")
            hit = value is not None and (not low or value >= _typed(low, column.kind))
            hit = hit and (not high or value <= _typed(high, column.kind))
        elif column.kind == "Edm.Boolean":
            hit = bool(value) == (part == "Yes")
        else:
            plain = part[1:-1].replace("''", "'") if part.startswith("'") else part
            wanted = _typed(plain.upper() if column.code else plain, column.kind)
            hit = ("" if value is None else value) == wanted
        if hit:
            return True
    return False


# --- XML out -------------------------------------------------------------------------------------------------


def render(body: Row) -> bytes:
    """An answer's envelope."""
    namespace = f"urn:microsoft-dynamics-schemas/{body['_namespace']}"
    operation = body["_operation"]
    result = etree.Element(f"{{{namespace}}}{operation}_Result", nsmap={None: namespace})
    if "return_value" in body:
        _sub(
            result,
            namespace,
            "return_value" if "codeunit" in namespace else f"{operation}_Result",
            body["return_value"],
        )
    else:
        page: PageDef = body["_page"]
        inside = result
        if operation == "ReadMultiple":
            inside = etree.SubElement(result, f"{{{namespace}}}ReadMultiple_Result")
        elif operation == "CreateMultiple":
            inside = etree.SubElement(result, f"{{{namespace}}}{page.name}_List")
        for row in body["rows"]:
            _row(inside, namespace, page.name, row, page.line_entity)
    return _envelope(result)


def _envelope(inside: Any) -> bytes:
    envelope = etree.Element(f"{{{_ENVELOPE}}}Envelope", nsmap={"Soap": _ENVELOPE})
    etree.SubElement(envelope, f"{{{_ENVELOPE}}}Body").append(inside)
    return etree.tostring(envelope)


def _row(parent: Any, namespace: str, entity: str, row: Row, line_entity: str) -> None:
    element = etree.SubElement(parent, f"{{{namespace}}}{entity}")
    for name, value in row.items():
        if isinstance(value, list) and line_entity:
            lines = etree.SubElement(element, f"{{{namespace}}}{name}")
            for line in value:
                _row(lines, namespace, line_entity, line, "")
        elif value is not None:
            _sub(element, namespace, name, value)


def _sub(parent: Any, namespace: str, name: str, value: Any) -> None:
    element = etree.SubElement(parent, f"{{{namespace}}}{name}")
    if isinstance(value, dict):  # a value of the wrong sort
        for inner, one in value.items():
            _sub(element, namespace, inner, str(one))
        return
    text = str(value).lower() if isinstance(value, bool) else str(value)
    element.text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", text)


def fault(text: str) -> bytes:
    """A SOAP fault as NAV words it."""
    element = etree.Element(f"{{{_ENVELOPE}}}Fault", nsmap={"s": _ENVELOPE})
    etree.SubElement(element, "faultcode").text = "a:Microsoft.Dynamics.Nav.Types.Exceptions.NavNCLDialogException"
    etree.SubElement(element, "faultstring").text = text
    return _envelope(element)


# --- WSDL out ------------------------------------------------------------------------------------------------


@cache
def schema(wsdl: bytes) -> etree.XMLSchema:
    """The schema inside a WSDL."""
    root = etree.fromstring(wsdl)
    inside = etree.tostring(next(root.iter(f"{_XSD}schema")))  # brings the namespaces of the WSDL around it along
    return etree.XMLSchema(etree.fromstring(inside))


def page_wsdl(page: PageDef) -> bytes:
    """A WSDL in the shape of the real ones."""
    name = page.name
    rows = "".join(_element(column) for column in page.columns.values())
    lines = ""
    if page.part:
        inner = "".join(_element(column) for column in page.line_columns.values())
        lines = _complex(page.line_entity, _key() + inner)
        lines += _complex(f"{page.line_entity}_List", _many(page.line_entity))
        rows += f'<element minOccurs="0" maxOccurs="1" name="{page.part}" type="tns:{page.line_entity}_List"/>'
    fields = "".join(f'<enumeration value="{one}"/>' for one in page.columns)
    types = (
        lines
        + _complex(name, _key() + rows)
        + _complex(f"{name}_List", _many(name))
        + f'<simpleType name="{name}_Fields"><restriction base="string">{fields}</restriction></simpleType>'
        + _complex(
            f"{name}_Filter",
            f'<element minOccurs="1" maxOccurs="1" name="Field" type="tns:{name}_Fields"/>'
            '<element minOccurs="1" maxOccurs="1" name="Criteria" type="string"/>',
        )
    )
    one = f'<element minOccurs="1" maxOccurs="1" name="{name}" type="tns:{name}"/>'
    many = f'<element minOccurs="1" maxOccurs="1" name="{name}_List" type="tns:{name}_List"/>'
    read = (
        f'<element minOccurs="1" maxOccurs="unbounded" name="filter" type="tns:{name}_Filter"/>'
        '<element minOccurs="0" maxOccurs="1" name="bookmarkKey" type="string"/>'
        '<element minOccurs="1" maxOccurs="1" name="setSize" type="int"/>'
    )
    result = f'<element minOccurs="0" maxOccurs="1" name="ReadMultiple_Result" type="tns:{name}_List"/>'
    number = '<element minOccurs="1" maxOccurs="1" name="No" type="string"/>'
    found = f'<element minOccurs="0" maxOccurs="1" name="{name}" type="tns:{name}"/>'
    operations = {
        **({"Read": (number, found)} if page.key[-1] == "No" else {}),
        "ReadMultiple": (read, result),
    }
    if page.table in _WRITTEN:  # a page that only shows has no operations that change anything
        gone = '<element minOccurs="1" maxOccurs="1" name="Delete_Result" type="boolean"/>'
        key = '<element minOccurs="1" maxOccurs="1" name="Key" type="string"/>'
        operations |= {"Create": (one, one), "CreateMultiple": (many, many), "Update": (one, one)}
        operations |= {"Delete": (key, gone)}
    return _wsdl(f"page/{name.lower()}", name, types, operations)


def codeunit_wsdl(name: str, functions: dict[str, tuple[str, ...]]) -> bytes:
    """The WSDL of a codeunit, in the shape of the real B2BManagement."""
    text = '<element minOccurs="1" maxOccurs="1" name="{}" type="string"/>'
    operations = {
        function: ("".join(text.format(one) for one in parameters), text.format("return_value"))
        for function, parameters in functions.items()
    }
    return _wsdl(f"codeunit/{name}", name, "", operations)


def _element(column: Column) -> str:
    return f'<element minOccurs="0" maxOccurs="1" name="{column.name}" type="{_KINDS.get(column.kind, "string")}"/>'


def _key() -> str:
    return '<element minOccurs="0" maxOccurs="1" name="Key" type="string"/>'


def _many(name: str) -> str:
    return f'<element minOccurs="1" maxOccurs="unbounded" name="{name}" type="tns:{name}"/>'


def _complex(name: str, inside: str) -> str:
    return f'<complexType name="{name}"><sequence>{inside}</sequence></complexType>'


def _wsdl(space: str, name: str, types: str, operations: dict[str, tuple[str, str]]) -> bytes:
    namespace = f"urn:microsoft-dynamics-schemas/{space}"
    elements, messages, ports, bindings = [], [], [], []
    for operation, (sent, got) in operations.items():
        for part, inside in ((operation, sent), (f"{operation}_Result", got)):
            elements.append(
                f'<element name="{part}"><complexType><sequence>{inside}</sequence></complexType></element>'
            )
            messages.append(f'<message name="{part}"><part name="parameters" element="tns:{part}"/></message>')
        ports.append(
            f'<operation name="{operation}"><input name="{operation}" message="tns:{operation}"/>'
            f'<output name="{operation}_Result" message="tns:{operation}_Result"/></operation>'
        )
        body = '<body use="literal" xmlns="http://schemas.xmlsoap.org/wsdl/soap/"/>'
        bindings.append(
            f'<operation name="{operation}"><operation soapAction="{namespace}:{operation}" style="document" '
            f'xmlns="http://schemas.xmlsoap.org/wsdl/soap/"/><input name="{operation}">{body}</input>'
            f'<output name="{operation}_Result">{body}</output></operation>'
        )
    return (
        f'<?xml version="1.0" encoding="utf-8"?><definitions xmlns:tns="{namespace}" targetNamespace="{namespace}" '
        f'xmlns="http://schemas.xmlsoap.org/wsdl/"><types><schema elementFormDefault="qualified" '
        f'targetNamespace="{namespace}" xmlns="http://www.w3.org/2001/XMLSchema">{types}{"".join(elements)}</schema>'
        "</types>"
        f'{"".join(messages)}<portType name="{name}_Port">{"".join(ports)}</portType>'
        f'<binding name="{name}_Binding" type="tns:{name}_Port">'
        '<binding transport="http://schemas.xmlsoap.org/soap/http" '
        f'xmlns="http://schemas.xmlsoap.org/wsdl/soap/"/>{"".join(bindings)}</binding><service name="{name}">'
        f'<port name="{name}_Port" binding="tns:{name}_Binding"><address location="http://nav/{name}" '
        f'xmlns="http://schemas.xmlsoap.org/wsdl/soap/"/></port></service></definitions>'
    ).encode()
