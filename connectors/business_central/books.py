"""Reading and changing one company in Business Central: lists to the last row, changes, and facts read once.

A `Books` object lives for one run or a few minutes: what it remembers is never older.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, TypeAlias, TypeVar
from urllib.parse import quote, urlencode, urlsplit

import msgspec
from msgspec import Struct

from connectors.business_central import answers
from connectors.business_central.address import environments
from connectors.business_central.errors import COMPANY_MISSING, EXTENSION_MISSING, SYSTEM
from connectors.business_central.options import BusinessCentralSettings
from connectors.business_central.refusals import CHANGED, LOCKED, NO_RECORD, NO_RIGHTS
from connectors.wire.answers import decode, strange, tidy
from connectors.wire.http import Http
from connectors.wire.lists import Part, certain
from synccenter.contract import catalogue
from synccenter.contract.connector import BadRow, Session
from synccenter.contract.errors import ErrorKind, Problem, SyncError
from synccenter.contract.model import InvoiceRow, Posting, Register

Codes: TypeAlias = tuple[str, str]
"""The dimensions that cost centres and projects are; "" for one that is not looked at."""
NO_CODES: Codes = ("", "")

T = TypeVar("T", bound=Struct)
A = TypeVar("A")

PAGE_SIZE = 2000
"""Rows asked for at a time; the server's own most is 20,000."""
STANDARD, OURS = "/v2.0", "/joboffice/till/v1.0"
"""The path of Microsoft's API and that of our extension, after `/api`."""

PASSING = frozenset({LOCKED.code, CHANGED.code})
"""What passes by itself: a lock, and *another user has modified* where we have read nothing that could be stale."""
_LOCK_WAITS = (1.0, 3.0, 10.0)
_MOST_PAGES = 10_000

MISSING = {
    Register.PRICES: "prislistor",
    Register.BARCODES: "streckkoder ur artikelreferenserna (GTIN hämtas)",
    Register.STOCK: "saldo per lagerställe (saldot är för alla tillsammans)",
}
"""What is missing without our extension, by the register that says so."""


class Books:
    """What stands in one company."""

    def __init__(self, session: Session[BusinessCentralSettings], http: Http) -> None:
        self.session = session
        self.settings = session.settings
        self.http = http
        self.empty: set[str] = set()
        """The journals that nobody has written in since we posted them, as far as we know."""
        self.renames = False
        """Whether invoices turned out to get another id when they are posted."""
        self.net: set[str] = set()
        """The customers whose invoices turned out to have prices without VAT."""
        self.buyers: set[str] = set()
        """The customers that can be sold to as the till sold."""

    # --- lists -------------------------------------------------------------------------------------------------

    def path(self, name: str, api: str = STANDARD) -> str:
        """The path of something of the company."""
        return f"{api}/companies({self.settings.company_id})/{name}"

    def parts(
        self, name: str, row_type: type[T], where: str = "", *, api: str = STANDARD, expand: str = ""
    ) -> Iterator[Part[T]]:
        """A list, page by page: every next-link is followed. Rows that cannot be read are named."""
        query = {"$select": answers.select(row_type), "$filter": where, "$expand": expand}
        query = {word: value for word, value in query.items() if value}
        if "id" in row_type.__struct_fields__:  # a query, whose rows have none, may not be able to count
            query["$count"] = "true"
        path = self.path(name, api)
        address = f"{path}?{urlencode(query, quote_via=quote, safe='$(),/')}"
        seen, got, count = set[str](), 0, None
        for turn in range(_MOST_PAGES):
            listing = self._page(address)
            count = listing.count if turn == 0 else count
            rows, bad = _decoded(listing.value or [], row_type, got)
            got += len(listing.value or [])
            fresh = [row for row in rows if _id(row) not in seen]
            seen |= {_id(row) for row in rows} - {""}
            following = _following(path, listing.next)
            yield Part(fresh, bad, not following, whole=not following and count in {None, len(seen) + len(bad), got})
            if not following:
                return
            if following == address:
                break
            address = following
        raise strange(SYSTEM, "sidor i ring")

    def _page(self, address: str) -> answers.Listing:
        headers = {"Prefer": f"odata.maxpagesize={PAGE_SIZE}"}
        listing = decode(self.http.raw("GET", address, headers=headers).body, answers.Listing, host=SYSTEM)
        if listing.value is None:
            raise strange(SYSTEM, "en lista utan rader")
        return listing

    def every(self, name: str, row_type: type[T], where: str = "", *, api: str = STANDARD) -> list[T]:
        """All good rows of a list."""
        return [row for part in self.parts(name, row_type, where, api=api) for row in part.rows]

    def certain(self, name: str, row_type: type[T], where: str, *, expand: str = "") -> list[T]:
        """All rows of a list that decide whether something is sent (see `lists.certain`)."""
        return certain(lambda: self.parts(name, row_type, where, expand=expand), SYSTEM)

    def peek(self, name: str) -> None:
        """One row of a list: whether it may be read."""
        self.http.get(self.path(name), answers.Listing, {"$select": "id", "$top": 1})

    def rows_of(self, raw: msgspec.Raw, row_type: type[T]) -> list[T]:
        """The rows of a list that came as a part of a batch: all of them, or it is an error. Uncertain."""
        listing = decode(bytes(raw), answers.Listing, host=SYSTEM, uncertain=True)
        if listing.value is None or listing.next:
            raise strange(SYSTEM, "en batch utan hela listan", uncertain=True)
        rows, bad = _decoded(listing.value, row_type, 0)
        for one in bad:
            raise strange(SYSTEM, f"{one.where}: {one.why}", uncertain=True)
        return rows

    def one(self, name: str, one_id: str, row_type: type[T]) -> T | None:
        """A row by its id; None when it is gone."""
        select = {"$select": answers.select(row_type)}
        raw = self.http.get_or_none(self.path(f"{name}({one_id})"), msgspec.Raw, select)
        return None if raw is None else _whole(raw, row_type, uncertain=False)

    # --- changes -----------------------------------------------------------------------------------------------

    def create(self, name: str, body: Any, into: type[T]) -> T:
        """Make something new, with its lines when the body has them (deep insert)."""
        raw = self.patiently(lambda: self.http.send("POST", self.path(name), body, msgspec.Raw), PASSING)
        return _whole(raw, into, uncertain=True)

    def change(self, name: str, row: Any, body: Any, into: type[T]) -> T:
        """Change what was read, if nobody has changed it since (`If-Match`). Raises BC50 when somebody has."""
        headers = {"If-Match": row.etag or "*"}
        path = self.path(f"{name}({row.id})")
        raw = self.patiently(lambda: self.http.send("PATCH", path, body, msgspec.Raw, headers=headers))
        return _whole(raw, into, uncertain=True)

    def remove(self, name: str, row: Any) -> None:
        """Delete what was read. That it is gone already is as good."""
        headers = {"If-Match": row.etag or "*"}
        path = self.path(f"{name}({row.id})")
        self.patiently(lambda: self.http.raw("DELETE", path, headers=headers, changes=True, missing=True))

    def post(self, name: str, one_id: str, api: str = STANDARD) -> None:
        """Post a document or a journal (*Microsoft.NAV.post*, which has neither body nor answer)."""
        path = self.path(f"{name}({one_id})/Microsoft.NAV.post", api)
        self.patiently(lambda: self.http.raw("POST", path, changes=True), PASSING)

    def patiently(self, change: Callable[[], A], passing: frozenset[str] = frozenset({LOCKED.code})) -> A:
        """A change that meets a lock is tried again: it is certain that nothing was done. So is one that meets another
        user's change, where it names no version that it has read."""
        for seconds in _LOCK_WAITS:
            try:
                return change()
            except SyncError as error:
                if error.problem.code not in passing or error.uncertain:
                    raise
            if self.session.cancel.wait(seconds):
                raise catalogue.CANCELLED.error()
        return change()

    # --- facts -------------------------------------------------------------------------------------------------

    @cached_property
    def environments(self) -> Sequence[answers.Environment]:
        """The environments of the organisation; where that list is refused, that of the administration centre, which
        an app must be let into."""
        for_anybody, for_administrators = environments(self.settings)
        try:
            return self.http.get(for_anybody, answers.Environments).value
        except SyncError as error:
            if error.problem.kind in {ErrorKind.RETRY, ErrorKind.WAIT, ErrorKind.SIGN_IN} or error.problem.needs_nobody:
                raise
        return self.http.get(for_administrators, answers.Environments).value

    @cached_property
    def companies(self) -> Sequence[answers.Company]:
        """The companies of the environment."""
        listing = self.http.get(f"{STANDARD}/companies", answers.Listing)
        return _decoded(listing.value or [], answers.Company, 0)[0]

    @cached_property
    def company(self) -> answers.Company:
        """The company, by its id. Raises BC05, which tells which there are."""
        wanted = self.settings.company_id.lower()
        for one in self.companies:
            if one.id.lower() == wanted:
                return one
        there = ", ".join(f"{one.title} ({one.id})" for one in self.companies) or "inget som inloggningen får se"
        raise COMPANY_MISSING.error(company=self.settings.company_id or "(tomt)", there=there)

    def ensure_company(self) -> None:
        """Raises BC05 when no company is chosen: every path begins with it."""
        if not self.settings.company_id:
            _ = self.company

    @cached_property
    def information(self) -> answers.CompanyInformation:
        """Who the company is."""
        rows = self.every("companyInformation", answers.CompanyInformation)
        return rows[0] if rows else answers.CompanyInformation()

    @cached_property
    def setup(self) -> answers.LedgerSetup:
        """The general ledger setup."""
        rows = self.every("generalLedgerSetup", answers.LedgerSetup)
        return rows[0] if rows else answers.LedgerSetup()

    @cached_property
    def accounts(self) -> Sequence[answers.Account]:
        """The chart of accounts."""
        return self.every("accounts", answers.Account)

    @cached_property
    def tax_groups(self) -> Sequence[answers.TaxGroup]:
        """The VAT product posting groups."""
        return self.every("taxGroups", answers.TaxGroup)

    @cached_property
    def journals(self) -> Sequence[answers.Journal]:
        """The general journal batches."""
        return self.every("journals", answers.Journal)

    @cached_property
    def payment_methods(self) -> Sequence[answers.PaymentMethod]:
        """The payment methods."""
        return self.every("paymentMethods", answers.PaymentMethod)

    @cached_property
    def payment_journals(self) -> Sequence[answers.PaymentJournal]:
        """The cash receipt journal batches."""
        return self.every("customerPaymentJournals", answers.PaymentJournal)

    @property
    def our_payment_journals(self) -> Sequence[answers.PaymentJournal]:
        """Those that are ours by their name and have a balancing account."""
        prefix = self.settings.payment_journals.upper()
        found = self.payment_journals if prefix else ()
        return [one for one in found if one.code.upper().startswith(prefix) and one.balancing_account_number]

    @cached_property
    def posts_payments(self) -> bool:
        """Whether payment journals can be posted: by our extension, or by `journals`, which finds them by their id."""
        ours = self.our_payment_journals
        return self.extension or not ours or self.one("journals", ours[0].id, answers.Journal) is not None

    @cached_property
    def journal_setups(self) -> Sequence[answers.JournalSetup]:
        """What the journals are set to, as our extension tells."""
        return self.every("journalSetups", answers.JournalSetup, api=OURS)

    @cached_property
    def locations(self) -> Sequence[answers.Location]:
        """The stock locations."""
        return self.every("locations", answers.Location)

    @cached_property
    def periods(self) -> Sequence[answers.Period]:
        """The accounting periods."""
        return self.every("accountingPeriods", answers.Period)

    @cached_property
    def extension(self) -> bool:
        """Whether our extension is there and may be used."""
        return self.extension_problem is None

    @cached_property
    def extension_problem(self) -> Problem | None:
        """Why our extension cannot be used: BC17 where a server does not know its address (404 or 400), BC30 where it
        may not be read. It is never needed, so neither stops anything."""
        path = self.path("journalSetups", OURS)
        try:
            answer = self.http.raw("GET", f"{path}?$select={answers.select(answers.JournalSetup)}", missing=True)
        except SyncError as error:
            if error.problem.code in {NO_RIGHTS.code, catalogue.NOT_ALLOWED.code}:
                return NO_RIGHTS.problem(detail=error.problem.detail)
            if error.problem.code not in {catalogue.REFUSED_UNKNOWN.code, NO_RECORD.code}:
                raise
        else:
            if answer.status < 300:
                return None
        return EXTENSION_MISSING.problem(missing=", ".join(MISSING.values()))

    def look_again(self) -> bool:
        """Whether our extension is still there, asked anew."""
        for name in ("extension", "extension_problem", "posts_payments"):
            self.__dict__.pop(name, None)
        return self.extension

    def dimension(self, *, project: bool) -> str:
        """The code of the dimension that cost centres or projects are; "" when there is none."""
        chosen = self.settings.project_dimension if project else self.settings.cost_centre_dimension
        return chosen or (self.setup.shortcut_dimension2_code if project else self.setup.shortcut_dimension1_code)

    def codes_of(self, rows: Iterable[Posting | InvoiceRow]) -> Codes:
        """The dimensions that the cost centres and projects of some rows are sent as; none where none is."""
        centre, project = False, False
        for row in rows:
            centre, project = centre or bool(row.cost_centre), project or bool(row.project)
        codes = self.dimension(project=False) if centre else "", self.dimension(project=True) if project else ""
        return codes if (bool(codes[0]), bool(codes[1])) == (centre, project) else NO_CODES

    def dimension_values(self, *, project: bool) -> Sequence[answers.DimensionValue]:
        """The values of such a dimension."""
        code = self.dimension(project=project)
        found = self.every("dimensions", answers.Dimension, f"code eq {literal(code)}") if code else []
        return [
            value
            for one in found
            for value in self.every(f"dimensions({one.id})/dimensionValues", answers.DimensionValue)
        ]


def literal(text: str) -> str:
    """A text in a filter: in quotes, a quote doubled (OData URL conventions, 5.1.1.6)."""
    return "'" + text.replace("'", "''") + "'"


def _id(row: object) -> str:
    return str(getattr(row, "id", ""))


def _following(path: str, link: str) -> str:
    """The address of the next page: the server's query on the path that we asked. A server behind another name
    tells its own."""
    return f"{path}?{urlsplit(link).query}" if link else ""


def _decoded(raw: Sequence[msgspec.Raw], row_type: type[A], before: int) -> tuple[list[A], list[BadRow]]:
    """Rows one by one, so that a bad one stops nothing."""
    rows: list[A] = []
    bad: list[BadRow] = []
    for place, one in enumerate(raw, before + 1):
        try:
            rows.append(_row(one, row_type))
        except (msgspec.ValidationError, RecursionError) as error:
            key = _key(one)
            bad.append(BadRow(key or f"rad {place} i listan", _why(str(error)), key=key))
    return rows, bad


def _whole(raw: msgspec.Raw, row_type: type[A], *, uncertain: bool) -> A:
    """A single answer. Raises N06."""
    try:
        return _row(raw, row_type)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise strange(SYSTEM, _why(str(error)), uncertain=uncertain) from None


def _row(raw: msgspec.Raw, row_type: type[A]) -> A:
    """A row. What the server has nothing for may be null: it is then what it is when it is left out."""
    try:
        return msgspec.json.decode(raw, type=row_type)
    except msgspec.ValidationError:
        plain = msgspec.json.decode(raw)
        if not isinstance(plain, dict) or None not in plain.values():
            raise
        told = {name: value for name, value in plain.items() if value is not None}
        return msgspec.json.decode(msgspec.json.encode(told), type=row_type)


def _key(raw: msgspec.Raw) -> str:
    """What a row that cannot be read is called, as far as that can be read: the till keeps what it has of it."""
    try:
        row = msgspec.json.decode(raw)
    except (msgspec.MsgspecError, RecursionError):
        return ""
    names = (row.get(name) for name in ("number", "code", "itemNumber")) if isinstance(row, dict) else ()
    return next((tidy(name, 50) for name in names if isinstance(name, str) and name), "")


def _why(error: str) -> str:
    """msgspec's reason in Swedish."""
    field = re.search(r"at `\$\.?([^`]*)`", error)
    return f"Fältet {tidy(field[1], 50)} har ett värde av fel typ." if field and field[1] else "Raden har fel form."
