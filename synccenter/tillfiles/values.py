"""What a till's file says, as values: receipts, Z reports and changes of the float, exactly as they were written.

Nothing is interpreted here: signs, discounts and texts are the till's own. Money is öre, quantity thousandths. Names
and order of the elements: SKVFS 2021:16, the schema of 2021-12-08.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from datetime import datetime
from functools import lru_cache

import msgspec
from msgspec import Struct

from synccenter.contract.model import Ore, Percent, Thousandths

MOST_TEXT = 256
"""Characters of the longest text that the schema allows anywhere (Sokparameter)."""


BY_ACCOUNT: Percent = -1
"""The rate of a line that is an account's sales without VAT: which rate the account has is asked."""


class Wrong(ValueError):
    """A value that is not what its element promises; the text is a Swedish sentence."""


class Register(Struct, frozen=True):
    """A till as the file lists it: name, the register's serial number, its make and the control unit's number."""

    name: str
    serial: str
    make: str
    control: str


class Header(Struct, frozen=True):
    """Who the file is about: organisation number (digits), name, place of sale, and the registers in it."""

    org: str
    company: str
    place: str
    registers: tuple[Register, ...] = ()


class FileLine(Struct, frozen=True, array_like=True):
    """A line. `amount` (VAT included) is as written; some makes write it before the line's own discount."""

    service: bool
    group: str
    article: str
    name: str
    quantity: Thousandths
    amount: Ore
    discount: Ore
    rate: Percent
    vat: Ore


class FileReceipt(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A finished receipt. `z` is the Z report that closed it, 0 when it is not closed yet.

    `discounts` are the amounts that may have been taken off the whole receipt. `vat` is the receipt's own list.
    """

    org: str
    company: str
    place: str
    till: str
    control: str
    number: int
    at: str
    returned: bool
    total: Ore
    vat_total: Ore
    lines: tuple[FileLine, ...]
    payments: tuple[tuple[str, Ore], ...]
    vat: tuple[tuple[Percent, Ore], ...]
    discounts: tuple[Ore, ...] = ()
    original: int | None = None
    cashier: str = ""
    z: int = 0

    @property
    def digest(self) -> str:
        """The same for the same receipt: the Z number comes later, and an address may be spelled anew."""
        return digest(msgspec.structs.replace(self, z=0, place="", company=""))


class FileZ(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A Z report's own figures: control sums, never what is posted. None: the till does not say. `place` is where its
    till stands, when the file says so: a journal export does not."""

    org: str
    till: str
    serial: str
    make: str
    number: int
    at: str
    total: Ore
    vat: tuple[tuple[Percent, Ore], ...] | None = None
    payments: tuple[tuple[str, Ore], ...] = ()
    floating: Ore = 0
    receipts: int | None = None
    returns: int | None = None
    returned: Ore | None = None
    place: str = ""


class FileCash(Struct, frozen=True):
    """A change of the float, in öre with its sign."""

    till: str
    at: str
    amount: Ore


class BadEvent(Struct, frozen=True):
    """An event that could not be used: its number in the file, its line, and why in Swedish."""

    number: int
    line: int
    why: str


def digest(value: Struct) -> str:
    """What a value is recognised by."""
    return hashlib.blake2b(msgspec.json.encode(value), digest_size=16).hexdigest()


_DECIMAL = re.compile(r"([+-]?)(\d{0,11})(?:\.(\d{0,2})0*)?")
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,9})?(Z|[+-]\d\d:\d\d)?")
_NUMBER = re.compile(r"\d{1,12}")


def ore(text: str, name: str) -> Ore:
    """An amount with at most two decimals and a point, in öre."""
    return hundredths(text, name)


def hundredths(text: str, name: str) -> int:
    """A decimal with at most two decimals, times a hundred."""
    amount = _hundredths(text)
    if amount is None:
        raise Wrong(f"{name} är ”{text[:40]}”, som inte är ett belopp med högst två decimaler")
    return amount


@lru_cache(1024)
def _hundredths(text: str) -> int | None:
    """The same prices come again and again."""
    found = _DECIMAL.fullmatch(text)
    if not found or not (found[2] or found[3]) or not text.isascii():
        return None
    amount = int(found[2] or 0) * 100 + int((found[3] or "").ljust(2, "0"))
    return -amount if found[1] == "-" else amount


def percent(text: str, name: str) -> Percent:
    """A VAT rate, `25` or `25.00`, in whole percent."""
    rate, rest = divmod(hundredths(text, name), 100)
    if rest or not 0 <= rate <= 100:
        raise Wrong(f"{name} är ”{text[:40]}”, som inte är en momssats i hela procent")
    return rate


def number(text: str, name: str) -> int:
    """A serial number of 1 to 12 digits."""
    if not _NUMBER.fullmatch(text) or not text.isascii():
        raise Wrong(f"{name} är ”{text[:40]}”, som inte är 1–12 siffror")
    return int(text)


def moment(text: str, name: str) -> str:
    """A time as it is stored: `2027-01-04T09:05:00`, the shop's own; fractions of a second are let go."""
    found = _TIME.fullmatch(text)
    if found is None or not text.isascii() or not _is_time(found[1]):
        raise Wrong(f"{name} är ”{text[:40]}”, som inte är en tid som 2027-01-04T09:05:00")
    return found[1] + (found[2] or "").replace("Z", "+00:00")


def _is_time(text: str) -> bool:
    try:
        return 2010 <= datetime.fromisoformat(text).year <= 2099
    except ValueError:
        return False


def org_number(text: str, name: str) -> str:
    """An organisation number's 10 digits, or a personal number's 12."""
    digits = text.replace("-", "").strip()
    if not digits.isascii() or not digits.isdigit() or len(digits) not in {10, 12}:
        raise Wrong(f"{name} är ”{text[:40]}”, som inte är ett organisationsnummer")
    return digits


def words(text: str, name: str) -> str:
    """A text of some sense: stripped, not too long. A sign that cannot be printed is no reason to lose a sale: what is
    invisible (a soft hyphen, what joins an emoji) is left out, what is no letter of any alphabet becomes �."""
    found = _words(text)
    if found is None:
        raise Wrong(f"{name} har fler än {MOST_TEXT} tecken")
    return found


@lru_cache(1024)
def _words(text: str) -> str | None:
    found = " ".join(text.split())
    if not found.isprintable():
        seen = "".join(one if one.isprintable() else "�" for one in found if unicodedata.category(one) != "Cf")
        found = " ".join(seen.split())
    return None if len(found) > MOST_TEXT else found
