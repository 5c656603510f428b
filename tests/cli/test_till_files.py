"""A shop whose till only gives journal exports, from the command line: folder, question, answer, sync, proof.

Tells of `cli/till_files.py` and `run/till_files.py`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.worlds.journal_file import JournalFile
from tests.worlds.program import started as jobsync


def day() -> JournalFile:
    file = JournalFile()
    file.receipt(1, [("Kaffe", "125.00", 25), ("Bok", "106.00", 6)], [("Kort", "231.00")])
    file.receipt(2, [("Presentkort 500", "500.00", 0)], [("Kontant", "500.00")])
    file.receipt(3, [("Bok", "-106.00", 6)], [("Kontant", "-106.00")], kind="Returkvitto")
    vat = {25: "25.00", 6: "0.00", 0: "0.00"}
    payments = [("Kort", "231.00"), ("Kontant", "394.00")]
    file.z(12, "625.00", vat, payments, receipts=2, returns=(1, "106.00"))
    return file


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "sie").mkdir()
    rows = "Artikelnr;Namn;Varugrupp;Moms;Pris inkl moms\n1;Kaffe;Dryck;25;125,00\n"
    (tmp_path / "sie/artiklar.csv").write_text(rows, encoding="utf-8")
    (tmp_path / "sie/kunder.csv").write_text("Kundnr;Namn\n1;Anna Andersson\n", encoding="utf-8")
    done = jobsync(
        tmp_path,
        "settings",
        "set",
        "general.till_source=journal",
        "integration.system=files",
        f"files.folder_out={tmp_path}/sie",
        f"files.folder_in={tmp_path}/sie",
        "safety.cutover=2026-01-01",
        "posting.unit=z",
    )
    assert done.returncode == 0, done.stderr
    (tmp_path / "journalfiler").mkdir(exist_ok=True)
    file = day()
    text = file.text().replace("2027-01-04", "2026-11-04")
    (tmp_path / "journalfiler/dag.xml").write_text(text, encoding="utf-8")
    return tmp_path


def answered() -> dict[str, Any]:
    return {
        "answers": [
            {"make": "Exempelkassa", "what": "payment", "subject": "Kort", "answer": "card"},
            {"make": "Exempelkassa", "what": "payment", "subject": "Kontant", "answer": "cash"},
            {"make": "Exempelkassa", "what": "line", "subject": "Presentkort", "answer": "gift_card"},
        ],
        "controls": [],
    }


def test_a_journal_export_is_booked_when_the_questions_are_answered(shop: Path) -> None:
    first = jobsync(shop, "sync")
    assert "J09" in first.stdout
    assert not list((shop / "sie").glob("*.s*"))
    assert jobsync(shop, "till", "questions").returncode == 1
    for words in (
        ("payment", "Kort", "card"),
        ("payment", "Kontant", "cash"),
        ("line", "Presentkort", "gift_card"),
    ):
        done = jobsync(shop, "till", "answer", *words)
        assert done.returncode == 0, done.stderr
    assert "1 klara, 0 väntar" in done.stdout
    again = jobsync(shop, "sync")
    assert "1 skickade" in again.stdout, again.stdout
    [sie] = list((shop / "sie").glob("*.s*"))
    text = sie.read_text("cp437", errors="replace")
    for row in ("1686 {} 231.00", "2421 {} -500.00", "2611 {} -25.00", "3001 {} -100.00"):
        assert row in text, text
    proof = jobsync(shop, "proof", "--month", "2026-11")
    assert proof.returncode == 0, proof.stdout


def test_import_by_hand_answers_from_another_shop_and_the_same_file_twice(shop: Path) -> None:
    (shop / "svar.json").write_text(json.dumps(answered()), encoding="utf-8")
    assert jobsync(shop, "till", "answers", "--from", str(shop / "svar.json")).returncode == 0
    path = str(shop / "journalfiler/dag.xml")
    first = jobsync(shop, "till", "import", path)
    assert first.returncode == 0, first.stdout + first.stderr
    assert "3 kvitton, 3 nya, 1 nya Z-rapporter" in first.stdout
    assert "3 kvitton, 0 nya, 0 nya Z-rapporter" in jobsync(shop, "till", "import", path).stdout
    assert jobsync(shop, "till", "answers", "--to", str(shop / "ut.json")).returncode == 0
    assert json.loads((shop / "ut.json").read_text("utf-8"))["answers"] != []
    assert jobsync(shop, "till", "control", "payments=warn").returncode == 0
    assert jobsync(shop, "till", "control", "payments=kanske").returncode != 0
    assert jobsync(shop, "till", "seen").returncode == 0


def test_a_till_with_a_database_of_its_own_takes_no_files(tmp_path: Path) -> None:
    done = jobsync(tmp_path, "till", "questions")
    assert done.returncode != 0
    assert "J13" in done.stderr


def test_the_demo_writes_its_day_as_a_journal_export_and_so_does_any_day(tmp_path: Path) -> None:
    done = jobsync(tmp_path, "demo", "--journal", "--no-sync", "--receipts", "20")
    assert done.returncode == 0, done.stderr
    [written] = tmp_path.glob("journal-*.xml")
    again = tmp_path / "igen.xml"
    done = jobsync(tmp_path, "till", "export", str(again), "--day", "2026-11-02")
    assert done.returncode == 0, done.stderr
    assert "2 Z-rapporter" in done.stdout
    assert again.read_text("utf-8").count("<k:Handelse>") == written.read_text("utf-8").count("<k:Handelse>") > 20


def test_the_articles_go_down_to_the_till_at_each_sync_in_its_own_columns(shop: Path) -> None:
    """The till's folder and its own headings; a file that says the same is left alone, a mapping that is none told."""
    down = shop / "till kassan"
    down.mkdir()
    mapping = "PLU=number; Namn=name; Pris=price; Moms=vat_rate"
    settings = (f"general.registers_folder={down}", f"general.registers_columns={mapping}")
    assert jobsync(shop, "settings", "set", *settings).returncode == 0
    first = jobsync(shop, "sync")
    assert "Artiklar till kassan: 1 i " in first.stdout
    assert (down / "artiklar.csv").read_text("utf-8-sig").splitlines() == ["PLU;Namn;Pris;Moms", "1;Kaffe;125,00;25"]
    assert "Artiklar till kassan" not in jobsync(shop, "sync").stdout
    articles = (shop / "sie/artiklar.csv").read_text("utf-8")
    (shop / "sie/artiklar.csv").write_text(articles.replace("125,00", "129,00"), encoding="utf-8")
    assert jobsync(shop, "sync").returncode in {0, 1, 4}
    assert "1;Kaffe;129,00;25" in (down / "artiklar.csv").read_text("utf-8-sig")
    jobsync(shop, "settings", "set", "general.registers_columns=PLU=nummer")
    told = jobsync(shop, "sync")
    assert "J14" in told.stdout
    assert "”PLU=nummer”" in told.stdout


@pytest.mark.parametrize(
    ("receipts", "reports", "control", "what"),
    [((1, 9), (12, 13), "numbers", "Kvitto"), ((1, 2), (12, 15), "z_numbers", "Z-rapport")],
)
def test_a_make_that_skips_numbers_is_proposed_to_warn_and_then_is_no_fault(
    shop: Path, receipts: tuple[int, ...], reports: tuple[int, ...], control: str, what: str
) -> None:
    """Its Z reports tie and the other numbers run on, so what is skipped was no sale. Set back it is red again."""
    sold(shop, receipts, reports)
    red = jobsync(shop, "sync")
    assert (red.returncode, red.stdout.count("[T10]")) == (1, 1)
    assert f"FEL! {what}" in red.stdout
    assert f"OBS! Förslag: jobsync till control {control}=warn" in red.stdout
    assert f"jobsync till control {control}=warn" in jobsync(shop, "till", "questions").stdout
    assert jobsync(shop, "till", "control", f"{control}=warn").returncode == 0
    assert jobsync(shop, "sync").returncode in {0, 4}
    assert "numrerar inte i följd" in jobsync(shop, "proof", "--month", "2026-11").stdout
    assert "=warn" not in jobsync(shop, "till", "questions").stdout
    assert jobsync(shop, "till", "control", f"{control}=stop").returncode == 0
    assert jobsync(shop, "sync").stdout.count("[T10]") == 1


def test_days_that_were_never_read_in_are_not_taken_for_a_habit_of_the_make(shop: Path) -> None:
    sold(shop, (1, 9), (12, 15))
    assert jobsync(shop, "sync").stdout.count("[T10]") == 2
    assert "Förslag" not in jobsync(shop, "till", "questions").stdout


def sold(shop: Path, receipts: tuple[int, ...], reports: tuple[int, ...]) -> None:
    """A day a Z report, with one receipt each."""
    (shop / "svar.json").write_text(json.dumps(answered()), encoding="utf-8")
    assert jobsync(shop, "till", "answers", "--from", str(shop / "svar.json")).returncode == 0
    file = JournalFile()
    for number, z in zip(receipts, reports, strict=True):
        at = f"2026-11-{z - 8:02d}T10:00:00"
        file.receipt(number, [("Kaffe", "125.00", 25)], [("Kort", "125.00")], z=z, at=at)
        file.z(z, "125.00", {25: "25.00"}, [("Kort", "125.00")], receipts=1, at=at.replace("T10", "T18"))
    file.write(shop / "journalfiler/dag.xml")


def test_a_file_of_another_company_stops_nothing_and_is_told(shop: Path) -> None:
    """Dropped in the folder by mistake, after the shop has begun: its own sales go on, and nothing of it is read."""
    (shop / "svar.json").write_text(json.dumps(answered()), encoding="utf-8")
    jobsync(shop, "till", "answers", "--from", str(shop / "svar.json"))
    assert "1 skickade" in jobsync(shop, "sync").stdout
    own = (shop / "journalfiler/dag.xml").read_text("utf-8")
    (shop / "journalfiler/fel.xml").write_text(own.replace("5560360793", "5566778899"), encoding="utf-8")
    second = JournalFile()
    second.receipt(4, [("Kaffe", "125.00", 25)], [("Kort", "125.00")], z=13)
    second.z(13, "125.00", {25: "25.00"}, [("Kort", "125.00")], receipts=1)
    text = second.text().replace("2027-01-04", "2026-11-05")
    (shop / "journalfiler/ny.xml").write_text(text, encoding="utf-8")
    done = jobsync(shop, "sync")
    assert "J15" in done.stdout
    assert "5566778899" in done.stdout
    assert "1 skickade" in done.stdout, done.stdout
    by_hand = jobsync(shop, "till", "import", str(shop / "journalfiler/fel.xml"))
    assert by_hand.returncode == 1
    assert "0 kvitton, 0 nya" in by_hand.stdout
    assert jobsync(shop, "settings", "set", "general.company=5560360793").returncode == 0
    assert "3 kvitton, 3 nya" in jobsync(shop, "sync").stdout
