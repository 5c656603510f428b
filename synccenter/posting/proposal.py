"""An account proposal from the tills and what the chart of accounts holds. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import structs

from synccenter.contract.model import Account
from synccenter.posting.settings import CashRule, SalesRule

FIRST_CHOICES: Mapping[str, tuple[int, ...]] = {
    "card_account": (1686, 1580, 1680),
    "swish_account": (1930, 1940, 1680),
    "invoice_account": (1510,),
    "gift_card_sold_account": (2421, 2420),
    "gift_card_used_account": (2421, 2420),
    "rounding_account": (3740,),
    "difference_account": (3790, 3960, 7960),
}
"""Option -> accounts by BAS 2026 and, after the first, what older charts use. The first that is there is proposed."""

CASH = range(1910, 1920)
SALES: Mapping[int, tuple[int, ...]] = {
    25: (3001, 3041, 3051, 3010, 3000),
    12: (3002, 3042, 3052, 3020),
    6: (3003, 3043, 3053, 3030),
    0: (3004, 3044, 3054, 3040),
}
VAT: Mapping[int, tuple[int, ...]] = {25: (2611, 2610), 12: (2621, 2620), 6: (2631, 2630), 0: ()}


def propose(tills: Sequence[CashRule], accounts: Iterable[Account]) -> dict[str, object]:
    """Option of the section `posting` -> proposed value.

    `tills` are the tills with their names and the accounts that they have or would get. An option is left out when
    the chart holds none of its candidates: then a person must choose. Without a chart the accounts of BAS 2026 are
    proposed.
    """
    active = {account.number for account in accounts if account.active}
    found: dict[str, object] = {}
    for option, candidates in FIRST_CHOICES.items():
        if (number := _first(candidates, active)) is not None:
            found[option] = number
    if tills:
        found["cash_tills"] = _drawers(tills, active)
    rows = [_row(rate, active) for rate in SALES]
    if all(rows):
        found["sales"] = tuple(rows)
    return found


def _drawers(tills: Sequence[CashRule], active: set[int]) -> tuple[CashRule, ...]:
    """Each till on its account; on the next cash account of the chart where the chart lacks it. 0: none is left."""
    used = {till.account for till in tills if not active or till.account in active}
    found = []
    for till in tills:
        account = till.account
        if active and account not in active:
            account = next((number for number in CASH if number in active and number not in used), 0)
            used.add(account)
        found.append(structs.replace(till, account=account))
    return tuple(found)


def _row(rate: int, active: set[int]) -> SalesRule | None:
    account = _first(SALES[rate], active)
    if account is None:
        return None
    vat = _first(VAT[rate], active) or 0
    return SalesRule(rate, account=account, vat_account=vat)


def _first(candidates: tuple[int, ...], active: set[int]) -> int | None:
    return next((number for number in candidates if not active or number in active), None)
