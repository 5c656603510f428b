"""A stateful Fortnox: its rules of bookkeeping, its lists and searches, its sign-in and its rate limit.

Every request and every answer is judged against the vendor's description (`fortnox_spec`); what it does not allow ends
up in `complaints`. Lists are short and have numbers as texts, single objects are whole (recorded). Rules without a
source in `field/business-systems.md` 2 are marked as guesses.
"""

from __future__ import annotations

import base64
import uuid
from collections import Counter, deque
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import unquote, urlencode

from tests.worlds.clock import STOCKHOLM, Clock
from tests.worlds.fakes import fortnox_files, fortnox_sales, fortnox_spec
from tests.worlds.fakes.fortnox_rules import LISTS, Refused, Row, booked_voucher, listed
from tests.worlds.fakes.server import FakeServer, Reply, Request

AT_MOST, WITHIN = 25, timedelta(seconds=5)
CLIENT, CLIENT_SECRET = "jobsync-test", "s3cret-s3cret-s3cret-s3cret"
TENANT = 556677
BOOKKEEPING = "companyinformation settings bookkeeping costcenter project"
SCOPES = f"{BOOKKEEPING} article customer order invoice payment price inbox connectfile"

NEEDED = {
    "companyinformation": "companyinformation",
    "settings": "settings",
    "costcenters": "costcenter",
    "projects": "project",
    "financialyears": "bookkeeping",
    "accounts": "bookkeeping",
    "voucherseries": "bookkeeping",
    "vouchers": "bookkeeping",
    "articles": "article",
    "customers": "customer",
    "invoices": "invoice",
    "invoicepayments": "payment",
    "modesofpayments": "payment",
    "orders": "order",
    "warehouse": "warehouse",
    "pricelists": "price",
    "prices": "price",
    "inbox": "inbox",
    "voucherfileconnections": "connectfile",
}
"""The scope that each path wants (fortnox.se/developer, *Scopes*)."""


class Fortnox(FakeServer):
    """The business system. `rows[list]` is what stands there, in order."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock
        self.rows: dict[str, list[Row]] = {name: [] for name in LISTS}
        self.company: Row = {}
        self.locked_to: str | None = None
        self.complaints: list[str] = []
        self.refused_for_pace = 0
        self.highest = 0
        """The most requests that have come within 5 s."""
        self.says_when = True
        """Whether 429 has a Retry-After."""
        self.knows_dates = True
        """Whether vouchers can be searched by date: the vendor's description does not name the parameter."""
        self.rounds = False
        """Whether invoices are rounded to whole kronor."""
        self.warehouse = False
        """Whether the warehouse module is on, so that invoices must be marked as ready."""
        self.numbers: Counter[tuple[str, int]] = Counter()
        """The last voucher number by series and financial year."""
        self.inbox: dict[str, Row] = {}
        """The files that lie in the inbox, by their id."""
        self.archive: dict[str, Row] = {}
        """The files that stand with a voucher."""
        self.connections: list[Row] = []
        self.unlicensed: set[str] = set()
        """The lists that the company has no licence for."""
        self.scopes = SCOPES
        self.consented = False
        """Whether somebody has approved a service account."""
        self.access: dict[str, datetime] = {}
        self.refresh: set[str] = set()
        self.codes: dict[str, str] = {}
        self._times: deque[datetime] = deque()
        self._issued = 0

    # --- requests --------------------------------------------------------------------------------------------

    def answer(self, request: Request) -> Reply:
        """See `FakeServer.answer`."""
        if request.path.startswith("/oauth-v1/"):
            return self._identity(request)
        try:
            self._let_in(request)
            wrong = list(fortnox_spec.about_request(request))
            if wrong:
                self.complaints += wrong
                raise Refused(400, 2001399, "; ".join(wrong)[:500])
            reply = self._answer(request)
        except Refused as refused:
            return refused.reply()
        self.complaints += fortnox_spec.about_answer(request, reply)
        return reply

    def _answer(self, request: Request) -> Reply:
        words = [unquote(word) for word in request.path.removeprefix("/3/").split("/")]
        match [request.method, *words]:
            case ["GET", "companyinformation"]:
                return Reply(200, {"CompanyInformation": self.company})
            case ["GET", "", "api", "warehouse", "tenants-v4"]:
                return Reply(200, {"activated": self.warehouse, "tenantId": TENANT})
            case ["GET", "settings", "lockedperiod"]:
                return Reply(200, {"LockedPeriod": {"EndDate": self.locked_to}})
            case ["GET", "vouchers"]:
                return self._vouchers(request)
            case ["GET", "accounts" | "voucherseries" as name]:
                year = int(request.query.get("financialyear") or self.year_of(self.clock().date())["Id"])
                return self._list(name, request, lambda row: bool(row["Year"] == year))
            case ["GET", "vouchers", series, number]:
                year = int(request.query.get("financialyear") or self.year_of(self.clock().date())["Id"])
                for row in self.rows["vouchers"]:
                    if (row["Year"], row["VoucherSeries"], str(row["VoucherNumber"])) == (year, series, number):
                        return Reply(200, {"Voucher": row})
                raise Refused(404, 2000424, "Kan inte hitta verifikationen.")
            case ["GET", "invoicepayments"]:
                of = request.query.get("invoicenumber")
                return self._list("invoicepayments", request, lambda row: of in {None, str(row["InvoiceNumber"])})
            case ["GET", "invoices"]:
                first, last = request.query.get("fromdate", ""), request.query.get("todate", "9999")
                return self._list("invoices", request, lambda row: first <= row["InvoiceDate"] <= last)
            case ["GET", "articles" | "customers" as name]:
                only = request.query.get("filter")
                return self._list(name, request, lambda row: only in {None, "active" if row["Active"] else "inactive"})
            case ["GET", name] if name in LISTS:
                return self._list(name, request)
            case ["GET", "articles", number]:
                return Reply(200, {"Article": fortnox_sales.shown(fortnox_sales.article(self, number))})
            case ["GET", "customers", number]:
                return Reply(200, {"Customer": fortnox_sales.shown(fortnox_sales.customer(self, number))})
            case ["GET", "invoices", number]:
                return Reply(200, {"Invoice": fortnox_sales.shown(fortnox_sales.invoice(self, number))})
            case ["GET", "invoicepayments", number]:
                return Reply(200, {"InvoicePayment": fortnox_sales.shown(fortnox_sales.payment(self, number))})
            case ["POST", "vouchers"]:
                row = booked_voucher(self, request)
                self.rows["vouchers"].append(row)
                return Reply(201, {"Voucher": row})
        changed = fortnox_sales.changes(self, request, words) or fortnox_files.answered(self, request, words)
        if changed is None:
            raise Refused(404, 1000000, f"no such resource: {request.path}")
        return changed

    def _vouchers(self, request: Request) -> Reply:
        query = request.query
        if not self.knows_dates and query.keys() & {"fromdate", "todate"}:
            raise Refused(400, 2000588, "Ogiltig parameter i anropet.")
        year = int(query.get("financialyear") or self.year_of(self.clock().date())["Id"])
        first, last = query.get("fromdate", ""), query.get("todate", "9999")
        return self._list(
            "vouchers", request, lambda row: row["Year"] == year and first <= row["TransactionDate"] <= last
        )

    def _list(self, name: str, request: Request, wanted: Callable[[Row], bool] = lambda row: True) -> Reply:
        """A page: 100 rows when nothing is said, 500 at most; searches are "contains", whatever the case."""
        shape, query = LISTS[name], request.query
        size, page = min(int(query.get("limit", 100)), 500), int(query.get("page", 1))
        if page < 1 or size < 1:
            raise Refused(400, 2000588, "Ogiltig parameter i anropet.")
        rows = [row for row in self.rows[name] if wanted(row)]
        if "lastmodified" in query:
            rows = [row for row in rows if row.get("#changed", "") >= query["lastmodified"]]
        for word, field in shape.searches.items():
            if word in query:
                rows = [row for row in rows if query[word].lower() in str(row.get(field) or "").lower()]
        meta = {
            "@TotalResources": len(rows),
            "@TotalPages": max(1, -(-len(rows) // size)),
            "@CurrentPage": page,
        }
        found = [listed(row, shape) for row in rows[(page - 1) * size : page * size]]
        return Reply(200, {"MetaInformation": meta, shape.name: found})

    # --- registers -------------------------------------------------------------------------------------------

    def put(self, name: str, **fields: Any) -> Row:
        """Set up a row, changed now."""
        row = {**fields, "#changed": self.stamp()}
        self.rows[name].append(row)
        return row

    def stamp(self) -> str:
        """Now, as `lastmodified` compares it: Swedish time (a guess; the vendor does not say)."""
        return self.clock().astimezone(STOCKHOLM).strftime("%Y-%m-%d %H:%M")

    def year_of(self, day: date) -> Row:
        """The financial year of a day."""
        for year in self.rows["financialyears"]:
            if year["FromDate"] <= day.isoformat() <= year["ToDate"]:
                return year
        raise Refused(400, 2000489, "Räkenskapsår för datumet finns inte.")

    # --- who may come in ---------------------------------------------------------------------------------------

    def _let_in(self, request: Request) -> None:
        self._pace()
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if self.access.get(token, self.clock() - timedelta(seconds=1)) <= self.clock():
            raise Refused(401, 0, "unauthorized")
        area = request.path.split("/")[2]
        if area in self.unlicensed:
            raise Refused(403, 2001101, "Det finns ingen aktiv licens för önskat scope.")
        scope = NEEDED.get(area)
        if scope and scope not in self.scopes.split():
            raise Refused(403, 2000663, "Saknar behörighet för scope.")

    def _pace(self) -> None:
        """25 within any 5 s."""
        now = self.clock()
        while self._times and now - self._times[0] >= WITHIN:
            self._times.popleft()
        if len(self._times) >= AT_MOST:
            self.refused_for_pace += 1
            raise Refused(429, 0, "Too many requests", {"Retry-After": "5"} if self.says_when else {})
        self._times.append(now)
        self.highest = max(self.highest, len(self._times))

    def _identity(self, request: Request) -> Reply:
        if request.path == "/oauth-v1/auth":
            return self._authorize(request.query)
        basic = base64.b64encode(f"{CLIENT}:{CLIENT_SECRET}".encode()).decode()
        if request.headers.get("Authorization") != f"Basic {basic}":
            return Reply(401, {"error": "invalid_client"})
        match request.body:
            case {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect} if (
                self.codes.pop(code, None) == redirect
            ):
                return Reply(200, self.issue())
            case {"grant_type": "refresh_token", "refresh_token": refresh} if refresh in self.refresh:
                self.refresh.discard(refresh)
                return Reply(200, self.issue())
            case {"grant_type": "client_credentials"} if self.consented and request.headers.get("Tenantid") == str(
                TENANT
            ):
                return Reply(200, {**self.issue(refresh=False)})
        return Reply(400, {"error": "invalid_grant", "error_description": "Invalid refresh token"})

    def _authorize(self, query: Mapping[str, str]) -> Reply:
        wanted = {"client_id", "redirect_uri", "response_type", "scope", "state", "access_type"}
        if wanted - query.keys() or query["client_id"] != CLIENT:
            return Reply(400, b"invalid_request")
        self.consented = self.consented or query.get("account_type") == "service"
        self.scopes = query["scope"]
        code = str(uuid.uuid5(uuid.NAMESPACE_URL, f"code {len(self.seen)}"))
        self.codes[code] = query["redirect_uri"]
        back = urlencode({"code": code, "state": query["state"]})
        return Reply(302, b"", {"Location": f"{query['redirect_uri']}?{back}"})

    def issue(self, *, refresh: bool = True) -> Row:
        """A new token, an hour long."""
        self._issued += 1
        access = f"eyJ{uuid.uuid5(uuid.NAMESPACE_URL, f'access {self._issued}')}" + "x" * 800
        self.access[access] = self.clock() + timedelta(hours=1)
        said: Row = {"access_token": access, "expires_in": 3600, "token_type": "bearer", "scope": self.scopes}
        if refresh:
            said["refresh_token"] = f"refresh-{uuid.uuid5(uuid.NAMESPACE_URL, f'refresh {self._issued}')}"
            self.refresh.add(said["refresh_token"])
        return said
