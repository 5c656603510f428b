"""Receipts and rules for the posting tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from synccenter.contract.model import (
    ArticleGroup,
    CashMovement,
    Line,
    LineKind,
    MethodTotal,
    Payment,
    PaymentKind,
    PaymentMethod,
    Receipt,
    ReceiptKey,
    ReceiptState,
    Till,
    VatTotal,
    Voucher,
    ZReport,
)
from synccenter.contract.values import decode
from synccenter.posting.controls import check_z
from synccenter.posting.documents import z_voucher
from synccenter.posting.rules import Rules, make_rules
from synccenter.posting.settings import Posting
from synccenter.posting.shares import Closed, shares

STOCKHOLM = ZoneInfo("Europe/Stockholm")
METHODS = (
    PaymentMethod("KONTANT", "Kontant", PaymentKind.CASH),
    PaymentMethod("KORT", "Kort", PaymentKind.CARD),
    PaymentMethod("SWISH", "Swish", PaymentKind.SWISH),
    PaymentMethod("PRESENTKORT", "Presentkort", PaymentKind.GIFT_CARD),
    PaymentMethod("FAKTURA", "Faktura", PaymentKind.INVOICE),
)
GROUPS = (
    ArticleGroup("LIV", "Livsmedel", 6),
    ArticleGroup("KLADER", "Kläder", 25),
    ArticleGroup("BOK", "Böcker", 6, 3013),
)
TILLS = (Till("1", "Kassa 1"), Till("2", "Kassa 2"))


def rules(groups: Sequence[ArticleGroup] = GROUPS, **changes: Any) -> Rules:
    """The default rules, with some settings changed."""
    return make_rules(decode(Posting, changes), TILLS, METHODS, groups)


def goods(amount: int, rate: int = 25, *, group: str = "KLADER", vat: int | None = None, row: int = 1) -> Line:
    tax = round(amount * rate / (100 + rate)) if vat is None else vat
    return Line(row, LineKind.GOODS, "A1", "Vara", group, 1000, amount, tax, rate)


def receipt(
    lines: Sequence[Line],
    payments: Sequence[Payment],
    *,
    number: int = 1,
    till: str = "1",
    rounding: int = 0,
    state: ReceiptState = ReceiptState.FINISHED,
    day: date = date(2026, 11, 2),
    return_of: ReceiptKey | None = None,
    customer: str = "",
) -> Receipt:
    return Receipt(
        till=till,
        number=number,
        state=state,
        at=datetime(day.year, day.month, day.day, 12, tzinfo=STOCKHOLM),
        lines=tuple(lines),
        payments=tuple(payments),
        rounding=rounding,
        z_number=1,
        return_of=return_of,
        customer=customer,
    )


def z_of(receipts: Sequence[Receipt], *, number: int = 1, till: str = "1") -> ZReport:
    """The Z report that a till would store for these receipts."""
    sales = [one for one in receipts if one.state is ReceiptState.FINISHED]
    vat: dict[int, list[int]] = {}
    methods: dict[str, int] = {}
    for one in sales:
        for line in one.lines:
            sums = vat.setdefault(line.vat_rate, [0, 0])
            sums[0] += line.amount
            sums[1] += line.vat
        for payment in one.payments:
            methods[payment.method] = methods.get(payment.method, 0) + payment.amount
    numbers = [one.number for one in receipts] or [0]
    return ZReport(
        till=till,
        number=number,
        at=datetime(2026, 11, 2, 19, tzinfo=STOCKHOLM),
        business_date=date(2026, 11, 2),
        first_receipt=min(numbers),
        last_receipt=max(numbers),
        total=sum(one.total for one in sales),
        rounding=sum(one.rounding for one in sales),
        vat_totals=tuple(VatTotal(rate, *sums) for rate, sums in sorted(vat.items())),
        method_totals=tuple(MethodTotal(code, amount) for code, amount in sorted(methods.items())),
    )


def by_account(voucher: Voucher) -> dict[int, int]:
    """Account -> sum, debit positive."""
    sums: dict[int, int] = {}
    for row in voucher.postings:
        sums[row.account] = sums.get(row.account, 0) + row.amount
    return sums


def book(
    receipts: Sequence[Receipt],
    cash: Sequence[CashMovement] = (),
    *,
    z: ZReport | None = None,
    by: Rules | None = None,
    without: Sequence[ReceiptKey] = (),
) -> Voucher:
    """A Z report as one voucher, as a run makes it when all was sold on one day."""
    report = z or z_of(receipts)
    share = shares(report.business_date, [Closed(report, receipts, cash)], date.min, lambda key: key not in without)[0]
    voucher = z_voucher(f"{report.till}-Z{report.number}", share, by or rules())
    check_z(report, receipts)
    return voucher
