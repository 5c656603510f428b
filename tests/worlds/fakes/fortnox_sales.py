"""What Fortnox does with articles, customers, invoices, payments and orders, for the fake.

Guesses, since the vendor does not say: what remains of an invoice sinks when a payment is booked, by its amount and
what is written off with it; an invoice of negative rows is a credit; a number is given in order.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tests.worlds.fakes.fortnox_rules import Refused, Row, made, open_day, ore
from tests.worlds.fakes.server import Reply, Request

if TYPE_CHECKING:
    from tests.worlds.fakes.fortnox import Fortnox

RATES = {25, 12, 6, 0}
CLAIMS, ROUNDING = 1510, 3740
VAT = {25: 2611, 12: 2621, 6: 2631}
"""BAS, as Fortnox's own chart has it. That VAT is rounded by the row is a guess."""


def one(fortnox: Fortnox, name: str, field: str, number: str, missing: int, what: str) -> Row:
    """A row by its number."""
    for row in fortnox.rows[name]:
        if str(row[field]) == number:
            return row
    raise Refused(404, missing, f"Kan inte hitta {what}.")


def article(fortnox: Fortnox, number: str) -> Row:
    """An article."""
    return one(fortnox, "articles", "ArticleNumber", number, 2000428, "artikeln")


def customer(fortnox: Fortnox, number: str) -> Row:
    """A customer."""
    return one(fortnox, "customers", "CustomerNumber", number, 2000433, "kunden")


def invoice(fortnox: Fortnox, number: str) -> Row:
    """An invoice."""
    return one(fortnox, "invoices", "DocumentNumber", number, 2000434, "fakturan")


def payment(fortnox: Fortnox, number: str) -> Row:
    """A payment."""
    return one(fortnox, "invoicepayments", "Number", number, 2000435, "betalningen")


def shown(row: Row) -> Row:
    """A single object as it is answered: without what is the fake's own."""
    return {name: value for name, value in row.items() if not name.startswith("#")}


def changes(fortnox: Fortnox, request: Request, words: list[str]) -> Reply | None:
    """POST and PUT of the full way; None when it is not one of these."""
    match [request.method, *words]:
        case ["POST", "invoices"]:
            return Reply(201, {"Invoice": shown(_made_invoice(fortnox, request.body["Invoice"]))})
        case ["PUT", "invoices", number, "bookkeep"]:
            return Reply(200, {"Invoice": shown(_booked_invoice(fortnox, invoice(fortnox, number)))})
        case ["PUT", "invoices", number, "warehouseready"]:
            row = invoice(fortnox, number)
            row["WarehouseReady"] = True
            return Reply(200, {"Invoice": shown(row)})
        case ["POST", "invoicepayments"]:
            return Reply(201, {"InvoicePayment": shown(_made_payment(fortnox, request.body["InvoicePayment"]))})
        case ["PUT", "invoicepayments", number, "bookkeep"]:
            return Reply(200, {"InvoicePayment": shown(_booked_payment(fortnox, payment(fortnox, number)))})
        case ["POST", "orders"]:
            return Reply(201, {"Order": shown(_made_order(fortnox, request.body["Order"]))})
        case ["POST", "customers"]:
            return Reply(201, {"Customer": shown(_made_customer(fortnox, request.body["Customer"]))})
        case ["PUT", "customers", number]:
            row = customer(fortnox, number)
            row.update(request.body["Customer"], **{"#changed": fortnox.stamp()})
            return Reply(200, {"Customer": shown(row)})
    return None


def _next(fortnox: Fortnox, name: str) -> str:
    return str(1 + len(fortnox.rows[name]))


def _made_invoice(fortnox: Fortnox, body: Row) -> Row:
    year = open_day(fortnox, body["InvoiceDate"])
    customer(fortnox, body["CustomerNumber"])
    chart = {row["Number"]: row for row in fortnox.rows["accounts"] if row["Year"] == year["Id"]}
    total = 0
    for row in body["InvoiceRows"]:
        account = chart.get(row["AccountNumber"])
        if account is None or not account["Active"]:
            raise Refused(400, 2000423, "Kan inte hitta kontot.")
        if row["VAT"] not in RATES:
            raise Refused(400, 2001305, "Kunde inte hämta/hitta moms")
        if row.get("ArticleNumber"):
            article(fortnox, row["ArticleNumber"])
        amount = round(ore(row["Price"]) * float(row["DeliveredQuantity"]))
        total += amount if body["VATIncluded"] else round(amount * (100 + row["VAT"]) / 100)
    return standing_invoice(fortnox, body, total)


def standing_invoice(fortnox: Fortnox, body: Row, total: int) -> Row:
    """An invoice that is made and not booked."""
    rounded = round(total, -2) if fortnox.rounds else total
    number = _next(fortnox, "invoices")
    row = {
        **body,
        "@url": f"https://api.fortnox.se/3/invoices/{number}",
        "DocumentNumber": number,
        "Total": rounded / 100,
        "TotalToPay": rounded / 100,
        "TotalVAT": sum(taxes(body).values()) / 100,
        "Balance": rounded / 100,
        "RoundOff": (rounded - total) / 100,
        "Booked": False,
        "Cancelled": False,
        "Credit": "true" if total < 0 else "false",
        "WarehouseReady": not fortnox.warehouse,
        "#changed": fortnox.stamp(),
    }
    fortnox.rows["invoices"].append(row)
    return row


def _booked_invoice(fortnox: Fortnox, row: Row) -> Row:
    open_day(fortnox, row["InvoiceDate"])
    if row["Booked"]:
        raise Refused(400, 2000436, "Fakturan är redan bokförd.")
    if not row["WarehouseReady"]:
        raise Refused(
            400, 2000437, f"Kunde inte bokföra fakturanummer {row['DocumentNumber']}. Faktura måste vara klarmarkerad"
        )
    row["Booked"] = True
    text = f"Kundfaktura {row['CustomerNumber']} ({row['DocumentNumber']})"
    of = {"ReferenceType": "INVOICE", "ReferenceNumber": row["DocumentNumber"]}
    row.update(made(fortnox, "B", row["InvoiceDate"], text, sold(row), **of))
    sets = {line["AccountNumber"]: {name: line.get(name) for name in _DIMENSIONS} for line in row["InvoiceRows"]}
    for one in fortnox.rows["vouchers"][-1]["VoucherRows"]:
        one.update(sets.get(one["Account"], {}))
    return row


_DIMENSIONS = ("CostCenter", "Project")
"""One account's rows have the same in these tests: the last one's are the account's. (A guess, as the above.)"""


def sold(row: Row) -> dict[int, int]:
    """What an invoice is booked as: the claim, the sales without VAT, the VAT by rate and what was rounded."""
    sums: Counter[int] = Counter({CLAIMS: ore(row["Total"])})
    for line in row["InvoiceRows"]:
        sums[line["AccountNumber"]] -= round(ore(line["Price"]) * float(line["DeliveredQuantity"])) - _tax(line)
    for rate, tax in taxes(row).items():
        sums[VAT[rate]] -= tax
    sums[ROUNDING] -= ore(row["RoundOff"])
    return sums


def taxes(row: Row) -> dict[int, int]:
    """The VAT of an invoice's rows by rate, in öre."""
    sums: Counter[int] = Counter()
    for line in row["InvoiceRows"]:
        if line["VAT"]:
            sums[line["VAT"]] += _tax(line)
    return sums


def _tax(line: Row) -> int:
    amount, rate = round(ore(line["Price"]) * float(line["DeliveredQuantity"])), int(line["VAT"])
    return round(amount * rate / (100 + rate))


def _made_payment(fortnox: Fortnox, body: Row) -> Row:
    of = invoice(fortnox, str(body["InvoiceNumber"]))
    if not of["Booked"]:
        raise Refused(400, 2000438, "Fakturan är inte bokförd.")
    if not ore(of["Balance"]):
        raise Refused(400, 2003055, "Fakturan är redan betald.")
    if body["PaymentDate"] < of["InvoiceDate"]:
        raise Refused(400, 2000440, "Betalningsdatum kan inte vara före fakturadatum.")
    if ore(body["Amount"]) * ore(of["Balance"]) < 0 and len(of["InvoiceRows"]) == 1:
        raise Refused(400, 2000441, "Beloppet har fel tecken.")
    codes = {row["Code"] for row in fortnox.rows["modesofpayments"]}
    if body.get("ModeOfPayment", "") not in codes | {""}:
        raise Refused(400, 2000442, "Kan inte hitta betalningssättet.")
    row = {**body, "Number": _next(fortnox, "invoicepayments"), "Booked": False, "Currency": "SEK"}
    fortnox.rows["invoicepayments"].append({**row, "#changed": fortnox.stamp()})
    return row


def _booked_payment(fortnox: Fortnox, row: Row) -> Row:
    if row["Booked"]:
        raise Refused(400, 2000443, "Betalningen är redan bokförd.")
    of = invoice(fortnox, str(row["InvoiceNumber"]))
    paid = ore(row["Amount"]) + sum(ore(off["Amount"]) for off in row.get("WriteOffs", ()))
    row["Booked"] = True
    of["Balance"] = (ore(of["Balance"]) - paid) / 100
    sums: Counter[int] = Counter({row["ModeOfPaymentAccount"]: ore(row["Amount"]), CLAIMS: -paid})
    for off in row.get("WriteOffs", ()):
        sums[off["AccountNumber"]] += ore(off["Amount"])
    about = {"ReferenceType": "INVOICEPAYMENT", "ReferenceNumber": row["Number"]}
    row.update(made(fortnox, "C", row["PaymentDate"], f"Kundbet ({row['Number']})", sums, **about))
    return row


def _made_order(fortnox: Fortnox, body: Row) -> Row:
    customer(fortnox, body["CustomerNumber"])
    for row in body["OrderRows"]:
        if row.get("ArticleNumber"):
            article(fortnox, row["ArticleNumber"])
    made = {**body, "DocumentNumber": _next(fortnox, "orders"), "Cancelled": False, "#changed": fortnox.stamp()}
    fortnox.rows["orders"].append(made)
    return made


def _made_customer(fortnox: Fortnox, body: Row) -> Row:
    number = body["CustomerNumber"]
    if any(row["CustomerNumber"] == number for row in fortnox.rows["customers"]):
        raise Refused(400, 2000637, f"Kundnummer {number} används redan.")
    return fortnox.put("customers", **{"Active": True, **body})
