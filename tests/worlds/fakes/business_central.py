"""A stateful Business Central: lists, versions, batches, journals, sales, sign-in, and our extension or none.

Every request and every answer is judged against the derived description (`business_central_spec`); what it does not
allow ends up in `complaints`. What posting does is in `business_central_rules` and `business_central_sales`.
"""

from __future__ import annotations

import base64
import copy
import hashlib
from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qsl, unquote, urlencode

from tests.worlds.clock import Clock
from tests.worlds.fakes import business_central_odata as odata
from tests.worlds.fakes import business_central_spec as judge
from tests.worlds.fakes.business_central_rules import Ledger, Refused, Row, Setup, dialog, guid, ore
from tests.worlds.fakes.business_central_sales import KINDS, Sales, lines_of
from tests.worlds.fakes.server import FakeServer, Reply, Request
from tests.worlds.fakes.windows import WindowsLogon

CLIENT, CLIENT_SECRET, TENANT = "11111111-2222-4333-8444-555555555555", "s3cret~s3cret~s3cret~s3cret", "butiken.se"
COMPANY, TENANT_ID = guid("company"), guid("tenant")
AT_MOST, WITHIN = 6000, timedelta(minutes=5)
OURS = ("priceListLines", "itemReferences", "locationStocks", "journalSetups")
"""The lists of our extension."""
OUR_FIELDS: Mapping[str, tuple[str, ...]] = {
    "priceListLines": (
        "id",
        "priceListCode",
        "itemNumber",
        "startingDate",
        "endingDate",
        "minimumQuantity",
        "unitPrice",
        "priceIncludesTax",
        "unitOfMeasureCode",
        "currencyCode",
    ),
    "itemReferences": ("id", "itemNumber", "referenceNumber", "unitOfMeasureCode"),
    "locationStocks": ("itemNumber", "locationCode", "quantity"),
    "journalSetups": ("id", "code", "copyVatSetup", "balancingAccountNumber", "numberSeries"),
}
LISTS = (
    *("accounts", "items", "itemCategories", "customers", "taxGroups", "dimensions", "accountingPeriods"),
    *("generalLedgerSetup", "companyInformation", "journals", "customerPaymentJournals", "paymentMethods"),
    *("locations", "salesInvoices", "salesCreditMemos", "salesOrders"),
)
CODES = {"documentNumber", "externalDocumentNumber", "number", "code", "accountNumber"}


class BusinessCentral(FakeServer):
    """The business system. `rows[list][id]` is what stands there; `lines[journal id]` what is not posted."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock
        self._now = clock
        self.setup = Setup()
        self.rows: dict[str, dict[str, Row]] = {name: {} for name in (*LISTS, *OURS)}
        self.values: dict[str, dict[str, Row]] = {}
        self.lines: dict[str, list[Row]] = {}
        self.ledger = Ledger(self.setup)
        self.sales = Sales(self.rows, self.ledger, self.setup)
        self.sales.check_date = self._check_date
        self.companies = [{"id": COMPANY, "name": "HORNAN", "displayName": "Hörnans Livs AB"}]
        self.environments = ["Production", "Sandbox"]
        self.extension = True
        self.page_limit = 20_000
        self.journals_find_payments = True
        """Whether `journals(id)` finds a payment journal: read out of Microsoft's source, not seen on a server."""
        self.complaints: list[str] = []
        self.refused_for_pace = 0
        self.windows: WindowsLogon | None = None
        """How Windows signs connections in, on a server of one's own that is set so."""
        self.user = ("BUTIK", "nyckel-nyckel-nyckel-nyckel-nyckel-nyckel-12")
        self.app_is_known = True
        self.access: dict[str, datetime] = {}
        self.refresh: set[str] = set()
        self.codes: dict[str, tuple[str, str]] = {}
        self._times: deque[datetime] = deque()
        self._made = 0

    # --- requests ----------------------------------------------------------------------------------------------

    def answer(self, request: Request) -> Reply:
        """See `FakeServer.answer`."""
        if "/oauth2/" in request.path:
            return self._identity(request)
        if request.path.endswith("/.well-known/openid-configuration"):
            return self._about_tenant(request.path.split("/")[1])
        try:
            self._let_in(request)
            return self._answer(request)
        except Refused as refused:
            return refused.reply()

    def admitted(self, handler: BaseHTTPRequestHandler) -> bool:
        """See `FakeServer.admitted`: Windows signs in the connection, everything else each request."""
        return self.windows is None or self.windows.admitted(handler)

    def _let_in(self, request: Request) -> None:
        kind, _, value = request.headers.get("Authorization", "").partition(" ")
        if self.windows:
            known = True
        elif kind == "Basic":
            known = base64.b64decode(value).decode() == ":".join(self.user)
        else:
            known = self.access.get(value, self.clock() - timedelta(seconds=1)) > self.clock() and self.app_is_known
        if not known:
            said = "The server has rejected the client credentials."
            raise Refused(401, "Authentication_InvalidCredentials", said)
        now = self._now.now
        while self._times and now - self._times[0] > WITHIN:
            self._times.popleft()
        if len(self._times) >= AT_MOST:
            self.refused_for_pace += 1
            raise Refused(429, "Application_TooManyRequests", "Too many requests reached.")
        self._times.append(now)

    def _answer(self, request: Request) -> Reply:
        path = unquote(request.path)
        if path.startswith(("/admin/", "/environments/")):
            named = [{"name": name, "type": "Production", "aadTenantId": TENANT_ID} for name in self.environments]
            return Reply(200, {"value": named})
        environment, _, rest = path.partition("/api/")
        if path.startswith("/v2.0/") and environment.rpartition("/")[2] not in self.environments:
            raise Refused(404, "NoEnvironment", "Environment does not exist.")
        if rest == "v2.0/companies":
            return Reply(200, {"value": [dict(one) for one in self.companies]})
        if rest == "v2.0/$batch":
            return Reply(200, {"responses": self._batch(request)})
        ours = rest.startswith("joboffice/till/v1.0/")
        company, _, rest = rest.removeprefix("joboffice/till/v1.0/").removeprefix("v2.0/").partition("/")
        if company != f"companies({COMPANY})":
            raise Refused(404, "Internal_CompanyNotFound", "Cannot find the company.")
        words = rest.split("/")
        if ours:
            return self._ours(words, request)
        return self._judged(request.method, words, request)

    def _judged(self, method: str, words: list[str], request: Request) -> Reply:
        wrong = list(judge.about_request(method, words, request.query, request.body))
        if wrong:
            self.complaints += wrong
            raise Refused(400, "BadRequest_NotFound", "; ".join(wrong)[:500])
        reply = self._at(method, words, request)
        body = reply.body if isinstance(reply.body, dict) else {}
        for row in body.get("value", [body])[:3]:
            self.complaints += list(judge.about_answer(words, row))
        return reply

    def _ours(self, words: list[str], request: Request) -> Reply:
        """Our extension: a server without it does not know the address."""
        name = words[0].partition("(")[0]
        if self.extension and name == "paymentJournals" and words[-1] == "Microsoft.NAV.post":
            self.post_journal(self.rows["customerPaymentJournals"][_parted(words[0])[1]])
            return Reply(204, b"")
        if not self.extension or name not in OURS:
            raise Refused(404, "BadRequest_NotFound", f"No HTTP resource was found that matches '{request.path}'.")
        unknown = set(request.query.get("$select", "").split(",")) - {*OUR_FIELDS[name], ""}
        if unknown:
            self.complaints.append(f"our {name} has no {unknown}")
        if name == "journalSetups":
            rows: list[Row] = [self._journal_setup(one) for one in self.rows["journals"].values()]
        else:
            rows = list(self.rows[name].values())
        return Reply(200, self._page(rows, request, dict.fromkeys(OUR_FIELDS[name], "")))

    def _journal_setup(self, journal: Row) -> Row:
        told = {"id": journal["id"], "code": journal["code"], "copyVatSetup": journal["code"] in self.setup.copies_vat}
        series = self.setup.number_series.get(journal["code"], "")
        return told | {"balancingAccountNumber": journal.get("balancingAccountNumber", ""), "numberSeries": series}

    def _page(self, rows: list[Row], request: Request, defaults: Row) -> Row:
        wanted = request.headers.get("Prefer", "").partition("odata.maxpagesize=")[2]
        most = min(self.page_limit, int(wanted) if wanted.isdigit() else self.page_limit)
        return odata.page(rows, request.query, most, self.address + request.path, defaults)

    def _at(self, method: str, words: list[str], request: Request) -> Reply:
        """A request on a path after the company."""
        name, one = _parted(words[0])
        entity = judge.entity_of(words)
        assert entity is not None
        defaults = entity.defaults()
        if method == "GET" and words[-1].endswith(")"):
            return Reply(200, odata.chosen(self._find(words), request.query, defaults))
        if method == "GET":
            return Reply(200, self._page(self._list(words), request, defaults))
        if words[-1].startswith("Microsoft.NAV."):
            self._post(name, self._find(words[:1]))
            return Reply(204, b"")
        if method == "POST":
            made = self._create(words, name, one, dict(request.body))
            return Reply(201, odata.chosen(made, {}, defaults))
        row = self._find(words)
        odata.check_version(row, request.headers)
        if method == "DELETE":
            self._delete(words, row)
            return Reply(204, b"")
        row.update(request.body)
        row["_version"] = row.get("_version", 1) + 1
        row["lastModifiedDateTime"] = self._stamp()
        return Reply(200, odata.chosen(row, {}, defaults))

    def _list(self, words: list[str]) -> list[Row]:
        name, one = _parted(words[0])
        part = words[1] if len(words) > 1 else ""
        if name == "generalLedgerEntries":
            return self.ledger.entries
        if part == "dimensionValues":
            return list(self.values.get(one, {}).values())
        if part == "journalLines":
            return [row for row in self.lines.get(one, []) if "_customer" not in row]
        if part == "customerPayments":
            return [row for row in self.lines.get(one, []) if "_customer" in row]
        return list(self.rows[name].values())

    def _find(self, words: list[str]) -> Row:
        one = _parted(words[-1])[1]
        parent = [*words[:-1], words[-1].partition("(")[0]]
        if len(parent) == 1 and one in self.rows.get(parent[0], ()):
            return self.rows[parent[0]][one]
        payments = parent == ["journals"] and self.journals_find_payments
        more: list[Row] = list(self.rows["customerPaymentJournals"].values()) if payments else []
        for row in [*self._list(parent), *more]:
            if row["id"] == one:
                return row
        raise Refused(404, "Internal_RecordNotFound", f"The {parent[-1]} cannot be found.")

    def _delete(self, words: list[str], row: Row) -> None:
        name, one = _parted(words[0])
        if len(words) > 1:
            self.lines[one].remove(row)
        else:
            if name in KINDS and row["status"] != "Draft":
                raise dialog("You cannot delete a posted document.")
            del self.rows[name][row["id"]]

    def _stamp(self) -> str:
        return self._now.now.strftime("%Y-%m-%dT%H:%M:%SZ")

    # --- what is made ------------------------------------------------------------------------------------------

    def _create(self, words: list[str], name: str, one: str, body: Row) -> Row:
        if len(words) > 1:
            return self._add_line(words[1], self.rows[name][one], body)
        if name in KINDS:
            return self.sales.create(name, body)
        body = {key: value.upper() if key in CODES and isinstance(value, str) else value for key, value in body.items()}
        if any(row.get("number") == body.get("number") for row in self.rows[name].values()):
            said = f"The record already exists. Identification fields and values: No.='{body['number']}'"
            raise Refused(400, "Internal_EntityWithSameKeyExists", said)
        return self.add(name, body, key=("made", self._next()))

    def _next(self) -> int:
        self._made += 1
        return self._made

    def add(self, name: str, row: Row, *, key: object = "") -> Row:
        """A row of a list, as if it had always been there."""
        made = {"id": guid(name, key or row.get("number") or row.get("code")), "lastModifiedDateTime": self._stamp()}
        self.rows[name][made["id"]] = made | {"blocked": "_x0020_"} | row if name == "customers" else made | row
        return self.rows[name][made["id"]]

    def _add_line(self, part: str, journal: Row, body: Row) -> Row:
        lines = self.lines.setdefault(journal["id"], [])
        row: Row = {"id": guid("line", self._next()), "lineNumber": 10_000 * (len(lines) + 1), "amount": 0}
        row |= {"journalId": journal["id"], "description": "", "balancingAccountNumber": "", "accountType": ""} | body
        for name in ("documentNumber", "externalDocumentNumber"):
            row[name] = str(body.get(name, "")).upper()
        if part == "customerPayments":
            row |= {
                "_customer": body["customerNumber"],
                "_invoice": self.sales.invoice(body["appliesToInvoiceId"])["id"],
            }
            row |= {"balancingAccountNumber": journal.get("balancingAccountNumber", "")}
        elif row["accountType"] == "G_x002F_L_x0020_Account":
            row["balancingAccountNumber"] = journal.get("balancingAccountNumber", "")
            self.account(row["accountNumber"])
            for one in body.get("dimensionSetLines", ()):
                self._check_dimension(one)
        lines.append(row)
        return row

    def account(self, number: str) -> Row:
        """An account of the chart."""
        for row in self.rows["accounts"].values():
            if row["number"] == number:
                return row
        said = f"The field Account No. of table Gen. Journal Line contains a value ({number}) that cannot be found in"
        raise Refused(400, "Internal_InvalidTableRelation", f"{said} the related table (G/L Account).")

    def _check_dimension(self, one: Row) -> None:
        known = {
            row["code"]: {value["code"] for value in self.values.get(row["id"], {}).values()}
            for row in self.rows["dimensions"].values()
        }
        if one["valueCode"] not in known.get(one["code"], ()):
            said = 'The "valueCode" does not match to a Dimension Value.'
            raise Refused(400, "Application_DialogException", said)

    # --- posting -----------------------------------------------------------------------------------------------

    def _post(self, name: str, row: Row) -> None:
        if name in KINDS:
            self.sales.post(name, row)
        else:
            self.post_journal(row)

    def post_journal(self, journal: Row) -> None:
        """Everything that stands in it, or nothing."""
        lines = self.lines.get(journal["id"], [])
        if not lines:
            raise dialog("There is nothing to post.")
        by_document: dict[tuple[str, str], list[Row]] = {}
        for line in lines:
            self._check_date(line["postingDate"])
            by_document.setdefault((line["postingDate"], line["documentNumber"]), []).append(line)
        for (_, number), some in by_document.items():
            if sum(ore(line["amount"]) for line in some if not line["balancingAccountNumber"]):
                raise dialog(f"Document No. {number} is out of balance. Please check that it is correct.")
            for line in some:
                self._check_line(line)
                if "_customer" in line and not self.rows["salesInvoices"][line["_invoice"]]["_open"]:
                    raise dialog("There is no Cust. Ledger Entry within the filter. Filters: Open: Yes")
        series = self.setup.posting_series.get(journal["code"])
        for (day, number), some in by_document.items():
            self._book(journal, day, self.ledger.next_number(series) if series else number, some)
        self.lines[journal["id"]] = []

    def _check_line(self, line: Row) -> None:
        if line["accountType"] != "G_x002F_L_x0020_Account":
            return
        account = self.account(line["accountNumber"])
        if account["blocked"]:
            raise dialog(f"Blocked must be equal to 'No' in G/L Account: No.={account['number']}. It is 'Yes'.")
        if not account["directPosting"]:
            raise dialog(f"Direct Posting must be equal to 'Yes' in G/L Account: No.={account['number']}. It is 'No'.")

    def _check_date(self, day: str) -> None:
        setup = next(iter(self.rows["generalLedgerSetup"].values()))
        first, last = setup["allowPostingFrom"], setup["allowPostingTo"]
        if (first > "1" and day < first) or (last > "1" and day > last):
            raise dialog("Posting Date is not within your range of allowed posting dates.")

    def _book(self, journal: Row, day: str, number: str, lines: list[Row]) -> None:
        for line in lines:
            kind, amount = "_x0020_", ore(line["amount"])
            if "_customer" in line:
                invoice = self.rows["salesInvoices"][line["_invoice"]]
                self.sales.settle(invoice, -amount)
                rows, kind = [(self.setup.receivables, amount)], "Payment"
            elif line["accountType"] == "Customer":
                self.sales.apply_to_oldest(line["accountNumber"], amount)
                rows = [(self.setup.receivables, amount)]
            else:
                rows = self.ledger.of_line(line, journal["code"])
            if line["balancingAccountNumber"]:
                rows.append((line["balancingAccountNumber"], -amount))
            self.ledger.book(day, number, kind, line["description"], rows)

    # --- $batch ------------------------------------------------------------------------------------------------

    def _batch(self, request: Request) -> list[Row]:
        """One after the other until one fails; with `Isolation: snapshot` all is taken back then."""
        parts = request.body["requests"]
        if len(parts) > 100:
            raise Refused(500, "Internal_ServerError", "The batch has too many operations.")
        before = {name: dict(some) for name, some in self.rows.items()}, copy.deepcopy(self.lines)
        booked = len(self.ledger.entries)
        answers: list[Row] = []
        for part in parts:
            company, _, rest = part["url"].partition("/")
            if company != f"companies({COMPANY})":
                self.complaints.append(f"a batch with the address {part['url']}")
            rest, _, query = rest.partition("?")
            inner = Request(part["method"], "", dict(parse_qsl(query)), part.get("headers", {}), part.get("body"))
            try:
                reply = self._judged(part["method"], rest.split("/"), inner)
            except Refused as refused:
                reply = refused.reply()
            answers.append({"id": part["id"], "status": reply.status, "headers": {}, "body": reply.body or None})
            if reply.status >= 400:
                if request.headers.get("Isolation") == "snapshot":
                    self._restore(*before)
                    del self.ledger.entries[booked:]
                break
        return answers

    def _restore(self, rows: dict[str, dict[str, Row]], lines: dict[str, list[Row]]) -> None:
        for name, some in rows.items():
            self.rows[name].clear()
            self.rows[name].update(some)
        self.lines = lines

    # --- Entra -------------------------------------------------------------------------------------------------

    def _identity(self, request: Request) -> Reply:
        if request.path.endswith("/authorize"):
            return self._consent(request)
        body = request.body
        secret = base64.b64encode(f"{CLIENT}:{CLIENT_SECRET}".encode()).decode()
        basic = request.headers.get("Authorization", "")
        if basic != f"Basic {secret}" and (basic or body.get("client_id") != CLIENT):
            return Reply(401, {"error": "invalid_client", "error_description": "AADSTS7000215: Invalid client secret"})
        match body:
            case {"grant_type": "client_credentials"} if basic:
                return self._token(refresh=False)
            case {"grant_type": "refresh_token", "refresh_token": refresh} if refresh in self.refresh:
                self.refresh.discard(refresh)
                return self._token(refresh=True)
            case {"grant_type": "authorization_code", "code": code, "code_verifier": verifier} if code in self.codes:
                wanted, redirect = self.codes.pop(code)
                made = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
                if (made, body.get("redirect_uri")) == (wanted, redirect):
                    return self._token(refresh=True)
        return Reply(400, {"error": "invalid_grant", "error_description": "AADSTS70008: The token has expired"})

    def _about_tenant(self, tenant: str) -> Reply:
        if tenant not in {TENANT, TENANT_ID}:
            said = f"AADSTS90002: Tenant '{tenant}' not found."
            return Reply(400, {"error": "invalid_tenant", "error_description": said})
        return Reply(200, {"issuer": f"https://login.microsoftonline.com/{TENANT_ID}/v2.0"})

    def _consent(self, request: Request) -> Reply:
        """A person says yes at once."""
        query = request.query
        if query.get("client_id") != CLIENT or "offline_access" not in query.get("scope", ""):
            return Reply(400, b"AADSTS700016")
        code = f"kod-{self._next()}-{guid('code', self._made)}"
        self.codes[code] = (query["code_challenge"], query["redirect_uri"])
        target = query["redirect_uri"] + "?" + urlencode({"code": code, "state": query["state"]})
        return Reply(302, b"", {"Location": target})

    def _token(self, *, refresh: bool) -> Reply:
        number = self._next()
        access = f"eyJ0eXAi.{guid('access', number)}.{number}" + "x" * 1200
        self.access[access] = self.clock() + timedelta(hours=1)
        body: Row = {"access_token": access, "token_type": "Bearer", "expires_in": 3600}
        if refresh:
            body["refresh_token"] = f"0.AXoA-{guid('refresh', number)}"
            self.refresh.add(body["refresh_token"])
        return Reply(200, body)


def _parted(word: str) -> tuple[str, str]:
    """`journals(id)` -> ("journals", "id")."""
    name, _, one = word.partition("(")
    return name, one.removesuffix(")")


__all__ = ["BusinessCentral", "Row", "Setup", "guid", "lines_of"]
