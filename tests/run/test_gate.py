"""What looks absurd waits for a person; the rest goes on. `run/gatekeeper.py`, `run/barcodes.py`, `run/approval.py`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from synccenter.contract.connector import BadRow
from synccenter.contract.errors import SyncError
from synccenter.contract.model import Article, ArticleGroup, Barcode, Customer, Price, Register, RegisterRow, Stock
from synccenter.journal.held import Proposal
from synccenter.run.approval import Approval
from synccenter.run.gatekeeper import in_words
from synccenter.run.report import Outcome
from tests.worlds.small_shop import World

MILK = Article("1001", "Mjölk", "10", 6, 1790)
CHEESE = Article("1002", "Ost", "10", 6, 9900)
GROUPS = [ArticleGroup("10", "Mejeri", 6)]


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A till with two articles."""
    one = World(tmp_path, fetches=frozenset(Register))
    one.empty_till().close()
    one.trade(receipts=3)
    for table in ("article", "barcode", "stock", "article_group", "price", "customer"):
        one.sql(f"DELETE FROM {table}")
    one.books.registers[Register.GROUPS] = GROUPS
    brings(one, MILK, CHEESE)
    one.run()
    return one


def brings(world: World, *rows: RegisterRow, register: Register = Register.ARTICLES) -> None:
    """What the business system has from now on."""
    world.books.registers[register] = list(rows)


def price(world: World, number: str = "1001") -> int | None:
    found = world.sql("SELECT price FROM article WHERE number=:number", number=number)
    return found[0][0] if found else None


def held(world: World) -> list[str]:
    return [f"{one.cause} {in_words(one)}" for one in proposals(world)]


def proposals(world: World) -> list[Proposal]:
    shop = world.shop()
    try:
        return Approval(shop).waiting()
    finally:
        shop.close()


def answer(world: World, *ids: str, accept: bool = True) -> None:
    shop = world.shop()
    try:
        approval = Approval(shop)
        chosen = approval.chosen(ids)
        if accept:
            approval.accept(chosen)
        else:
            approval.keep(chosen)
    finally:
        shop.close()


def told(outcome: Outcome) -> list[str]:
    return [problem.what for problem in outcome.problems if problem.code == "K10"]


@pytest.mark.parametrize(
    ("new", "words"),
    [
        (replace(MILK, price=17900), "price_leap 1001 Mjölk: pris 17,90 → 179,00"),
        (replace(MILK, price=179), "price_leap 1001 Mjölk: pris 17,90 → 1,79"),
        (replace(MILK, price=0), "price_zero 1001 Mjölk: pris 17,90 → 0,00"),
        (replace(MILK, deposit=23450), "deposit_leap 1001 Mjölk: pant 0,00 → 234,50"),
        (replace(MILK, vat_rate=12), "food_12 1001 Mjölk: moms 6 % → 12 %"),
        (replace(MILK, name="MjÃ¶lk"), "mojibake 1001 MjÃ¶lk: namn Mjölk → MjÃ¶lk"),
    ],
)
def test_what_is_absurd_waits_with_before_and_after_while_the_rest_goes_on(
    world: World, new: Article, words: str
) -> None:
    brings(world, new, replace(CHEESE, price=10500))
    outcome = world.run()
    assert held(world) == [words]
    assert (price(world), price(world, "1002")) == (1790, 10500)
    assert len(told(outcome)) == 1
    assert words.partition(": ")[2] in told(outcome)[0]
    assert world.run().problems, "it is told until somebody has answered: green is never false"


def test_what_is_accepted_is_written_at_once_and_does_not_come_again(world: World) -> None:
    brings(world, replace(MILK, price=17900), CHEESE)
    world.run()
    answer(world)
    assert price(world) == 17900
    assert (world.run(everything=True).problems, held(world)) == ([], [])


def test_what_is_kept_stays_and_is_not_asked_again_but_a_changed_proposal_is(world: World) -> None:
    brings(world, replace(MILK, price=17900), CHEESE)
    world.run()
    answer(world, accept=False)
    outcome = world.run(everything=True)
    assert (told(outcome), held(world), price(world)) == ([], [], 1790)
    brings(world, replace(MILK, price=18900), CHEESE)
    world.run()
    assert held(world) == ["price_leap 1001 Mjölk: pris 17,90 → 189,00"]


def test_a_change_that_was_put_right_in_the_business_system_waits_no_longer(world: World) -> None:
    brings(world, replace(MILK, price=17900), CHEESE)
    world.run()
    brings(world, replace(MILK, price=1890), CHEESE)
    assert told(world.run()) == []
    assert (held(world), price(world)) == ([], 1890)
    brings(world, replace(MILK, price=18900), CHEESE)
    world.run()
    brings(world, replace(MILK, price=1890), CHEESE)
    world.run()
    assert held(world) == []


def test_an_answer_to_what_does_not_wait_is_refused(world: World) -> None:
    with pytest.raises(SyncError) as refused:
        answer(world, "abc")
    assert refused.value.problem.code == "K11"


MANY = [Article(str(number), f"Vara {number}", "20", 25, 1000 + number) for number in range(1, 31)]


def many(world: World, rows: Sequence[Article], *changed: Article) -> Outcome:
    brings(world, *rows)
    world.run(everything=True)
    brings(world, *changed)
    return world.run(everything=True)


@pytest.mark.parametrize(
    ("changed", "cause"),
    [
        ([replace(one, vat_rate=12) for one in MANY], "vat_many"),
        ([replace(one, price=one.price * 100 // 125) for one in MANY], "net_prices"),
        ([replace(one, name=f"Annat{one.number} helt") for one in MANY], "other_goods"),
        (MANY[:20], "many_gone"),
    ],
    ids=["vat", "net for gross", "another company's", "gone"],
)
def test_what_one_article_may_do_many_may_not_at_once(world: World, changed: list[Article], cause: str) -> None:
    many(world, MANY, *changed)
    assert {one.partition(" ")[0] for one in held(world)} == {cause}
    assert world.sql("SELECT COUNT(*), MIN(vat_rate), MIN(name) FROM article WHERE active=1 AND group_code='20'") == [
        (30, 25, "Vara 1")
    ]
    answer(world)
    world.run(everything=True)
    assert held(world) == []
    if cause == "many_gone":
        assert world.sql("SELECT COUNT(*) FROM article WHERE active=1 AND group_code='20'") == [(20,)]


def test_one_article_may(world: World) -> None:
    changed = [replace(MANY[0], vat_rate=12), replace(MANY[1], name="Annat helt"), *MANY[2:29]]
    many(world, MANY, *changed)
    assert held(world) == []
    assert world.sql("SELECT vat_rate FROM article WHERE number='1'") == [(12,)]
    assert world.sql("SELECT active FROM article WHERE number='30'") == [(0,)]


def test_a_register_without_a_single_price_waits_but_a_new_article_with_an_open_price_does_not(world: World) -> None:
    open_price = Article("9", "Snickeri", "20", 25)
    brings(world, MILK, CHEESE, open_price)
    world.run()
    assert (price(world, "9"), held(world)) == (0, [])
    brings(world, replace(MILK, number="1"), replace(CHEESE, price=0), register=Register.ARTICLES)
    world.run()
    assert [one.split(" ")[0] for one in held(world)] == ["price_zero"]


def test_stock_and_price_lists_have_their_leaps_too(world: World) -> None:
    first = date(2026, 1, 1)
    brings(world, Stock("1001", "", 1250), register=Register.STOCK)
    brings(world, Price("A", "1001", first, 1500), register=Register.PRICES)
    world.run()
    brings(world, Stock("1001", "", 1_250_000), register=Register.STOCK)
    brings(world, Price("A", "1001", first, 0), register=Register.PRICES)
    world.run()
    assert held(world) == [
        "price_zero A 1001 2026-01-01 0: pris 15,00 → 0,00",
        "stock_leap 1001: saldo 1,25 → 1250",
    ]
    answer(world)
    assert world.sql("SELECT quantity FROM stock") == [(1_250_000,)]
    assert world.sql("SELECT price FROM price") == [(0,)]


def test_emptied_stock_waits(world: World) -> None:
    brings(world, *MANY)
    brings(world, *[Stock(one.number, "", 3000) for one in MANY], register=Register.STOCK)
    world.run()
    brings(world, *[Stock(one.number, "", 0) for one in MANY], register=Register.STOCK)
    world.run()
    assert {one.split(" ")[0] for one in held(world)} == {"stock_emptied"}
    assert world.sql("SELECT MIN(quantity) FROM stock") == [(3000,)]


def barcodes(world: World, *codes: Barcode) -> dict[str, str]:
    brings(world, *codes, register=Register.BARCODES)
    world.run(everything=True)
    return dict(world.sql("SELECT code, article FROM barcode"))


EAN = "7310865004703"


def test_a_barcode_with_a_bad_check_digit_and_one_of_a_carton_wait(world: World) -> None:
    found = barcodes(world, Barcode("7310865004704", "1001"), Barcode("17310865004700", "1001"), Barcode(EAN, "1002"))
    assert found == {EAN: "1002"}
    assert held(world) == [
        "bad_check 7310865004704: ny, artikel 1001",
        "pack 17310865004700: ny, artikel 1001",
    ]


def test_the_shops_own_codes_have_no_check_digit_to_fail(world: World) -> None:
    assert barcodes(world, Barcode("2012340000009", "1001"), Barcode("A-77", "1002")) == {
        "2012340000009": "1001",
        "A-77": "1002",
    }


@pytest.mark.parametrize("order", [1, -1])
def test_a_barcode_points_at_the_article_in_use(world: World, order: int) -> None:
    brings(world, replace(MILK, active=False), CHEESE)
    assert barcodes(world, *[Barcode(EAN, "1001"), Barcode(EAN, "1002")][::order]) == {EAN: "1002"}
    assert held(world) == []


@pytest.mark.parametrize("order", [1, -1])
def test_a_new_barcode_on_two_articles_in_use_sells_neither_until_somebody_chooses(world: World, order: int) -> None:
    both = [Barcode(EAN, "1001"), Barcode(EAN, "1002")][::order]
    assert barcodes(world, *both) == {}
    assert held(world) == [f"two_articles {EAN}: ny, artikel 1001", f"two_articles {EAN}: ny, artikel 1002"]
    answer(world)
    assert len(held(world)) == 2, "yes to everything is no answer to a choice"
    answer(world, next(one.id for one in proposals(world) if one.new[1] == "1002"))
    assert barcodes(world, *both) == {EAN: "1002"}
    assert held(world) == [], "who has chosen one has answered for the other"


def test_a_barcode_that_the_till_has_keeps_its_article_when_another_claims_it(world: World) -> None:
    assert barcodes(world, Barcode(EAN, "1001")) == {EAN: "1001"}
    assert barcodes(world, Barcode(EAN, "1001"), Barcode(EAN, "1002")) == {EAN: "1001"}
    assert held(world) == [f"two_articles {EAN}: artikel 1001 → 1002"]


@pytest.mark.parametrize("known", [True, False], ids=["the till has it", "new on both"])
def test_a_barcode_moves_at_the_next_run_when_the_article_that_had_it_goes_out_of_use(
    world: World, *, known: bool
) -> None:
    """The delta tells only of the article: the codes have not changed."""
    if known:
        assert barcodes(world, Barcode(EAN, "1001")) == {EAN: "1001"}
    before = barcodes(world, Barcode(EAN, "1001"), Barcode(EAN, "1002"))
    assert before == ({EAN: "1001"} if known else {})
    brings(world, replace(MILK, active=False), CHEESE)
    world.run()
    assert dict(world.sql("SELECT code, article FROM barcode")) == {EAN: "1002"}
    assert held(world) == []


def test_a_barcode_that_moves_to_another_article_moves(world: World) -> None:
    assert barcodes(world, Barcode(EAN, "1001")) == {EAN: "1001"}
    assert barcodes(world, Barcode(EAN, "1002")) == {EAN: "1002"}
    assert held(world) == []


def test_a_number_without_its_zeros_is_the_article_that_exists(world: World) -> None:
    """A spreadsheet ate the zeros of `0012`: no new article, and its barcodes and balance follow."""
    brings(world, replace(MILK, number="0012"), CHEESE)
    barcodes(world, Barcode(EAN, "0012"))
    brings(world, replace(MILK, number="12", price=1890), CHEESE)
    brings(world, Stock("12", "", 2000), register=Register.STOCK)
    assert barcodes(world, Barcode(EAN, "12")) == {EAN: "0012"}
    assert (price(world, "0012"), price(world, "12")) == (1890, None)
    assert world.sql("SELECT article FROM stock") == [("0012",)]
    assert world.sql("SELECT active FROM article WHERE number='0012'") == [(1,)]
    assert any("Artikel 12 är 0012 i kassan" in row for row in world.report.rows)


def test_two_articles_that_differ_in_zeros_are_two(world: World) -> None:
    brings(world, replace(MILK, number="0012"), CHEESE)
    world.run()
    brings(world, replace(MILK, number="0012"), replace(CHEESE, number="12"), CHEESE)
    world.run()
    assert (price(world, "0012"), price(world, "12"), held(world)) == (1790, 9900, [])


def test_a_customer_whose_name_became_unreadable_waits(world: World) -> None:
    brings(world, Customer("1", "Åsa Öberg", city="Umeå"), register=Register.CUSTOMERS)
    world.run()
    brings(world, Customer("1", "Ã…sa Ã–berg", city="UmeÃ¥"), register=Register.CUSTOMERS)
    world.run()
    assert [one.split(" ")[0] for one in held(world)] == ["mojibake"]
    assert world.sql("SELECT name FROM customer") == [("Åsa Öberg",)]


def test_what_could_not_be_read_is_not_gone_among_what_is_held(world: World) -> None:
    world.books.unreadable[Register.ARTICLES] = [BadRow("rad 3", "priset är inget tal", key="1002")]
    brings(world, replace(MILK, price=17900))
    world.run(everything=True)
    assert world.sql("SELECT number, price FROM article WHERE active=1 AND group_code='10' ORDER BY number") == [
        ("1001", 1790),
        ("1002", 9900),
    ]


def test_a_customer_who_waits_is_told_by_number_in_log_and_mail_and_in_full_to_whoever_decides(world: World) -> None:
    brings(world, Customer("1", "Åsa Öberg", address="Åvägen 1", email="a@b.se"), register=Register.CUSTOMERS)
    world.run()
    brings(world, Customer("1", "Åsa Öberg", address="Ã…vÃ¤gen 1", email="Ã¥@b.se"), register=Register.CUSTOMERS)
    outcome = world.run()
    [problem] = [one for one in outcome.problems if one.code == "K10"]
    assert "1: adress ändras" in problem.sentence()
    assert "gen 1" not in problem.sentence()
    assert "Öberg" not in problem.sentence()
    [row] = held(world)
    assert "Åsa Öberg: adress Åvägen 1 → Ã…vÃ¤gen 1" in row


def test_an_address_for_mail_or_a_unit_that_became_unreadable_waits_too(world: World) -> None:
    brings(world, replace(MILK, unit="påse"), CHEESE)
    world.run()
    brings(world, replace(MILK, unit="pÃ¥se"), CHEESE)
    world.run()
    [row] = held(world)
    assert row.startswith("mojibake 1001 Mjölk")


def test_a_register_that_is_taken_out_of_use_by_its_flag_waits_and_a_few_do_not(world: World) -> None:
    goods = [replace(CHEESE, number=str(number), name=f"Ost {number}") for number in range(2001, 2031)]
    brings(world, *goods)
    world.run()
    brings(world, *(replace(one, active=False) for one in goods))
    outcome = world.run()
    assert len(held(world)) == 30
    assert held(world)[0] == "many_out 2001 Ost 2001: i bruk ja → nej"
    assert "många tas ur bruk samtidigt" in told(outcome)[0]
    assert world.sql("SELECT COUNT(*) FROM article WHERE number LIKE '20%' AND active=1") == [(30,)]
    brings(world, replace(goods[0], active=False), *goods[1:])
    world.run()
    assert held(world) == []
    assert world.sql("SELECT COUNT(*) FROM article WHERE number LIKE '20%' AND active=1") == [(29,)]
