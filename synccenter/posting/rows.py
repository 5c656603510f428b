"""A receipt, or the cash of a Z report, as postings. Sums of what the till stored; nothing is recomputed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import assert_never

from synccenter.contract import catalogue
from synccenter.contract.model import (
    CashKind,
    CashMovement,
    Line,
    LineKind,
    Ore,
    Payment,
    PaymentKind,
    Percent,
    Posting,
    Purpose,
    Receipt,
)
from synccenter.posting.controls import check_receipt, check_vat, vat_within
from synccenter.posting.rules import Rules
from synccenter.posting.settings import AgentRule
from synccenter.posting.targets import (
    Target,
    cash_target,
    commission_target,
    earns,
    line_target,
    payment_target,
    rounding_target,
)
from synccenter.posting.wording import worded


def receipt_postings(receipt: Receipt, rules: Rules) -> list[Posting]:
    """The postings of one finished receipt; they sum to 0."""
    check_receipt(receipt)
    postings = [posting for line in receipt.lines for posting in _line(line, receipt, rules)]
    for payment in _payments(receipt, rules):
        postings += _payment(payment, receipt, rules)
    if receipt.rounding:
        centre, project = rules.dimension(receipt.till)
        target = rounding_target(rules)
        postings.append(Posting(target.account, -receipt.rounding, target.text, target.purpose, centre, project))
    return postings


def _line(line: Line, receipt: Receipt, rules: Rules) -> Iterable[Posting]:
    on = receipt.at.date()
    target = line_target(line.kind, line.vat_rate, line.group, on, rules)
    check_vat(line, receipt, may_have=bool(target.vat_account))
    centre, project = rules.dimension(receipt.till, line.group) if earns(target.purpose) else ("", "")
    back = line.amount < 0
    yield Posting(
        target.account,
        -(line.amount - line.vat),
        _said(target, receipt, rules, back=back),
        target.purpose,
        centre,
        project,
    )
    if line.vat:
        text = f"Utgående moms {line.vat_rate} %" + (" retur" if back else "")
        yield Posting(target.vat_account, -line.vat, text, Purpose.VAT)
    if target.purpose is Purpose.AGENT and (earned := commission_target(line.group, on, rules)):
        yield from _commission(line.amount, line.group, earned, target, rules)


def _commission(sold: Ore, group: str, earned: Target, owed: Target, rules: Rules) -> Iterable[Posting]:
    """What the principal owes us of what we owe the principal, on rows of its own, with its VAT."""
    amount, vat = commission(sold, rules.agents[group])
    yield Posting(owed.account, amount, earned.text, Purpose.COMMISSION)
    yield Posting(earned.account, vat - amount, earned.text, Purpose.COMMISSION)
    if vat:
        yield Posting(earned.vat_account, -vat, f"Moms på {earned.text.lower()}", Purpose.COMMISSION)


def commission(sold: Ore, rule: AgentRule) -> tuple[Ore, Ore]:
    """(the commission on what was sold for another, VAT included; its VAT)."""
    amount = _part(sold, rule.commission, 1000)
    return amount, vat_within(amount, rule.vat)


def _part(amount: Ore, parts: int, of: int) -> Ore:
    """So many parts of an amount, to the nearest öre."""
    whole = (2 * abs(amount) * parts + of) // (2 * of)
    return whole if amount >= 0 else -whole


def _said(target: Target, receipt: Receipt, rules: Rules, *, back: bool) -> str:
    """What a line's row says: sold and brought back are never the same words, and tips tell how they were paid."""
    match target.purpose:
        case Purpose.SALES:
            return f"{'Retur' if back else 'Försäljning'} {target.text}"
        case Purpose.GIFT_CARD:
            return f"{target.text} {'återköpt' if back else 'sålt'}"
        case Purpose.TIP:
            kinds = {rules.kinds.get(payment.method) is PaymentKind.CASH for payment in receipt.payments}
            how = "kontant" if kinds == {True} else "kort" if kinds == {False} else "kort och kontant"
            return f"{target.text} {how}"
        case _:
            return target.text + (" retur" if back else "")


def _payments(receipt: Receipt, rules: Rules) -> list[Payment]:
    """The payments; a banknote and the change back on it are one."""
    cash: dict[str, Ore] = {}
    others: list[Payment] = []
    for payment in receipt.payments:
        if rules.kinds.get(payment.method) is PaymentKind.CASH:
            cash[payment.method] = cash.get(payment.method, 0) + payment.amount
        else:
            others.append(payment)
    return [*(Payment(method, amount) for method, amount in cash.items()), *others]


def _payment(payment: Payment, receipt: Receipt, rules: Rules) -> Iterable[Posting]:
    target = payment_target(payment.method, receipt.till, rules)
    text, kind = target.text, rules.kinds.get(payment.method)
    back = payment.amount < 0
    if kind is PaymentKind.INVOICE:
        # BFNAR 2013:2: a known counterpart must be seen on the voucher, so credit sales are never lumped together.
        # The facts come first: several receivers keep 50 characters.
        told = f"{receipt.key} kund {receipt.customer}" if receipt.customer else f"{receipt.key} utan kund"
        text = worded(f"{told} {text}", told, f"{receipt.key} {receipt.customer}".rstrip())
    elif kind in {PaymentKind.GIFT_CARD, PaymentKind.SINGLE_PURPOSE}:
        text += " tillbaka på kort" if back else " använt"
    elif back:
        text += " återbetalt"
    if kind is not PaymentKind.SINGLE_PURPOSE:
        yield Posting(target.account, payment.amount, text, target.purpose)
        return
    rate, vat_account = rate_of_voucher(payment.method, receipt, rules)
    vat = vat_within(payment.amount, rate)
    yield Posting(target.account, payment.amount - vat, text, Purpose.GIFT_CARD)
    if vat:  # the goods' line has the VAT once more; it was paid when the voucher was sold
        yield Posting(vat_account, vat, f"Moms betald vid försäljning {rate} %", Purpose.GIFT_CARD)


def rate_of_voucher(method: str, receipt: Receipt, rules: Rules) -> tuple[Percent, int]:
    """(the VAT rate that an enfunktionsvoucher was sold at, the VAT account): as the method's row in the settings
    says, else that of the goods, else of their deposits. Raises B33 when the receipt does not tell."""
    own = [line for line in receipt.lines if line.amount and line.group not in rules.agents]
    kinds = ([line for line in own if line.kind is kind] for kind in (LineKind.GOODS, LineKind.DEPOSIT))
    found = {(line.vat_rate, line.group) for line in next(filter(None, kinds), [])}
    rate = rules.voucher_rates.get((method, receipt.till)) or rules.voucher_rates.get((method, ""))
    if not rate:
        if len({one for one, _ in found}) != 1:
            name = rules.method_names.get(method, method)
            raise catalogue.VOUCHER_RATE_UNKNOWN.error(item=f"Kvitto {receipt.key}", method=name)
        rate = min(found)[0]
    group = min((group for one, group in found if one == rate), default="")
    return rate, rules.sales_accounts(rate, group, receipt.at.date())[1]


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
        row = rules.movement(movement.reason)
        vat = vat_within(amount, row.vat) if row and target.vat_account else 0
        postings += [
            Posting(rules.cash_account(movement.till), amount, target.text, target.purpose),
            Posting(target.account, vat - amount, target.text, target.purpose),
        ]
        if vat:
            postings.append(Posting(target.vat_account, -vat, f"Ingående moms {target.text}", target.purpose))
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
    """Postings on the same account, the same side and for the same reason become one.

    Debit and credit are never netted: a day of returns as large as its sales still has its voucher (BFL 5 chapter
    6 §). Debit rows first, then by account, so that the voucher reads as a bookkeeper writes it.
    """
    sums: dict[tuple[int, bool, str, Purpose, str, str], Ore] = {}
    for posting in postings:
        side = posting.amount < 0
        key = (posting.account, side, posting.text, posting.purpose, posting.cost_centre, posting.project)
        sums[key] = sums.get(key, 0) + posting.amount
    rows = [
        Posting(account, amount, text, purpose, centre, project)
        for (account, _, text, purpose, centre, project), amount in sums.items()
        if amount
    ]
    return tuple(sorted(rows, key=lambda row: (row.amount < 0, row.account, row.text)))
