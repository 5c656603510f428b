"""A day read from a journal export stands in the till's tables to the öre, or waits with its reason.

Tells of `tillfiles/interpret.py`, `tillfiles/controls.py`, `tillfiles/release.py`, `tillfiles/tables.py` and
`tillfiles/values.py`.
"""

from __future__ import annotations

import pytest

from tests.tillfiles.conftest import Counter
from tests.worlds.journal_file import DAY, JournalFile


def simple(number: int = 1, *, z: int = 12) -> JournalFile:
    file = JournalFile()
    file.receipt(number, [("Kaffe", "125.00", 25)], [("Kort", "125.00")], z=z)
    return file


def test_three_lines_of_9_99_have_the_vat_of_the_receipts_own_list(counter: Counter) -> None:
    file = JournalFile()
    lines = [("Penna", "9.99", 25)] * 3
    file.receipt(1, lines, [("Kort", "29.97")], vat={25: "5.99"}, line_vat=["2.00"] * 3)
    file.z(12, "29.97", {25: "5.99"}, [("Kort", "29.97")], receipts=1)
    counter.read(file)
    assert counter.release().count == 1
    assert counter.rows("SELECT SUM(amount), SUM(vat) FROM receipt_line") == [(2997, 599)]
    assert counter.rows("SELECT sales, vat FROM z_vat") == [(2997, 599)]


@pytest.mark.parametrize("written", ["10.00", "-10.00"])
def test_a_discount_on_the_whole_receipt_is_spread_by_rate_whatever_sign_it_has(counter: Counter, written: str) -> None:
    file = JournalFile()
    lines = [("Kaffe", "60.00", 25), ("Bok", "40.00", 6)]
    file.receipt(1, lines, [("Kort", "90.00")], discount=written, vat={25: "10.80", 6: "2.04"})
    file.z(12, "90.00", {25: "10.80", 6: "2.04"}, [("Kort", "90.00")], receipts=1)
    counter.read(file)
    assert counter.release().problems == []
    assert counter.rows("SELECT vat_rate, amount, vat, discount FROM receipt_line ORDER BY row") == [
        (25, 5400, 1080, 600),
        (6, 3600, 204, 400),
    ]


@pytest.mark.parametrize("sign", ["", "-"])
def test_a_return_is_a_return_whatever_sign_the_till_writes(counter: Counter, sign: str) -> None:
    file = simple()
    file.receipt(2, [("Kaffe", f"{sign}125.00", 25)], [("Kort", f"{sign}125.00")], kind="Returkvitto")
    file.z(12, "0.00", {25: "0.00"}, [("Kort", "0.00")], receipts=1, returns=(1, f"{sign}125.00"))
    counter.read(file)
    assert counter.release().problems == []
    assert counter.rows("SELECT amount, vat FROM receipt_line WHERE receipt=2") == [(-12500, -2500)]
    assert counter.rows("SELECT amount FROM receipt_payment WHERE receipt=2") == [(-12500,)]
    assert counter.rows("SELECT total FROM z_report") == [(0,)]


def test_copies_training_pro_forma_and_x_reports_are_no_sales(counter: Counter) -> None:
    file = simple()
    for kind in ("Ovningskvitto", "KopiaAvKassakvitto", "ProFormaKvitto"):
        file.receipt(1, [("Kaffe", "125.00", 25)], [("Kort", "125.00")], kind=kind)
    file.z(0, "999.00", {25: "99.00"}, [], receipts=9, kind="XDagrapport")
    file.z(12, "125.00", {25: "25.00"}, [("Kort", "125.00")], receipts=1)
    assert counter.read(file).read == 1
    assert counter.release().count == 1
    assert counter.rows("SELECT COUNT(*), MAX(number) FROM receipt") == [(1, 1)]


def test_a_receipt_of_z_0_is_not_closed_and_is_read_again_when_it_is(counter: Counter) -> None:
    counter.read(simple(z=0))
    assert counter.release().count == 0
    assert counter.rows("SELECT * FROM receipt") == []
    closed = simple(z=12)
    closed.z(12, "125.00", {25: "25.00"}, [("Kort", "125.00")], receipts=1)
    counter.read(closed)
    assert counter.release().count == 1
    counter.read(simple(z=0))  # an older file, read late
    assert counter.store.alarms() == []


def test_rounding_on_a_line_of_its_own_and_rounding_that_has_no_line(counter: Counter) -> None:
    file = JournalFile()
    file.receipt(1, [("Kaffe", "124.60", 25), ("Öresavrundning", "0.40", 0)], [("Kontant", "125.00")])
    file.receipt(2, [("Kaffe", "124.60", 25)], [("Kontant", "125.00")])
    file.z(12, "250.00", {25: "49.84"}, [("Kontant", "250.00")], receipts=2)
    counter.read(file)
    assert counter.release().problems == []
    assert counter.rows("SELECT rounding FROM receipt") == [(40,), (40,)]
    assert counter.rows("SELECT total, rounding FROM z_report") == [(25000, 80)]


@pytest.mark.parametrize("payments", [[], [("Kort", "125.00")]])
def test_a_z_report_may_have_no_payments(counter: Counter, payments: list[tuple[str, str]]) -> None:
    file = simple()
    file.z(12, "125.00", {25: "25.00"}, payments, receipts=1)
    counter.read(file)
    assert counter.release().count == 1


def test_a_control_that_does_not_tie_stops_that_z_report_and_no_other(counter: Counter) -> None:
    file = simple()
    file.z(12, "200.00", {25: "25.00"}, [], receipts=1)
    file.receipt(2, [("Kaffe", "125.00", 25)], [("Kort", "125.00")], z=13)
    file.z(13, "125.00", {25: "25.00"}, [], receipts=1, at=f"{DAY}T20:00:00")
    counter.read(file)
    released = counter.release()
    assert released.count == 1
    [problem] = released.problems
    assert problem.code == "J07"
    assert "200,00 kr" in problem.what
    assert "125,00 kr" in problem.what
    assert counter.rows("SELECT number FROM z_report") == [(13,)]


def test_float_in_the_payments_is_proposed_to_warn_and_then_does(counter: Counter) -> None:
    file = JournalFile()
    file.receipt(1, [("Kaffe", "125.00", 25)], [("Kontant", "125.00")])
    file.z(12, "125.00", {25: "25.00"}, [("Kontant", "1125.00")], receipts=1)
    counter.read(file)
    released = counter.release()
    assert released.proposals == [("Exempelkassa", "payments")]
    counter.allow("payments")
    again = counter.release()
    assert again.count == 1
    assert again.warnings == [
        "Z K1-12, Betalsätt Kontant: Z-rapporten säger 1\N{NO-BREAK SPACE}125,00 kr, kvittona 125,00 kr."
    ]
    assert counter.rows("SELECT amount FROM z_method") == [(12500,)]


def test_the_business_date_is_that_of_the_first_receipt(counter: Counter) -> None:
    file = simple()
    file.z(12, "125.00", {25: "25.00"}, [], receipts=1, at="2027-01-05T00:12:00")
    counter.read(file)
    counter.release()
    assert counter.rows("SELECT business_date FROM z_report") == [(DAY,)]


def test_the_hour_that_comes_twice_in_october_is_told_apart_by_the_numbers(counter: Counter) -> None:
    file = JournalFile()
    for number, clock in enumerate(("02:50", "02:55", "02:10"), 1):
        file.receipt(number, [("Öl", "125.00", 25)], [("Kort", "125.00")], at=f"2027-10-31T{clock}:00")
    file.z(12, "375.00", {25: "75.00"}, [], receipts=3, at="2027-10-31T04:00:00")
    counter.read(file)
    assert counter.release().count == 1
    assert [row[0][-6:] for row in counter.rows("SELECT at FROM receipt ORDER BY number")] == [
        "+02:00",
        "+02:00",
        "+01:00",
    ]


def test_a_receipt_that_does_not_tie_in_itself_holds_its_z_report(counter: Counter) -> None:
    file = JournalFile()
    file.receipt(1, [("Kaffe", "125.00", 25)], [("Kort", "120.00")])
    file.z(12, "120.00", {25: "25.00"}, [], receipts=1)
    counter.read(file)
    [problem] = counter.release().problems
    assert problem.code == "J10"
    assert "125,00" in problem.what
    assert "120,00" in problem.what


def test_an_exchange_is_two_receipts_that_settle_each_other(counter: Counter) -> None:
    file = JournalFile()
    file.receipt(1, [("Bok", "-212.00", 6)], [("Kvittning", "-212.00")], kind="Returkvitto")
    file.receipt(2, [("Kaffe", "212.00", 25)], [("Kvittning", "212.00")])
    file.z(12, "0.00", {25: "42.40", 6: "-12.00"}, [], receipts=1, returns=(1, "-212.00"))
    counter.read(file)
    assert counter.release().problems == []
    assert counter.rows("SELECT amount FROM z_method") == [(0,)]


def discounted(
    lines: list[tuple[str, str, int, str]], paid: str, listed: dict[int, str], *, whole: str = ""
) -> JournalFile:
    """One receipt whose lines are written with a discount of their own: name, amount, rate, discount."""
    file = JournalFile()
    bare = [(name, amount, rate) for name, amount, rate, _ in lines]
    file.receipt(1, bare, [("Kort", paid)], vat=listed, discount=whole)
    event = file.events[-1]
    for _, amount, _, off in lines:
        price = f"<k:PrisPaSaldArtikel>{amount}</k:PrisPaSaldArtikel>"
        part = f"<k:RabattPaSaldArtikel><k:RabattensBelopp>{off}</k:RabattensBelopp></k:RabattPaSaldArtikel>"
        if off:
            event = event.replace(price, f"{price}<k:RabatterPaSaldArtikelLISTA>{part}</k:RabatterPaSaldArtikelLISTA>")
    file.events[-1] = event
    file.z(12, paid, listed, [("Kort", paid)], receipts=1)
    return file


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize("whole", ["", "20.00", "-20.00"])
def test_a_lines_own_discount_is_taken_off_that_line_whatever_sign_it_has(
    counter: Counter, sign: str, whole: str
) -> None:
    """The lines are written before their discounts, and the total of them may be stated too: no other line pays."""
    lines = [
        ("Kaffe", "100.00", 25, f"{sign}20.00"),
        ("Bok", "106.00", 6, ""),
        ("Presentkort 500", "500.00", 0, ""),
    ]
    counter.read(discounted(lines, "686.00", {25: "16.00", 6: "6.00", 0: "0.00"}, whole=whole))
    assert counter.release().problems == []
    assert counter.rows("SELECT vat_rate, amount, vat, discount FROM receipt_line ORDER BY row") == [
        (25, 8000, 1600, 2000),
        (6, 10600, 600, 0),
        (0, 50000, 0, 0),
    ]


@pytest.mark.parametrize("before", ["100.00", "80.00"])
def test_a_stated_total_may_hold_the_lines_own_discounts_and_one_on_the_whole(counter: Counter, before: str) -> None:
    """20,00 of a line of its own and then 10 % of the whole: 38,60 in all, the lines before or after their own."""
    lines = [("Kaffe", before, 25, "20.00"), ("Bok", "106.00", 6, "")]
    counter.read(discounted(lines, "167.40", {25: "14.40", 6: "5.40"}, whole="38.60"))
    assert counter.release().problems == []
    found = counter.rows("SELECT vat_rate, amount, vat, discount FROM receipt_line ORDER BY row")
    assert found == [(25, 7200, 1440, 2800), (6, 9540, 540, 1060)]


def test_a_discount_of_a_percent_is_each_lines_own_to_the_ore(counter: Counter) -> None:
    """10 % of 9,95, 9,95 and 19,95 is 1,00, 1,00 and 2,00, not a share of 4,00 by weight."""
    lines = [("Kaffe", "9.95", 25), ("Te", "9.95", 25), ("Bok", "19.95", 6)]
    file = JournalFile()
    file.receipt(1, lines, [("Kort", "35.85")], discount="4.00", vat={25: "3.58", 6: "1.02"})
    file.z(12, "35.85", {25: "3.58", 6: "1.02"}, [("Kort", "35.85")], receipts=1)
    counter.read(file)
    assert counter.release().problems == []
    assert counter.rows("SELECT amount FROM receipt_line ORDER BY row") == [(895,), (895,), (1795,)]


def test_a_discount_that_leaves_a_gift_card_alone_leaves_it_to_the_ore(counter: Counter) -> None:
    """The VAT list says what was sold for less. What working backwards from it leaves over is not the gift card's."""
    lines = [("Kaffe", "333.33", 25), ("Bok", "777.77", 6), ("Presentkort 500", "500.00", 0)]
    file = JournalFile()
    file.receipt(1, lines, [("Kort", "1455.55")], discount="155.55", vat={25: "53.33", 6: "39.00", 0: "0.00"})
    file.z(12, "1455.55", {25: "53.33", 6: "39.00", 0: "0.00"}, [("Kort", "1455.55")], receipts=1)
    counter.read(file)
    assert counter.release().problems == []
    assert counter.rows("SELECT amount FROM receipt_line WHERE kind='gift_card'") == [(50000,)]
    assert counter.rows("SELECT SUM(amount) FROM receipt_line") == [(145555,)]
