"""One fact, one place: where a kind of line lands is the same as voucher, as invoice and in the list of accounts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from synccenter.contract.model import CashKind, CashMovement, Line, LineKind, Payment, PaymentKind
from synccenter.contract.options import options_of
from synccenter.posting.documents import receipt_invoice, receipt_voucher
from synccenter.posting.rows import cash_postings
from synccenter.posting.settings import Posting
from synccenter.posting.targets import accounts_in, line_target
from tests.posting.samples import METHODS, STOCKHOLM, receipt, rules

DAY = date(2026, 11, 2)
OWN: dict[str, Any] = {"deposit_account": 3090, "gift_card_sold_account": 2422, "gift_card_used_account": 2423}


@pytest.mark.parametrize("kind", LineKind)
def test_a_kind_of_line_lands_on_the_same_account_as_voucher_as_invoice_and_in_the_list(kind: LineKind) -> None:
    own = rules(**OWN, target="invoice", cash_customer="K1")
    sale = receipt([Line(1, kind, "A1", "Vara", "LIV", 1000, 10_600, 0, 0)], [Payment("KORT", 10_600)])
    account = line_target(kind, 0, "LIV", DAY, own).account
    assert account in {row.account for row in receipt_voucher(sale, own).postings}
    assert [row.account for row in receipt_invoice(sale, own).rows] == [account]
    assert account in accounts_in(own)


@pytest.mark.parametrize("method", METHODS)
def test_every_payment_lands_on_an_account_of_the_list(method: Any) -> None:
    own = rules(target="invoice", cash_customer="K1")
    sale = receipt([Line(1, LineKind.GOODS, "A1", "Vara", "LIV", 1000, 100, 0, 0)], [Payment(method.code, 100)])
    voucher = {row.account for row in receipt_voucher(sale, own).postings}
    invoice = {one.account for one in receipt_invoice(sale, own).payments}
    assert voucher <= accounts_in(rules()).keys()
    assert invoice <= voucher & accounts_in(own).keys(), "a debt needs no account where the invoice itself stays open"
    assert method.kind in PaymentKind


@pytest.mark.parametrize("kind", CashKind)
def test_every_cash_movement_lands_on_accounts_of_the_list(kind: CashKind) -> None:
    moved = CashMovement("1", 1, kind, datetime(2026, 11, 2, 12, tzinfo=STOCKHOLM), 500, "Växel", expected=300)
    assert {row.account for row in cash_postings([moved], rules())} <= accounts_in(rules()).keys()


def test_every_account_of_the_settings_is_checked_against_the_chart() -> None:
    """An option that is declared and forgotten in the list would be found at the first sale, not in the check."""
    options = [option.name for option in options_of(Posting) if option.kind.value == "account"]
    own: dict[str, Any] = {name: 5000 + number for number, name in enumerate(options)}
    assert set(own.values()) <= accounts_in(rules(**own)).keys()
