"""Reads a till's Z reports out of a SIE 4 file: one voucher a Z report, as many tills write it.

Such a file has payments, VAT by rate and sales without VAT by account, but no receipts: each Z report becomes one
receipt of its own. Which VAT rate a sales account has is asked once. SIE 4B: PC8 text, `#VER` with `#TRANS` rows;
makes also write Windows' letters or UTF-8, and the row's text without the date before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from msgspec import Struct, field

from synccenter.tillfiles.export_events import Read
from synccenter.tillfiles.stream import Refused
from synccenter.tillfiles.values import (
    BY_ACCOUNT,
    BadEvent,
    FileLine,
    FileReceipt,
    FileZ,
    Header,
    Register,
    Wrong,
    number,
    ore,
    org_number,
    words,
)

TILL = "SIE"
"""The name of a till whose file does not name it."""

_MOST_LINE = 4096
_CLOSED = "T23:59:59"
"""A SIE file has no time of day: the Z report is the day's last."""

_VAT_ACCOUNTS = {261: 25, 262: 12, 263: 6}
"""BAS: outgoing VAT of 25, 12 and 6 %."""

_ROUNDING = "374"
"""BAS: öres- och kronutjämning. No sale: it is asked about as a line without VAT."""

_WINDOWS, _DOS = re.compile(rb"[\xe5\xe4\xf6\xc5\xc4\xd6]"), re.compile(rb"[\x86\x84\x94\x8f\x8e\x99]")
"""åäöÅÄÖ."""

_FIELD = re.compile(r'"((?:[^"\\]|\\.)*)"|(\{[^}]*\})|(\S+)')


class _Voucher(Struct):
    """A voucher whose rows are still coming."""

    line: int
    number: str
    day: str
    rows: list[tuple[str, str, str]] = field(default_factory=list)


class _Said(Struct):
    """What stands before the vouchers."""

    org: str = ""
    company: str = ""
    program: str = ""
    accounts: dict[str, str] = field(default_factory=dict)


def read(path: Path) -> Iterator[Read]:
    """The header and then a receipt and a Z report for each voucher. Raises Refused and OSError."""
    said, count, begun = _Said(), 0, False
    current: _Voucher | None = None
    with path.open(encoding=_encoding(path), errors="replace", newline=None) as file:
        for at, line in enumerate(iter(lambda: file.readline(_MOST_LINE), ""), 1):
            fields = _fields(line)
            label = fields[0].upper() if fields else ""
            if label == "#VER" and len(fields) >= 4:
                if not begun:
                    begun = True
                    yield _header(said)
                count += 1
                current = _Voucher(at, fields[2], fields[3])
            elif label == "#TRANS" and current is not None and len(fields) >= 4:
                text = (
                    fields[5] if len(fields) > 5 else fields[4] if len(fields) == 5 and not _is_day(fields[4]) else ""
                )
                current.rows.append((fields[1], fields[3], text or said.accounts.get(fields[1], "")))
            elif label == "}" and current is not None:
                yield from _z(said, current, count)
                current = None
            else:
                _say(said, fields)
    if not begun:
        raise Refused("den har inga verifikationer (#VER)", foreign=True)
    if current is not None:
        raise Refused("den sista verifikationen är inte hel", current.line)


def _encoding(path: Path) -> str:
    """The character set that a till wrote, by the letters in its first part."""
    with path.open("rb") as file:
        head = file.read(1 << 16)
    if head.isascii():
        return "cp437"
    try:
        head[: head.rfind(b"\n") + 1].decode("utf-8-sig")
    except UnicodeDecodeError:
        windows = len(_WINDOWS.findall(head)) > len(_DOS.findall(head))
        return "cp1252" if windows else "cp437"
    return "utf-8-sig"


def _is_day(text: str) -> bool:
    return text == "" or (len(text) == 8 and text.isdigit())


def _fields(line: str) -> list[str]:
    return [quoted or braces or plain for quoted, braces, plain in _FIELD.findall(line)]


def _say(said: _Said, fields: list[str]) -> None:
    match [*fields[:1], *fields[1:3]]:
        case ["#ORGNR", org, *_]:
            said.org = org
        case ["#FNAMN", name, *_]:
            said.company = name
        case ["#PROGRAM", name, *_]:
            said.program = name
        case ["#KONTO", account, name]:
            said.accounts[account] = name


def _header(said: _Said) -> Header:
    try:
        org, company, make = (
            org_number(said.org, "#ORGNR"),
            words(said.company, "#FNAMN"),
            words(said.program, "#PROGRAM"),
        )
    except Wrong as error:
        raise Refused(str(error), foreign=True) from error
    return Header(org, company, company, (Register(TILL, "", make, ""),))


def _z(said: _Said, voucher: _Voucher, count: int) -> list[Read]:
    try:
        return _sold(said, voucher)
    except (Wrong, ValueError) as error:
        return [BadEvent(count, voucher.line, str(error))]


def _sold(said: _Said, voucher: _Voucher) -> list[Read]:
    at = datetime.strptime(voucher.day, "%Y%m%d").date().isoformat() + _CLOSED  # noqa: DTZ007 - a day
    z = number(voucher.number, "#VER")
    vat: dict[int, int] = {}
    lines: list[FileLine] = []
    payments: list[tuple[str, int]] = []
    for account, written, text in voucher.rows:
        amount, name = ore(written, "#TRANS"), f"{account} {words(text, '#TRANS')}".strip()
        rate = _VAT_ACCOUNTS.get(int(account[:3])) if account[:3].isdigit() else None
        if rate is not None:
            vat[rate] = vat.get(rate, 0) - amount
        elif account.startswith(_ROUNDING):
            lines.append(FileLine(False, "", "", name, 1000, -amount, 0, 0, 0))
        elif account.startswith("3"):
            lines.append(FileLine(False, name, "", name, 1000, -amount, 0, BY_ACCOUNT, 0))
        else:
            payments.append((name, amount))
    total = sum(amount for _, amount in payments)
    header = _header(said)
    receipt = FileReceipt(
        org=header.org,
        company=header.company,
        place=header.place,
        till=TILL,
        control="",
        number=z,
        at=at,
        returned=False,
        total=total,
        vat_total=sum(vat.values()),
        lines=tuple(lines),
        payments=tuple(payments),
        vat=tuple(sorted(vat.items())),
        z=z,
    )
    made = header.registers[0].make
    return [receipt, FileZ(org=header.org, till=TILL, serial="", make=made, number=z, at=at, total=total)]
