"""Numbers of payment cards, wherever they stand: masked in log, mail and support packet (PCI DSS 4.0, 3.4 and 3.5).

A card number is 13 to 19 digits whose last fits Luhn's formula (ISO/IEC 7812-1). One number in ten does by chance, and
a shop is full of long numbers, so:

- 15 to 19 digits that fit are masked, whatever they are. An OCR number or a pallet label (SSCC) may go with them.
- 13 and 14 digits are article numbers, EAN-13 and GTIN-14. They are masked when they fit Luhn and begin as a card of
  that length does (13: Visa and Maestro, 4, 5 and 6; 14: Diners, 30, 36, 38 and 39), and 13 digits only when they are
  no EAN: no card of 13 digits has been issued for decades, and half of Europe's articles begin with 4 and 5.
- Groups with blanks or dashes between are looked at only as cards are printed (4-4-4-4, 4-6-5, 4-6-4) and with the
  first digit of a card, so that a list of accounts or receipts is left alone.
"""

from __future__ import annotations

import re

from synccenter.contract.gtin import checks

CARD = "<kortnummer>"

_RUN = re.compile(r"(?<!\d)(?<!\d[.,])\d{13,19}(?!\d)")
_GAP = "[ \u00a0-]"
_FOURS = rf"{_GAP}\d{{4}}{_GAP}\d{{4}}{_GAP}\d{{1,4}}(?:{_GAP}\d{{1,3}})?"
_SIXES = rf"{_GAP}\d{{6}}{_GAP}\d{{4,5}}"
_PRINTED = re.compile(rf"(?<!\d)(?<!\d[.,])[3-6]\d{{3}}(?:{_FOURS}|{_SIXES})(?!\d)")
_DINERS = ("30", "36", "38", "39")


def without_cards(text: str) -> str:
    """The text with what may be a card's number replaced."""
    text = _RUN.sub(lambda found: CARD if _is_card(found[0]) else found[0], text)
    return _PRINTED.sub(lambda found: CARD if _fits(re.sub(r"\D", "", found[0])) else found[0], text)


def _is_card(digits: str) -> bool:
    if not _fits(digits):
        return False
    if len(digits) == 13:
        return digits[0] in "456" and not checks(digits)
    return len(digits) > 14 or digits.startswith(_DINERS)


def _fits(digits: str) -> bool:
    """Luhn's formula; a row of one and the same digit is nobody's card."""
    doubled = [int(one) * 2 if place % 2 else int(one) for place, one in enumerate(reversed(digits))]
    return len(set(digits)) > 1 and sum(one - 9 if one > 9 else one for one in doubled) % 10 == 0
