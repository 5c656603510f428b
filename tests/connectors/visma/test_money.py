"""Money through eEkonomi's invoices: rounding, the odd öre, money given back, debts, and what the books say of it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from msgspec.structs import replace

from connectors.visma_eekonomi.connector import Visma
from synccenter.contract.connector import Booked
from synccenter.contract.errors import Reach, SyncError
from synccenter.contract.model import Invoice, InvoicePayment, InvoiceRow, Purpose
from synccenter.truth.standing import Standing, compare, look_up, vat_rounded
from tests.connectors.visma import company
from tests.connectors.visma.rig import VismaRig
from tests.worlds import documents
from tests.worlds.fakes.server import Fault
from tests.worlds.fakes.visma_rules import guid
from tests.worlds.lookups import booked_in

MUG = InvoiceRow("MUGG", "Mugg", 1000, 4990, 998, 25, 3001)
COFFEE = InvoiceRow("KAFFE", "Kaffe", 1000, 2545, 273, 12, 3002)


def opened(rig: VismaRig, **options: Any) -> Visma:
    rig.options |= options
    return rig.connector()


def sold(*rows: InvoiceRow, paid: dict[int, int], rounding: int = 0, **more: Any) -> Invoice:
    payments = tuple(InvoicePayment(f"B{account}", account, amount) for account, amount in paid.items())
    return Invoice("K1-5", documents.DAY, "1", rows, payments, rounding=rounding, rounding_account=3740, **more)


def booked(rig: VismaRig, document: Invoice) -> Booked:
    sent = opened(rig).send(document)
    there = booked_in(opened(rig), document, sent.external_id)
    assert there
    return there


def by_account(rig: VismaRig) -> Counter[int]:
    """Account -> öre in the books, without those that came to nothing."""
    sums: Counter[int] = Counter()
    for voucher in rig.visma.rows["vouchers"].values():
        for row in voucher["Rows"]:
            sums[row["AccountNumber"]] += round(row.get("DebitAmount", 0) * 100) - round(
                row.get("CreditAmount", 0) * 100
            )
    return Counter({account: amount for account, amount in sums.items() if amount})


CASH = sold(MUG, COFFEE, paid={1910: 5000, 1686: 2500}, rounding=-35)


@pytest.mark.parametrize("rounds", [False, True])
@pytest.mark.parametrize("without", [False, True])
def test_rounding_to_kronor_is_counted_once(rig: VismaRig, *, rounds: bool, without: bool) -> None:
    rig.visma.company["DomesticCurrencyRounding"] = int(rounds)
    rig.visma.total_without_rounding = without
    there = booked(rig, CASH)
    assert compare(CASH, there) == ("", 0)
    assert by_account(rig)[3740] == 35
    assert look_up(opened(rig), CASH).standing is Standing.OURS


def test_a_rounded_receipt_whose_answer_was_lost_is_found_as_ours(rig: VismaRig) -> None:
    rig.visma.company["DomesticCurrencyRounding"] = 1
    rig.visma.fail(Fault.DROP_AFTER, times=1, on=lambda one: one.method == "POST" and "payments" in one.path)
    with pytest.raises(SyncError) as caught:
        opened(rig).send(CASH)
    assert caught.value.uncertain
    verdict = look_up(opened(rig), CASH)
    assert verdict.standing is Standing.UNFINISHED
    opened(rig).finish(CASH, verdict.hits[0])
    assert look_up(opened(rig), CASH).standing is Standing.OURS


@pytest.mark.parametrize(("paid", "owed"), [({1686: 4990}, 0), ({}, 4990), ({1910: 1000}, 3990)])
def test_what_eekonomi_would_round_is_not_booked(rig: VismaRig, paid: dict[int, int], owed: int) -> None:
    """A card, or a debt, with öre in a company that rounds its invoices to kronor."""
    rig.visma.company["DomesticCurrencyRounding"] = 1
    document = sold(MUG, paid=paid, owed=owed)
    with pytest.raises(SyncError) as caught:
        opened(rig).send(document)
    assert caught.value.problem.code == "V14"
    assert caught.value.problem.reach is Reach.ONE, "what is paid in whole kronor goes on"
    assert not rig.visma.rows["customerinvoices"]
    whole = replace(document, reference="K1-6", payments=CASH.payments, rows=CASH.rows, rounding=CASH.rounding, owed=0)
    assert compare(whole, booked(rig, whole)) == ("", 0)


@pytest.mark.parametrize("amount", [1001, 1002, 1004, 4990, 99])
def test_the_odd_ore_of_a_company_is_closed_as_rounding(rig: VismaRig, amount: int) -> None:
    company.add_customer(rig.visma, "2", "Bolaget AB")
    vat = round(amount / 5)
    rows = tuple(replace(MUG, amount=amount, vat=vat) for _ in range(3))
    document = replace(sold(*rows, paid={1686: 3 * amount}), customer="2")
    there = booked(rig, document)
    assert compare(document, there) == ("", 0)
    in_books = -by_account(rig)[2611]
    assert vat_rounded(document, there) == in_books - 3 * vat, "the proof tells of every öre of VAT that differs"
    assert by_account(rig)[1686] == 3 * amount
    assert by_account(rig)[1510] == 0


def test_more_than_an_odd_ore_is_no_rounding(rig: VismaRig) -> None:
    company.add_customer(rig.visma, "2", "Bolaget AB")
    document = replace(sold(replace(MUG, vat=990), paid={1686: 4990}), customer="2")
    with pytest.raises(SyncError) as caught:
        opened(rig).send(document)
    assert caught.value.problem.code == "V07"
    assert not rig.visma.rows["customerinvoices"]


def test_a_banknote_back_on_a_card_is_a_row_of_its_account(rig: VismaRig) -> None:
    document = sold(MUG, paid={1686: 14990, 1910: -10000})
    with pytest.raises(SyncError) as caught:
        opened(rig).send(document)
    assert caught.value.problem.code == "V01", "told which article is missing"
    assert "1910" in caught.value.problem.fix
    assert not rig.visma.rows["customerinvoices"], "nothing is booked whose payment would be refused"
    company.add_substitute(rig.visma, 1910, 60)
    opened(rig, substitutes=({"account": 1910, "rate": 0, "article": "E1910-0"},))
    there = booked(rig, document)
    assert compare(document, there) == ("", 0)
    assert by_account(rig) == {1686: 14990, 1910: -10000, 3001: -3992, 2611: -998}


DEPOSIT = InvoiceRow("KAFFE", "Pant", 2000, 200, 21, 12, 2891, goods=False)


def test_a_deposit_goes_on_its_account_and_takes_no_stock_of_the_article_that_carries_it(rig: VismaRig) -> None:
    document = sold(COFFEE, DEPOSIT, paid={1686: 2745})
    with pytest.raises(SyncError) as caught:
        opened(rig).send(document)
    assert caught.value.problem.code == "V207"
    assert "2891" in caught.value.problem.fix
    assert not rig.visma.rows["customerinvoices"], "never income by the article's own coding"
    company.add_substitute(rig.visma, 2891, 60, rate=12)
    opened(rig, substitutes=({"account": 2891, "rate": 12, "article": "E2891-12"},))
    assert compare(document, booked(rig, document)) == ("", 0)
    assert by_account(rig)[2891] == -179


@pytest.mark.parametrize(("stock", "code"), [(True, "V207"), (False, None)])
def test_a_deposit_booked_as_its_article_needs_no_substitute_unless_it_has_stock(
    rig: VismaRig, stock: bool, code: str | None
) -> None:
    rig.visma.rows["articles"][guid("articles", "KAFFE")]["IsStock"] = stock
    (problem,) = opened(rig).look_at_rows([replace(DEPOSIT, account=3002)])
    assert (problem.code if problem else None) == code


def test_rows_are_looked_at_before_they_are_sent(rig: VismaRig) -> None:
    rows = (MUG, DEPOSIT, replace(DEPOSIT, article="", text="Presentkort", vat_rate=0, account=2421))
    found = opened(rig).look_at_rows(rows)
    assert [one.code if one else None for one in found] == [None, "V207", "V01"]


def own_voucher(rig: VismaRig) -> tuple[dict[str, Any], str]:
    """The only invoice and the key of the voucher that books it."""
    (made,) = rig.visma.rows["customerinvoices"].values()
    return made, next(key for key, one in rig.visma.rows["vouchers"].items() if one["Id"] == made["VoucherId"])


def test_an_invoice_whose_voucher_is_gone_does_not_stand_in_the_books(rig: VismaRig) -> None:
    document = sold(MUG, paid={1686: 4990})
    sent = opened(rig).send(document)
    del rig.visma.rows["vouchers"][own_voucher(rig)[1]]
    there = booked_in(opened(rig), document, sent.external_id)
    assert there
    assert compare(document, there) == ("momsen är 0,00 kr i stället för 9,98 kr", 998)


@pytest.mark.parametrize(("account", "why"), [(1686, ""), (1920, "försäljningen")])
def test_by_the_cash_method_an_invoice_is_booked_by_the_vouchers_of_its_payments(
    rig: VismaRig, account: int, why: str
) -> None:
    document = sold(MUG, paid={1686: 4990})
    sent = opened(rig).send(document)
    made, key = own_voucher(rig)
    booked_on = rig.visma.rows["vouchers"].pop(key)["Rows"]
    made["VoucherId"] = None
    (paid,) = rig.visma.rows["vouchers"].values()
    sales = [row for row in booked_on if row["AccountNumber"] != 1510]
    paid["Rows"] = [{"AccountNumber": account, "DebitAmount": 49.9}, *sales]
    there = booked_in(opened(rig), document, sent.external_id)
    assert there
    assert compare(document, there)[0].startswith(why)
    assert (compare(document, there) == ("", 0)) == (account == 1686)


@pytest.mark.parametrize("marked", [True, False])
def test_by_the_cash_method_what_is_partly_on_account_is_told_by_the_invoice_itself(
    rig: VismaRig, marked: bool
) -> None:
    document = sold(MUG, paid={1686: 2495}, owed=2495)
    sent = opened(rig).send(document)
    made, key = own_voucher(rig)
    del rig.visma.rows["vouchers"][key]
    made["VoucherId"] = None
    (paid,) = rig.visma.rows["vouchers"].values()
    paid["Rows"] = [
        {"AccountNumber": 1686, "DebitAmount": 24.95},
        {"AccountNumber": 3001, "CreditAmount": 19.96},
        {"AccountNumber": 2611, "CreditAmount": 4.99},
    ]
    if not marked:
        paid |= {"SourceId": None, "VoucherText": "Inbetalning"}
    there = booked_in(opened(rig), document, sent.external_id)
    assert there
    assert compare(document, there) == ("", 0)


def test_the_check_tries_every_substitute(rig: VismaRig) -> None:
    company.add_substitute(rig.visma, 2421, 50)
    company.add_article(rig.visma, "INTÄKT", 51, rate=0)
    good, income, gone = (
        {"account": 2421, "rate": 0, "article": "E2421-0"},
        {"account": 2429, "rate": 0, "article": "INTÄKT"},
        {"account": 2890, "rate": 25, "article": "BORTA"},
    )
    found = list(opened(rig, substitutes=(good, income, gone)).check())
    codes = {one.problem.code for one in found if one.problem}
    assert {"V18", "V01"} <= codes
    assert any("2429" in one.problem.what for one in found if one.problem)
    assert not {one.problem.code for one in opened(rig, substitutes=(good,)).check() if one.problem} & {"V18", "V01"}


def test_change_back_on_the_same_account_is_one_payment(rig: VismaRig) -> None:
    paid = (InvoicePayment("KONTANT", 1910, 10000), InvoicePayment("KONTANT", 1910, -5010))
    document = replace(sold(MUG, paid={}), payments=paid)
    assert compare(document, booked(rig, document)) == ("", 0)
    assert rig.visma.count("POST", "payments") == 1


def test_what_is_sold_on_account_stays_open(rig: VismaRig) -> None:
    document = sold(MUG, paid={1910: 1000}, owed=3990)
    there = booked(rig, document)
    assert (there.total, there.open) == (4990, 3990)
    assert compare(document, there) == ("", 0)
    assert look_up(opened(rig), document).standing is Standing.OURS
    (invoice,) = rig.visma.rows["customerinvoices"].values()
    assert "DueDate" not in invoice, "due by the customer's own terms"
    assert by_account(rig)[1510] == 3990


def test_a_debt_that_the_customer_has_paid_since_is_right(rig: VismaRig) -> None:
    document = sold(MUG, paid={}, owed=4990)
    sent = opened(rig).send(document)
    (invoice,) = rig.visma.rows["customerinvoices"].values()
    bank = guid("bankaccounts", 1930)
    body = {"CompanyBankAccountId": bank, "PaymentDate": "2026-11-23", "PaymentAmount": 49.9, "PaymentType": 2}
    from tests.worlds.fakes.visma_rules import paid

    paid(rig.visma, invoice, body)
    there = booked_in(opened(rig), document, sent.external_id)
    assert there
    assert (there.open, compare(document, there)) == (0, ("", 0))
    assert look_up(opened(rig), document).standing is Standing.OURS


def test_a_return_on_account_stays_open_as_a_credit(rig: VismaRig) -> None:
    back = replace(MUG, quantity=-1000, amount=-4990, vat=-998)
    document = sold(back, paid={}, owed=-4990, credit=True)
    there = booked(rig, document)
    assert (there.total, there.open) == (-4990, -4990)
    assert compare(document, there) == ("", 0)


@pytest.mark.parametrize("keeps_books", [True, False])
def test_the_books_are_read_and_not_assumed(rig: VismaRig, *, keeps_books: bool) -> None:
    rig.visma.keeps_books = keeps_books
    document = sold(MUG, COFFEE, paid={1686: 7535})
    there = booked(rig, document)
    assert compare(document, there) == ("", 0)
    assert {row.purpose for row in there.postings} >= {Purpose.SALES, Purpose.VAT}
    (invoice,) = rig.visma.rows["customerinvoices"].values()
    for voucher in rig.visma.rows["vouchers"].values():
        for row in voucher["Rows"]:
            if row["AccountNumber"] == 2611:
                row["CreditAmount"] = 0.0
            if row["AccountNumber"] == 3001:
                row["CreditAmount"] = 49.9
    invoice["TotalVatAmount"] = 2.73
    changed = booked_in(opened(rig), document, invoice["Id"])
    assert changed
    assert "momsen är 2,73 kr i stället för 12,71 kr" in compare(document, changed)[0]


def test_a_payment_on_another_account_is_seen(rig: VismaRig) -> None:
    document = sold(MUG, paid={1686: 4990})
    sent = opened(rig).send(document)
    for voucher in rig.visma.rows["vouchers"].values():
        for row in voucher["Rows"]:
            if row["AccountNumber"] == 1686:
                row["AccountNumber"] = 1930
    there = booked_in(opened(rig), document, sent.external_id)
    assert there
    assert "konto 1686, 1930" in compare(document, there)[0]


@pytest.mark.parametrize(
    ("change", "code"), [({"IsActive": False}, "V22"), ({"CurrencyCode": "EUR"}, "V23")], ids=["inactive", "euro"]
)
def test_a_customer_that_cannot_be_invoiced_in_kronor_is_told_before(
    rig: VismaRig, change: dict[str, Any], code: str
) -> None:
    rig.visma.rows["customers"][guid("customers", "1")] |= change
    with pytest.raises(SyncError) as caught:
        opened(rig).send(CASH)
    assert caught.value.problem.code == code
    assert not rig.visma.rows["customerinvoices"]
