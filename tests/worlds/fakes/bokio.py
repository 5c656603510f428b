"""A stateful Bokio: its books, its paging and filters, its tokens and its rate limit.

Every request and every answer is judged against the vendor's OpenAPI file (`bokio_spec`); what it does not allow ends
up in `complaints`. Rules without a source in the file or in `field/business-systems.md` 12 are marked as guesses.
"""

from __future__ import annotations

import re
import uuid
from collections import Counter, deque
from datetime import date, datetime, timedelta
from typing import Any

from msgspec import Struct

from tests.worlds.clock import Clock
from tests.worlds.fakes import bokio_spec
from tests.worlds.fakes.server import FakeServer, Reply, Request

Row = dict[str, Any]

REQUESTS_A_MINUTE = 200
TOKEN = "bokio-privat-0123456789-0123456789"
LISTS = ("journal-entries", "invoices", "credit-notes", "items", "customers", "fiscal-years", "tag-groups", "uploads")
CLAIMS = 1510
VAT = {25: 2611, 12: 2621, 6: 2631}
AUTOMATIC = {25: 3001, 12: 3002, 6: 3003, 0: 3004}
"""The account of sold goods by VAT rate: a guess (BAS); that it cannot be named on a row is in the file."""


def guid(*words: object) -> str:
    """The same id for the same words."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, repr(words)))


COMPANY = guid("company")


class Refused(Exception):
    """Bokio says no."""

    def __init__(self, status: int, code: str, message: str, *fields: tuple[str, str]) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.fields = status, code, message, fields

    def reply(self, *, wrapped: bool) -> Reply:
        """The answer, flat as in the file or wrapped as in the notes."""
        body: Row = {"code": self.code, "message": self.message, "bokioErrorId": guid("error", self.message)}
        if self.fields:
            body["errors"] = [{"field": field, "message": why} for field, why in self.fields]
        return Reply(self.status, {"error": body} if wrapped else body)


class Shape(Struct):
    """Where file and notes differ."""

    list_key: str = "items"
    wrapped_errors: bool = False
    tells_pages: bool = True
    records_at_once: bool = False


class Bokio(FakeServer):
    """The business system. `rows[list][id]` is what stands there."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock
        self._now = clock
        self.shape = Shape()
        self.rows: dict[str, dict[str, Row]] = {name: {} for name in LISTS}
        self.files: dict[str, bytes] = {}
        """The content of uploads."""
        self.payments: dict[str, list[Row]] = {}
        self.chart: dict[int, str] = {}
        self.company: Row = {"id": COMPANY, "name": "Hörnans Livs AB", "organizationNumber": "556677-8899"}
        self.token = TOKEN
        self.lacks: set[str] = set()
        self.has_tags = True
        self.complaints: list[str] = []
        self.refused_for_pace = 0
        self.by_hand: set[str] = set()
        self._times: deque[datetime] = deque()
        self._made = 0

    # --- requests ----------------------------------------------------------------------------------------------

    def answer(self, request: Request) -> Reply:
        """See `FakeServer.answer`."""
        try:
            self._let_in(request)
            wrong = list(bokio_spec.about_request(request))
            if wrong:
                self.complaints += wrong
                raise Refused(400, "validation-error", "; ".join(wrong)[:500])
            reply = self._answer(request)
        except Refused as refused:
            return refused.reply(wrapped=self.shape.wrapped_errors)
        self.complaints += bokio_spec.about_answer(request, reply)
        return reply

    def _let_in(self, request: Request) -> None:
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            raise Refused(401, "unauthorized", "The token is not valid")
        now = self._now.now
        while self._times and now - self._times[0] > timedelta(seconds=60):
            self._times.popleft()
        if len(self._times) >= REQUESTS_A_MINUTE:
            self.refused_for_pace += 1
            raise Refused(429, "too-many-requests", "Rate limit exceeded")
        self._times.append(now)
        operation = bokio_spec.known(request)
        if operation and operation.scope in self.lacks:
            raise Refused(403, "forbidden", f"The token does not have the scope {operation.scope}")
        if not request.path.startswith(f"/v1/companies/{COMPANY}"):
            gone = request.path.split("/")[3]
            raise Refused(404, "not-found", f"The requested resource with value {gone} was not found")

    def _answer(self, request: Request) -> Reply:
        words = request.path.removeprefix(f"/v1/companies/{COMPANY}/").split("/")
        body = request.body
        match [request.method, *words]:
            case ["GET", "company-information"]:
                return Reply(200, {"companyInformation": self.company})
            case ["GET", "chart-of-accounts"]:
                named = {"accountType": "basePlanAccount"}
                return Reply(200, [{"account": one, "name": name, **named} for one, name in self.chart.items()])
            case ["GET", "tag-groups"] if not self.has_tags:
                feature = {"requiredFeature": "Tags", "availableIn": ["Business"]}
                said = {"error": "price_plan_feature_required", "message": "Tags are not in the plan"}
                return Reply(403, said | {"details": feature})
            case ["GET", name] if name in LISTS:
                return self._list(list(self.rows[name].values()), request)
            case ["GET", "invoices", one, "payments"]:
                return self._list(self.payments.get(self._one("invoices", one)["id"], []), request)
            case ["GET", name, one] if name in LISTS:
                return Reply(200, dict(self._one(name, one)))
            case ["POST", "uploads"]:
                return Reply(200, self._uploaded(body))
            case ["POST", "journal-entries"]:
                return Reply(200, self.book(body["title"], body["date"], body["items"]))
            case ["POST", "journal-entries", one, "reverse"]:
                return Reply(200, self._reversed(self._one("journal-entries", one)))
            case ["POST", "invoices"]:
                return Reply(200, self._drafted("invoices", body | {"type": "invoice"}, "invoiceDate"))
            case ["DELETE", ("invoices" | "credit-notes") as name, one]:
                self._draft(self._one(name, one))
                del self.rows[name][one]
                return Reply(204, b"")
            case ["PUT", "credit-notes", one]:
                return Reply(200, self._changed(self._draft(self._one("credit-notes", one)), body))
            case ["POST", ("invoices" | "credit-notes") as name, one, "publish"]:
                return Reply(200, self.published(self._draft(self._one(name, one))))
            case ["POST", ("invoices" | "credit-notes") as name, one, "record"]:
                return Reply(200, self.recorded(self._one(name, one)))
            case ["POST", "invoices", one, "credit"]:
                return Reply(200, self._credited(self._one("invoices", one)))
            case ["POST", "invoices", one, "payments"]:
                return Reply(200, self.paid(self._one("invoices", one), body))
            case ["POST", "invoices", one, "payments", payment, "record"]:
                found = [row for row in self.payments[self._one("invoices", one)["id"]] if row["id"] == payment]
                return Reply(200, self.recorded(found[0]))
        raise Refused(404, "not-found", f"no such resource: {request.path}")

    def _list(self, rows: list[Row], request: Request) -> Reply:
        page, size = int(request.query.get("page", 1)), int(request.query.get("pageSize", 25))
        for condition in filter(None, request.query.get("query", "").split("&&")):
            rows = [row for row in rows if _matches(row, condition)]
        body = {
            "totalItems": len(rows),
            "totalPages": -(-len(rows) // size),
            "currentPage": page,
            self.shape.list_key: [dict(row) for row in rows[(page - 1) * size : page * size]],
        }
        if not self.shape.tells_pages:
            del body["totalPages"]
        return Reply(200, body)

    def _one(self, name: str, one: str) -> Row:
        if one not in self.rows[name]:
            raise Refused(404, "not-found", f"The requested resource with value {one} was not found")
        return self.rows[name][one]

    # --- the books ---------------------------------------------------------------------------------------------

    def book(self, title: str, day: str, items: list[Row], *, by_hand: bool = False, **more: Any) -> Row:
        """A journal entry, made by a person when `by_hand`."""
        if not by_hand:
            self._open_year(day)
            for number, item in enumerate(items):
                if item["account"] not in self.chart:
                    why = f"Account {item['account']} does not exist"
                    raise Refused(400, "validation-error", "Validation failed", (f"#/items/{number}/account", why))
            if round(sum(item["debit"] - item["credit"] for item in items), 2):
                raise Refused(400, "validation-error", "The journal entry does not balance", ("#/items", "Balance"))
        number = self._next()
        rows = [{"id": place, "tags": []} | self._tagged(item) for place, item in enumerate(items, 1)]
        entry: Row = {"id": guid("entry", number), "title": title, "journalEntryNumber": f"V{number}", "date": day}
        entry |= {"items": rows, "tags": [], "reversingJournalEntryId": None, "reversedByJournalEntryId": None} | more
        self.rows["journal-entries"][entry["id"]] = entry
        if by_hand:
            self.by_hand.add(entry["id"])
        return entry

    def _tagged(self, item: Row) -> Row:
        known = {tag["id"]: (group, tag) for group in self.rows["tag-groups"].values() for tag in group["tags"]}
        for tag in item.get("tags", ()):
            if tag["tagId"] not in known:
                raise Refused(400, "validation-error", "Validation failed", ("#/items/tags", "Unknown tag"))
        return item

    def _reversed(self, entry: Row) -> Row:
        if entry["id"] in self.by_hand or entry["reversedByJournalEntryId"]:
            raise Refused(400, "operation-not-allowed", "The journal entry cannot be reversed")
        items = [row | {"debit": row["credit"], "credit": row["debit"]} for row in entry["items"]]
        made = self.book(entry["title"], entry["date"], items, reversingJournalEntryId=entry["id"])
        entry["reversedByJournalEntryId"] = made["id"]
        return made

    def _open_year(self, day: str) -> None:
        for year in self.rows["fiscal-years"].values():
            if year["startDate"] <= day <= year["endDate"]:
                if year["status"] == "closed":
                    raise Refused(400, "validation-error", "No changes can be made in a closed fiscal year.")
                return
        raise Refused(400, "validation-error", "There is no fiscal year for the date", ("#/date", "No fiscal year"))

    def _uploaded(self, body: Row) -> Row:
        """A file; its description is its name when none is given. The bytes are the fake's own."""
        file, entry = body["file"], body.get("journalEntryId")
        if file["type"] not in {"application/pdf", "image/jpeg", "image/png"}:
            raise Refused(400, "validation-error", "Validation failed with 1 error", ("#/file", "Invalid file type."))
        if entry and entry not in self.rows["journal-entries"]:
            raise Refused(400, "validation-error", "Validation failed", ("#/journalEntryId", "Unknown journal entry"))
        row: Row = {"id": guid("upload", self._next()), "description": body.get("description") or file["name"]}
        row |= {"contentType": file["type"], "journalEntryId": entry}
        self.rows["uploads"][row["id"]] = row
        self.files[row["id"]] = file["data"]
        return row

    # --- invoices ----------------------------------------------------------------------------------------------

    def _drafted(self, name: str, body: Row, day: str) -> Row:
        self._open_year(body[day])
        number = self._next()
        row: Row = {"id": guid(name, number), "status": "draft", "invoiceNumber": None, "paidAmount": 0.0} | body
        row |= {"journalEntryRef": None, "publishedDateTime": None}
        if name == "invoices" and row["customerRef"]["id"] not in self.rows["customers"]:
            raise Refused(400, "validation-error", "Validation failed", ("#/customerRef/id", "Unknown customer"))
        self.rows[name][row["id"]] = counted = self._counted(row)
        return counted

    def _counted(self, row: Row) -> Row:
        """With what the rows come to: the total is without VAT, as in the file's examples."""
        for number, line in enumerate(row["lineItems"]):
            account, rate = line.get("bookkeepingAccountNumber"), line["taxRate"]
            if account and (account == AUTOMATIC.get(rate) or account not in self.chart):
                field = f"#/lineItems/{number}/bookkeepingAccountNumber"
                raise Refused(400, "validation-error", "Validation failed", (field, f"{account} cannot be set"))
        net = sum(line["quantity"] * line["unitPrice"] for line in row["lineItems"])
        tax = sum(line["quantity"] * line["unitPrice"] * line["taxRate"] / 100 for line in row["lineItems"])
        row["totalAmount"], row["totalTax"] = round(net, 2), round(round(net + tax, 2) - round(net, 2), 2)
        row["lineItems"] = [line | {"id": place} for place, line in enumerate(row["lineItems"], 1)]
        return row

    def _draft(self, row: Row) -> Row:
        if row["status"] != "draft":
            raise Refused(400, "operation-not-allowed", "Only drafts can be changed")
        return row

    def _changed(self, row: Row, body: Row) -> Row:
        row.update(self._counted({**row, **body}))
        return row

    def published(self, row: Row) -> Row:
        """Made an invoice: it has a number from now on."""
        row["status"], row["invoiceNumber"] = "published", f"F{self._next()}"
        row["publishedDateTime"] = self._now.now.isoformat()
        return self.recorded(row) if self.shape.records_at_once else row

    def recorded(self, row: Row) -> Row:
        """Booked, an invoice or a payment: its journal entry belongs to it (the accounts there are a guess)."""
        if row.get("status") == "draft" or row["journalEntryRef"]:
            raise Refused(400, "validation-error", "Action cannot be performed")
        day = row.get("invoiceDate") or row.get("creditDate") or row["date"]
        name = row.get("invoiceNumber") or "betalning"
        row["journalEntryRef"] = {"id": self.book(f"Faktura {name}", day, entry_of(row), by_hand=True)["id"]}
        return row

    def _credited(self, invoice: Row) -> Row:
        if invoice["status"] == "draft":
            raise Refused(400, "operation-not-allowed", "A draft cannot be credited")
        kept = {"customerRef": invoice["customerRef"], "orderNumberReference": invoice["orderNumberReference"]}
        today = self._now.now.date().isoformat()
        return self._drafted(
            "credit-notes",
            {
                **kept,
                "invoiceRef": {"id": invoice["id"], "invoiceNumber": invoice["invoiceNumber"]},
                "currency": "SEK",
                "creditDate": today,
                "dueDate": today,
                "lineItems": [dict(line) for line in invoice["lineItems"]],
            },
            "creditDate",
        )

    def paid(self, invoice: Row, body: Row) -> Row:
        """A payment, which is not in the books before it is recorded."""
        if invoice["status"] == "draft":
            raise Refused(400, "operation-not-allowed", "A draft cannot be paid")
        if body["bookkeepingAccountNumber"] not in self.chart:
            raise Refused(400, "validation-error", "Validation failed", ("#/bookkeepingAccountNumber", "No account"))
        payment = {"id": guid("payment", self._next()), "invoiceId": invoice["id"], "journalEntryRef": None} | body
        self.payments.setdefault(invoice["id"], []).append(payment)
        invoice["paidAmount"] = round(invoice["paidAmount"] + body["sumBaseCurrency"], 2)
        return self.recorded(payment) if self.shape.records_at_once else payment

    def _next(self) -> int:
        self._made += 1
        return self._made


def entry_of(row: Row) -> list[Row]:
    """The rows of the journal entry that Bokio makes of an invoice, a credit note or a payment, in kronor."""
    sums: Counter[int] = Counter()
    if "sumBaseCurrency" in row:
        amount = round(row["sumBaseCurrency"] * 100)
        sums.update({row["bookkeepingAccountNumber"]: amount, CLAIMS: -amount})
    sign = -1 if "creditDate" in row else 1
    for line in row.get("lineItems", ()):
        rate = line["taxRate"]
        gross = sign * round(line["quantity"] * line["unitPrice"] * (100 + rate))
        tax = round(gross * rate / (100 + rate))
        sums[CLAIMS] += gross
        sums[line.get("bookkeepingAccountNumber") or AUTOMATIC[rate]] -= gross - tax
        sums[VAT.get(rate, 0)] -= tax
    return [
        {"account": account, "debit": max(amount, 0) / 100, "credit": max(-amount, 0) / 100}
        for account, amount in sums.items()
        if amount
    ]


def _matches(row: Row, condition: str) -> bool:
    """One condition of a filter. Operations: those that the file's examples show, and their like."""
    found = re.fullmatch(r"(\w+?)(==|~|>|<)(.*)", condition)
    if not found:
        raise Refused(400, "validation-error", f"The query {condition} is not valid")
    field, operation, wanted = found.groups()
    there = str(row.get(field) or "")
    if operation == "~":
        return wanted.lower() in there.lower()
    if operation == "==":
        return there == wanted
    there_day, day = date.fromisoformat(there), date.fromisoformat(wanted)
    return there_day > day if operation == ">" else there_day < day
