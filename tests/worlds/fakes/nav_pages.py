"""The pages that the fake NAV publishes: fields of the NAV 2018 objects, and a few pages that were not among them."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from msgspec import Struct

from tests.places import SHARED

SPECS = SHARED / "specs/nav"


class Column(Struct, frozen=True):
    """A field: its OData type, its greatest length (0: none), whether NAV stores it in capitals."""

    name: str
    kind: str = "Edm.String"
    length: int = 0
    code: bool = False
    read_only: bool = False


_SOURCES = {
    **dict.fromkeys(("invoices", "credit_memos", "orders"), "Sales Header"),
    **dict.fromkeys(("journal", "payments"), "Gen. Journal Line"),
    "customers": "Customer",
}


class PageDef(Struct, frozen=True):
    """A published page. `table` is where its rows live."""

    name: str
    table: str
    key: tuple[str, ...]
    columns: dict[str, Column]
    part: str = ""
    line_columns: dict[str, Column] = {}
    line_entity: str = ""

    @property
    def source(self) -> str:
        """The table as NAV calls it in what it says."""
        return _SOURCES.get(self.table, self.name)

    @property
    def line_set(self) -> str:
        """The entity set of the lines."""
        return self.name + self.part


@cache
def _derived() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SPECS / "nav2018-dk-pages.derived.json").read_text(encoding="utf-8"))
    return found


_VARIABLE = {  # what the page source calls a variable but is a field with a known type
    "No": Column("No", length=20, code=True),
    "Amount": Column("Amount", "Edm.Decimal"),
    "Remaining_Amount": Column("Remaining_Amount", "Edm.Decimal"),
    "Amount_Including_VAT": Column("Amount_Including_VAT", "Edm.Decimal"),
}


def _columns(page: str, *more: Column) -> dict[str, Column]:
    found = {one.name: one for one in more}
    for field in _derived()[page]["fields"]:
        name, kind = field["name"], str(field["calType"])
        if name in found:
            continue
        if kind == "(variable)":
            found[name] = (
                Column(name, _kind(name)) if page == "ItemLedgerEntries" else _VARIABLE.get(name, Column(name))
            )
        else:
            found[name] = Column(
                name, field["edm"], field["maxLength"] or 0, kind.startswith("Code"), bool(field["readOnly"])
            )
    return found


def _kind(name: str) -> str:
    """The page's source calls its fields variables; the table says what they are."""
    if name == "Entry_No":
        return "Edm.Int32"
    if name in {"Open", "Completely_Invoiced"}:
        return "Edm.Boolean"
    return "Edm.Decimal" if "Quantity" in name else "Edm.Date" if name.endswith("_Date") else "Edm.String"


def _made(*columns: str) -> dict[str, Column]:
    """`name:kind:length`; kinds: t text, c code, d decimal, b yes/no, D date, i whole."""
    kinds = {
        "t": "Edm.String",
        "c": "Edm.String",
        "d": "Edm.Decimal",
        "b": "Edm.Boolean",
        "D": "Edm.Date",
        "i": "Edm.Int32",
    }
    found = {}
    for column in columns:
        name, kind, length = f"{column}:0:0".split(":")[:3] if ":" in column else (column, "t", "0")
        found[name] = Column(name, kinds[kind], int(length), kind == "c")
    return found


_DIRECT = Column("Direct_Posting", "Edm.Boolean")
_BLOCKED = Column("Blocked", "Edm.Boolean")
_TYPE = Column("Document_Type")
_LINE_KEY = (Column("Document_No", length=20, code=True), Column("Line_No", "Edm.Int32"))
_JOURNAL_KEY = ("Journal_Template_Name", "Journal_Batch_Name", "Line_No")
_JOURNAL = (
    Column("Journal_Template_Name", length=10, code=True),
    Column("Journal_Batch_Name", length=10, code=True),
    Column("Line_No", "Edm.Int32"),
)


def _sales(name: str, table: str, page: str, subform: str, entity: str) -> PageDef:
    lines = _columns(subform, _TYPE, *_LINE_KEY, Column("Line_Amount", "Edm.Decimal"))
    return PageDef(name, table, ("Document_Type", "No"), _columns(page, _TYPE), "SalesLines", lines, line_entity=entity)


def _batches() -> PageDef:
    columns = _made("Journal_Template_Name:c:10", "Name:c:10", "No_Series:c:20", "Posting_No_Series:c:20")
    return PageDef("GeneralJournalBatches", "batches", ("Journal_Template_Name", "Name"), columns)


def _rules() -> list[PageDef]:
    """What a posting is held to."""
    days = ("Allow_Posting_From:D", "Allow_Posting_To:D")
    demands = _made("No:c:20", "Dimension_Code:c:20", "Dimension_Value_Code:c:20", "Value_Posting")
    return [
        PageDef("GeneralLedgerSetup", "ledger_setup", ("Primary_Key",), _made("Primary_Key:c:10", *days)),
        PageDef("UserSetup", "user_setup", ("User_ID",), _made("User_ID:c:50", *days)),
        PageDef("DefaultDimensions", "default_dimensions", ("No", "Dimension_Code"), demands),
    ]


@cache
def all_pages() -> dict[str, PageDef]:
    """Every page, by its usual name."""
    groups = ("Gen_Bus_Posting_Group", "Gen_Prod_Posting_Group")
    accounts = ("Sales_Account:c:20", "Sales_Credit_Memo_Account:c:20")
    pages = [
        PageDef("Item", "items", ("No",), _columns("Item")),
        PageDef("Customer", "customers", ("No",), _columns("Customer")),
        PageDef("ChartOfAccounts", "accounts", ("No",), _columns("ChartOfAccounts", _DIRECT, _BLOCKED)),
        PageDef("ItemLedgerEntries", "stock", ("Entry_No",), _columns("ItemLedgerEntries")),
        PageDef("CustomerLedgerEntries", "customer_entries", ("Entry_No",), _columns("CustomerLedgerEntries")),
        PageDef("GLEntries", "entries", ("Entry_No",), _columns("GLEntries")),
        PageDef("PostedSalesInvoices", "posted_invoices", ("No",), _columns("PostedSalesInvoices")),
        PageDef("PostedSalesInvoice", "posted_invoices", ("No",), _columns("PostedSalesInvoice")),
        PageDef("PostedSalesCreditMemo", "posted_credit_memos", ("No",), _columns("PostedSalesCreditMemo")),
        PageDef("GeneralJournal", "journal", _JOURNAL_KEY, _columns("GeneralJournal", *_JOURNAL)),
        PageDef("CashReceiptJournal", "payments", _JOURNAL_KEY, _columns("CashReceiptJournal", *_JOURNAL)),
        _sales("SalesInvoice", "invoices", "SalesInvoice", "SalesInvoiceSubform", "Sales_Invoice_Line"),
        _sales("SalesCreditMemo", "credit_memos", "SalesCreditMemo", "SalesCrMemoSubform", "Sales_Cr_Memo_Line"),
        _sales("SalesOrder", "orders", "SalesOrder", "SalesOrderSubform", "Sales_Order_Line"),
        PageDef("ItemCategories", "categories", ("Code",), _made("Code:c:20", "Description:t:50")),
        PageDef(
            "ProductGroups", "product_groups", ("Item_Category_Code", "Code"),
            _made("Item_Category_Code:c:20", "Code:c:10", "Description:t:50"),
        ),
        PageDef(
            "VATPostingSetup", "vat_setup", ("VAT_Bus_Posting_Group", "VAT_Prod_Posting_Group"),
            _made("VAT_Bus_Posting_Group:c:20", "VAT_Prod_Posting_Group:c:20", "VAT_Percent:d"),
        ),
        PageDef("GeneralPostingSetup", "posting_setup", groups, _made(*(f"{one}:c:20" for one in groups), *accounts)),
        PageDef(
            "SalesPrices", "sales_prices",
            ("Item_No", "Sales_Type", "Sales_Code", "Starting_Date", "Currency_Code", "Variant_Code",
             "Unit_of_Measure_Code", "Minimum_Quantity"),
            _made("Item_No:c:20", "Sales_Type", "Sales_Code:c:20", "Starting_Date:D", "Ending_Date:D",
                  "Currency_Code:c:10", "Variant_Code:c:10", "Unit_of_Measure_Code:c:10", "Minimum_Quantity:d",
                  "Unit_Price:d", "Price_Includes_VAT:b"),
        ),
        PageDef(
            "ItemCrossReferences", "cross_references", ("Item_No", "Cross_Reference_Type", "Cross_Reference_No"),
            _made("Item_No:c:20", "Cross_Reference_Type", "Cross_Reference_No:c:20", "Description:t:50",
                  "Unit_of_Measure:c:10"),
        ),
        PageDef("ItemIdentifiers", "identifiers", ("Code",), _made("Code:c:20", "Item_No:c:20")),
        PageDef(
            "DimensionValues", "dimensions", ("Dimension_Code", "Code"),
            _made("Dimension_Code:c:20", "Code:c:20", "Name:t:50", "Blocked:b", "Global_Dimension_No:i"),
        ),
        _batches(),
        *_rules(),
        PageDef(
            "PaymentMethods", "payment_methods", ("Code",),
            _made("Code:c:10", "Description:t:50", "Bal_Account_No:c:20")
        ),
        PageDef(
            "AccountingPeriods", "periods", ("Starting_Date",),
            _made("Starting_Date:D", "New_Fiscal_Year:b", "Closed:b")
        ),
    ]  # fmt: skip
    return {page.name: page for page in pages}
