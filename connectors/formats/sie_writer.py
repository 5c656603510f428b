"""Writer for SIE 4I: vouchers on their way into a bookkeeping program. After SIE 4B, and receivers' known quirks.

Fortnox refuses quoted #SIETYP, #FLAGGA, #FORMAT and #ORGNR and texts over 50 characters; all known receivers take
an empty voucher number and number the voucher themselves (#VER, rule 6). Balances are never written (section 6).
"""

from __future__ import annotations

import re
import zlib
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
    """Who writes for whom. `years` are the company's financial years, when its chart of accounts tells them: a first
    year may be long or short, so they are never guessed. `copy`: of what has been delivered; nobody is to read it in.
    """

    program: str = "JobOffice Sync Center"
    version: str = "1.0"
    company: str
    org_number: str = ""
    generated: date
    years: tuple[tuple[date, date], ...] = ()
    copy: bool = False


def write(
    vouchers: Sequence[Voucher], heading: Heading, accounts: Mapping[int, str] | None = None, *, checksum: bool = False
) -> bytes:
    """The bytes of a 4I file with the vouchers, in their order.

    `accounts` are names by number. Every account used is declared, one without a name by what it is used for.
    `checksum` adds #KSUMMA, which not
    all receivers know. Raises B05 when a voucher does not balance.
    """
    for voucher in vouchers:
        difference = sum(posting.amount for posting in voucher.postings)
        if difference:
            raise catalogue.VOUCHER_UNBALANCED.error(item=voucher.reference, difference=kronor(abs(difference)))
    records = [*_identification(vouchers, heading), *_chart(vouchers, accounts or {}), *_vouchers(vouchers)]
    start, end = [f"#FLAGGA {int(heading.copy)}"], list[str]()
    if checksum:
        start.append("#KSUMMA")
        end.append(f"#KSUMMA {_checksum(records)}")
    return "".join(line + "\r\n" for line in [*start, *records, *end]).encode("cp437")


def object_code(text: str) -> str:
    """A cost centre or project as it stands in the file; BL's reader takes no quotation mark in an object list, and
    a large receiver cuts a code at its first blank."""
    return "_".join(transliterate(text).replace('"', "'").split())[:TEXT_LIMIT]


def _identification(vouchers: Sequence[Voucher], heading: Heading) -> Iterator[str]:
    version = heading.version if _PLAIN.fullmatch(heading.version) else quote(heading.version)
    yield f"#PROGRAM {quote(heading.program)} {version}"
    yield "#FORMAT PC8"
    yield f"#GEN {_day(heading.generated)}"
    yield "#SIETYP 4"
    number = org_number(heading.org_number)
    if _PLAIN.fullmatch(number):
        yield f"#ORGNR {number}"
    if heading.copy:
        yield f"#PROSA {quote('Kopia av det som redan är lämnat. Läs inte in.')}"
    company = transliterate(heading.company)
    yield f"#FNAMN {quote(company or 'Namn saknas')}"
    for first, last in heading.years:
        if vouchers and all(first <= voucher.date <= last for voucher in vouchers):
            yield f"#RAR 0 {_day(first)} {_day(last)}"


def _chart(vouchers: Sequence[Voucher], accounts: Mapping[int, str]) -> Iterator[str]:
    postings = [posting for voucher in vouchers for posting in voucher.postings]
    used_for = {posting.account: posting.text for posting in reversed(postings)}
    for account in sorted(used_for):
        name = transliterate(accounts.get(account, "")) or transliterate(used_for[account]) or f"Konto {account}"
        yield f"#KONTO {account} {quote(name)}"
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
