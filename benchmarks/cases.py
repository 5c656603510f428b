"""What is measured: the rows of the table, each beside the plain floor where there is one."""

from __future__ import annotations

import sys
import time
from datetime import date
from pathlib import Path

from msgspec import Struct

from benchmarks import data, idle
from benchmarks.csvfile import make_register
from benchmarks.measure import Case, Figures, Server, compare, module, run
from benchmarks.world import copy, make, opened
from benchmarks.years import fill
from synccenter.till.demo import build
from tests.worlds.postgres import running


class Row(Struct, frozen=True):
    """A line of the table. `goal` and `kept` say what was wanted and whether it holds; None: nothing was promised."""

    what: str
    floor: str
    ours: str
    goal: str
    kept: bool | None = None


class Bench:
    """Runs the cases one group at a time; `rows` is the table."""

    def __init__(self, work: Path, server: Server, rounds: int) -> None:
        self.rows: list[Row] = []
        self._work = work
        self._server = server
        self._rounds = rounds
        self._run = work / "run"
        self._empty = make(work / "empty", bench__address=server.address())
        self._synced = work / "synced"

    def _row(self, what: str, floor: str, ours: str, goal: str, kept: bool | None = None) -> None:
        self.rows.append(Row(what, floor, ours, goal, kept))
        print(f"{what}: {floor} | {ours} | {goal} | {kept}", file=sys.stderr, flush=True)

    def _ours(self, name: str, base: Path, *words: str, changed: bool = False) -> Case:
        def prepare() -> None:
            copy(base, self._run)
            self._server.control(changed=changed)

        return Case(name, module("ours", self._run, *words), prepare)

    def _floor(self, name: str, *, kept: bool = False, words: tuple[str, ...] = (), changed: bool = False) -> Case:
        file = self._work / ("lean.sqlite" if "--lean" in words else "floor.sqlite")

        def prepare() -> None:
            self._server.control(changed=changed)
            if not kept:
                file.unlink(missing_ok=True)

        return Case(name, module("floor", self._server.address(), file, *words), prepare)

    # --- registers -------------------------------------------------------------------------------------------

    def registers(self) -> None:
        """Full, full compare, delta: 100,000 articles with their barcodes."""
        floor, lean, ours = compare(
            [self._floor("floor"), self._floor("12", words=("--lean",)), self._ours("full", self._empty)], self._rounds
        )
        self._row("Golvet med 12 kolumner i stället för 28", _seconds(floor), f"{lean.ratio(floor):.2f} ×", "")
        ratio = ours.ratio(floor)
        self._row("Allt, 100 000 artiklar, tom kassa", _seconds(floor), _times(ours, floor), "högst 1,0 ×", ratio <= 1)
        resting, peak = ours.median("idle"), ours.median("peak")
        self._row("Minne, samma körning", f"{floor.median('peak'):.0f} MB", _memory(resting, peak), "vila + 30 MB",
                  peak - resting <= 30)  # fmt: skip
        copy(self._empty, self._run)
        self._server.control()
        run(module("ours", self._run))
        copy(self._run, self._synced)
        floor, ours = compare(
            [self._floor("again", kept=True), self._ours("compare", self._synced, "--all")], self._rounds
        )
        ratio = ours.ratio(floor)
        self._row("Jämför allt, inget ändrat", _seconds(floor), _times(ours, floor), "högst 0,6 ×", ratio <= 0.6)
        since = ("--since", data.CHANGED_SINCE)
        then = f"{self._server.address()}/control?changed=1"
        changed = [
            self._floor("delta", kept=True, words=since, changed=True),
            self._ours("delta", self._synced, "--times", "2", "--then", then),
        ]
        floor, ours = compare(changed, self._rounds)
        asked = self._server.control()["requests"]
        work = ours.median("cpu") * 1000
        plain = f"{floor.median('cpu') * 1000:.0f} ms CPU"
        self._row("Förändringar, 1 % ändrat", plain, f"{work:.0f} ms CPU, {asked} frågor",
                  "högst 100 ms, 2 frågor", work <= 100 and asked <= 2)  # fmt: skip
        (ours,) = compare([self._ours("nothing", self._synced, "--times", "3")], self._rounds)
        used = ours.median("cpu") * 1000
        self._row("Förändringar, inget nytt", "", f"{used:.1f} ms CPU", "10 ms CPU, 1 fråga", used < 10)

    def slow_line(self) -> None:
        """100 ms a request, without and with a limit of 25 requests in 5 seconds."""
        slow = make(self._work / "slow", bench__address=self._server.address(slow=True))
        (ours,) = compare([self._ours("slow", slow)], self._rounds)
        wall = ours.median("wall")
        self._row("Allt vid 100 ms per fråga, 4 sidor i luften", "i tur och ordning: minst 20 s", f"{wall:.1f} s",
                  "högst 7,5 s", wall <= 7.5)  # fmt: skip
        address = self._server.address(slow=True, limited=True)
        base = make(self._work / "limited", bench__address=address, bench__limited=True)
        limited = self._ours("limited", base)

        def rested() -> None:
            time.sleep(6)  # the server still counts what was asked just before
            limited.prepare()

        (ours,) = compare([Case(limited.name, limited.command, rested)], min(self._rounds, 3))
        counts = self._server.control()
        # The first 25 may go at once: the permitted rate is that of all that come after them.
        wall = ours.median("wall")
        used = (counts["requests"] - 25) / 25 * 5 / wall
        self._row("Samma, högst 25 frågor per 5 s", "gränsen själv: 35 s",
                  f"{wall:.1f} s, {counts['refused']} st 429, {used:.0%} av takten", "högst 37 s, inga 429",
                  wall <= 37 and not counts["refused"])  # fmt: skip

    def till(self) -> None:
        """The till's wait for a write."""
        alone, beside = compare(
            [
                Case("alone", module("till", self._run, "nothing"), lambda: copy(self._empty, self._run)),
                Case("beside", module("till", self._run), lambda: copy(self._empty, self._run)),
            ],
            self._rounds,
        )
        p99, longest = beside.median("p99"), beside.median("longest")
        self._row("Kassans väntan på en skrivning under Allt", f"utan synk: 99 % under {alone.median('p99'):.1f} ms",
                  f"99 % under {p99:.0f} ms, längst {longest:.0f} ms", "99 % under 25 ms, längst 100 ms",
                  p99 < 25 and longest <= 100)  # fmt: skip

    def at_rest(self) -> None:
        """The start, and a minute in which nothing happens."""
        found = idle.measure()
        self._row("Start till ikonen, från källkoden", "", f"{found.start:.2f} s", "högst 0,8 s", found.start <= 0.8)
        rest, later = found.icon_only, found.after_a_window
        self._row("I vila, en minut, bara ikonen", f"Python, GTK och en ikon: {found.bare:.0f} MB", _rest(rest),
                  "högst 10 ms CPU, 10 uppvaknanden, 55 MB",
                  rest.cpu_ms <= 10 and rest.wake_ups <= 10 and rest.memory <= 55)  # fmt: skip
        self._row("I vila sedan ett fönster visats", "", _rest(later), "")

    # --- receipts --------------------------------------------------------------------------------------------

    def receipts(self) -> None:
        """Ten thousand receipts, one request each, every intent and answer durable."""
        first = date(2026, 11, 2)
        settings = {"posting__unit": "receipt", "safety__cutover": first, "integration__registers": "stock"}
        base = make(self._work / "receipts", bench__address=self._server.address(), **settings)
        shop, log = opened(base)
        build(shop.till, seed=1, days=10, receipts=1050, start=first)
        shop.close()
        log.close()
        floor, ours = compare(
            [Case("post", module("post", self._server.address(), 10_000)), self._ours("receipts", base)],
            min(self._rounds, 3),
        )
        each = ours.median("cpu") / ours.median("sent") * 1000
        plain = floor.median("cpu") / 10_000 * 1000
        self._row("10 000 kvitton skickade, hållbart", f"{plain:.2f} ms CPU styck (requests och en rad i SQLite)",
                  f"{each:.2f} ms CPU styck", "högst 1 ms CPU styck", each <= 1)  # fmt: skip
        posted = self._server.control()["posted"]
        self._row("Frågor per underlag", "1", f"{posted / ours.median('sent'):.3f}", "1", posted == ours.median("sent"))

    def file(self) -> None:
        """A register of 100,000 rows in a CSV file."""
        register = self._work / "csv" / "artiklar.csv"
        make_register(register)
        base = make(self._work / "files", integration__system="files", files__folder_in=str(register.parent))
        file = self._work / "csv.sqlite"
        by_hand = Case("hand", module("csvfile", register, file), lambda: file.unlink(missing_ok=True))
        floor, ours = compare([by_hand, self._ours("file", base)], self._rounds)
        ratio, peak = ours.ratio(floor), ours.median("peak")
        self._row("CSV-register, 100 000 rader", _seconds(floor), f"{_times(ours, floor)}, {peak:.0f} MB",
                  "högst 2 ×, under 150 MB", ratio <= 2 and peak < 150)  # fmt: skip

    def postgres(self) -> None:
        """A till on a shared PostgreSQL: registers down, receipts up."""
        first = date(2026, 11, 2)
        with running() as url:
            settings = {"general__till_database": url, "posting__unit": "receipt", "safety__cutover": first}
            base = make(self._work / "postgres", bench__address=self._server.address(), **settings)
            down = run(module("ours", base))
            self._row(
                "PostgreSQL ner: 100 000 artiklar, tom kassa", "", f"{down['wall']:.1f} s, {down['cpu']:.1f} s CPU", ""
            )
            again = run(module("ours", base, "--all"))
            self._row("PostgreSQL: jämför allt", "", f"{again['wall']:.1f} s, {again['cpu']:.1f} s CPU", "")
            shop, log = opened(base)
            build(shop.till, seed=1, days=2, receipts=1000, start=first)
            shop.close()
            log.close()
            up = run(module("ours", base))
            each = f"{up['wall'] / up['sent'] * 1000:.1f} ms, {up['cpu'] / up['sent'] * 1000:.1f} ms CPU styck"
            self._row(f"PostgreSQL upp: {up['sent']} kvitton", "", each, "")

    # --- years -----------------------------------------------------------------------------------------------

    def years(self) -> None:
        """The proof of a year."""
        year = self._work / "year"
        fill(year, receipts=200_000, reports=700, address=self._server.address())
        (proof,) = compare([Case("proof", module("prove", year))], self._rounds)
        wall = proof.median("wall")
        self._row("Bevis för ett år (200 000 kvitton, 700 Z)", "", f"{wall:.2f} s, {proof.median('peak'):.0f} MB",
                  "under 2 s", wall < 2 and bool(proof.rounds[0]["clean"]))  # fmt: skip

    def million(self) -> None:
        """What grows: a million articles, a ledger of a million."""
        for count in (250_000, 500_000, 1_000_000):
            with Server(count) as server:
                base = make(self._work / "many", bench__address=server.address())
                figures = run([*module("ours", copy(base, self._run)), "--all"])
            each = figures["wall"] / count * 1e6
            took = f"{figures['wall']:.1f} s, {each:.1f} µs styck"
            resting, peak = figures["idle"], figures["peak"]
            self._row(f"Allt, {_number(count)} artiklar", "", f"{took}, {_memory(resting, peak)}",
                      "högst 1,2 × (vila + 30 MB)", peak <= 1.2 * (resting + 30))  # fmt: skip
        for count in (250_000, 1_000_000):
            five = self._work / "five"
            fill(five, receipts=count, reports=count * 7 // 2000 // 2 * 2, address=self._server.address())
            run(module("ours", five))  # the day's look through the file, and the week's copy
            (ours,) = compare([Case("nothing", module("ours", five))], self._rounds)
            wall = ours.median("wall")
            self._row(f"Inget nytt, journal med {_number(count)} underlag", "", f"{wall * 1000:.0f} ms",
                      "under 0,3 s", wall < 0.3)  # fmt: skip


def _number(count: int) -> str:
    return f"{count:,}".replace(",", " ")


def _seconds(figures: Figures) -> str:
    return f"{figures.median('whole'):.2f} s"


def _times(ours: Figures, floor: Figures) -> str:
    cpu = ours.ratio(floor, "whole_cpu")
    return f"{_seconds(ours)} = {ours.ratio(floor):.2f} × (CPU {cpu:.2f} ×)"


def _rest(rest: idle.Rest) -> str:
    return f"{rest.cpu_ms:.1f} ms CPU, {rest.wake_ups:.0f} uppvaknanden, {rest.memory:.0f} MB"


def _memory(resting: float, peak: float) -> str:
    return f"vila {resting:.0f} + {peak - resting:.0f} MB"
