"""A good day reads like a good day; the Debug log has every request and answer, masked and limited."""

from __future__ import annotations

import re

import pytest

from synccenter.contract.model import Register
from synccenter.core import logs
from tests.worlds.books import articles
from tests.worlds.fakes.server import Fault
from tests.worlds.fakes.toy_system import KEY
from tests.worlds.fixtures import Open

Capture = pytest.CaptureFixture[str]


def read_well(rows: list[str]) -> None:
    """A short section, each row with its time, ending in how it went."""
    assert len(rows) < 15
    assert rows[0].startswith("---- 2026-11-20 ")
    assert all(re.match(r"\d\d:\d\d:\d\d \S", row) for row in rows[1:])
    assert not any(row.startswith(("FEL!", "OBS!")) for row in rows)
    assert "Klart: " in rows[-1] or "Inget nytt" in rows[-1]


def test_a_day_with_all_registers_and_two_tills_is_under_fifteen_rows(shop: Open, capsys: Capture) -> None:
    store = shop(system="files")
    header = "Artikelnr;Namn;Varugrupp;Moms;Pris inkl moms;Streckkod;Lager\n"

    def register(more: int) -> None:
        rows = "".join(f"5{n:05};Vara {n};Bröd;6;{n + more},50;73{n:05};{n}\n" for n in range(1, 3001))
        (store.folder / "in" / "artiklar.csv").write_text(header + rows, "utf-8")

    register(0)
    (store.folder / "in" / "priser.csv").write_text(
        "Prislista;Artikelnr;Pris inkl moms\n" + "".join(f"A;5{n:05};{n},00\n" for n in range(1, 500)), "utf-8"
    )
    (store.folder / "in" / "kunder.csv").write_text(
        "Kundnr;Namn\n" + "".join(f"{n};Kund {n}\n" for n in range(1, 800)), "utf-8"
    )
    store.trade(150, tills=2)
    store.sql("DELETE FROM price")  # the demo's own, which the shop's file does not hold
    first = store.sync(capsys, everything=True)
    read_well(first.rows)
    assert sum("hämtade" in row for row in first.rows) >= 5
    assert sum(row.count("skickat till") for row in first.rows) == 2
    quiet = store.sync(capsys)
    read_well(quiet.rows)
    assert len(quiet.rows) == 2
    register(1)
    store.trade(150, tills=2)
    next_day = store.sync(capsys)
    read_well(next_day.rows)
    assert sum("Nytt pris" in row for row in next_day.rows) == 3
    assert any("och 2997 nya priser till" in row for row in next_day.rows)


def test_three_hundred_receipts_one_by_one_are_one_row_a_till(shop: Open, capsys: Capture) -> None:
    store = shop()
    store.settings("posting.unit=receipt")
    store.books.registers[Register.ARTICLES] = articles(50)
    store.trade(300, tills=2)
    ran = store.sync(capsys)
    read_well(ran.rows)
    told = [row for row in ran.rows if "kvitton (" in row]
    assert len(told) == 2
    assert sum(int(re.findall(r"(\d+) kvitton", row)[0]) for row in told) == len(store.sold("receipt"))
    assert store.booked() == dict.fromkeys(store.sold("receipt"), 1)


def test_the_debug_log_has_every_request_and_its_answer(shop: Open, capsys: Capture) -> None:
    store = shop(system="toy")
    assert store.toy is not None
    store.trade()
    ran = store.sync(capsys)
    debug = store.debug_log()
    exchanges = re.findall(r"^\d\d:\d\d:\d\d (GET|POST) http://\S+(?: \d+>\S*)* (\d{3}) \d+ ms", debug, re.MULTILINE)
    assert len(exchanges) == len(store.toy.seen) > 3
    sent = next(row for row in debug.split("\n") if " POST " in row and "/sales" in row)
    assert "1-Z1" in sent
    assert " ⇒ " in sent
    assert any(" ⇐ " in row for row in debug.split("\n"))
    assert not any("GET http" in row for row in ran.rows), "requests are for support, not for the cashier"


def test_secrets_are_masked_also_when_the_answer_repeats_them(shop: Open, capsys: Capture) -> None:
    store = shop(system="toy")
    assert store.toy is not None
    store.trade()
    store.toy.fail(Fault.ECHO, on=lambda request: request.method == "POST")
    ran = store.sync(capsys)
    assert len(ran.errors) == 1
    debug = store.debug_log()
    assert "X-Key" in debug, "the answer came back with our headers"
    for text in (debug, "\n".join(ran.rows), ran.screen, *(str(mail) for mail in store.mails())):
        assert KEY not in text
    assert re.search(r'"X-Key":<text \d+>', debug), "of a body that was not listed only its kind and length is shown"


def test_an_answer_without_end_fills_neither_row_nor_file(
    shop: Open, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = shop(system="toy")
    assert store.toy is not None
    for number in range(1, 15):
        store.toy.items[number] = {"number": str(number), "name": "x" * 20_000, "price": 1, "gone": False}
        store.toy.changed[number] = store.toy.world.server_clock.now
    store.trade()
    store.sync(capsys)
    assert max(len(row) for row in store.debug_log().split("\n")) < logs.DEBUG_ROW_LIMIT + 200
    monkeypatch.setattr(logs, "DEBUG_LIMIT", len(store.debug_log().encode()) + 500)
    for _ in range(5):
        store.sync(capsys, everything=True)
    debug = store.debug_log()
    assert len(debug.encode()) < logs.DEBUG_LIMIT + 500
    assert "Debug-loggen är full för i dag" in debug
