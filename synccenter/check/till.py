"""The check's steps at home: payment methods, article groups and VAT rates against the settings."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce

from synccenter.check.findings import Look, add, depends
from synccenter.contract import catalogue
from synccenter.contract.errors import Problem, SyncError
from synccenter.contract.finding import Finding, good, look_at
from synccenter.contract.model import PaymentKind, Receipt, kronor
from synccenter.posting.controls import RATES, VAT_TOLERANCE, vat_within
from synccenter.posting.rows import rate_of_voucher
from synccenter.posting.targets import payment_target
from synccenter.till import waiting
from synccenter.till.agreement import agreements, odd_vat_lines
from synccenter.till.gift_cards import cards
from synccenter.till.values import Unreadable
from synccenter.till.waiting import Use

_NAMED = 5
"""So many are named one by one; the cause is the same."""

_VOUCHERS = 200
"""So many receipts of a till that were paid with enfunktionsvouchrar are rehearsed."""


def payments(look: Look) -> Iterator[Finding]:
    """Every payment method has an account at every till. Yellow: only receipts paid so wait."""
    rules, wrong = look.rules, 0
    methods = look.shop.sales.payment_methods()
    for method in methods:
        for till in rules.cash_accounts:
            try:
                payment_target(method.code, till, rules)
            except SyncError as error:
                wrong += 1
                uses = [use for (code, _), use in look.payments.items() if code == method.code]
                yield look_at(depends(error.problem, reduce(add, uses, None)), f"Betalsätt {method.name}")
                break
    if not wrong:
        yield good(f"Alla {len(methods)} betalsätt har konto")
        drawers = [f"{till.name or till.till} {till.account}" for till in look.shop.drawers()]
        yield good(f"Kontanter: {', '.join(drawers) or 'ingen kassa'}")


def reasons(look: Look) -> Iterator[Finding]:
    """Every reason that the till gives for money in and out of the drawer has an account of its own."""
    rules, wrong = look.rules, 0
    for reason in look.shop.sales.cash_reasons(look.shop.settings.safety.cutover or look.shop.today()):
        if rules.movement(reason) is None:
            wrong += 1
            yield look_at(catalogue.NO_CASH_ACCOUNT.problem(reason=reason, account=rules.suspense), f"Orsak {reason}")
    if not wrong:
        yield good("Alla in- och utbetalningar har konto")


def groups(look: Look) -> Iterator[Finding]:
    """Every article group has a sales account and a VAT account today. Yellow: only what is sold in it waits."""
    rules, wrong = look.rules, 0
    for group in rules.groups.values():
        if group.vat_rate not in RATES:
            continue  # the next step tells
        try:
            rules.sales_accounts(group.vat_rate, group.code, look.shop.today())
        except SyncError as error:
            wrong += 1
            yield look_at(depends(error.problem, _sold_in(look, group.code)), f"Varugrupp {group.name}")
    if not wrong:
        yield good(f"Alla {len(rules.groups)} varugrupper har konto")


def rates(look: Look) -> Iterator[Finding]:
    """The VAT rates of settings and groups exist. Yellow: only what is sold at such a rate waits."""
    places = [(rule.rate, f"Försäljningskonto {rule.account}", rule.group) for rule in look.rules.sales]
    places += [(group.vat_rate, f"Varugruppen {group.name}", group.code) for group in look.rules.groups.values()]
    wrong = [one for one in places if one[0] not in RATES]
    for rate, where, group in wrong:
        problem = catalogue.VAT_RATE_STRANGE.problem(rate=rate, where=where)
        yield look_at(depends(problem, _sold_in(look, group, rate)), "Momssatser")
    if not wrong:
        yield good("Momssatserna finns")


def _sold_in(look: Look, group: str, rate: int | None = None) -> Use | None:
    """What waits of an article group, or of one of its rates."""
    uses = [use for sold, use in look.sold.items() if sold.group == group and rate in {None, sold.rate}]
    return reduce(add, uses, None)


def vat(look: Look) -> Iterator[Finding]:
    """The VAT on receipts that wait is that of rate and amount: a view that reckons wrong is found before it is
    booked. Yellow: the receipts and Z reports concerned are parked, the others go on."""
    sales, wrong = look.shop.sales, 0
    for till in sales.tills():
        for line in odd_vat_lines(sales, till.id, look.read_to("receipt", till.id), VAT_TOLERANCE, _NAMED):
            wrong += 1
            problem = catalogue.VAT_WRONG.problem(
                item=f"Kvitto {till.id}-{line.receipt}",
                row=line.row,
                rate=line.rate,
                amount=kronor(line.amount),
                vat=kronor(line.vat),
                expected=kronor(vat_within(line.amount, line.rate)),
            )
            yield look_at(problem, "Moms på kvitton")
    if not wrong:
        yield good("Momsen på kvittona stämmer med momssatserna")


def z_totals(look: Look) -> Iterator[Finding]:
    """The Z reports that wait agree with their own receipts."""
    days, wrong = look.waiting_days, 0
    if not days:
        return
    found = agreements(look.shop.sales, days[0], days[-1], VAT_TOLERANCE)
    for (till, number), one in found.items():
        if one.wrong and wrong < _NAMED:
            wrong += 1
            problem = catalogue.Z_DISAGREES.problem(item=f"Z {number} kassa {till}", what=", ".join(one.wrong))
            yield look_at(problem, "Z-rapporternas summor")
    leaning = [problem for one in found.values() for problem in one.leaning]
    yield from (look_at(problem, "Z-rapporternas moms") for problem in leaning[:_NAMED])
    if not wrong:
        yield good("Z-rapporternas summor stämmer med kvittona")


def gift_cards(look: Look) -> Iterator[Finding]:
    """No gift card has been used that was never sold, or for more than it was sold for."""
    odd = [problem for card in cards(look.shop.sales) if (problem := card.problem)]
    yield from (look_at(problem, "Presentkorten") for problem in odd[:_NAMED])
    if not odd:
        yield good("Alla använda presentkort är sålda i kassan")


def voucher_rates(look: Look) -> Iterator[Finding]:
    """The VAT rate of each enfunktionsvoucher that was used is told by the receipt or by the settings."""
    told: set[str] = set()
    for after in look.unread():
        numbers = waiting.vouchers_used(look.shop.sales, after, _VOUCHERS)
        for receipt in look.shop.sales.receipts_numbered(after.till, numbers) if numbers else ():
            for problem in _unknown_rates(look, receipt):
                if problem.cause not in told:
                    told.add(problem.cause)
                    yield look_at(problem, problem.item)


def _unknown_rates(look: Look, receipt: Receipt | Unreadable) -> Iterator[Problem]:
    if isinstance(receipt, Unreadable):  # told by its own step
        return
    for payment in receipt.payments:
        if look.rules.kinds.get(payment.method) is PaymentKind.SINGLE_PURPOSE:
            try:
                rate_of_voucher(payment.method, receipt, look.rules)
            except SyncError as error:
                yield error.problem
