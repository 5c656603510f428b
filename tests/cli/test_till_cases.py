"""Tills from the field, by command: each is loaded, synced twice, asked how it stands and proved.

The cases lie in ../shared/cases/till; its README says what is right. Tells of `cli/running.py`.
"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from connectors.formats.sie_reader import read
from synccenter.cli import running
from synccenter.cli.arguments import parser
from synccenter.cli.identifying import identity
from synccenter.core.database import SQLite
from synccenter.till import schema
from tests.cli.recount import booked, expected
from tests.places import SHARED, WITHOUT_PAPERS
from tests.worlds.mail_servers import Inbox
from tests.worlds.street import Store

CASES = SHARED / "cases" / "till"
NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)

pytestmark = [pytest.mark.shared, pytest.mark.skipif(not CASES.is_dir(), reason=WITHOUT_PAPERS)]


class Seen(Store):
    """A shop with the till of a case, at the day when it was seen."""

    def __init__(self, folder: Path, case: str, capsys: Any) -> None:
        super().__init__(folder, Inbox(), 1, system="files")
        self.clock.now = NOW
        self.strangers = True
        self.capsys = capsys
        database = SQLite(self.till)
        schema.create(database)
        database.close()
        self.load((CASES / f"{case}.sql").read_text("utf-8"))
        settings = (CASES / f"{case}.settings.toml").read_text("utf-8")
        (folder / "settings.toml").write_text(settings.replace('"sie"', f'"{self.out.as_posix()}"'), "utf-8")

    @property
    def out(self) -> Path:
        return self.folder / "ut"

    @property
    def files(self) -> list[Path]:
        return sorted(self.out.glob("*.si"))

    def load(self, statements: str) -> None:
        """As the till writes."""
        with sqlite3.connect(self.till) as database:
            database.executescript(statements)
        database.close()

    def ask(self, *words: str) -> int:
        """`jobsync WORDS`: its exit code."""
        arguments = parser().parse_args(words)
        shop, log = self.open()
        try:
            return int({"status": running.status, "proof": running.proof}[words[0]](shop, log, arguments))
        finally:
            shop.close()
            log.close()

    def twice(self, *codes: str) -> list[str]:
        """Two runs; both tell of these codes and nothing else, and so do exit codes, `status` and `proof`."""
        for _ in range(2):
            ran = self.sync(self.capsys)
            told = {code for row in ran.errors for code in re.findall(r"\[([A-Z]+\d+)\]", row)[-1:]}
            assert told == set(codes), ran.errors
            assert ran.code == (1 if codes else 0)
        assert self.ask("status") == (1 if codes else 0)
        assert self.ask("proof", "--month", "2026-11") == (1 if codes else 0)
        return ran.errors

    def days(self) -> Counter[str]:
        """Day -> the sum of the debit rows that were booked on it, in öre."""
        found: Counter[str] = Counter()
        for path in self.files:
            for voucher in read(path.read_bytes(), path.name).vouchers:
                found[str(voucher.on)] += sum(max(0, row.amount) for row in voucher.transactions)
        return found

    def accounts_of(self, till: str) -> set[int]:
        """The cash accounts that a till has been booked on."""
        own = [path for path in self.files if f"-{till}-" in path.name]
        return {account for account in booked(own) if 1900 <= account < 1914}


@pytest.fixture
def shop(tmp_path: Path, request: pytest.FixtureRequest, capsys: Any) -> Iterator[Seen]:
    """The case that the test is marked with."""
    made = Seen(tmp_path / "butik", request.param, capsys)
    yield made
    made.close()


def case(name: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("shop", [name], indirect=True)


@case("t20")
def test_missing_numbers_are_named_by_the_run(shop: Seen) -> None:
    errors = " ".join(shop.twice("T10"))
    assert "Kvitto 1-3" in errors
    assert "Z-rapport 1-2" in errors
    assert len(shop.files) == 2, "what is there is sent all the same"


@case("t7a")
def test_a_replaced_till_is_told_at_once_and_sent_when_a_person_has_said_so(shop: Seen) -> None:
    shop.twice()
    sent = shop.files
    for table in ("receipt", "receipt_line", "receipt_payment", "z_report", "z_vat", "z_method"):
        shop.sql(f"DELETE FROM {table}")
    shop.load(
        "insert into receipt values('1','1',1,'finished','2026-11-25T10:00:00',1,'',0,NULL,NULL,'AB');"
        "insert into receipt_line values('1','1',1,1,'goods','A1','goods','',1000,70000,14000,25,0);"
        "insert into receipt_payment values('1','1',1,1,'KORT',70000,'');"
        "insert into z_report values('1','1',1,'2026-11-25T21:00:00','2026-11-25',1,1,70000,0);"
        "insert into z_vat values('1','1',1,25,70000,14000);"
        "insert into z_method values('1','1',1,'KORT',70000);"
    )
    assert "[T05]" in " ".join(shop.sync(shop.capsys).errors)
    assert shop.files == sent
    assert shop.ask("status") == 1
    opened, log = shop.open()
    assert identity(opened, log, parser().parse_args(["identity", "till-new", "1"])) == 0
    opened.close()
    log.close()
    assert shop.sync(shop.capsys).code == 0
    assert shop.days()["2026-11-25"] == 70000
    assert shop.ask("status") == 0


@case("t3")
def test_a_z_report_over_days_is_booked_on_the_days_of_sale(shop: Seen) -> None:
    shop.twice()
    cash_to_the_bank = 50000
    assert shop.days() == {
        "2026-10-30": 100000, "2026-10-31": 200000, "2026-11-02": 10000,
        "2026-11-04": cash_to_the_bank, "2026-11-05": 10000,
    }  # fmt: skip


@case("t4_vat_zero_at_25")
def test_vat_that_cannot_be_is_told_with_its_row_and_both_amounts_and_the_rest_goes_on(shop: Seen) -> None:
    errors = " ".join(shop.twice("B30"))
    assert "Rad 1: 25 % moms i 100,00 kr är 20,00 kr, men kassan har sparat 0,00 kr" in errors
    assert shop.files == []
    shop.load(
        "insert into receipt values('1','2',1,'finished','2026-11-03T10:00:00',1,'',0,NULL,NULL,'AB');"
        "insert into receipt_line values('1','2',1,1,'goods','A1','goods','',1000,10000,2000,25,0);"
        "insert into receipt_payment values('1','2',1,1,'KORT',10000,'');"
        "insert into z_report values('1','2',1,'2026-11-03T21:00:00','2026-11-03',1,1,10000,0);"
        "insert into z_vat values('1','2',1,25,10000,2000);"
        "insert into z_method values('1','2',1,'KORT',10000);"
    )
    assert shop.sync(shop.capsys).code == 1
    assert shop.days() == {"2026-11-03": 10000}


@case("t6")
def test_an_account_stays_with_its_till_when_another_till_is_added(shop: Seen) -> None:
    errors = " ".join(shop.twice("D21"))
    assert "till=1" in errors, "sales of a till that is none are told"
    before = {till: shop.accounts_of(till) for till in ("2", "3")}
    assert all(len(accounts) == 1 for accounts in before.values())
    shop.load("insert into till values('1','1','Kassa 1','Storgatan 1');")
    for till, z in (("2", 4), ("3", 5)):
        shop.load(
            f"insert into receipt values('1','{till}',{z},'finished','2026-11-09T10:00:00',{z},'',0,NULL,NULL,'AB');"
            f"insert into receipt_line values('1','{till}',{z},1,'goods','A1','goods','',1000,500,100,25,0);"
            f"insert into receipt_payment values('1','{till}',{z},1,'KONTANT',500,'');"
            f"insert into z_report values('1','{till}',{z},'2026-11-09T21:00:00','2026-11-09',{z},{z},500,0);"
            f"insert into z_vat values('1','{till}',{z},25,500,100);"
            f"insert into z_method values('1','{till}',{z},'KONTANT',500);"
        )
    shop.sync(shop.capsys)
    assert "2026-11-09" in shop.days()
    assert {till: shop.accounts_of(till) for till in ("2", "3")} == before
    assert shop.accounts_of("1").isdisjoint(before["2"] | before["3"])


@case("t1")
def test_returns_at_last_months_rate_are_booked_as_they_were_sold(shop: Seen) -> None:
    shop.twice()
    right = expected(shop.till)
    right[3013] = right.pop(3003)  # the account of the till's group for food
    assert booked(shop.files) == right


@case("t2z")
def test_fourteen_odd_receipts_stay_right(shop: Seen) -> None:
    shop.twice()
    assert booked(shop.files) == expected(shop.till)
