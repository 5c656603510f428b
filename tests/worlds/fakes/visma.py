"""A stateful eEkonomi: its rules of bookkeeping, its paging and filters, its sign-in and its rate limit.

Every request and every answer is judged against the vendor's description (`visma_spec`); what it does not allow
ends up in `complaints`. Rules without a source in `field/business-systems.md` 1 are marked as guesses.
"""

from __future__ import annotations

import base64
import re
from collections import deque
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from tests.worlds.clock import Clock
from tests.worlds.fakes import odata, visma_spec
from tests.worlds.fakes.server import FakeServer, Reply, Request
from tests.worlds.fakes.visma_rules import Refused, booked_invoice, booked_voucher, guid, paid

Row = dict[str, Any]

REQUESTS_A_MINUTE = 600
CLIENT, CLIENT_SECRET = "jobsync-test", "s3cret-s3cret-s3cret-s3cret"
SCOPES = "ea:api offline_access ea:sales ea:accounting ea:purchase_readonly"

LISTS = {
    "articles", "articlelabels", "articleaccountcodings", "customers", "fiscalyears", "bankaccounts", "costcenters",
    "projects", "salespricelists", "customerinvoices", "orders", "vouchers", "accounts", "termsofpayments", "units",
}  # fmt: skip
CHANGED = {
    "orders": "ModifiedUtc",
    "vouchers": "ModifiedUtc",
    "customerinvoices": "ModifiedUtc",
    "accounts": "ModifiedUtc",
}


class Visma(FakeServer):
    """The business system. `rows[list][id]` is what stands there."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock
        self.rows: dict[str, dict[str, Row]] = {name: {} for name in [*LISTS, "prices", "banktransactions"]}
        self.company: Row = {}
        self.complaints: list[str] = []
        self.refused_for_pace = 0
        self.closed = False
        """Nothing is taken any more: the licence has ended."""
        self.variant_has_price_lists = True
        self.scopes = SCOPES
        self.rotates = True
        self.silent = False
        self.keeps_books = True
        """Whether it makes vouchers of invoices and their payments; the smallest variant has none."""
        self.tells_what_is_paid = True
        """Whether a payment's voucher has its invoice as source and in its text; how it is told is not described."""
        self.tells_transactions = False
        """Whether the bank transactions are told that payments make, which name invoice and voucher."""
        self.variant_has_books = True
        """Whether vouchers may be read; a variant that only invoices may refuse it."""
        self.names_vouchers = True
        """Whether an invoice and its voucher name each other."""
        self.sold: dict[str, tuple[int, dict[int, int]]] = {}
        """By the cash method: what an invoice comes to and what is booked when all of it is paid."""
        self.total_without_rounding = False
        """Whether an invoice's total is told before it was rounded to kronor."""
        self.sorts = True
        """Whether `$orderby` is taken; else it is refused as a wrong query is."""
        self.revoked: list[str] = []
        self.access: dict[str, datetime] = {}
        self.refresh: set[str] = set()
        self.codes: dict[str, str] = {}
        self._times: dict[str, deque[datetime]] = {}
        self._numbers: dict[str, int] = {}
        self._issued = 0

    # --- requests --------------------------------------------------------------------------------------------

    def answer(self, request: Request) -> Reply:
        """See `FakeServer.answer`."""
        if request.path.startswith("/connect/"):
            return self._identity(request)
        try:
            self._let_in(request)
            if self.closed and request.method == "POST":
                raise Refused(403, 4004, "The company is not active")
            wrong = list(visma_spec.about_request(request))
            if wrong:
                self.complaints += wrong
                raise Refused(400, 2000, "; ".join(wrong)[:500])
            reply = self._answer(request)
        except Refused as refused:
            return refused.reply()
        self.complaints += visma_spec.about_answer(request, reply)
        return reply

    def _answer(self, request: Request) -> Reply:
        words = request.path.removeprefix("/v2/").split("/")
        match [request.method, *words]:
            case ["GET", "companysettings"]:
                return Reply(200, self.company)
            case ["GET", "vatcodes"]:
                return Reply(
                    200, [{"Id": guid("vat", "05"), "Code": "05", "Description": "Försäljning 25 %", "VatRate": 0.25}]
                )
            case ["GET", "salespricelists", *_] if not self.variant_has_price_lists:
                raise Refused(403, 4002, "NoAccessToModule: not available in this variant")
            case ["GET", "salespricelists", "prices"]:
                return self._list("prices", request)
            case ["GET", "articles"]:
                return self._list("articles", request, self._prices_of(request.query.get("customerId")))
            case ["GET", "vouchers", *_] if not self.variant_has_books:
                raise Refused(403, 4009, "No access due to product variant")
            case ["GET", "banktransactions", bank, "matched"] if self.tells_transactions:
                first, last = request.query["fromDate"], request.query["toDate"]
                own = {name: one for name, one in self.rows["banktransactions"].items() if name.startswith(bank)}
                days = {name: one for name, one in own.items() if first <= one["TransactionDate"][:10] <= last}
                return self._list("banktransactions", request, lambda row: row if row in days.values() else None)
            case ["GET", "accounts" | "vouchers" as name, year]:
                self._year_by_id(year)
                return self._list(name, request, lambda row: row if self._in_year(name, row, year) else None)
            case ["GET", "vouchers", year, one]:
                self._year_by_id(year)
                return Reply(200, self._one("vouchers", one))
            case ["GET", name] if name in LISTS:
                return self._list(name, request)
            case ["GET", name, one] if name in LISTS:
                return Reply(200, dict(self._one(name, one)))
            case ["POST", "vouchers"]:
                return self._created("vouchers", booked_voucher(self, request))
            case ["POST", "customerinvoices"]:
                return self._created("customerinvoices", booked_invoice(self, request.body))
            case ["POST", "customerinvoices", one, "payments"]:
                answer = paid(self, self._one("customerinvoices", one), request.body)
                return Reply(204, b"") if self.silent else Reply(200, answer)
            case ["POST", "orders"]:
                return self._created("orders", self._order(request.body))
            case ["POST", "customers"]:
                return self._created("customers", self._new_customer(request.body))
            case ["PUT", "customers", one]:
                return self._replaced(self._one("customers", one), request.body)
        raise Refused(404, 3000, f"no such resource: {request.path}")

    def _list(self, name: str, request: Request, seen: Callable[[Row], Row | None] = dict) -> Reply:
        query = request.query
        page, size = int(query.get("$page", 1)), int(query.get("$pagesize", 50))
        if page < 1 or not 1 <= size <= 1000:
            raise Refused(400, 2000, "$page is from 1 and $pagesize from 1 to 1000")
        rows = [row for row in map(seen, self.rows[name].values()) if row is not None]
        try:
            rows = [row for row in rows if odata.matches(row, query["$filter"])] if query.get("$filter") else rows
        except odata.BadFilter as bad:
            raise Refused(400, 2000, f"The query specified in the URI is not valid: {bad}") from None
        if order := query.get("$orderby", ""):
            if not self.sorts:
                raise Refused(400, 2000, "The query specified in the URI is not valid: $orderby")
            rows.sort(key=lambda row: str(row[order]))
        meta = {
            "CurrentPage": page,
            "PageSize": size,
            "TotalNumberOfPages": max(1, -(-len(rows) // size)),
            "TotalNumberOfResults": len(rows),
            "ServerTimeUtc": self.stamp(),
        }
        return Reply(200, {"Meta": meta, "Data": rows[(page - 1) * size : page * size]})

    def _one(self, name: str, one: str) -> Row:
        if one not in self.rows[name]:
            raise Refused(404, 3000, f"{name} {one} not found")
        return self.rows[name][one]

    def _created(self, name: str, row: Row) -> Reply:
        self.rows[name][row["Id"]] = row
        return Reply(201, dict(row))

    def stamp(self) -> str:
        """Now, as .NET writes it."""
        return self.clock().strftime("%Y-%m-%dT%H:%M:%S.%f") + "0Z"

    def next_number(self, name: str) -> int:
        """A running number."""
        self._numbers[name] = self._numbers.get(name, 0) + 1
        return self._numbers[name]

    # --- registers -------------------------------------------------------------------------------------------

    def put(self, name: str, key: object, **fields: Any) -> Row:
        """Set up a row; its id follows from list and key."""
        row = {"Id": guid(name, key), **fields}
        if name in {"articles", "customers", "salespricelists", "articleaccountcodings"}:
            row["ChangedUtc"] = self.stamp()
        elif name in CHANGED:
            row[CHANGED[name]] = self.stamp()
        identity = row["Id"]
        if name == "prices":
            row["ChangedUtc"] = self.stamp()
            del row["Id"]
        elif name == "accounts":
            del row["Id"]
        self.rows[name][identity] = row
        return row

    def _prices_of(self, customer_id: str | None) -> Callable[[Row], Row | None]:
        """Articles with the prices of a customer's list (a guess: the discount is in NetPriceWithDiscount)."""
        if not customer_id:
            return dict
        customer = self._one("customers", customer_id)
        prices = {
            row["ArticleId"]: row
            for row in self.rows["prices"].values()
            if row["SalesPriceListId"] == customer.get("SalesPriceListId")
        }

        def priced(article: Row) -> Row:
            special = prices.get(article["Id"])
            own = {name: special[name] for name in ("NetPrice", "GrossPrice")} if special else {}
            return {**article, **own}

        return priced

    def year_of(self, day: date) -> Row:
        """The financial year of a day."""
        for year in self.rows["fiscalyears"].values():
            if year["StartDate"][:10] <= day.isoformat() <= year["EndDate"][:10]:
                return year
        raise Refused(404, 3001, "FiscalYearDoesNotExist")

    def _year_by_id(self, one: str) -> Row:
        if one not in self.rows["fiscalyears"]:
            raise Refused(404, 3001, "FiscalYearDoesNotExist")
        return self.rows["fiscalyears"][one]

    def _in_year(self, name: str, row: Row, year: str) -> bool:
        if name == "accounts":
            return bool(row["FiscalYearId"] == year)
        return bool(self.year_of(date.fromisoformat(row["VoucherDate"][:10]))["Id"] == year)

    def _new_customer(self, body: Row) -> Row:
        number = body.get("CustomerNumber") or str(5000 + self.next_number("customers"))
        if any(row["CustomerNumber"] == number for row in self.rows["customers"].values()):
            raise Refused(409, 4000, f"Conflict: customer number {number} is already in use")
        if body["TermsOfPaymentId"] not in self.rows["termsofpayments"]:
            raise Refused(404, 3000, "terms of payment not found")
        return {"Id": guid("customers", number), **body, "CustomerNumber": number, "ChangedUtc": self.stamp()}

    def _replaced(self, row: Row, body: Row) -> Reply:
        """PUT: what is left out becomes null (measured); read-only fields stay."""
        kept = {name: row.get(name) for name in ("Id", "LastInvoiceDate", "CustomerNumber")}
        row.update(dict.fromkeys(row))
        row.update(body | {name: value for name, value in kept.items() if value is not None})
        row["ChangedUtc"] = self.stamp()
        return Reply(204, b"") if self.silent else Reply(200, dict(row))

    def _order(self, body: Row) -> Row:
        customer = self._one("customers", body["CustomerId"])
        for row in body.get("Rows", ()):
            self._one("articles", row["ArticleId"])
        number = self.next_number("orders")
        amount = round(sum(row["UnitPrice"] * row["Quantity"] for row in body.get("Rows", ())), 2)
        return {
            **body,
            "Id": guid("orders", number),
            "Number": number,
            "Amount": amount,
            "IncludesVat": customer["IsPrivatePerson"],
            "VatAmount": 0.0,
            "ModifiedUtc": self.stamp(),
        }

    # --- who may come in ---------------------------------------------------------------------------------------

    def _let_in(self, request: Request) -> None:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if self.access.get(token, self.clock() - timedelta(seconds=1)) <= self.clock():
            raise Refused(401, 4005, "AuthorizationException - Authorization has been denied for this request.")
        self._pace(request)
        needed = visma_spec.scopes(request)
        if needed and not needed & set(self.scopes.split()):
            raise Refused(403, 4006, f"NoAccessToScopes: one of {', '.join(sorted(needed))} is needed")

    def _pace(self, request: Request) -> None:
        """600 a minute for each end point; the wait stands in the text only."""
        times = self._times.setdefault(re.sub(r"/[0-9a-f-]{36}", "/*", request.path), deque())
        while times and self.clock() - times[0] >= timedelta(seconds=60):
            times.popleft()
        if len(times) >= REQUESTS_A_MINUTE:
            self.refused_for_pace += 1
            wait = 60 - int((self.clock() - times[0]).total_seconds())
            text = f"API calls quota exceeded! maximum admitted 600 per Minute. Try again in {wait} seconds."
            raise Refused(429, 4010, text)
        times.append(self.clock())

    def _identity(self, request: Request) -> Reply:
        if request.path == "/connect/authorize":
            return self._authorize(request.query)
        basic = base64.b64encode(f"{CLIENT}:{CLIENT_SECRET}".encode()).decode()
        if request.headers.get("Authorization") != f"Basic {basic}":
            return Reply(400, {"error": "invalid_client"})
        if request.path == "/connect/revocation":
            self.revoked.append(request.body["token"])
            self.refresh.discard(request.body["token"])
            return Reply(200, b"")
        match request.body:
            case {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect} if (
                self.codes.pop(code, None) == redirect
            ):
                return Reply(200, self.issue())
            case {"grant_type": "refresh_token", "refresh_token": refresh} if refresh in self.refresh:
                if self.rotates:
                    self.refresh.discard(refresh)
                return Reply(200, self.issue(None if self.rotates else refresh))
        return Reply(400, {"error": "invalid_grant"})

    def _authorize(self, query: Mapping[str, str]) -> Reply:
        wanted = {"client_id", "redirect_uri", "response_type", "scope", "state", "acr_values", "prompt"}
        if wanted - query.keys() or query["client_id"] != CLIENT:
            return Reply(400, b"unauthorized_client")
        code = f"code-{len(self.codes)}-{self.next_number('codes')}"
        self.codes[code] = query["redirect_uri"]
        back = urlencode({"code": code, "state": query["state"], "scope": query["scope"]})
        return Reply(302, b"", {"Location": f"{query['redirect_uri']}?{back}"})

    def issue(self, refresh: str | None = None) -> Row:
        """A new token, an hour long; long as a JWT is."""
        self._issued += 1
        access = f"eyJ{guid('access', self._issued)}" + "x" * 1400
        refresh = refresh or f"refresh-{guid('refresh', self._issued)}"
        self.access[access] = self.clock() + timedelta(hours=1)
        self.refresh.add(refresh)
        return {
            "access_token": access,
            "expires_in": 3600,
            "token_type": "Bearer",
            "refresh_token": refresh,
            "scope": self.scopes,
        }
