"""What the connector does against a living eEkonomi, beyond what every connector must."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from connectors.visma_eekonomi.address import place
from connectors.visma_eekonomi.connector import Visma
from connectors.visma_eekonomi.options import VismaSettings
from synccenter.contract.connector import (
    BankAccount,
    FiscalYear,
    ListsBookkeeping,
    ListsFacts,
    SignsIn,
    TellsCompany,
    Term,
)
from synccenter.contract.errors import SyncError
from synccenter.contract.finding import Severity
from synccenter.contract.model import (
    ArticleGroup,
    Document,
    Invoice,
    InvoicePayment,
    InvoiceRow,
    Posting,
    Register,
    Voucher,
)
from tests.connectors.visma import company
from tests.connectors.visma.rig import VismaRig
from tests.worlds import documents
from tests.worlds.fakes.server import FOR_GOOD, Reply, Request
from tests.worlds.fakes.visma_rules import guid
from tests.worlds.lookups import booked_in, found_in
from tests.worlds.session import decoded


def opened(rig: VismaRig, **options: Any) -> Visma:
    rig.options |= options
    return rig.connector()


def refused(visma: Visma, document: Document) -> SyncError:
    with pytest.raises(SyncError) as caught:
        visma.send(document)
    return caught.value


def pass_time(rig: VismaRig, seconds: float) -> None:
    rig.world.clock.later(seconds=seconds)
    rig.world.server_clock.later(seconds=seconds)


def rows(visma: Visma, register: Register, since: str | None = None) -> list[Any]:
    return [row for page in visma.fetch(register, since) for row in page.rows]


# --- registers -----------------------------------------------------------------------------------------------


def test_labels_are_groups_with_vat_and_account_of_their_articles(rig: VismaRig) -> None:
    label = rig.visma.put("articlelabels", "Dryck", Name="Dryck", Description="Kaffe och te")
    company.add_article(rig.visma, "TE", 5, rate=12, ArticleLabels=[label])
    visma = opened(rig)
    assert rows(visma, Register.GROUPS) == [ArticleGroup("Dryck", "Kaffe och te", 12, 3002)]
    article = next(row for row in rows(visma, Register.ARTICLES) if row.number == "TE")
    assert (article.group, article.vat_rate, article.price) == ("Dryck", 12, 8960)


def test_the_shop_may_take_the_prices_of_its_cash_customer(rig: VismaRig) -> None:
    company.add_customer(rig.visma, "77", "Medlemmar", SalesPriceListId=guid("salespricelists", "medlem"))
    company.add_price(rig.visma, "MUGG", 40.0)
    visma = opened(rig, price_customer="77", rounding="ninety")
    prices = {row.number: row.price for row in rows(visma, Register.ARTICLES)}
    assert prices == {"MUGG": 5090, "KAFFE": 8990}


def test_another_cash_customer_means_reading_everything_anew(rig: VismaRig) -> None:
    cursor = list(opened(rig).fetch(Register.ARTICLES, None))[-1].cursor
    pass_time(rig, 3600)
    company.add_customer(rig.visma, "77", "Medlemmar")
    page = list(opened(rig, price_customer="77").fetch(Register.ARTICLES, cursor))[-1]
    assert page.full
    assert len(page.rows) == 2
    pass_time(rig, 3600)
    before = rig.visma.count("GET")
    assert not rows(opened(rig), Register.ARTICLES, page.cursor)
    assert rig.visma.count("GET") - before == 1, "who the customer is stands in the cursor"


def test_price_lists_are_left_alone_where_the_variant_has_none(rig: VismaRig) -> None:
    rig.visma.variant_has_price_lists = False
    page = list(opened(rig).fetch(Register.PRICES, None))[-1]
    assert not page.rows
    assert not page.full, "nothing is taken out of use for that"
    assert "Prislistor kräver" in page.notes[0]
    assert not list(opened(rig, price_lists=False).fetch(Register.PRICES, None))[-1].notes


def test_a_bad_row_is_named_by_its_number_and_reason(rig: VismaRig) -> None:
    rig.visma.rows["articles"][guid("articles", "MUGG")]["CodingId"] = guid("articleaccountcodings", "borta")
    page = list(opened(rig).fetch(Register.ARTICLES, None))[-1]
    assert [row.number for row in page.rows if hasattr(row, "number")] == ["KAFFE"]
    assert (page.bad[0].where, page.bad[0].why) == ("MUGG", "Artikeln har en artikelkontering som inte finns.")


def test_the_accounts_of_a_new_year_come_with_its_first_day(rig: VismaRig) -> None:
    cursor = list(opened(rig).fetch(Register.ACCOUNTS, None))[-1].cursor
    span = {"StartDate": "2027-01-01T00:00:00", "EndDate": "2027-12-31T00:00:00"}
    rig.visma.put("fiscalyears", 2027, **span, IsLockedForAccounting=False, BookkeepingMethod=0)
    company.add_account(rig.visma, 1999, 2027)
    rig.world.clock.later(seconds=40 * 86400)
    page = list(opened(rig).fetch(Register.ACCOUNTS, cursor))[-1]
    assert page.full
    assert [row.number for row in page.rows if hasattr(row, "number")] == [1999]


# --- documents -----------------------------------------------------------------------------------------------


def test_a_return_becomes_a_credit_invoice_paid_back_in_full(rig: VismaRig) -> None:
    visma = opened(rig)
    line = InvoiceRow("MUGG", "Mugg", -1000, -4990, -998, 25, 3001)
    back = Invoice(
        "K1-9", documents.DAY, "1", (line,), (InvoicePayment("KORT", 1686, -4990),), credit=True, credit_of="K1-4"
    )
    sent = visma.send(back)
    (there,) = rig.visma.rows["customerinvoices"].values()
    assert there["IsCreditInvoice"]
    assert there["OurReference"] == "Retur av K1-4"
    assert there["RemainingAmount"] == 0
    booked = booked_in(visma, back, sent.external_id)
    assert booked
    assert (booked.total, booked.open) == (-4990, 0)
    assert found_in(visma, back) == sent
    assert found_in(visma, replace(back, credit=False)) is None, "a receipt is not found as its return"


def test_cash_rounding_closes_the_invoice_as_rounding(rig: VismaRig) -> None:
    rows = (
        InvoiceRow("MUGG", "Mugg", 1000, 4990, 998, 25, 3001),
        InvoiceRow("KAFFE", "Kaffe", 1000, 2545, 273, 12, 3002),
    )
    paid = (InvoicePayment("KONTANT", 1910, 5000), InvoicePayment("KORT", 1686, 2500))
    receipt = Invoice("K1-5", documents.DAY, "1", rows, paid, rounding=-35, rounding_account=3740)
    sent = opened(rig).send(receipt)
    booked = booked_in(opened(rig), receipt, sent.external_id)
    assert booked
    assert (booked.total, booked.open) == (7500, 0), "with what was rounded off in cash, as the receipt says"


def test_whole_kronor_by_the_companys_own_rounding_are_taken_when_they_agree(rig: VismaRig) -> None:
    rig.visma.company["DomesticCurrencyRounding"] = 1
    line = InvoiceRow("MUGG", "Mugg", 1000, 4990, 998, 25, 3001)
    cash = Invoice("K1-5", documents.DAY, "1", (line,), (InvoicePayment("KONTANT", 1910, 5000),), rounding=10)
    opened(rig).send(cash)
    card = replace(cash, reference="K1-6", payments=(InvoicePayment("KORT", 1686, 4990),), rounding=0)
    error = refused(opened(rig), card)
    assert error.problem.code == "V14"
    assert not error.uncertain
    assert len(rig.visma.rows["customerinvoices"]) == 1


def test_an_invoice_booked_with_another_amount_waits_for_a_person(rig: VismaRig) -> None:
    visma = opened(rig)
    assert not visma._books.company.show_prices_excl_vat_pc
    rig.visma.company["ShowPricesExclVatPC"] = True  # changed after we looked
    error = refused(visma, documents.unrounded(1))
    assert error.problem.code == "V08"
    assert error.uncertain, "something stands in the books"
    with pytest.raises(SyncError, match="kreditera fakturan"):
        found_in(visma, documents.unrounded(1))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"customer": "okänd"}, "V04"),
        ({"rows": (InvoiceRow("OKÄND", "Okänd", 1000, 14990, 2998, 25, 3001),)}, "V01"),
        ({"rows": (InvoiceRow("MUGG", "Mugg", 1000, 14990, 1606, 12, 3002),)}, "V02"),
        ({"payments": (InvoicePayment("KUPONG", 1580, 14990),)}, "V03"),
        ({"rows": (InvoiceRow("MUGG", "Mugg", 1000, 14990, 2998, 25, 3001, cost_centre="NORD"),)}, "V06"),
    ],
)
def test_what_is_missing_is_found_before_anything_is_booked(rig: VismaRig, change: dict[str, Any], code: str) -> None:
    error = refused(opened(rig), replace(documents.unrounded(1), **change))
    assert error.problem.code == code
    assert not error.uncertain
    assert not rig.visma.rows["customerinvoices"]
    assert rig.world.guarded == 0


def test_a_gift_card_is_sold_as_the_article_that_the_settings_name(rig: VismaRig) -> None:
    company.add_substitute(rig.visma, 2421, 50)
    company.add_article(rig.visma, "INTÄKT", 51, rate=0)
    line = InvoiceRow("", "Presentkort", 1000, 50000, 0, 0, 2421)
    sold = Invoice("K1-7", documents.DAY, "1", (line,), (InvoicePayment("KORT", 1686, 50000),))
    assert refused(opened(rig), sold).problem.code == "V01"
    income = ({"account": 2421, "rate": 0, "article": "INTÄKT"},)
    assert refused(opened(rig, substitutes=income), sold).problem.code == "V18", "a debt never becomes income"
    opened(rig, substitutes=({"account": 2421, "rate": 0, "article": "E2421-0"},)).send(sold)
    assert rig.books(sold) == 1


def test_an_interrupted_invoice_is_finished_by_the_look_up(rig: VismaRig) -> None:
    visma = opened(rig)
    bank = rig.visma.rows["bankaccounts"][guid("bankaccounts", 1910)]
    rig.visma.fail(
        Reply(500, {}), times=1, on=lambda one: "payments" in one.path and rig.visma.count("POST", "payments") == 2
    )
    error = refused(visma, documents.unrounded(1))
    assert error.uncertain
    assert next(iter(rig.visma.rows["customerinvoices"].values()))["RemainingAmount"] == 50.0
    bank["IsActive"] = False
    with pytest.raises(SyncError) as caught:
        found_in(opened(rig), documents.unrounded(1))
    assert caught.value.problem.code == "V03"
    assert caught.value.uncertain, "the invoice still stands, half paid"
    bank["IsActive"] = True
    assert found_in(opened(rig), documents.unrounded(1))
    assert rig.books(documents.unrounded(1)) == 1


def test_avbryt_between_invoice_and_payment_never_looks_like_nothing_was_done(rig: VismaRig) -> None:
    visma = opened(rig)
    assert visma._books.bank_accounts
    answer = rig.visma.answer

    def answer_then_cancel(request: Request) -> Reply:
        if request.method == "POST":
            rig.world.cancel.set()
        return answer(request)

    rig.visma.answer = answer_then_cancel  # type: ignore[method-assign]
    error = refused(visma, documents.unrounded(1))
    assert error.problem.code == "V17"
    assert error.uncertain
    rig.world.cancel.clear()
    rig.visma.answer = answer  # type: ignore[method-assign]
    assert found_in(opened(rig), documents.unrounded(1))
    assert rig.books(documents.unrounded(1)) == 1


def test_an_answer_without_content_is_taken_where_the_vendor_may_send_one(rig: VismaRig) -> None:
    company.add_customer(rig.visma, "91", "Gammalt namn")
    rig.visma.silent = True
    sent = opened(rig).send(documents.customer(1))
    assert rig.visma.rows["customers"][sent.external_id]["Name"] == "Ny kund 1"
    opened(rig).send(documents.unrounded(1))
    assert rig.books(documents.unrounded(1)) == 1


def test_dimensions_and_series_reach_the_voucher(rig: VismaRig) -> None:
    rows = (Posting(1910, 100), Posting(3001, -100, cost_centre="HORN", project="P1"))
    opened(rig).send(Voucher("K1-Z3", documents.DAY, "Z", rows, series="K"))
    (there,) = rig.visma.rows["vouchers"].values()
    assert there["NumberAndNumberSeries"] == "K1"
    assert there["Rows"][1]["CostCenterItemId1"] == guid("costcenteritems", "HORN")
    assert there["Rows"][1]["ProjectId"] == guid("projects", "P1")


@pytest.mark.parametrize(
    ("voucher", "code"),
    [
        (Voucher("K1-Z1", date(2024, 5, 1), "Z", (Posting(1910, 1), Posting(3001, -1))), "V301"),
        (Voucher("K1-Z1", date(2025, 5, 1), "Z", (Posting(1910, 1), Posting(3001, -1))), "V426"),
        (Voucher("K1-Z1", date(2026, 9, 30), "Z", (Posting(1910, 1), Posting(3001, -1))), "V426"),
        (Voucher("K1-Z1", date(2026, 10, 1), "Z", (Posting(1915, 1), Posting(3001, -1))), "V302"),
        (Voucher("K1-Z1", date(2026, 10, 1), "Z", (Posting(1910, 2), Posting(3001, -1))), "V200"),
    ],
)
def test_the_books_say_no_for_a_reason(rig: VismaRig, voucher: Voucher, code: str) -> None:
    error = refused(opened(rig), voucher)
    assert error.problem.code == code
    assert error.problem.detail, "eEkonomi's own words stand below"
    assert not rig.visma.rows["vouchers"]


def test_a_changed_customer_keeps_everything_else(rig: VismaRig) -> None:
    company.add_customer(rig.visma, "91", "Gammalt namn")
    change = documents.customer(1)
    visma = opened(rig)
    assert found_in(visma, change) is None
    sent = visma.send(change)
    row = rig.visma.rows["customers"][sent.external_id]
    assert (row["Name"], row["Note"], row["DiscountPercentage"]) == ("Ny kund 1", "Ring före leverans", 0.05)
    assert found_in(visma, change) == sent
    before = rig.visma.count("PUT")
    assert visma.send(change) == sent
    assert rig.visma.count("PUT") == before, "what is already so is not written again"


def test_a_look_up_is_certain_even_when_the_filter_is_refused(rig: VismaRig) -> None:
    visma = opened(rig)
    sent = visma.send(documents.voucher(1))
    rig.visma.fail(Reply(400, {"Message": "unsupported"}), times=FOR_GOOD, on=lambda one: "$filter" in one.query)
    assert found_in(visma, documents.voucher(1)) == sent
    assert found_in(visma, documents.voucher(2)) is None


def test_a_filter_that_is_refused_as_wrong_data_falls_back_too(rig: VismaRig) -> None:
    visma = opened(rig)
    sent = visma.send(documents.voucher(1))
    said = {"ErrorCode": 2000, "DeveloperErrorMessage": "The query specified in the URI is not valid", "ErrorId": "x"}
    rig.visma.fail(Reply(400, said), times=FOR_GOOD, on=lambda one: "$filter" in one.query)
    assert found_in(visma, documents.voucher(1)) == sent


def test_price_lists_that_the_variant_lacks_never_stop_customers(rig: VismaRig) -> None:
    company.add_customer(rig.visma, "7", "Kund sju", SalesPriceListId=guid("salespricelists", "medlem"))
    rig.visma.variant_has_price_lists = False
    found = {row.number: row.price_list for row in rows(opened(rig), Register.CUSTOMERS)}
    assert found == {"1": "", "7": ""}


def test_rows_that_move_between_two_pages_lose_nobody(rig: VismaRig) -> None:
    for number in range(1001):
        company.add_customer(rig.visma, str(2000 + number), f"Kund {number}")
    customers = rig.visma.rows["customers"]
    answer = rig.visma.answer

    def answer_then_change(request: Request) -> Reply:
        reply = answer(request)
        if request.query.get("$page") == "1":  # what is changed is put last, as it is in a list by time of change
            first = next(iter(customers))
            customers[first] = customers.pop(first)
        return reply

    rig.visma.answer = answer_then_change  # type: ignore[method-assign]
    assert len({row.number for row in rows(opened(rig), Register.CUSTOMERS)}) == 1002


def test_a_server_that_does_not_sort_is_read_as_it_comes(rig: VismaRig) -> None:
    rig.visma.sorts = False
    assert {row.number for row in rows(opened(rig), Register.CUSTOMERS)} == {"1"}


def test_the_sign_in_ties_its_code_to_this_program(rig: VismaRig) -> None:
    assert place(rig.world.session(decoded(VismaSettings, rig.values()))).endpoints.pkce


def test_signing_out_ends_the_sign_in_at_the_other_side_too(rig: VismaRig) -> None:
    visma = opened(rig)
    visma.sign_out()
    assert len(rig.visma.revoked) == 1
    assert rig.world.secrets.get("token") is None
    visma.sign_out()
    assert len(rig.visma.revoked) == 1, "there is nothing left to end"


def test_signing_out_works_without_a_line(rig: VismaRig) -> None:
    rig.visma.fail(Reply(503, b"<html>"), times=FOR_GOOD)
    opened(rig).sign_out()
    assert rig.world.secrets.get("token") is None


# --- check and facts -----------------------------------------------------------------------------------------


def red(visma: Visma) -> set[str]:
    return {one.problem.code for one in visma.check() if one.severity is Severity.RED and one.problem}


def told(visma: Visma) -> set[str]:
    return {one.problem.code for one in visma.check() if one.problem}


def test_it_tells_whose_books_they_are(rig: VismaRig) -> None:
    visma = opened(rig)
    assert isinstance(visma, TellsCompany)
    assert (visma.company().name, visma.company().org_number) == ("Hörnans Livs AB", "556677-8899")


def test_a_locked_or_missing_year_is_red(rig: VismaRig) -> None:
    rig.visma.company["AccountingLockedTo"] = "2026-12-31T00:00:00"
    assert red(opened(rig)) == {"V11"}
    rig.visma.rows["fiscalyears"].clear()
    assert red(opened(rig)) == {"V10"}


def test_missing_rights_are_told(rig: VismaRig) -> None:
    rig.visma.scopes = "ea:api offline_access ea:sales ea:accounting"
    rig.sign_in()
    findings = list(opened(rig).check())
    assert {one.problem.code for one in findings if one.problem} == {"V12", "V406"}
    problem = next(one.problem for one in findings if one.problem and one.problem.code == "V12")
    assert "ea:purchase_readonly" in problem.what


def test_a_missing_module_is_told_with_the_way_there(rig: VismaRig) -> None:
    text = "ForbiddenRequestException - No access to module: api_standard"
    rig.visma.fail(Reply(403, {"ErrorCode": 4002, "DeveloperErrorMessage": text, "ErrorId": "x"}), times=FOR_GOOD)
    finding = next(iter(opened(rig).check()))
    assert finding.problem
    assert "Appar och tillägg" in finding.problem.fix


def test_a_clock_that_is_wrong_is_told(rig: VismaRig) -> None:
    rig.world.clock.later(seconds=600)
    assert told(opened(rig)) == {"S13"}


def test_company_settings_that_will_trouble_invoices_are_told(rig: VismaRig) -> None:
    rig.visma.company |= {"DomesticCurrencyRounding": 1, "ProductVariant": 1}
    assert told(opened(rig)) == {"V13", "V14"}
    rig.visma.company |= {"CompanyStatus": 2}
    assert "V16" in red(opened(rig))


def test_settings_that_are_missing_are_named(rig: VismaRig) -> None:
    assert red(opened(rig, client_id="")) == {"V15"}
    assert red(opened(rig, client_id="jobsync-test", api_address="ftp://visma")) == {"V15"}  # refused, so not set
    assert red(opened(rig, api_address="http://visma.example/v2")) == {"N13"}


def test_what_the_settings_window_may_offer(rig: VismaRig) -> None:
    visma = opened(rig)
    assert isinstance(visma, ListsFacts)
    assert isinstance(visma, ListsBookkeeping)
    assert isinstance(visma, SignsIn)
    visma.send(replace(documents.voucher(1), series="K"))
    assert {account.number for account in visma.accounts(date(2026, 5, 1))} == company.ACCOUNTS
    assert FiscalYear(date(2025, 1, 1), date(2025, 12, 31), locked=True) in visma.fiscal_years()
    assert visma.locked_to() == date(2026, 9, 30)
    assert visma.voucher_series() == [Term("K")]
    assert visma.cost_centres() == [Term("HORN", "Hörnan")]
    assert visma.projects() == [Term("P1", "Julhandel")]
    assert visma.vat_codes() == [Term("05", "Försäljning 25 %")]
    assert BankAccount(1910, "Kassa") in visma.bank_accounts()
