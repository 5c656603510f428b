"""What an SIE file holds, typed. Amounts are whole öre, debit positive and credit negative."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from synccenter.contract.model import Ore


class SieTransaction(Struct, frozen=True):
    """A #TRANS row. `objects` are (dimension, object), e.g. `(1, "0123")`; `on` is None for the voucher's date."""

    account: int
    amount: Ore
    objects: tuple[tuple[int, str], ...] = ()
    on: date | None = None
    text: str = ""


class SieVoucher(Struct, frozen=True):
    """A #VER with its rows. `line` is where it stands in the file."""

    series: str
    number: str
    on: date
    text: str
    transactions: tuple[SieTransaction, ...]
    line: int


class SieBalance(Struct, frozen=True):
    """A balance. `kind` is IB, UB, RES, OIB, OUB or PSALDO; `year` 0 is the current, -1 the one before."""

    kind: str
    year: int
    account: int
    amount: Ore
    objects: tuple[tuple[int, str], ...] = ()
    period: str = ""


class SieFile(Struct, frozen=True, kw_only=True):
    """An SIE file. `sie_type` is `1`, `2`, `3`, `4E` or `4I`; `checksum` None when the file has none.

    `years` maps year number to first and last day, `objects` (dimension, object) to a name.
    """

    flag: int
    program: str
    program_version: str
    format: str
    generated: date
    sie_type: str
    company: str
    org_number: str
    years: dict[int, tuple[date, date]]
    accounts: dict[int, str]
    dimensions: dict[int, str]
    objects: dict[tuple[int, str], str]
    vouchers: tuple[SieVoucher, ...]
    balances: tuple[SieBalance, ...]
    encoding: str
    checksum: int | None = None
