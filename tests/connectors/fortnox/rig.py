"""A small company in Fortnox, and the rig for the suite."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from datetime import date, timedelta
from typing import Any

import msgspec

from connectors.fortnox import DESCRIPTION, vouchers
from connectors.fortnox.books import PAGE_SIZE
from connectors.fortnox.connector import Fortnox as Connector
from connectors.fortnox.errors import FINDINGS
from connectors.fortnox.options import FortnoxSettings
from connectors.fortnox.refusals import RULES, UNKNOWN
from connectors.wire.oauth import Token
from synccenter.contract.asked import Demand
from synccenter.contract.model import (
    CustomerChange,
    Document,
    DocumentKind,
    Invoice,
    Order,
    Register,
    Voucher,
)
from tests.conformance.harm import OF_ENTRIES, OF_PAYMENTS, Harm, harmed, move
from tests.conformance.suite import Needs
from tests.worlds.documents import customer, order, unrounded, voucher
from tests.worlds.fakes.fortnox import AT_MOST, CLIENT, CLIENT_SECRET, TENANT, Fortnox
from tests.worlds.fakes.fortnox_rules import rows_of
from tests.worlds.fakes.fortnox_rules import voucher as standing
from tests.worlds.fakes.fortnox_sales import sold, standing_invoice
from tests.worlds.fakes.server import REFUSAL_TEXT, FakeServer, Reply
from tests.worlds.session import Surroundings, decoded

ACCOUNTS = {1510, 1686, 1910, 1930, 2421, 2611, 2621, 2631, 3001, 3002, 3003, 3004, 3740}
THIS_YEAR, LAST_YEAR = 3, 2

WORDS = {
    "F102": "Konto 3001 är inte aktivt.",
    "F103": "Verifikationsserien är inte manuell (F)",
    "F104": "Verifikationsserien F - Kassa finns inte",
    "F106": "Räkenskapsår för 2027-01-02 finns inte.",
    "F107": "Kan inte hitta kostnadsstället.",
    "F116": "Verifikationen balanserar inte.",
    "F125": "Kunde inte bokföra fakturanummer 7. Faktura som bokförs måste var klarmarkerad",
    "F127": "Betalningsdatum kan inte vara före fakturadatum.",
    "F128": "Kunde inte hämta/hitta moms",
}
"""The texts of refusals that no code is published for."""
STATUS = {"F110": 401, "F111": 403, "F112": 403, "F113": 403, "F105": 500}


class FortnoxRig:
    """See `conformance.Rig`."""

    description = DESCRIPTION
    page_size = PAGE_SIZE
    limit = AT_MOST
    unseen: Collection[Harm] = ()
    concerns_all: Collection[str] = ("F103", "F104", "F110", "F111", "F112", "F113")
    raised_elsewhere: Collection[str] = tuple(entry.code for entry in FINDINGS)
    centre = "HORN"
    server: FakeServer | None

    def __init__(self, world: Surroundings) -> None:
        self.world = world
        self.fortnox = Fortnox(world.server_clock)
        self.server = self.fortnox
        self.options: dict[str, Any] = {}
        _set_up(self.fortnox)
        self.sign_in()

    def sign_in(self) -> None:
        """As if a person had just signed in as herself."""
        said = self.fortnox.issue()
        until = self.world.clock().timestamp() + 3600
        token = Token(said["access_token"], until, said["refresh_token"], said["scope"])
        self.world.secrets.set("token", msgspec.json.encode(token).decode())
        self.world.secrets.set("client_secret", CLIENT_SECRET)

    def connector(self) -> Connector:
        """A new connector, on the settings as they are now."""
        return Connector(self.world.session(decoded(FortnoxSettings, self.values())))

    def values(self) -> Mapping[str, Any]:
        """See `Rig.values`."""
        return {
            "api_address": self.fortnox.address,
            "identity_address": self.fortnox.address,
            "client_id": CLIENT,
            "account": "person",
            "way": "full",
            "timeout": self.world.timeout,
            **self.options,
        }

    def seed(self, register: Register, count: int) -> None:
        """See `Rig.seed`."""
        self.fortnox.rows[_LIST[register]].clear()
        for number in range(1, count + 1):
            if register is Register.ACCOUNTS:
                add_account(self.fortnox, 4000 + number)
            elif register is Register.CUSTOMERS:
                add_customer(self.fortnox, str(1000 + number), f"Kund {number}")
            elif register is Register.PRICES:
                add_article(self.fortnox, f"A{number}", number)
                add_price(self.fortnox, f"A{number}", "B")
            else:
                add_article(self.fortnox, f"A{number}", number)

    def touch(self, register: Register, number: int) -> None:
        """See `Rig.touch`."""
        self._row(register, number)["#changed"] = self.fortnox.stamp()

    def remove(self, register: Register, number: int) -> None:
        """See `Rig.remove`."""
        row = self._row(register, number)
        if register is Register.BARCODES:
            row["EAN"] = ""
        elif register is Register.STOCK:
            row["QuantityInStock"] = None
        else:
            self.fortnox.rows[_LIST[register]].remove(row)

    def _row(self, register: Register, number: int) -> dict[str, Any]:
        return self.fortnox.rows[_LIST[register]][number - 1]

    def put_code(self, number: int, code: str) -> None:
        """See `MovesCodes.put_code`."""
        self._row(Register.ARTICLES, number)["EAN"] = code
        self.touch(Register.ARTICLES, number)

    def inactivate(self, number: int) -> None:
        """See `MovesCodes.inactivate`."""
        self._row(Register.ARTICLES, number)["Active"] = False
        self.touch(Register.ARTICLES, number)

    def key(self, register: Register, number: int) -> object:
        """See `Rig.key`."""
        keys: dict[Register, object] = {
            Register.ACCOUNTS: 4000 + number,
            Register.BARCODES: f"73{number:011d}",
            Register.CUSTOMERS: str(1000 + number),
            Register.PRICES: ("B", f"A{number}"),
        }
        return keys.get(register, f"A{number}")

    def path(self, register: Register) -> str:
        """See `Rig.path`."""
        return f"/3/{_LIST[register]}"

    def document(self, kind: DocumentKind, number: int = 1) -> Document:
        """See `Rig.document`."""
        return DOCUMENTS[kind](number)

    def books(self, document: Document) -> int:
        """See `Rig.books`: an invoice that is not booked and paid in full counts as a hundred."""
        rows = self.fortnox.rows
        match document:
            case Voucher():
                return sum(vouchers.is_voucher(row["Description"], document.reference) for row in rows["vouchers"])
            case Invoice():
                found = [r for r in rows["invoices"] if r["ExternalInvoiceReference1"] == document.reference]
                return sum(1 if self._done(row, document) else 100 for row in found if not row["Cancelled"])
            case Order():
                return sum(row["ExternalInvoiceReference1"] == document.reference for row in rows["orders"])
            case CustomerChange():
                return sum(row["CustomerNumber"] == document.customer.number for row in rows["customers"])

    def _done(self, row: Mapping[str, Any], document: Invoice) -> bool:
        paid = [
            one for one in self.fortnox.rows["invoicepayments"] if str(one["InvoiceNumber"]) == row["DocumentNumber"]
        ]
        return (
            bool(row["Booked"])
            and round(float(row["Balance"]) * 100) == document.owed
            and all(one["Booked"] for one in paid)
        )

    def prepare(self, needs: Needs) -> Mapping[str, str]:
        """See `Rig.prepare`."""
        for account in needs.accounts:
            if not any(row["Number"] == account for row in self.fortnox.rows["accounts"]):
                add_account(self.fortnox, account)
        if needs.kind is DocumentKind.VOUCHER:
            return {}
        for number in needs.customers:
            add_customer(self.fortnox, number, f"Kund {number}")
        for place, (article, rate) in enumerate(needs.articles.items()):
            add_article(self.fortnox, article, 1000 + place, VAT=rate)
        return {"posting.cash_customer": "1"}

    def place(self, document: Document) -> bool:
        """See `Rig.place`."""
        if isinstance(document, Voucher):
            body = json.loads(json.dumps(vouchers.body(document, "A"), default=float))["Voucher"]
            year = self.fortnox.year_of(document.date)
            self.fortnox.rows["vouchers"].append(standing(self.fortnox, body, year))
            return True
        assert isinstance(document, Invoice)
        self._invoice(document).update(Booked=True, Balance=document.owed / 100)
        return True

    def draft(self, document: Document) -> bool:
        """See `Rig.draft`: an invoice that nobody has booked."""
        if not isinstance(document, Invoice):
            return False
        self._invoice(document)
        return True

    def _invoice(self, document: Invoice) -> dict[str, Any]:
        body = {
            "CustomerNumber": document.customer,
            "InvoiceDate": document.date.isoformat(),
            "ExternalInvoiceReference1": document.reference,
            "InvoiceType": "INVOICE",
            "InvoiceRows": [],
        }
        total = sum(row.amount for row in document.rows) + document.rounding
        row = standing_invoice(self.fortnox, body, total)
        row["TotalVAT"] = sum(one.vat for one in document.rows) / 100
        return row

    def attached(self, document: Document) -> list[tuple[str, bytes]]:
        """See `AttachingRig.attached`."""
        rows = [
            one for one in self.fortnox.rows["vouchers"] if vouchers.is_voucher(one["Description"], document.reference)
        ]
        whose = {(one["Year"], one["VoucherSeries"], str(one["VoucherNumber"])) for one in rows}
        files = self.fortnox.archive
        return [
            (files[one["FileId"]]["name"], files[one["FileId"]]["data"])
            for one in self.fortnox.connections
            if (one["VoucherYear"], one["VoucherSeries"], one["VoucherNumber"]) in whose
        ]

    def loose(self) -> int:
        """See `AttachingRig.loose`."""
        return len(self.fortnox.inbox)

    def attach_by_hand(self, document: Document) -> bool:
        """See `AttachingRig.attach_by_hand`."""
        (row,) = [
            one for one in self.fortnox.rows["vouchers"] if vouchers.is_voucher(one["Description"], document.reference)
        ]
        self.fortnox.archive["egen"] = {"name": "kvitto.pdf", "data": b"%PDF-eget", "folder": ""}
        whose = {"VoucherSeries": row["VoucherSeries"], "VoucherNumber": str(row["VoucherNumber"])}
        self.fortnox.connections.append({"FileId": "egen", "VoucherYear": row["Year"], **whose})
        return True

    def spoil(self, document: Voucher | Invoice, harm: Harm) -> bool:
        """See `Rig.spoil`."""
        if isinstance(document, Voucher):
            now = harmed(document, harm)
            if now is None or not now.postings:  # a voucher there has rows
                return False
            body = json.loads(json.dumps(vouchers.body(now, "A"), default=float))["Voucher"]
            found = [
                r for r in self.fortnox.rows["vouchers"] if vouchers.is_voucher(r["Description"], document.reference)
            ]
            found[0].update(VoucherRows=body["VoucherRows"], TransactionDate=body["TransactionDate"])
            return True
        found = [r for r in self.fortnox.rows["invoices"] if r["ExternalInvoiceReference1"] == document.reference]
        if harm in OF_ENTRIES:
            return self._spoil_vouchers(found[0]["DocumentNumber"], harm)
        _spoil_invoice(found[0], harm)
        if harm is Harm.NO_VAT:  # what Fortnox made of it changes with it
            for voucher in self.fortnox.rows["vouchers"]:
                if (voucher["ReferenceType"], voucher["ReferenceNumber"]) == ("INVOICE", found[0]["DocumentNumber"]):
                    voucher["VoucherRows"] = rows_of(sold(found[0]))
        return True

    def _spoil_vouchers(self, invoice: str, harm: Harm) -> bool:
        """What Fortnox has made of an invoice, or of its payment, is another; the invoice says what it said."""
        of = ("INVOICE", invoice)
        if harm in OF_PAYMENTS:
            payments = self.fortnox.rows["invoicepayments"]
            of = ("INVOICEPAYMENT", next(one["Number"] for one in payments if str(one["InvoiceNumber"]) == invoice))
        vouchers = self.fortnox.rows["vouchers"]
        made = next(one for one in vouchers if (one["ReferenceType"], one["ReferenceNumber"]) == of)
        if harm is Harm.PAYMENT_GONE:
            vouchers.remove(made)
            return True
        if harm is Harm.PAYMENT_DOUBLED:
            made["VoucherRows"] = [*made["VoucherRows"], *made["VoucherRows"]]
            return True
        return move(made["VoucherRows"], "Account", harm)

    def recentre(self, document: Voucher | Invoice) -> None:
        """See `KeepsCentres.recentre`."""
        reference, invoices = document.reference, self.fortnox.rows["invoices"]
        ours = {r["VoucherNumber"] for r in invoices if r["ExternalInvoiceReference1"] == reference}
        (made,) = (
            r
            for r in self.fortnox.rows["vouchers"]
            if vouchers.is_voucher(r["Description"], reference)
            or (r["VoucherSeries"] == "B" and r["VoucherNumber"] in ours)
        )
        next(row for row in made["VoucherRows"] if row.get("CostCenter")).update(CostCenter="GML")

    def demand(self, account: int, what: str, demand: Demand) -> bool:
        """See `SetsDemands.demand`."""
        name = "CostCenterSettings" if what == "cost_centre" else "ProjectSettings"
        if demand is Demand.NEEDED_OF_ARTICLES:
            return False
        said = {Demand.NEEDED: "MANDATORY", Demand.REFUSED: "NOTALLOWED", Demand.FREE: "ALLOWED"}[demand]
        rows = [one for one in self.fortnox.rows["accounts"] if (one["Number"], one["Year"]) == (account, THIS_YEAR)]
        rows[0][name] = said
        return True

    def troubles(self) -> Mapping[str, Callable[[], None]]:
        """See `TroublesBuyers.troubles`."""
        row = next(one for one in self.fortnox.rows["customers"] if one["CustomerNumber"] == "1")
        return {
            "F12": lambda: row.update(CustomerNumber="1000000"),
            "D45": lambda: row.update(Active=False),
            "D46": lambda: row.update(Currency="EUR"),
            "D47": lambda: row.update(VATType="EXPORT"),
        }

    def refusals(self) -> Mapping[str, Reply]:
        """See `Rig.refusals`."""
        return {rule.entry.code: _said(rule.entry.code, rule.codes) for rule in RULES} | {
            UNKNOWN.code: _said(UNKNOWN.code, ())
        }

    def complaints(self) -> Collection[str]:
        """See `Rig.complaints`."""
        return self.fortnox.complaints

    def refused_for_pace(self) -> int:
        """See `Rig.refused_for_pace`."""
        return self.fortnox.refused_for_pace

    def expire_sign_in(self) -> None:
        """See `Rig.expire_sign_in`."""
        self.fortnox.access.clear()

    def revoke_sign_in(self) -> None:
        """See `Rig.revoke_sign_in`."""
        self.fortnox.access.clear()
        self.fortnox.refresh.clear()
        self.fortnox.consented = False

    def close(self) -> None:
        """See `Rig.close`."""
        self.fortnox.close()


_LIST = {
    Register.ACCOUNTS: "accounts",
    Register.ARTICLES: "articles",
    Register.BARCODES: "articles",
    Register.STOCK: "articles",
    Register.CUSTOMERS: "customers",
    Register.PRICES: "prices",
}


def _spoil_invoice(row: dict[str, Any], harm: Harm) -> None:
    total = row["Total"]
    match harm:
        case Harm.EMPTIED:
            row.update(InvoiceRows=[], Total=0.0, TotalToPay=0.0)
        case Harm.NO_VAT:
            row["InvoiceRows"] = [one | {"VAT": 0} for one in row["InvoiceRows"]]
        case Harm.AMOUNT:
            row.update(Total=total + 1, TotalToPay=total + 1)
        case Harm.DATE:
            row["InvoiceDate"] = str(date.fromisoformat(row["InvoiceDate"]) + timedelta(days=1))
        case Harm.CUSTOMER:
            row["CustomerNumber"] = "en annan"
        case Harm.UNPAID:
            row["Balance"] = total
        case Harm.HALF_PAID:
            row["Balance"] = round(total / 2, 2)
        case Harm.DRAFT:
            row["Booked"] = False
        case _:
            raise AssertionError(harm)


def _said(code: str, codes: tuple[int, ...]) -> Reply:
    said = {"error": 1, "message": WORDS.get(code, REFUSAL_TEXT), "code": codes[0] if codes else 2009999}
    return Reply(STATUS.get(code, 400), {"ErrorInformation": said})


# --- the company -----------------------------------------------------------------------------------------------


def _set_up(fortnox: Fortnox) -> None:
    fortnox.company = {
        "CompanyName": "Hörnans Livs AB",
        "OrganizationNumber": "556677-8899",
        "Address": "Storgatan 1",
        "ZipCode": "11122",
        "City": "Stockholm",
        "CountryCode": "SE",
        "DatabaseNumber": TENANT,
    }
    fortnox.locked_to = "2025-10-31"
    for number, year in ((LAST_YEAR, 2025), (THIS_YEAR, 2026)):
        fortnox.put(
            "financialyears",
            Id=number,
            FromDate=f"{year}-01-01",
            ToDate=f"{year}-12-31",
            AccountingMethod="ACCRUAL",
            AccountChartType="Bas 2026",
        )
        for code, name, manual in (("A", "Redovisning", True), ("B", "Kundfakturor", False), ("K", "Kassa", True)):
            fortnox.put("voucherseries", Code=code, Description=name, Manual=manual, Year=number)
    for account in sorted(ACCOUNTS):
        add_account(fortnox, account)
    fortnox.put("costcenters", Code="HORN", Description="Hörnan", Note="", Active=True)
    fortnox.put("costcenters", Code="GML", Description="Gamla butiken", Note=None, Active=False)
    for code, account in (("KASSA", 1910), ("BG", 1930)):
        fortnox.put("modesofpayments", Code=code, Description=code, AccountNumber=str(account))
    for code, preselected in (("A", True), ("B", False)):
        fortnox.put("pricelists", Code=code, Description=f"Lista {code}", Comments="", PreSelected=preselected)
    add_customer(fortnox, "1", "Kontantkund")
    add_article(fortnox, "KAFFE", 900, VAT=12)
    add_article(fortnox, "MUGG", 901)
    fortnox.put("projects", ProjectNumber="P1", Description="Julhandel", Status="ONGOING", StartDate="2026-11-01")


def add_account(fortnox: Fortnox, number: int, year: int = THIS_YEAR, **fields: Any) -> dict[str, Any]:
    """An account of a financial year."""
    row = {"Number": number, "Description": f"Konto {number}", "Active": True, "SRU": 7281, "VATCode": "", "Year": year}
    return fortnox.put("accounts", **(row | fields))


def add_article(fortnox: Fortnox, number: str, running: int, **fields: Any) -> dict[str, Any]:
    """An article at 80 kr excluding VAT, with a barcode and a balance."""
    row = {
        "ArticleNumber": number,
        "Description": f"Vara {number}",
        "EAN": f"73{running:011d}",
        "Unit": "st",
        "VAT": 25,
        "SalesPrice": 80,
        "QuantityInStock": 12.5,
        "WebshopArticle": False,
        "Active": True,
    }
    return fortnox.put("articles", **(row | fields))


def add_price(fortnox: Fortnox, article: str, price_list: str, **fields: Any) -> dict[str, Any]:
    """A price of 60 kr excluding VAT in a list."""
    row = {"ArticleNumber": article, "PriceList": price_list, "FromQuantity": 0, "Price": 60}
    return fortnox.put("prices", **(row | fields))


def add_customer(fortnox: Fortnox, number: str, name: str, **fields: Any) -> dict[str, Any]:
    """A customer."""
    row = {
        "CustomerNumber": number,
        "Name": name,
        "Address1": "Storgatan 1",
        "ZipCode": "11122",
        "City": "Stockholm",
        "Phone1": "",
        "Comments": "Ring före leverans",
        "Active": True,
    }
    return fortnox.put("customers", **(row | fields))


# --- documents ---------------------------------------------------------------------------------------------------

DOCUMENTS: Mapping[DocumentKind, Callable[[int], Document]] = {
    DocumentKind.VOUCHER: voucher,
    DocumentKind.INVOICE: unrounded,
    DocumentKind.ORDER: order,
    DocumentKind.CUSTOMER: customer,
}
