"""Which accounts an invoice's sales should stand on, by what the other invoices of the same reading show."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from connectors.formats.sales_accounts import UNREAD, judged
from synccenter.contract.connector import Booked
from synccenter.contract.model import Invoice, InvoicePayment, InvoiceRow, Posting, Purpose
from synccenter.truth.standing import compare

DAY = date(2026, 11, 2)


def _sold(number: int, account: int, *, article: str = "A", customer: str = "K") -> tuple[Invoice, Booked]:
    row = InvoiceRow(article, article, 1000, 12_500, 2_500, 25, 3001)
    paid = InvoicePayment("KORT", 1686, 12_500)
    there = (
        Posting(account, -10_000),
        Posting(2611, -2_500, purpose=Purpose.VAT),
        Posting(1686, 12_500, purpose=Purpose.PAYMENT),
    )
    document = Invoice(f"K1-{number}", DAY, customer, (row,), (paid,))
    booked = Booked(
        reference=f"K1-{number}",
        external_id=f"{number}",
        number=f"{number}",
        date=DAY,
        customer=customer,
        total=12_500,
        postings=there,
    )
    return document, booked


def _told(*accounts: int, now: int = 0) -> str:
    """Of invoices of one article in their order: red (R), not read (?) or right (.)."""
    given = [_sold(number, account) for number, account in enumerate(accounts, 1)]
    back = judged(given, lambda wanted: dict.fromkeys(wanted, now) if now else {})
    red = [bool(compare(document, booked)[0]) for (document, _), booked in zip(given, back, strict=True)]
    return "".join(
        "R" if one else "?" if UNREAD in booked.unread else "." for one, booked in zip(red, back, strict=True)
    )


def test_sales_as_the_till_names_them_are_right_and_nothing_is_asked() -> None:
    def never(_: object) -> dict[object, int]:
        raise AssertionError("asked")

    given = [_sold(1, 3001), _sold(2, 3001)]
    assert judged(given, never) == [booked for _, booked in given]  # type: ignore[arg-type]


def test_one_that_stands_elsewhere_than_those_around_it_is_red() -> None:
    assert _told(3001, 3001, 3002, 3001) == "..R."
    assert _told(3041, 3041, 3001, 3041) == "..R.", "what the till itself names is no excuse there"
    assert _told(3001, 3002, 3002, 3001, 3001) == ".RR.."


def test_the_first_that_stands_elsewhere_than_the_till_and_all_after_it_is_red() -> None:
    assert _told(3002, 3001, 3001) == "R.."
    assert _told(3002, 3001) == "?.", "one is no custom"
    assert _told(3041, 3041, 3001, 3001) == "....", "coded as the till has it, after two"


def test_an_account_that_all_stand_on_is_right_whatever_the_till_names() -> None:
    assert _told(3041, 3041, 3041) == "..."


def test_an_article_that_was_coded_anew_is_not_red() -> None:
    assert _told(3001, 3001, 3041, 3041) == "...."
    assert _told(3001, 3001, 3041) == "..?", "the last one may be moved as well"


def test_one_alone_is_told_as_not_read_until_the_set_up_tells() -> None:
    assert _told(3041) == "?"
    assert _told(3041, now=3005) == "?", "coded anew since, or moved"
    assert _told(3041, now=3001) == "R", "the set-up and the till agree"
    assert _told(3041, 3041, now=3001) == "..", "two are hardly moved alike"
    assert _told(3041, now=3041) == "."
    assert _told(3001, 3001, 3041, now=3001) == "..R"
    assert _told(3001, 3001, 3041, now=3041) == "..."


def test_another_customer_or_article_proves_nothing() -> None:
    for other in ({"customer": "UTLAND"}, {"article": "B"}):
        given = [_sold(1, 3001), _sold(2, 3041, **other), _sold(3, 3001)]
        back = judged(given)
        assert back[1].unread == (UNREAD,)
        assert not compare(given[1][0], back[1])[0]


def test_the_cost_of_goods_beside_the_sales_is_no_sale() -> None:
    beside = (Posting(4010, 6_000), Posting(1460, -6_000))
    given = [_sold(number, account) for number, account in ((1, 3001), (2, 3002), (3, 3001))]
    with_cost = [(document, replace(one, postings=one.postings + beside)) for document, one in given]
    why = [compare(document, booked)[0] for (document, _), booked in zip(with_cost, judged(with_cost), strict=True)]
    assert [bool(one) for one in why] == [False, True, False]
    assert all(account in why[1] for account in ("3001", "3002"))
    assert "4010" not in why[1]


def test_one_that_comes_to_another_sum_is_not_judged_by_account() -> None:
    document, booked = _sold(1, 3001)
    more = replace(booked, postings=(replace(booked.postings[0], amount=-20_000), *booked.postings[1:]))
    assert judged([(document, more)]) == [more]
