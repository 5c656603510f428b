"""Fortnox's rules of bookkeeping and what its lists show, for the fake."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from tests.worlds.fakes.server import Reply, Request

if TYPE_CHECKING:
    from tests.worlds.fakes.fortnox import Fortnox

Row = dict[str, Any]


class Shape(Struct, frozen=True):
    """A list: the name its rows stand under, the fields that it shows ("" for all), which of those are texts although
    they are numbers, and what may be searched for by which parameter."""

    name: str
    fields: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    searches: Mapping[str, str] = {}
    called: Mapping[str, str] = {}
    """Fields that have another name in the list than by themselves."""


LISTS: Mapping[str, Shape] = {
    "financialyears": Shape("FinancialYears"),
    "accounts": Shape(
        "Accounts",
        (
            "Number",
            "Description",
            "Active",
            "SRU",
            "VATCode",
            "Year",
            "CostCenter",
            "Project",
            "CostCenterSettings",
            "ProjectSettings",
        ),
        ("SRU",),
    ),
    "voucherseries": Shape("VoucherSeriesCollection", ("Code", "Description", "Manual", "Year")),
    "costcenters": Shape("CostCenters"),
    "projects": Shape("Projects", ("ProjectNumber", "Description", "Status", "StartDate", "EndDate")),
    "vouchers": Shape(
        "Vouchers",
        (
            "Comments",
            "Description",
            "ReferenceNumber",
            "ReferenceType",
            "TransactionDate",
            "VoucherNumber",
            "VoucherSeries",
            "Year",
        ),
        ("VoucherNumber",),
    ),
    "articles": Shape(
        "Articles",
        ("ArticleNumber", "Description", "EAN", "QuantityInStock", "SalesPrice", "Unit", "VAT", "WebshopArticle"),
        ("QuantityInStock", "SalesPrice", "VAT"),
        {"articlenumber": "ArticleNumber"},
    ),
    "customers": Shape(
        "Customers",
        ("CustomerNumber", "Name", "OrganisationNumber", "Address1", "ZipCode", "City", "Email", "Phone"),
        called={"Phone": "Phone1"},
    ),
    "invoices": Shape(
        "Invoices",
        (
            "Balance",
            "Booked",
            "Cancelled",
            "CustomerNumber",
            "DocumentNumber",
            "ExternalInvoiceReference1",
            "InvoiceDate",
            "InvoiceType",
            "Total",
            "VoucherNumber",
            "VoucherSeries",
            "VoucherYear",
        ),
        (),
        {"externalinvoicereference1": "ExternalInvoiceReference1"},
    ),
    "invoicepayments": Shape(
        "InvoicePayments",
        ("Amount", "Booked", "Currency", "InvoiceNumber", "Number", "PaymentDate"),
        ("InvoiceNumber",),
    ),
    "pricelists": Shape("PriceLists"),
    "prices": Shape(
        "Prices", ("ArticleNumber", "FromQuantity", "Price", "PriceList"), ("FromQuantity", "Price", "ArticleNumber")
    ),
    "modesofpayments": Shape("ModesOfPayments"),
    "orders": Shape(
        "Orders",
        ("Cancelled", "CustomerNumber", "DocumentNumber", "ExternalInvoiceReference1", "OrderDate"),
        (),
        {"externalinvoicereference1": "ExternalInvoiceReference1"},
    ),
}


class Refused(Exception):
    """A refusal with one of the vendor's error codes."""

    def __init__(self, status: int, code: int, text: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(text)
        self.status, self.code, self.text, self.headers = status, code, text, headers or {}

    def reply(self) -> Reply:
        """The body that goes with it; its fields have a capital now and then (recorded)."""
        if not self.code:
            return Reply(self.status, {"message": self.text}, self.headers)
        said: Row = {"error": 1, "message": self.text, "code": self.code}
        if self.code % 2 == 0:
            said = {name.title(): value for name, value in said.items()}
        return Reply(self.status, {"ErrorInformation": said}, self.headers)


def listed(row: Row, shape: Shape) -> Row:
    """A row as the list shows it."""
    shown = {name: row.get(shape.called.get(name, name)) for name in shape.fields} if shape.fields else dict(row)
    shown.pop("#changed", None)
    return {name: str(value) if name in shape.texts and value is not None else value for name, value in shown.items()}


def ore(amount: float | None) -> int:
    """Kronor to öre; more than two decimals are refused."""
    value = round((amount or 0) * 100)
    if abs((amount or 0) * 100 - value) > 1e-6:
        raise Refused(400, 2000108, f"Värdet måste vara numeriskt ({amount})")
    return value


def open_day(fortnox: Fortnox, text: str) -> Row:
    """The financial year of a day that may be booked on."""
    year = fortnox.year_of(date.fromisoformat(text))
    if fortnox.locked_to and text <= fortnox.locked_to:
        raise Refused(400, 2000401, f"Anna har låst perioden t.o.m. {fortnox.locked_to}. Lås upp den.")
    return year


def booked_voucher(fortnox: Fortnox, request: Request) -> Row:
    """POST /3/vouchers."""
    body = request.body["Voucher"]
    year = open_day(fortnox, body["TransactionDate"])
    asked = request.query.get("financialyear")
    if asked is not None and int(asked) != year["Id"]:
        raise Refused(400, 2000489, "Räkenskapsåret finns inte för datumet.")
    series = next(
        (
            one
            for one in fortnox.rows["voucherseries"]
            if (one["Code"], one["Year"]) == (body["VoucherSeries"], year["Id"])
        ),
        None,
    )
    if series is None:
        raise Refused(400, 2000430, f"Verifikationsserien {body['VoucherSeries']} finns inte.")
    if not series["Manual"]:
        raise Refused(400, 2000431, f"Verifikationsserien är inte manuell ({series['Code']})")
    balance = 0
    chart = {one["Number"]: one for one in fortnox.rows["accounts"] if one["Year"] == year["Id"]}
    centres = {one["Code"] for one in fortnox.rows["costcenters"] if one["Active"]}
    projects = {one["ProjectNumber"] for one in fortnox.rows["projects"]}
    for row in body["VoucherRows"]:
        if row["Account"] not in chart:
            raise Refused(400, 2000423, "Kan inte hitta kontot.")
        if not chart[row["Account"]]["Active"]:
            raise Refused(400, 2000425, f"Konto {row['Account']} är inte aktivt.")
        if row.get("CostCenter", "") not in centres | {""}:
            raise Refused(400, 2000427, "Kan inte hitta kostnadsstället.")
        if row.get("Project", "") not in projects | {""}:
            raise Refused(400, 2001161, "Kan inte hitta projektet.")
        _assert_dimensions(chart[row["Account"]], row)
        balance += ore(row.get("Debit")) - ore(row.get("Credit"))
    if balance:
        raise Refused(400, 2000426, "Verifikationen balanserar inte.")
    return voucher(fortnox, body, year)


def _assert_dimensions(account: Row, row: Row) -> None:
    """What an account says of cost centres and projects (the texts are guesses)."""
    for name, word in (("CostCenter", "kostnadsställe"), ("Project", "projekt")):
        said = account.get(f"{name}Settings", "ALLOWED")
        if said == "MANDATORY" and not row.get(name):
            raise Refused(400, 2000428, f"Konto {account['Number']} kräver {word}.")
        if said == "NOTALLOWED" and row.get(name):
            raise Refused(400, 2000429, f"Konto {account['Number']} tillåter inte {word}.")


def rows_of(sums: Mapping[int, int]) -> list[Row]:
    """Rows of a voucher, from öre by account."""
    empty: Row = {"CostCenter": None, "Project": None, "Removed": False}
    return [
        {**empty, "Account": account, "Debit": max(amount, 0) / 100, "Credit": max(-amount, 0) / 100}
        for account, amount in sums.items()
        if amount
    ]


def made(fortnox: Fortnox, series: str, day: str, text: str, sums: Mapping[int, int], **of: str) -> Row:
    """A voucher that Fortnox makes of something else: öre by account, debit positive."""
    assert not sum(sums.values()), "the fake's own vouchers balance"
    body = {"VoucherSeries": series, "TransactionDate": day, "Description": text, "VoucherRows": rows_of(sums), **of}
    row = voucher(fortnox, body, fortnox.year_of(date.fromisoformat(day)))
    fortnox.rows["vouchers"].append(row)
    return {"VoucherSeries": series, "VoucherNumber": row["VoucherNumber"], "VoucherYear": row["Year"]}


def voucher(fortnox: Fortnox, body: Row, year: Row) -> Row:
    """A voucher as it stands in the books: its number follows the last one of its series and year."""
    of_series = (body["VoucherSeries"], year["Id"])
    number = fortnox.numbers[of_series] = fortnox.numbers[of_series] + 1
    rows = [
        {"Debit": 0, "Credit": 0, "CostCenter": None, "Project": None, "Removed": False, **row}
        for row in body["VoucherRows"]
    ]
    return {
        "@url": f"https://api.fortnox.se/3/vouchers/{body['VoucherSeries']}/{number}",
        "Comments": None,
        "ReferenceNumber": "",
        "ReferenceType": "MANUAL",
        **body,
        "VoucherNumber": number,
        "Year": year["Id"],
        "VoucherRows": rows,
    }
