"""A small company in Bokio, and the rig for the suite."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from connectors.bokio import DESCRIPTION, documents
from connectors.bokio.books import PAGE_SIZE
from connectors.bokio.connector import Bokio as Connector
from connectors.bokio.errors import FOUND_HERE
from connectors.bokio.invoices import is_credit
from connectors.bokio.options import BokioSettings
from synccenter.contract.model import (
    Document,
    DocumentKind,
    Invoice,
    Register,
    Voucher,
)
from tests.conformance.harm import Harm, harmed, move
from tests.conformance.suite import Needs
from tests.worlds import documents as documents_of_a_till
from tests.worlds.documents import voucher
from tests.worlds.fakes.bokio import AUTOMATIC, COMPANY, REQUESTS_A_MINUTE, TOKEN, Bokio, Refused, Row, guid
from tests.worlds.fakes.server import REFUSAL_TEXT, FakeServer, Reply
from tests.worlds.session import Surroundings, decoded

ACCOUNTS = (1510, 1686, 1910, 1930, 2421, 2611, 2621, 2631, 3001, 3002, 3003, 3004, 3740)
RECEIVABLES = 1510


class BokioRig:
    """See `conformance.Rig`."""

    description = DESCRIPTION
    page_size = PAGE_SIZE
    limit = REQUESTS_A_MINUTE
    unseen: Collection[Harm] = ()
    concerns_all: Collection[str] = ("BOK02", "BOK03", "BOK04", "BOK06", "BOK13")
    raised_elsewhere: Collection[str] = tuple(entry.code for entry in FOUND_HERE)
    centre = "HORN"
    server: FakeServer | None

    def __init__(self, world: Surroundings) -> None:
        self.world = world
        self.bokio = Bokio(world.server_clock)
        self.server = self.bokio
        self.options: dict[str, Any] = {}
        world.secrets.set("token", TOKEN)
        _set_up(self.bokio)

    def connector(self) -> Connector:
        """A new connector, on the settings as they are now."""
        return Connector(self.world.session(decoded(BokioSettings, self.values())))

    def values(self) -> Mapping[str, Any]:
        """See `Rig.values`."""
        return {
            "address": self.bokio.address + "/v1",
            "company_id": COMPANY,
            "timeout": self.world.timeout,
            **self.options,
        }

    def seed(self, register: Register, count: int) -> None:
        """See `Rig.seed`."""
        if register is Register.ACCOUNTS:
            self.bokio.chart = {4000 + number: f"Konto {4000 + number}" for number in range(1, count + 1)}
            return
        name = _LIST[register]
        self.bokio.rows[name].clear()
        for number in range(1, count + 1):
            if register is Register.ARTICLES:
                add_item(self.bokio, f"A{number} Vara {number}", key=number)
            else:
                add_customer(self.bokio, f"Kund {number}", key=number)

    def touch(self, register: Register, number: int) -> None:
        """See `Rig.touch`: nothing is fetched by what has changed."""

    def remove(self, register: Register, number: int) -> None:
        """See `Rig.remove`."""
        if register is Register.ACCOUNTS:
            del self.bokio.chart[4000 + number]
        else:
            del self.bokio.rows[_LIST[register]][guid(_LIST[register], number)]

    def key(self, register: Register, number: int) -> object:
        """See `Rig.key`."""
        return 4000 + number if register is Register.ACCOUNTS else guid(_LIST[register], number)

    def path(self, register: Register) -> str:
        """See `Rig.path`."""
        return f"/v1/companies/{COMPANY}/{_LIST[register]}"

    def document(self, kind: DocumentKind, number: int = 1) -> Document:
        """See `Rig.document`."""
        return DOCUMENTS[kind](number)

    def books(self, document: Document) -> int:
        """See `Rig.books`: an invoice that is not recorded and paid in full counts as a hundred."""
        if isinstance(document, Voucher):
            return len(self._entries(document.reference))
        assert isinstance(document, Invoice)
        name = "credit-notes" if is_credit(document) else "invoices"
        found = [one for one in self.bokio.rows[name].values() if one["orderNumberReference"] == document.reference]
        if is_credit(document):
            payouts = self._entries(f"Utbetalning {document.reference}")
            whole = len(payouts) == len(found) and all(one["journalEntryRef"] for one in found)
            return len(found) if whole else 100
        return sum(1 if self._settled(one, document) else 100 for one in found)

    def _settled(self, invoice: Row, document: Invoice) -> bool:
        total = round(invoice["totalAmount"] + invoice["totalTax"], 2)
        payments = self.bokio.payments.get(invoice["id"], [])
        return (
            bool(invoice["journalEntryRef"])
            and round(invoice["paidAmount"] + document.owed / 100, 2) == total
            and all(one["journalEntryRef"] for one in payments)
        )

    def _entries(self, reference: str) -> list[Row]:
        entries = self.bokio.rows["journal-entries"].values()
        return [
            one
            for one in entries
            if documents.carries(one["title"], reference)
            and not (one["reversedByJournalEntryId"] or one["reversingJournalEntryId"])
        ]

    def prepare(self, needs: Needs) -> Mapping[str, str]:
        """See `Rig.prepare`. Customers of the till stand in Bokio under their number as their name."""
        for account in needs.accounts:
            self.bokio.chart[account] = f"Konto {account}"
        for customer in needs.customers:
            add_customer(self.bokio, customer)
        return {"posting.cash_customer": "Kontantkund"} if needs.kind is DocumentKind.INVOICE else {}

    def place(self, document: Document) -> bool:
        """See `Rig.place`."""
        if isinstance(document, Voucher):
            body = _plain(documents.journal_entry(document, guid))
            self.bokio.book(body["title"], body["date"], body["items"], by_hand=True)
            return True
        assert isinstance(document, Invoice)
        with self._year_open(document.date):
            row = self._by_hand(document)
            self.bokio.recorded(self.bokio.published(row))
            if is_credit(document):
                paid = _plain(documents.payout(document, RECEIVABLES))
                self.bokio.book(paid["title"], paid["date"], paid["items"], by_hand=True)
                return True
            for one in document.payments:
                payment = {"date": document.date.isoformat(), "sumBaseCurrency": one.amount / 100}
                self.bokio.recorded(self.bokio.paid(row, payment | {"bookkeepingAccountNumber": one.account}))
        return True

    def draft(self, document: Document) -> bool:
        """See `Rig.draft`: an invoice that nobody has published."""
        if isinstance(document, Invoice):
            self._by_hand(document)
        return isinstance(document, Invoice)

    def _by_hand(self, document: Invoice) -> Row:
        """A draft that somebody has made."""
        credit = is_credit(document)
        made = documents.credit_note if credit else documents.invoice
        body = _plain(made(document, guid("by hand", document), tuple(AUTOMATIC.values())))
        name, day = ("credit-notes", "creditDate") if credit else ("invoices", "invoiceDate")
        kept = {"id": guid("by hand", len(self.bokio.rows[name])), "customerRef": {"id": CASH_CUSTOMER}}
        return self.bokio._drafted(name, body | kept, day)

    @contextmanager
    def _year_open(self, day: date) -> Iterator[None]:
        """What was booked in a year that is closed by now."""
        opened = self.bokio.rows["fiscal-years"]
        before, year = dict(opened), guid("fiscal-years", day.year)
        opened[year] = opened[year] | {"status": "open"}
        yield
        self.bokio.rows["fiscal-years"] = before

    def attached(self, document: Document) -> list[tuple[str, bytes]]:
        """See `AttachingRig.attached`."""
        entries = {entry["id"] for entry in self._entries(document.reference)}
        uploads = self.bokio.rows["uploads"].values()
        return [
            (one["description"], self.bokio.files[one["id"]]) for one in uploads if one["journalEntryId"] in entries
        ]

    def loose(self) -> int:
        """See `AttachingRig.loose`."""
        return sum(not one["journalEntryId"] for one in self.bokio.rows["uploads"].values())

    def attach_by_hand(self, document: Document) -> bool:
        """See `AttachingRig.attach_by_hand`."""
        (entry,) = self._entries(document.reference)
        row = {"id": "by-hand", "description": "kvitto.pdf", "contentType": "application/pdf"}
        self.bokio.rows["uploads"]["by-hand"] = row | {"journalEntryId": entry["id"]}
        self.bokio.files["by-hand"] = b"%PDF-eget"
        return True

    def spoil(self, document: Voucher | Invoice, harm: Harm) -> bool:
        """See `Rig.spoil`."""
        if isinstance(document, Voucher):
            now = harmed(document, harm)
            if now is None:
                return False
            body = _plain(documents.journal_entry(now, guid))
            self._entries(document.reference)[0].update(items=body["items"], date=body["date"])
            return True
        rows = self.bokio.rows["invoices"].values()
        row = next(one for one in rows if one["orderNumberReference"] == document.reference)
        return self._spoil_invoice(row, harm)

    def recentre(self, document: Voucher | Invoice) -> None:
        """See `KeepsCentres.recentre`."""
        row = next(row for row in self._entries(document.reference)[0]["items"] if row["tags"])
        row["tags"] = [{"tagId": guid("tag", "en annan"), "weight": 1}]

    def _spoil_invoice(self, row: Row, harm: Harm) -> bool:
        payments = self.bokio.payments.get(row["id"], [])
        entries = self.bokio.rows["journal-entries"]
        match harm:
            case Harm.SALES_MOVED | Harm.VAT_MOVED | Harm.VAT_REVERSED:
                return move(entries[row["journalEntryRef"]["id"]]["items"], "account", harm)
            case Harm.PAYMENT_MOVED:
                return move(entries[payments[0]["journalEntryRef"]["id"]]["items"], "account", harm)
            case Harm.PAYMENT_GONE:
                del entries[payments[0]["journalEntryRef"]["id"]]
            case Harm.PAYMENT_DOUBLED:
                entry = entries[payments[0]["journalEntryRef"]["id"]]
                entry["items"] = [*entry["items"], *entry["items"]]
            case Harm.EMPTIED:
                row.update(lineItems=[], totalAmount=0.0, totalTax=0.0)
            case Harm.NO_VAT:
                row["lineItems"] = [one | {"taxRate": 0} for one in row["lineItems"]]
                self.bokio._counted(row)
            case Harm.AMOUNT:
                first, *rest = row["lineItems"]
                row["lineItems"] = [first | {"unitPrice": first["unitPrice"] + 1}, *rest]
                self.bokio._counted(row)
            case Harm.DATE:
                row["invoiceDate"] = str(date.fromisoformat(row["invoiceDate"]) + timedelta(days=1))
            case Harm.CUSTOMER:
                add_customer(self.bokio, "En annan")
                row["customerRef"] = {"id": list(self.bokio.rows["customers"])[-1]}
            case Harm.UNPAID:
                row["paidAmount"] = 0.0
                payments.clear()
            case Harm.HALF_PAID:
                row["paidAmount"] = round(row["paidAmount"] / 2, 2)
            case Harm.DRAFT:
                row.update(status="draft", journalEntryRef=None)
        return True

    def troubles(self) -> Mapping[str, Callable[[], None]]:
        """See `TroublesBuyers.troubles`."""
        return {"BOK15": lambda: self.bokio.rows["customers"][CASH_CUSTOMER].update(name="Någon annan")}

    def refusals(self) -> Mapping[str, Reply]:
        """See `Rig.refusals`. The messages are those of the file's examples where it has one."""
        plan = {"error": "price_plan_feature_required", "message": REFUSAL_TEXT}
        unknown = f"The requested resource with value {COMPANY} was not found"
        account = ("#/items/0/account", "Account 3001 does not exist")
        closed = "No changes can be made in a closed fiscal year."
        return {
            "BOK02": _no(401, "unauthorized", REFUSAL_TEXT),
            "BOK03": _no(403, "forbidden", "The token does not have the scope journal-entries:write"),
            "BOK04": Reply(403, plan | {"details": {"requiredFeature": "PublicApi"}}),
            "BOK05": Reply(403, plan | {"details": {"requiredFeature": "Tags"}}),
            "BOK06": _no(404, "not-found", unknown),
            "BOK07": _no(400, "validation-error", closed),
            "BOK09": _no(400, "validation-error", "Validation failed with 1 error", account),
            "BOK10": _no(400, "validation-error", REFUSAL_TEXT, ("#/title", "Too long")),
            "BOK11": _no(400, "operation-not-allowed", REFUSAL_TEXT),
            "BOK12": _no(400, "limit-exceeded", REFUSAL_TEXT),
            "BOK13": Reply(410, {"code": "version_sunset_brownout", "message": REFUSAL_TEXT}),
        }

    def complaints(self) -> Collection[str]:
        """See `Rig.complaints`."""
        return self.bokio.complaints

    def refused_for_pace(self) -> int:
        """See `Rig.refused_for_pace`."""
        return self.bokio.refused_for_pace

    def expire_sign_in(self) -> None:
        """Nobody signs in to Bokio: a token is made there."""

    def revoke_sign_in(self) -> None:
        """Nobody signs in to Bokio: a token is made there."""

    def close(self) -> None:
        """See `Rig.close`."""
        self.bokio.close()


_LIST = {Register.ACCOUNTS: "chart-of-accounts", Register.ARTICLES: "items", Register.CUSTOMERS: "customers"}


def _no(status: int, code: str, message: str, *fields: tuple[str, str]) -> Reply:
    return Refused(status, code, message, *fields).reply(wrapped=False)


def _plain(body: documents.Body) -> Row:
    """A body as it comes out of JSON."""
    return dict(json.loads(json.dumps(body, default=float)))


# --- the company -----------------------------------------------------------------------------------------------


def _set_up(bokio: Bokio) -> None:
    for year, status in ((2025, "closed"), (2026, "open")):
        span = {"startDate": f"{year}-01-01", "endDate": f"{year}-12-31", "accountingMethod": "accrual"}
        identity = guid("fiscal-years", year)
        bokio.rows["fiscal-years"][identity] = {"id": identity, **span, "status": status}
    bokio.chart = {number: f"Konto {number}" for number in ACCOUNTS}
    for dimension, name, tags in ((1, "Butik", ("HORN",)), (6, "Projekt", ("JUL",))):
        identity = guid("tag-groups", dimension)
        of_it = [{"id": guid("tag", tag), "name": tag} for tag in tags]
        group = {"id": identity, "name": name, "alias": name[:3], "dimensionNumber": dimension, "tags": of_it}
        bokio.rows["tag-groups"][identity] = group
    add_customer(bokio, "Kontantkund")


def add_item(bokio: Bokio, text: str, *, key: object = "", **fields: Any) -> Row:
    """An article at 80 kr without VAT."""
    row: Row = {"id": guid("items", key or text), "description": text, "itemType": "salesItem", "productType": "goods"}
    row |= {"unitType": "piece", "unitPrice": 80.0, "taxRate": 25.0} | fields
    bokio.rows["items"][row["id"]] = row
    return row


def add_customer(bokio: Bokio, name: str, *, key: object = "", **fields: Any) -> Row:
    """A customer. It was last changed before Bokio kept the time of it."""
    row: Row = {"id": guid("customers", key or name), "name": name, "type": "private", "modifiedDateTime": None}
    row |= {"address": {"line1": "Storgatan 1", "city": "Stockholm", "postalCode": "111 22", "country": "SE"}}
    row |= {"contactsDetails": [{"email": "kund@example.se", "phone": "0701", "isDefault": True}]} | fields
    bokio.rows["customers"][row["id"]] = row
    return row


CASH_CUSTOMER = guid("customers", "Kontantkund")

# --- documents -------------------------------------------------------------------------------------------------


def invoice(number: int) -> Invoice:
    """See `documents.invoice`."""
    return documents_of_a_till.invoice(number, "Kontantkund")


def returned(number: int, original: int) -> Invoice:
    """See `documents.returned`."""
    return documents_of_a_till.returned(number, original, "Kontantkund")


DOCUMENTS: Mapping[DocumentKind, Callable[[int], Document]] = {
    DocumentKind.VOUCHER: voucher,
    DocumentKind.INVOICE: invoice,
}
