"""A payment method, till or group in the settings is found however its letters are cased, by code or by name.

Tells of `posting/spelling.py`.
"""

from __future__ import annotations

import pytest

from synccenter.contract.model import ArticleGroup, PaymentKind, PaymentMethod, Till
from synccenter.posting.settings import CashRule, PaymentRule, Posting, SalesRule
from synccenter.posting.spelling import code_of, spelt

TILLS = (Till("1", "Kassa 1"), Till("K2", "Åsas kassa"))
METHODS = (
    PaymentMethod("KLARNA", "Klarna faktura", PaymentKind.OTHER),
    PaymentMethod("KORT", "Kort", PaymentKind.CARD),
)
GROUPS = (ArticleGroup("10", "Mejeri", 6), ArticleGroup("20", "Bröd", 6), ArticleGroup("21", "bröd", 6))


@pytest.mark.parametrize("written", ["KLARNA", "Klarna", "klarna ", "Klarna faktura", "KLARNA FAKTURA"])
def test_a_method_is_the_tills_own_however_it_is_written(written: str) -> None:
    section = spelt(Posting(payments=(PaymentRule(written, "åsas kassa", 1580),)), TILLS, METHODS, GROUPS)
    assert section.payments == (PaymentRule("KLARNA", "K2", 1580),)


def test_every_table_is_spelt_and_an_empty_cell_stays_empty() -> None:
    section = spelt(
        Posting(cash_tills=(CashRule("k2", "", 1912),), sales=(SalesRule(6, "mejeri"), SalesRule(6))),
        TILLS, METHODS, GROUPS,
    )  # fmt: skip
    assert section.cash_tills[0].till == "K2"
    assert [row.group for row in section.sales] == ["10", ""]


@pytest.mark.parametrize("written", ["BRÖD", "ost"])
def test_what_fits_several_or_nothing_stays_as_it_is_written(written: str) -> None:
    assert code_of(written, [(one.code, one.name) for one in GROUPS]) == written


def test_a_code_wins_over_anothers_name() -> None:
    assert code_of("20", [("10", "20"), ("20", "Bröd")]) == "20"
