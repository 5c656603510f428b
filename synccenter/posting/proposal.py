"""An account proposal from the number of tills and what the chart of accounts holds. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from synccenter.contract.model import Account
from synccenter.posting.settings import SalesRule

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

CASH = (1910, 1911, 1912, 1913)
SALES: Mapping[int, tuple[int, ...]] = {
    25: (3001, 3041, 3051, 3010, 3000),
    12: (3002, 3042, 3052, 3020),
    6: (3003, 3043, 3053, 3030),
    0: (3004, 3044, 3054, 3040),
}
VAT: Mapping[int, tuple[int, ...]] = {25: (2611, 2610), 12: (2621, 2620), 6: (2631, 2630), 0: ()}


def propose(tills: int, accounts: Iterable[Account]) -> dict[str, object]:
    """Option of the section `posting` -> proposed value.

    An option is left out when the chart holds none of its candidates: then a person must choose. Without a chart
    the accounts of BAS 2026 are proposed.
    """
    active = {account.number for account in accounts if account.active}
    found: dict[str, object] = {}
    for option, candidates in FIRST_CHOICES.items():
        if (number := _first(candidates, active)) is not None:
            found[option] = number
    if cash := [number for number in CASH if not active or number in active][: max(1, tills)]:
        found["cash_accounts"] = tuple(cash)
    rows = [_row(rate, active) for rate in SALES]
    if all(rows):
        found["sales"] = tuple(rows)
    return found


def _row(rate: int, active: set[int]) -> SalesRule | None:
    account = _first(SALES[rate], active)
    if account is None:
        return None
    vat = _first(VAT[rate], active) or 0
    return SalesRule(rate, account=account, vat_account=vat)


def _first(candidates: tuple[int, ...], active: set[int]) -> int | None:
    return next((number for number in candidates if not active or number in active), None)
