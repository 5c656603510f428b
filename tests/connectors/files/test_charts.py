"""The chart of accounts: each case from the field, and what a fault in it stops (nothing but the comparing)."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from connectors.formats.chart import Chart, read
from synccenter.contract.errors import SyncError
from synccenter.contract.finding import Severity
from synccenter.contract.model import Register
from tests.connectors.files.worlds import Shop, voucher
from tests.places import SHARED

CASES = SHARED / "cases/chart"
REFUSED = {"csv": ("SIE10", "CSV"), "xml_sie5": ("SIE10", "SIE 5"), "empty": ("SIE13", "ingenting")}
"""What holds no chart, and what it is called."""

FAULTY = {
    "unbalanced": "skiljer 0,01 kr",
    "ctrl_char": "tecknet nummer 11",
    "amount_3dec": "”1.005” är inget belopp",
    "amount_comma": "”1,00” är inget belopp",
    "konto_letters": "”19A0” är inget kontonummer",
    "konto_no_name": "kontonamn saknas",
    "ver_brace_same_line": "klammer",
}
"""Charts that are read though something in the file is not right, and what is said of it."""


def path_of(name: str) -> Path:
    path = CASES / f"{name}.se"
    assert path.exists(), f"{path} saknas: utan den bevisar testet inget"
    return path


def names() -> list[str]:
    return sorted(path.stem for path in CASES.glob("*.se")) or ["saknas"]


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def chart(name: str) -> Chart:
    return read(path_of(name).read_bytes(), f"{name}.se")


@pytest.mark.parametrize("name", names())
def test_each_case_is_read_or_called_by_its_right_name(name: str) -> None:
    if name in REFUSED:
        with pytest.raises(SyncError) as refused:
            chart(name)
        code, words = REFUSED[name]
        assert (refused.value.problem.code, words in refused.value.problem.what) == (code, True)
        return
    found = chart(name)
    number = "559538-6219" if name == "other_orgnr" else "556677-8899"
    assert (found.company, found.org_number) == ("Demobutiken AB", number) or name == "tabs_barsoom7"
    assert found.names[1910].startswith("Kas")
    assert (found.fault is not None) == (name in FAULTY)
    if found.fault:
        assert FAULTY[name] in found.fault.what
    if name not in {"mojibake_1569", "ctrl_char"}:
        assert found.names[3001] == "Försäljning 25"


@pytest.mark.parametrize("name", [*sorted(FAULTY), *sorted(REFUSED), "borta"])
def test_sales_go_on_whatever_is_wrong_with_the_chart(shop: Shop, name: str) -> None:
    connector = shop.connector(chart_file=str(path_of(name) if name != "borta" else shop.root / "borta.se"))
    finding = next(one for one in connector.check() if one.title == "Kontoplan")
    assert finding.severity is Severity.YELLOW
    assert finding.problem is not None
    assert "Försäljningen skickas som vanligt" in finding.problem.then
    pages = list(connector.fetch(Register.ACCOUNTS, None))
    assert not any(page.full for page in pages), "no account is taken out of use by a file with a fault"
    assert any(page.notes for page in pages)
    assert bool(connector.accounts(shop.clock.now.date())) == (name in FAULTY)
    connector.send(voucher())
    assert len(shop.delivered()) == 1


def test_the_chart_tells_whose_books_they_are(shop: Shop) -> None:
    for name, number in (
        ("other_orgnr", "559538-6219"),
        ("org_12digits", "556677-8899"),
        ("unbalanced", "556677-8899"),
    ):
        assert shop.connector(chart_file=str(path_of(name))).company().org_number == number
    for name in ("csv", "empty"):
        assert shop.connector(chart_file=str(path_of(name))).company().org_number == ""


@pytest.mark.parametrize(
    ("begin", "kind"), [(b"PK\x03\x04", "Excel"), (b"%PDF-1.4", "PDF"), (b"<html>", "webbsida"), (b'{"a": 1}', "JSON")]
)
def test_other_files_are_called_by_their_name_too(begin: bytes, kind: str) -> None:
    with pytest.raises(SyncError) as refused:
        read(begin + b"\n" * 30, "kontoplan.se")
    assert (refused.value.problem.code, kind in refused.value.problem.what) == ("SIE10", True)


Damage = Callable[[Path], object]


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[:80]),
        lambda path: path.write_bytes(b"\0" * 500),
        lambda path: shutil.copyfile(__file__, path),
    ],
    ids=["empty", "cut", "zeros", "something else"],
)
def test_a_damaged_archive_file_is_yellow_and_costs_only_itself(shop: Shop, damage: Damage) -> None:
    connector = shop.connector()
    connector.send(voucher())
    (copy,) = (shop.out / ".jobsync" / "arkiv").glob("*.si")
    damage(copy)
    finding = next(one for one in connector.check() if one.title == "Arkivkopior")
    assert finding.severity is Severity.YELLOW
    assert finding.problem is not None
    assert (finding.problem.code, copy.name in finding.problem.what) == ("FIL23", True)
    assert len(list(connector.find(voucher()))) == 1, "it is known to have been delivered all the same"
    connector.send(voucher("Z-1-18"))
    assert len(shop.delivered()) == 2


def test_the_vouchers_of_the_file_are_looked_through_by_day(shop: Shop) -> None:
    """What another program has booked stands there too, so that it is not booked once more."""
    text = '#FLAGGA 0\n#FORMAT PC8\n#SIETYP 4\n#PROGRAM "X" 1\n#GEN 20261124\n#FNAMN "Butik"\n#KONTO 1910 "Kassa"\n'
    text += '#KONTO 3001 "Sälj"\n'
    for number, on in ((17, "20261102"), (18, "20261103")):
        text += f'#VER "A" "{number}" {on} "Dagskassa"\n{{\n#TRANS 1910 {{}} 125.00\n#TRANS 3001 {{}} -125.00\n}}\n'
    path = shop.put("bokföring.se", text, "cp437")
    connector = shop.connector(chart_file=str(path))
    (found,) = connector.vouchers(date(2026, 11, 2), date(2026, 11, 2), ())
    assert (found.number, found.reference, found.date) == ("A17", "Dagskassa", date(2026, 11, 2))
    assert [(row.account, row.amount) for row in found.postings] == [(1910, 12500), (3001, -12500)]
    assert list(connector.vouchers(date(2026, 11, 2), date(2026, 11, 2), {"A17"})) == []
    assert list(shop.connector().vouchers(date(2026, 1, 1), date(2026, 12, 31), ())) == []
