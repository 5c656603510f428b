"""Setting up: which company, as whom, online and on a server of one's own, and what the check says."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from queue import Queue
from urllib.request import urlopen

import pytest
from msgspec.structs import replace

from connectors.business_central import BY_ITSELF, BY_PERSON, DESCRIPTION, address, checks, connector
from connectors.business_central.options import BusinessCentralSettings
from connectors.dynamics.sign_in import plain_fingerprint
from synccenter.contract.connector import Term
from synccenter.contract.finding import Severity
from synccenter.contract.model import DocumentKind
from synccenter.contract.options import options_of
from tests.connectors.business_central.rig import BusinessCentralRig, PersonRig, add_account
from tests.connectors.business_central.world import refused, told
from tests.worlds.documents import voucher
from tests.worlds.fakes.business_central import COMPANY, TENANT, TENANT_ID, guid
from tests.worlds.fakes.server import Reply
from tests.worlds.fakes.windows import DOMAIN_USER, PASSWORD, WindowsLogon
from tests.worlds.session import Surroundings


def test_the_company_is_held_by_its_id_whatever_it_is_called(rig: BusinessCentralRig) -> None:
    rig.bc.companies = [{"id": guid("other"), "name": "ANNAT"}, {"id": COMPANY, "name": "HORNAN 2", "displayName": ""}]
    assert rig.connector().company().name == "Hörnans Livs AB", "by company information, not by the list"
    rig.connector().send(voucher(1))
    assert rig.books(voucher(1)) == 1


@pytest.mark.parametrize("chosen", ["", guid("nobody")])
def test_a_company_that_is_not_there_is_answered_by_those_that_are(rig: BusinessCentralRig, chosen: str) -> None:
    rig.options["company_id"] = chosen
    *_, finding = rig.connector().check()
    assert finding.problem
    assert finding.problem.code == "BC05"
    assert f"Hörnans Livs AB ({COMPANY})" in finding.problem.what


def test_an_environment_that_is_not_there_is_answered_by_those_that_are(rig: BusinessCentralRig) -> None:
    rig.options["environment"] = "Sandlåda"
    *_, finding = rig.connector().check()
    assert finding.problem
    assert finding.problem.code == "BC06"
    assert "Production, Sandbox" in finding.problem.what


def test_an_environment_is_told_without_the_list_where_the_list_is_refused(rig: BusinessCentralRig) -> None:
    rig.options["environment"] = "Sandlåda"
    lists = ("/admin/", "/environments/")
    rig.bc.fail(Reply(403, {}), times=2, on=lambda request: request.path.startswith(lists))
    *_, finding = rig.connector().check()
    assert finding.problem
    assert "administrationscentret" in finding.problem.what


def test_an_app_that_business_central_does_not_know_is_told_so(rig: BusinessCentralRig) -> None:
    rig.bc.app_is_known = False
    assert told(list(rig.connector().check())) == {"BC02"}


@pytest.mark.parametrize("missing", ["tenant", "client_id", "environment"])
def test_what_is_not_filled_in_is_named(rig: BusinessCentralRig, missing: str) -> None:
    label = next(one.label for one in options_of(BusinessCentralSettings) if one.name == missing)
    rig.options[missing] = ""
    *_, finding = rig.connector().check()
    assert finding.problem
    assert (finding.problem.code, finding.problem.what) == ("BC01", f"Det saknas: {label}.")


def test_a_person_signs_in_by_the_browser_without_a_secret(tmp_path: Path) -> None:
    world = Surroundings(tmp_path)
    rig = PersonRig(world)
    world.secrets.delete("token")
    there = rig.connector()
    assert isinstance(there, connector.ByPerson)
    pasted: Queue[str] = Queue()
    there.sign_in(lambda page: pasted.put(urlopen(page).url), pasted)
    assert there.company().org_number == "556677-8899"
    assert there.signed_in() is not None
    there.sign_out()
    assert there.signed_in() is None
    with refused("N09"):
        there.company()
    rig.close()


def test_a_person_without_organisation_is_of_whichever_signs_in() -> None:
    settings = BusinessCentralSettings(sign_in="person", client_id="x", environment="Production")
    assert address.root(settings) == "https://api.businesscentral.dynamics.com/v2.0/Production/api"
    told_so = replace(settings, tenant=TENANT)
    assert address.root(told_so) == f"https://api.businesscentral.dynamics.com/v2.0/{TENANT}/Production/api"


def test_on_a_server_of_ones_own_a_user_has_a_web_service_key(rig: BusinessCentralRig) -> None:
    user, key = rig.bc.user
    rig.options |= {"sign_in": "basic", "user": user, "address": f"{rig.bc.address}/BC230/ODataV4/"}
    rig.world.secrets.set("password", key)
    rig.connector().send(voucher(1))
    assert rig.bc.seen[-1].path.startswith(f"/BC230/api/v2.0/companies({COMPANY})")
    assert told(list(rig.connector().check())) == set()
    rig.world.secrets.set("password", "fel-nyckel")
    assert told(list(rig.connector().check())) == {"BC03"}


@pytest.mark.parametrize("sign_in", ["ntlm", "negotiate"])
def test_windows_signs_the_connection_in(rig: BusinessCentralRig, sign_in: str) -> None:
    """Once, not every request; a voucher goes by it, and a wrong password is told."""
    rig.bc.windows = WindowsLogon(sign_in)
    rig.options |= {"sign_in": sign_in, "user": DOMAIN_USER, "address": f"{rig.bc.address}/BC230"}
    rig.world.secrets.set("password", PASSWORD)
    connector = rig.connector()
    connector.send(voucher(1))
    assert rig.books(voucher(1)) == 1
    assert rig.bc.windows.handshakes <= 2
    assert told(list(connector.check())) == set()
    rig.world.secrets.set("password", "fel-losenord-1")
    assert told(list(rig.connector().check())) == {"BC03"}
    rig.world.secrets.delete("password")
    *_, finding = rig.connector().check()
    assert finding.problem
    assert (finding.problem.code, finding.problem.what) == ("BC01", "Det saknas: Lösenord.")


def test_a_server_that_has_no_windows_sign_in_is_told(rig: BusinessCentralRig) -> None:
    rig.options |= {"sign_in": "negotiate", "user": DOMAIN_USER, "address": f"{rig.bc.address}/BC230"}
    rig.world.secrets.set("password", PASSWORD)
    assert told(list(rig.connector().check())) == {"BC03"}


def test_a_fingerprint_is_understood_as_people_write_it() -> None:
    assert plain_fingerprint(" AB:cd 01 ") == "abcd01"


@pytest.mark.parametrize("written", [TENANT, TENANT_ID])
def test_the_organisation_is_asked_for_by_domain_or_id(rig: BusinessCentralRig, written: str) -> None:
    rig.options["tenant"] = written
    assert rig.connector().choices("tenant") == [Term(TENANT_ID, written)]
    assert f"Organisationen {written} finns i Entra ({TENANT_ID})" in [one.title for one in rig.connector().check()]


def test_an_organisation_that_entra_does_not_know_is_told_so(rig: BusinessCentralRig) -> None:
    rig.options["tenant"] = "butikn.se"
    assert told(list(rig.connector().check())) == {"BC21"}


def test_a_person_who_signed_in_is_offered_the_own_organisation(tmp_path: Path) -> None:
    rig = PersonRig(Surroundings(tmp_path))
    rig.options["tenant"] = ""
    assert rig.connector().choices("tenant") == [Term(TENANT_ID)]
    rig.close()


@pytest.mark.parametrize("status", [401, 403, 404])
def test_environments_come_from_the_administration_centre_where_the_other_list_is_refused(
    rig: BusinessCentralRig, status: int
) -> None:
    rig.bc.fail(Reply(status, {}), times=2, on=lambda request: request.path.startswith("/environments/"))
    assert [one.code for one in rig.connector().choices("environment")] == ["Production", "Sandbox"]


def test_payment_methods_are_offered_and_the_chosen_one_is_looked_for(rig: BusinessCentralRig) -> None:
    assert rig.connector().choices("payment_method") == [Term("KONTANT", "Kontant")]
    rig.options["payment_method"] = "kontant"
    findings = list(rig.connector().check())
    assert told(findings) == set()
    assert "Betalningssättet kontant finns" in [one.title for one in findings]
    rig.options["payment_method"] = "GULD"
    assert told(list(rig.connector().check())) == {"BC16"}


def test_a_journal_with_a_balancing_account_or_a_number_series_is_told(rig: BusinessCentralRig) -> None:
    rig.bc.setup.number_series["KASSA"] = "RED-NR"
    assert told(list(rig.connector().check())) == {"BC23"}
    rig.bc.rows["journals"][guid("journals", "KASSA")]["balancingAccountNumber"] = "1930"
    assert told(list(rig.connector().check())) == {"BC22"}


def test_who_signs_in_decides_what_a_person_must_do() -> None:
    assert DESCRIPTION.within(BusinessCentralSettings()).capabilities == BY_ITSELF
    assert DESCRIPTION.within(BusinessCentralSettings(sign_in="person")).capabilities == BY_PERSON
    assert DESCRIPTION.capabilities.sends >= {DocumentKind.VOUCHER}


def test_the_check_names_what_is_missing_without_the_extension(rig: BusinessCentralRig) -> None:
    rig.bc.extension = False
    findings = list(rig.connector().check())
    assert told(findings) == {"BC17", "BC20"}
    (missing,) = [one.problem for one in findings if one.problem and one.problem.code == "BC17"]
    assert all(word in missing.what for word in ("prislistor", "artikelreferenserna", "saldo per lagerställe"))
    assert not any(one.severity is Severity.RED for one in findings)


def test_an_extension_that_may_not_be_read_is_told_and_done_without(rig: BusinessCentralRig) -> None:
    rig.bc.fail(
        Reply(403, {"error": {"code": "Authorization_RequestDenied", "message": "no"}}),
        times=float("inf"),
        on=lambda request: "/joboffice/" in request.path,
    )
    assert told(list(rig.connector().check())) == {"BC20", "BC30"}
    rig.connector().send(voucher(1))
    assert rig.books(voucher(1)) == 1


def test_the_check_sees_who_else_writes_in_the_journal(rig: BusinessCentralRig) -> None:
    kassa = rig.bc.rows["journals"][guid("journals", "KASSA")]
    row = {"accountType": "G_x002F_L_x0020_Account", "accountNumber": "1930", "documentNumber": "BANK-7", "amount": 5}
    rig.bc._add_line("journalLines", kassa, row | {"postingDate": "2026-11-23"})
    assert told(list(rig.connector().check())) == {"BC09"}


def test_the_check_sees_a_journal_that_reckons_vat_and_groups_of_unknown_rate(rig: BusinessCentralRig) -> None:
    rig.bc.setup.copies_vat.add("KASSA")
    rig.bc.add("taxGroups", {"code": "LIVS", "displayName": "Livsmedel"})
    assert told(list(rig.connector().check())) == {"BC18", "BC19"}
    rig.options["vat_groups"] = [{"group": "LIVS", "rate": 6}]
    assert told(list(rig.connector().check())) == {"BC19"}


def test_the_check_compares_names_where_there_is_no_organisation_number(rig: BusinessCentralRig) -> None:
    info = next(iter(rig.bc.rows["companyInformation"].values()))
    info |= {"taxRegistrationNumber": "", "displayName": "En annan AB"}
    assert told(list(rig.connector().check())) == {"BC07"}


def test_a_right_that_is_missing_is_told_by_what_it_is_for(rig: BusinessCentralRig) -> None:
    rig.bc.fail(
        Reply(403, {"error": {"code": "Authorization_RequestDenied", "message": "no"}}),
        times=float("inf"),
        on=lambda request: request.path.endswith("/salesOrders"),
    )
    findings = [one for one in rig.connector().check() if one.severity is not Severity.GREEN]
    assert [one.title for one in findings] == ["Försäljningsorder går inte att läsa"]
    assert "salesOrders" in checks.LISTS


def test_environment_company_and_journal_are_chosen_from_its_own_lists(rig: BusinessCentralRig) -> None:
    rig.options["company_id"] = ""
    there = rig.connector()
    assert [one.code for one in there.choices("environment")] == ["Production", "Sandbox"]
    assert [(one.code, one.name) for one in there.choices("company_id")] == [(COMPANY, "Hörnans Livs AB")]
    with refused("BC05"):
        there.choices("journal")
    rig.options["company_id"] = COMPANY
    offered = {one.name for one in options_of(BusinessCentralSettings) if one.suggest == "system"}
    found = {name: {one.code for one in rig.connector().choices(name)} for name in offered}
    assert (found["journal"], found["sales_location"]) == ({"KASSA", "LÖN"}, {"BUTIK"})
    assert found["cost_centre_dimension"] == found["project_dimension"] == {"AVD", "PROJ"}


def test_what_the_settings_window_may_offer(rig: BusinessCentralRig) -> None:
    there = rig.connector()
    assert [term.code for term in there.cost_centres()] == ["HORN"]
    assert [term.code for term in there.projects()] == ["JUL"]
    assert there.locked_to() == date(2025, 12, 31)
    assert [year.end for year in there.fiscal_years()] == [date(2026, 12, 31), date(2027, 12, 31)]
    assert {one.account for one in there.bank_accounts()} == {1910, 1686}
    assert "MOMS25" in {term.code for term in there.vat_codes()}
    assert there.voucher_series() == ()


def test_accounts_are_those_that_can_be_booked_on(rig: BusinessCentralRig) -> None:
    add_account(rig.bc, 1999, accountType="Total")
    add_account(rig.bc, 1998, blocked=True)
    found = {one.number: one.active for one in rig.connector().accounts(date(2026, 11, 24))}
    assert (found[1999], found[1998], found[1910]) == (False, False, True), "sums and blocked ones are told as such"
