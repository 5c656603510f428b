"""A receipt, or the cash of a Z report, as postings. Sums of what the till stored; nothing is recomputed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import assert_never

from synccenter.contract import catalogue
from synccenter.contract.model import (
    CashKind,
    CashMovement,
    Line,
    Ore,
    Payment,
    PaymentKind,
    Posting,
    Purpose,
    Receipt,
)
from synccenter.posting.controls import check_receipt, check_vat
from synccenter.posting.rules import Rules
from synccenter.posting.targets import cash_target, line_target, payment_target, rounding_target


def receipt_postings(receipt: Receipt, rules: Rules) -> list[Posting]:
    """The postings of one finished receipt; they sum to 0."""
    check_receipt(receipt)
    postings = [posting for line in receipt.lines for posting in _line(line, receipt, rules)]
    postings += [_payment(payment, receipt, rules) for payment in receipt.payments]
    if receipt.rounding:
        centre, project = rules.dimension(receipt.till)
        target = rounding_target(rules)
        postings.append(Posting(target.account, -receipt.rounding, target.text, target.purpose, centre, project))
    return postings


def _line(line: Line, receipt: Receipt, rules: Rules) -> Iterable[Posting]:
    target = line_target(line.kind, line.vat_rate, line.group, receipt.at.date(), rules)
    check_vat(line, receipt)
    centre, project = rules.dimension(receipt.till, line.group) if _earns(target.purpose) else ("", "")
    yield Posting(target.account, -(line.amount - line.vat), target.text, target.purpose, centre, project)
    if line.vat:
        if not target.vat_account:
            raise catalogue.NO_SALES_ACCOUNT.error(
                item=f"Kvitto {receipt.key}", group=line.group or "–", rate=line.vat_rate, date=receipt.at.date()
            )
        yield Posting(target.vat_account, -line.vat, f"Utgående moms {line.vat_rate} %", Purpose.VAT)


def _earns(purpose: Purpose) -> bool:
    """Whether it is income: cost centres and projects follow results, not debts."""
    return purpose in {Purpose.SALES, Purpose.DEPOSIT}


def _payment(payment: Payment, receipt: Receipt, rules: Rules) -> Posting:
    target = payment_target(payment.method, receipt.till, rules)
    text = target.text
    if rules.kinds.get(payment.method) is PaymentKind.INVOICE:
        # BFNAR 2013:2: a known counterpart must be seen on the voucher, so credit sales are never lumped together.
        text = f"{text} kvitto {receipt.key} kund {receipt.customer}".strip()
    return Posting(target.account, payment.amount, text, target.purpose)


def cash_postings(movements: Sequence[CashMovement], rules: Rules) -> list[Posting]:
    """Pay-ins, pay-outs and the counted difference of a Z report; they sum to 0.

    The difference comes only from a counted amount (field/till-and-bookkeeping.md 2.2), on a row of its own.
    """
    postings: list[Posting] = []
    for movement in movements:
        target = cash_target(movement.kind, movement.reason, rules)
        amount = _moved(movement)
        if target is None or not amount:
            continue
        postings += [
            Posting(rules.cash_account(movement.till), amount, target.text, target.purpose),
            Posting(target.account, -amount, target.text, target.purpose),
        ]
    return postings


def _moved(movement: CashMovement) -> Ore:
    """What came into the drawer; negative for what left it."""
    match movement.kind:
        case CashKind.PAY_IN:
            return movement.amount
        case CashKind.PAY_OUT:
            return -movement.amount
        case CashKind.COUNTED:
            return 0 if movement.expected is None else movement.amount - movement.expected
        case CashKind.FLOAT:
            return 0
        case _:
            assert_never(movement.kind)


def merged(postings: Iterable[Posting]) -> tuple[Posting, ...]:
    """Postings on the same account for the same reason become one; what sums to 0 is left out.

    Debit rows first, then by account, so that the voucher reads as a bookkeeper writes it.
    """
    sums: dict[tuple[int, str, Purpose, str, str], Ore] = {}
    for posting in postings:
        key = (posting.account, posting.text, posting.purpose, posting.cost_centre, posting.project)
        sums[key] = sums.get(key, 0) + posting.amount
    rows = [
        Posting(account, amount, text, purpose, centre, project)
        for (account, text, purpose, centre, project), amount in sums.items()
        if amount
    ]
    return tuple(sorted(rows, key=lambda row: (row.amount < 0, row.account, row.text)))
