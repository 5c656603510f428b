"""What the till's tables hold is written as a journal export that is valid and reads back to the same öre.

Tells of `tillfiles/export.py` and `tillfiles/names.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from lxml import etree

from synccenter.core.database import SQLite
from synccenter.till import demo
from synccenter.till.sales import Sales, companies
from synccenter.tillfiles import importer
from synccenter.tillfiles.export import export
from synccenter.tillfiles.questions import Answer
from tests.places import SHARED
from tests.tillfiles.conftest import Counter
from tests.worlds.journal_file import JournalFile

ZONE = ZoneInfo("Europe/Stockholm")
DAY, NEXT = date(2026, 11, 2), date(2026, 11, 3)
SPECS = SHARED / "specs/journal-export"
OFFICIAL = SPECS / "skatteverket"
"""Where Skatteverket's own schema is put when somebody has it in hand."""


def schema(folder: Path) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(folder / "instans.xsd")))


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two days of the demo: the till's database, and its journal export."""
    folder = tmp_path_factory.mktemp("demo")
    database = SQLite(folder / "kassa.sqlite")
    demo.open_shop(database)
    demo.build(database, seed=1, days=2, receipts=120, start=DAY)
    [company] = companies(database)
    path = folder / "journal.xml"
    now = datetime(2026, 11, 4, 8, tzinfo=ZONE)
    found = export(Sales(database, company.id, ZONE), company, (DAY, NEXT), path, now=now)
    assert (found.z_reports, found.left_out) == (4, 0)
    database.close()
    return folder / "kassa.sqlite", path


@pytest.mark.shared
def test_the_export_is_valid_by_the_schema(written: tuple[Path, Path]) -> None:
    schema(SPECS).assertValid(etree.parse(str(written[1])))


@pytest.mark.shared
def test_what_the_tests_are_fed_with_is_valid_too(tmp_path: Path) -> None:
    file = JournalFile()
    file.receipt(1, [("Kaffe", "125.00", 25)], [("Kort", "125.00")])
    file.receipt(2, [("Kaffe", "-125.00", 25)], [("Kort", "-125.00")], kind="Returkvitto")
    file.z(12, "0.00", {25: "0.00"}, [("Kort", "0.00")], receipts=1, returns=(1, "-125.00"))
    schema(SPECS).assertValid(etree.parse(str(file.write(tmp_path / "dag.xml"))))


@pytest.mark.shared
def test_skatteverkets_own_schema_says_the_same_when_it_is_here(written: tuple[Path, Path]) -> None:
    if not OFFICIAL.exists():
        pytest.skip(f"Skatteverket's own schema is not here ({OFFICIAL}); it must be compared before a release")
    found = [path for path in OFFICIAL.glob("*.xsd") if "/instans/" in path.read_text("utf-8").split("<xs:import")[0]]
    etree.XMLSchema(etree.parse(str(found[0]))).assertValid(etree.parse(str(written[1])))


def test_the_export_reads_back_to_the_same_sums(written: tuple[Path, Path], new_counter: Callable[[], Counter]) -> None:
    counter = new_counter()
    for text, kind in (("Kontant", "cash"), ("Kort", "card"), ("Swish", "swish"), ("Presentkort", "gift_card")):
        counter.book.answer(Answer("JobOffice Kassa", "payment", text, kind))
    assert importer.import_file(counter.store, written[1]).problems == []
    for _ in range(2):
        for problem in counter.release().problems:
            if problem.code == "J09":
                _, make, what, subject = problem.cause.split("|")
                answer = {"payment": "other", "line": "rounding" if subject == "Öresavrundning" else "tax_free"}[what]
                counter.book.answer(Answer(make, what, subject, answer))  # type: ignore[arg-type]
    assert counter.release().problems == []
    source = SQLite(written[0], read_only=True)
    for sql in (
        "SELECT till, number, at, business_date, first_receipt, last_receipt, total, rounding FROM z_report",
        "SELECT till, z_number, rate, sales, vat FROM z_vat WHERE sales<>0 OR vat<>0",
        "SELECT till, receipt, SUM(amount) FROM receipt_payment GROUP BY till, receipt",
        (
            "SELECT till, receipt, vat_rate, SUM(amount), SUM(vat), SUM(discount) FROM receipt_line"
            " GROUP BY till, receipt, vat_rate"
        ),
    ):
        where = "" if "z_" in sql else " "
        ours = sorted(counter.rows(sql + where), key=repr)
        theirs = sorted(source.query(sql), key=repr)
        if "receipt_" in sql:
            closed = {tuple(row) for row in source.query("SELECT till, number FROM receipt WHERE state='finished'")}
            theirs = [row for row in theirs if (row[0], row[1]) in closed]
        if "z_report" in sql:
            theirs = [(*row[:2], row[2][:19], *row[3:4], *row[6:]) for row in theirs]
            ours = [(*row[:2], row[2][:19], *row[3:4], *row[6:]) for row in ours]
        assert ours == theirs
    source.close()
