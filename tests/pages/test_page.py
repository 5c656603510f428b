"""The Z report as a page: what it tells, that it can be searched, and that it is the same file each time.

Tells of `pages/facts.py`, `pages/gather.py`, `pages/paper.py` and `pages/zpage.py`.
"""

from __future__ import annotations

import io
from pathlib import Path

import pypdf
import pytest

from synccenter.contract.errors import SyncError
from synccenter.contract.model import Till, ZReport
from synccenter.pages.facts import Count, ZFacts
from synccenter.pages.gather import report, shop_of
from synccenter.pages.paper import Sheet, Table, pdf, printable
from synccenter.run.evidence import page_of_z
from tests.worlds.counter import CounterWorld, Row


def text_of(content: bytes) -> str:
    """All text of a PDF, as another program reads it, one row a line."""
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return "\n".join(page.extract_text() for page in pages).replace("\N{NO-BREAK SPACE}", " ")


@pytest.fixture
def shop(tmp_path: Path) -> CounterWorld:
    """A day with something of everything: two rates, a return, a gift card sold and used, a void, cash in and out."""
    world = CounterWorld(tmp_path / "butik").open("1", "2")
    world.group("FIK", "Fik på torget", 12)
    world.group("LEK", "Leksaker", 25)
    world.sell(1, "2026-11-02T09:00:00", Row(10_000, 25, group="LEK"), Row(5_600, 12, group="FIK"))
    world.sell(2, "2026-11-02T10:00:00", Row(50_000, 0, "gift_card"))
    world.sell(3, "2026-11-02T11:00:00", Row(2_500, 25, group="LEK"), pay=[("PRESENTKORT", 2_500)])
    world.sell(4, "2026-11-02T12:00:00", Row(-2_500, 25, group="LEK"), pay="KONTANT")
    world.sell(5, "2026-11-02T13:00:00", Row(9_960, 12, group="FIK"), pay=[("KONTANT", 10_000)], rounding=40)
    world.sell(6, "2026-11-02T14:00:00", Row(7_700, 25, group="LEK"))
    world.sell(7, "2026-11-02T15:00:00", Row(1_200, 25, group="LEK"))
    world.sql("UPDATE receipt SET state='voided' WHERE number=6")
    world.sql("UPDATE receipt SET state='cancelled' WHERE number=7")
    world.sql("UPDATE receipt_line SET discount=500 WHERE receipt=1 AND row=1")
    world.cash(1, "float", "2026-11-02T08:00:00", 100_000)
    world.cash(2, "pay_in", "2026-11-02T16:00:00", 30_000, "Växel från banken")
    world.cash(3, "pay_out", "2026-11-02T17:00:00", 8_000, "Bankinsättning")
    world.cash(4, "counted", "2026-11-02T20:00:00", 129_000)
    world.sql("UPDATE cash_movement SET expected=129500 WHERE number=4")
    world.close(1, "2026-11-02")
    return world


def facts_of(world: CounterWorld, number: int = 1) -> ZFacts:
    opened = world.shop()
    try:
        return report(opened.sales, shop_of(opened.company, opened.sales, opened.registers), "1", number)
    finally:
        opened.close()


def test_everything_a_z_report_must_tell_is_counted(shop: CounterWorld) -> None:
    found = facts_of(shop)
    assert found.receipts == Count(5, 75_600)
    assert found.vat == ((25, 8_000, 2_000), (12, 13_893, 1_667), (0, 50_000, 0))
    assert dict(found.groups) == {"FIK Fik på torget": 15_560, "LEK Leksaker": 10_000, "Presentkort": 50_000}
    assert dict(found.methods) == {"Kontant": 7_500, "Kort": 65_600, "Presentkort": 2_500}
    assert found.returns == Count(1, -2_500)
    assert found.discounts == Count(1, -500)
    assert found.cards_sold == Count(1, 50_000)
    assert found.cards_used == Count(1, 2_500)
    assert found.voided == Count(1, 7_700)
    assert found.cancelled == Count(1, 1_200)
    assert found.parked == 0
    assert found.floats == Count(1, 100_000)
    assert found.cash == (("Insättning: Växel från banken", 30_000), ("Uttag: Bankinsättning", -8_000))
    assert [(one.counted, one.expected, one.difference) for one in found.counted] == [(129_000, 129_500, -500)]


def test_the_page_has_it_all_as_text_that_can_be_searched(shop: CounterWorld) -> None:
    shop.run()
    opened = shop.shop()
    text = text_of(page_of_z(opened, "1", 1))
    booked = next(iter(shop.vouchers().values()))
    opened.close()
    for words in (
        "Torgets Bod AB", "556677-8899", "Kassa 1", "Z-nummer 1", "2026-11-02 21:00", "Kvitto 1–5, 5 försäljningar",
        "Försäljning per momssats", "80,00", "20,00", "FIK Fik på torget", "Presentkort", "Öresavrundning", "0,40",
        "Returer (rader)", "-25,00", "Rabatter (rader)", "-5,00", "Sålda presentkort", "Använda presentkort",
        "Avbrutna köp", "Felslag (makulerade kvitton)", "77,00", "Parkerade köp", "Växelkassa", "1 000,00",
        "Insättning: Växel från banken", "Uttag: Bankinsättning", "-80,00", "Räknat", "1 290,00", "Differens",
        f"Verifikation {booked.reference}, 2026-11-02", "Sida 1 av",
    ):  # fmt: skip
        assert words in text, words
    for row in booked.postings:
        assert str(row.account) in text


def test_an_account_is_named_and_the_row_keeps_its_own_text(shop: CounterWorld) -> None:
    shop.run()
    shop.sql("INSERT INTO account VALUES ('1', 3001, 'Försäljning varor', 1)")
    opened = shop.shop()
    assert "Försäljning varor: Försäljning 25 %" in text_of(page_of_z(opened, "1", 1))
    opened.close()


def test_the_same_z_report_gives_the_same_bytes_whenever_it_is_made(shop: CounterWorld) -> None:
    shop.run()
    made = []
    for _ in range(2):
        opened = shop.shop()
        made.append(page_of_z(opened, "1", 1))
        opened.close()
        shop.later(days=40)
    assert made[0] == made[1]
    assert made[0].startswith(b"%PDF-")
    assert len(made[0]) < 40_000


def test_a_shop_that_books_each_receipt_has_the_sums_of_all_its_vouchers(shop: CounterWorld) -> None:
    shop.settings("posting.unit=receipt")
    shop.run()
    opened = shop.shop()
    text = text_of(page_of_z(opened, "1", 1))
    opened.close()
    assert f"({len(shop.vouchers())} st)" in text
    kronor = (
        f"{sum(row.amount for one in shop.vouchers().values() for row in one.postings if row.amount > 0) / 100:.2f}"
    )
    whole, ore = kronor.split(".")
    assert f"{int(whole):,}".replace(",", " ") + f",{ore}" in text


def test_a_z_report_that_is_not_there_or_cannot_be_read_is_told(shop: CounterWorld) -> None:
    with pytest.raises(SyncError) as missing:
        facts_of(shop, 7)
    assert missing.value.problem.code == "S80"
    shop.sql("UPDATE z_report SET total='en hel del'")
    with pytest.raises(SyncError) as unread:
        facts_of(shop)
    assert unread.value.problem.code == "K04"
    shop.sql("UPDATE z_report SET total=75600")
    shop.sql("UPDATE receipt_line SET amount='mycket' WHERE receipt=2")
    with pytest.raises(SyncError) as receipt:
        facts_of(shop)
    assert receipt.value.problem.code == "K04"


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("Räksmörgås på Åland – 1 000 €", "Räksmörgås på Åland – 1 000 €"),
        ("Łódź, Dvořák", "?ódz, Dvorák"),
        ("nu\u0308", "nü"),
        ("日本", "??"),
        ("rad\nett\x00\u202e", "rad ett"),
        ("\ud800x", "x"),
        ("(paren\\tes)", "(paren\\tes)"),
        ("½ ‰ ﬁ", "½ ‰ fi"),
    ],
)
def test_what_the_page_cannot_hold_is_replaced_and_never_an_error(text: str, there: str) -> None:
    assert printable(text) == there
    printable(text).encode("cp1252")
    assert there.split(" ", maxsplit=1)[0] in text_of(pdf(text, [Sheet(text, [text], [])]))


def test_long_texts_are_cut_and_long_tables_go_on_on_the_next_page() -> None:
    rows = [(str(number), "En mycket lång text som aldrig tar slut " * 9, "1,00") for number in range(200)]
    sheet = Sheet("Lång", ["rad " * 200], [Table("Många", rows, (0.2, 0.6, 0.2), frozenset({2}))])
    content = pdf("Lång", [sheet])
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    assert len(pages) == 4
    assert "199" in pages[-1].extract_text()
    assert "…" in text_of(content)
    assert "Sida 4 av 4" in text_of(content)


def test_a_till_without_sales_or_counting_has_a_page_too(shop: CounterWorld) -> None:
    shop.close(2, "2026-11-03")
    opened = shop.shop()
    text = text_of(page_of_z(opened, "1", 2))
    opened.close()
    assert "Kassan är inte räknad" in text
    assert "Inga insättningar eller uttag" in text
    assert facts_of(shop, 2).z == ZReport(
        till="1", number=2, at=facts_of(shop, 2).z.at, business_date=facts_of(shop, 2).z.business_date,
        first_receipt=0, last_receipt=0, total=0, rounding=0,
    )  # fmt: skip
    assert facts_of(shop, 2).till == Till("1", "Kassa 1", "Torget 1")
