"""The books of an invoice are read, not believed: whatever becomes of its vouchers is seen, and what is right is right.

How eEkonomi tells what a payment's voucher pays is not described, so everything holds whether it tells or not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from connectors.visma_eekonomi.connector import Visma
from synccenter.contract.connector import Booked, Delivered
from synccenter.contract.model import Invoice, Purpose
from synccenter.truth.standing import compare, dimensions_untold, payments_untold
from tests.connectors.visma import company
from tests.connectors.visma.rig import VismaRig
from tests.connectors.visma.test_money import COFFEE, MUG, opened, sold
from tests.worlds.fakes.visma_rules import guid

Voucher = dict[str, Any]


def untold(rig: VismaRig) -> bool:
    return not (rig.visma.tells_what_is_paid or rig.visma.tells_transactions)


def day_of(*documents: Invoice) -> list[Invoice]:
    """Each with a reference of its own."""
    return [replace(one, reference=f"K1-{number}") for number, one in enumerate(documents, 1)]


ALIKE = day_of(
    sold(MUG, paid={1910: 4990}),
    sold(MUG, paid={1910: 4990}),
    sold(MUG, COFFEE, paid={1910: 4990, 1686: 2545}),
    sold(replace(MUG, quantity=-1000, amount=-4990, vat=-998), paid={1910: -4990}, credit=True),
)


def sent(rig: VismaRig, documents: list[Invoice]) -> list[Delivered]:
    connector = opened(rig)
    return [Delivered(one, connector.send(one).external_id) for one in documents]


def whys(connector: Visma, there: list[Delivered]) -> dict[str, str]:
    """What is wrong of each, by reference."""
    documents = {one.document.reference: one.document for one in there}
    found: dict[str, str] = {}
    for booked in connector.read_back(there):
        document = documents[booked.reference]
        assert isinstance(document, Invoice)
        found[booked.reference] = compare(document, booked)[0]
    return {reference: why for reference, why in found.items() if why}


def paying(rig: VismaRig) -> list[Voucher]:
    return [one for one in rig.visma.rows["vouchers"].values() if one["VoucherType"] == 10]


def gone(rig: VismaRig) -> None:
    del rig.visma.rows["vouchers"][paying(rig)[1]["Id"]]


def on_another_account(rig: VismaRig) -> None:
    paying(rig)[1]["Rows"][0]["AccountNumber"] = 1930


def doubled(rig: VismaRig) -> None:
    number = rig.visma.next_number("voucher B")
    rig.visma.put(
        "vouchers", ("twin", number), **{name: value for name, value in paying(rig)[1].items() if name != "Id"}
    )


def of_another_amount(rig: VismaRig) -> None:
    for row in paying(rig)[1]["Rows"]:
        row.update({name: amount + 10 for name, amount in row.items() if name.endswith("Amount")})


@pytest.mark.parametrize("harm", [gone, on_another_account, doubled, of_another_amount])
def test_whatever_becomes_of_a_payment_is_seen(shop: VismaRig, harm: Callable[[VismaRig], None]) -> None:
    there = sent(shop, ALIKE)
    assert whys(opened(shop), there) == {}
    harm(shop)
    found = whys(opened(shop), there)
    assert len(found) == 1
    (why,) = found.values()
    assert "annan betalning på konto 1910" in why
    assert "i stället för 49,90 kr" in why
    assert whys(opened(shop), there[1:2]) or untold(shop), "read alone it is as wrong"


def test_right_payments_stay_right_whoever_has_moved_them(shop: VismaRig) -> None:
    there = sent(shop, ALIKE)
    paying(shop)[1]["VoucherDate"] = "2026-11-24T00:00:00"
    assert whys(opened(shop), there) == {}, "the next day"
    paying(shop)[0]["VoucherDate"] = "2026-11-26T00:00:00"
    assert (whys(opened(shop), there) == {}) != untold(shop), "days that nobody had read"


def test_one_voucher_for_a_day_and_an_account_is_enough(shop: VismaRig) -> None:
    shop.visma.tells_what_is_paid = shop.visma.tells_transactions = False
    there = sent(shop, ALIKE)
    cash = [one for one in paying(shop) if one["Rows"][0]["AccountNumber"] == 1910]
    for one in cash[1:]:
        del shop.visma.rows["vouchers"][one["Id"]]
    rows = [{"AccountNumber": 1910, "DebitAmount": 99.8}, {"AccountNumber": 1510, "CreditAmount": 99.8}]
    cash[0]["Rows"] = rows
    assert whys(opened(shop), there) == {}
    cash[0]["Rows"] = [{**row, side: 99.7} for row, side in zip(rows, ("DebitAmount", "CreditAmount"), strict=True)]
    assert set(whys(opened(shop), there)) == {"K1-1", "K1-2", "K1-3", "K1-4"}, "a day that does not come out"


def test_what_else_eekonomi_makes_or_says_is_no_payment(shop: VismaRig) -> None:
    """An accrual of the invoice, and a person's name that is another invoice's reference."""
    there = sent(shop, ALIKE)
    visma, first = shop.visma, paying(shop)[0]
    rows = [{"AccountNumber": 3001, "DebitAmount": 10.0}, {"AccountNumber": 2990, "CreditAmount": 10.0}]
    source = next(iter(visma.rows["customerinvoices"]))
    accrual = {"SourceId": source, "VoucherType": 18, "VoucherText": "Periodisering", "Rows": rows}
    visma.put("vouchers", "accrual", **(first | accrual | {"Id": guid("vouchers", "accrual")}))
    other = {name: value for name, value in visma.rows["customerinvoices"][source].items() if name != "Id"}
    visma.put("customerinvoices", "hers", **(other | {"YourReference": "Inbetalning", "RemainingAmount": 9.0}))
    assert whys(opened(shop), there) == {}
    gone(shop)
    assert len(whys(opened(shop), there)) == 1


def test_a_quick_invoice_has_its_payment_in_its_own_voucher(shop: VismaRig) -> None:
    there = sent(shop, ALIKE[:1])
    (payment,) = paying(shop)
    del shop.visma.rows["vouchers"][payment["Id"]]
    (made,) = shop.visma.rows["vouchers"].values()
    made["VoucherType"] = 23
    next(row for row in made["Rows"] if row["AccountNumber"] == 1510)["AccountNumber"] = 1910
    assert whys(opened(shop), there) == {}


def test_where_no_books_are_kept_the_payments_are_said_not_to_be_read(rig: VismaRig) -> None:
    rig.visma.keeps_books = False
    there = sent(rig, ALIKE[:1])
    (booked,) = opened(rig).read_back(there)
    assert payments_untold(ALIKE[0], booked)
    rig.visma.rows["fiscalyears"][guid("fiscalyears", 2026)]["BookkeepingMethod"] = 1
    assert "momsen är 0,00 kr" in whys(opened(rig), there)["K1-1"], (
        "by the cash method the payment would be its voucher"
    )


def moved(rig: VismaRig, number: int = 0) -> None:
    """The net of an invoice's own voucher on another sales account."""
    made = [one for one in rig.visma.rows["vouchers"].values() if one["VoucherType"] == 14][number]
    next(row for row in made["Rows"] if row["AccountNumber"] == 3001)["AccountNumber"] = 3002


def test_net_on_another_sales_account_is_seen(rig: VismaRig) -> None:
    there = sent(rig, ALIKE)
    moved(rig, 1)
    why = "försäljningen är 0,00 kr i stället för 39,92 kr på konto 3001, 39,92 kr i stället för 0,00 kr på konto 3002"
    assert whys(opened(rig), there) == {"K1-2": why}


def recoded(rig: VismaRig, account: int, key: object = 25) -> None:
    rig.world.server_clock.later(seconds=3600)
    coding = rig.visma.rows["articleaccountcodings"][guid("articleaccountcodings", key)]
    coding.update(DomesticSalesSubjectToVatAccountNumber=account, ChangedUtc=rig.visma.stamp())


def unread(rig: VismaRig, there: list[Delivered]) -> list[Booked]:
    return [one for one in opened(rig).read_back(there) if one.unread]


def test_the_articles_own_coding_is_right_whatever_the_till_calls_the_account(rig: VismaRig) -> None:
    company.add_account(rig.visma, 3041)
    recoded(rig, 3041)
    rig.world.server_clock.later(seconds=3600)
    there = sent(rig, ALIKE)
    assert whys(opened(rig), there) == {}
    made = [one for one in rig.visma.rows["vouchers"].values() if one["VoucherType"] == 14][1]
    next(row for row in made["Rows"] if row["AccountNumber"] == 3041)["AccountNumber"] = 3002
    assert "39,92 kr i stället för 0,00 kr på konto 3002" in whys(opened(rig), there)["K1-2"]


def test_an_article_that_is_coded_anew_later_makes_nothing_wrong_and_is_told(rig: VismaRig) -> None:
    company.add_account(rig.visma, 3041)
    recoded(rig, 3041)
    rig.world.server_clock.later(seconds=3600)
    there = sent(rig, ALIKE[:1])
    recoded(rig, 3051)
    assert whys(opened(rig), there) == {}
    assert [one.reference for one in unread(rig, there)] == ["K1-1"]
    assert {row.purpose for row in unread(rig, there)[0].postings} >= {Purpose.SALES, Purpose.VAT}


def test_an_earlier_voucher_tells_where_an_article_stood_whatever_has_touched_it_since(rig: VismaRig) -> None:
    """A sale moves the stock, and so perhaps when the article was changed."""
    there = sent(rig, ALIKE[:1])
    rig.world.server_clock.later(seconds=3600)
    there += sent(rig, ALIKE[1:2])
    moved(rig, 1)
    rig.world.server_clock.later(seconds=3600)
    rig.visma.rows["articles"][guid("articles", "MUGG")]["ChangedUtc"] = rig.visma.stamp()
    assert "på konto 3002" in whys(opened(rig), there)["K1-2"]


def test_reading_back_asks_for_each_list_once(shop: VismaRig) -> None:
    there = sent(shop, [replace(ALIKE[0], reference=f"K1-{number}") for number in range(1, 31)])
    before = len(shop.visma.seen)
    assert whys(opened(shop), there) == {}
    assert [one.path for one in shop.visma.seen[before:]] == ["/v2/customerinvoices", "/v2/vouchers"]
    assert shop.visma.seen[-1].query["$pagesize"] == "1000"


def test_a_cost_centre_that_is_taken_off_is_seen_where_others_have_theirs(rig: VismaRig) -> None:
    documents = [
        replace(one, rows=tuple(replace(row, cost_centre=rig.centre) for row in one.rows)) for one in ALIKE[:2]
    ]
    there = sent(rig, documents)
    assert whys(opened(rig), there) == {}
    made = [one for one in rig.visma.rows["vouchers"].values() if one["VoucherType"] == 14]
    for row in made[0]["Rows"]:
        row.pop("CostCenterItemId1", None)
    assert "annat kostnadsställe: HORN har 0,00 kr" in whys(opened(rig), there)["K1-1"]
    for row in made[1]["Rows"]:
        row.pop("CostCenterItemId1", None)
    assert whys(opened(rig), there) == {}, "a company whose vouchers of invoices hold none"
    assert all(dimensions_untold(documents[0], one) for one in opened(rig).read_back(there))
    made[0]["Rows"][-1]["CostCenterItemId1"] = "another"
    assert set(whys(opened(rig), there)) == {"K1-1"}, "given to one by hand it says nothing of the others"


def test_only_a_doubt_asks_for_the_transactions(shop: VismaRig) -> None:
    there = sent(shop, ALIKE)
    gone(shop)
    assert len(whys(opened(shop), there)) == 1
    asked = shop.visma.count("GET", "/matched")
    assert asked == (0 if shop.visma.tells_what_is_paid else 1 if untold(shop) else 2), "of each account, till refused"


@pytest.mark.parametrize(
    "document",
    [
        sold(MUG, paid={1686: 14990, 1910: -10000}),
        sold(
            replace(MUG, quantity=-1000, amount=-4990, vat=-998),
            replace(COFFEE, amount=5600, vat=600),
            paid={1686: 610},
        ),
    ],
    ids=["cash back on a card", "an exchange whose VAT goes the other way"],
)
def test_without_books_the_invoice_itself_is_right(rig: VismaRig, document: Invoice) -> None:
    rig.visma.keeps_books = rig.visma.variant_has_books = False
    company.add_substitute(rig.visma, 1910, 50)
    rig.options["substitutes"] = ({"account": 1910, "rate": 0, "article": "E1910-0"},)
    assert whys(opened(rig), sent(rig, [document])) == {}
