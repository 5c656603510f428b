"""Reads receipts as CSV, for a till that has no journal export yet. docs/JOURNALFIL.md has the columns.

One row a receipt (KVITTO or RETUR), followed by its lines (RAD) and payments (BETALNING); one row a Z report (Z). It
becomes the same values as a journal export, and goes through the same door.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct, field

from synccenter.contract.model import kronor
from synccenter.tillfiles.export_events import Read
from synccenter.tillfiles.interpret import KRONA
from synccenter.tillfiles.stream import Refused
from synccenter.tillfiles.values import (
    BadEvent,
    FileLine,
    FileReceipt,
    FileZ,
    Header,
    Register,
    Wrong,
    hundredths,
    moment,
    number,
    ore,
    org_number,
    percent,
    words,
)

COLUMNS = (
    "Post",
    "Orgnr",
    "Företag",
    "Försäljningsställe",
    "Märke",
    "Kassa",
    "Nummer",
    "Tid",
    "Z",
    "Text",
    "Huvudgrupp",
    "Artikel",
    "Antal",
    "Belopp",
    "Momssats",
    "Moms",
)
"""The headings, in any order; all must be there."""

_RECEIPTS = {"KVITTO": False, "RETUR": True}
_MOST_CELL = 4096


class _Open(Struct):
    """A receipt whose lines and payments are still coming. `wrong`: why it cannot be used, "" when it can."""

    row: dict[str, str]
    place: int
    line: int
    wrong: str = ""
    lines: list[FileLine] = field(default_factory=list)
    payments: list[tuple[str, int]] = field(default_factory=list)


def read(path: Path) -> Iterator[Read]:
    """The header and then the receipts and Z reports. Raises Refused and OSError."""
    csv.field_size_limit(_MOST_CELL)
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, delimiter=";")
        try:
            yield from _rows(reader)
        except UnicodeDecodeError as error:
            raise Refused("teckenkodningen är inte UTF-8", reader.line_num, foreign=not reader.line_num) from error
        except csv.Error as error:
            raise Refused(str(error), reader.line_num) from error


def _rows(reader: csv.DictReader[str]) -> Iterator[Read]:
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise Refused(f"kolumnerna {', '.join(missing)} saknas", 1, foreign=True)
    known: set[tuple[str, ...]] = set()
    current: _Open | None = None
    count = 0
    for raw in reader:
        row = {name: (raw.get(name) or "").strip() for name in COLUMNS}
        post = row["Post"].upper()
        if post in {"RAD", "BETALNING"} or (current is not None and post not in {"Z", *_RECEIPTS}):
            if current is not None:
                _part(current, post, row)
            continue
        if current is not None:
            yield _receipt(current)
            current = None
        count += 1
        found = _begun(row, count, reader.line_num)
        if isinstance(found, BadEvent):
            yield found
            continue
        header, begun = found
        key = (header.org, header.place, row["Kassa"], row["Märke"])
        if key not in known:
            known.add(key)
            yield header
        if isinstance(begun, FileZ):
            yield begun
        else:
            current = begun
    if current is not None:
        yield _receipt(current)


def _begun(row: dict[str, str], place: int, line: int) -> tuple[Header, FileZ | _Open] | BadEvent:
    """What a row begins or is: a receipt, or a whole Z report."""
    post = row["Post"].upper()
    try:
        if post == "Z":
            return _header(row), _z(row)
        header = _header(row)
    except Wrong as error:
        return BadEvent(place, line, str(error))
    if post in _RECEIPTS:
        return header, _Open(row, place, line)
    return BadEvent(place, line, _unknown(post))


def _unknown(post: str) -> str:
    return f"Post är ”{post[:40]}”, som inte är KVITTO, RETUR, RAD, BETALNING eller Z"


def _header(row: dict[str, str]) -> Header:
    register = Register(words(row["Kassa"], "Kassa"), "", words(row["Märke"], "Märke"), "")
    place = words(row["Försäljningsställe"], "Försäljningsställe")
    return Header(org_number(row["Orgnr"], "Orgnr"), words(row["Företag"], "Företag"), place, (register,))


def _amount(row: dict[str, str], name: str) -> int:
    return ore(row[name].replace(",", "."), name)


def _part(current: _Open, post: str, row: dict[str, str]) -> None:
    """A line or payment of a receipt; one that cannot be read makes the whole receipt one that cannot be used."""
    if post not in {"RAD", "BETALNING"}:
        current.wrong = current.wrong or _unknown(post)
        return
    try:
        text = _needed(row, "Text")
        if post == "BETALNING":
            current.payments.append((text, _amount(row, "Belopp")))
            return
        rate = percent(row["Momssats"].replace(",", "."), "Momssats")
        quantity = 10 * hundredths((row["Antal"] or "1").replace(",", "."), "Antal")
        group, article = words(row["Huvudgrupp"], "Huvudgrupp"), words(row["Artikel"], "Artikel")
        amount, vat = _amount(row, "Belopp"), _amount(row, "Moms")
        current.lines.append(FileLine(rate == 0, group, article, text, quantity, amount, 0, rate, vat))
    except Wrong as error:
        current.wrong = current.wrong or str(error)


def _receipt(current: _Open) -> FileReceipt | BadEvent:
    row = current.row
    if current.wrong:
        return BadEvent(current.place, current.line, current.wrong)
    try:
        total = _amount(row, "Belopp")
        _check_whole(current, total)
        vat: dict[int, int] = {}
        for line in current.lines:
            vat[line.rate] = vat.get(line.rate, 0) + line.vat
        return FileReceipt(
            org=org_number(row["Orgnr"], "Orgnr"),
            company=words(row["Företag"], "Företag"),
            place=words(row["Försäljningsställe"], "Försäljningsställe"),
            till=_needed(row, "Kassa"),
            control="",
            number=number(row["Nummer"], "Nummer"),
            at=moment(row["Tid"], "Tid"),
            returned=_RECEIPTS[row["Post"].upper()],
            total=total,
            vat_total=sum(vat.values()),
            lines=tuple(current.lines),
            payments=tuple(current.payments),
            vat=tuple(sorted(vat.items())),
            z=number(row["Z"] or "0", "Z"),
        )
    except Wrong as error:
        return BadEvent(current.place, current.line, str(error))


def _check_whole(current: _Open, total: int) -> None:
    """A receipt that lacks rows, because the file was cut off there, must not be kept: the whole one could then never
    take its place. Raises Wrong."""
    lines, paid = sum(line.amount for line in current.lines), sum(amount for _, amount in current.payments)
    for what, amount in (("raderna", lines), ("betalningarna", paid)):
        if abs(abs(amount) - abs(total)) >= KRONA:
            raise Wrong(f"{what} är {kronor(amount)} kr men kvittots summa {kronor(total)} kr; fattas det rader?")


def _needed(row: dict[str, str], name: str) -> str:
    text = words(row[name], name)
    if not text:
        raise Wrong(f"{name} saknas")
    return text


def _z(row: dict[str, str]) -> FileZ:
    return FileZ(
        org=org_number(row["Orgnr"], "Orgnr"),
        till=_needed(row, "Kassa"),
        serial="",
        make=words(row["Märke"], "Märke"),
        number=number(row["Nummer"], "Nummer"),
        at=moment(row["Tid"], "Tid"),
        total=_amount(row, "Belopp"),
        place=words(row["Försäljningsställe"], "Försäljningsställe"),
    )
