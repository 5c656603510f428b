"""The cases from the field: article files as shops really have them, each with what is right."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.formats.articles import articles
from connectors.formats.numbers import BadCell, points_group, price, quantity
from connectors.formats.register_reader import Content, Rules
from synccenter.contract.errors import SyncError
from synccenter.contract.model import Article, Barcode, Register, Stock
from tests.places import SHARED

CASES = SHARED / "cases/csv"
RULES = Rules(group_vat=(("Livsmedel", 6), ("Alkoholfritt", 6)), price_vat="ask")

MILK = Article("1001", "Mjölk", "Livsmedel", 6, 1790)
FISH = Barcode("7310865004703", "1001")


def read(name: str) -> Content:
    path = CASES / name
    assert path.exists(), f"{path} saknas: utan den bevisar testet inget"
    return articles(path.read_bytes(), name, RULES)


def codes(content: Content) -> list[object]:
    return list(content.rows[Register.BARCODES])


def prices(content: Content) -> list[int]:
    return [row.price for row in content.rows[Register.ARTICLES] if isinstance(row, Article)]


def refused(name: str) -> str:
    with pytest.raises(SyncError) as error:
        read(name)
    return error.value.problem.code


def said(content: Content) -> str:
    return " ".join(note for notes in content.notes.values() for note in notes)


def all_prices_empty() -> None:
    content = read("all_prices_empty.csv")
    assert prices(content) == [0, 0]
    assert "alla priser är tomma" in said(content)


def bom_quoted_header_36508() -> None:
    assert prices(read("bom_quoted_header_36508.csv")) == [1790]


def comma_decimal_comma() -> None:
    assert prices(read("comma_decimal_comma.csv")) == [1790, 101790, 1800]


def cp1252_euro() -> None:
    assert read("cp1252_euro.csv").rows[Register.ARTICLES] == [Article("1", "Räksmörgås “lyx” €", "", 12, 8900)]


def dup_header() -> None:
    assert refused("dup_header.csv") == "FIL22"


def ean_apostrophe() -> None:
    content = read("ean_apostrophe.csv")
    assert codes(content) == [FISH]
    assert "apostrof" in said(content)


def ean_bad_check() -> None:
    """The reader passes it on; the gate holds it (`tests/run/test_gate.py`)."""
    assert codes(read("ean_bad_check.csv")) == [Barcode("7310865004704", "1001")]


def ean_float() -> None:
    content = read("ean_float.csv")
    assert codes(content) == [FISH, Barcode("7310865004710", "1002")]
    assert "2 streckkoder slutade på ”.0”" in said(content)


def ean_leading_zero() -> None:
    content = read("ean_leading_zero.csv")
    assert codes(content) == [Barcode("012345678905", "1001")]
    assert "nolla" in said(content)


def ean_prefix_us() -> None:
    content = read("ean_prefix_us.csv")
    assert codes(content) == [FISH]
    assert "skannertecken" in said(content)


def food_alcohol() -> None:
    """VAT that the file does not say is told by group, so that the wrong one is seen."""
    content = read("food_alcohol.csv")
    assert "4 artiklar utan moms i filen får 25 % (Böcker, Dryck, Godis, Tidningar)." in said(content)
    assert "2 artiklar utan moms i filen får 6 % (Alkoholfritt, Livsmedel)." in said(content)


def fortnox_header() -> None:
    assert refused("fortnox_header.csv") == "FIL21"


def linebreak() -> None:
    rows = read("linebreak.csv").rows[Register.ARTICLES]
    assert rows == [Article("1", "Skärm 24 tum", price=199000), Article("2", "b", price=1000)]


def neg_stock() -> None:
    content = read("neg_stock.csv")
    assert content.rows[Register.STOCK] == [Stock("1001", "", -3000), Stock("1002", "", 1250), Stock("1003", "", 3000)]
    assert "1 lagersaldon är negativa" in said(content)


def net_rounding_79() -> None:
    assert prices(read("net_rounding_79.csv")) == [13995, 3, 1250, 990, 2793, 50]


def number_float() -> None:
    content = read("number_float.csv")
    assert content.rows[Register.ARTICLES] == [MILK]
    assert "1 nummer slutade på ”.0”" in said(content)


def price_budgetmaster731() -> None:
    assert prices(read("price_budgetmaster731.csv")) == [135590, 1023765, 135500]


def price_kr() -> None:
    content = read("price_kr.csv")
    found = {row.number: row.price for row in content.rows[Register.ARTICLES] if isinstance(row, Article)}
    right = {"1": 123450, "2": 12900, "3": 9900, "4": 123450, "5": 1200, "7": 123450, "8": 123450, "11": 0, "12": 0}
    assert found == right | {"14": 1251, "15": 123765}
    assert [bad.key for bad in content.bad[Register.ARTICLES]] == ["6", "9", "10", "13"]


def sci() -> None:
    content = read("sci.csv")
    assert (codes(content), content.rows[Register.ARTICLES]) == ([], [MILK])
    assert [bad.article for bad in content.bad[Register.BARCODES]] == ["1001"]


def sci_int() -> None:
    content = read("sci_int.csv")
    assert codes(content) == []
    assert "avrundad" in content.bad[Register.BARCODES][0].why


def plain_table(name: str) -> Callable[[], None]:
    def check() -> None:
        content = read(f"{name}.csv")
        assert (content.rows[Register.ARTICLES], codes(content)) == ([MILK], [FISH])

    return check


def tab_no_quotes() -> None:
    assert read("tab_no_quotes.csv").rows[Register.ARTICLES] == [Article("1", "Mjölk, 3 %", "", 6, 1790)]


def trailing_delims() -> None:
    assert prices(read("trailing_delims.csv")) == [1790, 1800]


def utf8_one_bad_byte() -> None:
    content = read("utf8_one_bad_byte.csv")
    assert content.rows[Register.ARTICLES] == [Article("1", "Räksmörgås", "", 12, 8900)]
    assert [(bad.where, bad.key) for bad in content.bad[Register.ARTICLES]] == [("utf8_one_bad_byte.csv rad 3", "2")]


def xlsx_renamed() -> None:
    assert refused("xlsx_renamed.csv") == "FIL20"


CHECKS: dict[str, Callable[[], None]] = {
    "sep_line": plain_table("sep_line"),
    "sep_line_bom16": plain_table("sep_line_bom16"),
} | {
    check.__name__: check
    for check in (
        all_prices_empty,
        bom_quoted_header_36508,
        comma_decimal_comma,
        cp1252_euro,
        dup_header,
        ean_apostrophe,
        ean_bad_check,
        ean_float,
        ean_leading_zero,
        ean_prefix_us,
        food_alcohol,
        fortnox_header,
        linebreak,
        neg_stock,
        net_rounding_79,
        number_float,
        price_budgetmaster731,
        price_kr,
        sci,
        sci_int,
        tab_no_quotes,
        trailing_delims,
        utf8_one_bad_byte,
        xlsx_renamed,
    )
}


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_each_file_is_read_as_its_shop_means_it(name: str) -> None:
    CHECKS[name]()


def test_every_case_has_its_check() -> None:
    found = {path.stem for path in CASES.glob("*.csv")}
    assert found, f"{CASES} saknas: utan fallen bevisar testet inget"
    assert found == set(CHECKS)


ORE = st.integers(0, 10**9 - 1)
WAYS: dict[str, Callable[[int, int], str]] = {
    "komma": lambda kronor, ore: f"{kronor},{ore:02d}",
    "punkt": lambda kronor, ore: f"{kronor}.{ore:02d}",
    "blank": lambda kronor, ore: f"{kronor:,}".replace(",", " ") + f",{ore:02d}",
    "hårt blank": lambda kronor, ore: f"{kronor:,}".replace(",", "\u00a0") + f",{ore:02d}",
    "smalt blank": lambda kronor, ore: f"{kronor:,}".replace(",", "\u202f") + f".{ore:02d}",
    "punkt och komma": lambda kronor, ore: f"{kronor:,}".replace(",", ".") + f",{ore:02d}",
    "komma och punkt": lambda kronor, ore: f"{kronor:,}.{ore:02d}",
    "kr": lambda kronor, ore: f" {kronor},{ore:02d} kr",
    "SEK": lambda kronor, ore: f"SEK {kronor}.{ore:02d}",
    "tre decimaler": lambda kronor, ore: f"{kronor},{ore:02d}0",
}


@given(st.lists(ORE, min_size=1, max_size=8), st.sampled_from(sorted(WAYS)))
def test_a_price_means_the_same_however_a_program_writes_it(amounts: list[int], way: str) -> None:
    texts = [WAYS[way](*divmod(amount, 100)) for amount in amounts]
    points = points_group(texts)
    assert [price(text, points=points) for text in texts] == amounts


@given(st.integers(0, 9999), st.integers(0, 999), st.booleans())
def test_a_lone_comma_is_always_the_decimal_mark(whole: int, thousandths: int, points: bool) -> None:
    assert quantity(f"{whole},{thousandths:03d}", points=points) == whole * 1000 + thousandths


@given(st.text("0123456789.,- '\u00a0krE+", max_size=14))
def test_any_text_is_a_price_or_a_sentence(text: str) -> None:
    with contextlib.suppress(BadCell):
        assert 0 <= price(text) <= 10**9


@pytest.mark.parametrize(
    ("begin", "kind"),
    [
        (b"PK\x03\x04\x14\x00", "en Excel-fil"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "en gammal Excel-fil"),
        (b"%PDF-1.7\n", "en PDF-fil"),
        (b"<html><table>", "en webbsida"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>", "en XML-fil"),
        (b"#FLAGGA 0\r\n", "en SIE-fil"),
        (b'[{"nr": 1}]', "en JSON-fil"),
    ],
)
def test_a_file_of_another_kind_is_called_by_its_name(begin: bytes, kind: str) -> None:
    with pytest.raises(SyncError) as error:
        articles(begin + bytes(300), "artiklar.csv", RULES)
    assert (error.value.problem.code, kind in error.value.problem.what) == ("FIL20", True)


@pytest.mark.parametrize(
    ("header", "ore"),
    [
        ("Pris inkl. moms", 8000),
        ("Försäljningspris (inkl moms)", 8000),
        ("Pris ink moms SEK", 8000),
        ("Utpris", 8000),
        ("Pris exkl. moms", 10000),
        ("Försäljningspris ex. moms (SEK)", 10000),
        ("Nettopris", 10000),
        ("Pris", None),
        ("Försäljningspris", None),
        ("Price", None),
    ],
)
def test_whether_a_price_holds_vat_is_known_by_its_header_or_asked(header: str, ore: int | None) -> None:
    text = f"Artikelnr;Namn;Moms;Inköpspris exkl moms;{header}\n1;a;25;10,00;80,00\n".encode()
    if ore is not None:
        assert prices(articles(text, "varor.csv", RULES)) == [ore]
        return
    with pytest.raises(SyncError) as error:
        articles(text, "varor.csv", RULES)
    assert error.value.problem.code == "FIL21"
    for answer, right in (("included", 8000), ("excluded", 10000)):
        assert prices(articles(text, "varor.csv", Rules(price_vat=answer))) == [right]


def test_a_decimal_of_the_shops_own_is_no_spreadsheets() -> None:
    content = articles(b"Artikelnr;Namn;Utpris\n10.0;a;1\n10.1;b;2\n", "varor.csv", RULES)
    assert [row.number for row in content.rows[Register.ARTICLES] if isinstance(row, Article)] == ["10.0", "10.1"]


def test_two_columns_of_one_name_that_say_the_same_are_only_told() -> None:
    content = articles(b"Artikelnr;Namn;Utpris;Utpris\n1;a;5;5\n", "varor.csv", RULES)
    assert prices(content) == [500]
    assert "2 kolumner heter ”Utpris”" in said(content)


def test_each_broken_row_says_whose_it_is_when_it_can() -> None:
    text = (
        "Artikelnr;Namn;Moms;Utpris;EAN\n"
        "1;a;19;5;731\n2;;25;5;\n3;c;25;x;\n4;d\n5;e;25;5;1;2\n;f;25;5;\n7E+12;g;25;5;\n8;h;25;5;7E+12\n"
    )
    content = articles(text.encode(), "varor.csv", RULES)
    assert [bad.key for bad in content.bad[Register.ARTICLES]] == ["1", "2", "3", "4", "5", "", ""]
    assert [bad.article for bad in content.bad[Register.BARCODES]] == ["8"]
