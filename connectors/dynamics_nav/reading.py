"""What stands in NAV of invoices that were sent: totals and what is open, and net, VAT and payments by account.

By account it is read off the general ledger (page 20), where that page is published; else a posted invoice's page tells
its amount with and without VAT. A month is asked for at once when several documents are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from msgspec.structs import replace

from connectors.dynamics_nav import documents
from connectors.dynamics_nav.coding import accounts_now
from connectors.dynamics_nav.journal import Journal, month_of
from connectors.dynamics_nav.kept import Kept
from connectors.dynamics_nav.link import Link
from connectors.dynamics_nav.roles import Roles, roles_of
from connectors.formats.sales_accounts import judged
from connectors.wire.rows import Row, day, option, text
from synccenter.contract.connector import Booked
from synccenter.contract.model import Invoice, Ore, Posting, Purpose

_OUTPUT_VAT = range(2610, 2650)
_CLAIMS = range(1500, 1520)
_MONEY = range(1600, 2000)
"""Account numbers of BAS: VAT of sales, claims on customers, and where money is or comes from."""


class Reading:
    """The invoices of one NAV, as its books hold them."""

    def __init__(self, link: Link, journal: Journal) -> None:
        self._link = link
        self._journal = journal
        clock = link.session.clock
        self._months = Kept[tuple[str, date], dict[str, list[Row]]](clock)
        self._ledgers = Kept[date, dict[tuple[str, str], Row]](clock)
        self._draft_lines = Kept[str, Mapping[str, list[Row]]](clock)
        self._closed = not link.posts or link.settings.closing == "rows"

    def forget(self, older: timedelta) -> None:
        """What was read back so long ago no longer holds: something is being sent, or looked up."""
        self._months.forget(older)
        self._ledgers.forget(older)
        self._draft_lines.forget(older)

    def read_back(self, sent: Sequence[Invoice], *, among_many: bool) -> Iterator[Booked]:
        """What stands in NAV of some invoices: posted, or as drafts that wait for a person."""
        read = [(one, there) for one in sent for there in self._there(one, among_many=among_many)]
        yield from judged(read, lambda wanted: accounts_now(self._link, wanted))

    def _there(self, document: Invoice, *, among_many: bool) -> Iterator[Booked]:
        roles = roles_of(document)
        reference = documents.reference_of(document.reference)
        posted = self._of_month(roles.posted, document.date).get(reference, [])
        same_day = [row for row in posted if day(row, "date") == document.date]
        for row in posted:
            share = (same_day.index(row), len(same_day)) if row in same_day else (0, 1)
            yield self._booked_posted(document, row, share, among_many=among_many)
        if posted and self._link.posts:
            return  # nobody leaves drafts then: there is no need to ask for them
        for row in self._of_month(roles.draft, document.date).get(reference, []):
            yield self._booked_draft(document, roles, row)

    def _booked_draft(self, document: Invoice, roles: Roles, row: Row) -> Booked:
        """A draft. With its payments as lines it sums to what is owed; a line that was changed leaves a rest."""
        sign = -1 if document.credit else 1
        lines = self._lines_of_draft(roles.draft, row["_"])
        rest = sign * documents.total_of(lines) - document.owed if self._closed else 0
        return Booked(
            reference=document.reference,
            external_id=text(row, "no"),
            number=text(row, "no"),
            date=day(row, "date"),
            customer=text(row, "customer"),
            total=sign * documents.goods_of(document, lines),
            open=rest + document.owed if rest else 0,
            draft=True,
        )

    def _booked_posted(self, document: Invoice, row: Row, share: tuple[int, int], *, among_many: bool) -> Booked:
        """A posted invoice: total and what is open, by its page or, where the page has neither, by the ledger.

        `share`: which it is of how many that carry the reference on its day. Their payments carry it too.
        """
        sign = -1 if document.credit else 1
        number, customer = text(row, "no"), text(row, "customer")
        if row.get("total") is not None and row.get("open") is not None:
            total, left = documents.ore(row, "total") * sign, sign * abs(documents.ore(row, "open"))
        else:
            ledger = self._ledger(document.date).get((number, "creditmemo" if document.credit else "invoice"))
            total = documents.ore(ledger, "amount") if ledger else 0
            left = documents.ore(ledger, "left") if ledger else 0
            customer = customer or (text(ledger, "customer") if ledger else "")
        if self._closed:  # the payments are lines of it: what it sums to, beyond them, is what was sold
            total += sum(payment.amount for payment in document.payments)
        sold = self._sold(number, document.date, among_many=among_many)
        paid = self._paid(document, number, among_many=among_many) if sold else []
        return Booked(
            reference=document.reference,
            external_id=number,
            number=number,
            date=day(row, "date"),
            customer=customer,
            total=total,
            open=left,
            postings=by_purpose(document, sold, _share_of(paid, *share)) if sold else _told(document, row, total),
            entries=bool(sold),
            dimensions=bool(sold) and self._link.page("entries").tells_dimensions,
        )

    def _sold(self, number: str, on: date, *, among_many: bool) -> list[Row]:
        """The ledger entries of an invoice; none where the page is not published."""
        return self._entries(number, on, among_many=among_many) if self._link.has("entries") else []

    def _paid(self, document: Invoice, number: str, *, among_many: bool) -> list[Row]:
        """Those of its payments, unless these are lines of it."""
        paid_as = documents.paid_as(document, number)
        if self._closed or paid_as == number:
            return []
        return self._entries(paid_as, document.date, among_many=among_many)

    def _entries(self, number: str, on: date, *, among_many: bool) -> list[Row]:
        found = self._journal.of_month(on).get(number.upper(), []) if among_many else self._journal.posted(number)
        return [row for row in found if day(row, "date") == on]

    def _of_month(self, role: str, on: date) -> dict[str, list[Row]]:
        """All documents of a page in a month by reference: one question for many receipts."""
        first, last = month_of(on)

        def ask() -> dict[str, list[Row]]:
            found: dict[str, list[Row]] = {}
            for row in self._link.page(role).every([("date", "ge", first), ("date", "le", last)]):
                found.setdefault(text(row, "reference").upper(), []).append(row)
            return found

        return self._months.get((role, first), ask)

    def _lines_of_draft(self, role: str, header: Row) -> list[Row]:
        """The lines of a document that waits: one question for all of them, where the wire has it."""
        drafts = self._link.page(role)
        every = self._draft_lines.get(role, lambda: drafts.tables.all_lines(drafts.service, header) or {})
        found = every.get(str(header["No"]))
        rows = drafts.tables.lines(drafts.service, header) if found is None else found
        return [drafts.our_line(row) for row in rows]

    def _ledger(self, on: date) -> dict[tuple[str, str], Row]:
        """The customers' ledger of a month by document."""
        first, last = month_of(on)

        def ask() -> dict[tuple[str, str], Row]:
            rows = self._link.page("customer_entries").every([("date", "ge", first), ("date", "le", last)])
            return {(text(row, "document"), option(row, "document_type")): row for row in rows}

        return self._ledgers.get(first, ask)


def _share_of(paid: Sequence[Row], turn: int, count: int) -> Sequence[Row]:
    """The payments of one of several invoices under a reference: each its own when all are there, else the first's."""
    times = Counter(map(documents.row_key, paid))
    if any(number % count for number in times.values()):
        return paid if turn == 0 else ()
    return sorted(paid, key=documents.row_key)[turn::count]


def by_purpose(document: Invoice, sold: Sequence[Row], paid: Sequence[Row]) -> tuple[Posting, ...]:
    """Ledger entries of an invoice and of its payments, each with what it is for."""
    found = [_posting(row, document, sale=True) for row in sold] + [_posting(row, document, sale=False) for row in paid]
    return tuple(_shared(document, [one for one in found if one is not None]))


def _posting(row: Row, document: Invoice, *, sale: bool) -> Posting | None:
    number = text(row, "account")
    account, amount = int(number) if number.isdigit() else 0, documents.ore(row, "amount")
    if account in _CLAIMS:
        return None
    if document.rounding_account and account == document.rounding_account:
        return Posting(account, amount, purpose=Purpose.ROUNDING)
    if sale and account in _OUTPUT_VAT:
        return Posting(account, amount, purpose=Purpose.VAT)
    pays = not sale or account in _MONEY or account in {one.account for one in document.payments}
    purpose = Purpose.PAYMENT if pays else Purpose.SALES
    return Posting(account, amount, "", purpose, text(row, "centre"), text(row, "project"))


def _shared(document: Invoice, rows: Sequence[Posting]) -> Iterator[Posting]:
    """What was both sold and paid with on one account (gift cards) is taken apart by what the till sold there."""
    sold = Counter[Posting]()
    pays = {one.account for one in document.payments} & {row.account for row in rows}
    for row in document.rows:
        if row.account in pays and not (row.goods and row.article):
            there = Posting(row.account, 0, cost_centre=row.cost_centre, project=row.project)
            sold[there] += row.amount - row.vat
    yield from rows
    for one, amount in sold.items():
        yield replace(one, amount=-amount)
        yield Posting(one.account, amount, purpose=Purpose.PAYMENT)


def _told(document: Invoice, row: Row, total: Ore) -> tuple[Posting, ...]:
    """By what the posted document tells of itself: with VAT and without."""
    if row.get("total") is None or row.get("net") is None:
        return ()
    sign = -1 if document.credit else 1
    vat = sign * (documents.ore(row, "total") - documents.ore(row, "net"))
    net = total - vat - document.rounding
    return Posting(0, -vat, purpose=Purpose.VAT), Posting(0, -net, purpose=Purpose.SALES)
