"""Everything says the same: log, exit code, icon after a restart, `status` and mail, at every bad moment of a shop.

Tried on books in memory, on SIE files, and on the vendors' fakes of eEkonomi and NAV: stopping, restoring, renaming,
replacing, clocks that go wrong. Nothing is doubled, nothing is lost, and nothing is green that is not.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct
from msgspec.structs import replace

from synccenter.cli import running
from synccenter.contract.connector import Connector, Session
from synccenter.contract.model import DocumentKind, Voucher
from synccenter.journal.delivery import State
from synccenter.posting.targets import accounts_in
from synccenter.run.repair import Repair
from synccenter.run.who import Who, answer_to
from synccenter.service.memory import Memory
from synccenter.service.status import Situation, Status, distinct
from synccenter.ui.wording import headline
from tests.conformance.job import NoSettings
from tests.conformance.suite import Needs, Rig
from tests.connectors.visma.rig import VismaRig
from tests.worlds.fakes.nav_rig import NavRig
from tests.worlds.mail_servers import Inbox
from tests.worlds.session import Surroundings, decoded, free_port
from tests.worlds.street import Store

pytestmark = pytest.mark.slow  # many small ones: a minute in all

RIGS: dict[str, Callable[[Surroundings], Rig]] = {"visma": VismaRig, "nav": NavRig}
SYSTEMS = ("memory", "files", "visma", "nav")
QUESTION = re.compile(r"\[(T16|T30)\]")
"""*Finns redan* and *skickat förut*: yellow, and a person answers."""
ID = re.compile(r"\[([A-Z]+\d+)\](?: \(\d\d:\d\d:\d\d\))?$")


class Heard(Struct, frozen=True):
    """What a person hears of one run, from everywhere. `code` 3: nothing may be done until somebody has answered."""

    codes: frozenset[str]
    code: int


class Judge(Store):
    """A store with any business system, and everything that tells of it put side by side."""

    def __init__(self, folder: Path, inbox: Inbox, port: int, capsys: Any, system: str) -> None:
        super().__init__(folder, inbox, port, system="files" if system == "files" else "memory")
        self.system, self.capsys, self.rig = system, capsys, None
        if system in RIGS:
            world = Surroundings(folder / "ute")
            world.folder.mkdir()
            self.rig = RIGS[system](world)
            self.plug_in(world, self.rig)

    def plug_in(self, world: Surroundings, rig: Rig) -> None:
        """Let the shop send its vouchers to a vendor's fake."""
        base = rig.description

        def opened(session: Session[Any]) -> Connector:
            own = world.session(decoded(base.settings, rig.values()))
            return base.open(replace(own, guard=session.guard))

        can = replace(base.capabilities, fetches=frozenset(), delta=frozenset(), along={},
                      sends=frozenset({DocumentKind.VOUCHER}), needs_sign_in=False)  # fmt: skip
        self.registry["rig"] = replace(
            base, name="rig", settings=NoSettings, capabilities=can, open=opened, chosen=None
        )
        self.settings("integration.system=rig")

    def trade(self, receipts: int = 8, *, tills: int = 2) -> None:
        super().trade(receipts, tills=tills)
        if self.rig is not None:
            shop = self.shop()
            wanted = Needs(DocumentKind.VOUCHER, frozenset(accounts_in(shop.rules())), {}, frozenset())
            shop.close()
            self.rig.prepare(wanted)

    def trade_on(self, day: str) -> None:
        """A day of trade by tills whose clocks are wrong."""
        before = self.sql("SELECT till, MAX(number) FROM z_report GROUP BY till")
        self.trade()
        for till, last in before:
            of = {"till": till, "last": last, "day": day}
            for table in ("receipt", "cash_movement"):
                moved = f"UPDATE {table} SET at=:day || substr(at, 11)"
                self.sql(f"{moved} WHERE till=:till AND z_number>:last", **of)
            moved = "UPDATE z_report SET at=:day || substr(at, 11), business_date=:day"
            self.sql(f"{moved} WHERE till=:till AND number>:last", **of)

    def book_by_hand(self) -> int:
        """The bookkeeper books what is stopped, and says so."""
        shop = self.shop()
        repair = Repair(shop)
        stopped = shop.ledger.in_state(State.REJECTED)
        for one in stopped:
            repair.booked(one, "bokfört för hand, A 17")
        shop.close()
        return len(stopped)

    def at_start(self) -> tuple[int, str]:
        """What `status` and the icon say without a run: (exit code, the tooltip's sentence)."""
        shop, log = self.open()
        try:
            code = int(running.status(shop, log, argparse.Namespace(json=True)))
            memory = Memory(shop)
            status = Status(**memory.facts(shop), problems=distinct(memory.problems(shop)))
        finally:
            shop.close()
            log.close()
        return code, headline(status)

    def hear(self) -> Heard:
        """A run, and all that says how it stands afterwards; they agree, or the test fails."""
        ran = self.sync(self.capsys)
        met = (ID.search(row.rstrip()) for row in ran.errors)
        errors = frozenset(found[1] for found in met if found)
        asked = (QUESTION.search(row) for row in ran.rows if row.startswith("OBS!"))
        questions = {found[1] for found in asked if found}
        red = bool(errors or questions)
        assert ran.code in ({1, 3} if red else {0}), (ran.code, ran.rows)
        shop, log = self.open()
        try:
            self.capsys.readouterr()
            exit_code = int(running.status(shop, log, argparse.Namespace(json=True)))
            shown = {one["code"] for one in json.loads(self.capsys.readouterr().out)["problems"]}
            memory = Memory(shop)
            status = Status(**memory.facts(shop), problems=distinct(memory.problems(shop)))
        finally:
            shop.close()
            log.close()
        icon = status.situation is Situation.ERROR
        assert icon == red, f"icon {status.situation} after a restart, log {ran.errors}"
        assert exit_code == (1 if red else 0), f"status {exit_code} {shown}, log {ran.errors}"
        assert shown == errors | questions, "status tells of what the log told"
        standing = json.loads((self.folder / "mejlat.json").read_text("utf-8"))["standing"] if red else {}
        assert {key.split("|")[1] for key in standing} >= errors, "each is in a mail"
        return Heard(errors, ran.code)

    def answer_all(self) -> list[str]:
        """A person answers what is asked about who is who, as the window's button does."""
        shop, log = self.open()
        said = []
        for problem in Memory(shop).problems(shop):
            answer = answer_to(problem)
            if answer:
                Who(shop).say(answer)
                said.append(answer.act)
        shop.close()
        log.close()
        return said

    def there(self) -> dict[str, int]:
        """Reference -> how often it stands in the books."""
        shop = self.shop()
        try:
            documents = [one.document for one in shop.ledger.between(date.min, date.max)]
        finally:
            shop.close()
        if self.rig is None:
            return self._booked()
        found = {one.reference: self.rig.books(one) for one in documents if one is not None}
        return {name: count for name, count in found.items() if count}

    def nothing_doubled(self) -> None:
        """Each document stands in the books at most once."""
        assert {name: count for name, count in self.there().items() if count > 1} == {}

    def close(self) -> None:
        super().close()
        if self.rig is not None:
            self.rig.close()


@pytest.fixture(params=SYSTEMS)
def judge(tmp_path: Path, request: pytest.FixtureRequest, capsys: Any, post: tuple[Inbox, int]) -> Iterator[Judge]:
    """A day has been sold, sent, and found right by everybody."""
    post[0].mails.clear()
    made = Judge(tmp_path / "butik", *post, capsys, request.param)
    made.strangers = True
    made.trade()
    assert made.hear() == Heard(frozenset(), 0)
    yield made
    made.close()


def test_nothing_happens(judge: Judge) -> None:
    assert judge.hear() == Heard(frozenset(), 0)
    judge.later(days=1)
    assert judge.hear() == Heard(frozenset(), 0)
    judge.nothing_doubled()


def test_a_receipt_is_changed_after_it_was_sent(judge: Judge) -> None:
    judge.sql("UPDATE receipt_line SET group_code='annan' WHERE till='1' AND receipt=1")
    assert "T12" in judge.hear().codes
    assert "T12" in judge.hear().codes


def test_a_z_report_is_gone(judge: Judge) -> None:
    judge.trade()
    judge.trade()
    for table, column in (("z_vat", "z_number"), ("z_method", "z_number"), ("z_report", "number")):
        judge.sql(f"DELETE FROM {table} WHERE till='1' AND {column}=2")
    assert "T10" in judge.hear().codes


def test_the_till_is_put_back_from_a_copy(judge: Judge) -> None:
    judge.keep()
    judge.trade()
    judge.hear()
    judge.put_back(judge.till)
    assert judge.hear().codes
    judge.seeds += 5
    judge.trade()
    assert judge.hear().codes & {"T05", "T06"}
    judge.nothing_doubled()
    assert set(judge.answer_all()) == {"till-new"}
    judge.hear()
    judge.nothing_doubled()


def test_the_ledger_is_put_back_from_a_copy_by_hand(judge: Judge) -> None:
    judge.keep()
    judge.trade()
    judge.hear()
    before = judge.there()
    judge.put_back(judge.ledger)
    assert judge.hear() == Heard(frozenset(), 0)
    judge.nothing_doubled()
    assert judge.there() == before
    assert judge.hear() == Heard(frozenset(), 0)


def test_the_ledger_is_gone(judge: Judge) -> None:
    before = judge.there()
    for suffix in ("", "-wal", "-shm"):
        judge.ledger.with_name(judge.ledger.name + suffix).unlink(missing_ok=True)
    judge.hear()
    judge.nothing_doubled()
    assert set(before) <= set(judge.there())


def test_a_till_gets_another_id(judge: Judge) -> None:
    before = judge.there()
    for (table,) in judge.sql("SELECT name FROM sqlite_master WHERE type='table'"):
        columns = {row[1] for row in judge.sql(f"SELECT * FROM pragma_table_info('{table}')")}
        if "till" in columns:
            judge.sql(f"UPDATE {table} SET till='01' WHERE till='1'")
    judge.sql("UPDATE till SET id='01' WHERE id='1'")
    assert judge.hear().codes == {"T03"}
    assert judge.answer_all() == ["till-renamed"]
    assert judge.hear() == Heard(frozenset(), 0)
    assert judge.there() == before


def test_the_company_gets_another_id(judge: Judge) -> None:
    before = judge.there()
    for (table,) in judge.sql("SELECT name FROM sqlite_master WHERE type='table'"):
        columns = {row[1] for row in judge.sql(f"SELECT * FROM pragma_table_info('{table}')")}
        if "company" in columns:
            judge.sql(f"UPDATE {table} SET company='ny'")
    judge.settings("general.company=ny")
    assert judge.hear().codes == {"T01"}
    assert judge.answer_all() == ["company-renamed"]
    assert judge.hear() == Heard(frozenset(), 0)
    assert judge.there() == before


def test_a_new_pc_with_the_tills_file_only_and_a_start_date_in_the_past(
    judge: Judge, tmp_path: Path, post: tuple[Inbox, int], capsys: Any
) -> None:
    before = judge.there()
    new = Judge(tmp_path / "ny dator", *post, capsys, "memory")
    new.registry.update(judge.registry)
    new.clock, new.books, new.rig = judge.clock, judge.books, judge.rig
    new.strangers = True
    shutil.copyfile(judge.till, new.till)
    if judge.system == "files":
        out = judge.folder / "ut"
        new.settings("integration.system=files", f"files.folder_out={out}", f"files.folder_in={judge.folder / 'in'}")
    else:
        new.settings("integration.system=rig" if judge.rig else "integration.system=memory")
    new.hear()
    assert {name: count for name, count in judge.there().items() if count > 1} == {}
    assert set(before) <= set(judge.there())
    new.rig = None
    new.close()


def test_a_z_report_that_no_run_has_taken_is_not_green_at_start(judge: Judge) -> None:
    assert judge.at_start() == (0, "Allt är bra.")
    judge.trade()
    code, said = judge.at_start()
    assert code == 4
    assert "väntar" in said
    assert judge.hear() == Heard(frozenset(), 0)
    assert judge.at_start() == (0, "Allt är bra.")


def test_the_mail_server_is_away(tmp_path: Path, post: tuple[Inbox, int], capsys: Any) -> None:
    """Nobody hears of the trouble, and that is trouble: also in a run that finds nothing else."""
    judge = Judge(tmp_path / "butik", *post, capsys, "memory")
    judge.trade()
    judge.sql("UPDATE payment_method SET kind='other', code='BYTE' WHERE code='KORT'")
    judge.settings(f"mail.port={free_port()}")
    assert judge.sync(capsys).code == 1
    judge.sql("UPDATE payment_method SET kind='card', code='KORT' WHERE code='BYTE'")
    ran = judge.sync(capsys)
    assert [ID.search(row.rstrip())[1] for row in ran.errors] == ["E01"]  # type: ignore[index]
    assert (ran.code, judge.at_start()[0]) == (1, 1)
    judge.settings(f"mail.port={post[1]}")
    ran = judge.sync(capsys)
    assert (ran.errors, ran.code, judge.at_start()) == ([], 0, (0, "Allt är bra."))
    judge.close()


def test_what_a_person_finds_in_the_books_everything_says_from_then_on(judge: Judge) -> None:
    if judge.system != "memory":
        pytest.skip("what is read back is each connector's to prove")
    name, (one, *_) = next((name, many) for name, many in judge.books.vouchers.items() if isinstance(many[0], Voucher))
    del judge.books.vouchers[name]
    assert judge.at_start()[0] == 0, "nobody has looked"
    shop, log = judge.open()
    asked = argparse.Namespace(json=True, day=None, month=None, z=None, no_books=False)
    assert int(running.proof(shop, log, asked)) == 1
    shop.close()
    log.close()
    assert judge.at_start()[0] == 1
    assert judge.hear().codes == {"T13"}
    judge.books.vouchers[name] = [one]
    assert judge.hear() == Heard(frozenset(), 0)


@pytest.mark.parametrize("units", [("z", "receipt"), ("receipt", "day"), ("day", "z")], ids=" to ".join)
def test_what_goes_another_way_now_waits_for_nothing(judge: Judge, units: tuple[str, str]) -> None:
    for unit in units:
        judge.settings(f"posting.unit={unit}")
        judge.trade()
        assert judge.at_start()[0] == 4, "nobody has sent the day"
        assert judge.hear() == Heard(frozenset(), 0)
    judge.nothing_doubled()


@pytest.mark.parametrize("day", ["2020-01-03", "2027-12-30"])
def test_the_tills_clock_was_wrong_for_a_day(judge: Judge, day: str) -> None:
    """Before the start date at numbers after the place, or in the future: an alarm, not silence."""
    before = judge.there()
    judge.trade_on(day)
    assert judge.hear().codes
    assert judge.hear().codes, "until somebody has done something"
    assert judge.there() == before
    assert judge.book_by_hand()
    assert judge.hear() == Heard(frozenset(), 0)
    judge.nothing_doubled()


def test_another_companys_database(judge: Judge) -> None:
    before = judge.there()
    judge.sql("UPDATE company SET org_number='556000-0167', name='En annan AB'")
    judge.sql("UPDATE receipt SET at='2026-11-09' || substr(at, 11)")
    judge.sql("UPDATE z_report SET at='2026-11-09' || substr(at, 11), business_date='2026-11-09'")
    assert judge.hear() == Heard(frozenset({"T02"}), 3)
    assert judge.there() == before


def test_the_business_system_is_another_companys(judge: Judge) -> None:
    """Nothing in the ledger shows it: it is the run's own finding, and stands until a run finds otherwise."""
    if judge.system in {"files", "nav"}:
        pytest.skip("they do not say here whose the books are")
    judge.sql("UPDATE company SET org_number='559999-0007'")
    for _ in range(2):
        assert judge.hear().codes == {"B23"}
    code, said = judge.at_start()
    assert (code, said) == (1, "Fel företag i affärssystemet.")
    judge.sql("UPDATE company SET org_number='556677-8899'")
    assert judge.hear() == Heard(frozenset(), 0)
    assert judge.at_start() == (0, "Allt är bra.")


def test_a_setting_cannot_be_read(judge: Judge) -> None:
    path = judge.folder / "settings.toml"
    whole = path.read_text("utf-8")
    path.write_text(f'{whole}\n[schedule]\nevery = "ibland"\n', "utf-8")
    assert judge.hear().codes
    path.write_text(whole, "utf-8")
    assert judge.hear() == Heard(frozenset(), 0)


@pytest.mark.parametrize("years", [-6, 1])
def test_the_pcs_clock_was_wrong_for_a_run(judge: Judge, years: int) -> None:
    judge.trade()
    judge.later(days=365 * years)
    ran = judge.sync(judge.capsys)
    assert ran.code in {0, 1, 3, 4}
    judge.later(days=-365 * years)
    judge.trade()
    judge.hear()
    judge.nothing_doubled()
    assert judge.hear() == Heard(frozenset(), 0)
