"""The check rehearses the first document: what an account demands of its rows, and who can be invoiced.

Tells of `check/rehearsal.py`, `posting/targets.py`.
"""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from synccenter.check import preflight
from synccenter.contract import catalogue
from synccenter.contract.asked import Demand, Demands
from synccenter.contract.connector import Term
from synccenter.contract.errors import Problem
from synccenter.contract.finding import Finding, Severity, bad, look_at
from synccenter.contract.model import Account, DocumentKind
from tests.worlds.fixtures import Open
from tests.worlds.street import Store

EVERYWHERE = 'posting.dimensions=[{cost_centre="BUTIK"}]'
NEEDS = Demands(cost_centre=Demand.NEEDED)
FILLED_IN = Demands(cost_centre=Demand.NEEDED_OF_ARTICLES)
TAKES_NONE = Demands(cost_centre=Demand.REFUSED)


@pytest.fixture
def store(shop: Open) -> Store:
    one = shop()
    one.trade()
    one.facts.accounts = [Account(number, "Konto") for number in range(1000, 9000)]
    one.facts.cost_centres, one.facts.projects = [Term("BUTIK")], [Term("JUL")]
    return one


def told(store: Store) -> dict[str, list[Finding]]:
    """Findings by their code."""
    opened = store.shop()
    try:
        found: dict[str, list[Finding]] = {}
        for one in preflight.findings(opened):
            found.setdefault(one.problem.code if one.problem else "", []).append(one)
        return found
    finally:
        opened.close()


@pytest.mark.parametrize("account", [3001, 3740], ids=["sales", "rounding"])
def test_an_account_that_demands_a_cost_centre_is_told_until_it_gets_one(store: Store, account: int) -> None:
    store.facts.demands = {account: NEEDS}
    (finding,) = told(store)["D43"]
    assert finding.problem
    assert finding.severity is Severity.RED
    assert f"Konto {account}" in finding.problem.what
    assert "kräver kostnadsställe" in finding.problem.what
    store.settings(EVERYWHERE)
    assert "D43" not in told(store)


def test_an_accounts_standard_value_is_no_help_to_rows_of_articles(store: Store) -> None:
    store.facts.demands = {3001: FILLED_IN, 3740: FILLED_IN, 1910: FILLED_IN}
    assert "D43" not in told(store), "a voucher's rows get it"
    store.settings("posting.target=invoice", "posting.cash_customer=1")
    (finding,) = told(store)["D43"]
    assert finding.problem
    assert finding.severity is Severity.RED
    assert "Konto 3001" in finding.problem.what
    assert "standardvärde gäller inte rader med artikel" in finding.problem.what
    store.settings(EVERYWHERE)
    assert "D43" not in told(store)


def test_an_account_that_takes_no_cost_centre_is_told_with_the_one_that_it_would_get(store: Store) -> None:
    store.facts.demands = {3740: TAKES_NONE, 3001: Demands(project=Demand.REFUSED)}
    assert "D44" not in told(store)
    store.settings('posting.dimensions=[{cost_centre="BUTIK", project="JUL"}]')
    found = {one.title: one for one in told(store)["D44"]}
    assert set(found) == {"Konto 3740", "Konto 3001"}
    assert all(one.problem for one in found.values())
    assert "BUTIK" in str(found["Konto 3740"].problem)
    assert "projekt" in str(found["Konto 3001"].problem)


@pytest.mark.parametrize(("account", "helped"), [(1910, False), (3740, True)], ids=["payment", "rounding"])
def test_on_an_invoice_payments_and_rounding_are_held_against_their_accounts_too(
    store: Store, account: int, *, helped: bool
) -> None:
    """An invoice that is posted and whose payment is refused stands there unpaid."""
    store.settings("posting.target=invoice", "posting.cash_customer=1")
    store.facts.demands = {account: NEEDS}
    (finding,) = told(store)["D43"]
    assert finding.severity is Severity.RED
    assert finding.problem
    assert f"Konto {account}" in finding.problem.what
    assert "väntar på det. Är inställningarna nya eller ändrade skickas inget" in finding.problem.then
    store.settings(EVERYWHERE)
    assert ("D43" not in told(store)) is helped


@pytest.mark.parametrize("account", [1910, 2611])
def test_what_is_no_income_never_gets_one_and_so_cannot_be_demanded_of(store: Store, account: int) -> None:
    store.settings(EVERYWHERE)
    store.facts.demands = {account: NEEDS}
    (finding,) = told(store)["D43"]
    assert finding.problem
    assert "Betalningar och moms får aldrig något" in finding.problem.fix
    store.facts.demands = {account: TAKES_NONE}
    assert "D44" not in told(store)


def test_an_account_that_nothing_waiting_needs_is_yellow(store: Store) -> None:
    store.facts.demands = {1914: NEEDS}
    (finding,) = told(store)["D43"]
    assert finding.severity is Severity.YELLOW
    assert finding.problem
    assert "Inget kvitto som väntar behöver det" in finding.problem.then


def test_one_till_without_a_cost_centre_is_enough(store: Store) -> None:
    store.settings('posting.dimensions=[{till="9", cost_centre="BUTIK"}]')
    store.facts.demands = {3001: NEEDS}
    assert "D43" in told(store)


def test_the_cash_customer_is_red_and_a_customer_of_receipts_yellow(store: Store) -> None:
    store.settings("posting.target=invoice", "posting.cash_customer=1")
    store.sql("UPDATE receipt SET customer='K7' WHERE number=(SELECT MAX(number) FROM receipt)")
    inactive = {name: catalogue.BUYER_INACTIVE.problem(customer=name, system="Minnessystemet") for name in ("1", "K7")}
    store.facts.troubled = inactive
    found = {one.title: one.severity for one in told(store)["D45"]}
    assert found == {"Kund 1": Severity.RED, "Kund K7": Severity.YELLOW}
    assert store.facts.looked_at[:2] == ["1", "K7"], "each is asked about once"
    assert len(store.facts.looked_at) == 2


def test_customers_do_not_matter_to_vouchers(store: Store) -> None:
    store.sql("UPDATE receipt SET customer='K7'")
    told(store)
    assert store.facts.looked_at == []


def lacking(account: int, rate: int) -> dict[tuple[int, int], Problem]:
    what = catalogue.ARTICLES_UNKNOWN.problem(count=1, first=f"{account}", system="Minnessystemet")
    return {(account, rate): what}


def test_a_gift_card_that_cannot_be_invoiced_is_told_before_the_first_is_sold(store: Store) -> None:
    store.settings("posting.target=invoice", "posting.cash_customer=1")
    store.sql("DELETE FROM receipt_line WHERE kind='gift_card'")
    store.facts.lacking = lacking(2421, 0)
    (finding,) = told(store)["B20"]
    assert finding.title == "Presentkort, konto 2421 med 0 % moms"
    assert finding.severity is Severity.YELLOW
    assert finding.problem
    assert "Inget kvitto som väntar behöver det" in finding.problem.then


def test_what_waits_without_an_article_is_told_with_its_receipts_and_kronor(store: Store) -> None:
    store.settings("posting.target=invoice", "posting.cash_customer=1", "posting.deposit_account=2891")
    store.sql("UPDATE receipt_line SET kind='deposit', amount=100, vat=11, vat_rate=12 WHERE row=1")
    store.facts.lacking = lacking(2891, 12)
    (finding,) = told(store)["B20"]
    assert finding.title == "Pant 12 %, konto 2891 med 12 % moms"
    assert finding.problem
    assert "1 kvitto med 1,00 kr väntar på det" in finding.problem.then
    assert not [row for row in store.facts.rows_looked_at if row.article and row.goods], "goods have theirs"


def test_cash_back_on_a_card_is_rehearsed_as_the_row_that_it_may_become(store: Store) -> None:
    """Where payments are of one sign only it is a row of the invoice, on an article of the cash account's own."""
    store.settings("posting.target=invoice", "posting.cash_customer=1")
    store.facts.lacking = lacking(1910, 0)
    assert "B20" not in told(store)
    ((number,),) = store.sql(
        "SELECT p.receipt FROM receipt_payment p JOIN receipt r ON r.till=p.till AND r.number=p.receipt WHERE"
        " p.till='1' AND r.state='finished' AND p.method='KORT' AND p.row=1 AND p.amount>0 LIMIT 1"
    )
    store.sql("UPDATE receipt_payment SET amount=amount+10000 WHERE till='1' AND receipt=:n AND row=1", n=number)
    store.sql("INSERT INTO receipt_payment VALUES ('1', '1', :n, 99, 'KONTANT', -10000, '')", n=number)
    (finding,) = told(store)["B20"]
    assert finding.title == "Tillbaka Kontant, konto 1910 med 0 % moms"
    assert finding.problem
    assert "1 kvitto med" in finding.problem.then


def test_the_rate_of_an_enfunktionsvoucher_is_asked_for_before_it_is_booked(store: Store) -> None:
    store.sql("INSERT INTO payment_method VALUES ('1', 'UPPLEV', 'Upplevelse', 'single_purpose')")
    assert "B33" not in told(store)
    ((number,),) = store.sql(
        "SELECT l.receipt FROM receipt_line l JOIN receipt r ON r.till=l.till AND r.number=l.receipt WHERE l.till='1'"
        " AND r.state='finished' AND l.kind='goods' GROUP BY l.receipt HAVING COUNT(DISTINCT l.vat_rate)>1 LIMIT 1"
    )
    store.sql("UPDATE receipt_payment SET method='UPPLEV' WHERE till='1' AND receipt=:n", n=number)
    (finding,) = told(store)["B33"]
    assert finding.severity is Severity.YELLOW
    assert finding.title == f"Kvitto 1-{number}"
    store.settings('posting.payments=[{method="UPPLEV", vat=25}]')
    assert "B33" not in told(store)


def test_rows_do_not_matter_to_vouchers(store: Store) -> None:
    store.facts.lacking = lacking(2421, 0)
    assert "B20" not in told(store)
    assert store.facts.rows_looked_at == []


@pytest.mark.parametrize("kind", [DocumentKind.VOUCHER, DocumentKind.INVOICE])
def test_what_hinders_the_way_that_was_chosen_is_red_and_what_hinders_only_the_other_is_yellow(
    store: Store, kind: DocumentKind
) -> None:
    store.settings(f"posting.target={kind.value}", "posting.cash_customer=1")
    problem = catalogue.ARTICLES_UNKNOWN.problem(count=1, first="1", system="Minnessystemet")
    found = look_at(problem, "gul"), bad(replace(problem, cause="röd"), "röd")
    store.facts.found = [replace(one, only_for=DocumentKind.VOUCHER) for one in found]
    chosen = Severity.RED if kind is DocumentKind.VOUCHER else Severity.YELLOW
    assert {one.title: one.severity for one in told(store)["B20"]} == {"gul": chosen, "röd": chosen}
