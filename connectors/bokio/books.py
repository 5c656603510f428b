"""Reading Bokio: lists page by page, and the facts that other requests need, each read once.

A `Books` object lives for one run or a few minutes: what it remembers is never older.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from connectors.bokio import answers, registers
from connectors.bokio.errors import (
    ACCOUNT_MISSING,
    CUSTOMER_MISSING,
    NOT_VALID,
    SYSTEM,
    TAG_MISSING,
    YEAR_CLOSED,
    YEAR_MISSING,
)
from connectors.wire.answers import decode, strange, tidy
from connectors.wire.http import Http
from connectors.wire.lists import Part, certain
from synccenter.contract import catalogue
from synccenter.contract.connector import BadRow
from synccenter.contract.errors import SyncError

T = TypeVar("T")

PAGE_SIZE = 100
"""The most that the vendor allows (25 when left out)."""

_MOST_PAGES = 10_000

DIMENSIONS = {1: ("Kostnadsställe", "kostnadsställe"), 6: ("Projekt", "projekt")}
"""By SIE's number (SIE 4B, 8.17): what it is called, and the name of a group that has no number."""


class Books:
    """What stands in one company's Bokio. `path` is that of the company, `/companies/ID`."""

    def __init__(self, http: Http, path: str) -> None:
        self.http = http
        self._path = path
        self._one_at_a_time = threading.Lock()

    # --- requests ----------------------------------------------------------------------------------------------

    def get(self, path: str, into: type[T]) -> T:
        """Read something of the company."""
        return self.http.get(self._path + path, into)

    def get_or_none(self, path: str, into: type[T]) -> T | None:
        """Read something that may be gone."""
        return self.http.get_or_none(self._path + path, into)

    def write(self, method: str, path: str, body: Any, into: type[T]) -> T:
        """Change something. Bokio takes one write at a time to an address and says 429 to a second one."""
        with self._one_at_a_time:
            return self.http.send(method, self._path + path, body, into)

    def act(self, path: str, into: type[T]) -> T:
        """Do something with what stands there: a POST without a body (publish, record, reverse)."""
        with self._one_at_a_time:
            answer = self.http.raw("POST", self._path + path, changes=True)
        return decode(answer.body, into, host=SYSTEM, uncertain=True)

    def put(self, path: str, body: bytes, kind: str, into: type[T]) -> T:
        """Add what is no JSON: a file."""
        with self._one_at_a_time:
            answer = self.http.raw("POST", self._path + path, body=body, headers={"Content-Type": kind}, changes=True)
        return decode(answer.body, into, host=SYSTEM, uncertain=True)

    def remove(self, path: str) -> None:
        """Delete something."""
        with self._one_at_a_time:
            self.http.raw("DELETE", self._path + path, changes=True)

    # --- lists -------------------------------------------------------------------------------------------------

    def parts(self, path: str, row_type: type[T], query: str = "") -> Iterator[Part[T]]:
        """A list, page by page, to the last row."""
        number, got, first, ids = 1, 0, None, set[str]()
        while True:
            listing = self._page(path, number, query)
            raw = listing.rows
            first = first or listing
            got += len(raw)
            last = _is_last(listing, number)
            rows, bad = _decoded(raw, row_type, (number - 1) * PAGE_SIZE)
            fresh = [row for row in rows if _id(row) not in ids]
            ids |= {_id(row) for row in rows} - {""}
            whole = last and listing.total_items == first.total_items and first.total_items in {None, got}
            yield Part(fresh, bad, last, whole)
            if last:
                return
            number += 1

    def _page(self, path: str, number: int, query: str) -> answers.Listing:
        asked = {"page": number, "pageSize": PAGE_SIZE} | ({"query": query} if query else {})
        listing = self.http.get(self._path + path, answers.Listing, asked)
        if listing.items is None and listing.result is None:
            raise strange(SYSTEM, "en lista utan rader")
        return listing

    def every(self, path: str, row_type: type[T], query: str = "") -> list[T]:
        """All good rows of a list."""
        return [row for part in self.parts(path, row_type, query) for row in part.rows]

    def certain(self, path: str, row_type: type[T], query: str) -> list[T]:
        """All rows of a list that decide whether something is sent: one that cannot be read is an error.

        When the filter is refused all rows are read, so that "not there" is always certain. The caller compares for
        itself: a filter may match more than was meant.
        """
        try:
            return self._good(path, row_type, query)
        except SyncError as error:
            if error.problem.code not in {catalogue.REFUSED_UNKNOWN.code, NOT_VALID.code}:
                raise
            return self._good(path, row_type, "")

    def _good(self, path: str, row_type: type[T], query: str) -> list[T]:
        return certain(lambda: self.parts(path, row_type, query), SYSTEM)

    def chart(self) -> Part[answers.Account]:
        """The chart of accounts, which comes whole."""
        raw = self.http.get(f"{self._path}/chart-of-accounts", list[msgspec.Raw])
        rows, bad = _decoded(raw, answers.Account, 0)
        return Part(rows, bad, last=True, whole=True)

    # --- facts -------------------------------------------------------------------------------------------------

    @cached_property
    def company(self) -> answers.Company:
        """Whose books they are."""
        raw = self.get("/company-information", msgspec.Raw)
        wrapped = decode(bytes(raw), answers.CompanyInformation, host=SYSTEM)
        return wrapped.company_information or decode(bytes(raw), answers.Company, host=SYSTEM)

    @cached_property
    def accounts(self) -> Sequence[answers.Account]:
        """The chart of accounts."""
        return self.chart().rows

    @cached_property
    def years(self) -> Sequence[answers.Year]:
        """The financial years."""
        return self.every("/fiscal-years", answers.Year)

    @cached_property
    def tag_groups(self) -> Sequence[answers.TagGroup]:
        """The groups of tags with their tags."""
        return self.every("/tag-groups", answers.TagGroup)

    @cached_property
    def _customers(self) -> Sequence[answers.Customer]:
        return self.every("/customers", answers.Customer)

    def open_year(self, on: date) -> answers.Year:
        """The financial year that holds a day and can be booked in. Raises BOK07 or BOK08."""
        for year in self.years:
            start, end = registers.day(year.start_date), registers.day(year.end_date)
            if start and end and start <= on <= end:
                if year.status == "closed":
                    raise YEAR_CLOSED.error(detail=f"{year.start_date}–{year.end_date}")
                return year
        raise YEAR_MISSING.error(date=on)

    def ensure_accounts(self, wanted: set[int]) -> None:
        """Raises BOK09 for the first of these accounts that is not in the chart."""
        for account in sorted(wanted - {one.account for one in self.accounts}):
            raise ACCOUNT_MISSING.error(account=account)

    def customer(self, number: str) -> answers.Customer:
        """A customer by what the till calls it: Bokio's id, its name or its organisation number. Raises BOK15."""
        plain = number.casefold().strip()
        for fits in (_by_id, _by_name, _by_org_number):
            found = [one for one in self._customers if plain and fits(one) == plain]
            if len(found) == 1:
                return found[0]
        raise CUSTOMER_MISSING.error(customer=number)

    def tag(self, dimension: int, name: str) -> str:
        """The id of the tag with this name among the cost centres (1) or projects (6). Raises BOK14."""
        for tag in self.tags(dimension):
            if (tag.name or "").casefold() == name.casefold():
                return tag.id
        raise TAG_MISSING.error(kind=DIMENSIONS[dimension][0], name=name, dimension=dimension)

    def tags(self, dimension: int) -> list[answers.Tag]:
        """The tags of a dimension."""
        groups = [group for group in self.tag_groups if group.dimension_number == dimension]
        groups = groups or [one for one in self.tag_groups if (one.name or "").casefold() == DIMENSIONS[dimension][1]]
        return [tag for group in groups for tag in group.tags or ()]


def _is_last(listing: answers.Listing, number: int) -> bool:
    """By the number of pages; where it is not told, by a page that is not full."""
    if listing.total_pages is None:
        return len(listing.rows) < PAGE_SIZE
    return number >= min(listing.total_pages, _MOST_PAGES) or not listing.rows


def _by_id(row: answers.Customer) -> str:
    return row.id.casefold()


def _by_name(row: answers.Customer) -> str:
    return row.name.casefold().strip()


def _by_org_number(row: answers.Customer) -> str:
    return (row.org_number or "").casefold().strip()


def _id(row: object) -> str:
    return str(getattr(row, "id", ""))


def _decoded(data: Sequence[msgspec.Raw], row_type: type[T], before: int) -> tuple[list[T], list[BadRow]]:
    rows: list[T] = []
    bad: list[BadRow] = []
    decoder = msgspec.json.Decoder(row_type)
    for number, raw in enumerate(data, before + 1):
        try:
            rows.append(decoder.decode(raw))
        except (msgspec.ValidationError, RecursionError) as error:
            bad.append(BadRow(f"rad {number} i listan", _why(str(error)), key=_key_of(raw)))
    return rows, bad


class _Key(Struct):
    id: object = None
    account: object = None


def _key_of(raw: msgspec.Raw) -> str:
    """The key of a row that could not be read, by which the till keeps what it has of it."""
    try:
        key = msgspec.json.decode(raw, type=_Key)
    except (msgspec.MsgspecError, RecursionError):
        return ""
    return next((str(one) for one in (key.id, key.account) if isinstance(one, str | int) and one), "")


def _why(error: str) -> str:
    """msgspec's reason in Swedish."""
    field = re.search(r"at `\$\.?([^`]*)`", error)
    missing = re.search(r"missing required field `(\w+)`", error)
    if missing:
        return f"Fältet {missing[1]} saknas."
    return f"Fältet {tidy(field[1], 50)} har ett värde av fel typ." if field and field[1] else "Raden har fel form."
