"""What is particular to Fortnox: its sign-in, its limit, its searches, and what is known before anything is sent."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

import msgspec
import pytest
import requests
from msgspec.structs import replace

from connectors.fortnox import DESCRIPTION
from connectors.wire.oauth import Token
from synccenter.contract.connector import Attachment, Delivered
from synccenter.contract.errors import SyncError
from synccenter.contract.finding import Severity
from synccenter.contract.model import Posting, Register, Voucher
from synccenter.service import trial
from synccenter.truth.standing import Standing, look_up
from tests.conformance.job import _till
from tests.connectors.fortnox.rig import ACCOUNTS, LAST_YEAR, FortnoxRig, add_account
from tests.worlds.data_folder import DataFolder
from tests.worlds.documents import voucher
from tests.worlds.fakes.fortnox import AT_MOST, BOOKKEEPING, TENANT
from tests.worlds.fakes.server import FOR_GOOD, Fault, Reply
from tests.worlds.session import Surroundings


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[FortnoxRig]:
    made = FortnoxRig(Surroundings(tmp_path))
    yield made
    made.close()
    assert not made.complaints()


def refused(rig: FortnoxRig, document: Voucher) -> str:
    """The code of the error that a voucher meets before anything is sent."""
    with pytest.raises(SyncError) as caught:
        rig.connector().send(document)
    assert not caught.value.uncertain
    assert rig.fortnox.count("POST", "/vouchers") == 0, "known before it was sent"
    return caught.value.problem.code


# --- signing in ----------------------------------------------------------------------------------------------


def approve(rig: FortnoxRig) -> None:
    """A person approves in the browser."""
    pasted: Queue[str] = Queue()

    def browser(address: str) -> None:
        answer = requests.get(address, allow_redirects=False, timeout=5)
        pasted.put(answer.headers["Location"])

    rig.connector().sign_in(browser, pasted)


def as_service(rig: FortnoxRig) -> None:
    """A shop that has signed in with a service account, on a redirect address that no browser comes back to."""
    rig.options |= {"way": "bookkeeping", "account": "service", "redirect": "https://localhost/callback"}
    rig.world.secrets.delete("token")
    approve(rig)


def test_a_service_account_is_approved_once_and_needs_no_refresh_token_ever_after(rig: FortnoxRig) -> None:
    as_service(rig)
    rig.fortnox.refresh.clear()
    rig.fortnox.access.clear()
    rig.world.clock.later(days=100)
    rig.world.server_clock.later(days=100)
    assert rig.connector().company().name == "Hörnans Livs AB"
    asked = [one for one in rig.fortnox.seen if one.path == "/oauth-v1/token"][-1]
    assert asked.body == {"grant_type": "client_credentials"}
    assert asked.headers["Tenantid"] == str(TENANT)


@pytest.mark.parametrize("attaching", [False, True])
def test_only_the_scopes_that_bookkeeping_needs_are_asked_for(attaching: bool, rig: FortnoxRig) -> None:
    rig.options = {"attach_z": attaching}
    as_service(rig)
    (asked,) = [one for one in rig.fortnox.seen if one.path == "/oauth-v1/auth"]
    files = {"inbox", "connectfile"} if attaching else set()
    assert set(asked.query["scope"].split()) == files | {
        "companyinformation", "settings", "bookkeeping", "costcenter", "project",
    }  # fmt: skip
    assert asked.query["account_type"] == "service"
    assert asked.query["access_type"] == "offline"


def test_a_tenant_that_is_written_in_the_settings_needs_no_browser(rig: FortnoxRig) -> None:
    rig.world.secrets.delete("token")
    rig.fortnox.consented = True
    rig.options = {"account": "service", "tenant": str(TENANT)}
    assert rig.connector().company().org_number == "556677-8899"


def test_a_consent_that_is_taken_back_asks_a_person_to_sign_in(rig: FortnoxRig) -> None:
    as_service(rig)
    rig.revoke_sign_in()
    with pytest.raises(SyncError) as caught:
        rig.connector().company()
    assert caught.value.problem.code == "N09"


def test_a_service_account_without_a_company_number_is_told(rig: FortnoxRig) -> None:
    del rig.fortnox.company["DatabaseNumber"]
    with pytest.raises(SyncError) as caught:
        as_service(rig)
    assert caught.value.problem.code == "F11"


def test_many_threads_with_an_expired_token_use_each_refresh_token_once(rig: FortnoxRig) -> None:
    rig.expire_sign_in()
    failed: list[BaseException] = []

    def ask() -> None:
        try:
            rig.connector().company()
        except SyncError as error:
            failed.append(error)

    threads = [Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed, "a refresh token that is used twice signs everybody out"
    assert rig.fortnox.count("POST", "token") == 1


def test_a_sign_in_that_nobody_has_renewed_for_long_is_told_before_it_runs_out(rig: FortnoxRig) -> None:
    kept = msgspec.json.decode(rig.world.secrets.get("token") or "", type=Token)
    old = replace(kept, expires_at=kept.expires_at - 40 * 86400)
    rig.world.secrets.set("token", msgspec.json.encode(old).decode())
    (told,) = [one.problem for one in rig.connector().check() if one.severity is Severity.YELLOW]
    assert told is not None
    assert told.code == "F10"
    assert "5 dagar" in told.what


def test_a_scope_that_was_not_given_is_told_by_name(rig: FortnoxRig) -> None:
    rig.fortnox.scopes = "companyinformation settings bookkeeping"
    rig.sign_in()
    told = [one.problem for one in rig.connector().check() if one.severity is Severity.RED]
    assert [one.code for one in told if one] == ["F09", *["F111"] * 5], "and each area that it closes"
    assert "costcenter, project, article" in told[0].what  # type: ignore[union-attr]


def test_what_is_not_filled_in_is_told_by_name(rig: FortnoxRig) -> None:
    rig.world.secrets.delete("client_secret")
    (told,) = list(rig.connector().check())
    assert told.problem is not None
    assert told.problem.code == "F01"
    assert "Klienthemlighet" in told.problem.what


# --- the limit -------------------------------------------------------------------------------------------------


def test_the_limit_is_used_to_95_per_cent_and_never_hit(rig: FortnoxRig) -> None:
    connector = rig.connector()
    started = rig.world.clock()
    for _ in range(480):
        list(connector.fetch(Register.ACCOUNTS, "3|2026-12-31|2026-11-24 09:00"))
    took = (rig.world.clock() - started).total_seconds()
    assert rig.fortnox.refused_for_pace == 0
    assert rig.fortnox.highest <= AT_MOST
    assert 480 / took >= 0.95 * 25 / 5


def test_a_thousand_receipts_use_the_limit_and_take_one_request_each(rig: FortnoxRig) -> None:
    """Ten thousand are measured by `python -m benchmarks.limit`."""
    connector = rig.connector()
    connector.send(voucher(0))
    before, started = len(rig.fortnox.seen), rig.world.clock()
    for number in range(1, 1001):
        connector.send(voucher(number))
    requests, took = len(rig.fortnox.seen) - before, (rig.world.clock() - started).total_seconds()
    assert requests == 1000
    assert requests / took >= 0.945 * AT_MOST / 5  # the first ones wait for what was asked before them
    assert rig.fortnox.highest <= AT_MOST
    assert rig.fortnox.refused_for_pace == 0


@pytest.mark.parametrize("says_when", [True, False])
def test_somebody_elses_traffic_is_waited_out(rig: FortnoxRig, says_when: bool) -> None:
    rig.fortnox.says_when = says_when
    for _ in range(AT_MOST):
        rig.fortnox._times.append(rig.world.server_clock())
    sent = rig.connector().send(voucher(1))
    assert sent.number == "K1"
    assert rig.fortnox.refused_for_pace == 1
    assert rig.books(voucher(1)) == 1


# --- known before it is sent -------------------------------------------------------------------------------------


def test_a_day_without_financial_year(rig: FortnoxRig) -> None:
    assert refused(rig, replace(voucher(1), date=date(2027, 1, 2))) == "F02"


def test_a_day_in_a_locked_period(rig: FortnoxRig) -> None:
    rig.fortnox.locked_to = "2026-11-23"
    assert refused(rig, voucher(1)) == "F03"


def test_an_account_that_is_missing_or_not_active(rig: FortnoxRig) -> None:
    document = replace(voucher(1), postings=(Posting(1910, 100), Posting(3999, -100)))
    assert refused(rig, document) == "F04"
    add_account(rig.fortnox, 3999, Active=False)
    assert refused(rig, document) == "F05"


def test_without_a_series_in_the_settings_the_till_gets_its_own(rig: FortnoxRig) -> None:
    """The manual series that is called after the till; Fortnox's own for vouchers by hand where there is none."""
    plain = replace(voucher(1), series="")
    assert rig.connector().send(plain).number.startswith("K")
    rig.fortnox.rows["voucherseries"] = [one for one in rig.fortnox.rows["voucherseries"] if one["Code"] != "K"]
    assert rig.connector().send(replace(plain, reference="1-Z2")).number.startswith("A")


def test_a_series_that_is_missing_or_not_manual(rig: FortnoxRig) -> None:
    assert refused(rig, replace(voucher(1), series="Z")) == "F06"
    assert refused(rig, replace(voucher(1), series="B")) == "F07"
    assert [one.code for one in rig.connector().voucher_series() if one.manual] == ["A", "K"]


def test_a_cost_centre_or_project_that_is_missing_or_closed(rig: FortnoxRig) -> None:
    def on(**where: str) -> Voucher:
        return replace(voucher(1), postings=(Posting(1910, 100), Posting(3001, -100, **where)))  # type: ignore[arg-type]

    assert refused(rig, on(cost_centre="GML")) == "F08"
    assert refused(rig, on(project="P9")) == "F08"
    sent = rig.connector().send(on(cost_centre="HORN", project="P1"))
    (booked,) = rig.connector().read_back([Delivered(on(), sent.external_id)])
    assert {(one.cost_centre, one.project) for one in booked.postings} == {("", ""), ("HORN", "P1")}


def test_what_is_locked_in_between_is_known_by_fortnox_own_words(rig: FortnoxRig) -> None:
    connector = rig.connector()
    connector.send(voucher(1))
    rig.fortnox.locked_to = "2026-11-23"
    with pytest.raises(SyncError) as caught:
        connector.send(voucher(2))
    assert caught.value.problem.code == "F105"
    assert "har låst perioden t.o.m. 2026-11-23" in caught.value.problem.detail


def test_a_refusal_that_nobody_knows_is_shown_in_full(rig: FortnoxRig) -> None:
    said = {"ErrorInformation": {"Error": 1, "Message": "Månen står fel.", "Code": 2009999}}
    rig.fortnox.fail(Reply(400, said), times=FOR_GOOD, on=lambda one: one.method == "POST")
    with pytest.raises(SyncError) as caught:
        rig.connector().send(voucher(1))
    assert caught.value.problem.code == "F199"
    assert "Månen står fel. (2009999)" in caught.value.problem.what


# --- searching and reading back ----------------------------------------------------------------------------------


@pytest.mark.parametrize("knows_dates", [True, False])
def test_all_that_carry_the_reference_are_found_in_both_years_around_new_year(
    rig: FortnoxRig, knows_dates: bool
) -> None:
    rig.fortnox.knows_dates = knows_dates
    document = replace(voucher(1), date=date(2026, 1, 2))
    for day in (date(2025, 12, 31), date(2026, 1, 2), date(2026, 1, 3), date(2026, 6, 1)):
        rig.place(replace(document, date=day))
    found = rig.connector().find(document)
    assert [(one.external_id, one.date) for one in found] == [
        (f"{LAST_YEAR}/A/1", date(2025, 12, 31)),
        ("3/A/1", date(2026, 1, 2)),
        ("3/A/2", date(2026, 1, 3)),
    ]


def test_lists_that_cannot_be_asked_by_year_are_sorted_out_by_their_rows(rig: FortnoxRig) -> None:
    said = {"ErrorInformation": {"error": 1, "message": "Ogiltig parameter i anropet.", "code": 2000588}}
    rig.fortnox.fail(
        Reply(400, said),
        times=FOR_GOOD,
        on=lambda one: "financialyear" in one.query and one.path in {"/3/accounts", "/3/voucherseries"},
    )
    connector = rig.connector()
    assert connector.send(voucher(1)).number == "K1"
    (page,) = connector.fetch(Register.ACCOUNTS, None)
    assert len(page.rows) == len(ACCOUNTS)
    assert page.full


def test_no_locked_period_at_all(rig: FortnoxRig) -> None:
    rig.fortnox.locked_to = None
    connector = rig.connector()
    assert connector.locked_to() is None
    rig.fortnox.fail(Reply(404, {}), on=lambda one: "lockedperiod" in one.path)
    assert rig.connector().send(voucher(1)).number == "K1"


def test_a_voucher_on_a_second_page_of_the_list_is_found(rig: FortnoxRig) -> None:
    for number in range(2, 700):
        rig.place(voucher(number))
    rig.place(voucher(1))
    assert look_up(rig.connector(), voucher(1)).standing is Standing.OURS


def listing(total: int, *rows: dict[str, Any]) -> Reply:
    """A list of vouchers that says it has so many rows."""
    meta = {"@TotalResources": total, "@TotalPages": 1, "@CurrentPage": 1}
    return Reply(200, {"MetaInformation": meta, "Vouchers": rows})


def test_a_list_that_moved_while_it_was_read_is_read_again(rig: FortnoxRig) -> None:
    """A row that slips onto a page that has been read would be sent once more."""
    rig.place(voucher(1))
    rig.fortnox.fail(listing(1), on=lambda one: one.path == "/3/vouchers")
    assert look_up(rig.connector(), voucher(1)).standing is Standing.OURS


@pytest.mark.parametrize(
    "answer", [listing(1), listing(1, {"Description": ["?"], "VoucherNumber": 1})], ids=["moves", "unreadable"]
)
def test_what_a_list_may_have_hidden_is_never_missing(rig: FortnoxRig, answer: Reply) -> None:
    for _ in range(3):
        rig.fortnox.fail(answer, on=lambda one: one.path == "/3/vouchers")
    with pytest.raises(SyncError, match=r"\[N06\]"):
        look_up(rig.connector(), voucher(1))


def test_reading_back_takes_the_lists_pages_and_one_request_for_each_voucher(rig: FortnoxRig) -> None:
    connector = rig.connector()
    documents = [voucher(number) for number in range(1, 41)]
    sent = [Delivered(one, connector.send(one).external_id) for one in documents]
    before = rig.fortnox.count("GET")
    booked = list(connector.read_back(sent))
    assert {one.reference for one in booked} == {one.reference for one in documents}
    assert rig.fortnox.count("GET") - before == 1 + len(documents)


def test_sending_a_voucher_takes_one_request_once_the_books_are_known(rig: FortnoxRig) -> None:
    connector = rig.connector()
    connector.send(voucher(1))
    before = rig.fortnox.count()
    connector.send(voucher(2))
    assert rig.fortnox.count() - before == 1


def test_an_empty_text_where_a_number_belongs_is_no_number(rig: FortnoxRig) -> None:
    add_account(rig.fortnox, 4711, SRU="", CostCenter=None, Description="Inköp")
    (page,) = rig.connector().fetch(Register.ACCOUNTS, None)
    assert not page.bad
    assert 4711 in {row.number for row in page.rows}  # type: ignore[union-attr]


def test_check_stops_at_avbryt(rig: FortnoxRig) -> None:
    rig.world.cancel.set()
    with pytest.raises(SyncError):
        list(rig.connector().check())


# --- the Z report with its voucher -----------------------------------------------------------------------------


def attached(rig: FortnoxRig, **more: Any) -> str:
    """The code that attaching gives, "" when it went well."""
    document = voucher(1)
    connector = rig.connector()
    sent = connector.send(document) if not rig.books(document) else more.pop("sent")
    file = Attachment(name="K1-Z1.pdf", data=b"%PDF-1.3", **more)
    try:
        connector.attach(Delivered(document, sent.external_id), file, lambda _: None)
    except SyncError as error:
        return error.problem.code
    return ""


def test_a_file_takes_two_requests_when_nothing_goes_wrong(rig: FortnoxRig) -> None:
    assert attached(rig) == ""
    asked = [one for one in rig.fortnox.seen if "inbox" in one.path or "connections" in one.path]
    assert [(one.method, one.path) for one in asked] == [
        ("POST", "/3/inbox"),
        ("POST", "/3/voucherfileconnections"),
    ]
    assert asked[0].query == {"path": "Inbox_v"}
    assert rig.attached(voucher(1)) == [("K1-Z1.pdf", b"%PDF-1.3")]


def test_a_right_that_was_not_given_is_known_before_anything_is_asked_and_is_yellow(rig: FortnoxRig) -> None:
    rig.fortnox.scopes = BOOKKEEPING
    rig.sign_in()
    rig.options = {"way": "bookkeeping"}
    assert attached(rig) == "F131"
    assert not [one for one in rig.fortnox.seen if "inbox" in one.path]
    found = {one.problem.code: one.severity for one in rig.connector().check() if one.problem}
    assert found == {"F131": Severity.YELLOW}
    rig.options = {"way": "bookkeeping", "attach_z": False}
    assert not [one for one in rig.connector().check() if one.problem]


def test_a_licence_that_is_missing_stops_the_files_and_not_the_vouchers(rig: FortnoxRig) -> None:
    rig.fortnox.unlicensed = {"inbox"}
    assert attached(rig) == "F112"
    assert rig.books(voucher(1)) == 1


def test_a_file_that_somebody_deleted_from_the_inbox_is_uploaded_again(rig: FortnoxRig) -> None:
    rig.fortnox.fail(Fault.ERROR_BEFORE, on=lambda one: one.path.endswith("voucherfileconnections"))
    sent = rig.connector().send(voucher(1))
    assert attached(rig, sent=sent) != ""
    (lost,) = rig.fortnox.inbox
    rig.fortnox.inbox.clear()
    rig.fortnox.archive["annan"] = {"name": "annan", "data": b"", "folder": ""}
    assert attached(rig, sent=sent, tried=True, stored=lost) == ""
    assert rig.attached(voucher(1)) == [("K1-Z1.pdf", b"%PDF-1.3")]


def test_a_voucher_of_last_year_gets_its_file(rig: FortnoxRig) -> None:
    old = replace(voucher(1), date=date(2025, 12, 30))
    for account in (1910, 1686, 3001, 2611):
        add_account(rig.fortnox, account, LAST_YEAR)
    connector = rig.connector()
    sent = connector.send(old)
    connector.send(replace(voucher(1), reference="K1-Z2"))  # the same series and number, this year
    file = Attachment(name="K1-Z1.pdf", data=b"%PDF-1.3")
    connector.attach(Delivered(old, sent.external_id), file, lambda _: None)
    (connection,) = rig.fortnox.connections
    assert connection["VoucherYear"] == LAST_YEAR


def test_the_settings_offer_the_series_that_take_vouchers_from_outside(rig: FortnoxRig, tmp_path: Path) -> None:
    data = DataFolder(tmp_path / "butik", {"fortnox": DESCRIPTION}, rig.world.clock)
    shutil.copy(_till(), data.till)
    own = {name: value for name, value in rig.values().items() if name != "timeout"}
    data.settings("integration.system=fortnox", *(f"fortnox.{name}={value}" for name, value in own.items()))
    shop = data.shop()
    for name in ("token", "client_secret"):
        shop.secrets.set(f"fortnox.{name}", rig.world.secrets.get(name) or "")
    assert [one.code for one in trial.series(shop, trial.Typed({}, {}))] == ["A", "K"]
    shop.close()


def test_what_others_have_booked_is_read_once_and_again_when_its_list_says_something_else(rig: FortnoxRig) -> None:
    """No list has rows, so that each voucher of others costs a request; three days of runs must not cost it again."""
    connector = rig.connector()
    for number in (1, 2, 3):
        connector.send(voucher(number))
    day = voucher(1).date

    def read() -> int:
        before = rig.fortnox.count("GET", "/vouchers/")
        assert len(list(connector.vouchers(day, day, frozenset()))) == 3
        return rig.fortnox.count("GET", "/vouchers/") - before

    assert read() == 3
    rig.world.clock.later(minutes=15)
    assert read() == 0
    rig.fortnox.rows["vouchers"][0]["Description"] = "ändrad"
    assert read() == 1
    rig.world.clock.later(hours=5)
    assert read() == 3, "a person may have changed its rows"
