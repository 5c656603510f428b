"""A till that has no journal export yet gives its receipts as CSV, through the same door.

Tells of `tillfiles/csv_receipts.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from synccenter.tillfiles import importer
from synccenter.tillfiles.csv_receipts import COLUMNS
from synccenter.tillfiles.importer import FileResult
from tests.places import PROJECT
from tests.tillfiles.conftest import Counter

WHO = {"Orgnr": "556036-0793", "Företag": "Exempelbutiken AB", "Försäljningsställe": "Lund", "Märke": "Exempelkassa"}


def row(post: str, **cells: str) -> dict[str, str]:
    return {"Post": post, "Kassa": "1", **WHO, **cells}


DAY = [
    row("KVITTO", Nummer="1", Tid="2026-11-04T10:00:00", Z="7", Belopp="231,00"),
    row("RAD", Text="Kaffe", Antal="1", Belopp="125,00", Momssats="25", Moms="25,00"),
    row("RAD", Text="Bok", Huvudgrupp="Böcker", Belopp="106.00", Momssats="6", Moms="6.00"),
    row("BETALNING", Text="Kort", Belopp="231,00"),
    row("RETUR", Nummer="2", Tid="2026-11-04T11:00:00", Z="7", Belopp="106,00"),
    row("RAD", Text="Bok", Huvudgrupp="Böcker", Belopp="106,00", Momssats="6", Moms="6,00"),
    row("BETALNING", Text="Kontant", Belopp="106,00"),
    row("Z", Nummer="7", Tid="2026-11-04T18:00:00", Belopp="125,00"),
]


def read(counter: Counter, rows: Sequence[dict[str, str]], columns: Sequence[str] = COLUMNS) -> FileResult:
    lines = [";".join(columns), *(";".join(one.get(name, "") for name in columns) for one in rows)]
    path = counter.folder / "kvitton.csv"
    path.write_text("\r\n".join(lines), encoding="utf-8-sig")
    return importer.import_file(counter.store, path)


def test_a_day_of_receipts_as_csv(counter: Counter) -> None:
    result = read(counter, DAY)
    assert (result.new, result.z_reports, result.problems) == (2, 1, [])
    assert counter.release().problems == []
    assert counter.rows("SELECT rate, sales, vat FROM z_vat ORDER BY rate") == [(6, 0, 0), (25, 12500, 2500)]
    assert counter.rows("SELECT amount FROM receipt_payment ORDER BY receipt") == [(23100,), (-10600,)]
    assert read(counter, DAY).new == 0


def test_a_receipt_that_cannot_be_read_costs_that_receipt(counter: Counter) -> None:
    rows = [dict(one) for one in DAY]
    rows[1]["Belopp"] = "mycket"
    result = read(counter, rows)
    assert result.new == 1
    assert [one.code for one in result.problems] == ["J03"]
    assert "”mycket”" in result.problems[0].what


@pytest.mark.parametrize("missing", COLUMNS)
def test_every_column_must_be_there(counter: Counter, missing: str) -> None:
    result = read(counter, DAY, [name for name in COLUMNS if name != missing])
    assert [one.code for one in result.problems] == ["J01"]
    assert missing in result.problems[0].what


def test_a_csv_that_is_none_is_told(counter: Counter) -> None:
    for content in (b"", b"\xff\xfe\x00", b"Artikelnr;Namn\r\n1;Kaffe", b"\x00" * 100):
        path: Path = counter.folder / "fel.csv"
        path.write_bytes(content)
        assert [one.code for one in importer.import_file(counter.store, path).problems] == ["J01"]


def test_the_guide_names_every_column() -> None:
    guide = (PROJECT / "docs/JOURNALFIL.md").read_text(encoding="utf-8")
    assert [name for name in COLUMNS if f"| `{name}` |" not in guide] == []


@pytest.mark.parametrize("kept", range(1, 9))
def test_a_file_that_is_cut_off_anywhere_is_made_whole_by_the_next(counter: Counter, kept: int) -> None:
    """Half a receipt is none: kept, it would stand in the way of the whole one for ever."""
    read(counter, DAY[:kept])
    assert read(counter, DAY).problems == []
    assert counter.store.alarms() == []
    assert counter.release().count == 1
    assert counter.rows("SELECT amount FROM receipt_payment ORDER BY receipt") == [(23100,), (-10600,)]


def test_a_row_of_an_unknown_kind_costs_its_receipt_and_leaves_no_half_of_it(counter: Counter) -> None:
    result = read(counter, [*DAY[:2], row("RABATT", Text="Stamkund", Belopp="1,00"), *DAY[2:]])
    [problem] = result.problems
    assert "”RABATT”" in problem.what
    assert read(counter, DAY).problems == counter.store.alarms() == []
    assert counter.release().count == 1


def test_shops_in_one_file_have_each_their_z_report_also_of_the_same_sum(counter: Counter) -> None:
    """Five shops, till 1, Z 7, and the same takings: a CSV says where each Z report was made."""
    rows = [
        one | {"Försäljningsställe": place} | ({"Tid": one["Tid"][:-1] + str(second)} if "Tid" in one else {})
        for second, place in enumerate(("Lund", "Malmö", "Ystad"))
        for one in DAY
    ]
    assert read(counter, rows).problems == []
    assert counter.store.alarms() == []
    assert counter.release().count == 3
    assert counter.rows("SELECT COUNT(*), COUNT(DISTINCT till) FROM z_report") == [(3, 3)]
