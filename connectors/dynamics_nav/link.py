"""The line to one company in NAV: which wire, what is published, what its fields are called.

What was found out is kept in a file beside the ledger, so that an ordinary run asks no more than it needs. It is
found out anew by every check, when the settings change, after a day, and when something seems to be missing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import msgspec
from msgspec import Struct, field

from connectors.dynamics_nav.address import Address, is_public, read_address
from connectors.dynamics_nav.errors import (
    COMPANY_MISSING,
    CONFLICT,
    FIELD_MISSING,
    LOGIN_LETTERS,
    NO_SERVICE,
    NOT_SET_UP,
    PAGE_MISSING,
    PLAIN_HTTP,
    SYSTEM,
    WRONG_SERVER,
    Explainer,
)
from connectors.dynamics_nav.pages import NEEDS, Need
from connectors.wire.answers import decode, words
from connectors.wire.http import Http, Server
from connectors.wire.limits import http_date
from connectors.wire.logon import Basic, Handshake
from connectors.wire.odata import OData
from connectors.wire.odata_metadata import read_metadata
from connectors.wire.rows import Row, Service, Tables, Where
from connectors.wire.soap import Soap
from connectors.wire.soap_wsdl import page_path
from connectors.wire.transport import Timeouts
from connectors.wire.xml import local, parse
from synccenter.core.connector import Session
from synccenter.core.errors import SyncError

_ODATA_PATH = {"v4": "/ODataV4", "v3": "/OData"}
_SERVICE = re.compile(r"/WS/([^/]+)/(Page|Codeunit)/([^/]+)$", re.IGNORECASE)
_KEPT_SECONDS = 24 * 3600
_FILE = "dynamics_nav_tjanster.json"
WIRE_NAMES = {"v4": "OData V4", "v3": "OData V3", "soap": "SOAP"}


class Found(Struct):
    """What was found out at set-up. `identity` is the address and company it holds for."""

    identity: str
    wire: str
    company: str
    companies: list[str] = field(default_factory=list)
    at: float = 0.0
    metadata: bytes = b""
    listed: list[str] = field(default_factory=list)
    wsdls: dict[str, bytes] = field(default_factory=dict)


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


class Link:
    """Opens what is needed when it is needed."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.values: Mapping[str, Any] = session.values
        self._https: dict[str, Http] = {}
        self._found: Found | None = None
        self._tables: Tables | None = None
        self._soap: Soap | None = None
        self._bound: dict[str, Bound] = {}
        self._looked = False  # whether what is known was found out by this object
        self._said = ""  # the server's words when it has nothing for us

    def close(self) -> None:
        """Let go of connections."""
        for http in self._https.values():
            http.close()

    # --- where and as whom -----------------------------------------------------------------------------------

    def address(self) -> Address:
        """The address by the settings. Raises NAV01, NAV02 or NAV15."""
        address = read_address(str(self.values.get("address") or ""), str(self.values.get("soap_address") or ""))
        if address is None:
            raise NOT_SET_UP.error(missing="Adress till NAV")
        for base in (address.odata, address.soap):
            loopback = urlsplit(base).hostname in {"localhost", "127.0.0.1", "::1"}
            if base.startswith("https://") or loopback:
                continue
            if is_public(base):
                raise WRONG_SERVER.error(address=base)
            if not self.values.get("plain_http"):
                raise PLAIN_HTTP.error(address=base)
        return address

    def http(self, base: str) -> Http:
        """The line to OData or to SOAP."""
        if base not in self._https:
            self._https[base] = self._open(base)
        return self._https[base]

    def _open(self, base: str) -> Http:
        user, password = str(self.values.get("user") or ""), self.session.secrets.get("password") or ""
        scheme = str(self.values.get("sign_in") or "ntlm")
        explain = Explainer(user, urlsplit(base).netloc)
        seconds = float(self.values.get("timeout") or 60)
        if scheme == "basic" and not (user + password).isascii():
            raise LOGIN_LETTERS.error()
        if scheme == "basic" and not (user and password):
            raise NOT_SET_UP.error(missing="Användare eller webbtjänstnyckel")
        handshake = None
        if scheme != "basic":
            handshake = Handshake("NTLM" if scheme == "ntlm" else "Negotiate", user, password)
        server = Server(
            system=SYSTEM,
            base=base,
            explain=explain,
            timeouts=Timeouts(connect=min(10.0, seconds), read=seconds, total=4 * seconds),
            plain_http=bool(self.values.get("plain_http")),
            handshake=handshake,
            fingerprint=re.sub(r"[\s:]", "", str(self.values.get("fingerprint") or "")).lower(),
            faults_are_final=True,
        )
        return Http(self.session, server, Basic(user, password, explain.login_refused) if not handshake else None)

    def server_day(self) -> date | None:
        """The day by the server's own clock, by its latest answer (the header is in UTC)."""
        for http in self._https.values():
            at = http_date(http.last_headers.get("Date", ""))
            if at is not None:
                return at.date()
        return None

    # --- what is there ---------------------------------------------------------------------------------------

    def found(self) -> Found:
        """What was found out, now or before."""
        if self._found is None:
            kept = self._kept()
            self._found = kept or self.discover()
        return self._found

    def look_again(self) -> None:
        """Find out anew, unless this object just has."""
        if not self._looked:
            self.discover()

    def forget(self) -> None:
        """What was found out no longer holds."""
        self._found = self._tables = self._soap = None
        self._bound.clear()
        with suppress(OSError):
            self._path().unlink(missing_ok=True)

    def discover(self) -> Found:
        """Find out which wire answers and what is published, and keep it. Raises NAV05 or NAV06."""
        self.forget()
        address = self.address()
        wanted = str(self.values.get("wire") or "auto")
        found: Found | None = None
        for wire in ("v4", "v3", "soap") if wanted == "auto" else (wanted,):
            found = self._try_soap(address) if wire == "soap" else self._try_odata(address, wire)
            if found:
                break
        if found is None:
            raise NO_SERVICE.error(address=address.odata, detail=self._said)
        if self.posts and found.wire != "soap":
            self._read_wsdl(found, address, self._codeunit(), "Codeunit")
        found.at = self.session.clock().timestamp()
        self._found, self._looked = found, True
        self._keep(found)
        return found

    def _try_odata(self, address: Address, wire: str) -> Found | None:
        http, root = self.http(address.odata), _ODATA_PATH[wire]
        answer = http.raw("GET", f"{root}/$metadata", headers={"Accept": "application/xml"}, missing=True)
        if answer.status == 404:
            self._said = words(answer.body, 300)
            return None
        metadata = read_metadata(answer.body, host=http.host)
        if metadata.version != int(wire[1]):
            return None
        companies = self._odata_companies(http, root)
        company = self._company(address, companies)
        return Found(self._identity(), wire, company, companies, metadata=answer.body)

    def _odata_companies(self, http: Http, root: str) -> list[str]:
        parameters = {"$format": "json"} if root == _ODATA_PATH["v3"] else None
        answer = http.raw("GET", f"{root}/Company", parameters=parameters, missing=True)
        if answer.status == 404:
            return []
        body = decode(answer.body, dict[str, Any], host=http.host)
        inner = body.get("d")
        rows = body.get("value") or (inner.get("results") if isinstance(inner, dict) else inner)
        names = [row.get("Name") for row in rows or () if isinstance(row, dict)]
        return [name for name in names if isinstance(name, str)]

    def _try_soap(self, address: Address) -> Found | None:
        """By the list of services, or by asking for each page where there is no list."""
        http = self.http(address.soap)
        published = self._soap_list(http, address)
        companies = list(dict.fromkeys(company for company, _, _ in published))
        company = self._company(address, companies) if published else self._wanted_company(address)
        if not company:
            return None
        listed = sorted({name for _, kind, name in published if kind == "page"})
        result = Found(self._identity(), "soap", company, companies, listed=listed)
        for need in NEEDS.values():
            named = self._service_name(need, listed or need.names)
            names = need.names if not published and named in need.names else (named,)
            for name in names:
                if name and self._read_wsdl(result, address, name):
                    break
        if self.posts:
            self._read_wsdl(result, address, self._codeunit(), "Codeunit")
        result.listed = listed or sorted(result.wsdls)
        return result if result.wsdls else None

    def _soap_list(self, http: Http, address: Address) -> list[tuple[str, str, str]]:
        """(company, page or codeunit, name) of what is published; nothing when the server has no list."""
        wanted = self._wanted_company(address)
        places = [f"/WS/{quote(wanted, safe='')}/Services"] if wanted else []
        for path in (*places, "/WS/Services"):  # the general list holds one company only
            answer = http.raw("GET", path, headers={"Accept": "text/xml"}, missing=True)
            if answer.status != 404:
                break
        else:
            return []
        if answer.status == 404 or not answer.body:
            self._said = words(answer.body, 300)
            return []
        refs = [one.get("ref", "") for one in parse(answer.body, host=http.host).iter()]
        found = [_SERVICE.search(unquote(ref)) for ref in refs]
        return [(one[1], one[2].lower(), one[3]) for one in found if one]

    def _read_wsdl(self, found: Found, address: Address, name: str, kind: str = "Page") -> bool:
        """Whether the service has a WSDL; it is kept. NAV gives it at the service's own address, others at ?wsdl."""
        http, path = self.http(address.soap), page_path(found.company, name, kind)
        for place in (path, f"{path}?wsdl"):
            answer = http.raw("GET", place, headers={"Accept": "text/xml"}, missing=True)
            if answer.status == 404:
                self._said = words(answer.body, 300)
            elif answer.body and local(parse(answer.body, host=http.host)) == "definitions":
                found.wsdls[name] = answer.body
                return True
        return False

    def _wanted_company(self, address: Address) -> str:
        return str(self.values.get("company") or "") or address.company

    def _company(self, address: Address, companies: Sequence[str]) -> str:
        """The company by the settings, by the address, or the only one there is. Raises NAV05."""
        wanted = self._wanted_company(address)
        if not wanted and len(companies) == 1:
            return companies[0]
        same = [name for name in companies if name.casefold() == wanted.casefold()]
        if wanted and not companies:
            return wanted
        if not same:
            raise COMPANY_MISSING.error(company=wanted or "Inget företag valt", there=", ".join(companies) or "inget")
        return same[0]

    # --- pages under our words -------------------------------------------------------------------------------

    @property
    def wire(self) -> str:
        """v4, v3 or soap."""
        return self.found().wire

    @property
    def posts(self) -> bool:
        """Whether we post, through the codeunit."""
        return self.values.get("posting") == "auto"

    def _codeunit(self) -> str:
        return str(self.values.get("codeunit") or "JobOfficePosting")

    def tables(self) -> Tables:
        """The client of the wire."""
        if self._tables is None:
            found, address = self.found(), self.address()
            if found.wire == "soap":
                self._tables = self.soap()
            else:
                http = self.http(address.odata)
                company = quote(found.company.replace("'", "''"), safe="")
                root = f"{_ODATA_PATH[found.wire]}/Company('{company}')"
                self._tables = OData(http, root, read_metadata(found.metadata, host=http.host), CONFLICT.code)
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
            except SyncError:
                if self._looked:
                    raise
                self.look_again()  # it may have been published since
                self._bound[role] = self._bind(NEEDS[role])
        return self._bound[role]

    def has(self, role: str) -> bool:
        """Whether the page is published."""
        need = NEEDS[role]
        tables = self.tables()
        return tables.service(self._service_name(need, tables.names())) is not None

    def _bind(self, need: Need) -> Bound:
        tables = self.tables()
        name = self._service_name(need, tables.names())
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
        renamed = {row["field"]: row["name"] for row in self.values.get("fields") or () if row["role"] == need.role}
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

    def _service_name(self, need: Need, published: Sequence[str]) -> str:
        for row in self.values.get("services") or ():
            if row["role"] == need.role and row["name"]:
                return str(row["name"])
        return next((name for name in need.names if name in published), "")

    # --- kept ------------------------------------------------------------------------------------------------

    def _identity(self) -> str:
        """Changes when anything does that the findings depend on."""
        names = ("address", "soap_address", "company", "wire", "posting", "codeunit", "services")
        told = repr([self.values.get(name) for name in names])
        return hashlib.sha256(told.encode()).hexdigest()[:32]

    def _path(self) -> Any:
        return self.session.folder / _FILE

    def _kept(self) -> Found | None:
        try:
            kept = msgspec.json.decode(self._path().read_bytes(), type=Found)
        except (OSError, msgspec.MsgspecError):
            return None
        age = abs(self.session.clock().timestamp() - kept.at)
        return kept if kept.identity == self._identity() and age < _KEPT_SECONDS else None

    def _keep(self, found: Found) -> None:
        """A file that cannot be written only means that it is found out again next time."""
        with suppress(OSError):
            path = self._path()
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(msgspec.json.encode(found))
