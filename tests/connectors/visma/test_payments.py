"""Whose a payment is where nothing says so: one for one over all of a day, and what cannot be told is said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from connectors.visma_eekonomi import cases
from synccenter.contract.connector import Booked, Delivered
from tests.connectors.visma import company
from tests.connectors.visma.rig import VismaRig
from tests.connectors.visma.test_books import ALIKE, Voucher, day_of, doubled, gone, paying, sent, whys
from tests.connectors.visma.test_money import COFFEE, MUG, opened, sold
from tests.worlds import documents
from tests.worlds.fakes.visma_rules import booked_invoice, guid, paid

TEA = replace(COFFEE, amount=4990, vat=535)
"""As much as a mug, at another rate of VAT."""

PARTLY = sold(replace(MUG, amount=9980, vat=1996), paid={1686: 4990}, owed=4990)

MIXED = day_of(
    sold(TEA, MUG, paid={1686: 4990, 1910: 4990}),
    PARTLY,
    sold(TEA, paid={1686: 4990}),
    sold(MUG, paid={1686: 4990}),
    sold(TEA, paid={1686: 4990}),
    sold(replace(MUG, quantity=-1000, amount=-4990, vat=-998), paid={1686: -4990}, credit=True),
)
"""A day on which one amount is paid by card five times, for as many sorts of receipts."""


@pytest.fixture
def cash(rig: VismaRig) -> VismaRig:
    """A company with the cash method, whose vouchers do not say what they pay."""
    rig.visma.rows["fiscalyears"][guid("fiscalyears", 2026)]["BookkeepingMethod"] = 1
    rig.visma.tells_what_is_paid = False
    return rig


def unread(rig: VismaRig, there: list[Delivered]) -> list[Booked]:
    return [one for one in opened(rig).read_back(there) if one.unread]


@pytest.mark.parametrize("turned", [False, True])
def test_by_the_cash_method_each_receipt_finds_its_own_of_many_alike(cash: VismaRig, turned: bool) -> None:
    there = sent(cash, MIXED)
    if turned:
        cash.visma.rows["vouchers"] = dict(reversed(cash.visma.rows["vouchers"].items()))
    assert whys(opened(cash), there) == {}
    assert not unread(cash, there)


def net_moved(rig: VismaRig) -> None:
    """Sales and VAT of one receipt on another rate."""
    row = next(row for one in paying(rig) for row in one["Rows"] if row["AccountNumber"] == 2611)
    row["AccountNumber"] = 2621


def sales_moved(rig: VismaRig) -> None:
    """The net of one receipt on another sales account."""
    row = next(row for one in paying(rig) for row in one["Rows"] if row["AccountNumber"] == 3001)
    row["AccountNumber"] = 3041


@pytest.mark.parametrize("harm", [gone, doubled, net_moved, sales_moved])
def test_by_the_cash_method_whatever_becomes_of_a_payment_is_seen(
    cash: VismaRig, harm: Callable[[VismaRig], None]
) -> None:
    there = sent(cash, MIXED)
    harm(cash)
    assert len(whys(opened(cash), there)) >= 1


def other_paid(rig: VismaRig, *, part: float = 1.0, account: int = 1910) -> dict[str, Any]:
    """Somebody else's invoice of a mug on the same day, paid in whole or in part."""
    rows = [{"ArticleId": guid("articles", "MUGG"), "Quantity": 1, "UnitPrice": 49.9 / part, "Text": "Mugg"}]
    body = {"CustomerId": guid("customers", "1"), "InvoiceDate": f"{documents.DAY}", "YourReference": "Anna"}
    made = booked_invoice(rig.visma, body | {"Rows": rows, "EuThirdParty": False, "RotReducedInvoicingType": 0})
    made["DueDate"] = made["InvoiceDate"]
    rig.visma.rows["customerinvoices"][made["Id"]] = made
    kind = 2 if part == 1.0 else 1
    pay = {"CompanyBankAccountId": guid("bankaccounts", account), "PaymentAmount": 49.9, "PaymentType": kind}
    paid(rig.visma, made, pay | {"PaymentDate": f"{documents.DAY}"})
    return made


@pytest.mark.parametrize("part", [1.0, 0.5])
def test_what_another_paid_is_neither_a_payment_of_ours_nor_one_too_many(rig: VismaRig, part: float) -> None:
    rig.visma.tells_what_is_paid = False
    there = sent(rig, ALIKE)
    other_paid(rig, part=part)
    assert whys(opened(rig), there) == {}
    assert not unread(rig, there)
    del rig.visma.rows["vouchers"][paying(rig)[0]["Id"]]
    assert whys(opened(rig), there) == {}, "it may be the other's that is gone"
    assert {one.unread for one in unread(rig, there)} == {(cases.UNREAD,)}, "and so it is said"
    for one in paying(rig)[:2]:
        del rig.visma.rows["vouchers"][one["Id"]]
    assert whys(opened(rig), there), "more than the other's is gone"


def test_one_too_many_on_a_day_of_others_too_is_said(rig: VismaRig) -> None:
    """An old debt of the same amount may have been paid that day: nobody can tell that it is not."""
    rig.visma.tells_what_is_paid = False
    there = sent(rig, ALIKE)
    other_paid(rig, account=1930)
    assert not unread(rig, there), "another on another account is no doubt"
    doubled(rig)
    assert whys(opened(rig), there) == {}
    assert {one.unread for one in unread(rig, there)} == {(cases.UNREAD,)}
    rig.visma.tells_transactions = True
    assert not unread(rig, there), "the transactions tell whose they are"


def test_where_another_paid_as_much_the_transactions_are_asked(rig: VismaRig) -> None:
    """Ours on the other's account would else be taken for the other's, and the other's for ours."""
    rig.visma.tells_what_is_paid, rig.visma.tells_transactions = False, True
    there = sent(rig, ALIKE)
    other_paid(rig)
    assert whys(opened(rig), there) == {}
    paying(rig)[0]["Rows"][0]["AccountNumber"] = 1930
    assert "konto 1910, 1930" in whys(opened(rig), there)["K1-1"]


def test_a_payment_that_a_person_may_have_booked_again_is_said(shop: VismaRig) -> None:
    """Where payments say whose they are, one by hand that fits may be meant so."""
    there = sent(shop, ALIKE)
    (payment, *_) = paying(shop)
    del shop.visma.rows["vouchers"][payment["Id"]]
    by_hand = {name: value for name, value in payment.items() if name not in {"Id", "SourceId"}}
    shop.visma.put("vouchers", "by hand", **by_hand | {"VoucherType": 2, "VoucherText": "Kassan"})
    assert whys(opened(shop), there) == {}
    assert len(unread(shop, there)) == (1 if shop.visma.tells_what_is_paid or shop.visma.tells_transactions else 0)


def unbooked(rig: VismaRig, name: str = "K1-1") -> Voucher:
    """An invoice that a person has made a draft of again: it stands in the list, and has no voucher."""
    invoice = next(one for one in rig.visma.rows["customerinvoices"].values() if one["YourReference"] == name)
    return rig.visma.rows["vouchers"].pop(invoice.pop("VoucherId"))


def test_an_invoice_that_has_no_voucher_any_more_is_not_booked(shop: VismaRig) -> None:
    there = sent(shop, ALIKE)
    unbooked(shop)
    assert whys(opened(shop), there) == {"K1-1": "momsen är 0,00 kr i stället för 9,98 kr"}


def test_where_invoices_and_vouchers_do_not_name_each_other_they_are_matched(rig: VismaRig) -> None:
    rig.visma.names_vouchers = rig.visma.tells_what_is_paid = False
    there = sent(rig, MIXED)
    assert whys(opened(rig), there) == {}
    made = [one for one in rig.visma.rows["vouchers"].values() if one["VoucherType"] == 14]
    del rig.visma.rows["vouchers"][made[2]["Id"]]
    assert len(whys(opened(rig), there)) == 1
    rig.visma.rows["vouchers"][made[2]["Id"]] = made[2]
    row = next(row for row in made[3]["Rows"] if row["AccountNumber"] == 3001)
    row["AccountNumber"] = 3041
    assert list(whys(opened(rig), there)) == ["K1-4"]


@pytest.mark.parametrize("named", [True, False])
def test_an_invoices_voucher_is_known_by_what_it_holds_whatever_its_type(rig: VismaRig, named: bool) -> None:
    rig.visma.tells_what_is_paid = False
    there = sent(rig, ALIKE)
    for invoice in rig.visma.rows["customerinvoices"].values():
        made = rig.visma.rows["vouchers"][invoice.pop("VoucherId")]
        made.update(VoucherType=16, SourceId=made["SourceId"] if named else None)
    assert whys(opened(rig), there) == {}
    made["Rows"][-1]["AccountNumber"] = 3041
    assert len(whys(opened(rig), there)) == 1


@pytest.mark.parametrize("named", [True, False])
def test_a_gift_card_alone_is_a_sale_though_its_account_is_one_that_pays(rig: VismaRig, named: bool) -> None:
    rig.visma.tells_what_is_paid = False
    company.add_substitute(rig.visma, 2421, 50)
    rig.options["substitutes"] = ({"account": 2421, "rate": 0, "article": "E2421-0"},)
    card = replace(MUG, article="", text="Presentkort", amount=50000, vat=0, vat_rate=0, account=2421, goods=False)
    there = sent(rig, day_of(sold(card, paid={1686: 50000}), sold(MUG, paid={2421: 4990}), *ALIKE))
    for invoice in rig.visma.rows["customerinvoices"].values():
        made = rig.visma.rows["vouchers"][invoice.pop("VoucherId")]
        made.update(SourceId=made["SourceId"] if named else None)
    assert whys(opened(rig), there) == {}


def test_an_invoice_in_another_currency_is_another(rig: VismaRig) -> None:
    rig.visma.tells_what_is_paid = False
    there = sent(rig, ALIKE)
    next(iter(rig.visma.rows["customerinvoices"].values()))["CurrencyCode"] = "EUR"
    assert whys(opened(rig), there) == {"K1-1": "fakturan är i EUR i stället för kronor"}


def test_of_several_hundred_alike_each_has_one(rig: VismaRig) -> None:
    rig.visma.tells_what_is_paid = False
    there = sent(rig, [replace(ALIKE[0], reference=f"K1-{number}") for number in range(1, 101)])
    assert whys(opened(rig), there) == {}
    gone(rig)
    assert len(whys(opened(rig), there)) == 1
