"""A NAV company: tables, their rules, NAV's own words when it says no, and posting. Knows no wire."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.worlds.fakes.nav_pages import PageDef
from tests.worlds.fakes.nav_rules import (
    NavError,
    ensure_account,
    ensure_date,
    ensure_dimensions,
    ensure_setup,
    ensure_sign,
    given,
)
from tests.worlds.session import Surroundings

Row = dict[str, Any]

_OF_ACCOUNT = {"3001": "MOMS25", "3002": "MOMS12", "3003": "MOMS6"}
"""The VAT group on the card of an account: a line on it gets that, whatever was sold."""

_DOCUMENT_TYPE = {"invoices": "Invoice", "credit_memos": "Credit_Memo", "orders": "Order"}


class NavBooks:
    """Tables by name; a row's version is under `_version`, the lines of a document under `_lines`."""

    def __init__(self, world: Surroundings) -> None:
        self.world = world
        self.tables: dict[str, list[Row]] = {}
        self.allowed_from = date(2026, 1, 1)
        self.touched_meanwhile = 0
        self.complaints: list[str] = []
        self._numbers: dict[str, int] = {}
        self._version = 0

    # --- rows ------------------------------------------------------------------------------------------------

    def rows(self, table: str) -> list[Row]:
        """A table."""
        return self.tables.setdefault(table, [])

    def add(self, table: str, **values: Any) -> Row:
        """A row as it is, without rules: what was in NAV before."""
        row = {**values, "_version": self._next_version()}
        self.rows(table).append(row)
        return row

    def find(self, table: str, **key: Any) -> Row | None:
        """The row with these values."""
        return next((row for row in self.rows(table) if all(row.get(k) == v for k, v in key.items())), None)

    def number(self, series: str, start: int) -> str:
        """The next number of a series."""
        self._numbers[series] = self._numbers.get(series, start) + 1
        return str(self._numbers[series])

    def _next_version(self) -> int:
        self._version += 1
        return self._version

    @property
    def today(self) -> date:
        """By the server's clock."""
        at: datetime = self.world.server_clock.now
        return at.date()

    # --- what a page does ------------------------------------------------------------------------------------

    def insert(self, page: PageDef, values: Row) -> Row:
        """A new row through a page."""
        row = self._fitting(page.name, page.columns, values)
        if page.table in _DOCUMENT_TYPE:
            self._sales_header(page.table, row)
        elif page.table in {"journal", "payments"}:
            self._journal_line(page.table, row)
        elif page.table == "customers":
            row.setdefault("No", self.number("customer", 20000))
            row.setdefault("Blocked", "_blank_")
            row["Last_Date_Modified"] = self.today
        if self.find(page.table, **{name: row.get(name) for name in page.key}):
            shown = ", ".join(f"{name}='{row.get(name)}'" for name in page.key)
            raise NavError(f"The {page.name} already exists. Identification fields and values: {shown}")
        row["_version"] = self._next_version()
        self.rows(page.table).append(row)
        return row

    def modify(self, page: PageDef, row: Row, values: Row) -> Row:
        """Change a row through a page. A change meanwhile is played by `touched_meanwhile`."""
        row |= self._fitting(page.name, page.columns, values)
        row["_version"] = self._next_version()
        if page.table in {"customers", "items"}:
            row["Last_Date_Modified"] = self.today
        return row

    def check_version(self, row: Row, version: str) -> None:
        """Refuse a change that was made on an older reading."""
        if self.touched_meanwhile:
            self.touched_meanwhile -= 1
            row["_version"] = self._next_version()
        if version not in {"*", str(row["_version"])}:
            raise NavError("Other user has modified the record. Refresh the page and try again.", 412)

    def _fitting(self, name: str, columns: dict[str, Any], values: Row) -> Row:
        row: Row = {}
        for field, value in values.items():
            column = columns.get(field)
            if column is None:
                raise NavError(f"The property '{field}' does not exist on type 'NAV.{name}'.", malformed=True)
            if isinstance(value, str) and column.length and len(value) > column.length:
                raise NavError(
                    f"The length of the string is {len(value)}, but it must be less than or equal to "
                    f"{column.length} characters. Value: {value}"
                )
            row[field] = value.strip().upper() if column.code and isinstance(value, str) else value
        return row

    # --- sales documents -------------------------------------------------------------------------------------

    def _sales_header(self, table: str, row: Row) -> None:
        customer = self.find("customers", No=row.get("Sell_to_Customer_No"))
        if customer is None:
            wanted = row.get("Sell_to_Customer_No", "")
            raise NavError(f"The Customer does not exist. Identification fields and values: No.='{wanted}'")
        if customer.get("Blocked") not in {None, "_blank_", ""}:
            raise NavError(
                f"You cannot create this type of document when Customer {customer['No']} is blocked with type "
                f"{customer['Blocked']}"
            )
        if table != "orders":
            for name in ("Payment_Method_Code", "Currency_Code", "VAT_Bus_Posting_Group"):
                row.setdefault(name, customer.get(name, ""))
        row["Document_Type"] = _DOCUMENT_TYPE[table]
        row["No"] = row.get("No") or self.number(table, {"invoices": 1000, "credit_memos": 5000, "orders": 9000}[table])
        row["_lines"] = []

    def add_line(self, page: PageDef, header: Row, values: Row) -> Row:
        """A line of a document."""
        row = self._fitting(page.line_set, page.line_columns, values)
        if row.get("Type") == "Item":
            self._item_line(row)
        elif row.get("Type") == "G_L_Account":
            ensure_account(self, str(row.get("No")))
        row["Document_Type"], row["Document_No"] = header["Document_Type"], header["No"]
        last = max((line["Line_No"] for line in header["_lines"]), default=0)
        row["Line_No"] = row.get("Line_No") or last + 10000
        if any(line["Line_No"] == row["Line_No"] for line in header["_lines"]):
            raise NavError("The Sales Line already exists. Identification fields and values: Line No.='1'")
        amount = Decimal(str(row.get("Quantity", 0))) * Decimal(str(row.get("Unit_Price", 0)))
        row["Line_Amount"] = amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
        row["_version"] = self._next_version()
        header["_lines"].append(row)
        header["_version"] = self._next_version()
        return row

    def _item_line(self, row: Row) -> None:
        item = self.find("items", No=row.get("No"))
        if item is None:
            raise NavError(f"The Item does not exist. Identification fields and values: No.='{row.get('No')}'")
        if item.get("Blocked"):
            raise NavError(f"Blocked must be equal to 'No' in Item: No.={item['No']}. Current value is 'Yes'.")
        row.setdefault("Unit_Price", item.get("Unit_Price", 0))
        row["VAT_Prod_Posting_Group"] = item["VAT_Prod_Posting_Group"]

    def post_sales(self, table: str, number: str) -> str:
        """What the codeunit does: the number of the posted document."""
        posted_table = {"invoices": "posted_invoices", "credit_memos": "posted_credit_memos"}[table]
        done = self.find(posted_table, Pre_Assigned_No=number)
        if done:
            return str(done["No"])
        header = self.find(table, No=number)
        if header is None:
            raise NavError(f"The Sales Header does not exist. Identification fields and values: No.='{number}'")
        ensure_date(self, header["Posting_Date"], "Sales Header")
        if not header["_lines"]:
            raise NavError("There is nothing to post.")
        self._ensure_lines(header)
        total = sum((line["Line_Amount"] for line in header["_lines"]), Decimal(0))
        posted = self.number(posted_table, 103000 if table == "invoices" else 104000)
        copied = ("External_Document_No", "Posting_Date", "Sell_to_Customer_No")
        known = {name: header[name] for name in copied if name in header}
        sign = 1 if table == "invoices" else -1
        vat = self._sold(header, posted, sign)
        self.add(
            posted_table, No=posted, Pre_Assigned_No=number, Amount_Including_VAT=total, Remaining_Amount=total,
            Amount=total - vat,
            _lines=header["_lines"], Your_Reference=header.get("Your_Reference", ""), **known,
        )  # fmt: skip
        self.add(
            "customer_entries", Entry_No=len(self.rows("customer_entries")) + 1, Document_No=posted,
            Document_Type="Invoice" if sign > 0 else "Credit_Memo", Customer_No=header["Sell_to_Customer_No"],
            Posting_Date=header["Posting_Date"], Amount_LCY=sign * total, Remaining_Amt_LCY=sign * total,
        )  # fmt: skip
        self._pay_by_method(header, posted, sign * total)
        self.rows(table).remove(header)
        return posted

    def _ensure_lines(self, header: Row) -> None:
        """What is looked at when a document is posted, and not before."""
        customer = self.find("customers", No=header["Sell_to_Customer_No"]) or {}
        for line in header["_lines"]:
            item = self.find("items", No=line.get("No")) if line.get("Type") == "Item" else None
            if item:
                ensure_setup(self, customer, item)
            account = "3001" if item else str(line.get("No") or "")
            if account:
                ensure_account(self, account, direct=False)
                ensure_dimensions(self, account, given(header) | {k: v for k, v in given(line).items() if v})

    def _sold(self, header: Row, posted: str, sign: int) -> Decimal:
        """The ledger entries of a posted document; its VAT."""
        customer = self.find("customers", No=header["Sell_to_Customer_No"]) or {}
        bus = header.get("VAT_Bus_Posting_Group") or customer.get("VAT_Bus_Posting_Group")
        by_account: dict[tuple[str, str, str], Decimal] = {}
        by_rate: dict[Decimal, Decimal] = {}
        for line in header["_lines"]:
            item = self.find("items", No=line.get("No")) if line.get("Type") == "Item" else None
            group = (
                item["VAT_Prod_Posting_Group"]
                if item
                else (line.get("VAT_Prod_Posting_Group") or _OF_ACCOUNT.get(str(line.get("No")), "MOMS0"))
            )
            setup = self.find("vat_setup", VAT_Bus_Posting_Group=bus, VAT_Prod_Posting_Group=group)
            rate = setup["VAT_Percent"] if setup else Decimal(0)
            gross = line["Line_Amount"]
            vat = (gross * rate / (100 + rate)).quantize(Decimal("0.01"), ROUND_HALF_UP)
            sort = ("3001" if item else str(line.get("No", "")), *_codes(header, line))
            by_account[sort] = by_account.get(sort, Decimal(0)) + gross - vat
            by_rate[rate] = by_rate.get(rate, Decimal(0)) + vat
        accounts = {Decimal(25): "2611", Decimal(12): "2621", Decimal(6): "2631"}
        for rate, vat in by_rate.items():
            if vat:
                by_account[accounts[rate], "", ""] = vat
        on, reference = header["Posting_Date"], header.get("External_Document_No", "")
        for (account, *codes), amount in by_account.items():
            if amount:
                self._entry(posted, reference, on, account, -sign * amount, codes)
        self._entry(posted, reference, on, "1510", sign * sum(by_account.values(), Decimal(0)))
        return sum(by_rate.values(), Decimal(0))

    def _entry(
        self, document: str, reference: str, on: date, account: str, amount: Decimal, codes: Sequence[str] = ("", "")
    ) -> None:
        """`codes`: its two global dimensions."""
        self.add(
            "entries", Entry_No=len(self.rows("entries")) + 1, Document_No=document, External_Document_No=reference,
            Posting_Date=on, G_L_Account_No=account, Amount=amount,
            Global_Dimension_1_Code=codes[0], Global_Dimension_2_Code=codes[1],
        )  # fmt: skip

    def _pay_by_method(self, header: Row, posted: str, total: Decimal) -> None:
        """A payment method with a balancing account closes the invoice at once, against that account."""
        method = self.find("payment_methods", Code=header.get("Payment_Method_Code") or "-")
        if not method or not method.get("Bal_Account_No"):
            return
        on, reference = header["Posting_Date"], header.get("External_Document_No", "")
        self._entry(posted, reference, on, method["Bal_Account_No"], total)
        self._entry(posted, reference, on, "1510", -total)
        entry = self.find("customer_entries", Document_No=posted)
        invoice = self.find("posted_invoices", No=posted) or self.find("posted_credit_memos", No=posted)
        assert entry is not None
        assert invoice is not None
        entry["Remaining_Amt_LCY"] = invoice["Remaining_Amount"] = Decimal(0)

    # --- journals --------------------------------------------------------------------------------------------

    def _journal_line(self, table: str, row: Row) -> None:
        row.setdefault("Journal_Batch_Name", row.get("CurrentJnlBatchName"))
        row.setdefault("Journal_Template_Name", "INBET" if table == "payments" else "ALLMÄN")
        row["CurrentJnlBatchName"] = row["Journal_Batch_Name"]
        if row["Journal_Batch_Name"] != "KASSA":
            raise NavError(
                "The Gen. Journal Batch does not exist. Identification fields and values: "
                f"Journal Template Name='{row['Journal_Template_Name']}',Name='{row['Journal_Batch_Name']}'"
            )
        register = {"G_L_Account": "accounts", "Customer": "customers"}[row["Account_Type"]]
        if self.find(register, No=row["Account_No"]) is None:
            raise NavError(
                "The field Account No. of table Gen. Journal Line contains a value "
                f"({row['Account_No']}) that cannot be found in the related table."
            )
        row["Line_No"] = row.get("Line_No") or max((one["Line_No"] for one in self.rows(table)), default=0) + 10000
        row["Amount"] = Decimal(str(row["Amount"]))

    def post_journal(self, template: str, batch: str, number: str) -> str:
        """What the codeunit does with the rows of one document."""
        table = "payments" if template == "INBET" else "journal"
        lines = [
            row
            for row in self.rows(table)
            if row["Journal_Template_Name"] == template
            and row["Journal_Batch_Name"] == batch
            and row["Document_No"] == number
        ]
        for line in lines:
            ensure_date(self, line["Posting_Date"], "Gen. Journal Line")
            ensure_sign(line)
            accounts = [line["Account_No"] if line["Account_Type"] == "G_L_Account" else "", line.get("Bal_Account_No")]
            for account in filter(None, accounts):
                ensure_account(self, account)
                ensure_dimensions(self, account, given(line))
        difference = sum((line["Amount"] for line in lines if not line.get("Bal_Account_No")), Decimal(0))
        if difference:
            raise NavError(f"The lines in Document No. {number} are out of balance by {difference}.")
        known = self.find("batches", Journal_Template_Name=template, Name=batch) or {}
        posted_as = self.number("posted_journals", 9000) if lines and known.get("Posting_No_Series") else ""
        for line in lines:
            self._post_line(line | {"Document_No": posted_as or line["Document_No"]})
            self.rows(table).remove(line)
        return number

    def _post_line(self, line: Row) -> None:
        if line["Account_Type"] == "Customer":
            entry = self.find("customer_entries", Document_No=line["Applies_to_Doc_No"])
            assert entry is not None, "applied to something that is not there"
            if not entry["Remaining_Amt_LCY"]:
                raise NavError("There is no Cust. Ledger Entry within the filter.")
            paid_as, on = line["Document_No"], line["Posting_Date"]
            self._entry(paid_as, line["External_Document_No"], on, line["Bal_Account_No"], -line["Amount"])
            self._entry(paid_as, line["External_Document_No"], on, "1510", line["Amount"])
            entry["Remaining_Amt_LCY"] += line["Amount"]
            posted = self.find("posted_invoices", No=line["Applies_to_Doc_No"]) or self.find(
                "posted_credit_memos", No=line["Applies_to_Doc_No"]
            )
            assert posted is not None
            posted["Remaining_Amount"] = abs(entry["Remaining_Amt_LCY"])
            return
        known = line["Document_No"], line["External_Document_No"], line["Posting_Date"]
        self._entry(*known, line["Account_No"], line["Amount"], _codes({}, line))
        if line.get("Bal_Account_No"):
            self._entry(*known, line["Bal_Account_No"], -line["Amount"])

    def documents(self, *tables: str) -> Iterator[Row]:
        """Rows of several tables."""
        for table in tables:
            yield from self.rows(table)


def _codes(header: Mapping[str, Any], line: Mapping[str, Any]) -> tuple[str, str]:
    """The two global dimensions of a line: a document's line takes its header's unless it says otherwise."""
    first, second = ("Shortcut_Dimension_1_Code", "Shortcut_Dimension_2_Code")
    return str(line.get(first, header.get(first)) or ""), str(line.get(second, header.get(second)) or "")
