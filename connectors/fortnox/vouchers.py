"""Vouchers up: sent once, found again by their description, read back.

A voucher of Fortnox cannot be changed or deleted, and has no field for a reference of others: ours begins its
description. Lists have no rows, so what is to be compared is read one by one, some at a time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from connectors.fortnox import answers
from connectors.fortnox.books import Books, day
from connectors.fortnox.errors import SYSTEM
from connectors.fortnox.refusals import BAD_PARAMETER
from connectors.wire.ahead import numbered
from connectors.wire.answers import strange, tidy
from synccenter.contract.connector import Booked, Delivered, Found, Sent
from synccenter.contract.errors import SyncError
from synccenter.contract.model import Ore, Posting, Voucher

DESCRIPTION, INFORMATION = 200, 100
"""The vendor's lengths of a voucher's description and of a row's text."""

NEAR = timedelta(days=10)
"""A voucher is looked for among those dated this near to its day, in whichever financial years that is."""


class Vouchers:
    """The vouchers in Fortnox."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def send(self, document: Voucher) -> Sent:
        """Book a voucher. Whatever Fortnox can be asked is asked before: a refusal up to there is certain."""
        books = self._books
        year = books.open_year(document.date)
        series = document.series or books.own_series(year)
        books.assert_series(year, series)
        books.assert_accounts(year, {row.account for row in document.postings if row.amount})
        books.assert_dimensions(
            {row.cost_centre for row in document.postings if row.cost_centre},
            {row.project for row in document.postings if row.project},
        )
        answer = books.http.send(
            "POST", "/vouchers", body(document, series), answers.Body, parameters={"financialyear": year.id}
        )
        made = books.opened(answer, "Voucher", answers.Voucher, uncertain=True)
        return Sent(_id(made, year), _number(made))

    def find(self, document: Voucher) -> list[Found]:
        """All vouchers whose description begins with the reference."""
        first, last = document.date - NEAR, document.date + NEAR
        return [
            Found(_id(row, year), _number(row), day(row.transaction_date))
            for year, row in self._listed(first, last)
            if is_voucher(row.description, document.reference)
        ]

    def read_back(self, sent: Sequence[tuple[Delivered, Voucher]]) -> Iterator[Booked]:
        """What carries one of the references in their days, and what has one of the ids."""
        by_id = {one.external_id: document.reference for one, document in sent if one.external_id}
        references = {document.reference for _, document in sent}
        days = [document.date for _, document in sent]
        wanted: dict[str, str] = {}
        for year, row in self._listed(min(days), max(days)) if days else ():
            said = row.description.partition(" ")[0]
            if said in references:
                wanted[_id(row, year)] = said
        wanted |= by_id
        for (external_id, reference), there in zip(wanted.items(), numbered(self.whole, wanted), strict=True):
            if there is not None:
                yield _booked(there, external_id, reference)

    def every(self, first: date, last: date, known: Collection[str]) -> Iterator[Booked]:
        """Every voucher of these days but the known. Lists have no rows: each is read, and once while its list says the
        same of it."""
        rows = ((_id(row, year), row) for year, row in self._listed(first, last))
        listed = {external_id: row for external_id, row in rows if external_id not in known}
        read = self._books.others.read
        unread = [one for one, row in listed.items() if one not in read or not _same(read[one], row)]
        for external_id, there in zip(unread, numbered(self.whole, unread), strict=True):
            read.pop(external_id, None)
            if there is not None:
                read[external_id] = there
        for external_id, row in listed.items():
            if external_id in read:
                yield _booked(read[external_id], external_id, row.description)

    def listed(self, first: date, last: date) -> Iterator[Booked]:
        """Every voucher of these days as lists tell of them: without rows."""
        for year, row in self._listed(first, last):
            on = day(row.transaction_date)
            yield Booked(reference=row.description, external_id=_id(row, year), number=_number(row), date=on)

    def _listed(self, first: date, last: date) -> Iterator[tuple[answers.Year, answers.Voucher]]:
        """The vouchers of these days as lists tell of them, each with its financial year."""
        for year in self._books.years_of(first, last):
            whole: Mapping[str, str | int] = {"financialyear": year.id}
            try:
                rows = self._in_list({**whole, "fromdate": first.isoformat(), "todate": last.isoformat()})
            except SyncError as error:  # the dates are not among the parameters of the vendor's description
                if error.problem.code != BAD_PARAMETER:
                    raise
                rows = self._in_list(whole)
            for row in rows:
                on = day(row.transaction_date)
                if on is None or first <= on <= last:
                    yield year, row

    def _in_list(self, parameters: Mapping[str, str | int]) -> list[answers.Voucher]:
        return self._books.certain("/vouchers", "Vouchers", answers.Voucher, parameters)

    def whole(self, external_id: str) -> answers.Voucher | None:
        """A voucher with its rows, by year, series and number; None when it is not there."""
        year, series, number = [*external_id.split("/"), "", ""][:3]
        path = f"/vouchers/{quote(series, safe='')}/{quote(number, safe='')}"
        parameters = {"financialyear": year} if year else None
        return self._books.one_or_none(path, "Voucher", answers.Voucher, parameters)


def _same(read: answers.Voucher, row: answers.Voucher) -> bool:
    """Whether a list says the same of a voucher as when it was read."""
    return (read.description, read.transaction_date) == (row.description, row.transaction_date)


def body(document: Voucher, series: str) -> dict[str, Any]:
    """The body of POST /vouchers."""
    return {
        "Voucher": {
            "VoucherSeries": series,
            "TransactionDate": document.date.isoformat(),
            "Description": tidy(f"{document.reference} {document.text}", DESCRIPTION),
            "VoucherRows": [_row(row) for row in document.postings if row.amount],
        }
    }


def _row(row: Posting) -> dict[str, Any]:
    optional = {
        "TransactionInformation": tidy(row.text, INFORMATION),
        "CostCenter": row.cost_centre,
        "Project": row.project,
    }
    side = "Debit" if row.amount > 0 else "Credit"
    amounts = {"Account": row.account, side: Decimal(abs(row.amount)).scaleb(-2)}
    return amounts | {name: value for name, value in optional.items() if value}


def is_voucher(description: str, reference: str) -> bool:
    """Whether a description is that of this reference, not of a longer one."""
    return description == reference or description.startswith(reference + " ")


def _id(row: answers.Voucher, year: answers.Year) -> str:
    """The three that a voucher is known by: financial year, series, number."""
    return f"{row.year or year.id}/{row.voucher_series}/{row.voucher_number}"


def _number(row: answers.Voucher) -> str:
    return f"{row.voucher_series}{row.voucher_number}"


def _booked(row: answers.Voucher, external_id: str, reference: str) -> Booked:
    return Booked(
        reference=reference,
        external_id=external_id,
        number=_number(row),
        date=day(row.transaction_date),
        dimensions=True,
        postings=rows_of(row),
    )


def rows_of(row: answers.Voucher) -> tuple[Posting, ...]:
    """The rows of a voucher, debit positive, without removed ones."""
    return tuple(
        Posting(
            one.account,
            ore(one.debit) - ore(one.credit),
            tidy(one.transaction_information, INFORMATION),
            cost_centre=one.cost_center,
            project=one.project,
        )
        for one in row.voucher_rows
        if not one.removed
    )


def ore(amount: Decimal) -> Ore:
    """Kronor as whole öre. Raises N06 when it is no such amount."""
    if not amount.is_finite() or amount.copy_abs() > 10**12 or amount.scaleb(2) % 1:
        raise strange(SYSTEM, f"beloppet {amount}")
    return int(amount.scaleb(2))
