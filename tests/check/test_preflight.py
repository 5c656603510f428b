"""*Kontrollera inställningar*: whatever would stop the first sale is found before it, named, and told how to mend.

Tells of `check/books.py`, `check/findings.py`, `check/till.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from synccenter.check import machine as preflight_machine
from synccenter.check import preflight
from synccenter.contract import catalogue
from synccenter.contract.connector import BankAccount, CompanyFacts, FiscalYear, Term
from synccenter.contract.finding import Finding, Severity
from synccenter.contract.model import Account, Article, Register
from synccenter.core.secrets import Keychain
from tests.worlds.fixtures import Open
from tests.worlds.mail_servers import free_port
from tests.worlds.street import Store

Capture = pytest.CaptureFixture[str]
RED, YELLOW, GREEN = Severity.RED, Severity.YELLOW, Severity.GREEN


def found(store: Store) -> list[Finding]:
    opened = store.shop()
    try:
        return list(preflight.findings(opened))
    finally:
        opened.close()


def wrong(store: Store) -> list[tuple[Severity, str]]:
    return [(one.severity, one.problem.code) for one in found(store) if one.problem and one.problem.code != "I13"]


def sentence(store: Store, code: str) -> str:
    return next(one.problem.sentence() for one in found(store) if one.problem and one.problem.code == code)


@pytest.fixture
def store(shop: Open) -> Store:
    one = shop()
    one.trade()
    return one


def test_a_shop_in_order_is_green_step_by_step(store: Store) -> None:
    store.facts.vat_codes = [Term("1", "Moms 25 %"), Term("2", "Moms 12 %"), Term("3", "Moms 6 %")]
    store.facts.series = [Term("K", manual=True)]
    store.facts.accounts = [Account(number, "Konto") for number in range(1000, 9000)]
    store.facts.cost_centres = [Term("BUTIK")]
    store.settings("posting.series=K", 'posting.dimensions=[{cost_centre="BUTIK"}]')
    assert wrong(store) == []
    titles = [one.title for one in found(store)]
    assert len(titles) >= 15
    for words in (
        "Disk",
        "Loggen",
        "E-post",
        "Kassans databas",
        "betalsätt",
        "varugrupper",
        "Företag",
        "konton",
        "Räkenskapsåret",
        "Verifikationsserie",
        "Kostnadsställen",
        "Momskoder",
        "Lösenordsvalvet",
    ):
        assert any(words in title for title in titles), words


Break = Callable[[Store], Any]


def facts(**values: Any) -> Break:
    def do(store: Store) -> None:
        for name, value in values.items():
            setattr(store.facts, name, value)

    return do


def put(*pairs: str) -> Break:
    return lambda store: store.settings(*pairs)


def both(*acts: Break) -> Break:
    return lambda store: [act(store) for act in acts]


ALL = [Account(number, "Konto") for number in range(1000, 9000)]
CHART = [Account(number, "Konto", active=number != 3002) for number in range(1000, 9000) if number != 1686]
INVOICES = put("posting.target=invoice", "posting.cash_customer=1")


@pytest.mark.parametrize(
    ("act", "severity", "code", "words"),
    [
        (
            facts(company=CompanyFacts("Grannen AB", "559999-0001")),
            RED,
            "B23",
            ("Grannen AB (559999-0001)", "logga in"),
        ),
        (
            facts(accounts=[one for one in CHART if one.number != 3002] + [Account(3002, "x")]),
            RED,
            "B10",
            ("Konto 1686 (betalsätt KORT)", "kr väntar på det"),
        ),
        (
            facts(accounts=[one for one in ALL if one.number != 1914]),
            YELLOW,
            "B10",
            ("Konto 1914", "Inget kvitto som väntar behöver det"),
        ),
        (facts(accounts=[*CHART, Account(1686, "Kort")]), RED, "B11", ("Konto 3002", "inaktivt")),
        (
            facts(years=[FiscalYear(date(2025, 1, 1), date(2025, 12, 31))]),
            RED,
            "B14",
            ("2026-11-02", "lägg upp räkenskapsåret"),
        ),
        (
            facts(years=[FiscalYear(date(2026, 1, 1), date(2026, 12, 31), locked=True)]),
            RED,
            "B15",
            ("2026-11-02–2026-11-20",),
        ),
        (facts(locked_to=date(2026, 11, 15)), RED, "B15", ("till och med 2026-11-15", "2026-11-02")),
        (both(put("posting.series=K"), facts(series=[Term("A")])), RED, "B12", ("Serien ”K”", "Där finns: A")),
        (both(put("posting.series=K"), facts(series=[Term("K", manual=False)])), RED, "B13", ("Serien ”K”",)),
        (both(put("posting.series=K"), facts(series=[Term("K", active=False)])), RED, "B13", ("Serien ”K”",)),
        (put('posting.dimensions=[{cost_centre="BUTIK"}]'), RED, "B16", ("”BUTIK” finns inte",)),
        (
            both(put('posting.dimensions=[{cost_centre="BUTIK"}]'), facts(cost_centres=[Term("BUTIK", active=False)])),
            RED,
            "B16",
            ("är inaktivt",),
        ),
        (put('posting.dimensions=[{project="P7"}]'), RED, "B17", ("”P7” finns inte",)),
        (
            facts(vat_codes=[Term("1", "25 %"), Term("2", "12 %"), Term("3", "6 %", active=False)]),
            YELLOW,
            "B18",
            ("momskod för 6 %",),
        ),
        (
            lambda store: store.sql(
                "UPDATE article_group SET vat_rate=17 WHERE code=(SELECT MIN(code) FROM article_group)"
            ),
            YELLOW,
            "B19",
            ("17 %",),
        ),
        (
            both(
                INVOICES,
                facts(
                    bank_accounts=[
                        BankAccount(1910, "Kassa"),
                        BankAccount(1686, "Kort"),
                        BankAccount(2421, "Presentkort"),
                        BankAccount(1930, "Bank", active=False),
                    ]
                ),
            ),
            RED,
            "B22",
            ("Konto 1930 (betalsätt Swish)",),
        ),
        (put("posting.target=invoice"), RED, "B08", ("kontantkund",)),
        (put("safety.cutover="), RED, "I04", ("startdatum",)),
        (put("posting.card_account="), YELLOW, "B01", ("KORT", "kvitton med", "kr väntar på det; allt annat skickas")),
        (
            lambda store: store.sql("INSERT INTO payment_method VALUES ('1', 'RIKS', 'Rikskupong', 'other')"),
            YELLOW,
            "B01",
            ("RIKS", "Inget kvitto som väntar behöver det"),
        ),
        (put("mail.to="), YELLOW, "E02", ("Mottagare saknas",)),
        (lambda store: store.settings(f"mail.port={free_port()}"), YELLOW, "E01", ("Skicka testmejl", "refused")),
        (
            lambda store: store.settings(f"general.log_folder={store.folder / 'settings.toml' / 'x'}"),
            YELLOW,
            "L02",
            ("annan mapp",),
        ),
        (lambda store: store.sql("DROP TABLE z_vat"), RED, "K01", ("z_vat",)),
        (lambda store: store.sql("ALTER TABLE receipt_line RENAME COLUMN vat TO moms"), RED, "K02", ("vat",)),
    ],
)
def test_each_fault_is_one_finding_with_its_name_and_remedy(
    act: Break, severity: Severity, code: str, words: tuple[str, ...], store: Store
) -> None:
    act(store)
    told = [one for one in wrong(store) if one != (RED, "I06")]
    assert set(told) == {(severity, code)}
    assert "Gör så här: " in sentence(store, code)
    for part in words:
        assert part.casefold() in sentence(store, code).casefold()


def test_a_waiting_day_in_a_year_that_is_not_there_is_found_though_today_is_fine(store: Store) -> None:
    store.clock.now = datetime(2027, 1, 4, 12, 0, tzinfo=UTC)
    store.facts.years = [FiscalYear(date(2027, 1, 1), date(2027, 12, 31))]
    assert wrong(store) == [(RED, "B14")]
    assert "2026-11-02" in sentence(store, "B14")


def test_the_first_sync_refuses_on_red_and_goes_on_at_yellow(store: Store, capsys: Capture) -> None:
    store.facts.locked_to = date(2026, 11, 10)
    ran = store.sync(capsys)
    assert ran.code == 3
    assert store.booked() == {}
    assert any("Inget skickas förrän de är rättade" in row for row in ran.rows)
    store.facts.locked_to = None
    ran = store.sync(capsys)
    assert ran.code == 0
    assert store.booked() == dict.fromkeys(store.sold(), 1)
    assert any("att titta på (se Kontrollera inställningar)" in row for row in ran.rows)


def test_it_is_checked_again_at_a_new_year_and_after_a_settings_change_only(store: Store, capsys: Capture) -> None:
    checks: list[str] = []
    store.facts.check = lambda: checks.append("x")
    store.sync(capsys)
    store.sync(capsys)
    assert len(checks) == 1
    store.settings("posting.rounding_account=3741")
    store.sync(capsys)
    assert len(checks) == 2
    store.clock.now = datetime(2027, 1, 2, 8, 0, tzinfo=UTC)
    store.trade()
    ran = store.sync(capsys)
    assert len(checks) == 3
    assert ["[B14]" in row for row in ran.errors] == [True], "the new year is not there yet"
    assert ran.code == 3


def test_articles_that_the_business_system_does_not_know_are_named(store: Store) -> None:
    opened = store.shop()
    opened.registers.write(Register.ARTICLES, [Article("9999", "Annat")])
    opened.close()
    store.sql("DELETE FROM article WHERE number<>'9999'")
    assert (YELLOW, "B20") in wrong(store)
    text = sentence(store, "B20")
    numbers = {str(row[0]) for row in store.sql("SELECT DISTINCT article FROM receipt_line WHERE kind='goods'")}
    assert sum(number in text for number in numbers) >= 3
    assert "…" in text


@pytest.mark.parametrize("target", ["voucher", "invoice"])
def test_an_article_taken_out_of_use_is_named_where_receipts_are_invoiced(store: Store, target: str) -> None:
    store.settings(f"posting.target={target}", "posting.cash_customer=1")
    sold = [str(row[0]) for row in store.sql("SELECT DISTINCT article FROM receipt_line WHERE kind='goods'") if row[0]]
    opened = store.shop()
    opened.registers.write(Register.ARTICLES, [Article(number, "Vara") for number in sold])
    opened.close()
    store.sql(f"UPDATE article SET active=0 WHERE number='{sold[0]}'")
    assert ((YELLOW, "B20") in wrong(store)) == (target == "invoice")
    if target == "invoice":
        assert sold[0] in sentence(store, "B20")


def test_what_has_been_sent_is_not_asked_about_again(store: Store, capsys: Capture) -> None:
    store.sync(capsys)
    store.facts.locked_to = date(2026, 11, 19)
    assert wrong(store) == []


@pytest.mark.parametrize(("free", "severity"), [(499, YELLOW), (49, RED)])
def test_a_disk_that_is_nearly_full_is_told_in_time(
    free: int, severity: Severity, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preflight_machine, "free_megabytes", lambda _folder: free)
    assert wrong(store) == [(severity, "L04")]
    assert f"{free} MB" in sentence(store, "L04")


def test_a_clock_behind_the_last_run_is_told(store: Store, capsys: Capture) -> None:
    store.sync(capsys)
    store.clock.now -= timedelta(hours=5)
    assert wrong(store) == [(YELLOW, "S13")]
    assert "den senaste synkroniseringen, 2026-11-20" in sentence(store, "S13")


def test_another_time_zone_than_the_computers_is_told(store: Store) -> None:
    store.settings("general.time_zone=Asia/Tokyo")
    assert "Asia/Tokyo (UTC+0900)" in sentence(store, "I13")


def test_a_system_out_of_reach_is_one_finding_and_the_rest_is_still_looked_at(shop: Open) -> None:
    store = shop(system="toy")
    store.trade()
    assert wrong(store) == []
    assert store.toy is not None
    store.toy.close()
    store.settings("posting.card_account=")
    assert wrong(store) == [(YELLOW, "B01"), (RED, "N01")]


def test_a_keychain_that_only_the_mail_needs_stops_no_sales(shop: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    store = shop(system="files")
    store.trade()
    store.settings("mail.user=butik", "mail.sign_in=password")

    def refuses(_self: Keychain, _name: str) -> str | None:
        raise catalogue.SECRET_UNAVAILABLE.error()

    monkeypatch.setattr(Keychain, "get", refuses)
    told = [one for one in found(store) if one.problem and one.problem.code == "I08"]
    assert [one.severity for one in told] == [YELLOW]
    assert "Bara mejlen väntar" in sentence(store, "I08")


def test_a_payment_method_without_account_costs_only_what_was_paid_with_it(store: Store, capsys: Capture) -> None:
    """One payment method without an account parks what was paid with it; every other receipt is sent."""
    store.settings("posting.unit=receipt", "posting.swish_account=")
    paid = store.sql("SELECT DISTINCT receipt FROM receipt_payment WHERE method='SWISH'")
    ran = store.sync(capsys)
    assert ran.code == 1
    assert paid
    assert len(store.booked()) == len(store.sold("receipt")) - len(paid)


def test_the_check_writes_nothing(store: Store) -> None:
    before = {table: store.sql(f"SELECT * FROM {table}") for table in ("receipt", "article", "z_report")}
    found(store)
    assert before == {table: store.sql(f"SELECT * FROM {table}") for table in before}
    assert store.books.sends == 0
