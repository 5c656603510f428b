"""A month as an authorised accountant reads it: debts apart from income, nothing netted, the right box of the return.

Tells of `posting/targets.py`, `posting/rows.py` and `posting/wording.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from synccenter.contract.errors import SyncError
from synccenter.contract.model import (
    ArticleGroup,
    CashKind,
    CashMovement,
    Document,
    Invoice,
    Line,
    LineKind,
    Payment,
    PaymentKind,
    PaymentMethod,
    Receipt,
    ReceiptKey,
    Till,
    Voucher,
)
from synccenter.journal.delivery import encode, vat_of
from synccenter.posting.controls import vat_within
from synccenter.posting.documents import day_voucher, receipt_invoice, receipt_voucher
from synccenter.posting.rows import cash_postings
from synccenter.posting.rules import Rules, make_rules
from synccenter.posting.settings import AgentRule, PaymentRule, Posting, ZeroRule
from synccenter.posting.shares import Closed, shares
from synccenter.posting.targets import accounts_in, accounts_needed
from tests.posting.samples import GROUPS, METHODS, STOCKHOLM, TILLS, book, by_account, goods, receipt, rules, z_of

NOON = datetime(2026, 11, 2, 12, tzinfo=STOCKHOLM)


def line(kind: LineKind, amount: int, rate: int = 0, group: str = "") -> Line:
    return Line(1, kind, "", "Rad", group, 1000, amount, vat_within(amount, rate), rate)


def rows(voucher: Voucher) -> list[tuple[int, int, str]]:
    return [(row.account, row.amount, row.text) for row in voucher.postings]


def test_sales_and_returns_stand_on_rows_of_their_own_also_when_the_day_sums_to_nothing() -> None:
    day = [
        receipt([goods(12_500)], [Payment("KORT", 12_500)], number=1),
        receipt([goods(-12_500)], [Payment("KORT", -12_500)], number=2),
    ]
    assert rows(book(day)) == [
        (1686, 12_500, "Kort"),
        (2611, 2_500, "Utgående moms 25 % retur"),
        (3001, 10_000, "Retur 25 % Kläder"),
        (1686, -12_500, "Kort återbetalt"),
        (2611, -2_500, "Utgående moms 25 %"),
        (3001, -10_000, "Försäljning 25 % Kläder"),
    ]


def test_the_change_on_a_banknote_is_no_refund() -> None:
    sale = receipt([goods(12_500)], [Payment("KONTANT", 20_000), Payment("KONTANT", -7_500)])
    assert (1911, 12_500, "Kontant") in rows(receipt_voucher(sale, rules()))


def test_gift_cards_sold_used_and_paid_back_are_three_rows() -> None:
    day = [
        receipt([line(LineKind.GIFT_CARD, 50_000)], [Payment("KORT", 50_000)], number=1),
        receipt([goods(12_500)], [Payment("PRESENTKORT", 12_500)], number=2),
        receipt([line(LineKind.GIFT_CARD, -5_000)], [Payment("KONTANT", -5_000)], number=3),
        receipt([goods(-2_500)], [Payment("PRESENTKORT", -2_500)], number=4),
    ]
    debt = [(amount, text) for account, amount, text in rows(book(day)) if account == 2421]
    assert debt == [
        (12_500, "Presentkort använt"),
        (5_000, "Presentkort återköpt"),
        (-50_000, "Presentkort sålt"),
        (-2_500, "Presentkort tillbaka på kort"),
    ]


def test_the_vat_of_a_single_purpose_voucher_is_paid_once_when_it_is_sold() -> None:
    methods = (*METHODS, PaymentMethod("ENFUNKTION", "Badkort", PaymentKind.SINGLE_PURPOSE))
    own = make_rules(Posting(), TILLS, methods, GROUPS)
    sold = receipt_voucher(
        receipt([line(LineKind.SINGLE_PURPOSE, 10_600, 6, "LIV")], [Payment("KORT", 10_600)], number=1), own
    )
    assert by_account(sold) == {1686: 10_600, 2429: -10_000, 2631: -600}
    used = receipt_voucher(receipt([goods(10_600, 6, group="LIV")], [Payment("ENFUNKTION", 10_600)], number=2), own)
    assert by_account(used) == {2429: 10_000, 2631: 0, 3003: -10_000}
    mixed = receipt([goods(10_600, 6, group="LIV"), goods(12_500)], [Payment("ENFUNKTION", 23_100)], number=3)
    with pytest.raises(SyncError, match="B33"):
        receipt_voucher(mixed, own)


def test_tips_show_whose_they_are_and_how_they_were_paid() -> None:
    day = [
        receipt([line(LineKind.TIP, 2_000)], [Payment("KORT", 2_000)], number=1),
        receipt([line(LineKind.TIP, 1_000)], [Payment("KONTANT", 1_000)], number=2),
        receipt([line(LineKind.OWNER_TIP, 500)], [Payment("KORT", 500)], number=3),
    ]
    tips = [row for row in rows(book(day)) if "Dricks" in row[2]]
    assert tips == [
        (2829, -1_000, "Dricks personal kontant"),
        (2829, -2_000, "Dricks personal kort"),
        (3999, -500, "Dricks företag kort"),
    ]
    paid_out = cash_postings([CashMovement("1", 1, CashKind.PAY_OUT, NOON, 3_000, "Dricks")], rules())
    assert [(row.account, row.amount) for row in paid_out] == [(1911, -3_000), (2829, 3_000)]


def test_what_is_sold_for_another_is_a_debt_and_the_commission_stands_apart() -> None:
    agents: list[dict[str, Any]] = [
        {"group": "LOTTER", "account": 2891, "commission": 60, "commission_account": 3921, "vat": 25}
    ]
    sale = receipt([line(LineKind.GOODS, 10_000, 0, "LOTTER"), line(LineKind.AGENT, 5_000)], [Payment("KORT", 15_000)])
    assert rows(receipt_voucher(sale, rules(agents=agents))) == [
        (1686, 15_000, "Kort"),
        (2891, 600, "Provision LOTTER"),
        (2611, -120, "Moms på provision lotter"),
        (2890, -5_000, "Ombud"),
        (2891, -10_000, "Ombud LOTTER"),
        (3921, -480, "Provision LOTTER"),
    ]


@pytest.mark.parametrize("document", [receipt_voucher, receipt_invoice])
def test_the_vat_of_what_was_sold_is_the_tills_whatever_posting_adds(
    document: Callable[[Receipt, Rules], Document],
) -> None:
    """A commission has VAT that is no receipt's, and a voucher that comes back was taxed when it was sold."""
    agents = (AgentRule("LOTTER", 2891, commission=60, commission_account=3921, vat=25),)
    methods = (*METHODS, PaymentMethod("BAD", "Badkort", PaymentKind.SINGLE_PURPOSE))
    own = make_rules(Posting(agents=agents, cash_customer="1"), TILLS, methods, GROUPS)
    sale = receipt(
        [goods(10_600, 6, group="LIV"), line(LineKind.GOODS, 10_000, 0, "LOTTER")],
        [Payment("BAD", 10_600), Payment("KORT", 10_000)],
    )
    assert vat_of(encode(document(sale, own))) == sum(one.vat for one in sale.lines) == 600


@pytest.mark.parametrize(
    ("reason", "account", "word"),
    [("free", 3004, "momsfri"), ("export", 3105, "export"), ("eu", 3108, "EU"), ("reverse", 3231, "omvänd moms")],
)
def test_no_vat_is_parted_by_why_there_is_none(reason: str, account: int, word: str) -> None:
    own = rules(zero_rated=[{"group": "LIV", "reason": reason}])
    sale = receipt([goods(5_000, 0, group="LIV")], [Payment("KORT", 5_000)])
    assert (account, -5_000, f"Försäljning 0 % {word} Livsmedel") in rows(receipt_voucher(sale, own))


def test_pant_follows_the_account_and_the_vat_of_its_goods() -> None:
    sale = receipt([line(LineKind.DEPOSIT, 200, 6, "LIV")], [Payment("KORT", 200)])
    assert by_account(receipt_voucher(sale, rules())) == {1686: 200, 3003: -189, 2631: -11}


def test_float_from_the_bank_or_the_safe_never_credits_the_money_on_its_way_to_the_bank() -> None:
    for reason, account in (("Växel", 1919), ("växel från bank", 1930), ("Kassaskåp", 1919)):
        moved = cash_postings([CashMovement("1", 1, CashKind.PAY_IN, NOON, 500, reason)], rules())
        assert [(row.account, row.amount) for row in moved] == [(1911, 500), (account, -500)]


def test_an_account_that_few_shops_use_is_checked_but_stops_nobody() -> None:
    seldom = {2829, 3999, 2429, 2890, 2999, 1919}
    assert seldom <= accounts_in(rules()).keys()
    assert not seldom & accounts_needed(rules())
    assert {1686, 1910, 1911, 2421, 3001, 2611, 3740, 3790} & set(accounts_in(rules())) <= accounts_needed(rules())


def test_facts_come_first_where_a_receiver_cuts() -> None:
    sale = receipt([goods(100)], [Payment("FAKTURA", 100)], customer="KUND-10023", number=123_456)
    voucher = receipt_voucher(sale, rules())
    assert "KUND-10023" in voucher.text[:50]
    assert any("1-123456 kund KUND-10023" in row.text[:50] for row in voucher.postings)


@pytest.mark.parametrize(
    ("name", "numbers", "text"),
    [
        ("Kassa 1", 4, "1-Z1 Z-rapport 1 kassa 1 kvitto 1-4"),
        ("Baren", 4, "1-Z1 Z-rapport 1 Baren (kassa 1) kvitto 1-4"),
        ("Huvudkassan plan 2", 4, "1-Z1 Z 1 Huvudkassan plan 2 (kassa 1) kvitto 1-4"),
        ("Huvudkassan vid utgången", 4, "1-Z1 Huvudkassan vid utgången (kassa 1) kvitto 1-4"),
        ("Huvudkassan vid utgången mot torget", 4, "1-Z1 Z-rapport 1 kassa 1 kvitto 1-4"),
    ],
)
def test_a_z_voucher_names_till_z_and_receipts_and_shortens_only_words(name: str, numbers: int, text: str) -> None:
    own = make_rules(Posting(), (Till("1", name),), METHODS, GROUPS)
    sold = [receipt([goods(12_500)], [Payment("KORT", 12_500)], number=one) for one in range(1, numbers + 1)]
    assert book(sold, by=own).text == text
    assert len(text) <= 50


def test_a_day_of_many_z_reports_names_them_and_their_receipts_on_the_rows() -> None:
    closed = []
    for till in range(1, 9):
        sold = [receipt([goods(12_500)], [Payment("KORT", 12_500)], till=str(till), number=n) for n in (101, 102)]
        closed.append(Closed(z_of(sold, till=str(till), number=77), sold, ()))
    share = shares(date(2026, 11, 2), closed, date.min, lambda _: True)[0]
    voucher = day_voucher("D20261102", share, rules())
    assert voucher.text == "D20261102 8 Z-rapporter, numren på raderna"
    paid = [row.text for row in voucher.postings if row.account == 1686]
    assert paid == [f"{till}-Z77 101-102 Kort" for till in range(1, 9)]


def accounts_of(invoice: Invoice) -> dict[int, int]:
    """What an invoice becomes in any books: each row's net on its account, VAT together (account 0), payments."""
    sums: dict[int, int] = {}
    for row in invoice.rows:
        sums[row.account] = sums.get(row.account, 0) - (row.amount - row.vat)
        sums[0] = sums.get(0, 0) - row.vat
    for payment in invoice.payments:
        sums[payment.account] = sums.get(payment.account, 0) + payment.amount
    return {account: amount for account, amount in sums.items() if amount}


def test_an_invoice_is_as_exact_as_a_voucher() -> None:
    """The same receipt as an invoice and as a voucher: the same accounts to the öre, VAT by rate as the till has it."""
    methods = (*METHODS, PaymentMethod("ENFUNKTION", "Badkort", PaymentKind.SINGLE_PURPOSE))
    agents = (AgentRule("LOTTER", 2891, 60, 3921, 25),)
    own = make_rules(Posting(agents=agents, cash_customer="K1"), TILLS, methods, GROUPS)
    for sign in (1, -1):
        lines = [
            goods(sign * 999, 6, group="LIV"),
            goods(sign * 999, 6, group="LIV", row=2),
            line(LineKind.GOODS, sign * 10_000, 0, "LOTTER"),
            line(LineKind.TIP, sign * 500),
        ]
        paid = [Payment("ENFUNKTION", sign * 1_000), Payment("KORT", sign * 11_498)]
        sale = receipt(lines, paid)
        invoice, voucher = receipt_invoice(sale, own), receipt_voucher(sale, own)
        assert sum(row.amount for row in invoice.rows) == sum(one.amount for one in invoice.payments)
        expected = {account: amount for account, amount in by_account(voucher).items() if amount}
        vat = sum(expected.pop(account, 0) for account in (2611, 2621, 2631))
        assert accounts_of(invoice) == {**expected, 0: vat}
        by_rate = {rate: sum(row.vat for row in invoice.rows if row.vat_rate == rate) for rate in (25, 6)}
        assert by_rate == {25: sign * 120, 6: sign * (2 * 57 - 57)}
        shown = sum(one.vat for one in lines)
        for document in (invoice, voucher):  # what the proof holds against the Z report: not what follows of the lines
            assert vat_of(encode(document)) == shown


def test_the_rate_of_a_single_purpose_voucher_is_that_of_its_method_whatever_else_is_bought() -> None:
    methods = (*METHODS, PaymentMethod("BOK", "Bokcheck", PaymentKind.SINGLE_PURPOSE))
    own = make_rules(Posting(payments=(PaymentRule("BOK", vat=6),)), TILLS, methods, GROUPS)
    mixed = receipt(
        [goods(10_600, 6, group="LIV"), goods(12_500)], [Payment("BOK", 10_600), Payment("KORT", 12_500)], number=1
    )
    assert by_account(receipt_voucher(mixed, own)) == {
        1686: 12_500,
        2429: 10_000,
        2611: -2_500,
        2631: 0,
        3001: -10_000,
        3003: -10_000,
    }
    # Sold at 6 %, used for something at 25 %: only what was paid comes back, the rest of the VAT is still owed.
    dearer = receipt([goods(10_600)], [Payment("BOK", 10_600)], number=2)
    assert by_account(receipt_voucher(dearer, own)) == {2429: 10_000, 2611: -2_120, 2631: 600, 3001: -8_480}


def test_deposits_alone_tell_the_rate_of_a_single_purpose_voucher() -> None:
    methods = (*METHODS, PaymentMethod("BOK", "Bokcheck", PaymentKind.SINGLE_PURPOSE))
    own = make_rules(Posting(), TILLS, methods, GROUPS)
    sale = receipt([line(LineKind.DEPOSIT, 10_600, 6, "LIV")], [Payment("BOK", 10_600)])
    assert by_account(receipt_voucher(sale, own)) == {2429: 10_000, 2631: 0, 3003: -10_000}


@pytest.mark.parametrize("kind", [LineKind.GIFT_CARD, LineKind.TIP, LineKind.OWNER_TIP, LineKind.AGENT])
@pytest.mark.parametrize("vat", [0, 2_000])
def test_vat_where_none_can_be_is_told_as_such_and_never_as_a_missing_account(kind: LineKind, vat: int) -> None:
    odd = receipt([Line(3, kind, "", "Rad", "", 1000, 10_000, vat, 25)], [Payment("KORT", 10_000)], customer="K1")
    for make in (receipt_voucher, receipt_invoice):
        with pytest.raises(SyncError, match="B35") as told:
            make(odd, rules())
        assert "Rad 3" in str(told.value)


def test_a_rate_that_sweden_does_not_have_is_told_as_such() -> None:
    with pytest.raises(SyncError, match="B19"):
        receipt_voucher(receipt([goods(12_000, 20)], [Payment("KORT", 12_000)]), rules())


@pytest.mark.parametrize("customer", ["KUND-1234567890123456", "K" * 30])
def test_no_row_or_text_cuts_a_customer_or_a_number(customer: str) -> None:
    """Fifty characters is what several receivers keep."""
    sold = receipt(
        [goods(100)],
        [Payment("FAKTURA", 100)],
        customer=customer,
        number=1_234_561,
        return_of=ReceiptKey("1", 1_234_500),
    )
    closed = [
        Closed(z_of([one], number=123), [one], ())
        for one in (sold, receipt([goods(100)], [Payment("KORT", 100)], number=1_234_562, till="2"))
        for _ in range(3)
    ]
    own = make_rules(Posting(), (Till("1", "Uteserveringen vid kajen"), Till("2", "Kassa 2")), METHODS, GROUPS)
    alone = receipt_voucher(sold, own)
    day = day_voucher("K4D-D20261102", shares(NOON.date(), closed, NOON.date(), lambda _: True)[0], own)
    for voucher in (alone, day):
        assert len(voucher.text) <= 50 or len(customer) > 20
        credit = [row.text[:50] for row in voucher.postings if row.account == 1510]
        assert all(customer in text and "1234561" in text for text in credit)


def test_a_till_with_a_long_id_still_tells_its_receipts() -> None:
    own = make_rules(Posting(), (Till("KASSA-NORRA-TORGET", "Norra torget"),), METHODS, GROUPS)
    sold = [
        receipt([goods(100)], [Payment("KORT", 100)], till="KASSA-NORRA-TORGET", number=one)
        for one in (1_234_561, 1_234_569)
    ]
    voucher = book(sold, z=z_of(sold, till="KASSA-NORRA-TORGET"), by=own)
    assert voucher.text[:50].endswith("1234561-1234569")


def test_a_group_called_as_its_reason_is_not_said_twice() -> None:
    own = make_rules(Posting(zero_rated=(ZeroRule("EU", "eu"),)), TILLS, METHODS, (ArticleGroup("EU", "EU", 0),))
    sale = receipt([goods(10_000, 0, group="EU")], [Payment("KORT", 10_000)])
    assert (3108, -10_000, "Försäljning 0 % EU") in rows(receipt_voucher(sale, own))
