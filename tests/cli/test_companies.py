"""Several companies in one till are kept apart everywhere (SKVFS 2014:9 chapter 5 section 3)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from synccenter.core.database import SQLite
from synccenter.till import schema
from tests.cli.recount import booked, expected
from tests.worlds.program import started as jobsync

NAMES = {"1": "Demobutiken AB", "2": "Grannens Kiosk"}
REGISTER = "Artikelnr;Namn;Pris inkl moms;Moms\nA1;Kaffe hos {company};{price};25\n"


class Two:
    """One till's database with two companies, a folder of settings for each, and one folder for all SIE files."""

    def __init__(self, root: Path, org_number: str) -> None:
        self.root = root
        self.till = root / "1" / "kassa.sqlite"
        self.out = root / "sie"
        self.out.mkdir()
        for company, seed in (("1", "1"), ("2", "2")):
            assert jobsync(root / company, "demo", "--receipts", "30", "--seed", seed, "--no-sync").returncode == 0
        self._move_in(org_number)
        for company in NAMES:
            (root / company / "register" / "artiklar.csv").write_text(
                REGISTER.format(company=company, price=10 + int(company)), encoding="utf-8"
            )
            self.run(
                company, "settings", "set", f"general.till_database={self.till}", f"general.company={company}",
                f"files.folder_out={self.out}",
            )  # fmt: skip

    def _move_in(self, org_number: str) -> None:
        """The second company's tables into the first one's database, under its own id."""
        moved = self.root / "2" / "kassa.sqlite"
        source, target = SQLite(moved), SQLite(self.till)
        for table in schema.CONTRACT:
            rows = [("2", *row[1:]) for row in source.query(f"SELECT {', '.join(table.names)} FROM {table.name}")]
            with target.transaction():
                target.upsert(table.name, table.key, table.names, rows)
        with target.transaction():
            target.execute("UPDATE company SET name='Grannens Kiosk', store='Torget 2' WHERE company='2'")
            target.execute("UPDATE company SET org_number=:number WHERE company='2'", {"number": org_number})
            if not org_number:
                target.execute("UPDATE company SET org_number=''")
        source.close()
        target.close()
        moved.unlink()

    def run(self, company: str, *words: str) -> str:
        """A command in a company's folder, which must succeed."""
        done = jobsync(self.root / company, *words)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def files(self, company: str) -> list[Path]:
        """The SIE files that say they are a company's."""
        name = f'#FNAMN "{NAMES[company]}"'
        return [path for path in self.out.glob("*.si") if name in path.read_text(encoding="cp437")]


@pytest.mark.parametrize("org_number", ["556334-3689", ""])
def test_two_companies_in_one_till_never_mix(tmp_path: Path, org_number: str) -> None:
    two = Two(tmp_path, org_number)
    for company in NAMES:
        two.run(company, "sync")
    assert len(two.files("1")) == len(two.files("2")) == 2
    for company, name in NAMES.items():
        assert booked(two.files(company)) == expected(two.till, company)
        assert two.run(company, "sync").startswith("Inget nytt.")
        assert "Varje öre är förklarad." in two.run(company, "proof")
        (log,) = (tmp_path / company / "Loggar").glob("JobOffice Sync Center 2*.log")
        text = log.read_text(encoding="utf-8-sig")
        assert f"Företag:     {name}" in text
        assert "FEL!" not in text
    assert expected(two.till, "1") != expected(two.till, "2")
    database = SQLite(two.till, read_only=True)
    rows = database.query("SELECT company, name, price FROM article WHERE number='A1' ORDER BY company")
    database.close()
    assert rows == [("1", "Kaffe hos 1", 1100), ("2", "Kaffe hos 2", 1200)]


def test_a_repair_in_one_company_leaves_the_other_alone(tmp_path: Path) -> None:
    two = Two(tmp_path, "556334-3689")
    for company in NAMES:
        two.run(company, "sync")
    before = {path.name: path.read_bytes() for path in two.files("2")}
    two.run("1", "ledger", "resend", "1-Z1", "--insist")
    two.run("1", "sync")
    assert two.run("2", "sync").startswith("Inget nytt.")
    assert {path.name: path.read_bytes() for path in two.files("2")} == before
    assert json.loads(two.run("2", "--json", "ledger", "history")) == []


def test_until_one_is_chosen_a_sentence_names_those_that_are_found(tmp_path: Path) -> None:
    two = Two(tmp_path, "556334-3689")
    two.run("1", "settings", "set", "general.company=")
    done = jobsync(tmp_path / "1", "sync")
    assert done.returncode != 0
    assert "1 (Demobutiken AB), 2 (Grannens Kiosk)" in done.stdout + done.stderr
    shown = two.run("1", "settings", "show")
    assert "1: Demobutiken AB" in shown
    assert "2: Grannens Kiosk, Torget 2" in shown
    assert not list(two.out.glob("*.si"))
