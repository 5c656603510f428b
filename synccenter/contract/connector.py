"""The contract every business system fulfils. The comments here are the contract.

A connector is one file in `connectors/` that ends in a `Description`. What it can do beyond `check()` is read
off its object: by which of the small protocols below it implements. Its `Capabilities` hold only what no object
can show; the engine asks for nothing else and knows no connector by name. `tests/conformance/suite.py` holds
every connector to these rules.

Rules that hold for all methods:
- Errors that cross this border are `SyncError` and nothing else.
- Nothing is retried blindly: a POST whose answer was lost raises with `uncertain=True`.
- `session.cancelled()` is honoured between requests: raise `catalogue.CANCELLED`.
- No global state; two objects of the same connector may live side by side.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from queue import Queue
from typing import Any, Generic, Protocol, TypeAlias, TypeVar, runtime_checkable

from msgspec import Struct, field
from msgspec.structs import replace

from synccenter.contract.errors import Entry
from synccenter.contract.finding import Finding
from synccenter.contract.model import (
    Account,
    Document,
    DocumentKind,
    Invoice,
    Ore,
    Posting,
    Register,
    RegisterRow,
)
from synccenter.contract.options import S

S_co = TypeVar("S_co", bound=Struct, covariant=True)


class Lookup(Enum):
    """What can be done about a document whose answer was lost."""

    BY_REFERENCE = "by_reference"  # find() asks the business system: "not there" is trusted after `settle_seconds`
    DETERMINISTIC = "deterministic"  # find() is certain: the name of the delivery says it all
    NONE = "none"  # cannot know: a person decides


class Capabilities(Struct, frozen=True):
    """What a connector can do and its object cannot show, declared as data.

    `needs_sign_in` is asked before there is an object: it says that `SignsIn` is among its abilities.
    `settle_seconds`: how long after a lost answer the business system may still book it; a "not found" before
    that is not believed. `delta`: registers for which `fetch` makes use of a cursor. `attaches`: the shop wants its Z
    reports as pages with their vouchers; asked only of who has the ability `Attaches`. `along`: registers that
    are never asked for by themselves, because their rows come with another's pages (`Page.also`), each by the
    register that brings it. `swept`: registers some of whose changes a delta does not tell (stock, prices of a
    customer, VAT of another list): compared whole every few hours too. `lists_all_series`: `voucher_series()` tells
    every one there is. `pays_bank_accounts`: an invoice is paid to what `bank_accounts()` tells
    and to nothing else. `pays_in_rows`: payments and rounding of an invoice are rows of ours on
    their accounts. `listed`: kinds of which `find` tells nothing near its day that `ListsDocuments` does not list
    too, so that a ledger that has lost its memory reads one list in place of a look-up for each document.
    """

    fetches: frozenset[Register] = frozenset()
    delta: frozenset[Register] = frozenset()
    along: Mapping[Register, Register] = field(default_factory=dict)
    swept: frozenset[Register] = frozenset()
    sends: frozenset[DocumentKind] = frozenset()
    lookup: Lookup = Lookup.NONE
    settle_seconds: float = 0.0
    needs_sign_in: bool = False
    lists_all_series: bool = False
    pays_bank_accounts: bool = True
    attaches: bool = False
    pays_in_rows: bool = False
    listed: frozenset[DocumentKind] = frozenset()


class BadRow(Struct, frozen=True):
    """A row that could not be used: where it stands and why, in Swedish. It is skipped, never fatal, and *not gone*:
    the till keeps what it has of it.

    `key` is its number in its register (article, customer, group, account, barcode); `article` the article that a
    barcode, a price or a balance belongs to. With neither, nothing of the register is taken out of use in this fetch,
    since whatever is not seen may be this row.
    """

    where: str
    why: str
    key: str = ""
    article: str = ""


class Page(Struct, frozen=True):
    """A page of a register. The engine writes it in one short transaction.

    `cursor` may be set on the last page only: what to pass as `since` next time. `full` on the last page
    says that all pages together were the whole register, so that rows not seen are taken out of use.
    `also` holds rows of other registers that stood in the same answer (the barcodes of these articles).
    `notes` are Swedish sentences about the register as a whole that concern no row of the till: what was mended in
    reading, what the till has no place for.
    """

    rows: Sequence[RegisterRow]
    bad: Sequence[BadRow] = ()
    cursor: str | None = None
    full: bool = False
    also: Mapping[Register, Sequence[RegisterRow]] = field(default_factory=dict)
    notes: Sequence[str] = ()


class Sent(Struct, frozen=True):
    """A document that stands in the business system, with the id and number it got there."""

    external_id: str
    number: str = ""


class Found(Struct, frozen=True):
    """A document in the business system that carries the reference looked for, as far as a list tells of it.

    Its date is the document's own (a voucher's or invoice's date), None when it cannot be read; so is `total`: of an
    invoice what it comes to with VAT (negative for a credit), of a voucher the sum of its debit rows. `draft`: it
    stands there and is not in the books. `unfinished`: what `finish` goes on with, because sending it was cut short.
    """

    external_id: str
    number: str = ""
    date: date | None = None
    total: Ore | None = None
    draft: bool = False
    unfinished: bool = False


class Delivered(Struct, frozen=True):
    """A document to be read back, with the id it got when it was sent ("" when that is not known)."""

    document: Document
    external_id: str = ""


def debit(postings: Iterable[Posting]) -> Ore:
    """What a voucher comes to: its debit side."""
    return sum(posting.amount for posting in postings if posting.amount > 0)


def rounding_of(document: Invoice) -> Ore:
    """So much may VAT, or the net of an account, differ by rounding: half an öre a row, and half for the sum."""
    return len(document.rows) // 2 + 1


class Booked(Struct, frozen=True, kw_only=True):
    """What the business system holds of a document. `reference` is that of the delivered document it answers.

    `postings` are its rows as the books hold them: of a voucher all of them; of an invoice, where the system tells,
    its net, VAT and payments by account, each with its `purpose` (SALES, VAT, PAYMENT, ROUNDING). An invoice has a
    `total` with VAT (negative for a credit) and `open`, what remains unpaid. `draft`: not in the books (yet).
    None and "" mean that the system does not tell, and are compared with nothing. `taken` is for what is handed over
    as files: False until the receiver has read it in.

    `coded`: an invoice's net by account (credit negative) as the system's own coding of its rows says it should stand;
    () where that is not known. `by_rows`: they should stand on the accounts that the document's own rows name, since
    those were sent. `entries`: an invoice's postings are read off its entries there: a payment that is not among them
    has none. `dimensions`: the postings (of an invoice those of its net) tell cost centre and project too.
    `unread`: what of it could not be read, in Swedish ("försäljningens konton"): told, and neither right nor wrong.
    `currency`: another than the till's, in which an invoice stands.
    """

    reference: str
    external_id: str
    number: str = ""
    date: date | None = None
    customer: str = ""
    postings: tuple[Posting, ...] = ()
    total: Ore | None = None
    open: Ore = 0
    draft: bool = False
    taken: bool = True
    coded: tuple[Posting, ...] = ()
    by_rows: bool = False
    entries: bool = False
    dimensions: bool = False
    unread: tuple[str, ...] = ()
    currency: str = ""


@runtime_checkable
class Connector(Protocol):
    """The mandatory part."""

    def check(self) -> Iterable[Finding]:
        """Look at connection, rights, licence, company and set-up. Reads only. One finding a step, green ones too."""
        ...

    def close(self) -> None:
        """Let go of connections and files."""
        ...


@runtime_checkable
class FetchesRegisters(Protocol):
    """Ability: registers down."""

    def fetch(self, register: Register, since: str | None) -> Iterator[Page]:
        """Pages of a register: all of it when `since` is None, else what changed after that cursor.

        A page holds at most a few thousand rows and is complete in memory before it is yielded. A change is
        rather sent twice than missed (overlap); a cursor is the server's time or number, never our clock.
        """
        ...


@runtime_checkable
class SendsDocuments(Protocol):
    """Ability: documents up."""

    def send(self, document: Document) -> Sent:
        """Book one document. Returns only when it stands there in full.

        Raises `SyncError`: `uncertain=False` means it is certain that nothing was booked.
        """
        ...

    def find(self, document: Document) -> Sequence[Found]:
        """All documents of its kind that carry its reference: booked, drafts and half-written ones. Reads only.

        Of every year that the reference may stand in; which of them is ours is for the program to judge, by date and
        amounts. None at all: certain that it is not there (after `settle_seconds`). A change of a customer is found
        when the customer has all of it.
        """
        ...


@runtime_checkable
class FinishesDocuments(Protocol):
    """Ability: a document that takes several requests is gone on with where it was cut short."""

    def finish(self, document: Document, found: Found) -> Sent:
        """Write what is missing of an `unfinished` document. Raises as `send` does."""
        ...


@runtime_checkable
class HandsOver(Protocol):
    """Ability: what is sent is collected, and goes out together when its time has come (an SIE file per month)."""

    def hand_over(self) -> Sequence[str]:
        """Hand over what has been collected and whose time has come; what each is called. Asked once a run, after
        sending. Cut short anywhere and asked again, nothing is handed over twice and nothing left behind."""
        ...


@runtime_checkable
class ReversesVouchers(Protocol):
    """Ability: a voucher of ours that is wrong is undone in the books by its opposite."""

    def reverse(self, sent: Delivered) -> Sent:
        """Book the opposite of a voucher that was sent, and tell what it became. Raises as `send` does.

        Asked again for one that is reversed it books nothing and tells of the same opposite. The two together are
        nothing: from then on `find` and `read_back` tell of neither.
        """
        ...


class Attachment(Struct, frozen=True, kw_only=True):
    """A file that belongs with a voucher that was sent: a PDF. `name` tells it from all others (`K1-Z57.pdf`), and the
    same content comes with every try.

    `tried`: an earlier try may have come some way, so what is there is looked for first. `stored`: the id that the
    file got there in an earlier try. `doubtful`: the program has lost its memory, so any file with the voucher counts.
    """

    name: str
    data: bytes
    tried: bool = False
    stored: str = ""
    doubtful: bool = False


@runtime_checkable
class Attaches(Protocol):
    """Ability: a file stands with the voucher that it is evidence for (*underlag*)."""

    def attach(self, sent: Delivered, file: Attachment, stored: Callable[[str], None]) -> None:
        """Put a file with a voucher, once however often it is asked.

        `stored` is told the id of the file as soon as it has one, and before anything else is done with it. Raises
        `SyncError`; whatever it says nothing is lost, since it is asked again in a later run.
        """
        ...


@runtime_checkable
class ReadsBack(Protocol):
    """Ability: proof from the books."""

    def read_back(self, sent: Iterable[Delivered]) -> Iterator[Booked]:
        """What stands in the books of vouchers and invoices that were sent, in any order.

        Every document that carries the reference of one of them in the days they are dated, and every one that has
        its id, whatever it says now: so one that is doubled comes twice, and one that is gone not at all. Read by
        pages of lists, not one by one. Orders and customers are not read back.
        """
        ...


@runtime_checkable
class ListsFacts(Protocol):
    """Ability: what the settings window and the check need to know."""

    def accounts(self, on: date) -> Sequence[Account]:
        """The chart of accounts of the financial year that holds `on`."""
        ...


@runtime_checkable
class SignsIn(Protocol):
    """Ability: a person signs in, in the browser."""

    def sign_in(self, open_page: Callable[[str], object], pasted: Queue[str] | None = None) -> None:
        """Open the sign-in page, wait for the answer and keep it. Ends by *Avbryt* (`Session.cancel`).

        `pasted` may bring the address that the browser ended on, typed in by the person, where the browser
        cannot come back by itself. Raises N09, N14, N15 or S06.
        """
        ...

    def sign_out(self) -> None:
        """Forget the sign-in."""
        ...


class Term(Struct, frozen=True):
    """A name that a setting may choose from: a voucher series, a cost centre, a project, a VAT code.

    `manual` is for voucher series: whether vouchers can be made in it from outside.
    """

    code: str
    name: str = ""
    active: bool = True
    manual: bool = True


class BankAccount(Struct, frozen=True):
    """A *kassa- eller bankkonto* of the business system, with its account in the books."""

    account: int
    name: str
    active: bool = True


class FiscalYear(Struct, frozen=True):
    """A financial year; `locked` when nothing can be booked in it."""

    start: date
    end: date
    locked: bool = False


@runtime_checkable
class ListsBookkeeping(Protocol):
    """Ability: what else the settings window may offer and the check may compare with."""

    def fiscal_years(self) -> Sequence[FiscalYear]:
        """The financial years."""
        ...

    def locked_to(self) -> date | None:
        """The last day that is locked for booking, None when none is."""
        ...

    def voucher_series(self) -> Sequence[Term]:
        """The voucher series there are, as far as the business system tells."""
        ...

    def cost_centres(self) -> Sequence[Term]:
        """The cost centres."""
        ...

    def projects(self) -> Sequence[Term]:
        """The projects."""
        ...

    def vat_codes(self) -> Sequence[Term]:
        """The VAT codes."""
        ...

    def bank_accounts(self) -> Sequence[BankAccount]:
        """The cash and bank accounts that payments may land on."""
        ...


@runtime_checkable
class OffersChoices(Protocol):
    """Ability: lists that the business system itself gives, for settings of the connector's own."""

    def choices(self, setting: str) -> Sequence[Term]:
        """What may stand in a setting that is declared with `suggest="system"`. Raises what asking raises."""
        ...


class CompanyFacts(Struct, frozen=True):
    """The company that a connector is signed in to."""

    name: str
    org_number: str = ""


@runtime_checkable
class TellsCompany(Protocol):
    """Ability: who the books belong to. Asked before anything is fetched or sent, so it is kept for a while."""

    def company(self) -> CompanyFacts:
        """The company that is signed in to."""
        ...


@runtime_checkable
class WritesArchive(Protocol):
    """Ability: what was sent as one file for the bookkeeper's archive. Needs nothing but the documents."""

    def archive(self, documents: Sequence[Document]) -> tuple[str, bytes]:
        """(the file name's ending with its dot, its bytes). Documents that the format cannot hold are left out."""
        ...


class Secrets(Protocol):
    """What a connector sees of the keychain."""

    def get(self, name: str) -> str | None:
        """The secret, or None."""
        ...

    def set(self, name: str, value: str) -> None:
        """Store durably before returning."""
        ...

    def delete(self, name: str) -> None:
        """Forget it."""
        ...


class Session(Struct, Generic[S_co], frozen=True, kw_only=True):
    """What a connector is given to work with. `settings` is its own section, decoded into the struct it declares;
    the shared tools, which look at none of it, take a `Session[Struct]`.

    `clock` returns aware time. `debug` writes a masked row to the Debug log. `guard` is called just before
    anything that changes the business system; it raises when this till no longer owns the sync.
    """

    settings: S_co
    company_name: str
    org_number: str
    fiscal_year_start: int
    secrets: Secrets
    clock: Callable[[], datetime]
    debug: Callable[[str], None]
    folder: Path
    cancel: threading.Event = field(default_factory=threading.Event)
    guard: Callable[[], None] = lambda: None

    def cancelled(self) -> bool:
        """Whether the person has asked to stop."""
        return self.cancel.is_set()


class Description(Struct, Generic[S], frozen=True, kw_only=True):
    """A connector as the registry knows it: everything that can be told without opening it.

    `settings` is the struct of its section (see `contract/options.py`); `open` is given a session that holds one.
    `chosen`: what of its capabilities a shop's settings let it use, where they have a say in it.
    """

    name: str
    title: str
    settings: type[S]
    capabilities: Capabilities
    open: Callable[[Session[S]], Connector]
    errors: tuple[Entry, ...] = ()
    chosen: Callable[[S], Capabilities] | None = None

    def within(self, settings: S) -> Description[S]:
        """The description as these settings leave it."""
        return replace(self, capabilities=self.chosen(settings)) if self.chosen else self


AnyDescription: TypeAlias = Description[Any]
"""Of whichever system. The struct of its settings is its own affair; `Settings.of` tells that it is the right one."""

Registry: TypeAlias = Mapping[str, AnyDescription]
"""By name."""
