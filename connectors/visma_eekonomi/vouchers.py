"""Vouchers up, found and read back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from connectors.visma_eekonomi import answers, documents, registers
from connectors.visma_eekonomi.books import Books
from connectors.visma_eekonomi.values import between, ore
from synccenter.contract.connector import Booked, Delivered, Found, Sent
from synccenter.contract.errors import SyncError
from synccenter.contract.model import Ore, Posting, Voucher

_NO_NAMES: Mapping[str, str] = {}


class Vouchers:
    """The vouchers in eEkonomi."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._http = books.http

    def send(self, document: Voucher) -> Sent:
        """Book a voucher."""
        dimensions = self._books.dimensions_of(document.postings)
        switches = {"useAutomaticVatCalculation": False, "useDefaultVoucherSeries": not document.series}
        body = documents.voucher(document, dimensions)
        voucher = self._http.send("POST", "/vouchers", body, answers.Voucher, parameters=switches)
        return Sent(voucher.id, voucher.number_and_number_series or "")

    def find(self, document: Voucher) -> list[Found]:
        """All whose text begins with the reference."""
        condition = f"contains(VoucherText,{registers.quoted(document.reference)})"
        return [
            Found(
                voucher.id,
                voucher.number_and_number_series or "",
                registers.day(voucher.voucher_date),
                _debit(voucher) if voucher.rows else None,
            )
            for voucher in self._books.matching("/vouchers", answers.Voucher, condition)
            if documents.is_voucher(voucher.voucher_text, document.reference)
        ]

    def read_back(self, sent: Sequence[tuple[Delivered, Voucher]]) -> Iterator[Booked]:
        """The vouchers of their days, then by id whatever was moved."""
        by_id = {one.external_id: document for one, document in sent if one.external_id}
        references = {document.reference for _, document in sent}
        named = any(row.cost_centre or row.project for _, document in sent for row in document.postings)
        names = self._books.dimension_names() if named else {}
        condition = between("VoucherDate", [document.date for _, document in sent])
        for voucher in self._books.matching("/vouchers", answers.Voucher, condition) if sent else ():
            known = by_id.pop(voucher.id, None)
            said = (voucher.voucher_text or "").partition(" ")[0]
            if known is not None or said in references:
                yield _booked(voucher, known.reference if known else said, names)
        for external_id, document in by_id.items():
            year = self._books.year(document.date)
            there = self._http.get_or_none(f"/vouchers/{year.id}/{external_id}", answers.Voucher)
            if there:
                yield _booked(there, document.reference, names)

    def every(self, first: date, last: date) -> Iterator[Booked]:
        """Every voucher of these days; none where the company's variant shows none."""
        condition = between("VoucherDate", [first, last])
        try:
            listed = list(self._books.matching("/vouchers", answers.Voucher, condition))
        except SyncError as error:
            if not self._books.hides_vouchers(error):
                raise
            listed = []
        for voucher in listed:
            if first <= (registers.day(voucher.voucher_date) or first) <= last:
                yield _booked(voucher, voucher.voucher_text or "")


def posting(row: answers.VoucherRow, names: Mapping[str, str] = _NO_NAMES) -> Posting:
    """A row of a voucher: debit positive. `names`: of cost centres and projects, by id; one that has none is its id."""
    amount = ore(row.debit_amount) - ore(row.credit_amount)
    projects = [row.project_id] if row.project_id else []
    return Posting(row.account_number, amount, cost_centre=_name(_centres(row), names), project=_name(projects, names))


def _name(ids: Sequence[str], names: Mapping[str, str]) -> str:
    first = next((one for one in ids if one in names), ids[0] if ids and names else "")
    return names.get(first, first)


def _centres(row: answers.VoucherRow) -> list[str]:
    ids = (row.cost_center_item_id1, row.cost_center_item_id2, row.cost_center_item_id3)
    return [one for one in ids if one]


def _booked(voucher: answers.Voucher, reference: str, names: Mapping[str, str] = _NO_NAMES) -> Booked:
    """`dimensions`: only where some row has one. A description of the vendor's calls the field read only, so a company
    may hold none, and its vouchers are no less right for that."""
    rows = voucher.rows or ()
    return Booked(
        reference=reference,
        external_id=voucher.id,
        number=voucher.number_and_number_series or "",
        date=registers.day(voucher.voucher_date),
        postings=tuple(posting(row, names) for row in rows),
        dimensions=any(_centres(row) or row.project_id for row in rows) and bool(names),
    )


def _debit(voucher: answers.Voucher) -> Ore:
    return sum(ore(row.debit_amount) for row in voucher.rows or ())
