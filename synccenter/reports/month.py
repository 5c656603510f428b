"""The monthly packet to the bookkeeper: the month's proof as one web page, and what was sent as one archive file.

Made by hand (`jobsync month 2026-11`) and mailed to `mail.monthly` by the till that owns the sync, once, on one of
the first days of the next month.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

from msgspec import Struct

from synccenter.contract.connector import ReadsBack, WritesArchive
from synccenter.contract.disk import write_atomically
from synccenter.contract.errors import Problem, SyncError
from synccenter.contract.model import Document, Ore, Voucher, kronor
from synccenter.core.logs import Log
from synccenter.core.rights import private_folder
from synccenter.journal.delivery import DONE, State
from synccenter.mail.letters import Letter
from synccenter.reports.alerts import Alerts
from synccenter.reports.month_page import Month, month_name, page
from synccenter.shop import Shop
from synccenter.truth.assessment import add_books
from synccenter.truth.corrections import corrector
from synccenter.truth.proof import prove
from synccenter.truth.proven import Proof

LAST_DAY = 5
"""The packet goes out on one of the days 1-5: a till that was off on the first is not forgotten."""

READ_BACK_AT_MOST = 300
"""So many documents are read back from the business system; a month of more is proven against what was sent."""


class Packet(Struct, frozen=True):
    """The files of a month, by name."""

    month: Month
    files: tuple[tuple[str, bytes], ...]


def month_of(day: date) -> tuple[date, date]:
    """First and last day of the month that holds a day."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def make(shop: Shop, day: date) -> Packet:
    """The packet of the month that holds a day. Raises SyncError when till or ledger cannot be read."""
    first, last = month_of(day)
    documents = _sent(shop, first, last)
    month = _month(shop, first, last, documents)
    name = f"{first:%Y-%m} {_file_name(shop.company.name)}"
    files = [(f"Bevis {name}.html", page(month, shop.clock()).encode())]
    archive = _archive(shop, documents)
    if archive:
        files.append((f"Verifikationer {name}{archive[0]}", archive[1]))
    return Packet(month, tuple(files))


def write(packet: Packet, folder: Path) -> list[Path]:
    """Put the files of a packet into a folder. Raises OSError."""
    if not folder.is_dir():
        private_folder(folder)
    paths = []
    for name, content in packet.files:
        write_atomically(folder / name, content)
        paths.append(folder / name)
    return paths


def send_when_due(shop: Shop, alerts: Alerts, log: Log) -> None:
    """Mail last month's packet when it is time and has not been done. Raises SyncError, and is then tried again."""
    today, cutover = shop.today(), shop.settings.safety.cutover
    if today.day > LAST_DAY or not shop.settings.mail.monthly:
        return
    first, last = month_of(today.replace(day=1) - timedelta(days=1))
    place = f"month:{first:%Y-%m}"
    if cutover is None or cutover > last or shop.ledger.place(place) is not None:
        return
    packet = make(shop, first)
    if alerts.monthly(_letter(packet.month), packet.files):
        shop.ledger.set_place(place, shop.clock().isoformat())
        log.row(f"Månadspaketet för {month_name(first)} är lagt i utkorgen.")


def _letter(month: Month) -> Letter:
    name = month_name(month.first)
    till, _, _ = month.proof.total()
    verdict = month.proof.verdict if month.proof.clean else "Något behöver förklaras: se bilagan."
    lead = (
        f"Här är {name}: {len(month.proof.reports)} Z-rapporter på {kronor(till)} kr. {verdict}"
        " Beviset är bifogat som webbsida (går att skriva ut), och det som skickats som fil för arkivet."
    )
    return Letter(f"månadspaket {name}", lead)


def _sent(shop: Shop, first: date, last: date) -> list[Document]:
    done = (one for one in shop.ledger.between(first, last) if one.state in DONE)
    return [one.document for one in done if one.state is State.SENT and one.document is not None]


def _month(shop: Shop, first: date, last: date, documents: Sequence[Document]) -> Month:
    company = shop.company
    proof, not_read = _proof(shop, first, last, len(documents))
    vouchers = [document for document in documents if isinstance(document, Voucher)]
    accounts: dict[int, tuple[Ore, Ore]] = {}
    for voucher in vouchers:
        for row in voucher.postings:
            debit, credit = accounts.get(row.account, (0, 0))
            accounts[row.account] = (debit + max(row.amount, 0), credit + max(-row.amount, 0))
    return Month(
        first=first,
        last=last,
        company=company.name,
        org_number=company.org_number,
        store=company.store,
        system=shop.description.title,
        proof=proof,
        sent=len(documents),
        other_documents=len(documents) - len(vouchers),
        accounts=dict(sorted(accounts.items())),
        not_read=not_read,
    )


def _proof(shop: Shop, first: date, last: date, count: int) -> tuple[Proof, Problem | None]:
    """The proof with the books read back where that can be done; else why it could not."""
    problem = None
    if count <= READ_BACK_AT_MOST:
        try:
            connector = shop.connector()
            if isinstance(connector, ReadsBack):
                proof = prove(shop.sales, shop.ledger, first, last, books=connector, correct=corrector(shop))
                add_books(shop, proof)
                return proof, None
        except SyncError as error:
            problem = error.problem
    return prove(shop.sales, shop.ledger, first, last, books=None, correct=corrector(shop)), problem


def _archive(shop: Shop, documents: Sequence[Document]) -> tuple[str, bytes] | None:
    """One file with everything sent, by the first business system of the registry that knows a format for it."""
    if not documents:
        return None
    for description in shop.registry.values():
        with suppress(SyncError):  # a business system that is not set up here; another may know a format
            connector = shop.open_connector(description)
            try:
                if isinstance(connector, WritesArchive):
                    return connector.archive(documents)
            finally:
                connector.close()
    return None


def _file_name(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum() or sign in " -&").strip()[:60] or "företaget"
