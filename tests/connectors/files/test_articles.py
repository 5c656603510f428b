"""Article files as real shops have them."""

from __future__ import annotations

from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.formats.articles import articles
from connectors.formats.register_reader import Content, Rules
from connectors.formats.table import NoHeader
from synccenter.contract.connector import BadRow
from synccenter.contract.model import Article, ArticleGroup, Barcode, Register, RegisterRow, Stock
from tests.places import SHARED

RowT = TypeVar("RowT", bound=RegisterRow)
REAL = SHARED / "data/real-article-register.csv"


def rows(content: Content, kind: type[RowT], register: Register = Register.ARTICLES) -> list[RowT]:
    found = content.rows[register]
    assert all(isinstance(row, kind) for row in found)
    return [row for row in found if isinstance(row, kind)]


def read(text: str, encoding: str = "utf-8", rules: Rules | None = None) -> Content:
    return articles(text.encode(encoding), "varor.csv", rules or Rules())


def only(text: str, encoding: str = "utf-8", rules: Rules | None = None) -> Article:
    content = read(text, encoding, rules)
    assert content.bad[Register.ARTICLES] == []
    (article,) = rows(content, Article)
    return article


def bad(text: str) -> list[BadRow]:
    return content_bad(read(text))


def content_bad(content: Content) -> list[BadRow]:
    return content.bad[Register.ARTICLES]


@pytest.mark.shared
def test_all_rows_of_the_real_register_are_taken() -> None:
    content = articles(REAL.read_bytes(), REAL.name, Rules(group_vat=(("Alkoholfritt", 6),)))
    found = rows(content, Article)
    assert (len(found), content_bad(content)) == (2707, [])
    by_number = {article.number: article for article in found}
    assert by_number["10001"] == Article("10001", "Braastad XO", "Cognac", 25, 44200)
    assert by_number["1005901"].name == "Bunnahabhain 12 Years Un-chillfiltered"
    assert by_number["1100614"].deposit == 100
    free = [article for article in found if article.vat_rate == 6]
    assert free
    assert all(article.group.startswith("Alkoholfritt") for article in free)
    assert {article.vat_rate for article in found if not article.group.startswith("Alkoholfritt")} == {25}
    assert max(article.price for article in found) < 10_000_000
    groups = rows(content, ArticleGroup, Register.GROUPS)
    assert len(groups) == 80
    assert ArticleGroup("Alkoholfritt, Vatten", "Alkoholfritt, Vatten", 6) in groups
    assert ArticleGroup("Rosévin", "Rosévin", 25) in groups
    assert Register.BARCODES not in content.rows


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_delimiters_and_character_sets_are_told_apart(delimiter: str, encoding: str, line_end: str) -> None:
    lines = [["Artikelnr", "Benämning", "Pris"], ["1", "Räksmörgås", "45"]]
    text = "".join(delimiter.join(line) + line_end for line in lines)
    assert only(text, encoding) == Article("1", "Räksmörgås", price=4500)


@pytest.mark.parametrize(
    ("header", "field"),
    [("artnr;namn;pris inkl. moms", 12500), ("SKU;Product Name;Price", 12500), ("NR;BENÄMNING;UTPRIS", 12500),
     ("Article Number;Description;Price incl. VAT", 12500), ("varunummer;beskrivning;pris exkl moms", 15625),
     ("Artikel-nr;Artikelbenämning;Price (excl. VAT)", 15625)],
)  # fmt: skip
def test_headers_in_swedish_and_english(header: str, field: int) -> None:
    assert only(f"{header}\nA1;Kaffe;125,00\n") == Article("A1", "Kaffe", price=field)


def test_the_first_name_in_the_list_wins_wherever_it_stands() -> None:
    assert only("Artikelid;Varnummer;nr;Namn;Pris;Prisinklmoms\n1;2;3;Öl;10;12\n") == Article("3", "Öl", price=1200)
    assert only("Artikelid;Varnummer;Namn;Pris exkl moms;Pris\n1;2;Öl;8;10\n") == Article("2", "Öl", price=1000)


def test_titles_above_the_header_and_blank_rows_are_no_trouble() -> None:
    content = read("Artikellista 2026-11-24\n\nsep=;\nnr;namn;pris\n;;\n\n1;Kaffe;5\n")
    assert [article.number for article in rows(content, Article)] == ["1"]
    assert content_bad(content) == []


def test_settings_point_out_columns_that_are_called_something_else() -> None:
    rules = Rules(mapping={"number": "Kod", "price": "Pris A", "barcode": "Scan"})
    content = read("Kod;nr;Benämning;Pris;Pris A;Scan\nX1;9;Kaffe;1;45;735\n", rules=rules)
    assert rows(content, Article) == [Article("X1", "Kaffe", price=4500)]
    assert rows(content, Barcode, Register.BARCODES) == [Barcode("735", "X1")]


@pytest.mark.parametrize(
    ("column", "ore"),
    [
        (["12,50"], [1250]),
        (["12.50"], [1250]),
        (["1 234,50", "1\u00a0234,5", "1\u202f234"], [123450, 123450, 123400]),
        (["1.234,50", "995"], [123450, 99500]),
        (["1,234.50", "995"], [123450, 99500]),
        (["1.250", "995"], [125000, 99500]),
        (["1,250", "995"], [125, 99500]),  # a lone comma is the decimal mark, whatever stands beside it
        (["149,125", "99"], [14913, 9900]),
        (["1,234,567.00"], [123456700]),
        (["12,-", "12:-"], [1200, 1200]),
        (["442.000", "29.900"], [44200, 2990]),
        ([".900", "1.000"], [90, 100]),
        (["1.234.567,00"], [123456700]),
        (["12,345", "1,2"], [1235, 120]),
        (["45 kr", "SEK 46", "47:-", ""], [4500, 4600, 4700, 0]),
        (["0,005", "0,004", "0,1"], [1, 0, 10]),
        (["99,50", "12,00", "1299.00"], [9950, 1200, 129900]),  # one in another dress
    ],
)
def test_prices_in_every_dress(column: list[str], ore: list[int]) -> None:
    text = "nr|namn|pris\n" + "".join(f"{number}|Vara|{value}\n" for number, value in enumerate(column))
    content = read(text)
    assert content_bad(content) == []
    assert [article.price for article in rows(content, Article)] == ore


def test_a_price_without_vat_is_raised_by_the_articles_own_rate_half_up() -> None:
    text = "nr;namn;pris exkl moms;moms\n1;A;10,02;25\n2;B;10,02;12\n3;C;10,02;6\n4;D;10,02;0\n"
    assert [article.price for article in rows(read(text), Article)] == [1253, 1122, 1062, 1002]


@pytest.mark.parametrize(
    ("cell", "rate"),
    [("25", 25), ("25 %", 25), ("12,00", 12), ("0.06", 6), ("0", 0), ("25%", 25), (" ", 25), ("Momsfri", 0)],
)
def test_vat_as_people_write_it(cell: str, rate: int) -> None:
    assert only(f"nr;namn;pris;moms\n1;A;1;{cell}\n").vat_rate == rate


def test_without_vat_column_the_longest_beginning_of_the_group_decides() -> None:
    rules = Rules(group_vat=(("mat", 6), ("Mat & servering", 12)), default_vat=25)
    text = "nr;namn;pris;varugrupp\n1;A;1;Mat\n2;B;1;MAT & SERVERING ute\n3;C;1;Kläder\n4;D;1;\n"
    content = read(text, rules=rules)
    assert [article.vat_rate for article in rows(content, Article)] == [6, 12, 25, 25]
    assert [group.code for group in rows(content, ArticleGroup, Register.GROUPS)] == [
        "Mat",
        "MAT & SERVERING ute",
        "Kläder",
    ]


def test_a_group_has_the_rate_of_most_of_its_articles_and_its_own_name() -> None:
    text = "nr;namn;pris;varugrupp;varugruppsnamn;moms\n1;A;1;10;Bageri;6\n2;B;1;10;Bageri;6\n3;C;1;10;Bageri;25\n"
    assert rows(read(text), ArticleGroup, Register.GROUPS) == [ArticleGroup("10", "Bageri", 6)]


def test_barcodes_from_several_columns_and_several_per_cell() -> None:
    text = (
        "nr;namn;pris;EAN;Streckkod 2\n"
        "1;A;1;7310000000011|7310000000028;0123\n"
        "2;B;1;7310000000011;\n"
        "3;C;1;7,31E+12;ÅÄÖ\n"
        "4;D;1;;7310000000035\n"
    )
    content = read(text)
    assert len(rows(content, Article)) == 4
    assert rows(content, Barcode, Register.BARCODES) == [
        Barcode("7310000000011", "1"),
        Barcode("7310000000028", "1"),
        Barcode("0123", "1"),
        Barcode("7310000000011", "2"),
        Barcode("7310000000035", "4"),
    ]
    told = content.bad[Register.BARCODES]
    assert [(item.where, item.article) for item in told] == [("varor.csv rad 4", "3"), ("varor.csv rad 4", "3")]
    assert "avrundad av ett kalkylprogram" in told[0].why


def test_stock_deposit_unit_and_activity() -> None:
    text = (
        "nr;namn;pris;saldo;lagerställe;pant;enhet;utgått\n"
        "1;A;1;-2,5;Norr;1,00;kg;\n"
        "2;B;1;12;;;;Ja\n"
        "3;C;1;många;;;;nej\n"
    )
    content = read(text)
    assert rows(content, Article) == [
        Article("1", "A", price=100, deposit=100, unit="kg"),
        Article("2", "B", price=100, active=False),
        Article("3", "C", price=100),
    ]
    assert rows(content, Stock, Register.STOCK) == [Stock("1", "Norr", -2500), Stock("2", "", 12000)]
    assert content.bad[Register.STOCK] == [BadRow("varor.csv rad 4", "lagersaldot: ”många” är inget tal", article="3")]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (";Kaffe;5;25", "nr saknas"),
        ("2;;5;25", "namn saknas"),
        ("2;Kaffe;fem;25", "”fem” är inget tal"),
        ("2;Kaffe;-5;25", "negativt"),
        ("2;Kaffe;99999999999;25", "orimligt stort"),
        ("2;Kaffe;1.2.3;25", "inget tal"),
        ("2;Kaffe;12 34;25", "inget tal"),
        ("2;Kaffe;1,5E+3;25", "inget tal"),
        ("2;Kaffe;٥;25", "inget tal"),
        ("2;Kaffe;5;19", "momssatsen ”19” finns inte"),
        ("1;Kaffe;5;25", "numret 1 finns redan på rad 2"),
        ("2;Kaffe;5", "för få fält: 3 där rubrikraden har 4"),
        ("2;Kaffe;5;25;hej", "för många fält: 5 där rubrikraden har 4"),
        ('2;"Kaf"fe;5;25', "citationstecken som inte hör ihop"),
        ('2;"Kaffe;5;25', "citationstecken avslutas aldrig"),
        ("2;Kaf\0fe;5;25", "tecknet NUL"),
        ("7,31E+12;Kaffe;5;25", "avrundat av ett kalkylprogram"),
        (f"2;{'K' * 251};5;25", "längre än 250 tecken"),
        (f"{'2' * 51};Kaffe;5;25", "längre än 50 tecken"),
        (f"2;{'K' * 70_000};5;25", "orimligt lång"),
    ],
)
def test_a_bad_row_is_named_and_costs_only_itself(row: str, why: str) -> None:
    content = read(f"nr;namn;pris;moms\n1;Te;5;25\n{row}\n3;Bulle;5;12\n")
    assert [article.number for article in rows(content, Article)] == ["1", "3"]
    (told,) = content_bad(content)
    assert told.where == "varor.csv rad 3"
    assert why in told.why


@pytest.mark.parametrize("cell", ["#N/A", "#SAKNAS!", "#VÄRDEFEL!", "#REF!", "#NAMN?", "#DIV/0!", "########"])
@pytest.mark.parametrize("column", ["Artikelnr", "Namn", "Varugrupp", "Enhet", "Pris inkl moms"])
def test_a_spreadsheets_error_is_no_value_of_a_register(cell: str, column: str) -> None:
    """Its row is told and the till keeps what it has: no article is called `#REF!`."""
    headers = ["Artikelnr", "Namn", "Varugrupp", "Enhet", "Pris inkl moms"]
    cells = dict(zip(headers, ["1", "Kaffe", "Dryck", "st", "25,00"], strict=True))
    row = ";".join((cells | {column: cell})[one] for one in headers)
    [told] = bad(f"{';'.join(headers)}\n{row}\n")
    assert cell in told.why


def test_a_name_may_begin_with_the_number_sign() -> None:
    assert only("Artikelnr;Namn;Pris inkl moms\n1;#1 Burger!;25,00\n").name == "#1 Burger!"


@pytest.mark.parametrize(("header", "cell"), [("Aktiv", "NaN"), ("Utgått", "2026-05-01"), ("Spärrad", "kanske")])
def test_a_column_that_says_neither_yes_nor_no_is_told_and_takes_nothing_out_of_use(header: str, cell: str) -> None:
    yes_and_no = "1;Kaffe;25,00;ja\n2;Te;25,00;nej\n3;Bulle;25,00;\n"
    content = read(f"Artikelnr;Namn;Pris inkl moms;{header}\n{yes_and_no}4;Korv;25,00;{cell}\n")
    assert [one.active for one in rows(content, Article) if one.number == "4"] == [True]
    [note] = [one for one in content.notes[Register.ARTICLES] if header in one]
    assert f"rad 5: ”{cell}”" in note


def test_the_number_of_a_bad_row_is_still_free() -> None:
    content = read("nr;namn;pris\n1;Te;x\n1;Te;5\n")
    assert rows(content, Article) == [Article("1", "Te", price=500)]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "cp850", "cp437"])
def test_what_lacks_a_mark_of_its_character_set_is_told_by_its_bytes(encoding: str) -> None:
    article = only("nr;benämning;pris\n1;Räksmörgås på bröd;45,00\n", encoding)
    assert (article.name, article.price) == ("Räksmörgås på bröd", 4500)
    assert only("nr;namn;pris\n1;Röd „mössa” ™;45\n", "cp1252").name == "Röd „mössa” ™"


def test_excels_ways_with_cells_are_understood() -> None:
    content = read('nr;namn;pris;\n="0012";Kaffe;45\n"=""0013""";Te;46;\n')
    assert content_bad(content) == []
    assert [article.number for article in rows(content, Article)] == ["0012", "0013"]


def test_a_cell_may_hold_line_breaks_and_quotation_marks() -> None:
    text = 'nr;namn;pris\n1;"Kaffe ""mörk""\nrost; 500 g";45\n2;Skruv 3";5\n3;Te;6\n'
    content = read(text)
    assert content_bad(content) == []
    assert [article.name for article in rows(content, Article)] == ['Kaffe "mörk" rost; 500 g', 'Skruv 3"', "Te"]


def test_a_forgotten_quotation_mark_swallows_nothing() -> None:
    good = "".join(f"{number};Vara {number};5\n" for number in range(10, 400))
    content = read(f'nr;namn;pris\n1;"Skruv;5\n{good}2;"Mutter";5\n3;Bricka 3";5\n')
    assert len(rows(content, Article)) == 392
    assert [item.where for item in content_bad(content)] == ["varor.csv rad 2"]


@pytest.mark.parametrize(
    "text", ["", "hej\n", "1;2;3\n4;5;6\n", "namn;pris\nKaffe;5\n", "nr;namn\n1;Kaffe\n", "nr;pris\n1;5\n"]
)
def test_a_file_without_the_headers_that_are_needed_is_refused_whole(text: str) -> None:
    with pytest.raises(NoHeader):
        read(text)


CELLS = st.lists(st.sampled_from(["1", ";", '"', "\n", "Kaffe", "\0", "5,0", "\r\n", "å", "\t", " "]), max_size=60)


@given(CELLS)
def test_no_file_breaks_the_reading_and_every_row_is_taken_or_named(parts: list[str]) -> None:
    content = read("nr;namn;pris\n900;Först;1\n" + "".join(parts) + "\n901;Sist;1\n")
    numbers = [article.number for article in rows(content, Article)]
    assert numbers[0] == "900"
    assert "901" in numbers or content_bad(content)


@given(
    st.lists(
        st.tuples(
            st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=1, max_size=20), st.integers(0, 10**8)
        )
    )
)
def test_what_a_program_exports_properly_is_read_back(items: list[tuple[str, int]]) -> None:
    lines = ["nr;namn;pris"]
    for number, (name, ore) in enumerate(items):
        quoted = '"' + name.replace('"', '""') + '"'
        lines.append(f"{number};{quoted};{ore // 100},{ore % 100:02d}")
    content = read("\r\n".join(lines))
    found = {article.number: article for article in rows(content, Article)}
    for number, (name, ore) in enumerate(items):
        if name.strip():
            assert found[str(number)].price == ore
            assert found[str(number)].name.split() == name.split()
