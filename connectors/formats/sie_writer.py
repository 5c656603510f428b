"""Writer for SIE 4I: vouchers on their way into a bookkeeping program. After SIE 4B, and receivers' known quirks.

Fortnox refuses quoted #SIETYP, #FLAGGA, #FORMAT and #ORGNR and texts over 50 characters; all known receivers take
an empty voucher number and number the voucher themselves (#VER, rule 6). Balances are never written (section 6).
"""

from __future__ import annotations

import re
import zlib
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from msgspec import Struct

from connectors.formats.sie_text import TEXT_LIMIT, checksummed, quote, split_fields, transliterate
from connectors.formats.sie_values import org_number
from synccenter.contract import catalogue
from synccenter.contract.model import Ore, Posting, Voucher, kronor

COST_CENTRE, PROJECT = 1, 6
"""The reserved dimensions (8.17)."""

_DIMENSIONS = {COST_CENTRE: "Kostnadsställe", PROJECT: "Projekt"}
_PLAIN = re.compile(r"[0-9A-Za-z.\-]{1,20}")


class Heading(Struct, frozen=True, kw_only=True):
    """Who writes for whom. `fiscal_year_start` is the first month of the company's year (1-12)."""

    program: str = "JobOffice Sync Center"
    version: str = "1.0"
    company: str
    org_number: str = ""
    generated: date
    fiscal_year_start: int = 1


def write(
    vouchers: Sequence[Voucher], heading: Heading, accounts: Mapping[int, str] | None = None, *, checksum: bool = False
) -> bytes:
    """The bytes of a 4I file with the vouchers, in their order.

    `accounts` are names by number: used accounts with a known name are declared. `checksum` adds #KSUMMA, which not
    all receivers know. Raises B05 when a voucher does not balance.
    """
    for voucher in vouchers:
        difference = sum(posting.amount for posting in voucher.postings)
        if difference:
            raise catalogue.VOUCHER_UNBALANCED.error(item=voucher.reference, difference=kronor(abs(difference)))
    records = [*_identification(vouchers, heading), *_chart(vouchers, accounts or {}), *_vouchers(vouchers)]
    start, end = ["#FLAGGA 0"], list[str]()
    if checksum:
        start.append("#KSUMMA")
        end.append(f"#KSUMMA {_checksum(records)}")
    return "".join(line + "\r\n" for line in [*start, *records, *end]).encode("cp437")


def fiscal_year(on: date, first_month: int) -> tuple[date, date]:
    """First and last day of the fiscal year that holds a day."""
    first = date(on.year if on.month >= first_month else on.year - 1, first_month, 1)
    last_year, last_month = (first.year, 12) if first_month == 1 else (first.year + 1, first_month - 1)
    return first, date(last_year, last_month, monthrange(last_year, last_month)[1])


def object_code(text: str) -> str:
    """A cost centre or project as it stands in the file; BL's reader takes no quotation mark in an object list."""
    return transliterate(text).replace('"', "'")[:TEXT_LIMIT].rstrip()


def _identification(vouchers: Sequence[Voucher], heading: Heading) -> Iterator[str]:
    version = heading.version if _PLAIN.fullmatch(heading.version) else quote(heading.version)
    yield f"#PROGRAM {quote(heading.program)} {version}"
    yield "#FORMAT PC8"
    yield f"#GEN {_day(heading.generated)}"
    yield "#SIETYP 4"
    number = org_number(heading.org_number)
    if _PLAIN.fullmatch(number):
        yield f"#ORGNR {number}"
    company = transliterate(heading.company)
    yield f"#FNAMN {quote(company or 'Namn saknas')}"
    years = {fiscal_year(voucher.date, heading.fiscal_year_start) for voucher in vouchers}
    if len(years) == 1:
        first, last = years.pop()
        yield f"#RAR 0 {_day(first)} {_day(last)}"


def _chart(vouchers: Sequence[Voucher], accounts: Mapping[int, str]) -> Iterator[str]:
    postings = [posting for voucher in vouchers for posting in voucher.postings]
    for account in sorted({posting.account for posting in postings}):
        if transliterate(accounts.get(account, "")):
            yield f"#KONTO {account} {quote(accounts[account])}"
    used = sorted({pair for posting in postings for pair in _objects(posting)})
    for dimension, name in _DIMENSIONS.items():
        if any(pair[0] == dimension for pair in used):
            yield f"#DIM {dimension} {quote(name)}"
    for dimension, code in used:
        yield f"#OBJEKT {dimension} {quote(code)} {quote(code)}"


def _vouchers(vouchers: Sequence[Voucher]) -> Iterator[str]:
    for voucher in vouchers:
        yield f'#VER {quote(voucher.series)} "" {_day(voucher.date)} {quote(voucher.text)}'
        yield "{"
        for posting in voucher.postings:
            pairs = " ".join(f"{dimension} {quote(code)}" for dimension, code in _objects(posting))
            row = f"#TRANS {posting.account} {{{pairs}}} {_amount(posting.amount)}"
            text = transliterate(posting.text)
            yield f"{row} {_day(voucher.date)} {quote(text)}" if text else row
        yield "}"


def _objects(posting: Posting) -> list[tuple[int, str]]:
    pairs = [(COST_CENTRE, object_code(posting.cost_centre)), (PROJECT, object_code(posting.project))]
    return [(dimension, code) for dimension, code in pairs if code]


def _day(on: date) -> str:
    return f"{on.year:04d}{on.month:02d}{on.day:02d}"  # strftime leaves years before 1000 short


def _amount(amount: Ore) -> str:
    whole, part = divmod(abs(amount), 100)
    return f"{'-' if amount < 0 else ''}{whole}.{part:02d}"


def _checksum(records: Sequence[str]) -> int:
    crc = 0
    for record in records:
        if record not in "{}":
            crc = zlib.crc32(checksummed(split_fields(record)), crc)
    return crc
