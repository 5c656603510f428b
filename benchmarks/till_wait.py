"""How long the till waits while everything is fetched from a business system that takes 100 ms an answer.

    python -m benchmarks.till_wait [ARTICLES]

A process of its own fetches a register of 100,000 articles (pages of 1,000) into the till's database, through the
whole engine, over HTTP. Meanwhile this process plays the till: a writer that commits a receipt of four rows every
5 ms, durably, and a reader that looks an article up by its number every 5 ms. What each had to wait is measured by
the monotonic clock around the whole statement or transaction. Promised: 99 % under 25 ms, the longest under 100 ms.
The exit code is 1 when it is not so.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Annotated

from msgspec import Struct

from connectors.wire.http import Http, Server
from synccenter.contract.connector import Capabilities, Connector, Description, Page, Session
from synccenter.contract.errors import Problem
from synccenter.contract.finding import Finding, Severity
from synccenter.contract.model import Article, DocumentKind, Register
from synccenter.contract.options import Option, Url
from synccenter.core.database import SQLite
from synccenter.core.secrets import FileVault, Keychain
from synccenter.run.engine import Engine
from synccenter.shop import Shop
from synccenter.till import schema
from synccenter.till.demo import open_shop
from tests.worlds.fakes.server import FakeServer, Reply, Request

PAGE = 1000
ANSWER_SECONDS = 0.1
EVERY = 0.005
P99, LONGEST = 25.0, 100.0


class SlowSettings(Struct, frozen=True):
    address: Annotated[Url, Option(label="Adress", help="Där den svarar.")] = ""


class Items(Struct):
    """A page of articles."""

    rows: list[Article]


class Slow(FakeServer):
    """A business system that thinks for 100 ms."""

    def __init__(self, articles: int) -> None:
        self.pages = [
            json.dumps({"rows": [_article(number) for number in range(start, min(start + PAGE, articles))]}).encode()
            for start in range(0, articles, PAGE)
        ]
        super().__init__()
        self._lock = threading.RLock()

    def answer(self, request: Request) -> Reply:
        """A page, when it has been thought over."""
        time.sleep(ANSWER_SECONDS)
        number = int(request.query["page"])
        body = self.pages[number] if number < len(self.pages) else b'{"rows": []}'
        return Reply(200, body, {"Content-Type": "application/json"})


def _article(number: int) -> dict[str, object]:
    return {"number": f"A{number}", "name": f"Vara nummer {number} i registret", "price": 1000 + number % 900}


class Slowly:
    """The connector of it."""

    def __init__(self, session: Session[SlowSettings]) -> None:
        self._http = Http(session, Server(system="Långsam", base=session.settings.address, log_bodies=False))

    def check(self) -> Iterable[Finding]:
        """See `Connector.check`."""
        return [Finding(Severity.GREEN, "Långsam svarar")]

    def close(self) -> None:
        """See `Connector.close`."""
        self._http.close()

    def fetch(self, register: Register, since: str | None) -> Iterator[Page]:
        """See `FetchesRegisters.fetch`."""
        del register, since
        number = 0
        while rows := self._http.get("/items", Items, {"page": number}).rows:
            yield Page(rows)
            number += 1
        yield Page((), full=True)


def _open(session: Session[SlowSettings]) -> Connector:
    return Slowly(session)


SLOW = Description(
    name="slow",
    title="Långsam",
    settings=SlowSettings,
    capabilities=Capabilities(
        fetches=frozenset({Register.ARTICLES}),
        sends=frozenset({DocumentKind.VOUCHER}),  # nothing is sold, so nothing is sent
    ),
    open=_open,
)


class Silent:
    """A report that nobody reads."""

    def row(self, text: str) -> None:
        """Nothing."""

    def warning(self, text: str) -> None:
        """Nothing."""

    def error(self, problem: Problem) -> None:
        """Faults end the measurement."""
        raise SystemExit(problem.sentence())

    def debug(self, text: str) -> None:
        """Nothing."""

    def progress(self, what: str, done: int, of: int | None) -> None:
        """Nothing."""


def shop_in(folder: Path) -> Shop:
    """The shop of the measurement."""
    return Shop(folder, {"slow": SLOW}, Keychain("bench", FileVault(folder / "valv.json")))


def sync(folder: Path) -> None:
    """The other process: one whole fetch."""
    shop = shop_in(folder)
    outcome = Engine(shop, Silent()).run(everything=True)
    shop.close()
    print(json.dumps({"fetched": outcome.fetched, "result": outcome.result}))


class Player(threading.Thread):
    """Does something every 5 ms on a connection of its own, and notes how long it took."""

    def __init__(self, path: Path, work: Callable[[sqlite3.Connection, int], object]) -> None:
        super().__init__(daemon=True)
        self.waits: list[float] = []
        self.stop = threading.Event()
        self._path = path
        self._work = work

    def run(self) -> None:
        """Until told to stop."""
        database = sqlite3.connect(self._path, isolation_level=None, timeout=60)
        database.execute("PRAGMA synchronous=FULL")
        turn = 0
        while not self.stop.wait(EVERY):
            turn += 1
            started = time.perf_counter()
            self._work(database, turn)
            self.waits.append((time.perf_counter() - started) * 1000)
        database.close()


def _write(database: sqlite3.Connection, turn: int) -> None:
    database.execute("BEGIN IMMEDIATE")
    database.execute(
        "INSERT INTO receipt (company, till, number, state, at)"
        " VALUES ('1', '1', ?, 'finished', '2026-11-02T12:00:00')",
        (turn,),
    )
    for row in (1, 2):
        database.execute(
            "INSERT INTO receipt_line (company, till, receipt, row, kind, quantity, amount, vat, vat_rate)"
            " VALUES ('1', '1', ?, ?, 'goods', 1000, 1000, 200, 25)",
            (turn, row),
        )
    database.execute(
        "INSERT INTO receipt_payment (company, till, receipt, row, method, amount)"
        " VALUES ('1', '1', ?, 1, 'KORT', 2000)",
        (turn,),
    )
    database.execute("COMMIT")


def _read(database: sqlite3.Connection, turn: int) -> object:
    sql = "SELECT name, price FROM article WHERE company='1' AND number=?"
    return database.execute(sql, (f"A{turn * 37 % 100_000}",)).fetchone()


def told(name: str, waits: list[float]) -> bool:
    """A row of the result; whether the promise is kept."""
    ordered = sorted(waits)
    p99, longest = ordered[int(len(ordered) * 0.99)], ordered[-1]
    median = ordered[len(ordered) // 2]
    print(f"{name}: {len(ordered)} times, median {median:.2f} ms, p99 {p99:.2f} ms, longest {longest:.2f} ms")
    return p99 < P99 and longest < LONGEST


def main() -> int:
    """Measure and print."""
    if sys.argv[1:2] == ["--sync"]:
        sync(Path(sys.argv[2]))
        return 0
    articles = int(sys.argv[1]) if sys.argv[1:] else 100_000
    server = Slow(articles)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = SQLite(folder / "kassa.sqlite")
        schema.create(database)
        open_shop(database)
        database.close()
        shop = shop_in(folder)
        shop.settings.set("slow.address", server.address)
        shop.settings.set("safety.cutover", "2026-11-02")
        shop.settings.save()
        shop.close()
        players = {"writer": Player(folder / "kassa.sqlite", _write), "reader": Player(folder / "kassa.sqlite", _read)}
        for player in players.values():
            player.start()
        time.sleep(0.5)
        alone = {kind: len(player.waits) for kind, player in players.items()}
        started = time.monotonic()
        subprocess.run([sys.executable, "-m", "benchmarks.till_wait", "--sync", str(folder)], check=True)
        seconds = time.monotonic() - started
        for player in players.values():
            player.stop.set()
            player.join()
        print(f"{articles} articles in {seconds:.1f} s, {ANSWER_SECONDS * 1000:.0f} ms an answer")
        kept = [told(kind, player.waits[alone[kind] :]) for kind, player in players.items()]
    server.close()
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
