"""What it costs to be told the truth: quiet runs, the night, and thirty thousand receipts that nobody can book.

    python -m benchmarks.truth [--small]

CPU time (user and system) of this process: it is what the till's PC has to do, however busy the PC that measures is.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.measure import Server
from benchmarks.memory import peak_megabytes
from benchmarks.world import opened
from benchmarks.years import fill
from connectors import REGISTRY
from synccenter.cli.main import open_shop
from synccenter.cli.output import Telling
from synccenter.contract import catalogue
from synccenter.contract.connector import Booked, Delivered, ReadsBack
from synccenter.contract.model import Document, Voucher
from synccenter.core.database import SQLite
from synccenter.journal.delivery import RECEIPT
from synccenter.journal.printing import present
from synccenter.reports.watch import Watchman
from synccenter.run.engine import Engine
from synccenter.shop import Shop
from synccenter.till.demo import build
from synccenter.truth.assessment import assess, assess_all, recent
from tests.worlds.books import Books, describe
from tests.worlds.clock import Clock
from tests.worlds.data_folder import DataFolder
from tests.worlds.small_shop import Rows

FIRST = date(2026, 11, 2)
A_CENT_MORE = "UPDATE receipt_payment SET amount=amount+1 WHERE row=1"


def tell(what: str, **found: Any) -> None:
    """A row of what was measured."""
    print(json.dumps({"what": what, **found}, ensure_ascii=False), flush=True)


def cpu(work: Callable[[], Any]) -> tuple[Any, float]:
    """What it gave, and the CPU seconds that it took."""
    started = time.process_time()
    return work(), round(time.process_time() - started, 3)


def printed(shop: Shop, reports: int) -> None:
    """What was sent has the prints that the program gives it; of a long ledger the last days."""
    database = shop.ledger.database
    for till in ("1", "2"):
        last = shop.sales.last_receipt(till)
        first = max(1, last - 40 * (last // (reports // 2))) if last > 150_000 else 1
        with database.transaction():
            for number, looks in present(shop.sales, RECEIPT, till, first, last):
                database.execute(
                    "UPDATE covered SET print=:looks WHERE company=:company AND what='receipt' AND till=:till"
                    " AND number=:number",
                    {"looks": looks, "company": shop.ledger.company, "till": till, "number": number},
                )


def quiet(work: Path, count: int) -> None:
    """Runs in which nothing is new, and one after somebody has written in the till."""
    folder, reports = work / "quiet", count * 7 // 2000 // 2 * 2
    with Server(1000) as server:
        fill(folder, receipts=count, reports=reports, address=server.address())
        shop, log = opened(folder)
        printed(shop, reports)

        def run() -> str:
            with log.section("Synkronisera"):
                return Engine(shop, Telling(log, quiet=True)).run(everything=False).result

        run()  # the day's look through the file, and the week's copy
        for what in ("kassan har skrivit", "inget nytt", "inget nytt igen"):
            if what == "kassan har skrivit":
                shop.till.execute("UPDATE till SET name=name || ' '")
            result, seconds = cpu(run)
            tell(f"körning, {what}", underlag=count, cpu=seconds, result=result)
        shop.close()
        log.close()


def night(work: Path, count: int) -> None:
    """Everything since the start date against the ledger, a year of receipts; and the last days of it alone."""
    folder = work / "night"
    with Server(1000) as server:
        fill(folder, receipts=count, reports=700, address=server.address())
    shop, log = opened(folder)
    printed(shop, 700)
    found, seconds = cpu(lambda: assess_all(shop, None))
    tell(
        "natten, ett år mot journalen", kvitton=count, cpu=seconds, mb=round(peak_megabytes()), fel=len(found.problems)
    )
    found, seconds = cpu(lambda: assess(shop))
    tell("35 dagar mot journalen", cpu=seconds, fel=len(found.problems))
    shop.close()
    log.close()


class Pages:
    """Books that read back as pages of a thousand vouchers in JSON, as a server's lists come; no line, no server."""

    def __init__(self, shop: Shop) -> None:
        self.asked = 0
        there = shop.ledger.between(*recent(shop))
        encode = msgspec.json.Encoder().encode
        vouchers = [
            Booked(
                reference=one.reference, external_id=one.external_id, date=one.business_date, postings=document.postings
            )
            for one in there
            if isinstance(document := one.document, Voucher)
        ]
        self.pages = [encode(vouchers[start : start + 1000]) for start in range(0, len(vouchers), 1000)]

    def read_back(self, sent: Iterable[Delivered]) -> Iterator[Booked]:
        """Every page, and of them what was asked for."""
        wanted = {one.document.reference for one in sent}
        decoder = msgspec.json.Decoder(list[Booked])
        for page in self.pages:
            self.asked += 1
            yield from (one for one in decoder.decode(page) if one.reference in wanted)


def night_with_pages(work: Path, count: int) -> None:
    """The whole night of a year: all of it against the ledger, and the books of the last 35 days read back by pages."""
    folder = work / "sidor"
    with Server(1000) as server:
        fill(folder, receipts=count, reports=700, address=server.address())
    shop, log = opened(folder)
    printed(shop, 700)
    books = Pages(shop)
    found, seconds = cpu(lambda: assess_all(shop, books))
    tell(
        "hela natten, böckerna i sidor",
        kvitton=count,
        sidor=books.asked,
        cpu=seconds,
        mb=round(peak_megabytes()),
        fel=len(found.problems),
    )
    shop.close()
    log.close()


def night_with_files(work: Path, count: int) -> None:
    """The books read back: one SIE file for each receipt."""
    out = work / "ut"
    out.mkdir()
    data = _traded(work / "filer", REGISTRY, count)
    data.settings("integration.system=files", f"files.folder_out={out}")
    shop = data.shop()
    outcome, seconds = cpu(lambda: Engine(shop, Rows()).run(everything=False))
    tell("filkopplingen: skickat", underlag=outcome.sent, cpu=seconds)
    books = shop.connector()
    assert isinstance(books, ReadsBack)
    found, seconds = cpu(lambda: assess_all(shop, books))
    tell("filkopplingen: natten", underlag=outcome.sent, cpu=seconds, fel=len(found.problems))
    shop.close()


def refused(work: Path, count: int, *, by_the_till: bool) -> None:
    """Thirty thousand that are an öre wrong in the till, or that the business system says no to."""
    books = Books()
    data = _traded(work / f"stopp-{by_the_till}", {"memory": describe(books)}, count)
    data.settings("integration.system=memory", "mail.to=a@b.se", "mail.server=127.0.0.1", "mail.port=9")
    if by_the_till:
        data.sql(A_CENT_MORE)
    else:
        books.refuse = _no
    for turn in range(3):
        shop, log = open_shop(data.folder, data.registry)

        def run(shop: Shop = shop, log: Any = log) -> Any:
            with log.section("Synkronisera"):
                outcome = Engine(shop, Telling(log, quiet=True)).run(everything=False)
                Watchman(time_out=0.1).after_run(shop, log, outcome)
            return outcome

        outcome, seconds = cpu(run)
        rows = [row for row in log.path_today().read_text("utf-8").splitlines() if "FEL!" in row]
        mails = list((data.folder / "utkorg").glob("*.eml"))
        tell(
            f"stoppade {'i kassan' if by_the_till else 'av affärssystemet'}, körning {turn + 1}",
            stoppade=outcome.parked,
            försökta=books.sends,
            cpu=seconds,
            rader=len(rows),
            längst=max(map(len, rows), default=0),
            logg=log.path_today().stat().st_size,
            mejl=len(mails),
            byte=sum(one.stat().st_size for one in mails),
            koder=sorted({problem.code for problem in outcome.problems}),
        )
        shop.close()
        log.close()


def _no(document: Document) -> Any:
    return catalogue.UNEXPECTED.problem(item=document.reference) if isinstance(document, Voucher) else None


def _traded(folder: Path, registry: Any, count: int) -> DataFolder:
    data = DataFolder(folder, registry, Clock(datetime(2026, 12, 6, 8, 0, tzinfo=UTC)))
    database = SQLite(data.till)
    build(database, seed=1, days=20, receipts=count // 20, start=FIRST)
    database.close()
    data.settings(f"safety.cutover={FIRST}", "posting.unit=receipt")
    return data


def main() -> None:
    """Measure and print a row for each."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--small", action="store_true", help="a hundredth of everything, to see that it works")
    small = 100 if parser.parse_args().small else 1
    work = Path(tempfile.mkdtemp(prefix="jobsync-sant-"))
    try:
        quiet(work, 1_000_000 // small)
        night(work, 200_000 // small)
        night_with_pages(work, 200_000 // small)
        night_with_files(work, 5_000 // small)
        refused(work, 30_000 // small, by_the_till=True)
        refused(work, 30_000 // small, by_the_till=False)
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
