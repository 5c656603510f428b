"""The rigs of Dynamics NAV for the suite: one for each wire, with different ways of signing in and of posting."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from msgspec.structs import replace

from connectors import dynamics_nav
from connectors.dynamics_nav import errors
from synccenter.contract.connector import SendsDocuments
from synccenter.contract.model import (
    Customer,
    CustomerChange,
    Document,
    DocumentKind,
    Invoice,
    InvoicePayment,
    InvoiceRow,
    Order,
    OrderLine,
    Posting,
    Register,
    Voucher,
)
from tests.conformance.harm import OF_ENTRIES, Harm, harmed
from tests.conformance.suite import Needs
from tests.worlds.fakes.nav import COMPANY, KEY, USER, FakeNav
from tests.worlds.fakes.nav_books import NavBooks
from tests.worlds.fakes.nav_changed import Changed
from tests.worlds.fakes.nav_harm import spoil_entries, spoil_invoice
from tests.worlds.fakes.nav_pages import PageDef, all_pages
from tests.worlds.fakes.nav_soap import fault
from tests.worlds.fakes.server import FakeServer, Reply
from tests.worlds.fakes.windows import DOMAIN_USER, PASSWORD
from tests.worlds.session import Surroundings, decoded

DAY = date(2026, 11, 23)
CASH_CUSTOMER = "KONTANT"

_TABLES: Mapping[Register, str] = {
    Register.ACCOUNTS: "accounts",
    Register.GROUPS: "categories",
    Register.ARTICLES: "items",
    Register.BARCODES: "cross_references",
    Register.PRICES: "sales_prices",
    Register.STOCK: "stock",
    Register.CUSTOMERS: "customers",
}

SAID = {
    "NAV30": "Other user has modified the record. Refresh the page and try again.",
    "NAV31": "The operation could not complete because a record in the Sales Line table was locked by another user.",
    "NAV32": "Posting Date is not within your range of allowed posting dates in Sales Header.",
    "NAV33": "You cannot create this type of document when Customer 10000 is blocked with type All",
    "NAV34": "Blocked must be equal to 'No'  in Item: No.=1000. Current value is 'Yes'.",
    "NAV35": "The General Posting Setup does not exist. Identification fields and values: Gen. Bus. Posting Group=''",
    "NAV36": "You do not have the following permissions on TableData Sales Header: Insert",
    "NAV37": "The Sales Header already exists. Identification fields and values: Document Type='Invoice',No.='1'",
    "NAV38": "You may not enter numbers manually. If you want to enter numbers manually, please activate Manual Nos.",
    "NAV39": "You have insufficient quantity of Item 1000 on inventory.",
    "NAV40": "Your program license does not permit you to use this table.",
    "NAV41": "The lines in Document No. K1-Z1 are out of balance by 12.50.",
    "NAV42": "Your entry of 'G_L_Account' is not an acceptable value for 'Type'. It is not an option.",
    "NAV43": "The length of the string is 61, but it must be less than or equal to 50 characters. Value: x",
    "NAV44": "The Customer does not exist. Identification fields and values: No.='9'",
    "NAV46": "Blocked must be equal to 'No'  in G/L Account: No.=3001. Current value is 'Yes'.",
    "NAV47": "Direct Posting must be equal to 'Yes'  in G/L Account: No.=1510. Current value is 'No'.",
    "NAV48": "Select a Dimension Value Code for the Dimension Code AVD for G/L Account 3001.",
    "NAV49": "The Gen. Journal Batch does not exist. Identification fields and values: Name='KASA'",
    "NAV50": "The skip token in the link of the next page is not valid any more.",
    "NAV70": "You cannot post before 2026-12-01 because the Inventory Period is already closed.",
    "NAV71": "You cannot assign new numbers from the number series S-FAKT+ on 26-11-23.",
    "NAV45": "Due Date must have a value in Sales Header: Document Type=Invoice, No.=1. It is not valid.",
}
"""NAV's own words, by our code."""


def start_company(books: NavBooks) -> None:
    """What a company has before the till comes."""
    for prod, percent in (("MOMS25", 25), ("MOMS12", 12), ("MOMS6", 6), ("MOMS0", 0)):
        books.add(
            "vat_setup", VAT_Bus_Posting_Group="SVERIGE", VAT_Prod_Posting_Group=prod, VAT_Percent=Decimal(percent)
        )
        books.add("vat_setup", VAT_Bus_Posting_Group="EXPORT", VAT_Prod_Posting_Group=prod, VAT_Percent=Decimal(0))
    books.add(
        "posting_setup", Gen_Bus_Posting_Group="SVERIGE", Gen_Prod_Posting_Group="VAROR",
        Sales_Account="3001", Sales_Credit_Memo_Account="3001",
    )  # fmt: skip
    add_customer(books, CASH_CUSTOMER, "Kontantkund")
    for account in ("1686", "1910", "2421", "2611", "3001", "3740"):
        books.add("accounts", No=account, Name=f"Konto {account}", Account_Type="Posting", Direct_Posting=True)
    for template in ("INBET", "ALLMÄN"):
        books.add("batches", Journal_Template_Name=template, Name="KASSA")
    for number in range(1, 4):
        add_item(books, number)


def add_customer(books: NavBooks, number: str, name: str) -> None:
    """A customer as NAV has it."""
    books.add(
        "customers", No=number, Name=name, Blocked="_blank_", Last_Date_Modified=books.today, City="Lund",
        VAT_Bus_Posting_Group="SVERIGE", Gen_Bus_Posting_Group="SVERIGE", Customer_Posting_Group="INRIKES",
        Customer_Price_Group="BUTIK", Prices_Including_VAT=False,
    )  # fmt: skip


def add_item(books: NavBooks, number: int) -> None:
    """An item as NAV has it."""
    books.add(
        "items", No=f"A{number}", Description=f"Vara {number}", Unit_Price=Decimal("79.60"), Price_Includes_VAT=False,
        VAT_Prod_Posting_Group="MOMS25", Gen_Prod_Posting_Group="VAROR", Item_Category_Code="G1", Blocked=False,
        Base_Unit_of_Measure="ST", Last_Date_Modified=books.today, GTIN="",
    )  # fmt: skip


class NavRig(Changed):
    """See `conformance.Rig`. OData V4, Basic with a web service key, posted and paid by journal."""

    description = dynamics_nav.DESCRIPTION
    wire = "v4"
    sign_in = "basic"
    posting = "auto"
    closing = "journal"
    page_size = 20
    limit = 0
    server: FakeServer | None
    unseen: Collection[Harm] = ()
    """No page tells which account an article's posting groups lead to, and nobody can change a posted entry there."""
    concerns_all: Collection[str] = ("NAV03", "NAV36", "NAV40", "NAV41", "NAV42", "NAV49")
    raised_elsewhere: Collection[str] = frozenset(entry.code for entry in errors.OWN) - {"NAV03"}

    def __init__(self, world: Surroundings) -> None:
        self.world = world
        self.nav = FakeNav(world, wires=(self.wire, "soap"), sign_in=self.sign_in)
        self.nav.publish(self.published())
        self.nav.elsewhere = "http://127.0.0.1:1/NAV110"
        self.server = self.nav
        self.books_there = self.nav.books
        start_company(self.books_there)
        world.secrets.set("password", KEY if self.sign_in == "basic" else PASSWORD)

    def published(self) -> dict[str, PageDef]:
        """Items under a name of the company's own, the rest as the guide says."""
        pages = dict(all_pages())
        items = replace(pages.pop("Item"), name="articles")
        del pages["PostedSalesInvoice"]
        return {**pages, "articles": items}

    def values(self) -> Mapping[str, Any]:
        """See `Rig.values`."""
        return {
            "address": f"{self.nav.instance}/OData",
            "company": "",
            "wire": "auto",
            "sign_in": self.sign_in,
            "user": USER if self.sign_in == "basic" else DOMAIN_USER,
            "cash_customer": CASH_CUSTOMER,
            "posting": self.posting,
            "closing": self.closing,
            "codeunit": "JobOfficePosting",
            "payment_template": "INBET",
            "payment_batch": "KASSA",
            "journal_template": "ALLMÄN",
            "journal_batch": "KASSA",
            "barcodes": "cross",
            "gtin": True,
            "services": ({"role": "items", "name": "articles"},),
            "timeout": self.world.timeout,
        }

    # --- registers -------------------------------------------------------------------------------------------

    def seed(self, register: Register, count: int) -> None:
        """See `Rig.seed`."""
        books = self.books_there
        books.tables[_TABLES[register]] = []
        if register in {Register.PRICES, Register.STOCK, Register.BARCODES, Register.ARTICLES}:
            books.tables["items"] = []
            for number in range(1, count + 1):
                add_item(books, number)
        if register is Register.CUSTOMERS and count:
            add_customer(books, CASH_CUSTOMER, "Kontantkund")
        for number in range(1, count + 1):
            if register in _SEEDS:
                _SEEDS[register](books, number)

    def touch(self, register: Register, number: int) -> None:
        """See `Rig.touch`."""
        books = self.books_there
        if register is Register.STOCK:
            _SEEDS[register](books, number)
            return
        row = self._row(register, number)
        name = {Register.ARTICLES: "Description", Register.CUSTOMERS: "Name"}[register]
        row[name] = f"{row[name]} ny"
        row["Last_Date_Modified"] = books.today

    def remove(self, register: Register, number: int) -> None:
        """See `Rig.remove`."""
        self.books_there.rows(_TABLES[register]).remove(self._row(register, number))

    def _row(self, register: Register, number: int) -> dict[str, Any]:
        key = _KEYS[register](number)
        name = {Register.GROUPS: "Code", Register.BARCODES: "Cross_Reference_No"}.get(register, "No")
        name = "Item_No" if register in {Register.PRICES, Register.STOCK} else name
        wanted = key[1] if isinstance(key, tuple) else str(key)
        return next(row for row in self.books_there.rows(_TABLES[register]) if row[name] == wanted)

    def key(self, register: Register, number: int) -> object:
        """See `Rig.key`."""
        return _KEYS[register](number)

    # --- documents -------------------------------------------------------------------------------------------

    def document(self, kind: DocumentKind, number: int = 1) -> Document:
        """See `Rig.document`."""
        at = datetime(2026, 11, 23, 12, 0, tzinfo=self.world.clock().tzinfo)
        if kind is DocumentKind.VOUCHER:
            rows = (Posting(1910, 12500, "Kontant"), Posting(3001, -10000, "Försäljning"), Posting(2611, -2500, "Moms"))
            return Voucher(f"K1-Z{number}", DAY, f"Z-rapport {number}", rows)
        if kind is DocumentKind.INVOICE:
            goods = (
                InvoiceRow("A1", "Vara 1", 3000, 29990, 5998, 25, 3001),
                InvoiceRow("", "Presentkort", 1000, 10000, 0, 0, 2421),
            )
            payments = (InvoicePayment("KORT", 1686, 20000), InvoicePayment("KONTANT", 1910, 20000))
            return Invoice(
                f"k1-{number}", DAY, CASH_CUSTOMER, goods, payments, rounding=10, rounding_account=3740, text="Kvitto"
            )
        if kind is DocumentKind.ORDER:
            return Order("K1", number, at, CASH_CUSTOMER, (OrderLine("A1", "Vara 1", 2000, 20000, 25),))
        customer = Customer(f"N{number}", f"Nytt namn {number}", city="Lund", email=f"n{number}@hornan.se")
        return CustomerChange(number, customer, at)

    def prepare(self, needs: Needs) -> Mapping[str, str]:
        """See `Rig.prepare`."""
        books = self.books_there
        known = {row["No"] for row in books.rows("accounts")}
        for account in sorted(needs.accounts):
            if str(account) not in known:
                name = f"Konto {account}"
                books.add("accounts", No=str(account), Name=name, Account_Type="Posting", Direct_Posting=True)
        for article in needs.articles:
            add_item(books, 0)
            books.rows("items")[-1] |= {"No": article, "VAT_Prod_Posting_Group": f"MOMS{needs.articles[article]}"}
        for customer in needs.customers:
            add_customer(books, customer, f"Kund {customer}")
        return {"posting.cash_customer": CASH_CUSTOMER}

    def place(self, document: Document) -> bool:
        """See `Rig.place`: posted by somebody else."""
        books = self.books_there
        if isinstance(document, Voucher):
            for row in document.postings:
                books.add(
                    "entries", Entry_No=1 + max((one["Entry_No"] for one in books.rows("entries")), default=0),
                    Document_No=document.reference.upper(),
                    External_Document_No=document.reference.upper(), Posting_Date=document.date,
                    G_L_Account_No=str(row.account), Amount=Decimal(row.amount) / 100,
                )  # fmt: skip
            return True
        assert isinstance(document, Invoice)
        table, kind = ("posted_credit_memos", "Credit_Memo") if document.credit else ("posted_invoices", "Invoice")
        owed = Decimal(abs(document.owed)) / 100
        total = Decimal(abs(sum(one.amount for one in document.payments) + document.owed)) / 100
        number = books.number(table, 108000)
        closed = self.posting == "leave" or self.closing == "rows"  # the payments are lines of it then
        books.add(
            table, No=number, Pre_Assigned_No="", Amount_Including_VAT=owed if closed else total,
            Amount=(owed if closed else total) - Decimal(abs(sum(row.vat for row in document.rows))) / 100,
            Remaining_Amount=owed, _lines=[{"Line_Amount": owed if closed else total}],
            External_Document_No=document.reference.upper(), Posting_Date=document.date,
        )  # fmt: skip
        books.add(
            "customer_entries", Entry_No=len(books.rows("customer_entries")) + 1, Document_No=number,
            Document_Type=kind, Customer_No=document.customer, Posting_Date=document.date,
            Amount_LCY=(-1 if document.credit else 1) * (owed if closed else total),
            Remaining_Amt_LCY=(-1 if document.credit else 1) * owed,
        )  # fmt: skip
        return True

    def spoil(self, document: Voucher | Invoice, harm: Harm) -> bool:
        """See `Rig.spoil`: what is posted is set right there by entries that make it another."""
        if isinstance(document, Voucher):
            now = harmed(document, harm)
            if now is None:
                return False
            entries = self.books_there.rows("entries")
            entries[:] = [row for row in entries if row["Document_No"] != document.reference.upper()]
            return self.place(now)
        reference = document.reference.upper()
        row = self.books_there.find("posted_invoices", External_Document_No=reference)
        assert row is not None
        entry = self.books_there.find("customer_entries", Document_No=row["No"])
        assert entry is not None
        own = [one for one in self.books_there.rows("entries") if one["Document_No"] == row["No"]]
        if harm in OF_ENTRIES:
            closed = self.closing == "rows" or self.posting == "leave"
            return spoil_entries(self.books_there.rows("entries"), document, own, harm, closed=closed)
        if harm is Harm.EMPTIED:
            for one in own:
                self.books_there.rows("entries").remove(one)
        if harm is Harm.NO_VAT:
            for one in own:
                if one["G_L_Account_No"].startswith("26"):
                    one["G_L_Account_No"] = "3004"
        return spoil_invoice(row, entry, harm)

    def draft(self, document: Document) -> bool:
        """See `Rig.draft`: what is left for a person to post."""
        if self.posting != "leave":
            return False
        connector = self.description.open(self.world.session(decoded(self.description.settings, self.values())))
        assert isinstance(connector, SendsDocuments)
        connector.send(document)
        return True

    def books(self, document: Document) -> int:
        """See `Rig.books`. What stands there in part is a hundred too many."""
        if isinstance(document, CustomerChange):
            row = self.books_there.find("customers", No=document.customer.number)
            name = " ".join(document.customer.name.split())[:40]
            return int(row is not None and str(row["Name"]).startswith(name[:20]))
        if isinstance(document, Voucher):
            return self._voucher_books(document)
        sales = ("invoices", "posted_invoices", "credit_memos", "posted_credit_memos")
        tables = ("orders",) if isinstance(document, Order) else sales
        found = [
            row
            for row in self.books_there.documents(*tables)
            if row.get("External_Document_No") == document.reference.upper()
        ]
        return sum(1 if self._whole(document, row) else 100 for row in found)

    def _whole(self, document: Order | Invoice, row: Mapping[str, Any]) -> bool:
        total = sum(line["Line_Amount"] for line in row["_lines"])
        if isinstance(document, Order):
            return bool(total == Decimal(sum(line.amount for line in document.lines)) / 100)
        goods = Decimal(abs(sum(one.amount for one in document.payments) + document.owed)) / 100
        owed = Decimal(abs(document.owed)) / 100
        if self.posting == "leave" or self.closing == "rows":
            return bool(total == owed)
        return bool(total == goods) and row.get("Remaining_Amount") == owed

    def _voucher_books(self, document: Voucher) -> int:
        amounts = sorted(
            row["Amount"]
            for table in ("entries", "journal")
            for row in self.books_there.rows(table)
            if row["Document_No"] == document.reference.upper()
        )
        wanted = sorted(Decimal(row.amount) / 100 for row in document.postings)
        if not amounts:
            return 0
        return len(amounts) // len(wanted) if amounts == sorted(wanted * (len(amounts) // len(wanted))) else 100

    # --- errors ----------------------------------------------------------------------------------------------

    def refusals(self) -> Mapping[str, Reply]:
        """See `Rig.refusals`."""
        return {code: self._refusal(text) for code, text in SAID.items()} | {"NAV03": Reply(401, b"")}

    def _refusal(self, text: str) -> Reply:
        if self.wire == "soap":
            return Reply(500, fault(text), {"Content-Type": "text/xml"})
        return Reply(400, (self.nav.v3 if self.wire == "v3" else self.nav.v4).error(text))

    def path(self, register: Register) -> str:
        """See `Rig.path`."""
        table = _TABLES[register]
        name = next(name for name, page in self.nav.pages.items() if page.table == table)
        company = quote(COMPANY)
        if self.wire == "soap":
            return f"/NAV110/WS/{company}/Page/{name}"
        return f"/NAV110/{'ODataV4' if self.wire == 'v4' else 'OData'}/Company('{company}')/{name}"

    def complaints(self) -> Collection[str]:
        """See `Rig.complaints`: fields that the page has not, values of the wrong type, elements out of order."""
        return self.books_there.complaints

    def refused_for_pace(self) -> int:
        """See `Rig.refused_for_pace`."""
        return 0

    def expire_sign_in(self) -> None:
        """Nobody's sign-in expires."""

    def revoke_sign_in(self) -> None:
        """Nobody's sign-in is revoked by a token."""

    def close(self) -> None:
        """See `Rig.close`."""
        self.nav.close()


class NavV3Rig(NavRig):
    """OData V3 with NTLM; left for a person to post."""

    wire = "v3"
    sign_in = "ntlm"
    posting = "leave"

    def post_by_hand(self) -> None:
        """See `LeavesDrafts.post_by_hand`."""
        books = self.books_there
        for table in ("invoices", "credit_memos"):
            for row in list(books.rows(table)):
                books.post_sales(table, row["No"])
        numbers = {
            (r["Journal_Template_Name"], r["Journal_Batch_Name"], r["Document_No"]) for r in books.rows("journal")
        }
        for template, batch, number in sorted(numbers):
            books.post_journal(template, batch, number)


class NavSoapRig(NavRig):
    """SOAP with NTLM, posted and paid by journal."""

    wire = "soap"
    sign_in = "ntlm"
    page_size = 500

    def published(self) -> dict[str, PageDef]:
        """With the posted invoice's card, which has no amounts, in place of the list."""
        pages = {**super().published(), "PostedSalesInvoice": all_pages()["PostedSalesInvoice"]}
        del pages["PostedSalesInvoices"]
        return pages


_KEYS: Mapping[Register, Callable[[int], object]] = {
    Register.ACCOUNTS: lambda number: 4000 + number,
    Register.GROUPS: lambda number: f"G{number}",
    Register.ARTICLES: lambda number: f"A{number}",
    Register.BARCODES: lambda number: f"73500000{number:05d}",
    Register.PRICES: lambda number: ("BUTIK", f"A{number}"),
    Register.STOCK: lambda number: f"A{number}",
    Register.CUSTOMERS: lambda number: f"C{number}",
}


def _seed_stock(books: NavBooks, number: int) -> None:
    books.add(
        "stock", Entry_No=max((row["Entry_No"] for row in books.rows("stock")), default=0) + 1, Item_No=f"A{number}",
        Location_Code="BUTIK", Remaining_Quantity=Decimal(5), Open=True, Posting_Date=books.today,
    )  # fmt: skip


def _seed_price(books: NavBooks, number: int) -> None:
    books.add(
        "sales_prices", Item_No=f"A{number}", Sales_Type="Customer_Price_Group", Sales_Code="BUTIK",
        Starting_Date=date(2026, 1, 1), Unit_Price=Decimal(60), Price_Includes_VAT=False,
    )  # fmt: skip


_SEEDS: Mapping[Register, Callable[[NavBooks, int], Any]] = {
    Register.ACCOUNTS: lambda books, number: books.add(
        "accounts", No=str(4000 + number), Name=f"Konto {number}", Account_Type="Posting", Direct_Posting=True
    ),
    Register.GROUPS: lambda books, number: books.add("categories", Code=f"G{number}", Description=f"Grupp {number}"),
    Register.BARCODES: lambda books, number: books.add(
        "cross_references",
        Item_No=f"A{number}",
        Cross_Reference_Type="Bar_Code",
        Cross_Reference_No=f"73500000{number:05d}",
    ),
    Register.PRICES: _seed_price,
    Register.STOCK: _seed_stock,
    Register.CUSTOMERS: lambda books, number: add_customer(books, f"C{number}", f"Kund {number}"),
}
__all__ = ["COMPANY", "NavRig", "NavSoapRig", "NavV3Rig", "start_company"]
