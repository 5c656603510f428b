"""Organisation numbers in the forms that are in use, as the ten digits behind them."""

from __future__ import annotations

import re

_VAT = re.compile(r"(?:SE)?(\d{10})01")


def org_digits(text: str) -> str:
    """`556677-8899`, `165566778899` and the VAT number `SE556677889901` -> `5566778899`; "" without any digits.

    A VAT number is the organisation number with SE before and 01 after it (Skatteverket). Twelve digits without SE are
    one too, unless they begin with a century (16, 18, 19, 20).
    """
    plain = re.sub(r"[^0-9A-Z]", "", text.upper())
    vat = _VAT.fullmatch(plain)
    if vat and (plain.startswith("SE") or plain[:2] not in {"16", "18", "19", "20"}):
        return vat[1]
    digits = re.sub(r"\D", "", plain)
    return digits[-10:] if len(digits) == 12 else digits
