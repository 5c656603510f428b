"""What NAV holds lines and postings to: accounts, dates, dimensions and set-up, each refused in NAV's own words."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.worlds.fakes.nav_books import NavBooks, Row


class NavError(Exception):
    """NAV says no, in its own words. `malformed`: to a request that no client should ever make."""

    def __init__(self, text: str, status: int = 400, *, malformed: bool = False) -> None:
        super().__init__(text)
        self.status = status
        self.malformed = malformed


def ensure_account(books: NavBooks, number: str, *, direct: bool = True) -> None:
    """An account that may be booked on."""
    account = books.find("accounts", No=number)
    if account is None:
        raise NavError(f"The G/L Account does not exist. Identification fields and values: No.='{number}'")
    if account.get("Blocked"):
        raise NavError(f"Blocked must be equal to 'No'  in G/L Account: No.={number}. Current value is 'Yes'.")
    if direct and not account.get("Direct_Posting", True):
        raise NavError(f"Direct Posting must be equal to 'Yes'  in G/L Account: No.={number}. Current value is 'No'.")


def ensure_date(books: NavBooks, on: date, table: str) -> None:
    """A day that this user may book on: by the user's own span, else by the company's."""
    spans = [_span(row) for row in (*books.rows("user_setup"), *books.rows("ledger_setup"))]
    first, last = next((span for span in spans if any(span)), (books.allowed_from, None))
    if on < (first or date.min) or on > (last or date.max):
        raise NavError(f"Posting Date is not within your range of allowed posting dates in {table}.")


def _span(row: Row) -> tuple[date | None, date | None]:
    """From and to, None for NAV's blank date."""
    first, last = (row.get(name) or date.min for name in ("Allow_Posting_From", "Allow_Posting_To"))
    return None if first == date.min else first, None if last == date.min else last


def ensure_dimensions(books: NavBooks, account: str, given: dict[str, str]) -> None:
    """What an account demands. `given`: dimension -> value."""
    for row in books.rows("default_dimensions"):
        if row.get("No") != account:
            continue
        dimension, rule = str(row["Dimension_Code"]), row.get("Value_Posting", "")
        there = given.get(dimension, "") or row.get("Dimension_Value_Code", "")
        if rule == "Code_Mandatory" and not there:
            raise NavError(
                f"Select a Dimension Value Code for the Dimension Code {dimension} for G/L Account {account}."
            )
        if rule == "No_Code" and given.get(dimension):
            raise NavError(
                f"Dimension Value Code for the Dimension Code {dimension} for G/L Account {account} must be blank."
            )


def ensure_sign(line: Row) -> None:
    """A customer's payment takes from what they owe and a refund adds to it (codeunit 11, Gen. Jnl.-Check Line)."""
    wanted = {"Payment": "negative", "Refund": "positive"}.get(line.get("Document_Type", ""), "")
    there = "negative" if line["Amount"] < 0 else "positive"
    if line["Account_Type"] == "Customer" and wanted and there != wanted:
        key = f"Journal Batch Name='{line['Journal_Batch_Name']}',Line No.='{line['Line_No']}'"
        raise NavError(f"Amount must be {wanted} in Gen. Journal Line {key}.")


def given(line: Row) -> dict[str, str]:
    """The values that a line has of the two global dimensions."""
    return {"AVD": line.get("Shortcut_Dimension_1_Code") or "", "PROJ": line.get("Shortcut_Dimension_2_Code") or ""}


def ensure_setup(books: NavBooks, customer: Row, item: Row) -> None:
    """The customer's and the item's groups together."""
    for title, table, short, word in (
        ("General", "posting_setup", "Gen.", "Gen"),
        ("VAT", "vat_setup", "VAT", "VAT"),
    ):
        bus, prod = f"{word}_Bus_Posting_Group", f"{word}_Prod_Posting_Group"
        if not item.get(prod):
            raise NavError(
                f"{short} Prod. Posting Group must have a value in Item: No.={item['No']}. It cannot be empty."
            )
        values: dict[str, Any] = {bus: customer.get(bus, ""), prod: item.get(prod, "")}
        if books.find(table, **values) is None:
            raise NavError(
                f"The {title} Posting Setup does not exist. Identification fields and values: "
                f"{short} Bus. Posting Group='{values[bus]}',{short} Prod. Posting Group='{values[prod]}'"
            )
