"""Errors that a person must end, errors that are nobody's, and a mail server that is away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date

import pytest
from filelock import FileLock

from connectors.visma_eekonomi.refusals import REFUSALS
from synccenter.cli.output import Telling
from synccenter.contract import catalogue
from synccenter.contract.connector import Lookup
from synccenter.contract.model import Document
from synccenter.journal.delivery import State
from synccenter.reports.watch import Watchman
from synccenter.run.engine import Engine
from synccenter.run.parked import stopped
from synccenter.run.repair import Repair
from synccenter.run.report import NAMED
from tests.worlds.books import lost_before
from tests.worlds.fixtures import Open
from tests.worlds.mail_servers import free_port, odd_server, smtp
from tests.worlds.street import Store

Capture = pytest.CaptureFixture[str]


def subjects(store: Store) -> list[str]:
    return [str(mail["Subject"]).removeprefix("Sync Center: ").partition(" – Demo")[0] for mail in store.mails()]


def test_what_cannot_be_looked_up_waits_for_a_person_and_is_never_sent_twice(shop: Open, capsys: Capture) -> None:
    store = shop(lookup=Lookup.NONE)
    store.trade()
    store.books.faults = [lost_before]
    store.sync(capsys)
    assert subjects(store) == ["1 fel"]
    ran = store.sync(capsys)
    assert [row for row in ran.errors if "[S04]" in row and "ledger booked" in row] == ran.errors != []
    store.sync(capsys)
    assert store.books.sends == 1
    opened = store.shop()
    Repair(opened).booked(opened.ledger.in_state(State.UNKNOWN)[0], "Fanns i bokföringen")
    opened.close()
    store.mails()
    assert store.sync(capsys).errors == []
    assert subjects(store) == ["löst – 1 fel borta"]


def test_a_receipt_voided_after_sending_is_told_and_never_called_solved(shop: Open, capsys: Capture) -> None:
    store = shop()
    store.settings("posting.unit=receipt")
    store.trade()
    store.sync(capsys)
    number = store.sql("SELECT MAX(number) FROM receipt WHERE state='finished'")[0][0]
    store.sql(f"UPDATE receipt SET state='voided' WHERE number={number}")
    store.sql("DELETE FROM place WHERE name LIKE 'void:%'", store.ledger)  # as before its Z report
    ran = store.sync(capsys)
    assert len(ran.errors) == 1
    assert ran.errors[0].startswith(f"FEL! Kvitto 1-{number}: Ett kvitto blev felslag efter att det skickats.")
    assert "[S09]" in ran.errors[0]
    assert subjects(store) == ["1 fel"]
    store.sync(capsys)
    assert subjects(store) == [], "closed by its Z report, not solved"


def test_another_tills_sync_is_no_error(shop: Open, capsys: Capture) -> None:
    store = shop()
    store.trade()
    store.sync(capsys)
    store.taken_by("KASSA-2")
    ran = store.sync(capsys)
    assert ran.errors == []
    assert [row for row in ran.rows if row.startswith("OBS!") and "KASSA-2" in row and "[S01]" in row]
    assert ran.code == 4
    assert subjects(store) == []


def test_a_sync_that_is_running_already_is_no_error(shop: Open, capsys: Capture) -> None:
    store = shop()
    store.trade()
    store.sync(capsys)
    opened = store.shop()
    with FileLock(opened.lock_path):
        ran = store.sync(capsys)
    opened.close()
    assert ran.errors == []
    assert any("[S14]" in row for row in ran.rows)
    assert subjects(store) == []


def test_many_receipts_with_the_same_fault_are_one_row_and_one_mail_about_one_error(
    shop: Open, capsys: Capture
) -> None:
    store = shop()
    store.settings("posting.unit=receipt")
    store.trade(150)
    store.books.refuse = lambda document: catalogue.PERIOD_LOCKED.problem(system="M", until="", date=date(2026, 11, 2))
    ran = store.sync(capsys)
    (row,) = ran.errors
    others = store.books.sends - NAMED
    assert row.startswith("FEL! Kvitto 1-1, ")
    assert re.search(rf" och {others} till \(sist Kvitto 1-\d+\): Perioden är låst", row)
    assert len(ran.rows) < 20
    assert subjects(store) == ["1 fel"]
    store.books.refuse = lambda _document: None
    store.sync(capsys)
    assert store.booked() == dict.fromkeys(store.sold("receipt"), 1)


def test_a_company_that_is_closed_is_one_row_and_one_mail_until_it_is_open_again(shop: Open, capsys: Capture) -> None:
    store = shop()
    store.settings("posting.unit=receipt")
    store.trade(99)
    store.books.refuse = lambda _document: REFUSALS[4004].problem()
    for run in (1, 2, 3):
        ran = store.sync(capsys)
        assert (store.books.sends, len(ran.errors), ran.code) == (run, 1, 1)
        assert "[V404]" in ran.errors[0]
        assert subjects(store) == (["1 fel"] if run == 1 else [])
    opened = store.shop()
    assert stopped(opened.ledger) == []
    opened.close()
    store.books.refuse = lambda _document: None
    assert store.sync(capsys).errors == []
    assert subjects(store) == ["löst – 1 fel borta"]
    assert store.booked() == dict.fromkeys(store.sold("receipt"), 1)


def test_one_bad_receipt_never_stops_the_rest(shop: Open, capsys: Capture) -> None:
    store = shop()
    store.settings("posting.unit=receipt")
    store.trade(30)

    def second_only(document: Document) -> object:
        return (
            catalogue.ACCOUNT_MISSING.problem(account=3001, use="", system="M") if document.reference == "1-2" else None
        )

    store.books.refuse = second_only  # type: ignore[assignment]
    ran = store.sync(capsys)
    assert len(ran.errors) == 1
    assert ran.errors[0].startswith("FEL! Kvitto 1-2: ")
    assert store.booked() == dict.fromkeys(store.sold("receipt") - {"1-2"}, 1)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("död", "Connection refused"),
        ("tyst", "Connection unexpectedly closed"),
        ("nekar", "554"),
        ("fel lösenord", "Fel användare eller lösenord"),
        ("okänt certifikat", "certifikat går inte att lita på"),
        ("finns inte", "går inte att hitta"),
    ],
)
def test_a_mail_server_that_is_away_stops_nothing_and_is_itself_told(
    name: str, words: str, shop: Open, capsys: Capture
) -> None:
    with mail_server(name) as port:
        store = shop(port=port)
        if name == "finns inte":
            store.settings("mail.server=mejl.finns-inte.invalid")
        if name in {"fel lösenord", "okänt certifikat"}:
            store.settings("mail.encryption=starttls")
        if name == "fel lösenord":
            store.settings("mail.encryption=none", "mail.plain_password=ja")
            store.settings("mail.sign_in=password", "mail.user=kassa@butik.se")
            opened = store.shop()
            opened.secrets.set("mail.password", "fel-lösenord-9")
            opened.close()
        store.trade()
        store.sync(capsys)
        store.trade()
        store.sql("UPDATE z_report SET total=total+100, first_receipt=last_receipt WHERE number=2")
        ran = store.sync(capsys)
        told = [row for row in ran.errors if "[E01]" in row]
        assert len(told) == 1
        assert words in told[0]
        assert "Synkroniseringen påverkas inte" in told[0]
        assert "fel-lösenord-9" not in ran.screen
        assert "[E01]" in ran.screen
        assert store.booked()["1-Z1"] == 1
        assert len(list((store.folder / "utkorg").glob("*.eml"))) == 1

    with smtp() as (inbox, port):
        store.inbox = inbox
        store.settings("mail.server=127.0.0.1", f"mail.port={port}", "mail.encryption=none", "mail.sign_in=none")
        store.sync(capsys)
        assert subjects(store) == ["1 fel"]


@contextmanager
def mail_server(name: str) -> Iterator[int]:
    """A real mail server with the fault of that name; its port."""
    with ExitStack() as stack:
        if name == "tyst":
            yield stack.enter_context(odd_server(None))
        elif name == "fel lösenord":
            yield stack.enter_context(smtp(sign_in=True))[1]
        elif name == "okänt certifikat":
            yield stack.enter_context(smtp("starttls", name="annan.example"))[1]
        elif name == "nekar":
            inbox, port = stack.enter_context(smtp())
            inbox.answer = "554 5.7.1 Nej tack"
            yield port
        else:
            yield free_port()


def test_a_run_that_somebody_stopped_is_no_error(shop: Open, capsys: Capture) -> None:
    store = shop()
    store.trade()
    opened, log = store.open()
    with log.section("Synkronisera förändringar"):
        outcome = Engine(opened, Telling(log, quiet=True), lambda: True).run(everything=False)
        Watchman().after_run(opened, log, outcome)
    rows = log.path_today().read_text("utf-8")
    opened.close()
    log.close()
    assert outcome.result == "cancelled"
    assert "FEL!" not in rows
    assert subjects(store) == []
