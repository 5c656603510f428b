"""Where everything lands: from what was sold, paid or moved to (account, VAT account, purpose, text).

The one place. Vouchers, invoices, the list of accounts to check and the table in the docs all ask here, and the
type checker asks here when a kind is added.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from typing import assert_never

from msgspec import Struct

from synccenter.contract import catalogue
from synccenter.contract.errors import SyncError
from synccenter.contract.model import CashKind, LineKind, PaymentKind, Percent, Purpose
from synccenter.posting.rules import Rules


class Target(Struct, frozen=True):
    """Where an amount lands. `vat_account` 0: no VAT may stand there. `text` is that of the row."""

    account: int
    vat_account: int
    purpose: Purpose
    text: str


def line_target(kind: LineKind, rate: Percent, group: str, on: date, rules: Rules) -> Target:
    """Where a receipt line of a kind, VAT rate and article group lands on a day. Raises B02."""
    match kind:
        case LineKind.GOODS:
            account, vat_account = rules.sales_accounts(rate, group, on)
            text = f"Försäljning {rate} % {rules.group_name(group)}".strip()
            return Target(account, vat_account, Purpose.SALES, text)
        case LineKind.DEPOSIT:
            # Pant has the VAT rate of what is in the can (pantamera.nu/foretag/butik/livsmedelsmoms-pa-pant, 2026).
            account, vat_account = rules.sales_accounts(rate, group, on)
            return Target(rules.deposit or account, vat_account, Purpose.DEPOSIT, f"Pant {rate} %")
        case LineKind.GIFT_CARD:
            # A flerfunktionsvoucher: a debt without VAT until it is used.
            return Target(rules.gift_card_sold, 0, Purpose.GIFT_CARD, "Presentkort sålda")
        case _:
            assert_never(kind)


def payment_target(method: str, till: str, rules: Rules) -> Target:
    """Where a payment lands: the method's own row for the till or for all tills, else by its kind. Raises B01."""
    text = rules.method_names.get(method, method)
    account = rules.payment_rows.get((method, till)) or rules.payment_rows.get((method, ""))
    return Target(account or _by_kind(method, till, rules), 0, Purpose.PAYMENT, text)


def _by_kind(method: str, till: str, rules: Rules) -> int:
    kind = rules.kinds.get(method, PaymentKind.OTHER)
    match kind:
        case PaymentKind.CASH:
            account = rules.cash_account(till)
        case PaymentKind.CARD:
            account = rules.card
        case PaymentKind.SWISH:
            account = rules.swish
        case PaymentKind.GIFT_CARD:
            account = rules.gift_card_used
        case PaymentKind.INVOICE:
            account = rules.invoice
        case PaymentKind.OTHER:
            account = 0
        case _:
            assert_never(kind)
    if not account:
        raise catalogue.NO_PAYMENT_ACCOUNT.error(method=method)
    return account


def cash_target(kind: CashKind, reason: str, rules: Rules) -> Target | None:
    """The other side of a cash movement (one side is the till's cash); None for what moves nothing. Raises B06."""
    match kind:
        case CashKind.PAY_IN:
            return Target(rules.movement_account(reason), 0, Purpose.CASH, f"Insättning {reason}".strip())
        case CashKind.PAY_OUT:
            return Target(rules.movement_account(reason), 0, Purpose.CASH, f"Uttag {reason}".strip())
        case CashKind.COUNTED:
            return Target(rules.difference, 0, Purpose.DIFFERENCE, "Kassadifferens")
        case CashKind.FLOAT:
            return None
        case _:
            assert_never(kind)


def rounding_target(rules: Rules) -> Target:
    """Where cash rounding lands (SFS 1970:1029 section 2)."""
    return Target(rules.rounding, 0, Purpose.ROUNDING, "Öresavrundning")


def accounts_in(rules: Rules) -> dict[int, str]:
    """Every account that anything may land on, with what it is used for in Swedish; for the check before a sale."""
    used: dict[int, str] = {}
    for target in _every(rules):
        word = "betalsätt " if target.purpose is Purpose.PAYMENT else ""
        used.setdefault(target.account, word + target.text)
        if target.vat_account:
            used.setdefault(target.vat_account, f"moms på {target.text}")
    for till, account in rules.cash_accounts.items():
        used.setdefault(account, f"kontanter kassa {till}")
    used.pop(0, None)
    return used


def _every(rules: Rules) -> Iterator[Target]:
    """Every target there can be: all kinds, for all rates, groups, days, methods, tills and reasons."""
    days = {rule.since or date.min for rule in rules.sales}
    rates = {rule.rate for rule in rules.sales}
    groups = {"", *rules.groups, *(rule.group for rule in rules.sales)}
    sold = [(rate, group, day) for rate in sorted(rates, reverse=True) for group in sorted(groups) for day in days]
    for kind in LineKind:
        for rate, group, day in sold:
            with suppress(SyncError):  # a sale that no rule fits is told when it comes
                yield line_target(kind, rate, group, day, rules)
    for method in {**rules.kinds, **{method: None for method, _ in rules.payment_rows}}:
        for till in (*rules.cash_accounts, *(till for _, till in rules.payment_rows)):
            with suppress(SyncError):
                yield payment_target(method, till, rules)
    for moved in CashKind:
        for reason in rules.movements or [""]:
            with suppress(SyncError):
                if target := cash_target(moved, reason, rules):
                    yield target
    yield rounding_target(rules)
