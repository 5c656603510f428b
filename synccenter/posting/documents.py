"""Receipts and Z reports become documents: one voucher per receipt, Z report or day, or one invoice per receipt.

Pure functions. An imbalance is an error before anything is sent, never spread out.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from synccenter.contract import catalogue
from synccenter.contract.model import (
    CashMovement,
    Invoice,
    InvoicePayment,
    InvoiceRow,
    Posting,
    Receipt,
    ReceiptKey,
    Voucher,
    ZReport,
    kronor,
)
from synccenter.posting.controls import check_receipt, check_vat, check_z, finished
from synccenter.posting.rows import cash_postings, merged, receipt_postings
from synccenter.posting.rules import Rules
from synccenter.posting.targets import line_target, payment_target, rounding_target


def receipt_voucher(receipt: Receipt, rules: Rules) -> Voucher:
    """One receipt as a voucher."""
    reference = rules.names.receipt(receipt.key)
    kind = "Retur" if receipt.total < 0 or receipt.return_of else "Kvitto"
    text = f"{reference} {kind} kassa {receipt.till}"
    if receipt.return_of:
        text += f" (retur av {receipt.return_of})"
    if receipt.customer:
        text += f" kund {receipt.customer}"
    return _voucher(reference, receipt.at.date(), text, receipt_postings(receipt, rules), rules)


def z_voucher(
    z: ZReport, receipts: Sequence[Receipt], cash: Sequence[CashMovement], rules: Rules, sent: Collection[ReceiptKey]
) -> Voucher:
    """A Z report as a voucher. `sent` are receipts that already went up one by one and are left out."""
    postings = [
        posting
        for receipt in finished(receipts)
        if receipt.key not in sent
        for posting in receipt_postings(receipt, rules)
    ]
    postings += cash_postings(cash, rules)
    check_z(z, receipts)
    reference = rules.names.z(z.till, z.number)
    text = f"{reference} Z-rapport {z.number} kassa {z.till}"
    return _voucher(reference, z.business_date, text, postings, rules)


def cash_voucher(z: ZReport, cash: Sequence[CashMovement], rules: Rules) -> Voucher:
    """The cash movements of a Z report, when its receipts are sent one by one."""
    reference = rules.names.cash(z.till, z.number)
    text = f"{reference} Kassarörelser Z {z.number} kassa {z.till}"
    return _voucher(reference, z.business_date, text, cash_postings(cash, rules), rules)


def day_voucher(
    day: date,
    part: int,
    closed: Sequence[tuple[ZReport, Sequence[Receipt], Sequence[CashMovement]]],
    rules: Rules,
    sent: Collection[ReceiptKey],
) -> Voucher:
    """All Z reports of a day as one voucher."""
    postings: list[Posting] = []
    for z, receipts, cash in closed:
        postings += z_voucher(z, receipts, cash, rules, sent).postings
    names = ", ".join(f"{z.till}-Z{z.number}" for z, _, _ in closed)
    reference = rules.names.day(day, part)
    return _voucher(reference, day, f"{reference} Dagskassa {names}", postings, rules)


def receipt_invoice(receipt: Receipt, rules: Rules) -> Invoice:
    """One receipt as a paid customer invoice; a return becomes a credit tied to its original."""
    check_receipt(receipt)
    customer = receipt.customer or rules.cash_customer
    if not customer:
        raise catalogue.NO_CASH_CUSTOMER.error(item=f"Kvitto {receipt.key}")
    rows = []
    for line in receipt.lines:
        account = line_target(line.kind, line.vat_rate, line.group, receipt.at.date(), rules).account
        check_vat(line, receipt)
        centre, project = rules.dimension(receipt.till, line.group)
        rows.append(
            InvoiceRow(
                line.article, line.text, line.quantity, line.amount, line.vat, line.vat_rate, account, centre, project
            )
        )
    payments = tuple(
        InvoicePayment(payment.method, payment_target(payment.method, receipt.till, rules).account, payment.amount)
        for payment in receipt.payments
    )
    return Invoice(
        reference=rules.names.receipt(receipt.key),
        date=receipt.at.date(),
        customer=customer,
        rows=tuple(rows),
        payments=payments,
        rounding=receipt.rounding,
        rounding_account=rounding_target(rules).account,
        credit=receipt.total < 0 or receipt.return_of is not None,
        credit_of=rules.names.receipt(receipt.return_of) if receipt.return_of else "",
        text=f"Kvitto {receipt.key}",
    )


def _voucher(reference: str, day: date, text: str, postings: Sequence[Posting], rules: Rules) -> Voucher:
    difference = sum(posting.amount for posting in postings)
    if difference:
        raise catalogue.VOUCHER_UNBALANCED.error(item=reference, difference=kronor(difference))
    return Voucher(reference, day, text, merged(postings), rules.series)
