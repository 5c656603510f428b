"""A WSDL of Dynamics, read with zeep: the fields of a page in their order, the functions of a codeunit.

zeep (and lxml with it) is imported only when SOAP is used: 140 ms.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast
from urllib.parse import quote

from connectors.wire.rows import Field, Row, Service
from synccenter.contract import catalogue

_KINDS = {"decimal": "Edm.Decimal", "date": "Edm.Date", "int": "Edm.Int32", "boolean": "Edm.Boolean"}


class _FromMemory:
    """What zeep calls a transport: hands over the WSDL that we read ourselves, and reaches for nothing else."""

    session = None

    def __init__(self, content: bytes) -> None:
        self._content = content

    def load(self, url: str) -> bytes:
        """The WSDL; whatever it wants to import from elsewhere is not fetched."""
        if url != "http://wsdl.invalid/":
            raise OSError(f"will not fetch {url}")
        return self._content


BATCH = "CurrentJnlBatchName"
"""Journals are worksheets: which batch they show may be a parameter of each of their operations, before the others, and
then no field of their rows."""


class Wsdl:
    """One service. Raises N06 when the WSDL cannot be used."""

    def __init__(self, content: bytes, name: str, host: str) -> None:
        try:
            import zeep  # noqa: PLC0415
            from lxml import etree  # noqa: PLC0415
        except ImportError as error:
            raise catalogue.UNEXPECTED.error(detail="Biblioteket zeep saknas: installera .[nav]") from error

        self._etree: Any = etree
        self.name = name
        settings = zeep.Settings(strict=True, forbid_dtd=True, forbid_entities=True, forbid_external=True)
        self._host = host
        with self._readable():
            self._client: Any = zeep.Client(  # type: ignore[no-untyped-call]
                "http://wsdl.invalid/", transport=cast("Any", _FromMemory(content)), settings=settings
            )
            port = next(iter(next(iter(self._client.wsdl.services.values())).ports.values()))
            self._operations: Mapping[str, Any] = port.binding._operations  # noqa: SLF001 - zeep has no other list
            self._proxy = self._client.bind()
            first = next(iter(self._operations.values()))
            self.namespace = str(first.input.body.qname.namespace)
            self.functions: Mapping[str, tuple[str, ...]] = {
                name: tuple(part for part, _ in operation.input.body.type.elements)
                for name, operation in self._operations.items()
            }
            """The operations with the names of their parameters."""

    @contextmanager
    def _readable(self) -> Iterator[None]:
        """The border to zeep, which raises whatever a broken WSDL brings out of it."""
        try:
            yield
        except Exception as bad:
            what = f"en WSDL för {self.name} som inte går att läsa"
            detail = f"{type(bad).__name__}: {bad}"[:200]
            raise catalogue.ANSWER_STRANGE.error(host=self._host, what=what, expected="WSDL", detail=detail) from bad

    def action(self, operation: str) -> str:
        """What SOAPAction says for an operation."""
        return f"{self.namespace}:{operation}"

    def message(self, operation: str, values: Mapping[str, Any]) -> bytes:
        """The envelope of a call, its elements in the order of the WSDL. Raises ValueError for what it has not."""
        envelope = self._client.create_message(self._proxy, operation, **values)
        return bytes(self._etree.tostring(envelope, xml_declaration=True, encoding="utf-8"))

    # --- pages -----------------------------------------------------------------------------------------------

    @property
    def entity(self) -> str:
        """The element of a row: what Create takes."""
        with self._readable():
            parts: tuple[str, ...] = self.functions.get("Create") or self._row_of_read()
        return next((name for name in parts if name != BATCH), self.name)

    def _row_of_read(self) -> tuple[str, ...]:
        output = self._operations["Read"].output.body.type if "Read" in self._operations else None
        return tuple(name for name, _ in output.elements) if output is not None else ()

    @property
    def line_entity(self) -> str:
        """The element of a line inside the list of lines; "" when there is no sub-page."""
        with self._readable():
            return self._lines()[1]

    def service(self) -> Service:
        """The page as a service; the sub-page's lines too."""
        with self._readable():
            fields = self._fields(self._type(self.entity))
            lines_name, line_entity = self._lines()
            lines = Service(line_entity, self._fields(self._type(line_entity)), ("Line_No",)) if lines_name else None
            fields.pop(lines_name, None)
        if self.batch_stands_apart:
            fields[BATCH] = Field(BATCH)
        return Service(self.name, fields, ("Key",), lines_name, lines)

    @property
    def batch_stands_apart(self) -> bool:
        """Whether the batch of a journal can only be told beside the rows, never in them."""
        with self._readable():
            told = any(BATCH in parts for parts in self.functions.values())
            return told and BATCH not in self._fields(self._type(self.entity))

    def _type(self, name: str) -> Any:
        return self._client.get_type(f"{{{self.namespace}}}{name}")

    def _fields(self, kind: Any) -> dict[str, Field]:
        return {name: Field(name, _KINDS.get(element.type.name or "", "Edm.String")) for name, element in kind.elements}

    def _lines(self) -> tuple[str, str]:
        for name, element in self._type(self.entity).elements:
            inner = getattr(element.type, "elements", None)
            if inner:
                return str(name), str(inner[0][0])
        return "", ""

    def row(self, values: Row, lines: list[Row] | None = None) -> Row:
        """A row as zeep takes it, with lines inside."""
        with self._readable():
            lines_name, line_entity = self._lines()
        return {**values, lines_name: {line_entity: lines}} if lines else dict(values)


def page_path(company: str, service: str, kind: str = "Page") -> str:
    """Where a service of a company answers."""
    return f"/WS/{quote(company, safe='')}/{kind}/{quote(service)}"
