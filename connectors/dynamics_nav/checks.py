"""*Testa anslutning* for NAV: step by step, a green, yellow or red row each. Reads only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from urllib.parse import urlsplit

from msgspec.structs import replace

from connectors.dynamics_nav.discovery import WIRE_NAMES
from connectors.dynamics_nav.errors import CERTIFICATE_SHOWN, JOURNAL_SERIES, JOURNAL_UNKNOWN, RETURN_BY_TEXT, SYSTEM
from connectors.dynamics_nav.fetch import Fetching
from connectors.dynamics_nav.link import Link
from connectors.dynamics_nav.pages import NEEDS
from connectors.dynamics_nav.poster import FUNCTIONS, Poster
from connectors.wire import clock
from connectors.wire.rows import text
from synccenter.contract import catalogue
from synccenter.contract.errors import Problem, SyncError
from synccenter.contract.finding import Finding, bad, good, look_at
from synccenter.contract.model import DocumentKind

_ALWAYS = ("items", "customers", "accounts")
_FOR_INVOICES = ("invoices", "credit_memos", "posted_invoices", "posted_credit_memos")
_FOR_VOUCHERS = ("journal",)
_FOR_SOME = {"stock", "orders", "categories", "product_groups"}
"""What a shop may do without. That it is missing is yellow, and the register that needs it says so again."""


def _only_for(role: str) -> DocumentKind | None:
    """What cannot be sent without a page, where the rest can."""
    if role in _FOR_INVOICES:
        return DocumentKind.INVOICE
    return DocumentKind.VOUCHER if role in _FOR_VOUCHERS else None


class Checks:
    """The steps."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._settings = link.settings

    def findings(self) -> Iterator[Finding]:
        """Every step, until one cannot be taken. The pages are looked at one by one, whatever is wrong with them."""
        try:
            yield from self._line()
        except SyncError as error:
            yield bad(self._with_fingerprint(error))
            return
        for role in self._pages():
            title = f"Sidan {NEEDS[role].page} {NEEDS[role].title}"
            for finding in self._step(title, partial(self._page, role), needed=self._needed(role)):
                yield replace(finding, only_for=_only_for(role))
        yield from clock.compared(self._link.server_time(), self._link.session.clock(), SYSTEM)
        yield from self._returns()
        yield from self._step("Momssatser", self._vat)
        yield from self._step("Kontantkund", self._cash_customer)
        yield from self._posting()
        yield from self._journals()

    def _journals(self) -> Iterator[Finding]:
        """The journals that the settings name are there, where the page that tells is published."""
        if not self._link.has("batches"):
            return
        one = self._settings
        wanted = [("Redovisningsjournal", one.journal_template, one.journal_batch)]
        if self._link.posts and one.closing != "rows":
            wanted.append(("Inbetalningsjournal", one.payment_template, one.payment_batch))
        rows = self._link.page("batches").every()
        there = {(text(row, "template").upper(), text(row, "name").upper()): row for row in rows}
        for what, template, batch in wanted:
            row = there.get((template.upper(), batch.upper())) or there.get(("", batch.upper()))
            series = [text(row, word) for word in ("series", "posting_series") if text(row, word)] if row else []
            if series:
                numbered = JOURNAL_SERIES.problem(
                    what=what, template=template, batch=batch, series=" och ".join(series)
                )
                yield look_at(numbered)
            elif row:
                yield good(f"{what} {template} {batch} finns")
            else:
                problem = JOURNAL_UNKNOWN.problem(what=what, template=template, batch=batch)
                needed = what != "Redovisningsjournal" or not all(map(self._link.has, _FOR_INVOICES))
                finding = (bad if needed else look_at)(problem)
                yield replace(finding, only_for=_only_for("journal")) if what == "Redovisningsjournal" else finding

    def _line(self) -> Iterator[Finding]:
        address = self._link.address()
        if not address.encrypted and urlsplit(address.odata).hostname not in {"localhost", "127.0.0.1"}:
            yield good("Okrypterad http är tillåten, efter eget val, på det egna nätet")
        found = self._link.discover()
        how = {"ntlm": "Windows (NTLM)", "negotiate": "Windows", "basic": "webbtjänstnyckel"}
        sign_in = how.get(self._settings.sign_in, "")
        yield good(f"{SYSTEM} svarar över {WIRE_NAMES[found.wire]}; inloggad med {sign_in}")
        yield good(f"Företaget {found.company or 'utan namn'} finns")

    def _pages(self) -> list[str]:
        """What the settings make use of."""
        roles = [*_ALWAYS, "stock"]
        roles.append("product_groups" if self._settings.group_by == "product_group" else "categories")
        source = self._settings.barcodes
        roles += {"cross": ["cross_references"], "identifiers": ["identifiers"]}.get(source, [])
        if self._settings.price_source == "customer":
            roles.append("sales_prices")
        if not self._settings.vat_rates:
            roles.append("vat_setup")
        roles += [*_FOR_INVOICES, "orders", *_FOR_VOUCHERS]
        if self._link.posts:
            roles.append("entries")
            if self._settings.closing != "rows":
                roles += ["payments", "customer_entries"]
        return roles

    def _needed(self, role: str) -> bool:
        """Whether nothing works without the page. One way of sending is enough: as invoices or as vouchers."""
        if role in _FOR_SOME:
            return False
        for way, other in ((_FOR_INVOICES, _FOR_VOUCHERS), (_FOR_VOUCHERS, _FOR_INVOICES)):
            if role in way:
                return not all(map(self._link.has, other))
        return True

    def _page(self, role: str) -> str:
        bound = self._link.page(role)
        return f"{bound.need.page} {bound.need.title} finns som {bound.service.name}, {len(bound.names)} fält"

    def _returns(self) -> Iterator[Finding]:
        """How a credit memo says what it credits."""
        need = NEEDS["credit_memos"]
        try:
            bound = self._link.page("credit_memos")
        except SyncError:  # its own row says so
            return
        if bound.has("your_reference"):
            yield good("Returer bär originalets kvittonummer och fakturanummer i Er referens")
            return
        field, service = need.fields["your_reference"][0], bound.service.name
        problem = RETURN_BY_TEXT.problem(field=field, service=service, page=need.page, title=need.title)
        yield look_at(problem)

    def _vat(self) -> str:
        fetching = Fetching(self._link)
        rates = fetching.pricing.known_rates()
        return "Momssatser: " + ", ".join(f"{group} {rate} %" for group, rate in sorted(rates.items()))

    def _cash_customer(self) -> str:
        if not self._settings.cash_customer:
            return "Ingen kontantkund vald; momssatserna är ifyllda i inställningarna"
        customer = Fetching(self._link).pricing.cash_customer
        return f"Kontantkunden {text(customer, 'number')} {text(customer, 'name')} finns"

    def _posting(self) -> Iterator[Finding]:
        if not self._link.posts:
            yield good("Provkörning och egen bokföring: inget bokförs i NAV av Sync Center")
            return
        poster = Poster(self._link)

        def look() -> str:
            for function in FUNCTIONS:
                poster.ensure(function)
            return "Kodmodulen för bokföring svarar med alla funktioner"

        yield from self._step("Kodmodulen för bokföring", look)

    def _step(self, title: str, look: Callable[[], str], *, needed: bool = True) -> Iterator[Finding]:
        try:
            yield good(look())
        except SyncError as error:
            if error.problem.code == catalogue.CANCELLED.code:
                raise
            yield (bad if needed else look_at)(error.problem, f"{title}: {error.problem.title}")

    def _with_fingerprint(self, error: SyncError) -> Problem:
        """A certificate that is not trusted is shown, so that a person can compare and pin it."""
        if error.problem.code == catalogue.CANCELLED.code:
            raise error
        if error.problem.code != catalogue.CERTIFICATE.code:
            return error.problem
        from connectors.wire.transport import fingerprint_of  # noqa: PLC0415 - requests costs 100 ms

        parts = urlsplit(self._link.address().odata)
        try:
            shown = fingerprint_of(parts.hostname or "", parts.port or 443)
        except SyncError:
            return error.problem
        return CERTIFICATE_SHOWN.problem(fingerprint=shown, detail=error.problem.detail)
