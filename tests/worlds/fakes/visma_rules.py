"""eEkonomi's rules of bookkeeping, for the fake."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING, Any

from tests.worlds.fakes.server import Reply, Request

if TYPE_CHECKING:
    from tests.worlds.fakes.visma import Visma

Row = dict[str, Any]


def guid(*words: object) -> str:
    """The same id for the same words."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join(map(str, words))))


class Refused(Exception):
    """A refusal with one of the vendor's error codes."""

    def __init__(self, status: int, code: int, text: str) -> None:
        super().__init__(text)
        self.status, self.code, self.text = status, code, text

    def reply(self) -> Reply:
        """The body that goes with it."""
        said = {
            "ErrorCode": self.code,
            "DeveloperErrorMessage": self.text,
            "ErrorId": "5a0a37d8-fb2b-4d0c-9bd5-b5a8a1b4f001",
        }
        return Reply(self.status, said)


def ore(amount: float | None) -> int:
    """Kronor to öre; more than two decimals are refused."""
    value = round((amount or 0) * 100)
    if abs((amount or 0) * 100 - value) > 1e-6:
        raise Refused(400, 2000, f"{amount} has more than 2 decimals")
    return value


def open_day(visma: Visma, text: str) -> tuple[date, Row]:
    """A day that may be booked on, and its year."""
    day = date.fromisoformat(text[:10])
    year = visma.year_of(day)
    locked_to = visma.company.get("AccountingLockedTo")
    if year["IsLockedForAccounting"] or (locked_to and text[:10] <= locked_to[:10]):
        raise Refused(400, 4026, "Voucher date is within a locked bookkeeping period")
    return day, year


def booked_voucher(visma: Visma, request: Request) -> Row:
    """POST /vouchers."""
    body = request.body
    _, year = open_day(visma, body["VoucherDate"])
    accounts = {row["Number"]: row for row in visma.rows["accounts"].values() if row["FiscalYearId"] == year["Id"]}
    balance = 0
    for row in body["Rows"]:
        account = accounts.get(str(row["AccountNumber"]))
        if account is None:
            raise Refused(404, 3002, f"Account {row['AccountNumber']} was not found in the fiscal year")
        if not account["IsActive"]:
            raise Refused(400, 2000, f"Account {row['AccountNumber']} is not active")
        if account.get("IsCostCenterAllowed") is False and any(name.startswith("CostCenterItemId") for name in row):
            raise Refused(400, 2000, f"Cost center is not allowed on account {row['AccountNumber']}")
        if account.get("IsProjectAllowed") is False and "ProjectId" in row:
            raise Refused(400, 2000, f"Project is not allowed on account {row['AccountNumber']}")
        if row.get("DebitAmount") and row.get("CreditAmount"):
            raise Refused(400, 2000, "A row has either debit or credit")
        balance += ore(row.get("DebitAmount")) - ore(row.get("CreditAmount"))
    if balance or not body["Rows"]:
        raise Refused(400, 2000, f"The voucher does not balance, difference {balance / 100}")
    own = request.query.get("useDefaultVoucherSeries") == "false"
    series = body.get("NumberSeries") if own else "A"
    number = visma.next_number(f"voucher {series}")
    return {
        **body,
        "Id": guid("vouchers", series, number),
        "NumberSeries": series,
        "NumberAndNumberSeries": f"{series}{number}",
        "VoucherType": 2,
        "ModifiedUtc": visma.stamp(),
    }


def booked_invoice(visma: Visma, body: Row) -> Row:
    """POST /customerinvoices. Whether unit prices include VAT is not the caller's to say."""
    open_day(visma, body["InvoiceDate"])
    customer = visma.rows["customers"].get(body["CustomerId"])
    if customer is None:
        raise Refused(404, 3000, "customer not found")
    includes = customer["IsPrivatePerson"] and not visma.company["ShowPricesExclVatPC"]
    if customer.get("IsActive") is False:
        raise Refused(403, 4002, f"CanNotBeCreatedOrUpdated: customer {customer['CustomerNumber']} is inactive")
    by_rate: dict[int, int] = {}
    by_account: dict[int, int] = {}
    sets: dict[int, Row] = {}
    for row in body["Rows"]:
        if not row.get("ArticleId"):
            continue
        coding = _coding(visma, row["ArticleId"])
        rate, amount = round(coding["VatRatePercent"] * 100), _amount(row)
        account = coding[f"DomesticSales{'SubjectToVat' if rate else 'VatExempt'}AccountNumber"]
        by_rate[rate] = by_rate.get(rate, 0) + amount
        by_account[account] = by_account.get(account, 0) + amount
        sets[account] = {name: row[name] for name in _DIMENSIONS if name in row}
    vat = {rate: _vat(amount, rate, includes=includes) for rate, amount in by_rate.items()}
    total = sum(by_rate.values()) + (0 if includes else sum(vat.values()))
    rounded = _whole(total) if visma.company["DomesticCurrencyRounding"] else total
    sign = -1 if body.get("IsCreditInvoice") else 1
    number = visma.next_number("invoices")
    shown = total if visma.total_without_rounding else rounded
    invoice = {
        **body,
        "Id": guid("customerinvoices", number),
        "InvoiceNumber": number,
        "CustomerNumber": customer["CustomerNumber"],
        "CurrencyCode": customer.get("CurrencyCode") or "SEK",
        "IncludesVat": includes,
        "TotalAmount": shown / 100,
        "TotalAmountInvoiceCurrency": shown / 100,
        "TotalVatAmount": sum(vat.values()) / 100,
        "TotalRoundings": (rounded - total) / 100,
        "RemainingAmount": sign * rounded / 100,
        "RemainingAmountInvoiceCurrency": sign * rounded / 100,
        "ModifiedUtc": visma.stamp(),
        "CreatedUtc": visma.stamp(),
    }
    rows = {1510: rounded, 3740: total - rounded}
    for rate, amount in vat.items():
        rows[_VAT_ACCOUNTS[rate]] = -amount
    for account, amount in by_account.items():
        net = amount - _share(visma, body, account, includes=includes)
        rows[account] = rows.get(account, 0) - net
    if by_cash(visma, body["InvoiceDate"]):
        visma.sold[invoice["Id"]] = rounded, {account: sign * debit for account, debit in rows.items()}
        return invoice
    text = f"Kundfaktura {number}" if visma.names_vouchers else "Kundfaktura"
    source = invoice["Id"] if visma.names_vouchers else None
    voucher = _made(visma, 14 if sign > 0 else 15, body["InvoiceDate"], text, source, rows, sign)
    for made in voucher.get("Rows", ()):
        made.update(sets.get(made["AccountNumber"], {}))
    return invoice | {"VoucherId": voucher["Id"]} if voucher and visma.names_vouchers else invoice


def by_cash(visma: Visma, on: str) -> bool:
    """Whether the year of a day has the cash method: an invoice is booked when it is paid."""
    return bool(visma.year_of(date.fromisoformat(on[:10]))["BookkeepingMethod"] == 1)


_DIMENSIONS = ("CostCenterItemId1", "CostCenterItemId2", "CostCenterItemId3", "ProjectId")
"""One account's rows have the same in these tests: the last one's are the account's."""


def _whole(total: int) -> int:
    """To kronor, half away from zero (DomesticCurrencyRounding 1 by the vendor's file)."""
    return (abs(total) + 50) // 100 * 100 * (1 if total >= 0 else -1)


_VAT_ACCOUNTS = {25: 2611, 12: 2621, 6: 2631, 0: 2610}


def _coding(visma: Visma, article_id: str) -> Row:
    article = visma.rows["articles"].get(article_id)
    if article is None:
        raise Refused(404, 3000, "article not found")
    return visma.rows["articleaccountcodings"][article["CodingId"]]


def _amount(row: Row) -> int:
    return ore(round(ore(row["UnitPrice"]) * row["Quantity"] * (1 - row.get("DiscountPercentage", 0))) / 100)


def _vat(amount: int, rate: int, *, includes: bool) -> int:
    return round(amount * rate / ((100 + rate) if includes else 100))


def _share(visma: Visma, body: Row, account: int, *, includes: bool) -> int:
    """The VAT inside what was sold on an account, when the prices include it."""
    if not includes:
        return 0
    by_rate: dict[int, int] = {}
    mine: dict[int, int] = {}
    for row in body["Rows"]:
        coding = _coding(visma, row["ArticleId"])
        rate = round(coding["VatRatePercent"] * 100)
        by_rate[rate] = by_rate.get(rate, 0) + _amount(row)
        if coding[f"DomesticSales{'SubjectToVat' if rate else 'VatExempt'}AccountNumber"] == account:
            mine[rate] = mine.get(rate, 0) + _amount(row)
    return sum(
        round(_vat(by_rate[rate], rate, includes=True) * amount / by_rate[rate])
        for rate, amount in mine.items()
        if by_rate[rate]
    )


def _made(visma: Visma, kind: int, day: str, text: str, source: str | None, rows: dict[int, int], sign: int) -> Row:
    """The voucher that eEkonomi makes of something; `rows` are account -> öre in debit."""
    if not visma.keeps_books:
        return {}
    number = visma.next_number("voucher B")
    found = []
    for account, debit in rows.items():
        amount = sign * debit
        if amount:
            side = "DebitAmount" if amount > 0 else "CreditAmount"
            found.append({"AccountNumber": account, side: abs(amount) / 100})
    name = {"NumberSeries": "B", "NumberAndNumberSeries": f"B{number}", "VoucherType": kind, "SourceId": source}
    made = {"VoucherDate": day, "VoucherText": text, "Rows": found, "CreatedUtc": visma.stamp()}
    return visma.put("vouchers", ("made", number), **made, **name)


def paid(visma: Visma, invoice: Row, body: Row) -> Row:
    """POST /customerinvoices/{id}/payments."""
    bank = visma.rows["bankaccounts"].get(body["CompanyBankAccountId"])
    if bank is None or not bank["IsActive"]:
        raise Refused(404, 3000, "bank account not found")
    if body["PaymentDate"][:10] > visma.clock().date().isoformat():
        raise Refused(400, 2000, "PaymentDate cannot be in the future")
    amount, remaining = ore(body["PaymentAmount"]), ore(invoice["RemainingAmountInvoiceCurrency"])
    if amount * remaining < 0:
        raise Refused(400, 2000, "The payment has the wrong sign")
    left, rounded = remaining - amount, 0
    if body["PaymentType"] == 1 and abs(amount) >= abs(remaining):
        raise Refused(400, 2000, "A partial payment is less than what remains")
    if body["PaymentType"] == 2 and left:
        raise Refused(400, 2000, f"A complete payment is all of what remains, {remaining / 100}")
    if body["PaymentType"] == 3:
        if abs(left) >= 100:
            raise Refused(400, 2000, "With rounding the payment is less than 1 krona from what remains")
        rounded, left = left, 0
    invoice["RemainingAmount"] = invoice["RemainingAmountInvoiceCurrency"] = left / 100
    invoice["ModifiedUtc"] = visma.stamp()
    rows = {bank["LedgerAccountNumber"]: amount, 3740: rounded}
    if invoice["Id"] in visma.sold:
        for account, debit in _part(visma, invoice["Id"], amount + rounded).items():
            rows[account] = rows.get(account, 0) + debit
    else:
        rows[1510] = -amount - rounded
    text, source = f"Inbetalning kundfaktura {invoice['InvoiceNumber']} {body.get('Reference', '')}", invoice["Id"]
    transaction = guid("banktransactions", visma.next_number("banktransactions"))
    if not visma.tells_what_is_paid:
        text, source = "Inbetalning", transaction
    made = _made(visma, 10, body["PaymentDate"], text, source, rows, 1)
    visma.rows["banktransactions"][f"{bank['Id']} {transaction}"] = {
        "Id": transaction,
        "TransactionDate": body["PaymentDate"],
        "IsReconciled": True,
        "OriginalAmount": amount / 100,
        "Rows": [{"Source": "CustomerInvoice", "SourceId": invoice["Id"], "PaymentVoucherId": made.get("Id")}],
    }
    return dict(body)


def _part(visma: Visma, invoice: str, paid: int) -> dict[int, int]:
    """By the cash method: the part of what was sold that so much pays, in debit. The last account takes what is left
    over by rounding."""
    total, rows = visma.sold[invoice]
    part = {account: round(debit * abs(paid) / total) for account, debit in rows.items() if account != 1510}
    last = next(account for account in reversed(part) if account >= 3000 or len(part) == 1)
    part[last] -= sum(part.values()) + paid
    return part
