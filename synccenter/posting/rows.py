"""A receipt, or the cash of a Z report, as postings. Sums of what the till stored; nothing is recomputed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from synccenter.contract import catalogue
from synccenter.contract.model import (
    CashKind,
    CashMovement,
    Line,
    LineKind,
    Ore,
    Payment,
    PaymentKind,
    Posting,
    Purpose,
    Receipt,
    kronor,
)
from synccenter.posting.rules import Rules


def check_receipt(receipt: Receipt) -> None:
    """Raise B03 when lines + rounding are not the payments to the öre, B07 when the rounding is no rounding.

    The law rounds to the nearest krona (1970:1029 § 2), so a krona or more is never öresavrundning.
    """
    lines = sum(line.amount for line in receipt.lines)
    payments = receipt.total
    difference = payments - lines - receipt.rounding
    item = f"Kvitto {receipt.key}"
    if difference:
        raise catalogue.RECEIPT_UNBALANCED.error(
            item=item,
            lines=kronor(lines),
            rounding=kronor(receipt.rounding),
            payments=kronor(payments),
            difference=kronor(difference),
        )
    if abs(receipt.rounding) >= 100:
        raise catalogue.ROUNDING_TOO_BIG.error(item=item, rounding=kronor(receipt.rounding))


def receipt_postings(receipt: Receipt, rules: Rules) -> list[Posting]:
    """The postings of one finished receipt; they sum to 0."""
    check_receipt(receipt)
    postings = [posting for line in receipt.lines for posting in _line(line, receipt, rules)]
    postings += [_payment(payment, receipt, rules) for payment in receipt.payments]
    if receipt.rounding:
        centre, project = rules.dimension(receipt.till)
        postings.append(Posting(rules.rounding, -receipt.rounding, "Öresavrundning", Purpose.ROUNDING, centre, project))
    return postings


def _line(line: Line, receipt: Receipt, rules: Rules) -> Iterable[Posting]:
    if line.kind is LineKind.GIFT_CARD:
        yield Posting(rules.gift_card_sold, -line.amount, "Presentkort sålda", Purpose.GIFT_CARD)
        return
    centre, project = rules.dimension(receipt.till, line.group)
    account, vat_account = rules.sales_accounts(line.vat_rate, line.group, receipt.at.date())
    text, purpose = f"Försäljning {line.vat_rate} % {rules.group_name(line.group)}".strip(), Purpose.SALES
    if line.kind is LineKind.DEPOSIT:
        text, purpose = f"Pant {line.vat_rate} %", Purpose.DEPOSIT
        account = rules.deposit or account
    yield Posting(account, -(line.amount - line.vat), text, purpose, centre, project)
    if line.vat:
        if not vat_account:
            raise catalogue.NO_SALES_ACCOUNT.error(
                item=f"Kvitto {receipt.key}", group=line.group or "–", rate=line.vat_rate, date=receipt.at.date()
            )
        yield Posting(vat_account, -line.vat, f"Utgående moms {line.vat_rate} %", Purpose.VAT)


def _payment(payment: Payment, receipt: Receipt, rules: Rules) -> Posting:
    account = rules.payment_account(payment.method, receipt.till)
    text = rules.method_names.get(payment.method, payment.method)
    if rules.kinds.get(payment.method) is PaymentKind.INVOICE:
        # BFNAR 2013:2: a known counterpart must be seen on the voucher, so credit sales are never lumped together.
        text = f"{text} kvitto {receipt.key} kund {receipt.customer}".strip()
    return Posting(account, payment.amount, text, Purpose.PAYMENT)


def cash_postings(movements: Sequence[CashMovement], rules: Rules) -> list[Posting]:
    """Pay-ins, pay-outs and the counted difference of a Z report; they sum to 0.

    The difference comes only from a counted amount (field/till-and-bookkeeping.md 2.2), on a row of its own.
    """
    postings: list[Posting] = []
    for movement in movements:
        cash = rules.cash_account(movement.till)
        if movement.kind in {CashKind.PAY_IN, CashKind.PAY_OUT}:
            amount = movement.amount if movement.kind is CashKind.PAY_IN else -movement.amount
            other = rules.movement_account(movement.reason)
            word = "Insättning" if movement.kind is CashKind.PAY_IN else "Uttag"
            text = f"{word} {movement.reason}".strip()
            postings += [
                Posting(cash, amount, text, Purpose.CASH),
                Posting(other, -amount, text, Purpose.CASH),
            ]
        elif movement.kind is CashKind.COUNTED and movement.expected is not None:
            difference: Ore = movement.amount - movement.expected
            if difference:
                postings += [
                    Posting(cash, difference, "Kassadifferens", Purpose.DIFFERENCE),
                    Posting(rules.difference, -difference, "Kassadifferens", Purpose.DIFFERENCE),
                ]
    return postings


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
