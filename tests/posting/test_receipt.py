"""A receipt becomes a balanced voucher, with every öre on the account that the bookkeeper expects.

Tells of `posting/rules.py`.
"""

from __future__ import annotations

from datetime import date

import pytest

from synccenter.contract.errors import SyncError
from synccenter.contract.model import Line, LineKind, Payment, ReceiptKey
from synccenter.posting.documents import receipt_invoice, receipt_voucher
from tests.posting.samples import by_account, goods, receipt, rules


def test_a_card_sale_debits_the_card_account_and_credits_sales_and_vat() -> None:
    voucher = receipt_voucher(receipt([goods(12_500)], [Payment("KORT", 12_500)]), rules())
    assert by_account(voucher) == {1686: 12_500, 3001: -10_000, 2611: -2_500}
    assert voucher.reference == "1-1"
    assert voucher.text.startswith("1-1 ")


def test_each_vat_rate_has_its_own_accounts() -> None:
    lines = [goods(12_500, 25), goods(11_200, 12, group="CAFE"), goods(10_600, 6, group="LIV"), goods(5_000, 0)]
    voucher = receipt_voucher(receipt(lines, [Payment("SWISH", 39_300)]), rules())
    assert by_account(voucher) == {
        1930: 39_300,
        3001: -10_000,
        2611: -2_500,
        3002: -10_000,
        2621: -1_200,
        3003: -10_000,
        2631: -600,
        3004: -5_000,
    }


def test_cash_lands_on_the_account_of_its_own_till() -> None:
    sale = [goods(10_000)], [Payment("KONTANT", 10_000)]
    assert 1911 in by_account(receipt_voucher(receipt(*sale, till="1"), rules()))
    assert 1912 in by_account(receipt_voucher(receipt(*sale, till="2"), rules()))


def test_cash_rounding_is_a_row_of_its_own() -> None:
    voucher = receipt_voucher(receipt([goods(1_049)], [Payment("KONTANT", 1_000)], rounding=-49), rules())
    assert by_account(voucher)[3740] == 49
    assert sum(by_account(voucher).values()) == 0
    up = receipt_voucher(receipt([goods(1_050)], [Payment("KONTANT", 1_100)], rounding=50), rules())
    assert by_account(up)[3740] == -50


def test_a_gift_card_is_sold_without_vat_and_used_against_the_same_debt() -> None:
    card = Line(1, LineKind.GIFT_CARD, "", "Presentkort", "", 1000, 50_000, 0, 0)
    sold = receipt_voucher(receipt([card], [Payment("KORT", 50_000)]), rules())
    assert by_account(sold) == {1686: 50_000, 2421: -50_000}
    used = receipt_voucher(receipt([goods(12_500)], [Payment("PRESENTKORT", 12_500)]), rules())
    assert by_account(used) == {2421: 12_500, 3001: -10_000, 2611: -2_500}


def test_a_deposit_has_the_vat_of_its_goods_and_may_have_its_own_account() -> None:
    """pantamera.nu/foretag/butik/livsmedelsmoms-pa-pant, 2026: momssatsen följer innehållet."""
    deposit = Line(2, LineKind.DEPOSIT, "A1", "Pant", "KLADER", 1000, 200, 40, 25)
    sale = receipt([goods(2_500), deposit], [Payment("KORT", 2_700)])
    assert by_account(receipt_voucher(sale, rules())) == {1686: 2_700, 3001: -2_160, 2611: -540}
    assert by_account(receipt_voucher(sale, rules(deposit_account=3090)))[3090] == -160
    invoice = receipt_invoice(sale, rules(target="invoice", cash_customer="K1"))
    assert [row.goods for row in invoice.rows] == [True, False], "pant carries the can's article but takes no can"


def test_a_return_turns_every_sign_and_names_its_original() -> None:
    back = receipt([goods(-12_500)], [Payment("KORT", -12_500)], number=9, return_of=ReceiptKey("1", 4))
    voucher = receipt_voucher(back, rules())
    assert by_account(voucher) == {1686: -12_500, 3001: 10_000, 2611: 2_500}
    assert "retur av 1-4" in voucher.text
    invoice = receipt_invoice(back, rules(target="invoice", cash_customer="K1"))
    assert invoice.credit
    assert invoice.credit_of == "1-4"


def test_what_is_sold_on_account_is_a_debt_and_no_payment() -> None:
    sale = receipt([goods(12_500)], [Payment("KORT", 2_500), Payment("FAKTURA", 10_000)], customer="10023")
    invoice = receipt_invoice(sale, rules(target="invoice"))
    assert ([one.account for one in invoice.payments], invoice.owed) == ([1686], 10_000)
    assert by_account(receipt_voucher(sale, rules()))[1510] == 10_000


def test_an_exchange_is_a_sale_or_a_return_by_what_it_comes_to() -> None:
    for paid, credit in ((7_500, False), (0, False), (-2_500, True)):
        lines = [goods(-12_500), goods(12_500 + paid, row=2)]
        exchange = receipt(lines, [Payment("KORT", paid)], return_of=ReceiptKey("1", 4))
        invoice = receipt_invoice(exchange, rules(target="invoice", cash_customer="K1"))
        assert (invoice.credit, invoice.credit_of) == (credit, "1-4")


def test_the_stored_vat_is_used_even_when_it_is_not_what_a_calculator_says() -> None:
    voucher = receipt_voucher(receipt([goods(12_500, vat=2_499)], [Payment("KORT", 12_500)]), rules())
    assert by_account(voucher) == {1686: 12_500, 3001: -10_001, 2611: -2_499}


def test_an_imbalance_of_one_ore_is_an_error_and_is_never_spread_out() -> None:
    with pytest.raises(SyncError, match="B03") as caught:
        receipt_voucher(receipt([goods(12_500)], [Payment("KORT", 12_501)]), rules())
    assert "0,01 kr" in str(caught.value)


def test_a_rounding_of_a_krona_is_no_rounding() -> None:
    with pytest.raises(SyncError, match="B07"):
        receipt_voucher(receipt([goods(1_000)], [Payment("KONTANT", 1_100)], rounding=100), rules())


def test_an_unknown_payment_method_and_an_unknown_rate_say_where_to_add_them() -> None:
    with pytest.raises(SyncError, match="Betalsättet ”KLARNA” har inget konto"):
        receipt_voucher(receipt([goods(100)], [Payment("KLARNA", 100)]), rules())
    with pytest.raises(SyncError, match="13 % moms"):
        receipt_voucher(receipt([goods(1_000, 13)], [Payment("KORT", 1_000)]), rules())


def test_a_rule_for_a_group_and_a_date_wins_over_the_rate() -> None:
    sales = (
        {"rate": 6, "group": "", "from": None, "account": 3003, "vat_account": 2631},
        {"rate": 6, "group": "LIV", "from": date(2026, 4, 1), "account": 3033, "vat_account": 2631},
        {"rate": 6, "group": "LIV", "from": date(2028, 1, 1), "account": 3093, "vat_account": 2631},
    )
    sale = [goods(10_600, 6, group="LIV")], [Payment("KORT", 10_600)]
    accounts = rules(sales=sales)
    assert 3003 in by_account(receipt_voucher(receipt(*sale, day=date(2026, 3, 31)), accounts))
    assert 3033 in by_account(receipt_voucher(receipt(*sale, day=date(2026, 4, 1)), accounts))
    assert 3093 in by_account(receipt_voucher(receipt(*sale, day=date(2028, 1, 1)), accounts))


def test_the_groups_own_account_from_the_business_system_is_used_at_the_groups_rate() -> None:
    sale = receipt([goods(10_600, 6, group="BOK")], [Payment("KORT", 10_600)])
    assert 3013 in by_account(receipt_voucher(sale, rules()))
    other_rate = receipt([goods(12_500, 25, group="BOK")], [Payment("KORT", 12_500)])
    assert 3001 in by_account(receipt_voucher(other_rate, rules()))


def test_cost_centre_and_project_follow_the_till_or_the_group() -> None:
    dimensions = (
        {"till": "1", "group": "", "cost_centre": "BUTIK", "project": ""},
        {"till": "", "group": "LIV", "cost_centre": "MAT", "project": "P7"},
        {"till": "", "group": "BOK", "cost_centre": "", "project": "JUL"},
    )
    sale = receipt(
        [goods(10_600, 6, group="LIV"), goods(12_500), goods(10_600, 6, group="BOK")], [Payment("KORT", 33_700)]
    )
    voucher = receipt_voucher(sale, rules(dimensions=dimensions))
    found = {row.account: (row.cost_centre, row.project) for row in voucher.postings}
    assert found[3003] == ("MAT", "P7")
    assert found[3001] == ("BUTIK", "")
    assert found[3013] == ("BUTIK", "JUL")  # the till's cost centre, the group's project


def test_credit_sales_show_who_bought_and_are_never_lumped_together() -> None:
    voucher = receipt_voucher(receipt([goods(100)], [Payment("FAKTURA", 100)], customer="K17"), rules())
    row = next(row for row in voucher.postings if row.account == 1510)
    assert "kund K17" in row.text


def test_an_invoice_is_paid_in_full_and_belongs_to_the_cash_customer() -> None:
    sale = receipt([goods(1_049)], [Payment("KONTANT", 500), Payment("KORT", 500)], rounding=-49)
    invoice = receipt_invoice(sale, rules(target="invoice", cash_customer="KONTANT"))
    assert invoice.customer == "KONTANT"
    assert sum(row.amount for row in invoice.rows) + invoice.rounding == sum(one.amount for one in invoice.payments)
    assert [one.account for one in invoice.payments] == [1911, 1686]
    with pytest.raises(SyncError, match="B08"):
        receipt_invoice(sale, rules(target="invoice"))
