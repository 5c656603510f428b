"""Groups, price lists and customers from files."""

from __future__ import annotations

from datetime import date

import pytest

from connectors.formats.numbers import food_rate
from connectors.formats.register_reader import Rules
from connectors.formats.registers import customers, groups, prices
from synccenter.contract.model import ArticleGroup, Customer, Price, Register


def test_groups_with_rate_and_account() -> None:
    text = "Varugrupp;Namn;Moms;Försäljningskonto\n10;Bageri;6;3003\n20;Kläder;;\n30;Fel;25;tre\n10;Igen;6;\n"
    content = groups(text.encode(), "varugrupper.csv", Rules())
    assert content.rows[Register.GROUPS] == [ArticleGroup("10", "Bageri", 6, 3003), ArticleGroup("20", "Kläder", 25)]
    assert [item.where for item in content.bad[Register.GROUPS]] == ["varugrupper.csv rad 4", "varugrupper.csv rad 5"]


def test_price_lists_with_dates_and_quantities() -> None:
    text = (
        "Prislista,Artikelnr,Pris,Giltig från,Från antal\n"
        "A,1,10.50,2026-12-01,1\n"
        "A,1,9.50,20261201,12\n"
        "B,2,5,,\n"
        "B,2,5,i morgon,\n"
        "A,1,8.50,2026-12-01,12\n"
    )
    content = prices(text.encode(), "prislista.csv", Rules())
    assert content.rows[Register.PRICES] == [
        Price("A", "1", date(2026, 12, 1), 1050, 1000),
        Price("A", "1", date(2026, 12, 1), 950, 12000),
        Price("B", "2", date(2000, 1, 1), 500),
    ]
    told, doubled = content.bad[Register.PRICES]
    assert told.where == "prislista.csv rad 5"
    assert "är inget datum" in told.why
    assert doubled.where == "prislista.csv rad 6"
    assert "har redan ett pris" in doubled.why


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("1;;2026-12-01;1", "pris saknas"),
        ("1;5;2026-12-01;-1", "antalet ”-1” är negativt"),
        ("1;5;04/05/2026;1", "är inget datum"),
        (";5;2026-12-01;1", "Artikelnr saknas"),
    ],
)
def test_a_price_that_cannot_be_used_is_named_and_costs_only_itself(row: str, why: str) -> None:
    text = f"Artikelnr;Pris;Giltig från;Från antal\n{row}\n2;5;2026/12/01;\n3;6;2026.12.02;\n"
    content = prices(text.encode(), "prislista.csv", Rules())
    assert content.rows[Register.PRICES] == [
        Price("", "2", date(2026, 12, 1), 500),
        Price("", "3", date(2026, 12, 2), 600),
    ]
    (told,) = content.bad[Register.PRICES]
    assert told.where == "prislista.csv rad 2"
    assert why in told.why


def test_customers_hold_what_a_till_needs_and_no_more() -> None:
    text = (
        "Kundnr;Namn;Org.nr;Adress;Postnr;Ort;E-post;Telefon;Prislista;Kreditgräns;Aktiv\n"
        "1;Åkes Åkeri;556334-3689;Storgatan 1;123 45;Örebro;ake@exempel.se;019-1;B;50000;ja\n"
        "2;Slutat;;;;;;;;;nej\n"
        "3;;;;;;;;;;\n"
    )
    content = customers(text.encode("cp1252"), "kunder.csv", Rules())
    assert content.rows[Register.CUSTOMERS] == [
        Customer("1", "Åkes Åkeri", "556334-3689", "Storgatan 1", "123 45", "Örebro", "ake@exempel.se", "019-1", "B"),
        Customer("2", "Slutat", active=False),
    ]
    assert [item.why for item in content.bad[Register.CUSTOMERS]] == ["kundens namn saknas"]


def test_a_persons_name_may_stand_in_two_columns() -> None:
    text = "Kundnr;Förnamn;Efternamn;Företag\n1;Åsa;Öberg;\n2;;Ek;\n3;Åke;Ek;Åkes Åkeri\n4;;;\n"
    content = customers(text.encode(), "kunder.csv", Rules())
    assert content.rows[Register.CUSTOMERS] == [
        Customer("1", "Åsa Öberg"), Customer("2", "Ek"), Customer("3", "Åkes Åkeri"),
    ]  # fmt: skip
    assert [item.why for item in content.bad[Register.CUSTOMERS]] == ["kundens namn saknas"]
    alone = customers("Kundnr;Förnamn;Efternamn\n1;Åsa;Öberg\n".encode(), "kunder.csv", Rules())
    assert alone.rows[Register.CUSTOMERS] == [Customer("1", "Åsa Öberg")]


@pytest.mark.parametrize(
    ("on", "rate"),
    [
        (date(2026, 3, 31), 12),
        (date(2026, 4, 1), 6),
        (date(2027, 12, 31), 6),
        (date(2028, 1, 1), 12),
    ],
)
def test_food_changes_rate_by_date(on: date, rate: int) -> None:
    assert food_rate(on) == rate
