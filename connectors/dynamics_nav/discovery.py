"""What a NAV server has: the wire it speaks, its companies, its published pages and their fields."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, unquote

from msgspec import Struct, field

from connectors.dynamics_nav.address import Address
from connectors.dynamics_nav.errors import COMPANY_MISSING, NO_SERVICE
from connectors.dynamics_nav.line import Line
from connectors.dynamics_nav.options import NavSettings
from connectors.dynamics_nav.pages import NEEDS, Need
from connectors.wire.answers import decode, words
from connectors.wire.http import Http
from connectors.wire.kept import KeptFile, print_of
from connectors.wire.odata_metadata import read_metadata
from connectors.wire.soap_wsdl import page_path
from connectors.wire.xml import local, parse
from synccenter.contract import catalogue
from synccenter.contract.errors import SyncError

ODATA_PATH = {"v4": "/ODataV4", "v3": "/OData"}
WIRE_NAMES = {"v4": "OData V4", "v3": "OData V3", "soap": "SOAP"}

_SERVICE = re.compile(r"/WS/([^/]+)/(Page|Codeunit)/([^/]+)$", re.IGNORECASE)
_KEPT_SECONDS = 24 * 3600


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
    blank: str | None = None
    odata_only: list[str] = field(default_factory=list)


def service_name(settings: NavSettings, need: Need, published: Sequence[str]) -> str:
    """The service of a page: as the settings say, else the first usual name that is published; "" when none is."""
    for row in settings.services:
        if row.role == need.role and row.name:
            return row.name
    return next((name for name in need.names if name in published), "")


def codeunit_name(settings: NavSettings) -> str:
    """The service of the posting codeunit."""
    return settings.codeunit or NavSettings().codeunit


class Discovery:
    """Finds out, keeps it in a file for a day, and gives it back."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._session = line.session
        self._file = KeptFile(line.session.folder / "dynamics_nav_tjanster.json", Found)
        self.settings = line.settings
        self.posts = line.settings.posting == "auto"
        self._said = ""  # the server's words when it has nothing for us

    def look(self) -> Found:
        """Ask the server. Raises NAV05 or NAV06, or N01 when nobody is there."""
        self.forget()
        address = self._line.address()
        found = self._first_that_answers(address)
        if self.posts and found.wire != "soap":
            self._look_for_codeunit(found, address)
        found.at = self._session.clock().timestamp()
        self.keep(found)
        return found

    def _first_that_answers(self, address: Address) -> Found:
        wanted = self.settings.wire
        nobody: SyncError | None = None
        for wire in ("v4", "v3", "soap") if wanted == "auto" else (wanted,):
            try:
                found = self._try_soap(address) if wire == "soap" else self._try_odata(address, wire)
            except SyncError as error:
                if error.problem.code != catalogue.NO_NETWORK.code:
                    raise
                nobody = nobody or error  # OData may be switched off where SOAP is not
                continue
            if found:
                return found
        raise nobody or NO_SERVICE.error(address=address.odata, detail=self._said)

    def _look_for_codeunit(self, found: Found, address: Address) -> None:
        """Without SOAP registers still come down; whoever wants to post is told that the codeunit is not there."""
        try:
            self._read_wsdl(found, address, codeunit_name(self.settings), "Codeunit")
        except SyncError as error:
            if error.problem.code == catalogue.CANCELLED.code:
                raise
            self._session.debug(f"Kodmodulen svarar inte: {error}")

    def has_page(self, found: Found, name: str) -> bool:
        """Whether a page that OData has is there over SOAP too. Asked once, and kept with the rest."""
        if name not in found.wsdls and name not in found.odata_only:
            if not self._read_wsdl(found, self._line.address(), name):
                found.odata_only.append(name)
            self.keep(found)
        return name in found.wsdls

    def _try_odata(self, address: Address, wire: str) -> Found | None:
        http, root = self._line.http(address.odata), ODATA_PATH[wire]
        wanted = quote(self._wanted_company(address).replace("'", "''"), safe="")
        one_company = [f"{root}/Company('{wanted}')"] if wanted else []  # a gateway may show one company only
        for place in (root, *one_company):
            answer = http.raw("GET", f"{place}/$metadata", headers={"Accept": "application/xml"}, missing=True)
            if answer.status != 404:
                break
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
        parameters = {"$format": "json"} if root == ODATA_PATH["v3"] else None
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
        http = self._line.http(address.soap)
        published = self._soap_list(http, address)
        companies = list(dict.fromkeys(company for company, _, _ in published))
        company = self._company(address, companies) if published else self._wanted_company(address)
        if not company:
            return None
        listed = sorted({name for _, kind, name in published if kind == "page"})
        result = Found(self._identity(), "soap", company, companies, listed=listed)
        for need in NEEDS.values():
            named = service_name(self.settings, need, listed or need.names)
            names = need.names if not published and named in need.names else (named,)
            for name in names:
                if name and self._read_wsdl(result, address, name):
                    break
        if self.posts:
            self._read_wsdl(result, address, codeunit_name(self.settings), "Codeunit")
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
        http, path = self._line.http(address.soap), page_path(found.company, name, kind)
        for place in (path, f"{path}?wsdl"):
            answer = http.raw("GET", place, headers={"Accept": "text/xml"}, missing=True)
            if answer.status == 404:
                self._said = words(answer.body, 300)
            elif answer.body and local(parse(answer.body, host=http.host)) == "definitions":
                found.wsdls[name] = answer.body
                return True
        return False

    def _wanted_company(self, address: Address) -> str:
        return self.settings.company or address.company

    def _company(self, address: Address, companies: Sequence[str]) -> str:
        """The company by the settings, by the address, or the only one there is. Raises NAV05."""
        wanted = self._wanted_company(address)
        if not wanted and len(companies) == 1:
            return companies[0]
        same = [name for name in companies if name.casefold() == wanted.casefold()]
        if wanted and not companies:
            return wanted
        if not same:
            why = f"”{wanted}” finns inte" if wanted else "Inget företag är valt"
            raise COMPANY_MISSING.error(company=why, there=", ".join(companies) or "inget")
        return same[0]

    # --- kept ------------------------------------------------------------------------------------------------

    def _identity(self) -> str:
        """Changes when anything does that the findings depend on."""
        one = self.settings
        return print_of((one.address, one.soap_address, one.company, one.wire, one.posting, one.codeunit, one.services))

    def forget(self) -> None:
        """What was found out no longer holds."""
        self._file.forget()

    def kept(self) -> Found | None:
        """What was found out less than a day ago with these settings."""
        kept = self._file.read()
        if kept is None:
            return None
        age = abs(self._session.clock().timestamp() - kept.at)
        return kept if kept.identity == self._identity() and age < _KEPT_SECONDS else None

    def keep(self, found: Found) -> None:
        """For the next runs."""
        self._file.write(found)
