"""till/gate.py: which change of a row is absurd, and which only looks large."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from synccenter.contract.model import Account, Article, ArticleGroup, Barcode, Customer
from synccenter.till.gate import CAUSE_TEXT, MANY, Cause, Today, garbled, is_many, judge

NOVEMBER = Today(date(2026, 11, 26), {"10": "Mejeri & ägg", "20": "Servering", "30": "Kläder"})
MILK = Article("1", "Mjölk", "10", 6, 1790)


@given(st.integers(1, 10**7), st.integers(1, 10**7))
def test_a_price_leaps_when_it_is_five_times_another_either_way(old: int, new: int) -> None:
    cause = judge(replace(MILK, price=old), replace(MILK, price=new), NOVEMBER)
    assert (cause is Cause.PRICE_LEAP) == (max(old, new) >= 5 * min(old, new))


@pytest.mark.parametrize(
    ("old", "new", "held"),
    [
        (100, 200, False),
        (100, 500, True),
        (100, 20, True),
        (100, 123450, True),
        (100, 0, False),
        (0, 100, False),
        (0, 5 * 1790, False),
        (0, 5 * 1790 + 1, True),
    ],
)
def test_a_deposit_leaps_as_a_price_does(old: int, new: int, *, held: bool) -> None:
    cause = judge(replace(MILK, deposit=old), replace(MILK, deposit=new), NOVEMBER)
    assert (cause is Cause.DEPOSIT_LEAP) == held


def test_what_is_taken_out_of_use_counts_when_many_are() -> None:
    """A column that means the other way round would empty the till in one night."""
    customer = Customer(number="1", name="Anna Ek")
    for row in (MILK, customer):
        out = replace(row, active=False)
        assert judge(row, out, NOVEMBER) is Cause.MANY_OUT
        assert judge(out, out, NOVEMBER) is judge(None, out, NOVEMBER) is judge(out, row, NOVEMBER) is None
    assert is_many(Cause.MANY_OUT, 30, 30)
    assert not is_many(Cause.MANY_OUT, 9, 30)
    assert not is_many(Cause.MANY_OUT, 30, 1000)


def test_many_customers_who_become_others_are_another_companys() -> None:
    old, new = Customer(number="1", name="Anna Ek"), Customer(number="1", name="Bygg AB")
    assert judge(old, new, NOVEMBER) is Cause.OTHER_GOODS
    assert judge(old, replace(old, name="Anna Ek-Lund"), NOVEMBER) is None


@pytest.mark.parametrize(
    ("group", "rate", "day", "held"),
    [
        ("10", 12, date(2026, 11, 26), True),
        ("10", 12, date(2026, 3, 31), False),
        ("10", 12, date(2028, 1, 1), False),
        ("10", 6, date(2026, 11, 26), False),
        ("20", 12, date(2026, 11, 26), False),
        ("30", 12, date(2026, 11, 26), False),
        ("Livsmedel", 12, date(2027, 12, 31), True),
        ("Alkoholfritt, läsk", 12, date(2026, 4, 1), True),
        ("Restaurang mat", 12, date(2026, 4, 1), False),
    ],
)
def test_food_is_not_12_percent_while_it_is_6(group: str, rate: int, day: date, held: bool) -> None:
    today = Today(day, {"10": "Mejeri & ägg", "20": "Servering", "30": "Kläder"})
    new = Article("1", "Vara", group, rate, 1000)
    assert (judge(None, new, today) is Cause.FOOD_12) == held


@pytest.mark.parametrize("text", ["Räksmörgås", "Köttfärs", "Ångbåt ÄÖ", "Ost à la crème", "Kåbe & Söner", "Łódź"])
@pytest.mark.parametrize(("written", "read"), [("utf-8", "cp1252"), ("cp437", "cp1252"), ("cp850", "cp1252")])
def test_letters_read_in_the_wrong_character_set_are_seen_and_right_ones_are_not(
    text: str, written: str, read: str
) -> None:
    assert not garbled(Account(1, text))
    broken = text.encode(written, "replace").decode(read, "replace")
    swedish = sum(sign in "åäöÅÄÖ" for sign in text) > 1
    if broken != text and swedish:
        assert garbled(Account(1, broken))


def test_what_was_unreadable_already_is_nobodys_news() -> None:
    assert judge(Account(1, "FÃ¶r"), Account(1, "FÃ¶rs"), NOVEMBER) is None
    assert judge(None, Account(1, "FÃ¶r"), NOVEMBER) is None


def test_an_article_out_of_use_may_cost_anything() -> None:
    out = replace(MILK, active=False)
    assert judge(out, replace(out, price=0), NOVEMBER) is None


def test_a_group_that_changes_its_rate_counts_among_many() -> None:
    assert judge(ArticleGroup("1", "A", 25), ArticleGroup("1", "A", 12), NOVEMBER) is Cause.VAT_MANY
    assert not is_many(Cause.VAT_MANY, 1, 1)
    assert is_many(Cause.VAT_MANY, 3, 5)


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("7310865004703", None),
        ("7310865004704", Cause.BAD_CHECK),
        ("96385075", Cause.BAD_CHECK),
        ("012345678904", Cause.BAD_CHECK),
        ("17310865004700", Cause.PACK),
        ("07310865004703", None),
        ("2012345000001", None),
        ("A-77", None),
        ("123", None),
    ],
)
def test_a_new_barcode_is_looked_at(code: str, cause: Cause | None) -> None:
    assert judge(None, Barcode(code, "1"), NOVEMBER) is cause


def test_each_cause_has_its_words() -> None:
    assert set(CAUSE_TEXT) == set(Cause)
    assert set(MANY) < set(Cause)
