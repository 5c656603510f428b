"""The posted ledger: what carries a reference, and what stands there in some days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from connectors.business_central import answers, registers
from connectors.business_central.books import NO_CODES, Books, Codes, literal
from connectors.business_central.documents import PAYMENT, carries, code
from connectors.dynamics.prices import ore
from synccenter.contract.model import Ore, Posting

LIST = "generalLedgerEntries"


class Ledger:
    """The general ledger entries of one company."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def carrying(self, reference: str) -> list[answers.Entry]:
        """The entries of a voucher, of every year: by their text, and by their number where a person changed the
        text. (Two fields cannot be asked for in one question.)"""
        found: dict[str, answers.Entry] = {}
        for where in (
            f"startswith(description,{literal(reference)})",
            f"documentNumber eq {literal(code(reference))}",
        ):
            rows = self._books.certain(LIST, answers.Entry, where)
            found |= {row.id: row for row in rows if is_of(row, reference)}
        return sorted(found.values(), key=lambda row: row.entry_number)

    def of_day(self, reference: str, on: date) -> list[answers.Entry]:
        """The entries of a voucher on its day, by their text."""
        where = f"postingDate eq {on} and startswith(description,{literal(reference)})"
        rows = self._books.certain(LIST, answers.Entry, where)
        return sorted((row for row in rows if carries(row.description, reference)), key=lambda row: row.entry_number)

    def payments(self, reference: str, on: date) -> list[answers.Entry]:
        """The entries of the payments of an invoice, by their text."""
        begins = f"{PAYMENT} {reference}"
        where = f"postingDate eq {on} and startswith(description,{literal(begins)})"
        rows = self._books.certain(LIST, answers.Entry, where)
        return [row for row in rows if carries(row.description, begins)]

    def between(self, first: date, last: date, codes: Codes = NO_CODES) -> list[answers.Entry]:
        """Every entry of these days, with dimensions where some are looked at."""
        days = f"postingDate ge {first} and postingDate le {last}"
        return self._books.certain(LIST, answers.Entry, days, expand=_expand(codes))

    def document(self, entry_number: str, codes: Codes = NO_CODES) -> list[answers.Entry]:
        """The entries of the document that an entry belongs to; none when it is not there."""
        if not entry_number.isdigit():
            return []
        found = self._books.certain(LIST, answers.Entry, f"entryNumber eq {entry_number}")
        if not found:
            return []
        number, day = found[0].document_number, found[0].posting_date[:10]
        where = f"documentNumber eq {literal(number)} and postingDate eq {day}"
        rows = self._books.certain(LIST, answers.Entry, where, expand=_expand(codes))
        return sorted(rows, key=lambda row: row.entry_number)


def _expand(codes: Codes) -> str:
    return answers.DIMENSIONS if any(codes) else ""


def is_of(row: answers.Entry, reference: str) -> bool:
    """Whether an entry is a voucher's of this reference: not a payment's, and not one of a longer reference."""
    if carries(row.description, reference):
        return True
    named = " ".join(row.document_number.split()).upper() == " ".join(reference.split()).upper()
    return named and not row.description.startswith(f"{PAYMENT} ")


def amount(row: answers.Entry) -> Ore:
    """Debit positive."""
    return ore(row.debit_amount) - ore(row.credit_amount)


def posting(row: answers.Entry, codes: Codes = NO_CODES) -> Posting:
    """An entry as a row of a voucher. An account that is no number is 0."""
    has = {one.code.upper(): one.value_code for one in row.dimension_set_lines or ()}
    centre, project = (has.get(code.upper(), "") for code in codes)
    account = int(row.account_number) if row.account_number.isdigit() else 0
    return Posting(account, amount(row), cost_centre=centre, project=project)


def postings(rows: Iterable[answers.Entry], codes: Codes = NO_CODES) -> tuple[Posting, ...]:
    """Entries as rows of a voucher."""
    return tuple(posting(row, codes) for row in rows)


def tells(rows: Iterable[answers.Entry], codes: Codes) -> bool:
    """Whether all of them tell the dimensions that are looked at."""
    return any(codes) and all(row.dimension_set_lines is not None for row in rows)


def keys(rows: Sequence[answers.Entry]) -> list[tuple[str, Ore]]:
    """What counts of entries: account and amount."""
    return [(row.account_number, amount(row)) for row in rows]


def day(row: answers.Entry) -> date | None:
    """When it was booked."""
    return registers.day(row.posting_date)
