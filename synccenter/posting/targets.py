"""Where everything lands: from what was sold, paid or moved to (account, VAT account, purpose, text).

The one place. Vouchers, invoices, the list of accounts to check and the table in the docs all ask here, and the
type checker asks here when a kind is added.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from typing import TypeAlias, assert_never

from msgspec import Struct

from synccenter.contract import catalogue
from synccenter.contract.errors import SyncError
from synccenter.contract.model import CashKind, DocumentKind, LineKind, PaymentKind, Percent, Purpose
from synccenter.posting.rules import Rules


class Target(Struct, frozen=True):
    """Where an amount lands. `vat_account` 0: no VAT may stand there. `text` is that of the row."""

    account: int
    vat_account: int
    purpose: Purpose
    text: str


BOX: Mapping[str, tuple[int, str]] = {
    "free": (3004, "momsfri"),
    "export": (3105, "export"),
    "eu": (3108, "EU"),
    "reverse": (3231, "omvänd moms"),
}
"""Why there is no VAT -> account of BAS 2026 and word. The VAT return's boxes 42, 36, 35 and 41 (SKV 4700)."""


def line_target(kind: LineKind, rate: Percent, group: str, on: date, rules: Rules) -> Target:
    """Where a receipt line of a kind, VAT rate and article group lands on a day. Raises B02."""
    kind = LineKind.AGENT if kind is LineKind.GOODS and group in rules.agents else kind
    match kind:
        case LineKind.GOODS:
            target = _goods(rate, group, on, rules)
        case LineKind.DEPOSIT:
            # Pant has the VAT rate of what is in the can (pantamera.nu/foretag/butik/livsmedelsmoms-pa-pant, 2026).
            account, vat_account = rules.sales_accounts(rate, group, on)
            target = Target(rules.deposit or account, vat_account, Purpose.DEPOSIT, f"Pant {rate} %")
        case LineKind.GIFT_CARD:
            # A flerfunktionsvoucher: a debt without VAT until it is used.
            target = Target(rules.gift_card_sold, 0, Purpose.GIFT_CARD, "Presentkort")
        case LineKind.SINGLE_PURPOSE:
            # An enfunktionsvoucher: selling it is the taxed sale.
            vat_account = rules.sales_accounts(rate, group, on)[1]
            target = Target(rules.single_purpose, vat_account, Purpose.GIFT_CARD, f"Enfunktionsvoucher {rate} %")
        case LineKind.AGENT:
            agent = rules.agents.get(group)
            owed = agent.account if agent else rules.agent
            target = Target(owed, 0, Purpose.AGENT, _words("Ombud", rules.group_name(group)))
        case LineKind.TIP:
            target = Target(rules.tip, 0, Purpose.TIP, "Dricks personal")
        case LineKind.OWNER_TIP:
            target = Target(rules.owner_tip, 0, Purpose.TIP, "Dricks företag")
        case _:
            assert_never(kind)
    return target


def _goods(rate: Percent, group: str, on: date, rules: Rules) -> Target:
    account, vat_account = rules.sales_accounts(rate, group, on)
    why = ""
    if rate == 0 and (zero := rules.zero_rated.get(group)):
        own, why = BOX[zero.reason]
        account = zero.account or (account if zero.reason == "free" else own)
    return Target(account, vat_account, Purpose.SALES, _words(f"{rate} %", why, rules.group_name(group)))


def _words(*words: str) -> str:
    """The words that there are; one that says the same as the one before it is not said again."""
    said = [word for word in words if word]
    return " ".join(
        word for before, word in zip(["", *said], said, strict=False) if word.casefold() != before.casefold()
    )


def payment_target(method: str, till: str, rules: Rules) -> Target:
    """Where a payment lands: the method's own row for the till or for all tills, else by its kind. Raises B01."""
    rules.ensure_read("method", method)
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
        case PaymentKind.SINGLE_PURPOSE:
            account = rules.single_purpose
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
    """The other side of a cash movement (one side is the till's cash); None for what moves nothing.

    A reason that nobody has chosen an account for goes to the suspense account: it never parks a day's sales.
    """
    match kind:
        case CashKind.PAY_IN | CashKind.PAY_OUT:
            word = "Insättning" if kind is CashKind.PAY_IN else "Uttag"
            row = rules.movement(reason)
            if row is None:
                return Target(rules.suspense, 0, Purpose.SUSPENSE, _words("OBS", word, reason))
            if row.purchase:
                return Target(row.account, row.vat_account if row.vat else 0, Purpose.PURCHASE, _words("Inköp", reason))
            return Target(row.account, 0, Purpose.CASH, _words(word, reason))
        case CashKind.COUNTED:
            return Target(rules.difference, 0, Purpose.DIFFERENCE, "Kassadifferens")
        case CashKind.FLOAT:
            return None
        case _:
            assert_never(kind)


def commission_target(group: str, on: date, rules: Rules) -> Target | None:
    """Where the commission on what is sold for another lands; None when it is settled elsewhere."""
    agent = rules.agents.get(group)
    if agent is None or not agent.commission:
        return None
    vat_account = rules.sales_accounts(agent.vat, group, on)[1] if agent.vat else 0
    return Target(
        agent.commission_account, vat_account, Purpose.COMMISSION, _words("Provision", rules.group_name(group))
    )


def rounding_target(rules: Rules) -> Target:
    """Where cash rounding lands (SFS 1970:1029 section 2)."""
    return Target(rules.rounding, 0, Purpose.ROUNDING, "Öresavrundning")


SELDOM = frozenset({LineKind.SINGLE_PURPOSE, LineKind.AGENT, LineKind.TIP, LineKind.OWNER_TIP})
"""Kinds that many shops never sell: an account of theirs that the chart lacks stops nothing until one comes."""


def accounts_in(rules: Rules) -> dict[int, str]:
    """Every account that anything may land on, with what it is used for in Swedish; for the check before a sale."""
    return _uses(rules, [*_common(rules), *_lines(rules, SELDOM), *_moved(rules)])


def accounts_needed(rules: Rules) -> frozenset[int]:
    """Those of them without which a common day cannot be booked."""
    return frozenset(_uses(rules, _common(rules)))


def sold_on(rules: Rules) -> frozenset[int]:
    """The accounts that rows of articles land on, on invoices; a voucher has no such rows."""
    if rules.target != DocumentKind.INVOICE.value:
        return frozenset()
    lines = _lines_by_group(rules, frozenset(LineKind))
    return frozenset(target.account for _, target in lines if target.purpose is Purpose.SALES)


def earns(purpose: Purpose) -> bool:
    """Whether it is income: cost centres and projects follow results, not debts."""
    return purpose in {Purpose.SALES, Purpose.DEPOSIT}


Carried: TypeAlias = tuple[str, str]
"""The cost centre and the project of a row, "" for none."""


def carried_in(rules: Rules, tills: Iterable[str], *, pays_in_rows: bool = False) -> dict[int, set[Carried]]:
    """By account, what rows that land on it carry; for the check. On an invoice only what was sold is a row of ours,
    and with `pays_in_rows` its rounding, which goes with what was sold, and its payments."""
    found: dict[int, set[Carried]] = {}
    invoice, nothing = rules.target == DocumentKind.INVOICE.value, ("", "")

    def add(account: int, carried: Carried) -> None:
        found.setdefault(account, set()).add(carried)

    for till in tills:
        for group, target in _lines_by_group(rules, frozenset(LineKind)):
            with_line = earns(target.purpose) or (invoice and target.purpose is not Purpose.COMMISSION)
            add(target.account, rules.dimension(till, group) if with_line else nothing)
            if not invoice:
                add(target.vat_account, nothing)
            elif pays_in_rows and earns(target.purpose):
                add(rounding_target(rules).account, rules.dimension(till, group))
        if not invoice:
            add(rounding_target(rules).account, rules.dimension(till))
    paid = (one for one in _common(rules) if one.purpose is Purpose.PAYMENT and pays_in_rows)
    for target in paid if invoice else (*_common(rules), *_moved(rules)):
        if not earns(target.purpose) and target.purpose is not Purpose.ROUNDING:
            add(target.account, nothing)
    found.pop(0, None)
    return found


def _uses(rules: Rules, targets: Iterable[Target]) -> dict[int, str]:
    used: dict[int, str] = {}
    for target in targets:
        word = "betalsätt " if target.purpose is Purpose.PAYMENT else ""
        used.setdefault(target.account, word + target.text)
        if target.vat_account:
            used.setdefault(target.vat_account, f"moms på {target.text}")
    for till, account in rules.cash_accounts.items():
        used.setdefault(account, f"kontanter kassa {till}")
    used.pop(0, None)
    return used


def _common(rules: Rules) -> Iterator[Target]:
    """What every shop may meet on any day: sales, payments, rounding and the counted drawer."""
    yield from _lines(rules, frozenset(LineKind) - SELDOM)
    for method in {**rules.kinds, **{method: None for method, _ in rules.payment_rows}}:
        if rules.target == DocumentKind.INVOICE.value and rules.kinds.get(method) is PaymentKind.INVOICE:
            continue  # a debt: the invoice itself stays open
        for till in (*rules.cash_accounts, *(till for _, till in rules.payment_rows)):
            with suppress(SyncError):
                yield payment_target(method, till, rules)
    yield rounding_target(rules)
    if target := cash_target(CashKind.COUNTED, "", rules):
        yield target


def _lines(rules: Rules, kinds: frozenset[LineKind]) -> Iterator[Target]:
    """All lines of some kinds, for every rate, group and day that a rule tells of."""
    return (target for _, target in _lines_by_group(rules, kinds))


def _lines_by_group(rules: Rules, kinds: frozenset[LineKind]) -> Iterator[tuple[str, Target]]:
    days = {rule.since or date.min for rule in rules.sales}
    rates = {rule.rate for rule in rules.sales}
    groups = {"", *rules.groups, *(rule.group for rule in rules.sales), *rules.zero_rated, *rules.agents}
    for rate in sorted(rates, reverse=True):
        for group in sorted(groups):
            for day in days:
                for kind in sorted(kinds, key=list(LineKind).index):
                    with suppress(SyncError):  # a sale that no rule fits is told when it comes
                        yield group, line_target(kind, rate, group, day, rules)
                with suppress(SyncError):
                    if target := commission_target(group, day, rules):
                        yield group, target


def _moved(rules: Rules) -> Iterator[Target]:
    """All cash movements, for every reason there is an account for, and for one that has none."""
    for kind in CashKind:
        for reason in (*rules.movements, ""):
            if target := cash_target(kind, reason, rules):
                yield target
