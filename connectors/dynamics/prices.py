"""Prices, VAT rates and VAT numbers as Dynamics keeps them. Each raises ValueError with a Swedish clause."""

from __future__ import annotations

import re
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from connectors.wire.answers import tidy
from synccenter.contract.model import Ore, Percent, Thousandths

RATES: tuple[Percent, ...] = (25, 12, 6, 0)
"""Swedish VAT rates (mervärdesskattelagen 2023:200, chapter 9)."""
BLOCKED_WHOLLY = {"invoice", "all"}
"""The values of *Blocked* on a customer that may not be sold to; *Ship* may (table 18, field 39)."""

_LARGEST = Decimal(10_000_000)
_STEP = {"krona_up": (Decimal(1), ROUND_CEILING), "krona": (Decimal(1), ROUND_HALF_UP)}


def rate_of(percent: Decimal) -> Percent:
    """A VAT rate. Raises ValueError for one that Sweden has not."""
    if percent not in RATES:
        raise ValueError(f"momssatsen {percent.normalize():f} % finns inte i Sverige")
    return int(percent)


def ore(amount: Decimal) -> Ore:
    """Kronor as öre, to the nearest."""
    return int((amount * 100).quantize(Decimal(1), ROUND_HALF_UP))


def thousandths(quantity: Decimal) -> Thousandths:
    """A quantity in thousandths."""
    return int((quantity * 1000).quantize(Decimal(1), ROUND_HALF_UP))


def with_vat(price: Decimal, rate: Percent, *, has_vat: bool, rounding: str) -> Ore:
    """A price including VAT. One without gets it and is rounded (`krona_up`, `krona`, anything else: to the öre).

    A price that the system holds including VAT is the shop's own and is taken as it is.
    """
    if not 0 <= price <= _LARGEST:
        raise ValueError(f"priset {price} är orimligt")
    if has_vat:
        return ore(price)
    gross = (price * (100 + rate) / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
    if rounding in _STEP:
        step, how = _STEP[rounding]
        gross = gross.quantize(step, how)
    return ore(gross)


def org_number_of(stored: str) -> str:
    """A VAT registration number (SE556677889901) as the organisation number in it; anything else as it is."""
    found = re.fullmatch(r"SE(\d{6})(\d{4})01", stored.replace(" ", "").replace("-", "").upper())
    return f"{found[1]}-{found[2]}" if found else tidy(stored, 20)


def vat_number_of(org_number: str) -> str:
    """The other way round, for a page that has the VAT registration number only."""
    digits = re.sub(r"\D", "", org_number)
    return f"SE{digits[-10:]}01" if re.fullmatch(r"(?:\d\d)?\d{10}", digits) else org_number
