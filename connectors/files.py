"""SIE-filer och CSV-register: for every business system that reads SIE and can write a list to a file.

In: article, group, price and customer files, and the chart of accounts from an SIE file. Out: one SIE 4I file per
voucher, day, week or month in a folder that the bookkeeping program reads. Formats and the delivery live in
`formats/`; here they are put together into a connector.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from connectors.formats import (
    articles,
    bas,
    columns,
    file_errors,
    file_options,
    inbox,
    registers,
    sie_errors,
)
from connectors.formats import chart as charts
from connectors.formats.chart import Chart
from connectors.formats.file_checks import Checks
from connectors.formats.file_options import FileKind, FileSettings
from connectors.formats.outbox import Outbox, postings_of, reference_in
from connectors.formats.register_reader import Content, Reader, Rules
from connectors.formats.sie_writer import Heading, object_code, write
from connectors.formats.table import NoHeader
from synccenter import __version__
from synccenter.contract import catalogue
from synccenter.contract.connector import (
    Attachment,
    Booked,
    Capabilities,
    CompanyFacts,
    Delivered,
    Description,
    Found,
    Lookup,
    Page,
    Sent,
    Session,
    debit,
)
from synccenter.contract.errors import Problem, SyncError
from synccenter.contract.finding import Finding, bad, good, look_at
from synccenter.contract.model import Account, Document, DocumentKind, Posting, Register, Voucher

PAGE = 2000
_READING = 2
"""Raised when files are read differently, so that cursors of older readings no longer count."""

_FILE_OF: Mapping[Register, FileKind] = {
    Register.ARTICLES: "articles",
    Register.GROUPS: "articles",
    Register.BARCODES: "articles",
    Register.STOCK: "articles",
    Register.PRICES: "prices",
    Register.CUSTOMERS: "customers",
}


class _Source(Struct, frozen=True):
    """A file with its content. `identity` is what a reading of it depends on, so it serves as the cursor."""

    kind: FileKind
    name: str
    data: bytes
    rules: Rules
    identity: str


class _Parsed(Struct):
    """The last file read: its registers are given away one by one."""

    identity: str
    content: Content
    held: frozenset[Register]


class FileConnector:
    """The connector of one company's folders."""

    def __init__(self, session: Session[FileSettings]) -> None:
        self.session = session
        self.settings = session.settings
        self._parsed: _Parsed | None = None
        self._chart: tuple[str, Chart] | None = None
        self._out: Outbox | None = None

    def close(self) -> None:
        """Let go of what was read."""
        self._parsed = self._chart = None

    # --- down ------------------------------------------------------------------------------------------------

    def fetch(self, register: Register, since: str | None) -> Iterator[Page]:
        """A register, whole, or one empty page when the file is as it was at `since`.

        A register that no file holds gives one empty page that says nothing about the rows in the till.
        """
        if register is Register.ACCOUNTS:
            yield from self._fetch_accounts(since)
            return
        source = self._source(register, since)
        if source is None:
            yield Page(())
        elif source.identity == since:
            yield Page((), cursor=since)
        else:
            content = self._content(source, register)
            if register in content.rows:
                yield from self._pages(content, register, source.identity)
            else:
                yield Page(())

    def _pages(self, content: Content, register: Register, identity: str) -> Iterator[Page]:
        rows, bad, notes = content.rows.pop(register), content.bad.pop(register, []), content.notes.pop(register, [])
        last = max((len(rows) - 1) // PAGE, (len(bad) - 1) // PAGE, 0)
        for number in range(last + 1):
            if self.session.cancelled():
                raise catalogue.CANCELLED.error()
            part = slice(number * PAGE, (number + 1) * PAGE)
            done = number == last
            yield Page(rows[part], bad[part], cursor=identity if done else None, full=done, notes=notes if done else ())

    def _source(self, register: Register, since: str | None) -> _Source | None:
        """The file that a register stands in; None when the shop has none. Raises FIL02 when it is gone."""
        kind = _FILE_OF[register]
        if register is Register.GROUPS and self._file("groups") is not None:
            kind = "groups"
        path = self._file(kind)
        if path is None:
            patterns = file_options.patterns(self.settings, kind)
            if self.settings.folder_in and patterns and (kind == "articles" or since is not None):
                raise file_errors.FILE_MISSING.error(folder=self.settings.folder_in, patterns=", ".join(patterns))
            return None
        data, rules = inbox.read_whole(path), file_options.rules(self.settings, kind, self._today())
        return _Source(kind, path.name, data, rules, _identity(data, rules))

    def _file(self, kind: FileKind) -> Path | None:
        patterns = file_options.patterns(self.settings, kind)
        if not self.settings.folder_in and not any(Path(one).is_absolute() for one in patterns):
            return None
        return inbox.newest(Path(self.settings.folder_in), patterns)

    def _content(self, source: _Source, register: Register) -> Content:
        """What the file holds; a file that was just read for another register is not read again."""
        parsed = self._parsed
        known = parsed is not None and parsed.identity == source.identity
        if parsed is None or not known or (register in parsed.held and register not in parsed.content.rows):
            self._parsed = None  # let go of the old one first
            content = _parse(source)
            parsed = self._parsed = _Parsed(source.identity, content, frozenset(content.rows))
        return parsed.content

    def _fetch_accounts(self, since: str | None) -> Iterator[Page]:
        """The chart; one with a fault takes no account out of use, and one that cannot be read is only told."""
        try:
            chart = self._read_chart()
        except SyncError as error:
            yield Page((), notes=(_gone(error).sentence(),))
            return
        if chart is None:
            yield Page(())
            return
        identity, content = chart
        if identity == since:
            yield Page((), cursor=since)
            return
        notes = [content.fault.sentence()] if content.fault else []
        rows = Content({Register.ACCOUNTS: content.accounts}, notes={Register.ACCOUNTS: notes})
        for page in self._pages(rows, Register.ACCOUNTS, identity):
            yield replace(page, full=page.full and content.fault is None)

    def accounts(self, on: date) -> Sequence[Account]:  # noqa: ARG002 - an SIE file has one chart (#RAR, rule 3)
        """The chart of accounts from the SIE file; empty when none is chosen, or when it cannot be read."""
        chart = self._chart_or_none()
        return chart.accounts if chart else []

    def company(self) -> CompanyFacts:
        """The company of the chart of accounts; nameless when none is chosen or can be read."""
        chart = self._chart_or_none()
        return CompanyFacts(chart.company, chart.org_number) if chart else CompanyFacts("")

    def vouchers(self, first: date, last: date, known: Collection[str]) -> Iterator[Booked]:
        """See `ListsVouchers.vouchers`: those of the chart's file, when it is an SIE file of type 4."""
        chart = self._chart_or_none()
        for one in chart.vouchers if chart else ():
            number = f"{one.series}{one.number}"
            if first <= one.on <= last and number not in known:
                rows = tuple(Posting(row.account, row.amount) for row in one.transactions)
                yield Booked(reference=one.text, external_id=number, number=number, date=one.on, postings=rows)

    def documents(self, kind: DocumentKind, first: date, last: date) -> Iterator[Booked]:
        """See `ListsDocuments.documents`: what the folder's archive holds, whatever the company was called then."""
        if kind is DocumentKind.VOUCHER and self.settings.folder_out:
            for name, content in self._outbox("").everything():
                for one in content.vouchers:
                    if first <= one.on <= last:
                        rows = tuple(Posting(row.account, row.amount) for row in one.transactions)
                        yield Booked(
                            reference=reference_in(name), external_id=name, number=name, date=one.on, postings=rows
                        )

    def _chart_or_none(self) -> Chart | None:
        """The chart; nothing else waits for one that cannot be read (`check` tells it)."""
        try:
            found = self._read_chart()
        except SyncError as error:
            self.session.debug(f"Kontoplanen: {error}")
            return None
        return found[1] if found else None

    def _read_chart(self) -> tuple[str, Chart] | None:
        if not self.settings.chart_file:
            return None
        path = Path(self.settings.chart_file)
        data = inbox.read_whole(path, empty=True)
        identity = hashlib.blake2b(data, digest_size=16).hexdigest()
        if self._chart is None or self._chart[0] != identity:
            self._chart = (identity, charts.read(data, path.name))
        return self._chart

    # --- up --------------------------------------------------------------------------------------------------

    def send(self, document: Document) -> Sent:
        """Deliver a voucher as a file. The receiver gives it its number, so there is none here."""
        voucher = self._voucher(document)
        if self.session.cancelled():
            raise catalogue.CANCELLED.error(item=voucher.reference)
        content = write([voucher], self._heading(), self._names(), checksum=self.settings.checksum)
        outbox, collect = self._outbox(voucher.reference), self.settings.per != "voucher"
        name = outbox.deliver(voucher, content, self.session.guard, collect=collect)
        self.session.debug(f"{voucher.reference}: {name}, {len(content)} byte")
        return Sent(name)

    def hand_over(self) -> list[str]:
        """See `HandsOver.hand_over`: one file for each day, week or month that is over."""
        if not self.settings.folder_out:
            return []
        from connectors.formats import periods  # noqa: PLC0415 - needed only after sending

        return periods.hand_over(
            self._outbox(""),
            self.settings.per,
            self.session.clock(),
            lambda vouchers: write(vouchers, self._heading(), self._names(), checksum=self.settings.checksum),
            self.session.guard,
        )

    def uncollected(self, ids: Iterable[str]) -> frozenset[str]:
        """See `LeavesToCollect.uncollected`: neither marked (#FLAGGA 1) nor taken away."""
        if not self.settings.folder_out:
            return frozenset()
        outbox = self._outbox("")
        return frozenset(name for name in ids if not outbox.imported(name))

    def archive(self, documents: Sequence[Document]) -> tuple[str, bytes]:
        """All vouchers among the documents as one SIE 4I file, by date."""
        vouchers = sorted(
            (self._voucher(one) for one in documents if isinstance(one, Voucher)),
            key=lambda one: (one.date, one.reference),
        )
        heading = replace(self._heading(), copy=True)
        return ".si", write(vouchers, heading, self._names(), checksum=self.settings.checksum)

    def find(self, document: Document) -> Sequence[Found]:
        """The files delivered under the voucher's reference, by the archive; certain either way."""
        outbox = self._outbox(document.reference)
        return [
            Found(booked.external_id, date=booked.date, total=debit(booked.postings))
            for booked in (_booked(outbox, name, document.reference) for name in outbox.names(document))
        ]

    def read_back(self, sent: Iterable[Delivered]) -> Iterator[Booked]:
        """What was delivered, from the archive. `taken`: the receiver has marked the file or taken it away."""
        for one in sent:
            outbox = self._outbox(one.document.reference)
            for name in outbox.names(one.document):
                yield _as_named(_booked(outbox, name, one.document.reference), one.document)

    def attach(self, sent: Delivered, file: Attachment, stored: Callable[[str], None]) -> None:  # noqa: ARG002 - put in one step: there is no id to keep in between
        """The Z report beside the SIE file, under the same name."""
        outbox = self._outbox(sent.document.reference)
        self.session.guard()
        outbox.put_beside(sent.external_id, file.data, doubtful=file.doubtful)

    def _heading(self) -> Heading:
        return Heading(
            version=__version__,
            company=self.session.company_name,
            org_number=self.session.org_number,
            generated=self._today(),
            years=self._years(),
        )

    def _years(self) -> tuple[tuple[date, date], ...]:
        """The company's financial years by its chart of accounts; none when it cannot be read, or none is chosen."""
        chart = self._chart_or_none()
        return chart.years if chart else ()

    def _voucher(self, document: Document) -> Voucher:
        if not isinstance(document, Voucher):
            raise catalogue.UNEXPECTED.error(item=document.reference, detail="files: bara verifikationer")
        if document.series or not self.settings.series:
            return document
        return Voucher(document.reference, document.date, document.text, document.postings, self.settings.series)

    def _outbox(self, item: str) -> Outbox:
        if not self.settings.folder_out:
            raise file_errors.NO_FOLDER_OUT.error(item=item)
        if self._out is None:
            self._out = Outbox(Path(self.settings.folder_out), self.session.org_number, self.session.company_name)
        return self._out

    def _names(self) -> Mapping[int, str]:
        """Account names for #KONTO: the shop's own where there is a chart to read, else those of BAS."""
        chart = self._chart_or_none()
        return {**bas.NAMES, **chart.names} if chart else bas.NAMES

    def _today(self) -> date:
        return self.session.clock().date()

    def _look_at_articles(self) -> None:
        """Raise what would stop the article file from being read."""
        source = self._source(Register.ARTICLES, None)
        if source is not None:
            with _headers_of(source):
                Reader(source.data, source.name, columns.ARTICLE, source.rules, articles.NEEDS)

    # --- check -----------------------------------------------------------------------------------------------

    def check(self) -> Iterator[Finding]:
        """Look at folders, files, chart and organisation number."""
        checks = Checks(self.session)
        if self.settings.folder_in:
            yield checks.tried("Artikelfil", self._look_at_articles, look_at)
        if self.settings.chart_file:
            yield self._look_at_chart()
        yield checks.org_number()
        if not self.settings.folder_out:
            yield bad(file_errors.NO_FOLDER_OUT.problem(), "Mapp för SIE-filer ut")
        else:
            outbox = self._outbox("")
            yield checks.tried("Mapp för SIE-filer ut", outbox.try_writing)
            yield checks.waiting(outbox, timedelta(days=7))
            yield checks.archive(outbox)

    def _look_at_chart(self) -> Finding:
        """Yellow at most: without a chart only the comparing of accounts waits."""
        try:
            chart = self._read_chart()
        except SyncError as error:
            return look_at(_gone(error), "Kontoplan")
        fault = chart[1].fault if chart else None
        return look_at(fault, "Kontoplan") if fault else good("Kontoplan")


def _booked(outbox: Outbox, name: str, reference: str) -> Booked:
    """A file in the archive as it reads back."""
    try:
        content = outbox.archived(name)
    except SyncError as error:
        if not error.problem.code.startswith("SIE"):
            raise
        return Booked(reference=reference, external_id=name, taken=outbox.imported(name))  # `check` tells it
    on = content.vouchers[0].on if content.vouchers else None
    taken = outbox.imported(name)
    return Booked(reference=reference, external_id=name, date=on, postings=postings_of(content), taken=taken)


def _as_named(booked: Booked, document: Document) -> Booked:
    """With cost centres and projects called as they were sent: a file may call them otherwise (`object_code`)."""
    rows = document.postings if isinstance(document, Voucher) else ()
    names = {object_code(name): name for row in rows for name in (row.cost_centre, row.project) if name}
    postings = tuple(
        replace(
            row,
            cost_centre=names.get(row.cost_centre, row.cost_centre),
            project=names.get(row.project, row.project),
        )
        for row in booked.postings
    )
    return replace(booked, postings=postings, dimensions=True)


_PARSERS = {
    "articles": articles.articles,
    "groups": registers.groups,
    "prices": registers.prices,
    "customers": registers.customers,
}
_WANTED = {"articles": "artikelnummer, namn och pris", "prices": "artikelnummer och pris"}


def _parse(source: _Source) -> Content:
    with _headers_of(source):
        return _PARSERS[source.kind](source.data, source.name, source.rules)


@contextmanager
def _headers_of(source: _Source) -> Iterator[None]:
    """Tell a person when the headers of a file cannot be understood."""
    try:
        yield
    except NoHeader as error:
        wanted = _WANTED.get(source.kind, "nummer och namn")
        raise file_errors.NO_HEADER.error(item=source.name, file=source.name, wanted=wanted, found=error) from None


def _identity(data: bytes, rules: Rules) -> str:
    """What a reading depends on: the content of the file, the settings, and the way we read."""
    digest = hashlib.blake2b(data, digest_size=16)
    digest.update(repr((_READING, rules)).encode())
    return digest.hexdigest()


def _gone(error: SyncError) -> Problem:
    """A chart of accounts that cannot be read."""
    told = error.problem
    if told.code == catalogue.CANCELLED.code:
        raise error
    return sie_errors.CHART_GONE.problem(item=told.item, title=told.title, what=told.what)


ALL = Capabilities(
    fetches=frozenset(Register),
    delta=frozenset(Register),
    sends=frozenset({DocumentKind.VOUCHER}),
    lookup=Lookup.DETERMINISTIC,
    attaches=True,
)

DESCRIPTION = Description(
    name="files",
    title="SIE-filer och CSV-register",
    settings=FileSettings,
    capabilities=ALL,
    open=FileConnector,
    errors=file_errors.ENTRIES + sie_errors.ENTRIES,
    chosen=lambda settings: replace(ALL, attaches=settings.attach_z),
)
