"""Any receipt under any settings: account by account what an independent reckoning says, as voucher and invoice.

Tells of `posting/rows.py`, `posting/targets.py`, `posting/documents.py` and `posting/rules.py`. Nothing of
`synccenter.posting` reckons here: accounts are looked up in plain tables and VAT is decimal.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from synccenter.contract.model import ArticleGroup, Line, LineKind, Payment, PaymentKind, PaymentMethod, Receipt
from synccenter.contract.values import decode
from synccenter.posting.documents import receipt_invoice, receipt_voucher
from synccenter.posting.rules import Rules, make_rules
from synccenter.posting.settings import Posting
from tests.posting.samples import TILLS, receipt

KINDS = {"KONTANT": "cash", "EURO": "cash", "KORT": "card", "AMEX": "card", "SWISH": "swish", "PRESENT": "gift_card",
         "BAD": "single_purpose", "KONTO": "invoice"}  # fmt: skip
METHODS = tuple(PaymentMethod(code, code.title(), PaymentKind(kind)) for code, kind in KINDS.items())
GROUPS = (ArticleGroup("A", "Allt", 25), ArticleGroup("B", "Böcker", 6, 3016), ArticleGroup("L", "Lotter", 0))
SINCE = date(2026, 11, 3)
BEFORE, AFTER = date(2026, 11, 2), date(2026, 11, 4)
SETTINGS: dict[str, Any] = {
    "cash_customer": "K1",
    "payments": [
        {"method": "AMEX", "account": 1687},
        {"method": "KORT", "till": "2", "account": 1688},
        {"method": "EURO", "account": 1918},
    ],
    "cash_tills": [{"till": "2", "account": 1917}],
    "gift_card_sold_account": 2422,
    "gift_card_used_account": 2423,
    "deposit_account": 3061,
    "sales": [
        {"rate": 25, "account": 3001, "vat_account": 2611},
        {"rate": 12, "account": 3002, "vat_account": 2621},
        {"rate": 6, "account": 3003, "vat_account": 2631},
        {"rate": 0, "account": 3004},
        {"rate": 25, "from": SINCE, "account": 3071, "vat_account": 2612},
        {"rate": 25, "group": "A", "account": 3081, "vat_account": 2613},
    ],
    "zero_rated": [{"group": "X", "reason": "export"}, {"group": "E", "reason": "eu", "account": 3109}],
    "agents": [{"group": "L", "account": 2891, "commission": 75, "commission_account": 3921, "vat": 25}],
}
CASH = {"1": 1911, "2": 1917}


def rules() -> Rules:
    return make_rules(decode(Posting, SETTINGS), TILLS, METHODS, GROUPS)


def whole(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))


def vat_in(amount: int, rate: int) -> int:
    return whole(Decimal(amount) * rate / (100 + rate))


def sales(rate: int, group: str, on: date) -> tuple[int, int]:
    """(account, VAT account) by reading the settings above."""
    if rate == 25:
        if group == "A":
            return 3081, 2613
        return (3071, 2612) if on >= SINCE else (3001, 2611)
    if rate == 6 and group == "B":
        return 3016, 2631
    return {12: (3002, 2621), 6: (3003, 2631), 0: (3004, 0)}[rate]


def reckoned(one: Receipt) -> dict[int, int]:
    """Account -> öre, debit positive; 0 is all outgoing VAT together."""
    sums: Counter[int] = Counter({3740: -one.rounding})
    on = one.at.date()
    goods = {line.vat_rate for line in one.lines if line.kind is LineKind.GOODS and line.group != "L" and line.amount}
    for line in one.lines:
        if line.kind is LineKind.AGENT or (line.kind is LineKind.GOODS and line.group == "L"):
            sums[2891 if line.group == "L" else 2890] -= line.amount
            if line.group == "L":
                earned = whole(Decimal(line.amount) * 75 / 1000)
                sums[2891] += earned
                sums[0] -= vat_in(earned, 25)
                sums[3921] -= earned - vat_in(earned, 25)
            continue
        account = {
            LineKind.DEPOSIT: 3061,
            LineKind.GIFT_CARD: 2422,
            LineKind.SINGLE_PURPOSE: 2429,
            LineKind.TIP: 2829,
            LineKind.OWNER_TIP: 3999,
        }.get(line.kind) or {"X": 3105, "E": 3109}.get(line.group if line.vat_rate == 0 else "")
        sums[account or sales(line.vat_rate, line.group, on)[0]] -= line.amount - line.vat
        sums[0] -= line.vat
    for payment in one.payments:
        kind = KINDS[payment.method]
        if kind == "single_purpose":
            [rate] = goods
            sums[2429] += payment.amount - vat_in(payment.amount, rate)
            sums[0] += vat_in(payment.amount, rate)
            continue
        named = {"AMEX": 1687, "EURO": 1918}.get(payment.method)
        named = named or (1688 if payment.method == "KORT" and one.till == "2" else None)
        by_kind = {"cash": CASH[one.till], "card": 1686, "swish": 1930, "gift_card": 2423, "invoice": 1510}
        sums[named or by_kind[kind]] += payment.amount
    return {account: amount for account, amount in sums.items() if amount}


FREE = (LineKind.GIFT_CARD, LineKind.AGENT, LineKind.TIP, LineKind.OWNER_TIP)


@st.composite
def receipts(draw: st.DrawFn) -> Receipt:
    """Whatever a till may have sold: returns, exchanges, nothing at all, paid in several ways."""
    lines = []
    for row in range(1, draw(st.integers(1, 6)) + 1):
        kind = draw(st.sampled_from(list(LineKind)))
        rate = (
            0 if kind in FREE else draw(st.sampled_from((25, 12, 6) if kind is not LineKind.GOODS else (25, 12, 6, 0)))
        )
        group = draw(st.sampled_from(("", "A", "B", "X", "E") + (("L",) if rate == 0 else ())))
        amount = draw(st.integers(-50_000, 50_000))
        lines.append(Line(row, kind, "", "Rad", group, 1000, amount, vat_in(amount, rate), rate))
    goods = {line.vat_rate for line in lines if line.kind is LineKind.GOODS and line.group != "L" and line.amount}
    methods = [code for code in KINDS if code != "BAD" or len(goods) == 1]
    rounding = draw(st.integers(-50, 50))
    left, payments = sum(line.amount for line in lines) + rounding, []
    for _ in range(draw(st.integers(0, 2))):
        part = draw(st.integers(-20_000, 20_000))
        payments.append(Payment(draw(st.sampled_from(methods)), part))
        left -= part
    payments.append(Payment(draw(st.sampled_from(methods)), left))
    day, till = draw(st.sampled_from((BEFORE, AFTER))), draw(st.sampled_from(("1", "2")))
    return receipt(lines, payments, rounding=rounding, till=till, day=day, customer="K7")


@settings(max_examples=150, deadline=None)
@given(receipts())
def test_a_voucher_is_what_an_independent_reckoning_says(one: Receipt) -> None:
    sums: Counter[int] = Counter()
    for row in receipt_voucher(one, rules()).postings:
        sums[0 if 2610 <= row.account < 2640 else row.account] += row.amount
    assert {account: amount for account, amount in sums.items() if amount} == reckoned(one)


@settings(max_examples=150, deadline=None)
@given(receipts())
def test_an_invoice_is_what_the_same_reckoning_says(one: Receipt) -> None:
    """Its rows net on their accounts, VAT by rate, payments, rounding, and what is owed."""
    invoice = receipt_invoice(one, rules())
    sums: Counter[int] = Counter({3740: -invoice.rounding, 1510: invoice.owed})
    for row in invoice.rows:
        sums[row.account] -= row.amount - row.vat
        sums[0] -= row.vat
    for payment in invoice.payments:
        sums[payment.account] += payment.amount
    assert {account: amount for account, amount in sums.items() if amount} == reckoned(one)
    of_lines = Counter[int]()
    for line in one.lines:
        of_lines[line.vat_rate] += line.vat
    for rate in (12, 6):  # nothing but the till's own lines, and vouchers used, at these
        used = sum(vat_in(payment.amount, rate) for payment in one.payments
                   if payment.method == "BAD" and rate in {line.vat_rate for line in one.lines
                                                           if line.kind is LineKind.GOODS and line.amount
                                                           and line.group != "L"})  # fmt: skip
        assert sum(row.vat for row in invoice.rows if row.vat_rate == rate) == of_lines[rate] - used
