"""The line to one company in NAV: which wire, what is published, what its fields are called.

What was found out is kept in a file beside the ledger, so that an ordinary run asks no more than it needs. It is
found out anew by every check, when the settings change, after a day, and when something seems to be missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from msgspec import Struct

from connectors.dynamics_nav.discovery import ODATA_PATH, Discovery, Found, service_name
from connectors.dynamics_nav.errors import FIELD_MISSING, PAGE_MISSING
from connectors.dynamics_nav.line import Line
from connectors.dynamics_nav.options import NavSettings
from connectors.dynamics_nav.pages import NEEDS, Need
from connectors.dynamics_nav.refusals import CONFLICT, EXPIRED
from connectors.wire.odata import OData
from connectors.wire.odata_metadata import read_metadata
from connectors.wire.rows import Row, Service, Tables, Where
from connectors.wire.soap import Soap
from synccenter.contract import catalogue
from synccenter.contract.connector import Session
from synccenter.contract.errors import SyncError

BLANKS = (" ", "_blank_", "_x0020_")
"""How NAV servers spell an option that is blank."""

_CHUNK = 40
"""Numbers in one question."""


class Bound(Struct, frozen=True):
    """A page of NAV's as this server has it: `names` are our words in its fields, `line_names` in its lines."""

    need: Need
    service: Service
    names: Mapping[str, str]
    line_names: Mapping[str, str]
    tables: Tables

    def has(self, word: str) -> bool:
        """Whether the field is there."""
        return word in self.names

    @property
    def tells_dimensions(self) -> bool:
        """Whether it shows cost centre and project. Over SOAP a blank field is left out of its row."""
        return self.has("centre") and self.has("project")

    def rows(self, where: Sequence[tuple[str, str, Any]] = (), *, words: Sequence[str] = ()) -> Iterator[list[Row]]:
        """Rows with our words for names; conditions are (word, op, value). Only `words` when given."""
        wanted = [self.names[word] for word in (words or self.names) if word in self.names]
        for page in self.tables.pages(self.service, self._conditions(where), fields=wanted):
            yield [self.ours(row) for row in page]

    def _conditions(self, where: Sequence[tuple[str, str, Any]]) -> list[Where]:
        return [Where(self.names[word], op, value) for word, op, value in where]

    def every(self, where: Sequence[tuple[str, str, Any]] = (), *, words: Sequence[str] = ()) -> list[Row]:
        """All rows at once, for what is small."""
        return [row for page in self.rows(where, words=words) for row in page]

    def numbered(self, numbers: Sequence[str]) -> list[Row]:
        """The rows with these numbers, many in a question."""
        wanted = [number.upper() for number in numbers]
        portions = [tuple(wanted[start : start + _CHUNK]) for start in range(0, len(wanted), _CHUNK)]
        found = [row for some in portions for row in self.every([("number", "eq", some)])]
        return [row for row in found if str(row.get("number") or "").upper() in wanted]

    def last(self, word: str, where: Sequence[tuple[str, str, Any]] = ()) -> Row | None:
        """The row with the greatest `word`."""
        name = self.names[word]
        for page in self.tables.pages(self.service, self._conditions(where), fields=[name], last_by=name):
            return self.ours(page[0]) if page else None
        return None

    def ours(self, row: Row) -> Row:
        """A row under our words; under `_` the row as it came."""
        return {word: row.get(name) for word, name in self.names.items()} | {"_": row}

    def theirs(self, values: Row) -> Row:
        """Values under their names, without those that the page has no field for, in the page's own order."""
        named = {self.names[word]: value for word, value in values.items() if word in self.names}
        order = {name: number for number, name in enumerate(self.service.fields)}
        return dict(sorted(named.items(), key=lambda pair: order.get(pair[0], 0)))

    def line(self, values: Row) -> Row:
        """As `theirs`, for a line. Price after quantity: NAV fetches the price anew when the quantity is set."""
        named = {self.line_names[word]: value for word, value in values.items() if word in self.line_names}
        assert self.service.lines is not None
        order = {name: number for number, name in enumerate(self.service.lines.fields)}
        return dict(sorted(named.items(), key=lambda pair: order.get(pair[0], 0)))

    def our_line(self, row: Row) -> Row:
        """A line under our words."""
        return {word: row.get(name) for word, name in self.line_names.items()} | {"_": row}

    def length(self, word: str, usual: int) -> int:
        """The greatest number of characters of a field."""
        known = self.service.fields.get(self.names.get(word, ""))
        return known.length if known and known.length else usual


class Link(Line):
    """The line with what is published on it. Opens what is needed when it is needed."""

    def __init__(self, session: Session[NavSettings]) -> None:
        super().__init__(session)
        self._discovery = Discovery(self)
        self._found: Found | None = None
        self._tables: Tables | None = None
        self._soap: Soap | None = None
        self._bound: dict[str, Bound] = {}
        self._written: dict[str, Bound] = {}
        self._looked = False  # whether what is known was found out by this object

    # --- what is there ---------------------------------------------------------------------------------------

    def found(self) -> Found:
        """What was found out, now or before."""
        if self._found is None:
            self._found = self._discovery.kept() or self.discover()
        return self._found

    def discover(self) -> Found:
        """Find out anew. Raises NAV05 or NAV06, or N01 when nobody is there."""
        self._found = self._tables = self._soap = None
        self._bound.clear()
        self._written.clear()
        self._found, self._looked = self._discovery.look(), True
        return self._found

    def look_again(self) -> None:
        """Find out anew, unless this object just has."""
        if not self._looked:
            self.discover()

    # --- pages under our words -------------------------------------------------------------------------------

    @property
    def wire(self) -> str:
        """v4, v3 or soap."""
        return self.found().wire

    @property
    def posts(self) -> bool:
        """Whether we post, through the codeunit."""
        return self.settings.posting == "auto"

    def tables(self) -> Tables:
        """The client of the wire."""
        if self._tables is None:
            found, address = self.found(), self.address()
            if found.wire == "soap":
                self._tables = self.soap()
            else:
                http = self.http(address.odata)
                company = quote(found.company.replace("'", "''"), safe="")
                root = f"{ODATA_PATH[found.wire]}/Company('{company}')"
                known = read_metadata(found.metadata, host=http.host)
                self._tables = OData(http, root, known, CONFLICT.code, EXPIRED.code)
        return self._tables

    def soap(self) -> Soap:
        """The SOAP client; for the codeunit whatever the wire is."""
        if self._soap is None:
            found = self.found()
            http = self.http(self.address().soap)
            self._soap = Soap(http, found.company, found.wsdls, found.listed, CONFLICT.code)
        return self._soap

    def page(self, role: str) -> Bound:
        """A page by its role. Raises NAV07 or NAV08 naming what to publish."""
        if role not in self._bound:
            try:
                self._bound[role] = self._bind(NEEDS[role])
            except SyncError as error:
                if self._looked or error.problem.code not in {PAGE_MISSING.code, FIELD_MISSING.code}:
                    raise
                self.look_again()  # it may have been published since
                self._bound[role] = self._bind(NEEDS[role])
        return self._bound[role]

    def writing(self, role: str) -> Bound:
        """A page as documents are written to it: over SOAP when that is open, as it is for the codeunit when we post,
        and shows all that OData does. There all lines of a document are one request, and all or none of them stand."""
        if role not in self._written:
            self._written[role] = self._over_soap(role) or self.page(role)
        return self._written[role]

    def _over_soap(self, role: str) -> Bound | None:
        page = self.page(role)
        if self.wire == "soap" or not self.posts:
            return None
        try:
            if not self._discovery.has_page(self.found(), page.service.name):
                return None
            found = self._bind(page.need, self.soap(), page.service.name)
        except SyncError as error:
            if error.problem.code == catalogue.CANCELLED.code:
                raise
            self.session.debug(f"Skrivs över OData: {error}")
            return None
        same = page.names.keys() <= found.names.keys() and page.line_names.keys() <= found.line_names.keys()
        can = self.soap().functions(page.service.name).keys()
        return found if same and can >= {"Create", "CreateMultiple", "Update", "Delete"} else None

    def has(self, role: str) -> bool:
        """Whether the page is published."""
        need = NEEDS[role]
        tables = self.tables()
        return tables.service(service_name(self.settings, need, tables.names())) is not None

    def blank_option(self) -> str:
        """How the server spells a blank option, as it stands on the kontantkund's *Blocked*; "" when not to be seen.

        Found out once and kept with the rest.
        """
        found = self.found()
        number = self.settings.cash_customer
        if found.blank is None and number:
            page = self.page("customers")
            rows = page.every([("number", "eq", number)], words=("number", "blocked"))
            written = str(rows[0].get("blocked") or "") if rows else ""
            found.blank = written if written in BLANKS else ""
            self._discovery.keep(found)
        return found.blank or ""

    def _bind(self, need: Need, tables: Tables | None = None, name: str = "") -> Bound:
        tables = tables or self.tables()
        name = name or service_name(self.settings, need, tables.names())
        service = tables.service(name) if name else None
        if service is None:
            raise PAGE_MISSING.error(page=need.page, title=need.title, why=need.why, name=name or need.names[0])
        names = self._names(need, service, need.fields, need.required)
        line_names: Mapping[str, str] = {}
        if need.line_fields:
            if service.lines is None:
                raise FIELD_MISSING.error(
                    field="SalesLines", service=name, page=need.page, title=need.title, why=need.why
                )
            line_names = self._names(need, service.lines, need.line_fields, need.line_required)
        return Bound(need, service, names, line_names, tables)

    def _names(
        self, need: Need, service: Service, fields: Mapping[str, tuple[str, ...]], required: frozenset[str]
    ) -> dict[str, str]:
        renamed = {row.field: row.name for row in self.settings.fields if row.role == need.role}
        names: dict[str, str] = {}
        for word, usual in fields.items():
            candidates = (*(renamed[one] for one in (word, *usual) if one in renamed), *usual)
            name = next((one for one in candidates if one in service.fields), None)
            if name:
                names[word] = name
            elif word in required:
                raise FIELD_MISSING.error(
                    field=candidates[0], service=service.name, page=need.page, title=need.title, why=need.why
                )
        return names
