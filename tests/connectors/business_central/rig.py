"""A small company in Business Central, and the rigs for the suite: the app signed in, a person, without extension."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec.structs import replace

from connectors.business_central import BY_PERSON, DESCRIPTION, documents
from connectors.business_central.books import PAGE_SIZE
from connectors.business_central.connector import BusinessCentral as Connector
from connectors.business_central.connector import ByPerson
from connectors.business_central.errors import FOUND_HERE
from connectors.business_central.options import BusinessCentralSettings
from connectors.business_central.refusals import REFUSALS
from connectors.dynamics.ledger import nothing
from connectors.wire.oauth import Token, TokenStore
from synccenter.contract.connector import AnyDescription
from synccenter.contract.model import (
    Customer,
    CustomerChange,
    Document,
    DocumentKind,
    Invoice,
    Order,
    OrderLine,
    Percent,
    Register,
    Voucher,
)
from tests.conformance.harm import OF_ENTRIES, Harm, harmed
from tests.conformance.suite import Needs
from tests.worlds import documents as documents_of_a_till
from tests.worlds.documents import voucher
from tests.worlds.fakes.business_central import CLIENT, CLIENT_SECRET, COMPANY, TENANT, BusinessCentral, Row, guid
from tests.worlds.fakes.business_central_harm import Recentred, spoil_entries
from tests.worlds.fakes.business_central_rules import Refused, ore
from tests.worlds.fakes.server import REFUSAL_TEXT, FakeServer, Reply
from tests.worlds.session import Surroundings, decoded, free_port

ACCOUNTS = (1510, 1580, 1686, 1910, 1930, 2421, 2611, 2621, 2631, 3001, 3002, 3003, 3740)
PAID_TO = (1910, 1686)
TAXES: Mapping[Percent, str] = {25: "MOMS25", 12: "MOMS12", 6: "MOMS6", 0: "MOMSFRI"}
LONG_AGO = "2020-01-01T00:00:00Z"

WORDS: Mapping[str, tuple[str, str]] = {
    "BC30": ("Authorization_RequestDenied", "You do not have the following permissions on TableData Sales Header: I"),
    "BC31": ("Application_DialogException", "Posting Date is not within your range of allowed posting dates."),
    "BC32": ("Internal_InvalidTableRelation", "(3001) that cannot be found in the related table (G/L Account)."),
    "BC33": ("Application_DialogException", "Blocked must be equal to 'No'  in G/L Account: No.=3001. It is 'Yes'."),
    "BC34": ("Application_DialogException", "Direct Posting must be equal to 'Yes'  in G/L Account: No.=3001."),
    "BC35": ("Application_DialogException", "The General Posting Setup does not exist. Identification fields: X"),
    "BC36": ("Application_DialogException", "The VAT Posting Setup does not exist. Identification fields: X"),
    "BC37": ("Application_FieldValidationException", "Due Date must have a value in Sales Header: No.=1."),
    "BC38": ("Application_DialogException", "Item does not exist."),
    "BC39": ("Application_DialogException", "Blocked must be equal to 'No'  in Item: No.=A1. Current value is 'Yes'."),
    "BC40": ("Application_DialogException", "The sell-to customer cannot be found."),
    "BC41": ("Application_DialogException", "when Customer C1 is blocked with type All"),
    "BC42": ("Application_DialogException", "Select a Dimension Value Code for the Dimension Code AVD."),
    "BC43": ("Application_DialogException", "Document No. K1-5 is out of balance by 1,00."),
    "BC44": ("Internal_EntityWithSameKeyExists", "The record already exists."),
    "BC45": ("Application_DialogException", "You may not enter numbers manually."),
    "BC46": ("Application_DialogException", "You have insufficient quantity of Item A1 on inventory."),
    "BC47": ("Authentication_InvalidLicense", "Your license does not allow it."),
    "BC48": ("Application_StringExceededLength", "The length of the string is 120."),
    "BC49": ("Internal_RecordNotFound", "The Payment Terms does not exist."),
    "BC52": ("Application_DialogException", "There is nothing to post."),
}
"""Microsoft's code and words, by what they must lead to."""


class BusinessCentralRig(Recentred):
    """See `conformance.Rig`."""

    description: AnyDescription = DESCRIPTION
    page_size = PAGE_SIZE
    limit = 0  # 6,000 in five minutes: proven in test_line.py
    unseen: Collection[Harm] = ()
    concerns_all: Collection[str] = ("BC02", "BC05", "BC06", "BC30", "BC43", "BC45", "BC47", "BC53")
    raised_elsewhere: Collection[str] = tuple(one.code for one in FOUND_HERE)
    server: FakeServer | None

    def __init__(self, world: Surroundings) -> None:
        self.world = world
        self.bc = BusinessCentral(world.server_clock)
        self.server = self.bc
        self.options: dict[str, Any] = {}
        world.secrets.set("client_secret", CLIENT_SECRET)
        _set_up(self.bc)

    def connector(self) -> Connector:
        """A new connector, on the settings as they are now."""
        return Connector(self.world.session(decoded(BusinessCentralSettings, self.values())))

    def values(self) -> Mapping[str, Any]:
        """See `Rig.values`."""
        return {
            "tenant": TENANT,
            "client_id": CLIENT,
            "company_id": COMPANY,
            "api_address": self.bc.address,
            "identity_address": self.bc.address,
            "timeout": self.world.timeout,
            **self.options,
        }

    # --- registers ---------------------------------------------------------------------------------------------

    def seed(self, register: Register, count: int) -> None:
        """See `Rig.seed`."""
        kept = {Register.ARTICLES, Register.BARCODES, Register.PRICES, Register.STOCK, Register.GROUPS}
        if register in kept:
            for name in ("items", "itemReferences", "priceListLines", "locationStocks"):
                self.bc.rows[name].clear()
        if register in {Register.CUSTOMERS, Register.ACCOUNTS, Register.GROUPS}:
            self.bc.rows[_LIST[register]].clear()
        for number in range(1, count + 1):
            self._seed_one(register, number)

    def _seed_one(self, register: Register, number: int) -> None:
        if register is Register.ACCOUNTS:
            add_account(self.bc, 4000 + number)
        elif register is Register.CUSTOMERS:
            add_customer(self.bc, f"C{number}")
        elif register is Register.GROUPS:
            self.bc.add("itemCategories", {"code": f"G{number}", "displayName": f"Grupp {number}"})
        else:
            add_item(self.bc, f"A{number}")
        if register is Register.BARCODES:
            row = {"itemNumber": f"A{number}", "referenceNumber": f"73100{number:03}"}
            self.bc.add("itemReferences", row, key=number)
        elif register is Register.PRICES:
            self.bc.add("priceListLines", price_line(f"A{number}"), key=number)
        elif register is Register.STOCK:
            stock: Row = {"itemNumber": f"A{number}", "locationCode": "BUTIK", "quantity": 3.5}
            self.bc.add("locationStocks", stock, key=number)

    def touch(self, register: Register, number: int) -> None:
        """See `Rig.touch`."""
        row = self._row(register, number)
        row["lastModifiedDateTime"] = self.bc._stamp()
        row["displayName"] = "Ändrad"

    def remove(self, register: Register, number: int) -> None:
        """See `Rig.remove`."""
        row = self._row(register, number)
        del self.bc.rows[_LIST[register]][row["id"]]

    def _row(self, register: Register, number: int) -> Row:
        name = _LIST[register]
        keys = {
            Register.ACCOUNTS: str(4000 + number),
            Register.CUSTOMERS: f"C{number}",
            Register.ARTICLES: f"A{number}",
            Register.GROUPS: f"G{number}",
        }
        return self.bc.rows[name][guid(name, keys.get(register, number))]

    def key(self, register: Register, number: int) -> object:
        """See `Rig.key`."""
        return {
            Register.ACCOUNTS: 4000 + number,
            Register.CUSTOMERS: f"C{number}",
            Register.GROUPS: f"G{number}",
            Register.BARCODES: f"73100{number:03}",
            Register.PRICES: ("BUTIK", f"A{number}"),
        }.get(register, f"A{number}")

    def path(self, register: Register) -> str:
        """See `Rig.path`."""
        return f"/v2.0/{TENANT}/Production/api/v2.0/companies({COMPANY})/{_LIST[register]}"

    # --- documents ---------------------------------------------------------------------------------------------

    def document(self, kind: DocumentKind, number: int = 1) -> Document:
        """See `Rig.document`."""
        return DOCUMENTS[kind](number)

    def books(self, document: Document) -> int:
        """See `Rig.books`: what waits in a journal, is a draft or is not paid counts as a hundred, what is reversed as
        nothing."""
        if isinstance(document, Voucher):
            return self._vouchers(document)
        if isinstance(document, Invoice):
            return self._invoices(document)
        if isinstance(document, Order):
            wanted = document.reference.upper()
            return sum(one["externalDocumentNumber"] == wanted for one in self.bc.rows["salesOrders"].values())
        customer = document.customer
        name = documents.customer(customer, "")["displayName"]
        found = [one for one in self.bc.rows["customers"].values() if one["number"] == customer.number.upper()]
        return sum(one["displayName"] == name for one in found)

    def _vouchers(self, document: Voucher) -> int:
        rows = [
            (int(one["accountNumber"]), ore(one["debitAmount"] - one["creditAmount"]))
            for one in self.bc.ledger.entries
            if documents.carries(one["description"], document.reference)
        ]
        wanted = [(one.account, one.amount) for one in document.postings if one.amount]
        waiting = [
            one
            for lines in self.bc.lines.values()
            for one in lines
            if documents.carries(one["description"], document.reference)
        ]
        if nothing(rows) and not waiting:
            return 0
        whole = len(rows) % len(wanted) == 0 and sorted(rows) == sorted(wanted * (len(rows) // len(wanted)))
        return 100 if waiting or not whole else len(rows) // len(wanted)

    def _invoices(self, document: Invoice) -> int:
        credit = documents.is_credit(document)
        name = "salesCreditMemos" if credit else "salesInvoices"
        wanted = document.reference.upper()
        found = [one for one in self.bc.rows[name].values() if one["externalDocumentNumber"] == wanted]
        paid: dict[int, int] = {}
        for one in self.bc.ledger.entries:
            if documents.carries(one["description"], f"Betalning {document.reference}"):
                account = int(one["accountNumber"])
                paid[account] = paid.get(account, 0) + ore(one["debitAmount"] - one["creditAmount"])
        paid.pop(1510, None)
        total: dict[int, int] = {}
        for payment in document.payments:
            total[payment.account] = total.get(payment.account, 0) + payment.amount
        right = {account: amount * len(found) for account, amount in total.items() if amount and found}
        drafts = any(one["status"] == "Draft" or (not credit and one["_open"] != document.owed) for one in found)
        waiting = any(lines for lines in self.bc.lines.values())
        return 100 if drafts or waiting or {a: b for a, b in paid.items() if b} != right else len(found)

    def prepare(self, needs: Needs) -> Mapping[str, str]:
        """See `Rig.prepare`."""
        for account in needs.accounts:
            if guid("accounts", str(account)) not in self.bc.rows["accounts"]:
                add_account(self.bc, account)
        for article, rate in needs.articles.items():
            add_item(self.bc, article, taxGroupCode=TAXES[rate])
        for customer in needs.customers:
            add_customer(self.bc, customer)
        for account in needs.accounts if needs.kind is DocumentKind.INVOICE else ():
            add_payment_journal(self.bc, account)
        return {"posting.cash_customer": "KONTANT"} if needs.kind is DocumentKind.INVOICE else {}

    def place(self, document: Document) -> bool:
        """See `Rig.place`."""
        if isinstance(document, Voucher):
            rows = [(str(one.account), one.amount) for one in document.postings]
            text = documents.described(document.reference, document.text)
            number = documents.code(document.reference)
            self.bc.ledger.book(document.date.isoformat(), number, "_x0020_", text, rows)
            return True
        assert isinstance(document, Invoice)
        self._place_invoice(document)
        return True

    def draft(self, document: Document) -> bool:
        """See `Rig.draft`: an invoice that nobody has posted."""
        if isinstance(document, Invoice):
            self._drafted(document)
        return isinstance(document, Invoice)

    def _drafted(self, document: Invoice) -> Row:
        name = "salesCreditMemos" if documents.is_credit(document) else "salesInvoices"
        body = documents.invoice(document, TAXES, net=False, location="", sorts=())
        row: Row = self.bc.sales.create(name, _plain(body))
        return row

    def _place_invoice(self, document: Invoice) -> None:
        name = "salesCreditMemos" if documents.is_credit(document) else "salesInvoices"
        setup = next(iter(self.bc.rows["generalLedgerSetup"].values()))
        before, setup["allowPostingFrom"] = setup["allowPostingFrom"], "0001-01-01"
        row = self._drafted(document)
        self.bc.sales.post(name, row)
        setup["allowPostingFrom"] = before
        for one in document.netted():
            text = documents.payment_text(document, one.method)
            rows = [(str(one.account), one.amount), ("1510", -one.amount)]
            number = documents.code(document.reference)
            self.bc.ledger.book(document.date.isoformat(), number, "Payment", text, rows)
        self.bc.sales.settle(row, row["_open"] - document.owed)

    def spoil(self, document: Voucher | Invoice, harm: Harm) -> bool:
        """See `Rig.spoil`: a posted voucher is corrected by others, and what remains of it is another."""
        if isinstance(document, Invoice):
            return self._spoil_invoice(document, harm)
        now = harmed(document, harm)
        if now is None:
            return False
        entries = self.bc.ledger.entries
        for row in [one for one in entries if documents.carries(one["description"], document.reference)]:
            entries.remove(row)
        return self.place(now)

    def _spoil_invoice(self, document: Invoice, harm: Harm) -> bool:
        """A posted invoice as a person with the right to could leave it."""
        rows = self.bc.rows["salesInvoices"].values()
        (row,) = (one for one in rows if one["externalDocumentNumber"] == document.reference.upper())
        if harm in OF_ENTRIES:
            return spoil_entries(self.bc.ledger.entries, document, row["number"], harm)
        total = row["totalAmountIncludingTax"]
        changed: Mapping[Harm, Row] = {
            Harm.NO_VAT: {"totalTaxAmount": 0, "totalAmountExcludingTax": total},
            Harm.EMPTIED: {"totalTaxAmount": 0, "totalAmountExcludingTax": 0, "totalAmountIncludingTax": 0},
            Harm.AMOUNT: {"totalAmountIncludingTax": total + 1, "totalAmountExcludingTax": total + 1},
            Harm.DATE: {"postingDate": str(document.date + timedelta(days=1))},
            Harm.CUSTOMER: {"customerNumber": "NÅGON"},
            Harm.UNPAID: {"remainingAmount": total, "status": "Open"},
            Harm.HALF_PAID: {"remainingAmount": total / 2, "status": "Open"},
            Harm.DRAFT: {"status": "Draft"},
        }
        row.update(changed[harm])
        return True

    def troubles(self) -> Mapping[str, Callable[[], None]]:
        """See `TroublesBuyers.troubles`."""
        row = self.bc.rows["customers"][guid("customers", "KONTANT")]
        return {
            "BC40": lambda: row.update(number="BORTA"),
            "BC41": lambda: row.update(blocked="All"),
            "BC27": lambda: row.update(currencyCode="EUR"),
        }

    def refusals(self) -> Mapping[str, Reply]:
        """See `Rig.refusals`. Refusals that pass by themselves are met once more before they are told."""
        found = {code: Refused(400, *said).reply() for code, said in WORDS.items()}
        return found | {
            "BC02": Refused(401, "Authentication_InvalidCredentials", "Rejected.").reply(),
            "BC05": Refused(404, "Internal_CompanyNotFound", "Cannot find the company.").reply(),
            "BC06": Refused(404, "NoEnvironment", "Environment does not exist.").reply(),
            "BC50": Refused(409, "Request_EntityChanged", "Another user has already changed the record.").reply(),
            "BC51": Refused(409, "Internal_ServerError", "The operation could not complete.").reply(),
            "BC53": Refused(404, "BadRequest_NotFound", f"API services are not enabled. {REFUSAL_TEXT}").reply(),
        }

    def complaints(self) -> Collection[str]:
        """See `Rig.complaints`."""
        return self.bc.complaints

    def refused_for_pace(self) -> int:
        """See `Rig.refused_for_pace`."""
        return self.bc.refused_for_pace

    def expire_sign_in(self) -> None:
        """See `Rig.expire_sign_in`."""
        self.bc.access.clear()

    def revoke_sign_in(self) -> None:
        """See `Rig.revoke_sign_in`."""
        self.bc.access.clear()
        self.bc.refresh.clear()

    def close(self) -> None:
        """See `Rig.close`."""
        self.bc.close()


class PersonRig(BusinessCentralRig):
    """A person has signed in: the same company by another way."""

    description: AnyDescription = replace(DESCRIPTION, capabilities=BY_PERSON)
    concerns_all: Collection[str] = tuple(code for code in BusinessCentralRig.concerns_all if code != "BC02")
    raised_elsewhere: Collection[str] = (*BusinessCentralRig.raised_elsewhere, "BC02")

    def __init__(self, world: Surroundings) -> None:
        super().__init__(world)
        self.options |= {"sign_in": "person", "redirect": f"http://localhost:{free_port()}"}
        world.secrets.delete("client_secret")
        self.bc.refresh.add("0.AXoA-den-forsta-nyckeln")
        token = Token("", 0.0, refresh="0.AXoA-den-forsta-nyckeln")
        TokenStore(world.secrets, "token").save(token)

    def connector(self) -> Connector:
        """See `BusinessCentralRig.connector`."""
        return ByPerson(self.world.session(decoded(BusinessCentralSettings, self.values())))

    def refusals(self) -> Mapping[str, Reply]:
        """See `Rig.refusals`: 401 asks the person."""
        return {code: reply for code, reply in super().refusals().items() if code != "BC02"}


_LIST = {
    Register.ACCOUNTS: "accounts",
    Register.GROUPS: "itemCategories",
    Register.ARTICLES: "items",
    Register.CUSTOMERS: "customers",
    Register.BARCODES: "itemReferences",
    Register.PRICES: "priceListLines",
    Register.STOCK: "locationStocks",
}
assert {one.code for one in REFUSALS} <= {*WORDS, "BC02", "BC05", "BC06", "BC50", "BC51", "BC53"}


def _plain(body: documents.Body) -> Row:
    """A body as it comes out of JSON."""

    def number(value: Any) -> Any:
        if isinstance(value, list):
            return [{name: number(one) for name, one in row.items()} for row in value]
        return float(value) if not isinstance(value, str | bool) else value

    return {name: number(value) for name, value in body.items()}


# --- the company -----------------------------------------------------------------------------------------------


def _set_up(bc: BusinessCentral) -> None:
    for number in ACCOUNTS:
        add_account(bc, number)
    for code in bc.setup.tax_rates:
        bc.add("taxGroups", {"code": code, "displayName": code.title()})
    information = {"displayName": "Hörnans Livs AB", "taxRegistrationNumber": "SE556677889901"}
    bc.add("companyInformation", information, key="1")
    setup = {"allowPostingFrom": "2026-01-01", "allowPostingTo": "0001-01-01", "localCurrencyCode": "SEK"}
    bc.add("generalLedgerSetup", setup | {"shortcutDimension1Code": "AVD", "shortcutDimension2Code": "PROJ"}, key="1")
    for start, new in (("2026-01-01", True), ("2026-02-01", False), ("2027-01-01", True), ("2028-01-01", True)):
        bc.add("accountingPeriods", {"startingDate": start, "newFiscalYear": new, "closed": False}, key=start)
    for code, value in (("AVD", "HORN"), ("PROJ", "JUL")):
        made = bc.add("dimensions", {"code": code, "displayName": code.title()})
        bc.values[made["id"]] = {value: {"id": guid("value", value), "code": value, "displayName": value.title()}}
    bc.add("journals", {"code": "KASSA", "displayName": "Kassan", "templateDisplayName": "ALLMÄN"})
    bc.add("journals", {"code": "LÖN", "displayName": "Löner", "templateDisplayName": "ALLMÄN"})
    bc.add("locations", {"code": "BUTIK", "displayName": "Butiken"})
    bc.add("paymentMethods", {"code": "KONTANT", "displayName": "Kontant"})
    for account in PAID_TO:
        add_payment_journal(bc, account)
    add_customer(bc, "KONTANT")
    add_item(bc, "KAFFE", taxGroupCode="MOMS12")
    add_item(bc, "MUGG")


def add_account(bc: BusinessCentral, number: int, **fields: Any) -> Row:
    """An account that takes postings."""
    row = {"number": str(number), "displayName": f"Konto {number}", "accountType": "Posting", "blocked": False}
    return bc.add("accounts", row | {"directPosting": True, "lastModifiedDateTime": LONG_AGO} | fields)


def add_item(bc: BusinessCentral, number: str, **fields: Any) -> Row:
    """An article at 100 kr with VAT."""
    row: Row = {"number": number, "displayName": f"Vara {number}", "blocked": False, "type": "Inventory", "gtin": ""}
    row |= {"unitPrice": 100.0, "priceIncludesTax": True, "taxGroupCode": "MOMS25", "baseUnitOfMeasureCode": "ST"}
    row |= {"inventory": 7, "itemCategoryCode": "", "lastModifiedDateTime": LONG_AGO}
    return bc.add("items", row | fields)


def add_customer(bc: BusinessCentral, number: str, *, gross: bool = True, **fields: Any) -> Row:
    """A customer, whose prices have VAT in them."""
    row: Row = {"number": number, "displayName": f"Kund {number}", "addressLine1": "Storgatan 1", "city": "Stockholm"}
    row |= {"postalCode": "111 22", "email": "kund@example.se", "phoneNumber": "0701", "taxRegistrationNumber": ""}
    if gross:
        bc.setup.gross_customers.add(number)
    return bc.add("customers", row | {"lastModifiedDateTime": LONG_AGO} | fields)


def add_payment_journal(bc: BusinessCentral, account: int) -> Row:
    """A journal of payments to an account."""
    row = {"code": f"KASSA{account}", "displayName": f"Kassan {account}", "balancingAccountNumber": str(account)}
    return bc.add("customerPaymentJournals", row)


def price_line(number: str, **fields: Any) -> Row:
    """A price of the shop's list."""
    row: Row = {"priceListCode": "BUTIK", "itemNumber": number, "startingDate": "2026-01-01", "unitPrice": 90.0}
    row |= {"endingDate": "0001-01-01", "minimumQuantity": 0, "priceIncludesTax": True, "unitOfMeasureCode": "ST"}
    return row | {"currencyCode": ""} | fields


# --- documents -------------------------------------------------------------------------------------------------


def invoice(number: int) -> Invoice:
    """See `documents.invoice`."""
    return documents_of_a_till.invoice(number, "KONTANT")


def returned(number: int, original: int) -> Invoice:
    """See `documents.returned`."""
    return documents_of_a_till.returned(number, original, "KONTANT")


def order(number: int) -> Order:
    """Two mugs, ordered at the till."""
    lines = (OrderLine("MUGG", "Mugg", 2000, 9980, 25),)
    return Order("K1", number, datetime(2026, 11, 23, 10, tzinfo=UTC), "KONTANT", lines)


def customer(number: int) -> CustomerChange:
    """A customer who moved."""
    one = Customer(f"K{number}", f"Anna {number}", address="Nygatan 2", city="Malmö", phone="0702")
    return CustomerChange(number, one, datetime(2026, 11, 23, 10, tzinfo=UTC))


DOCUMENTS: Mapping[DocumentKind, Callable[[int], Document]] = {
    DocumentKind.VOUCHER: voucher,
    DocumentKind.INVOICE: invoice,
    DocumentKind.ORDER: order,
    DocumentKind.CUSTOMER: customer,
}
